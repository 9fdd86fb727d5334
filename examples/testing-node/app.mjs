// A small service that calls people and asks them to confirm an appointment.

import { createServer } from "node:http";

const escape = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** The service. `twilio` is where Twilio is: { url, accountSid, authToken, from }. */
export function makeService(twilio) {
  const answers = new Map();

  const pages = {
    "/voice": (query) =>
      `<Gather numDigits="1" action="/answer"><Say>Hello ${escape(query.get("name"))}. Press 1 to confirm.</Say></Gather>
       <Say>We did not get your answer. Goodbye.</Say>`,
    "/answer": (_query, form) => {
      const confirmed = form.get("Digits") === "1";
      answers.set(form.get("CallSid"), confirmed ? "confirmed" : "declined");
      return `<Say>${confirmed ? "See you then." : "We will call again."}</Say>`;
    },
  };

  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url, "http://localhost");
    let body = "";
    for await (const chunk of request) body += chunk;
    response.setHeader("Content-Type", "text/xml");
    const verbs = pages[pathname]?.(searchParams, new URLSearchParams(body));
    response.writeHead(verbs === undefined ? 404 : 200);
    response.end(`<Response>${verbs ?? ""}</Response>`);
  });

  /** Calls somebody and returns the SID of the call. Twilio's own SDK does the same. */
  async function call(to, name) {
    const voice = `http://127.0.0.1:${server.address().port}/voice?${new URLSearchParams({ name })}`;
    const answer = await fetch(`${twilio.url}/2010-04-01/Accounts/${twilio.accountSid}/Calls.json`, {
      method: "POST",
      headers: { Authorization: `Basic ${btoa(`${twilio.accountSid}:${twilio.authToken}`)}` },
      body: new URLSearchParams({ To: to, From: twilio.from, Url: voice }),
    });
    const body = await answer.json();
    if (!answer.ok) throw new Error(`Twilio answered ${answer.status}: ${body.message}`);
    return body.sid;
  }

  return { server, call, answers };
}
