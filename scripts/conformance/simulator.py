"""A twilio-sim process for the checks, and the small service it talks to."""

import json
import os
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from base64 import b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ACCOUNT = "AC00000000000000000000000000000001"
TOKEN = "simulated-auth-token-of-no-account"
FROM = "+15005550006"


class Simulator:
    """The program, with a clock that stands still until it is moved."""

    def __init__(self, binary, *flags):
        self.process = subprocess.Popen(
            [binary, "--port", "0", "--clock", "stepped", "--log", "error", *flags],
            stdout=subprocess.PIPE,
            text=True,
            env={"PATH": os.environ.get("PATH", "")},
        )
        greeting = self.process.stdout.readline()
        self.url = greeting.split(" at ")[1].split()[0]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(10)
        self.process.stdout.close()

    def control(self, method, path, body=None):
        """Does something on /_sim and returns its JSON."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"} if data else {}
        request = urllib.request.Request(
            f"{self.url}/_sim/{path}", data=data, method=method, headers=headers
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or b"null")

    def advance(self, seconds):
        self.control("POST", f"clock/advance?ms={round(seconds * 1000)}")

    def run_until_idle(self):
        while not self.control("POST", "clock/run-until-idle")["idle"]:
            pass

    def request(self, method, path, form=None, auth=(ACCOUNT, TOKEN)):
        """Asks the REST API; returns status and JSON (None without a body)."""
        data = None if form is None else urllib.parse.urlencode(form, doseq=True).encode()
        request = urllib.request.Request(self.url + path, data=data, method=method)
        if auth:
            token = b64encode(":".join(auth).encode()).decode()
            request.add_header("Authorization", f"Basic {token}")
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                status, text = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            status, text = error.code, error.read()
        return status, json.loads(text) if text else None


class Service:
    """A service under test: answers TwiML by path, 204 elsewhere, and keeps what it received."""

    def __init__(self, answers):
        self.received = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                length = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length).decode()
                service.received.append(
                    {
                        "method": self.command,
                        "url": f"{service.url}{self.path}",
                        "body": body,
                        "signature": self.headers.get("X-Twilio-Signature", ""),
                    }
                )
                twiml = answers.get(urllib.parse.urlsplit(self.path).path)
                if twiml is None:
                    self.send_response(204)
                    self.end_headers()
                    return
                text = f"<Response>{twiml}</Response>".encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/xml")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            do_GET = do_POST = answer

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def wait_for(condition, what, seconds=10):
    """Waits in real time for something another thread does."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit(f"gave up waiting for {what}")
        time.sleep(0.01)
