"""Uses the simulator with Twilio's SDK for Python, as it is.

Usage: sdk_check.py SIMULATOR RECEIVED

What the simulator posted is written to RECEIVED, so that the SDK for Node can judge its signatures, too.
"""

import json
import sys
import urllib.parse
from datetime import datetime, timezone

from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from simulator import ACCOUNT, FROM, TOKEN, Service, Simulator

CALLEE = "+15550100042"


class Redirected(TwilioHttpClient):
    """Sends what is meant for Twilio's hosts to the simulator."""

    def __init__(self, base_url):
        super().__init__()
        self.base_url = base_url

    def request(self, method, url, *args, **kwargs):
        parts = urllib.parse.urlsplit(url)
        assert parts.scheme == "https" and parts.netloc.endswith(".twilio.com"), url
        tail = urllib.parse.urlunsplit(("", "", parts.path, parts.query, ""))
        return super().request(method, self.base_url + tail, *args, **kwargs)


class Form(dict):
    """A form as web frameworks hand it to the validator: each name with all its values."""

    def getlist(self, name):
        return self[name]


class Check:
    """Counts what holds and ends with what does not."""

    def __init__(self):
        self.count = 0

    def __call__(self, holds, what):
        self.count += 1
        if not holds:
            raise SystemExit(f"sdk-check (Python): {what}")

    def refused(self, code, status, act):
        try:
            act()
        except TwilioRestException as error:
            self((error.code, error.status) == (code, status), f"{error.status}/{error.code} is not {status}/{code}")
        else:
            self(False, f"was accepted and not refused with {code}")


def place(client, service, **more):
    form = {"to": CALLEE, "from_": FROM, "url": f"{service.url}/voice", **more}
    return client.calls.create(
        status_callback=f"{service.url}/status?a=b%20c",
        status_callback_event=["initiated", "ringing", "answered", "completed"],
        **form,
    )


def check_calls(check, client, sim, service):
    call = place(client, service, record=True, recording_status_callback=f"{service.url}/recording")
    check(call.status == "queued" and call.direction == "outbound-api", "a new call is queued")
    check(call.fetch().start_time is None, "a queued call has not started")
    sim.advance(4)
    live = call.fetch()
    check(live.status == "in-progress", f"the call is {live.status} and not in progress")
    check(live.date_created.tzinfo is not None, "dates are read")
    redirected = live.update(twiml="<Response><Say>Changed</Say><Pause length='30'/></Response>")
    check(redirected.status == "in-progress", "a live call is redirected")
    started = live.recordings.create(recording_channels="dual")
    check(started.source == "StartCallRecordingAPI" and started.channels == 2, "a recording is started")
    sim.advance(3)
    paused = live.recordings(started.sid).update(status="paused")
    check(paused.status == "paused", "a recording is paused")
    sim.advance(2)
    check(live.recordings(started.sid).update(status="in-progress").status == "in-progress", "and resumed")
    sim.advance(2)
    live.recordings(started.sid).update(status="stopped")
    ended = live.update(status="completed")
    check(ended.status == "completed", "a live call is hung up")
    sim.run_until_idle()
    check(call.fetch().duration is not None, "a completed call has a duration")
    check_recordings(check, client, call, started.sid)
    canceled = place(client, service)
    check(canceled.update(status="canceled").status == "canceled", "a queued call is canceled")
    for to in ("+15550100004", "+15550100004", "+15550100005", "+15550103404"):
        place(client, service, to=to)
    parent = place(client, service, url=f"{service.url}/dial")
    sim.run_until_idle()
    check_lists(check, client, parent, service)
    sim.advance(16 * 60)
    events = call.events.list()
    check(any("/voice" in event.request["url"] for event in events), "the events name the voice URL")
    broken = place(client, service, url=f"{service.url}/broken")
    sim.run_until_idle()
    notes = broken.notifications.list()
    check([note.error_code for note in notes][-1:] == ["11200"], "an answer of no use is a notification")
    check(notes[-1].fetch().request_url.endswith("/broken"), "a notification can be fetched")
    check(call.delete(), "a call is deleted")
    check.refused(20404, 404, call.fetch)


