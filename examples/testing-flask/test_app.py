"""What the people who are called hear, and what the service learns from them."""

import app


def said(call) -> list[str]:
    return [heard["text"] for heard in call["heard"] if heard["kind"] == "said"]


def test_whoever_presses_1_has_confirmed(simulator):
    # +1555010070D presses D at every prompt.
    sid = app.call("+15550100701", "Ann")
    call = simulator.finished(sid)
    assert said(call) == ["Hello Ann. Press 1 to confirm.", "See you then."]
    assert call["status"] == "completed"
    assert app.answers[sid] == "confirmed"


def test_another_key_declines(simulator):
    simulator.behave("+15550100042", {"kind": "presses", "digits": "2"})
    sid = app.call("+15550100042", "Ben")
    assert said(simulator.finished(sid))[-1] == "We will call again."
    assert app.answers[sid] == "declined"


def test_no_key_is_no_answer(simulator):
    sid = app.call("+15550100001", "Eve")
    call = simulator.finished(sid)
    assert said(call)[-1] == "We did not get your answer. Goodbye."
    assert sid not in app.answers


def test_a_name_is_spoken_and_not_executed(simulator):
    sid = app.call("+15550100001", "<Hangup/>")
    assert said(simulator.finished(sid))[0] == "Hello <Hangup/>. Press 1 to confirm."
    assert simulator.get("/alerts") == []
