//! What calls are for, and what happens to notifications alone.

use std::time::Duration;

use atlas_domain::call::{CallEvent, CallPurpose};
use atlas_domain::notification::{AnsweredBy, DeliveryOutcome, Notification};
use atlas_domain::{Digits, TwimlUrl};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::{any_dial_no, any_sid, any_text, any_time};

pub(super) fn any_purpose() -> impl Strategy<Value = CallPurpose> {
    let document = TwimlUrl::from_stored("https://example.com/$set").unwrap();
    let notification = (option::of(any_text()), any_text()).prop_map(|(task_id, title)| {
        let task_id = task_id.and_then(|id| id.parse().ok());
        let title = title.parse().unwrap_or_else(|_| "🎉".parse().unwrap());
        CallPurpose::Notification(Notification::new(task_id, title))
    });
    prop_oneof![
        1 => Just(CallPurpose::Script),
        1 => Just(CallPurpose::Document(document)),
        4 => notification,
    ]
}

pub(super) fn any_notification_event() -> impl Strategy<Value = CallEvent> {
    prop_oneof![
        3 => any_verdict(),
        1 => (any_sid(), option::of(any_dial_no()))
            .prop_map(|(sid, dial_no)| CallEvent::MachineMessageRequested { sid, dial_no }),
        6 => any_key_press(),
        1 => any_api_acknowledgement(),
        1 => Just(CallEvent::NotificationCanceled),
        4 => any_outcome().prop_map(|outcome| CallEvent::DeliveryTried { outcome }),
    ]
}

fn any_verdict() -> impl Strategy<Value = CallEvent> {
    let answered_by = select(AnsweredBy::ALL.to_vec());
    (any_sid(), option::of(any_dial_no()), answered_by).prop_map(|(sid, dial_no, answered_by)| {
        CallEvent::MachineDetected {
            sid,
            dial_no,
            answered_by,
        }
    })
}

fn any_key_press() -> impl Strategy<Value = CallEvent> {
    (
        (any_sid(), option::of(any_dial_no())),
        select(vec!["1", "5", "0123456789*#ABCDw"]),
        any::<bool>(),
        any_time(),
        any::<bool>(),
    )
        .prop_map(|((sid, dial_no), digits, confirmed, pressed_at, deliver)| {
            CallEvent::KeyPressed {
                sid,
                dial_no,
                digits: digits.parse::<Digits>().unwrap(),
                confirmed,
                pressed_at,
                deliver,
            }
        })
}

fn any_api_acknowledgement() -> impl Strategy<Value = CallEvent> {
    let words = (option::of(any_text()), option::of(any_text()));
    (words, any::<bool>()).prop_map(|((who, why), deliver)| CallEvent::AcknowledgedByApi {
        who: who.and_then(|who| who.parse().ok()),
        why: why.and_then(|why| why.parse().ok()),
        deliver,
    })
}

fn any_outcome() -> impl Strategy<Value = DeliveryOutcome> {
    let retry_after = option::of(select(vec![0, 600, u64::MAX]));
    prop_oneof![
        1 => Just(DeliveryOutcome::Delivered),
        2 => (any_text(), retry_after).prop_map(|(reason, retry_after)| DeliveryOutcome::Failed {
            reason,
            retry_after: retry_after.map(Duration::from_secs),
        }),
    ]
}
