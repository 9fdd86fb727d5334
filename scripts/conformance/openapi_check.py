"""Holds the simulator's answers and atlas-twilio's requests against Twilio's OpenAPI document.

Usage: openapi_check.py DOCUMENT SIMULATOR CLIENT
"""

import json
import subprocess
import sys

from openapi_lists import check_lists
from schema import Document
from simulator import ACCOUNT, FROM, TOKEN, Service, Simulator

# Findings (as regular expressions) that are none: where Twilio itself differs from its document, and why.
EXCEPTIONS = {
    r"request GET .* (StartTime|EndTime|DateSent|DateCreated)[<>]?: '\d{4}-\d\d-\d\d' is no date-time": "typed "
    "date-time, but described as YYYY-MM-DD, which is what Twilio takes",
    r"GET .*source: 'StartCallRecordingTwiML' is not one of .*": "the document has no word yet for recordings of "
    "<Start><Recording>",
    r"POST .*/Recordings/Twilio\.CURRENT\.json: is no operation": "the recording under way, without its SID",
    r"request POST .*/Calls\.json: RecordingConfigurationId is unknown": "known to Twilio's SDKs only",
}
ROOT = f"/2010-04-01/Accounts/{ACCOUNT}"
# Everything that makes recordings here.
SOURCES = {
    "RecordVerb",
    "OutboundAPI",
    "StartCallRecordingAPI",
    "StartCallRecordingTwiML",
    "DialVerb",
    "Conference",
}
# What the simulator does not simulate.
NOT_SIMULATED = (
    "/Payments",
    "/Siprec",
    "/Streams",
    "/Calls/{CallSid}/Transcriptions",
    "/UserDefinedMessage",
    "/AddOnResults",
    "/Feedback",
)


class Checker:
    """Asks the simulator and checks every answer."""

    def __init__(self, sim, document, root=ROOT):
        self.sim = sim
        self.document = document
        self.root = root
        self.seen = set()

    def ask(self, method, tail, form=None, expect=None, auth=(ACCOUNT, TOKEN)):
        path = f"{self.root}{tail}"
        status, body = self.sim.request(method, path, form, auth)
        template = self.document.answer(method, path.split("?")[0], status, body)
        if status < 400:
            self.seen.add((method.lower(), template))
        if expect is not None and status != expect:
            raise SystemExit(f"{method} {tail} answered {status} instead of {expect}: {body}")
        return body

    def call(self, to, **more):
        form = {"To": to, "From": FROM, "Twiml": "<Response><Pause length='60'/></Response>", **more}
        return self.ask("POST", "/Calls.json", form, 201)["sid"]

    def message(self, to="+15550100042", **more):
        form = {"To": to, "From": FROM, "Body": "Hello", **more}
        form = {name: value for name, value in form.items() if value is not None}
        return self.ask("POST", "/Messages.json", form, 201)["sid"]


