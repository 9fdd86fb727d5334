//! The fold and the life of a call, over generated and written histories.

mod fold;
mod life;
mod lost;

use super::*;
use crate::carrier::{CarrierCall, Refusal, RefusalKind};
use crate::{CallSid, DialNo, Timestamp};

/// Second `seconds` of the test's time.
fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix_millis(1_767_000_000_000 + seconds * 1000).unwrap()
}

fn sid(text: &str) -> CallSid {
    text.parse().unwrap()
}

fn dial_no(number: u32) -> DialNo {
    DialNo::new(number).unwrap()
}

fn stored_call(retry_limit: i64) -> Call {
    let new = NewCall {
        call_id: "6f2cbf1c-53d2-4e4b-9d8c-2d6f2f6f0a11".parse().unwrap(),
        user_id: None,
        user_external_id: None,
        to_number: "+15550100042".parse().unwrap(),
        from_number: "+15005550006".parse().unwrap(),
        purpose: CallPurpose::Script,
        script: None,
        recording_enabled: true,
        retry_plan: RetryPlan::new(retry_limit, 10, Backoff::Fixed).unwrap(),
    };
    Call::begin(new, at(0))
}

/// A call whose first dial the carrier has accepted as `CA1`.
fn accepted_call(retry_limit: i64) -> Call {
    changed(&stored_call(retry_limit), &accepted(1, "CA1"), at(1))
}

fn accepted(number: u32, sid_text: &str) -> CallEvent {
    CallEvent::Placed {
        dial_no: dial_no(number),
        outcome: Placed::Accepted { sid: sid(sid_text) },
        asked_by: AskedBy::Caller,
    }
}

fn update(sid_text: &str, status: CallStatus, sequence: u32) -> StatusUpdate {
    StatusUpdate {
        sid: sid(sid_text),
        dial_no: None,
        status,
        identity: EventIdentity::Sequence(sequence),
        carrier_time: Some(at(i64::from(sequence))),
        duration_seconds: None,
        sip_response_code: None,
        answered_by: None,
    }
}

fn received(sid_text: &str, status: CallStatus, sequence: u32) -> CallEvent {
    CallEvent::StatusReceived(update(sid_text, status, sequence))
}

fn record(sid_text: &str, status: CallStatus) -> CarrierCall {
    CarrierCall {
        sid: sid(sid_text),
        status: Some(status),
        status_word: status.as_str().to_owned(),
        to: Some("+15550100042".to_owned()),
        from: Some("+15005550006".to_owned()),
        outbound_api: true,
        created_at: Some(at(0)),
        started_at: Some(at(2)),
        ended_at: status.is_terminal().then(|| at(9)),
        duration_seconds: status.is_terminal().then_some(5),
        answered_by: None,
    }
}

/// The call after an event that must change it.
fn changed(call: &Call, event: &CallEvent, now: Timestamp) -> Call {
    let applied = apply(call, event, now);
    assert_eq!(applied.effect, Effect::Changed, "{event:?}");
    applied.call
}

fn refused(call: &Call, event: &CallEvent, now: Timestamp) -> RefusedMove {
    let effect = apply(call, event, now).effect;
    let Effect::Refused(why) = effect else {
        panic!("{event:?} was not refused: {effect:?}");
    };
    why
}

fn placed(number: u32, outcome: Placed, asked_by: AskedBy) -> CallEvent {
    CallEvent::Placed {
        dial_no: dial_no(number),
        outcome,
        asked_by,
    }
}

fn refusal(kind: RefusalKind) -> Placed {
    Placed::Refused(Refusal {
        kind,
        code: Some(1),
        message: "no".to_owned(),
    })
}

fn ended(call: &Call, status: CallStatus, sip_response_code: Option<u16>) -> Call {
    let mut update = update("CA1", status, 2);
    update.sip_response_code = sip_response_code;
    changed(call, &CallEvent::StatusReceived(update), at(20))
}

fn due(number: u32) -> CallEvent {
    CallEvent::DialDue {
        dial_no: dial_no(number),
    }
}
