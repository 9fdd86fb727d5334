// Starts the simulator on a free port of this machine. GET /_sim/openapi.json says what it can do.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export async function startSimulator() {
  const program = process.env.TWILIO_SIM ?? "twilio-sim";
  // A fast clock jumps: ten virtual minutes take no time, and nobody has to sleep.
  const child = spawn(program, ["--port", "0", "--clock", "fast", "--log", "error"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout });
  const greeting = await new Promise((resolve, reject) => {
    lines.once("line", resolve);
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the simulator ended with ${code}`)));
  });
  const url = /http:\/\/\S+/.exec(greeting)[0];

  async function control(method, path, body) {
    const answer = await fetch(`${url}/_sim${path}`, { method, body: body && JSON.stringify(body) });
    if (!answer.ok) throw new Error((await answer.json()).detail);
    return answer.status === 204 ? undefined : answer.json();
  }

  return {
    twilio: {
      url,
      accountSid: "AC00000000000000000000000000000001",
      authToken: "simulated-auth-token-of-no-account",
      from: "+15005550006",
    },
    control,
    /** Lets everything happen and returns the call. */
    async finished(sid) {
      await control("POST", "/clock/run-until-idle");
      return control("GET", `/calls/${sid}`);
    },
    /** Waits until a call is as it should be; a person's call goes at real speed. */
    async until(sid, fits) {
      for (;;) {
        const call = await control("GET", `/calls/${sid}`);
        if (fits(call)) return call;
        await new Promise((later) => setTimeout(later, 20));
      }
    },
    stop: () => child.kill(),
  };
}