def check_recordings(check, client, call, started):
    listed = client.recordings.list(call_sid=call.sid)
    check({found.source for found in listed} == {"OutboundAPI", "StartCallRecordingAPI"}, "both are listed")
    check(len(call.recordings.list()) == 2, "the call lists its recordings")
    recording = client.recordings(started).fetch()
    check(recording.status == "completed", f"the recording is {recording.status}")
    media = client.request("GET", f"https://api.twilio.com{recording.uri.removesuffix('.json')}.wav")
    check(media.status_code == 200, "the recording can be heard")
    check(client.recordings(started).delete(), "a recording is deleted")
    check.refused(20404, 404, client.recordings(started).fetch)


def check_lists(check, client, parent, service):
    every = client.calls.list()
    check(len(every) == 8, f"there are {len(every)} calls and not 8")
    check([found.sid for found in client.calls.list(page_size=2)] == [found.sid for found in every], "pages join")
    check(len(client.calls.list(limit=3, page_size=2)) == 3, "a limit holds")
    check(len(client.calls.list(status="busy")) == 2, "calls are filtered by status")
    check(len(client.calls.list(to="+15550100005")) == 1, "and by number")
    check(len(client.calls.list(start_time_before="2020-01-01")) == 0, "and by time")
    children = client.calls.list(parent_call_sid=parent.sid)
    check([child.direction for child in children] == ["outbound-dial"], "and by parent")
    page = client.calls.page(page_size=2)
    following = page.next_page()
    check([found.sid for found in following] == [found.sid for found in every[2:4]], "there is a next page")
    check([found.sid for found in following.previous_page()] == [found.sid for found in every[:2]], "and one before")


def check_transcriptions(check, client, sim, service):
    place(client, service, url=f"{service.url}/voicemail")
    sim.run_until_idle()
    transcriptions = client.transcriptions.list()
    check(len(transcriptions) == 1, "a voicemail is transcribed")
    one = client.transcriptions(transcriptions[0].sid).fetch()
    check(one.status == "completed" and one.transcription_text, "it can be read")
    check(len(client.recordings(one.recording_sid).transcriptions.list()) == 1, "its recording lists it")
    check(one.delete(), "it can be deleted")


def check_messages(check, client, sim, service):
    form = {"from_": FROM, "status_callback": f"{service.url}/message-status"}
    message = client.messages.create(to=CALLEE, body="Hello \N{THUMBS UP SIGN}", **form)
    check(message.status == "queued" and message.num_segments == "1", "a message is queued")
    picture = client.messages.create(to=CALLEE, media_url=["http://a.example/x.png"], **form)
    lost = client.messages.create(to="+15550105003", body="Hello", **form)
    sim.control("POST", "messages", {"from": CALLEE, "to": FROM, "body": "Hi & bye = ü"})
    sim.run_until_idle()
    check(message.fetch().status == "delivered", "a message is delivered")
    check(lost.fetch().error_code == 30003, "one that is not says why")
    check(len(picture.media.list()) == 1, "media are listed")
    check(picture.media.list()[0].delete(), "and deleted")
    check(message.update(body="").body == "", "a message is redacted")
    directions = [found.direction for found in client.messages.list()]
    check(sorted(set(directions)) == ["inbound", "outbound-api", "outbound-reply"], f"{directions} are listed")
    check(len(client.messages.list(to="+15550105003", page_size=1)) == 1, "messages are filtered")
    service_sid = "MG00000000000000000000000000000001"
    at = sim.control("GET", "clock")["now_ms"] / 1000 + 3600
    later = client.messages.create(
        to=CALLEE,
        body="Later",
        messaging_service_sid=service_sid,
        schedule_type="fixed",
        send_at=datetime.fromtimestamp(at, timezone.utc),
    )
    check(later.status == "scheduled", "a message is scheduled")
    check(later.update(status="canceled").status == "canceled", "and called off")
    check(message.delete(), "and deleted")


