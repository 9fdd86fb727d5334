"""Starts the simulator and the service for the tests, both on free ports of this machine."""

import os
import subprocess
import threading

import pytest
import requests
from werkzeug.serving import make_server

from app import app


class Simulator:
    """The running simulator; what it can do is described at /_sim/openapi.json."""

    def __init__(self, url: str) -> None:
        self.url = url

    def get(self, path: str):
        answer = requests.get(f"{self.url}/_sim{path}", timeout=30)
        answer.raise_for_status()
        return answer.json()

    def post(self, path: str, body=None) -> None:
        requests.post(f"{self.url}/_sim{path}", json=body, timeout=30).raise_for_status()

    def behave(self, number: str, behaviour: dict) -> None:
        """Sets how whoever is called at a number behaves."""
        url = f"{self.url}/_sim/numbers/{requests.utils.quote(number, safe='')}"
        requests.put(url, json=behaviour, timeout=30).raise_for_status()

    def finished(self, sid: str):
        """Lets everything happen and returns the call."""
        self.post("/clock/run-until-idle")
        return self.get(f"/calls/{sid}")


@pytest.fixture(scope="session")
def simulator():
    program = os.environ.get("TWILIO_SIM", "twilio-sim")
    # A fast clock jumps: ten virtual minutes take no time, and nobody has to sleep.
    process = subprocess.Popen(
        [program, "--port", "0", "--clock", "fast", "--log", "error"],
        stdout=subprocess.PIPE,
        text=True,
    )
    url = next(word for word in process.stdout.readline().split() if word.startswith("http"))
    yield Simulator(url)
    process.terminate()
    process.wait()


@pytest.fixture(scope="session", autouse=True)
def service(simulator):
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    os.environ |= {
        "BASE_URL": f"http://127.0.0.1:{server.server_port}",
        "TWILIO_API_URL": simulator.url,
        "TWILIO_ACCOUNT_SID": "AC00000000000000000000000000000001",
        "TWILIO_AUTH_TOKEN": "simulated-auth-token-of-no-account",
        "TWILIO_FROM_NUMBER": "+15005550006",
    }
    yield
    server.shutdown()


@pytest.fixture(autouse=True)
def fresh(simulator):
    simulator.post("/reset")
