//! Notifications, and calls of every other purpose.

use atlas_domain::call::{
    Call, CallEvent, CallPurpose, CallStatus, Detection, Dial, KeyPress, NewCall, Placement,
    Progress,
};
use atlas_domain::notification::{
    AcknowledgedBy, Acknowledgement, AnsweredBy, Delivery, DeliveryState, Notification, WebhookId,
};
use atlas_domain::{Timestamp, TwimlUrl};

use super::{UNICODE, at, call_id, call_with_everything, dial_no, new_call, sid};

/// Notification `number` about a task, stored at `created_at` with its first dial as an intent.
pub(in crate::contract) fn notification_begun(
    number: u32,
    task_id: Option<&str>,
    created_at: Timestamp,
) -> Call {
    let task_id = task_id.map(|id| id.parse().unwrap());
    let notification = Notification::new(task_id, "Restart the pump".parse().unwrap());
    let new = NewCall {
        purpose: CallPurpose::Notification(notification),
        recording_enabled: false,
        ..new_call(number)
    };
    Call::begin(new, created_at)
}

/// A notification with `count` dials that people talk on, `CA1` and so on.
pub(in crate::contract) fn with_dials_in_progress(number: u32, count: u32) -> Call {
    let dials = (1..=count).map(|dial| Dial {
        placement: Placement::Accepted,
        sid: Some(sid(&format!("CA{dial}"))),
        progress: Progress {
            status: Some(CallStatus::InProgress),
            ..Progress::default()
        },
        ..Dial::intend(dial_no(dial), at(0))
    });
    Call {
        dials: dials.collect(),
        ..notification_begun(number, None, at(0))
    }
}

/// Keys pressed on dial `number`, whose SID is `CA` and its number.
pub(in crate::contract) fn pressed(number: u32, digits: &str) -> CallEvent {
    pressed_as(number, &format!("CA{number}"), digits)
}

/// Keys pressed on dial `number` with this SID, in the third second.
pub(in crate::contract) fn pressed_as(number: u32, sid_text: &str, digits: &str) -> CallEvent {
    CallEvent::KeyPressed {
        sid: sid(sid_text),
        dial_no: Some(dial_no(number)),
        digits: digits.parse().unwrap(),
        confirmed: false,
        pressed_at: at(3),
        deliver: true,
    }
}

/// Calls from number `first` on that are for everything that calls are for, the notifications among
/// them in every state.
pub(in crate::contract) fn calls_of_every_purpose(first: u32) -> Vec<Call> {
    let mut purposes = vec![
        CallPurpose::Script,
        CallPurpose::Document(TwimlUrl::from_stored("https://example.com/a?b='ü'&c").unwrap()),
    ];
    let notifications = notifications_in_every_state(first);
    purposes.extend(notifications.into_iter().map(CallPurpose::Notification));
    (first..)
        .zip(purposes)
        .map(|(number, purpose)| Call {
            purpose,
            script: None,
            ..call_with_everything(number)
        })
        .collect()
}

fn notifications_in_every_state(number: u32) -> Vec<Notification> {
    let plain = || Notification::new(None, UNICODE.parse().unwrap());
    let mut notifications = vec![
        plain(),
        Notification {
            task_id: Some(UNICODE.parse().unwrap()),
            canceled_at: Some(at(7)),
            ..plain()
        },
    ];
    let by_key = AcknowledgedBy::KeyPress {
        dial_no: dial_no(2),
        sid: sid("CA7"),
        digits: "0123456789*#ABCDw".parse().unwrap(),
        pressed_at: at(8),
    };
    let by_api = |text: Option<&str>| AcknowledgedBy::Api {
        who: text.map(|who| who.parse().unwrap()),
        why: text.map(|why| why.parse().unwrap()),
    };
    let states = [
        None,
        Some(DeliveryState::Pending { next_try_at: at(9) }),
        Some(DeliveryState::Delivered { at: at(10) }),
        Some(DeliveryState::Dead { at: at(11) }),
    ];
    for (tries, state) in (0..).zip(states) {
        let delivery = state.map(|state| Delivery {
            webhook_id: WebhookId::of(call_id(number)),
            tries,
            state,
            last_error: (tries > 1).then(|| UNICODE.to_owned()),
        });
        for by in [by_key.clone(), by_api(None), by_api(Some(UNICODE))] {
            notifications.push(Notification {
                acknowledgement: Some(Acknowledgement {
                    acknowledged_at: at(9),
                    by,
                    superseded_dials: tries * u32::from(u16::MAX),
                    end_others_at: at(19),
                    delivery: delivery.clone(),
                }),
                ..plain()
            });
        }
    }
    notifications
}

/// What is known of who answered a dial, of every kind.
pub(super) fn with_answer_of_kind(dial: Dial, kind: u32) -> Dial {
    let place = usize::try_from(kind).unwrap_or_default() % (AnsweredBy::ALL.len() + 1);
    let answered_by = AnsweredBy::ALL.get(place);
    Dial {
        sid_known_at: (kind > 1).then(|| at(3)),
        detection: answered_by.map(|answered_by| Detection {
            answered_by: *answered_by,
            at: at(4),
        }),
        first_key_press: kind.is_multiple_of(2).then(|| KeyPress {
            digits: "1".parse().unwrap(),
            pressed_at: at(5),
        }),
        machine_message_at: kind.is_multiple_of(3).then(|| at(6)),
        polled_at: kind.is_multiple_of(2).then(|| at(7)),
        ..dial
    }
}
