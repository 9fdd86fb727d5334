// What the people who are called hear, and what the service learns from them.

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";

import { makeService } from "./app.mjs";
import { startSimulator } from "./simulator.mjs";

let simulator;
let service;

before(async () => {
  simulator = await startSimulator();
  service = makeService(simulator.twilio);
  await new Promise((ready) => service.server.listen(0, "127.0.0.1", ready));
});
beforeEach(() => simulator.control("POST", "/reset"));
after(() => {
  simulator.stop();
  service.server.close();
  service.server.closeAllConnections();
});

const said = (call) => call.heard.filter((heard) => heard.kind === "said").map((heard) => heard.text);

test("whoever presses 1 has confirmed", async () => {
  // +1555010070D presses D at every prompt.
  const sid = await service.call("+15550100701", "Ann");
  const call = await simulator.finished(sid);
  assert.deepEqual(said(call), ["Hello Ann. Press 1 to confirm.", "See you then."]);
  assert.equal(service.answers.get(sid), "confirmed");
});

test("another key declines", async () => {
  await simulator.control("PUT", "/numbers/%2B15550100042", { kind: "presses", digits: "2" });
  const sid = await service.call("+15550100042", "Ben");
  assert.equal(said(await simulator.finished(sid)).at(-1), "We will call again.");
  assert.equal(service.answers.get(sid), "declined");
});

test("a person is acted for, live", { timeout: 30_000 }, async () => {
  const sid = await service.call("+15550100900", "Eve");
  await simulator.until(sid, (call) => call.status === "ringing");
  await simulator.control("POST", `/calls/${sid}/answer`);
  await simulator.until(sid, (call) => call.listening === "keys");
  await simulator.control("POST", `/calls/${sid}/press`, { keys: "1" });
  const call = await simulator.finished(sid);
  assert.equal(said(call).at(-1), "See you then.");
  assert.equal(service.answers.get(sid), "confirmed");
});

test("a busy phone is told by its status", async () => {
  const sid = await service.call("+15550100004", "Joe");
  assert.equal((await simulator.finished(sid)).status, "busy");
  assert.equal(service.answers.has(sid), false);
});
