// Uses the simulator's page in a browser, as a person would: check.mjs SIMULATOR BROWSER SCREENSHOT
//
// A call rings, the person answers, reads the words, presses 1, talks and hangs up, and the service under
// test sees it; what is hostile in the words stays text.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createServer } from "node:http";
import { createInterface } from "node:readline";

import puppeteer from "puppeteer-core";

const [simulatorPath, browserPath, screenshotPath] = process.argv.slice(2);
const hostile = "<script>document.title = 'owned'</script><img src=x onerror=\"document.title='owned'\">";
const escaped = hostile.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** The service under test: asks for a key, then for words. */
const received = [];
const answers = {
  "/voice": `<Gather action="/key" numDigits="1" timeout="30"><Say>Hello. This is the clinic. Press 1 if you are coming on Monday.</Say></Gather>`,
  "/key": `<Say>Thank you. Is there anything we should know?</Say><Gather input="speech" action="/words" timeout="30"/>`,
  "/words": `<Say>We will see you on Monday.</Say><Pause length="60"/>`,
  "/hostile": `<Say>${escaped}</Say><Dance/><Pause length="60"/>`,
};
const service = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  received.push({ path: request.url, form: new URLSearchParams(body) });
  response.setHeader("Content-Type", "text/xml");
  response.end(`<Response>${answers[request.url] ?? ""}</Response>`);
});
await new Promise((ready) => service.listen(0, "127.0.0.1", ready));
const serviceUrl = `http://127.0.0.1:${service.address().port}`;

/** Waits until something is there. */
async function until(what, look) {
  const end = Date.now() + 15_000;
  while (Date.now() < end) {
    const found = await look();
    if (found) return found;
    await new Promise((later) => setTimeout(later, 50));
  }
  throw new Error(`waited in vain for ${what}`);
}
const request = (path) => received.find((one) => one.path === path);

const simulator = spawn(simulatorPath, ["--port", "0", "--log", "error"], { stdio: ["ignore", "pipe", "inherit"] });
const [greeting] = await Promise.race([
  createInterface({ input: simulator.stdout })[Symbol.asyncIterator]().next().then(({ value }) => [value]),
  new Promise((_, fail) => simulator.on("error", fail)),
]);
const simUrl = /http:\/\/\S+/.exec(greeting)[0];

const browser = await puppeteer.launch({
  executablePath: browserPath,
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
});
let failed = true;
try {
  const page = await browser.newPage();
  await page.setViewport({ width: 1180, height: 860 });
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("request", (sent) => {
    if (!sent.url().startsWith(simUrl)) complaints.push(`the page asked for ${sent.url()}`);
  });
  await page.goto(`${simUrl}/_sim`);
  const text = (selector) => page.$eval(selector, (found) => found.textContent);
  const says = (selector, words) =>
    until(`"${words}" in ${selector}`, async () => (await text(selector)).includes(words));
  const visible = (selector) =>
    until(`${selector} to be seen`, () => page.$eval(selector, (found) => found.offsetParent !== null));
  const count = { checks: 0 };
  const check = (label, fine) => {
    assert.ok(fine, label);
    count.checks += 1;
    console.log(`ok ${count.checks} - ${label}`);
  };

  await says("#connection", "live");
  check("the page is connected and names the clock", (await text("#clock-mode")) === "real");

  await page.click("#new-call");
  await page.$eval("[name=to]", (field) => { field.value = "+15550100900"; });
  await page.click("[name=source][value=url]");
  await page.type("[name=url]", `${serviceUrl}/voice`);
  await page.click("#call-form button[type=submit]");
  await visible("#answer");
  check("a call placed on the page rings", (await text("#call-status")) === "ringing");

  await page.click("#answer");
  await says("#talk", "Press 1 if you are coming on Monday.");
  check("the person reads the words", (await text("#call-status")) === "in progress");
  await says("#phone-hint", "keys");

  await page.click("#keypad [data-key='1']");
  const key = await until("the key", () => request("/key"));
  check("the service sees Digits=1", key.form.get("Digits") === "1");
  await says("#talk", "pressed 1");

  await until("listening for words", async () => (await text("#phone-hint")).includes("what you say"));
  await page.type("#say-text", "I may be ten minutes late.");
  await page.click("#say-form button");
  const words = await until("the words", () => request("/words"));
  check("the service sees the words", words.form.get("SpeechResult") === "I may be ten minutes late.");
  await says("#talk", "We will see you on Monday.");
  await says("#deliveries", "/words");
  if (screenshotPath) await page.screenshot({ path: screenshotPath });

  await page.click("#hang-up");
  await says("#call-status", "completed");
  check("the person hangs up", !(await page.$eval("#phone", (found) => found.offsetParent)));

  await fetch(`${simUrl}/_sim/calls`, {
    method: "POST",
    body: JSON.stringify({ to: "+15550100901", url: `${serviceUrl}/hostile` }),
  });
  await visible("#answer");
  await page.click("#answer");
  await says("#talk", hostile);
  await says("#alerts", "12200");
  check("markup in the words stays text", (await page.title()) === "twilio-sim" && !(await page.$("#talk script, #talk img")));
  await page.click("#hang-up");
  await says("#call-status", "completed");

  await page.click("#new-call");
  await page.$eval("[name=to]", (field) => { field.value = "555"; });
  await page.click("[name=source][value=twiml]");
  await page.click("#call-form button[type=submit]");
  await says("#form-error", "not a valid phone number");
  check("a call that cannot be made is explained", true);
  const refusals = complaints.filter((one) => !one.includes("400"));
  assert.deepEqual(refusals, [], "the browser complained");
  check("the browser had nothing to complain of, and nothing was asked of anybody else", true);
  failed = false;
} finally {
  await browser.close();
  simulator.kill();
  service.close();
  service.closeAllConnections();
  if (failed) console.error("page check failed; the service received:", received.map((one) => one.path));
}
