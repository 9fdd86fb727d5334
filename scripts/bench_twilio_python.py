"""Does with twilio-python what crates/twilio/benches/beside_python.rs does, and compares the times.

twilio-python does not read TwiML: there the standard library's ElementTree stands for it, which makes
untyped elements and checks nothing.
"""

import json
import pathlib
import sys
import time
import urllib.parse
import xml.etree.ElementTree as ElementTree

from twilio.request_validator import RequestValidator
from twilio.twiml.voice_response import Gather, VoiceResponse

VOICE = {"voice": "Polly.Joanna-Neural", "language": "en-US"}


def write_consent():
    response = VoiceResponse()
    gather = Gather(
        action="https://example.com/voice/consent", method="POST", num_digits=1, timeout=5
    )
    gather.say("This call may be recorded. Press 1 to agree, or 2 to decline.", **VOICE)
    response.append(gather)
    response.record(
        action="https://example.com/voice/recorded",
        method="POST",
        finish_on_key="#",
        max_length=120,
        play_beep=True,
        timeout=5,
        trim="trim-silence",
        recording_status_callback="https://example.com/voice/recording-status",
        recording_status_callback_method="POST",
        recording_status_callback_event="in-progress completed absent",
        transcribe=True,
        transcribe_callback="https://example.com/voice/transcribed",
    )
    response.say("We did not receive a recording. Goodbye.", **VOICE)
    response.hangup()
    return response.to_xml()


def mean_ns(work, seconds):
    """The mean time of one run, measured for as long as the other side was."""
    until = time.perf_counter() + seconds / 5
    while time.perf_counter() < until:
        work()
    runs = 0
    begun = time.perf_counter_ns()
    until = begun + seconds * 1_000_000_000
    while time.perf_counter_ns() < until:
        work()
        runs += 1
    return (time.perf_counter_ns() - begun) / runs


def main():
    folder = pathlib.Path(sys.argv[1])
    inputs = json.loads((folder / "inputs.json").read_text())
    validator = RequestValidator(inputs["token"])

    def receive_callback():
        form = dict(urllib.parse.parse_qsl(inputs["body"], keep_blank_values=True))
        if not validator.validate(inputs["url"], form, inputs["signature"]):
            raise SystemExit("twilio-python does not believe the callback")
        return form

    def read_document():
        return ElementTree.fromstring(inputs["document"])

    ours, theirs = (
        ElementTree.canonicalize(document) for document in (inputs["consent"], write_consent())
    )
    if ours != theirs:
        raise SystemExit(f"the documents differ:\n{ours}\n{theirs}")

    print(f"\n{'':<18}{'atlas-twilio':>14}{'twilio-python':>16}{'ratio':>9}")
    for work in (write_consent, receive_callback, read_document):
        name = work.__name__
        estimates = json.loads((folder / name / "new" / "estimates.json").read_text())
        ours = estimates["mean"]["point_estimate"]
        theirs = mean_ns(work, inputs["seconds"])
        print(f"{name:<18}{ours / 1000:>11.1f} us{theirs / 1000:>13.1f} us{theirs / ours:>8.1f}x")
    size = len(inputs["document"].encode())
    print(f"read_document: {size} bytes; beside it ElementTree, as twilio-python reads no TwiML")


main()
