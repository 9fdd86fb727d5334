//! Properties of notifications over generated histories.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::notification::{DeliveryOutcome, NotificationStatus};

fn histories() -> ProptestConfig {
    let default = ProptestConfig::default();
    ProptestConfig {
        cases: default.cases.max(5_000),
        ..default
    }
}

fn any_leg() -> impl Strategy<Value = (CallSid, Option<DialNo>)> {
    let sids = select(vec!["CA1", "CA2", "CA3", "CA4"]).prop_map(sid);
    (sids, option::of(any_dial_no()))
}

fn any_dial_no() -> impl Strategy<Value = DialNo> {
    (1_u32..5).prop_map(dial_no)
}

fn any_press() -> impl Strategy<Value = CallEvent> {
    let digits = select(vec!["1", "5"]);
    let second = 1_i64..600;
    (any_leg(), digits, any::<bool>(), any::<bool>(), second).prop_map(
        |((sid, dial_no), digits, confirmed, deliver, second)| CallEvent::KeyPressed {
            sid,
            dial_no,
            digits: digits.parse().unwrap(),
            confirmed,
            pressed_at: at(second),
            deliver,
        },
    )
}

fn any_placed() -> impl Strategy<Value = CallEvent> {
    let outcome = select(vec![
        Placed::Accepted { sid: sid("CA1") },
        Placed::Accepted { sid: sid("CA2") },
        Placed::Accepted { sid: sid("CA3") },
        Placed::NotSent,
        Placed::Unknown,
        refusal(RefusalKind::RateLimited {
            retry_after_seconds: None,
        }),
        refusal(RefusalKind::Number),
    ]);
    (any_dial_no(), outcome).prop_map(|(dial_no, outcome)| CallEvent::Placed {
        dial_no,
        outcome,
        asked_by: AskedBy::Worker,
    })
}

fn any_lookup() -> impl Strategy<Value = CallEvent> {
    let found = select(vec![
        LookupResult::Found(record("CA1", CallStatus::Ringing)),
        LookupResult::Found(record("CA2", CallStatus::Busy)),
        LookupResult::NotFound,
        LookupResult::Unreadable,
    ]);
    (any_dial_no(), found).prop_map(|(dial_no, found)| CallEvent::LookedUp { dial_no, found })
}

/// A status update of one of the legs.
fn any_report() -> impl Strategy<Value = CallEvent> {
    (any_leg(), select(CallStatus::ALL.to_vec()), 0_u32..4).prop_map(
        |((sid, dial_no), status, sequence)| {
            let mut update = update("CA1", status, sequence);
            update.sid = sid;
            update.dial_no = dial_no;
            CallEvent::StatusReceived(update)
        },
    )
}

fn any_verdict() -> impl Strategy<Value = CallEvent> {
    (any_leg(), select(AnsweredBy::ALL.to_vec())).prop_map(|((sid, dial_no), answered_by)| {
        CallEvent::MachineDetected {
            sid,
            dial_no,
            answered_by,
        }
    })
}

/// Anything that can happen to a notification.
fn any_event() -> impl Strategy<Value = CallEvent> {
    let deliveries = select(vec![
        DeliveryOutcome::Delivered,
        DeliveryOutcome::Failed {
            reason: "no".to_owned(),
            retry_after: None,
        },
    ]);
    prop_oneof![
        6 => any_report(),
        3 => any_press(),
        3 => any_verdict(),
        4 => any_placed(),
        2 => any_lookup(),
        4 => any_dial_no().prop_map(|dial_no| CallEvent::DialDue { dial_no }),
        1 => any_leg().prop_map(|(sid, _)| CallEvent::SidGivenBack { sid }),
        1 => any_leg().prop_map(|(sid, dial_no)| CallEvent::VoiceRequested { sid, dial_no }),
        1 => any_leg()
            .prop_map(|(sid, dial_no)| CallEvent::MachineMessageRequested { sid, dial_no }),
        1 => Just(CallEvent::RedialRequested),
        1 => Just(CallEvent::RedialsGivenUp),
        1 => Just(CallEvent::HangUpRequested),
        1 => Just(CallEvent::NotificationCanceled),
        1 => Just(by_api()),
        1 => (any_dial_no(), any::<bool>())
            .prop_map(|(dial_no, known)| CallEvent::HangUpTried { dial_no, known }),
        1 => deliveries.prop_map(|outcome| CallEvent::DeliveryTried { outcome }),
    ]
}