def check_answers(sim, document, service):
    checker = Checker(sim, document)
    ask = checker.ask
    # An account with calls in every state.
    ask("GET", ".json", expect=200)
    live = checker.call("+15550100042", StatusCallback=f"{service.url}/status", Record="true")
    sim.advance(1.2)
    ask("GET", f"/Calls/{live}.json", expect=200)
    sim.advance(3)
    assert ask("GET", f"/Calls/{live}.json")["status"] == "in-progress"
    started = ask("POST", f"/Calls/{live}/Recordings.json", {}, 201)["sid"]
    recording = f"/Calls/{live}/Recordings/{started}.json"
    for status in ("paused", "in-progress", "stopped"):
        sim.advance(2)
        ask("POST", recording, {"Status": status}, 200)
        ask("GET", recording, expect=200)
        ask("GET", f"/Recordings/{started}.json", expect=200)
    twiml = (
        "<Response><Dial callerId='+15005550006' timeout='7'><Number>+15550100043</Number></Dial>"
        f"<Record transcribe='true' maxLength='20' action='{service.url}/nothing'/></Response>"
    )
    ask("POST", f"/Calls/{live}.json", {"Twiml": twiml}, 200)
    voicemail = "<Response><Record transcribe='true' maxLength='20'/></Response>"
    checker.call("+15550100042", Twiml=voicemail)
    for verb in (
        "<Dial record='record-from-answer'><Number>+15550100043</Number></Dial>",
        *["<Dial><Conference record='record-from-start'>room</Conference></Dial>"] * 2,
        "<Start><Recording/></Start><Pause length='5'/>",
    ):
        checker.call("+15550100042", Twiml=f"<Response>{verb}</Response>")
    for to in ("client:joe", "sip:kate@example.com"):
        checker.call(to)
    for to in ("+15550100004", "+15550100005", "+15550103404", "+15550100042"):
        checker.call(to, Timeout="5")
    queued = checker.call("+15550100042")
    ask("GET", f"/Calls/{queued}.json", expect=200)
    ask("POST", f"/Calls/{queued}.json", {"Status": "canceled"}, 200)
    broken = checker.call("+15550100042", Url=f"{service.url}/broken", Twiml="", Record="true")
    sms = checker.message(StatusCallback=f"{service.url}/status")
    mms = checker.message(MediaUrl=["http://a.example/x.png", "http://a.example/y.jpg"])
    fails = [checker.message(to) for to in ("+15550105003", "+15550106007")]
    service_sid = "MG00000000000000000000000000000001"
    checker.message(From=None, MessagingServiceSid=service_sid)
    sim.control("POST", "messages", {"from": "+15550100042", "to": FROM, "body": "Hi"})
    for step in (0, 0.7, 0.7, 0.7):
        sim.advance(step)
        ask("GET", "/Messages.json", expect=200)
        ask("GET", "/Calls.json?PageSize=3", expect=200)
        ask("GET", "/Recordings.json", expect=200)
    sim.run_until_idle()
    # When all is over.
    calls = ask("GET", "/Calls.json")["calls"]
    assert any(call["parent_call_sid"] for call in calls), "a call that was dialled is among them"
    for call in calls:
        tail = f"/Calls/{call['sid']}"
        ask("GET", f"{tail}.json", expect=200)
        ask("GET", f"{tail}/Recordings.json", expect=200)
        ask("GET", f"{tail}/Events.json", expect=200)
    sim.advance(16 * 60)
    ask("GET", f"/Calls/{live}/Events.json", expect=200)
    notifications = ask("GET", f"/Calls/{broken}/Notifications.json", expect=200)["notifications"]
    assert notifications, "a document that is missing leaves a notification"
    ask("GET", f"/Calls/{broken}/Notifications/{notifications[0]['sid']}.json", expect=200)
    recordings = ask("GET", "/Recordings.json", expect=200)["recordings"]
    sources = {made["source"] for made in recordings}
    assert sources == SOURCES, f"there are recordings of {sorted(sources)}"
    for made in recordings:
        ask("GET", f"/Recordings/{made['sid']}.json", expect=200)
        ask("GET", f"/Recordings/{made['sid']}/Transcriptions.json", expect=200)
    transcriptions = ask("GET", "/Transcriptions.json", expect=200)["transcriptions"]
    assert len(transcriptions) == 2, "two recordings were to be transcribed"
    transcription, other = transcriptions
    ask("GET", f"/Transcriptions/{transcription['sid']}.json", expect=200)
    below = f"/Recordings/{transcription['recording_sid']}/Transcriptions/{transcription['sid']}.json"
    ask("GET", below, expect=200)
    for message in (sms, mms, *fails):
        ask("GET", f"/Messages/{message}.json", expect=200)
    sids = {"CallSid": broken, "MessageSid": mms, "RecordingSid": transcription["recording_sid"]}
    check_lists(checker, sids)
    media = ask("GET", f"/Messages/{mms}/Media.json", expect=200)["media_list"]
    ask("GET", f"/Messages/{mms}/Media/{media[0]['sid']}.json", expect=200)
    ask("POST", f"/Messages/{sms}.json", {"Body": ""}, 200)
    check_errors(checker, live)
    ask("DELETE", f"/Transcriptions/{other['sid']}.json", expect=204)
    ask("DELETE", below, expect=204)
    ask("GET", f"/Transcriptions/{transcription['sid']}.json", expect=404)
    ask("DELETE", f"/Messages/{mms}/Media/{media[0]['sid']}.json", expect=204)
    ask("DELETE", f"/Messages/{sms}.json", expect=204)
    check_deletions(checker, live, started)
    return checker.seen


