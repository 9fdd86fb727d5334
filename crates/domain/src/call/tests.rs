//! The fold and the life of a call, over generated and written histories.

mod fold;
mod life;
mod lost;
mod notification;
mod notification_delivery;
mod notification_ends;
mod notification_properties;
mod notification_reach;

use super::*;
use crate::carrier::{CarrierCall, Refusal, RefusalKind};
use crate::notification::{AcknowledgedBy, Acknowledgement, AnsweredBy};
use crate::{CallSid, DialNo, Notification, Timestamp};

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

/// A notification as first stored, to be redialled up to three times.
fn stored_notification() -> Call {
    let title = "Restart the pump".parse().unwrap();
    let task_id = Some("task-7".parse().unwrap());
    Call {
        purpose: CallPurpose::Notification(Notification::new(task_id, title)),
        script: None,
        recording_enabled: false,
        ..stored_call(3)
    }
}

/// A notification whose first dial the carrier has accepted as `CA1`.
fn accepted_notification() -> Call {
    changed(&stored_notification(), &accepted(1, "CA1"), at(1))
}

/// A notification whose first dial ended as `CA1`, and whose second is stored as an intent.
fn redialling_notification() -> Call {
    let busy = ended(&accepted_notification(), CallStatus::Busy, Some(486));
    changed(&busy, &due(2), at(30))
}

/// The key press of the leg of a dial, at second `seconds`, with an entry for the outbox.
fn pressed(number: u32, sid_text: &str, digits: &str, seconds: i64) -> CallEvent {
    CallEvent::KeyPressed {
        sid: sid(sid_text),
        dial_no: Some(dial_no(number)),
        digits: digits.parse().unwrap(),
        confirmed: false,
        pressed_at: at(seconds),
        deliver: true,
    }
}

/// The key 1 in answer to the question that is asked where a machine is supposed.
fn confirmed(number: u32, sid_text: &str, seconds: i64) -> CallEvent {
    CallEvent::KeyPressed {
        sid: sid(sid_text),
        dial_no: Some(dial_no(number)),
        digits: "1".parse().unwrap(),
        confirmed: true,
        pressed_at: at(seconds),
        deliver: true,
    }
}

fn judged(number: u32, sid_text: &str, answered_by: AnsweredBy) -> CallEvent {
    CallEvent::MachineDetected {
        sid: sid(sid_text),
        dial_no: Some(dial_no(number)),
        answered_by,
    }
}

fn by_api() -> CallEvent {
    CallEvent::AcknowledgedByApi {
        who: Some("Ann".parse().unwrap()),
        why: None,
        deliver: true,
    }
}

fn acknowledgement(call: &Call) -> &Acknowledgement {
    call.acknowledgement().unwrap()
}

fn hang_up_tried(number: u32) -> CallEvent {
    CallEvent::HangUpTried {
        dial_no: dial_no(number),
        known: true,
    }
}