/// What must hold of every single change.
fn check_change(before: &Call, event: &CallEvent, after: &Call) {
    let (old, new) = (
        before.notification().unwrap(),
        after.notification().unwrap(),
    );
    match (&old.acknowledgement, &new.acknowledgement) {
        (Some(old), Some(new)) => {
            assert_eq!(old.by, new.by, "the first stays");
            assert_eq!(old.acknowledged_at, new.acknowledged_at);
            assert_eq!(old.superseded_dials, new.superseded_dials);
        }
        (Some(_), None) => panic!("an acknowledgement was lost at {event:?}"),
        (None, Some(new)) => check_commit(before, event, new),
        (None, None) => {}
    }
    assert!(old.canceled_at.is_none() || old.canceled_at == new.canceled_at);
    assert!(
        new.canceled_at.is_none() || new.acknowledgement.is_none(),
        "canceled and acknowledged at {event:?}"
    );
    for (old, new) in before.dials.iter().zip(&after.dials) {
        let same_leg = old.sid == new.sid;
        assert!(old.detection.is_none() || !same_leg || old.detection == new.detection);
    }
    if new.settled() {
        let dials = before.dials.len();
        assert_eq!(after.dials.len(), dials, "a dial was begun at {event:?}");
        let rings = next_dial_work(after).map(|due| due.work);
        assert!(
            !matches!(rings, Some(Work::Redial { .. } | Work::Place { .. })),
            "{rings:?} is due after {event:?}"
        );
        assert_eq!(after.next_retry_at(), None);
    }
    let acknowledged = new.acknowledgement.is_some();
    let status = after.notification_status().unwrap();
    assert_eq!(status == NotificationStatus::Acknowledged, acknowledged);
}

/// What must hold of the change that commits: a person pressed, or somebody said so by API.
fn check_commit(before: &Call, event: &CallEvent, committed: &Acknowledgement) {
    match (event, &committed.by) {
        (
            CallEvent::KeyPressed {
                sid,
                digits,
                confirmed,
                pressed_at,
                deliver,
                ..
            },
            AcknowledgedBy::KeyPress {
                dial_no, sid: by, ..
            },
        ) => {
            assert_eq!((digits.as_str(), by), ("1", sid));
            let verdict = before
                .dial(*dial_no)
                .filter(|dial| dial.sid.as_ref() == Some(sid))
                .and_then(|dial| dial.detection)
                .filter(|detection| detection.at <= *pressed_at);
            let judged = verdict.is_some_and(|verdict| verdict.answered_by.is_machine());
            assert!(!judged || *confirmed, "a machine acknowledged");
            assert_eq!(committed.delivery.is_some(), *deliver);
        }
        (CallEvent::AcknowledgedByApi { .. }, AcknowledgedBy::Api { .. }) => {}
        (event, by) => panic!("{event:?} committed {by:?}"),
    }
}

/// The callbacks of one dial that was answered by a person, who may press keys.
fn callbacks() -> impl Strategy<Value = Vec<CallEvent>> {
    let presses = vec(select(vec!["1", "5"]), 0..3);
    (
        presses,
        option::of(select(vec![AnsweredBy::Human, AnsweredBy::Unknown])),
    )
        .prop_map(|(presses, verdict)| {
            let mut events = vec![
                received("CA1", CallStatus::Ringing, 1),
                received("CA1", CallStatus::InProgress, 2),
                CallEvent::VoiceRequested {
                    sid: sid("CA1"),
                    dial_no: Some(DialNo::FIRST),
                },
                received("CA1", CallStatus::Completed, 3),
            ];
            events.extend(presses.iter().map(|digits| pressed(1, "CA1", digits, 7)));
            events.extend(verdict.map(|verdict| judged(1, "CA1", verdict)));
            events
        })
}

/// The same callbacks twice, and in another order, some of them several times.
fn reordered() -> impl Strategy<Value = (Vec<CallEvent>, Vec<CallEvent>)> {
    callbacks().prop_flat_map(|events| {
        let repeated: Vec<_> = events.iter().chain(&events).cloned().collect();
        (Just(events), Just(repeated).prop_shuffle())
    })
}

/// What the callbacks come to, but for when they came.
fn outcome(events: &[CallEvent]) -> (Option<AcknowledgedBy>, Option<NotificationStatus>, bool) {
    let mut call = accepted_notification();
    for (second, event) in (10..).zip(events) {
        call = apply(&call, event, at(second)).call;
    }
    (
        call.acknowledgement().map(|committed| committed.by.clone()),
        call.notification_status(),
        call.next_retry_at().is_some(),
    )
}

proptest! {
    #![proptest_config(histories())]

    #[test]
    fn no_history_dials_after_the_acknowledgement_or_lets_a_machine_acknowledge(
        events in vec((any_event(), 1_i64..90), 1..40)
    ) {
        let mut call = stored_notification();
        let mut second = 1;
        for (event, pause) in events {
            second += pause;
            let applied = apply(&call, &event, at(second));
            check_change(&call, &event, &applied.call);
            call = applied.call;
        }
    }

    #[test]
    fn every_order_and_every_repetition_of_the_callbacks_ends_in_the_same_acknowledgement(
        (events, shuffled) in reordered()
    ) {
        prop_assert_eq!(outcome(&events), outcome(&shuffled));
        let is_one = |event: &CallEvent| *event == pressed(1, "CA1", "1", 7);
        prop_assert_eq!(outcome(&events).0.is_some(), events.iter().any(is_one));
    }
}