def check_errors(checker, call):
    """Errors have one shape, whatever they are about."""
    ask = checker.ask
    missing = "0" * 32
    ask("GET", "/Calls.json", expect=401, auth=None)
    ask("GET", f"/Calls/CA{missing}.json", expect=404)
    ask("GET", f"/Recordings/RE{missing}.json", expect=404)
    ask("GET", f"/Transcriptions/TR{missing}.json", expect=404)
    ask("GET", f"/Messages/SM{missing}.json", expect=404)
    ask("GET", "/Calls.json?PageSize=0", expect=400)
    ask("POST", "/Calls.json", {"To": "+15550100042"}, 400)
    ask("POST", "/Messages.json", {"To": "+15550100042"}, 400)
    ask("POST", f"/Calls/{call}.json", {"Status": "completed"}, 400)
    ask("POST", f"/Calls/{call}/Recordings.json", {}, 400)


def check_deletions(checker, call, recording):
    ask = checker.ask
    ask("DELETE", f"/Calls/{call}/Recordings/{recording}.json", expect=204)
    for made in ask("GET", "/Recordings.json", expect=200)["recordings"]:
        ask("DELETE", f"/Recordings/{made['sid']}.json", expect=204)
    ask("GET", "/Recordings.json?IncludeSoftDeleted=true", expect=200)
    ask("DELETE", f"/Calls/{call}.json", expect=204)


def check_limited(binary, document):
    """The same answers from an account that may do less, and with other credentials."""
    key, test = (f"SK{'0' * 31}1", "secret"), (f"AC{'0' * 31}2", "secret")
    flags = ["--trial", "--verified-number", "+15550100042", "--strict"]
    flags += ["--consistency-lag-ms", "300", "--calls-per-second", "1"]
    flags += ["--api-key", ":".join(key), "--test-credentials", ":".join(test)]
    with Simulator(binary, *flags) as sim:
        checker = Checker(sim, document)
        ask = checker.ask
        first, second = (checker.call("+15550100042") for _ in range(2))
        for step in (0, 0.2, 0.2, 1, 3):
            sim.advance(step)
            ask("GET", f"/Calls/{first}.json", expect=200, auth=key)
            ask("GET", "/Calls.json", expect=200, auth=key)
        form = {"To": "+15550100043", "From": FROM, "Twiml": "<Response/>", "Body": "Hello"}
        ask("POST", "/Calls.json", form, 400)
        ask("POST", "/Messages.json", form, 400)
        checker.message()
        sim.run_until_idle()
        assert ask("GET", f"/Calls/{second}.json", expect=200)["queue_time"] == "1000"
        tester = Checker(sim, document, f"/2010-04-01/Accounts/{test[0]}")
        tester.ask("POST", "/Calls.json", form, 201, auth=test)
        tester.ask("POST", "/Messages.json", form, 201, auth=test)
        tester.ask("GET", "/Calls.json", expect=403, auth=test)
    with Simulator(binary, "--concurrent-requests", "0") as sim:
        Checker(sim, document).ask("GET", "/Calls.json", expect=429)


def check_requests(sim, document, client):
    """Lets atlas-twilio's client use all its methods, and reads what arrived."""
    subprocess.run([client, sim.url, ACCOUNT, TOKEN, FROM], check=True)
    seen = set()
    for request in sim.control("GET", "requests"):
        path = request["path"]
        if path.startswith("/v2/") or "/Recordings/" in path and not path.endswith(".json"):
            # Lookup and media are not in the document of the 2010 API.
            continue
        template = document.request(request["method"], path, request["params"])
        if template:
            seen.add((request["method"].lower(), template))
    return seen


def main():
    spec, binary, client = sys.argv[1:]
    with open(spec, encoding="utf-8") as file:
        document = Document(json.load(file), EXCEPTIONS)
    simulated = {
        operation
        for operation in document.operations
        if not any(name in operation[1] for name in NOT_SIMULATED)
        # The account cannot be changed here.
        and operation != ("post", "/2010-04-01/Accounts/{Sid}.json")
    }
    with Service({}) as service, Simulator(binary) as sim:
        answered = check_answers(sim, document, service)
    check_limited(binary, document)
    answers = document.checks
    for method, template in sorted(simulated - answered):
        document.findings.append(f"{method.upper()} {template}: was not answered successfully")
    with Simulator(binary) as sim:
        requested = check_requests(sim, document, client)
    for unused in EXCEPTIONS.keys() - document.used_exceptions:
        document.findings.append(f"exception {unused!r} is needed no more")
    for finding in sorted(set(document.findings)):
        print(finding)
    print(
        f"openapi-check: {answers} checks on the answers of {len(answered)} operations, "
        f"{document.checks - answers} on the requests of {len(requested)}; "
        f"{len(set(document.findings))} findings"
    )
    return 1 if document.findings else 0


if __name__ == "__main__":
    sys.exit(main())