def check_refusals(check, client, sim):
    twiml = "<Response/>"
    for code, to, from_ in (
        (21211, "123", FROM),
        (21217, "+15005550001", FROM),
        (21214, "+15005550002", FROM),
        (21215, "+15005550003", FROM),
        (21216, "+15005550004", FROM),
        (21212, CALLEE, "+15005550001"),
        (21210, CALLEE, "+15005550002"),
    ):
        check.refused(code, 400, lambda: client.calls.create(to=to, from_=from_, twiml=twiml))
    check.refused(21205, 400, lambda: client.calls.create(to=CALLEE, from_=FROM, url="/relative"))
    check.refused(32018, 400, lambda: client.calls.create(to=CALLEE, from_=FROM, twiml="x" * 4001))
    for code, to, from_, body in (
        (21602, CALLEE, FROM, ""),
        (21617, CALLEE, FROM, "x" * 1601),
        (21606, CALLEE, "+15005550007", "x"),
        (21611, CALLEE, "+15005550008", "x"),
        (21612, "+15005550002", FROM, "x"),
        (21408, "+15005550003", FROM, "x"),
        (21610, "+15005550004", FROM, "x"),
        (21614, "+15005550009", FROM, "x"),
    ):
        check.refused(code, 400, lambda: client.messages.create(to=to, from_=from_, body=body))
    call = client.calls.create(to=CALLEE, from_=FROM, twiml=twiml)
    check.refused(20009, 409, call.delete)
    check.refused(21220, 400, lambda: call.update(twiml=twiml))
    stranger = Client(ACCOUNT, "wrong", http_client=client.http_client)
    check.refused(20003, 401, stranger.calls(call.sid).fetch)
    sim.run_until_idle()


def check_others(check, client):
    account = client.api.accounts(ACCOUNT).fetch()
    check(account.status == "active", "the account is active")
    number = client.lookups.v2.phone_numbers("+14159929960").fetch(fields="line_type_intelligence")
    check(number.valid and number.line_type_intelligence["type"] == "mobile", "a number is looked up")
    check(not client.lookups.v2.phone_numbers("+1415").fetch().valid, "and one that is none")


def check_callbacks(check, client, sim, service):
    """Lets every kind of request be made that the other checks do not need."""
    base = {"from_": FROM, "to": CALLEE}
    detected = client.calls.create(
        url=f"{service.url}/voice?by=get",
        method="GET",
        status_callback=f"{service.url}/status?by=get",
        status_callback_method="GET",
        machine_detection="Enable",
        async_amd="true",
        async_amd_status_callback=f"{service.url}/detected",
        **base,
    )
    sim.run_until_idle()
    check(detected.fetch().answered_by == "human", "it is told who has answered")
    for path in ("/confer", "/confer", "/enqueue", "/take", "/speak", "/stream", "/no-document"):
        client.calls.create(url=f"{service.url}{path}", fallback_url=f"{service.url}/fallback", **base)
    sim.run_until_idle()


def check_kinds(check, sim):
    """Every kind of request that the simulator describes has been made, by GET and by POST where it can be."""
    kinds = sim.control("GET", "openapi.json")["components"]["schemas"]["DeliveryKind"]["enum"]
    deliveries = sim.control("GET", "deliveries")
    made = {delivery["kind"] for delivery in deliveries}
    check(set(kinds) == made, f"no request was made of the kinds {sorted(set(kinds) - made)}")
    by_get = {delivery["kind"] for delivery in deliveries if delivery["method"] == "GET"}
    check({"twiml", "action", "call_status"} <= by_get, f"only {sorted(by_get)} were requested with GET")
    posted = {delivery["kind"] for delivery in deliveries if delivery["method"] == "POST"}
    check(set(kinds) == posted, f"no POST was made of the kinds {sorted(set(kinds) - posted)}")


