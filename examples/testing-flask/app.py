"""A small service that calls people and asks them to confirm an appointment."""

import os
from urllib.parse import quote

import requests
from flask import Flask, Response, request
from markupsafe import escape

app = Flask(__name__)
answers: dict[str, str] = {}


def call(to: str, name: str) -> str:
    """Calls somebody and returns the SID of the call."""
    account = os.environ["TWILIO_ACCOUNT_SID"]
    # Twilio's own SDK does the same; this is the one place that knows where Twilio is.
    api = os.environ.get("TWILIO_API_URL", "https://api.twilio.com")
    answer = requests.post(
        f"{api}/2010-04-01/Accounts/{account}/Calls.json",
        auth=(account, os.environ["TWILIO_AUTH_TOKEN"]),
        data={
            "To": to,
            "From": os.environ["TWILIO_FROM_NUMBER"],
            "Url": f"{os.environ['BASE_URL']}/voice?name={quote(name)}",
        },
        timeout=10,
    )
    answer.raise_for_status()
    return answer.json()["sid"]


def twiml(verbs: str) -> Response:
    return Response(f"<Response>{verbs}</Response>", mimetype="text/xml")


@app.post("/voice")
def voice() -> Response:
    name = escape(request.args["name"])
    return twiml(
        f'<Gather numDigits="1" action="/answer"><Say>Hello {name}. Press 1 to confirm.</Say></Gather>'
        "<Say>We did not get your answer. Goodbye.</Say>"
    )


@app.post("/answer")
def answer() -> Response:
    confirmed = request.form["Digits"] == "1"
    answers[request.form["CallSid"]] = "confirmed" if confirmed else "declined"
    return twiml(f"<Say>{'See you then.' if confirmed else 'We will call again.'}</Say>")
