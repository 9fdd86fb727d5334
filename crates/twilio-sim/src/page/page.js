// The page: follows the simulator's events, lists the calls, and acts as the person who was called.

import { element, showCall, showPhone } from "/_sim/call.js";

const byId = (id) => document.getElementById(id);
let state = null;
let stateArrived = 0;
let selected = null;
let shown = null;

async function getJson(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  return answer.json();
}

/** Sends a command; returns what is wrong, or null. */
async function command(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (answer.ok) return [null, await answer.json()];
  const problem = await answer.json().catch(() => ({ detail: `HTTP ${answer.status}` }));
  return [problem.detail, null];
}

// The list of calls.

function callItem(call) {
  const button = element("button", call.person && call.status === "ringing" ? "rings" : "",
    element("span", "number", call.to),
    element("span", `status ${call.status}`, call.status.replaceAll("-", " ")));
  if (call.said) button.append(element("span", "said", call.said));
  button.type = "button";
  button.dataset.sid = call.sid;
  button.setAttribute("aria-current", String(call.sid === selected));
  button.addEventListener("click", () => select(call.sid));
  return element("li", "", button);
}

function showCalls() {
  const focused = document.activeElement?.dataset?.sid;
  byId("calls").replaceChildren(...state.calls.map(callItem));
  byId("call-count").textContent = state.call_count || "";
  byId("no-calls").hidden = state.calls.length > 0;
  if (focused) byId("calls").querySelector(`[data-sid="${CSS.escape(focused)}"]`)?.focus();
}

function select(sid) {
  selected = sid;
  showCalls();
  refresh();
}

/** A phone that begins to ring is shown, unless somebody is on the line already. */
function choose() {
  const now = state.calls.find((call) => call.sid === selected);
  const busy = now && now.person && ["ringing", "in-progress"].includes(now.status);
  const rings = state.calls.find((call) => call.person && call.status === "ringing");
  if (rings && !busy) selected = rings.sid;
  else if (!now) selected = state.calls[0]?.sid ?? null;
}

// The call that is shown.

let refreshing = false;
let again = false;

/** Reads the selected call; asked for while it is being read, it is read once more. */
async function refresh() {
  if (refreshing) {
    again = true;
    return;
  }
  refreshing = true;
  do {
    again = false;
    await readSelected();
  } while (again);
  refreshing = false;
}

async function readSelected() {
  const sid = selected;
  byId("call").hidden = sid === null;
  byId("nothing").hidden = sid !== null;
  if (sid === null) return;
  const name = encodeURIComponent(sid);
  try {
    const [call, deliveries, alerts] = await Promise.all([
      getJson(`/_sim/calls/${name}`),
      getJson(`/_sim/deliveries?call_sid=${name}`),
      getJson(`/_sim/alerts?call_sid=${name}`),
    ]);
    if (sid !== selected) return;
    if (shown !== sid) byId("phone-error").textContent = "";
    showCall(call, deliveries, alerts, shown !== sid);
    showPhone(call);
    shown = sid;
  } catch {
    // It was forgotten meanwhile, or the connection is down; the next event says which.
  }
}

// What the person does.

async function act(name, body) {
  if (selected === null) return;
  const [wrong] = await command(`/_sim/calls/${encodeURIComponent(selected)}/${name}`, body);
  byId("phone-error").textContent = wrong ?? "";
}

for (const key of ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"]) {
  const button = element("button", "", key);
  button.type = "button";
  button.dataset.key = key;
  button.addEventListener("click", () => act("press", { keys: key }));
  byId("keypad").append(button);
}
byId("answer").addEventListener("click", () => act("answer"));
byId("decline").addEventListener("click", () => act("decline"));
byId("hang-up").addEventListener("click", () => act("hang-up"));
byId("say-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = byId("say-text").value.trim();
  if (text) act("say", { text });
  byId("say-text").value = "";
});
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea");
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
  if (typing || !plain || byId("phone").hidden || byId("talking").hidden) return;
  if (/^[0-9*#]$/.test(event.key)) act("press", { keys: event.key });
});

// Placing a call.

const form = byId("call-form");

byId("new-call").addEventListener("click", () => {
  form.hidden = !form.hidden;
  byId("new-call").setAttribute("aria-expanded", String(!form.hidden));
  if (!form.hidden) form.elements.to.focus();
});
form.addEventListener("change", () => {
  const url = form.elements.source.value === "url";
  byId("field-url").hidden = !url;
  byId("field-twiml").hidden = url;
});
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const source = form.elements.source.value;
  const call = { to: form.elements.to.value.trim(), [source]: form.elements[source].value.trim() };
  const from = form.elements.from.value.trim();
  if (from) call.from = from;
  const [wrong, placed] = await command("/_sim/calls", call);
  byId("form-error").textContent = wrong ?? "";
  if (placed) {
    form.hidden = true;
    byId("new-call").setAttribute("aria-expanded", "false");
    select(placed.sid);
  }
});

// Following the simulator.

/** Time goes on between events when the clock is real or faster. */
function showClock() {
  if (!state) return;
  const speed = state.mode === "real" ? 1 : Number(state.mode.split(":")[1] ?? 0);
  const now = new Date(state.now_ms + (performance.now() - stateArrived) * speed);
  byId("clock-mode").textContent = state.mode;
  byId("clock-now").textContent = now.toISOString().slice(0, 19).replace("T", " ");
}

const events = new EventSource("/_sim/events");
events.addEventListener("state", (event) => {
  state = JSON.parse(event.data);
  stateArrived = performance.now();
  if (!form.elements.from.placeholder) form.elements.from.placeholder = state.from_numbers[0] ?? "";
  choose();
  showCalls();
  showClock();
  refresh();
});
const connection = (text, live) => {
  byId("connection").textContent = text;
  byId("connection").classList.toggle("live", live);
};
events.addEventListener("open", () => connection("live", true));
events.addEventListener("error", () => connection("not connected", false));
setInterval(showClock, 1000);
