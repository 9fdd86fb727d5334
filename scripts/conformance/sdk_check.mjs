// Uses the simulator with Twilio's SDK for Node, as it is.
//
// Usage: node sdk_check.mjs MODULES SIMULATOR RECEIVED
//
// RECEIVED holds what the simulator posted to the check in Python; here its signatures are judged again.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const [modules, binary, receivedFile] = process.argv.slice(2);
const require = createRequire(`${modules}/`);
const twilio = require("twilio");

const ACCOUNT = "AC00000000000000000000000000000001";
const TOKEN = "simulated-auth-token-of-no-account";
const FROM = "+15005550006";
const CALLEE = "+15550100042";

let count = 0;
function check(holds, what) {
  count += 1;
  assert.ok(holds, what);
}

async function refused(code, status, act) {
  count += 1;
  await assert.rejects(act, (error) => {
    assert.deepEqual([error.code, error.status], [code, status]);
    return true;
  });
}

/** Sends what is meant for Twilio's hosts to the simulator. */
class Redirected extends twilio.RequestClient {
  constructor(baseUrl) {
    super();
    this.baseUrl = baseUrl;
  }

  request(options) {
    const uri = new URL(options.uri);
    assert.ok(uri.protocol === "https:" && uri.host.endsWith(".twilio.com"), options.uri);
    return super.request({ ...options, uri: `${this.baseUrl}${uri.pathname}${uri.search}` });
  }
}

async function control(url, method, path, body) {
  const answer = await fetch(`${url}/_sim/${path}`, { method, body: body && JSON.stringify(body) });
  assert.ok(answer.ok, path);
  return answer.json();
}

const advance = (url, seconds) => control(url, "POST", `clock/advance?ms=${seconds * 1000}`);
const runUntilIdle = (url) => control(url, "POST", "clock/run-until-idle");

async function checkCalls(client, url) {
  const twiml = "<Response><Pause length='60'/></Response>";
  const call = await client.calls.create({ to: CALLEE, from: FROM, twiml });
  check(call.status === "queued" && call.startTime === null, "a new call is queued");
  await advance(url, 4);
  const live = await client.calls(call.sid).fetch();
  check(live.status === "in-progress" && live.startTime instanceof Date, "then it is in progress");
  const recording = await client.calls(call.sid).recordings.create({ recordingChannels: "mono" });
  await advance(url, 3);
  const paused = await client.calls(call.sid).recordings(recording.sid).update({ status: "paused" });
  check(paused.status === "paused", "its recording is paused");
  const changed = await live.update({ twiml: "<Response><Say>Changed</Say><Pause length='9'/></Response>" });
  check(changed.status === "in-progress", "it is redirected");
  check((await live.update({ status: "completed" })).status === "completed", "it is hung up");
  await runUntilIdle(url);
  const recordings = await client.recordings.list({ callSid: call.sid });
  check(recordings.length === 1 && recordings[0].channels === 1, "its recording is listed");
  check(await client.recordings(recording.sid).remove(), "and deleted");
  for (const to of ["+15550100004", "+15550100005", "+15550103404"]) {
    await client.calls.create({ to, from: FROM, twiml });
  }
  await runUntilIdle(url);
  const all = await client.calls.list({ pageSize: 2 });
  check(all.length === 4, "pages join");
  check((await client.calls.list({ status: "busy" })).length === 1, "calls are filtered by status");
  check((await client.calls.list({ startTimeAfter: new Date("2099-01-01") })).length === 0, "and by time");
  const first = await client.calls.page({ pageSize: 3 });
  const second = await first.nextPage();
  const again = await second.previousPage();
  check(second.instances.length === 1 && again.instances[0].sid === all[0].sid, "pages lead forth and back");
  check(await client.calls(call.sid).remove(), "a call is deleted");
  await refused(20404, 404, () => client.calls(call.sid).fetch());
  await refused(21217, 400, () => client.calls.create({ to: "+15005550001", from: FROM, twiml }));
  await refused(21205, 400, () => client.calls.create({ to: CALLEE, from: FROM, url: "nowhere" }));
}

async function checkMessages(client, url) {
  const message = await client.messages.create({ to: CALLEE, from: FROM, body: "Hello" });
  check(message.status === "queued" && message.numSegments === "1", "a message is queued");
  const lost = await client.messages.create({ to: "+15550106007", from: FROM, body: "Hello" });
  await control(url, "POST", "messages", { from: CALLEE, to: FROM, body: "Hi" });
  await runUntilIdle(url);
  check((await client.messages(message.sid).fetch()).status === "delivered", "it is delivered");
  check((await client.messages(lost.sid).fetch()).errorCode === 30007, "one that failed says why");
  check((await client.messages.list()).length === 3, "messages are listed");
  check((await client.messages(message.sid).update({ body: "" })).body === "", "and redacted");
  check(await client.messages(message.sid).remove(), "and deleted");
  await refused(21602, 400, () => client.messages.create({ to: CALLEE, from: FROM, body: "" }));
}

async function checkOthers(client) {
  check((await client.api.v2010.accounts(ACCOUNT).fetch()).status === "active", "the account is active");
  const number = await client.lookups.v2.phoneNumbers("+14159929960").fetch();
  check(number.valid && number.nationalFormat === "(415) 992-9960", "a number is looked up");
}

function checkSignatures(received) {
  for (const { url, body, signature } of received) {
    const params = Object.fromEntries(new URLSearchParams(body));
    check(twilio.validateRequest(TOKEN, signature, url, params), `the signature of ${url} does not verify`);
    check(!twilio.validateRequest(TOKEN, signature, `${url}x`, params), `${url}x has the same signature`);
  }
  return received.length;
}

const simulator = spawn(binary, ["--port", "0", "--clock", "stepped", "--log", "error"], {
  stdio: ["ignore", "pipe", "inherit"],
});
try {
  const greeting = await new Promise((resolve) => {
    createInterface({ input: simulator.stdout }).once("line", resolve);
  });
  const url = greeting.split(" at ")[1].split(" ")[0];
  const client = twilio(ACCOUNT, TOKEN, { httpClient: new Redirected(url) });
  await checkCalls(client, url);
  await checkMessages(client, url);
  await checkOthers(client);
  const signed = checkSignatures(JSON.parse(readFileSync(receivedFile, "utf8")));
  console.log(`sdk-check (Node): ${count} checks, ${signed} signed requests`);
} finally {
  simulator.kill();
}
