// One call in full: what was said on the line, what the service was asked, and what was wrong.
// Everything that comes from outside becomes text, never markup.

/** Makes an element with classes and children; strings become text. */
export function element(name, classes, ...children) {
  const made = document.createElement(name);
  if (classes) made.className = classes;
  made.append(...children);
  return made;
}

const byId = (id) => document.getElementById(id);

/** Seconds from the beginning of the call. */
function since(at, call) {
  const seconds = (Date.parse(at) - Date.parse(call.created_at)) / 1000;
  return element("time", "", `${seconds.toFixed(1)} s`);
}

const heardKinds = {
  said: (heard) => ["", heard.text],
  played: (heard) => ["", `♪ ${heard.url}`],
  tones: (heard) => ["", `tones ${heard.digits}`],
  beep: () => ["note", "beep"],
  pause: (heard) => ["note", `silence, ${heard.seconds} s`],
  hold_music: () => ["note", "♪ music while waiting"],
  conference: (heard) => ["note", `in the conference ${heard.name} with ${heard.with.length} others`],
  application_error: () => ["", "We are sorry, an application error has occurred. Goodbye."],
  bridged: (heard) => ["note", `connected to ${heard.call_sid}${heard.words ? `, who says: ${heard.words}` : ""}`],
};

const actKinds = {
  decline: () => ["note", "declined"],
  hang_up: () => ["note", "hung up"],
  press: (act) => ["callee", `pressed ${act.keys}`],
  say: (act) => ["callee", act.text],
};

/** Everything that happened on the line, in order. */
function talk(call) {
  const lines = [];
  for (const change of call.history) lines.push([change.at, "note", change.status]);
  for (const heard of call.heard) {
    const known = heardKinds[heard.kind];
    lines.push([heard.at, ...(known ? known(heard) : ["note", heard.kind])]);
  }
  for (const act of call.acts) {
    // That somebody answered is said by the status.
    const known = actKinds[act.kind];
    if (known) lines.push([act.at, ...known(act)]);
  }
  if (!call.person && call.keys_pressed) {
    const last = call.history[call.history.length - 1];
    lines.push([last.at, "callee", `pressed ${call.keys_pressed}`]);
  }
  for (const recording of call.recordings) {
    const text = recording.transcription_text ? `: ${recording.transcription_text}` : "";
    lines.push([recording.started_at, "note", `recording ${recording.status}${text}`]);
  }
  lines.sort((one, other) => Date.parse(one[0]) - Date.parse(other[0]));
  return lines.map(([at, classes, text]) =>
    element("li", classes, since(at, call), element("p", "", text)));
}

function outcome(delivery) {
  const { answered, failed } = delivery.outcome;
  if (answered) return [answered.status < 400, String(answered.status), answered.body];
  if (failed) return [false, "failed", failed.error];
  return [false, "not sent", ""];
}

function delivery(sent, call) {
  const [good, result, body] = outcome(sent);
  const summary = element("summary", "", since(sent.at, call),
    element("span", "what", `${sent.kind.replaceAll("_", " ")} · ${sent.method} ${sent.url}`),
    element("span", `badge ${good ? "good" : "bad"}`, result));
  const params = element("dl", "");
  for (const [name, value] of sent.params) {
    if (value) params.append(element("dt", "", name), element("dd", "", value));
  }
  return element("details", "", summary, params, ...(body ? [element("pre", "", body)] : []));
}

function documentItem(ran, call) {
  const summary = element("summary", "", since(ran.at, call),
    element("span", "what", ran.url ?? "the Twiml parameter"));
  return element("details", "", summary, element("pre", "", ran.twiml));
}

/** Replaces a list, keeping the entries that were opened open. */
function fill(id, items) {
  const list = byId(id);
  const open = [...list.children].map((item) => item.querySelector("details")?.open);
  list.replaceChildren(...items.map((item) => (item.tagName === "LI" ? item : element("li", "", item))));
  [...list.children].forEach((item, place) => {
    const details = item.querySelector("details");
    if (details && open[place]) details.open = true;
  });
}

/** Adds what is new to the log and leaves the rest, so that only news is read out. */
function extendLog(items, fresh) {
  const log = byId("talk");
  if (fresh) log.replaceChildren();
  items.forEach((item, place) => {
    const shown = log.children[place];
    if (!shown) log.append(item);
    else if (shown.textContent !== item.textContent) shown.replaceWith(item);
  });
  while (log.children.length > items.length) log.lastChild.remove();
}

/** Shows a call; `fresh` when another one was shown before. */
export function showCall(call, deliveries, alerts, fresh) {
  byId("call-to").textContent = call.to;
  byId("call-from").textContent = `from ${call.from}`;
  byId("call-sid").textContent = call.sid;
  const status = byId("call-status");
  const seconds = call.duration_seconds ? ` · ${call.duration_seconds} s` : "";
  const text = call.status.replaceAll("-", " ") + seconds;
  if (status.textContent !== text) status.textContent = text;
  status.className = `status ${call.status}`;
  extendLog(talk(call), fresh);
  fill("deliveries", deliveries.map((sent) => delivery(sent, call)));
  byId("delivery-count").textContent = deliveries.length || "";
  fill("documents", call.documents.map((ran) => documentItem(ran, call)));
  byId("document-count").textContent = call.documents.length || "";
  byId("alerts-section").hidden = alerts.length === 0;
  byId("alert-count").textContent = alerts.length || "";
  fill("alerts", alerts.map((alert) => element("li", "",
    element("span", "badge bad", String(alert.code)), element("span", "", alert.message))));
}

const hints = {
  keys: "The call waits for keys.",
  speech: "The call waits for what you say.",
  keys_or_speech: "The call waits for keys, or for what you say.",
  recording: "You are being recorded.",
};

/** Shows the phone of a person: what can be done now. */
export function showPhone(call) {
  const ringing = call.status === "ringing";
  const talking = call.status === "in-progress";
  byId("phone").hidden = !call.person || !(ringing || talking);
  byId("ringing").hidden = !ringing;
  byId("talking").hidden = !talking;
  const hint = ringing ? "The phone is ringing." : hints[call.listening] ?? "Listen to what is said.";
  if (byId("phone-hint").textContent !== hint) byId("phone-hint").textContent = hint;
}
