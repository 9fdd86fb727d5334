//! When the outside is told of an acknowledgement, and until when.

use std::time::Duration;

use super::*;
use crate::TenantId;
use crate::notification::{
    AcknowledgementEvent, DELIVERY_TRIED_FOR, Delivery, DeliveryOutcome, DeliveryState,
};

/// A notification that was acknowledged at second 100 on a dial that is over.
fn acknowledged() -> Call {
    let completed = ended(&accepted_notification(), CallStatus::Completed, None);
    changed(&completed, &pressed(1, "CA1", "1", 19), at(100))
}

fn failed(retry_after_seconds: Option<u64>) -> CallEvent {
    CallEvent::DeliveryTried {
        outcome: DeliveryOutcome::Failed {
            reason: "status 503".to_owned(),
            retry_after: retry_after_seconds.map(Duration::from_secs),
        },
    }
}

const DELIVERED: CallEvent = CallEvent::DeliveryTried {
    outcome: DeliveryOutcome::Delivered,
};

fn delivery(call: &Call) -> &Delivery {
    acknowledgement(call).delivery.as_ref().unwrap()
}

#[test]
fn a_delivery_is_due_until_it_is_taken_and_the_call_is_finished_all_the_while() {
    let call = acknowledged();
    assert_eq!(
        next_work(&call),
        Some(DueWork {
            at: at(100),
            work: Work::Deliver
        })
    );
    assert!(call.finished() && call.next_retry_at().is_none());
    let taken = changed(&call, &DELIVERED, at(101));
    assert_eq!(
        delivery(&taken),
        &Delivery {
            webhook_id: delivery(&call).webhook_id,
            tries: 1,
            state: DeliveryState::Delivered { at: at(101) },
            last_error: None,
        }
    );
    assert_eq!(next_work(&taken), None);
    for again in [DELIVERED, failed(None)] {
        assert_eq!(apply(&taken, &again, at(102)).effect, Effect::Unchanged);
    }
}

#[test]
fn delays_double_up_to_an_hour_and_after_a_day_the_entry_is_dead() {
    let mut call = acknowledged();
    let last = at(100).plus(DELIVERY_TRIED_FOR);
    let mut tries = 0;
    while let Some(now) = delivery(&call).next_try_at() {
        call = changed(&call, &failed(None), now);
        tries += 1;
        assert_eq!(delivery(&call).tries, tries);
        assert_eq!(delivery(&call).last_error.as_deref(), Some("status 503"));
        if let Some(next) = delivery(&call).next_try_at() {
            assert!(now <= last);
            let exact = Duration::from_secs((5_u64 << (tries - 1).min(20)).min(3600));
            let wait = next.since(now);
            assert!(wait >= exact.mul_f64(0.9), "try {tries}: {wait:?}");
            assert!(wait <= exact.mul_f64(1.1).min(Duration::from_secs(3600)));
        } else {
            assert!(now > last, "it was given up {now} already");
            assert_eq!(delivery(&call).state, DeliveryState::Dead { at: now });
        }
    }
    assert!((30..40).contains(&tries), "{tries} tries in a day");
    assert_eq!(next_work(&call), None);
    let taken = changed(&call, &DELIVERED, at(999_999));
    assert_eq!(
        delivery(&taken).state,
        DeliveryState::Delivered { at: at(999_999) },
        "what the receiver has is not dead"
    );
}

#[test]
fn a_receiver_may_ask_for_a_longer_wait_of_up_to_an_hour() {
    let call = acknowledged();
    let next_try_after = |seconds| {
        let waiting = changed(&call, &failed(seconds), at(100));
        delivery(&waiting).next_try_at().unwrap().since(at(100))
    };
    assert_eq!(next_try_after(Some(60)), Duration::from_secs(60));
    assert_eq!(next_try_after(Some(99_999)), Duration::from_secs(3600));
    assert_eq!(next_try_after(Some(1)), next_try_after(None));
}

#[test]
fn a_failure_of_a_try_that_was_not_due_is_not_counted() {
    let waiting = changed(&acknowledged(), &failed(None), at(100));
    let again = apply(&waiting, &failed(None), at(101));
    assert_eq!(again.effect, Effect::Unchanged);
}

#[test]
fn a_dial_to_be_ended_comes_before_a_delivery_that_is_due_then_too() {
    let known = changed(&redialling_notification(), &accepted(2, "CA2"), at(31));
    let call = changed(&known, &by_api(), at(40));
    let hang_up = Work::HangUp {
        dial_no: dial_no(2),
    };
    assert_eq!(next_work(&call).unwrap().work, hang_up);
    let tried = changed(&call, &hang_up_tried(2), at(40));
    assert_eq!(next_work(&tried).unwrap().work, Work::Deliver);
}

#[test]
fn what_the_outside_is_told_is_the_same_at_every_try() {
    let tenant = TenantId::default();
    let told = |call: &Call| AcknowledgementEvent::of(&tenant, call);
    assert_eq!(told(&accepted_notification()), None);
    let by_key = acknowledged();
    let event = told(&by_key).unwrap();
    assert_eq!(event.call_sid, Some(sid("CA1")));
    assert_eq!(event.phone_number, "+15550100042");
    assert_eq!(event.task_title.as_str(), "Restart the pump");
    assert!(!format!("{event:?}").contains("5550100042"));
    let later = changed(&by_key, &failed(None), at(100));
    assert_eq!(told(&later), Some(event));

    let early = changed(&stored_notification(), &by_api(), at(1));
    let before = told(&early).unwrap();
    assert_eq!(before.call_sid, None);
    let known = changed(&early, &accepted(1, "CA1"), at(2));
    assert_eq!(told(&known), Some(before), "although a SID is known now");
}