def check_signatures(check, received):
    validator = RequestValidator(TOKEN)
    kinds = set()
    for request in received:
        params = Form(urllib.parse.parse_qs(request["body"], keep_blank_values=True))
        path = urllib.parse.urlsplit(request["url"]).path
        kinds.add(path)
        valid = validator.validate(request["url"], params, request["signature"])
        check(valid, f"the signature of {path} does not verify")
        forged = validator.validate(request["url"] + "x", params, request["signature"])
        check(not forged, f"the signature of {path} fits another URL, too")
    expected = {
        "/voice",
        "/status",
        "/child",
        "/detected",
        "/conference",
        "/conference-wait",
        "/queue-wait",
        "/queued",
        "/taken",
        "/partial",
        "/streaming",
        "/fallback",
        "/dial",
        "/dialled",
        "/gathered",
        "/recorded",
        "/recording",
        "/transcribed",
        "/message-status",
        "/sms",
    }
    check(expected <= kinds, f"nothing was posted to {sorted(expected - kinds)}")


def main():
    binary, out = sys.argv[1:]
    check = Check()
    answers = {
        "/voice": "<Gather action='/gathered' method='GET' timeout='2'><Say>Press</Say></Gather>"
        "<Pause length='60'/>",
        "/gathered": "<Pause length='60'/>",
        "/dial": "<Gather numDigits='1' action='/chosen'><Say>1</Say></Gather>"
        "<Dial action='/dialled'><Number statusCallback='/child' "
        "statusCallbackEvent='initiated ringing answered completed'>+15550100043</Number></Dial>",
        "/dialled": "<Hangup/>",
        "/confer": "<Dial><Conference statusCallback='/conference' waitUrl='/conference-wait' "
        "statusCallbackEvent='start end join leave'>room</Conference></Dial>",
        "/conference-wait": "<Pause length='5'/>",
        "/enqueue": "<Enqueue action='/queued' waitUrl='/queue-wait'>line</Enqueue>",
        "/queue-wait": "<Pause length='5'/>",
        "/queued": "<Hangup/>",
        "/take": "<Dial><Queue url='/taken'>line</Queue></Dial>",
        "/taken": "<Say>Hello</Say>",
        "/speak": "<Gather input='speech' action='/gathered' partialResultCallback='/partial'/>",
        "/stream": "<Start><Stream url='wss://a.example/' statusCallback='/streaming'/></Start><Say>Hello</Say>",
        "/fallback": "<Say>Sorry</Say>",
        "/voicemail": "<Record action='/recorded' transcribe='true' transcribeCallback='/transcribed' "
        "recordingStatusCallback='/recording' maxLength='20'/>",
        "/recorded": "<Hangup/>",
        "/sms": "<Message statusCallback='/message-status'>Thanks</Message>",
    }
    with Service(answers) as service:
        with Simulator(binary, "--message-webhook", f"{service.url}/sms") as sim:
            client = Client(ACCOUNT, TOKEN, http_client=Redirected(sim.url))
            check_calls(check, client, sim, service)
            check_transcriptions(check, client, sim, service)
            check_messages(check, client, sim, service)
            check_refusals(check, client, sim)
            check_others(check, client)
            check_callbacks(check, client, sim, service)
            presses = client.calls.create(to="+15550100701", from_=FROM, url=f"{service.url}/voice")
            sim.run_until_idle()
            check(presses.fetch().status == "completed", "a call whose callee presses a key is completed")
            check_kinds(check, sim)
        check_signatures(check, service.received)
        with open(out, "w", encoding="utf-8") as file:
            json.dump(service.received, file)
    print(f"sdk-check (Python): {check.count} checks, {len(service.received)} signed requests")


if __name__ == "__main__":
    main()
