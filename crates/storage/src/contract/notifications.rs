//! Clauses about notifications: what [`CallRepository`](crate::CallRepository) and
//! [`Directory`](crate::Directory) promise about their acknowledgement and its delivery.

#![expect(missing_docs, reason = "the name of a clause says what it checks")]
#![expect(
    clippy::unwrap_used,
    reason = "these are tests: they panic when they fail"
)]

use std::sync::Arc;
use std::time::Duration;

use atlas_domain::call::{self, Applied, Call, CallEvent, CallStatus, Effect};
use atlas_domain::notification::{AnsweredBy, DeliveryOutcome, DeliveryState};
use atlas_domain::{CallId, Timestamp};

use super::Backend;
use super::listing::assert_lists;
use super::samples::*;
use crate::{CallFilter, Claim, ClaimedCall, NotificationFilter};

/// How often two things are done at once.
const ROUNDS: u32 = 40;

pub async fn a_call_of_every_purpose_is_found_and_listed_as_it_was_stored(backend: Backend) {
    let calls = calls_of_every_purpose(1);
    for call in &calls {
        backend.calls.insert(&tenant(), call).await.unwrap();
        assert_eq!(find(&backend, call.call_id).await, *call);
    }
    let page = backend
        .calls
        .list(&tenant(), &CallFilter::default(), &page_number(1, 100))
        .await
        .unwrap();
    assert_eq!(page.items.len(), calls.len());
    for call in &calls {
        assert!(page.items.contains(call), "{:?} is listed", call.purpose);
    }
}

pub async fn what_every_kind_of_event_changes_of_a_notification_is_stored(backend: Backend) {
    let verdict = |sid_text, answered_by| CallEvent::MachineDetected {
        sid: sid(sid_text),
        dial_no: None,
        answered_by,
    };
    let machine_message = CallEvent::MachineMessageRequested {
        sid: sid("CA1"),
        dial_no: Some(dial_no(1)),
    };
    let failed = DeliveryOutcome::Failed {
        reason: UNICODE.to_owned(),
        retry_after: Some(Duration::from_secs(60)),
    };
    insert(&backend, 1, 0).await;
    let by_key = [
        (accepted(1, "CA1"), 1),
        (verdict("CA1", AnsweredBy::MachineStart), 2),
        (machine_message, 3),
        (pressed(1, "1"), 4),
        (received("CA1", CallStatus::Completed, 1), 5),
        (
            CallEvent::DialDue {
                dial_no: dial_no(2),
            },
            65,
        ),
        (accepted(2, "CA2"), 66),
        (pressed(2, "5"), 67),
        (verdict("CA2", AnsweredBy::Unknown), 68),
        (pressed(2, "1"), 69),
        (CallEvent::DeliveryTried { outcome: failed }, 70),
        (
            CallEvent::DeliveryTried {
                outcome: DeliveryOutcome::Delivered,
            },
            130,
        ),
    ];
    expect_changes(&backend, 1, &by_key).await;
    assert!(is_acknowledged(&backend, 1).await);

    insert(&backend, 2, 0).await;
    expect_changes(&backend, 2, &[(CallEvent::NotificationCanceled, 1)]).await;
    assert!(!is_acknowledged(&backend, 2).await);

    insert(&backend, 3, 0).await;
    let by_api = CallEvent::AcknowledgedByApi {
        who: Some(UNICODE.parse().unwrap()),
        why: None,
        deliver: false,
    };
    expect_changes(&backend, 3, &[(by_api, 1)]).await;
    assert!(is_acknowledged(&backend, 3).await);
}

pub async fn fifty_presses_at_once_from_different_dials_acknowledge_once(backend: Backend) {
    let call = with_dials_in_progress(1, 50);
    backend.calls.insert(&tenant(), &call).await.unwrap();
    let mut applied = at_once(50, |number| {
        let calls = Arc::clone(&backend.calls);
        let event = pressed(number + 1, "1");
        async move {
            let applied = calls.apply(&tenant(), call_id(1), &event, at(9)).await;
            (number + 1, applied.unwrap().unwrap())
        }
    })
    .await;
    applied.sort_by_key(|(_, applied)| applied.call.revision);
    let first = applied[0].1.call.acknowledgement().unwrap().clone();
    assert_eq!(
        first.pressed_on(),
        Some(dial_no(applied[0].0)),
        "the first press acknowledges"
    );
    assert_eq!(first.superseded_dials, 49);
    for (number, applied) in &applied {
        assert_eq!(applied.call.acknowledgement(), Some(&first), "{number}");
    }
    let stored = find(&backend, call_id(1)).await;
    assert_eq!(stored.acknowledgement(), Some(&first));
    let presses = stored
        .dials
        .iter()
        .filter(|dial| dial.first_key_press.is_some());
    assert_eq!(presses.count(), 50, "every press is noted");
}

/// A worker has claimed the redial of every round, and begins it while somebody presses late.
pub async fn no_redial_is_begun_after_the_acknowledgement(backend: Backend) {
    let mut begun_first = 0;
    for number in 1..=ROUNDS {
        let id = insert_to_be_redialled(&backend, number).await;
        let claimed = claim(&backend, "worker", redial_at()).await;
        assert!(claimed.iter().any(|claimed| claimed.entry.call_id == id));
        let due = CallEvent::DialDue {
            dial_no: dial_no(2),
        };
        let press = pressed_as(1, &sid_of(number), "1");
        let begin = apply(&backend, id, &due, redial_at());
        let hear = apply(&backend, id, &press, redial_at());
        // Each has the start of it as often as the other.
        let (began, heard) = if number.is_multiple_of(2) {
            tokio::join!(begin, hear)
        } else {
            let (heard, began) = tokio::join!(hear, begin);
            (began, heard)
        };
        assert_eq!(heard.effect, Effect::Changed);
        let stored = find(&backend, id).await;
        let superseded = stored.acknowledgement().unwrap().superseded_dials;
        if began.effect == Effect::Changed {
            // It was first: then it is counted, and ended.
            begun_first += 1;
            assert_eq!(heard.call.dials.len(), 2, "the press came after it");
            assert_eq!((stored.dials.len(), superseded), (2, 1));
        } else {
            assert_eq!((stored.dials.len(), superseded), (1, 0));
        }
        let next = u32::try_from(stored.dials.len()).unwrap() + 1;
        let again = CallEvent::DialDue {
            dial_no: dial_no(next),
        };
        let refused = apply(&backend, id, &again, Timestamp::MAX).await;
        assert!(matches!(refused.effect, Effect::Refused(_)), "{refused:?}");
        for claimed in &claimed {
            backend.directory.release(claimed).await.unwrap();
        }
    }
    assert!((1..ROUNDS).contains(&begun_first), "{begun_first} rounds");
}

pub async fn the_outbox_entry_is_there_whenever_the_acknowledgement_is(backend: Backend) {
    for number in 1..=ROUNDS {
        insert(&backend, number, 0).await;
        let id = call_id(number);
        apply(&backend, id, &accepted(1, &sid_of(number)), at(1)).await;
        let calls = Arc::clone(&backend.calls);
        let event = pressed_as(1, &sid_of(number), "1");
        let press = tokio::spawn(async move { calls.apply(&tenant(), id, &event, at(2)).await });
        loop {
            let call = find(&backend, id).await;
            if let Some(acknowledgement) = call.acknowledgement() {
                let delivery = acknowledgement.delivery.as_ref().unwrap();
                let due = DeliveryState::Pending { next_try_at: at(2) };
                assert_eq!((delivery.state, delivery.tries), (due, 0));
                break;
            }
            tokio::task::yield_now().await;
        }
        press.await.unwrap().unwrap().unwrap();
    }
}

pub async fn a_delivery_that_is_due_is_claimed_once_until_it_is_done(backend: Backend) {
    insert(&backend, 1, 0).await;
    let id = call_id(1);
    apply(&backend, id, &accepted(1, "CA1"), at(1)).await;
    apply(
        &backend,
        id,
        &received("CA1", CallStatus::Completed, 1),
        at(2),
    )
    .await;
    apply(&backend, id, &pressed(1, "1"), at(3)).await;
    let claims = at_once(20, |number| {
        let backend = backend.clone();
        async move { claim(&backend, &format!("worker {number}"), at(3)).await }
    })
    .await;
    let claimed: Vec<_> = claims.into_iter().flatten().collect();
    assert_eq!(claimed.len(), 1);
    assert_eq!(claimed[0].entry.call_id, id);

    let failed = CallEvent::DeliveryTried {
        outcome: DeliveryOutcome::Failed {
            reason: "no answer".to_owned(),
            retry_after: Some(Duration::from_secs(600)),
        },
    };
    apply(&backend, id, &failed, at(4)).await;
    backend.directory.release(&claimed[0]).await.unwrap();
    let next = at(4).plus(Duration::from_secs(600));
    assert_eq!(backend.directory.next_due_at().await.unwrap(), Some(next));
    let just_before = next.minus(Duration::from_millis(1));
    assert_eq!(claim(&backend, "one", just_before).await, []);
    assert_eq!(claim(&backend, "one", next).await.len(), 1);

    let delivered = CallEvent::DeliveryTried {
        outcome: DeliveryOutcome::Delivered,
    };
    apply(&backend, id, &delivered, next).await;
    assert_eq!(backend.directory.next_due_at().await.unwrap(), None);
    assert_eq!(claim(&backend, "two", Timestamp::MAX).await, []);
}

pub async fn notifications_are_listed_by_task_and_by_whether_they_are_acknowledged(
    backend: Backend,
) {
    for (number, task) in [(1, "a"), (2, "b"), (3, "a"), (4, "A"), (5, "a"), (6, "b")] {
        // Three in each second, so that places within one count.
        insert_about(&backend, number, Some(task), i64::from(number / 3)).await;
    }
    insert_about(&backend, 7, None, 3).await;
    for number in [8, 9] {
        let other = call_begun(number, at(4));
        backend.calls.insert(&tenant(), &other).await.unwrap();
    }
    for number in [3, 6, 7] {
        let by_api = CallEvent::AcknowledgedByApi {
            who: None,
            why: None,
            deliver: true,
        };
        apply(&backend, call_id(number), &by_api, at(50)).await;
    }
    let cases = [
        ("all", notifications(None, None), vec![7, 6, 5, 4, 3, 2, 1]),
        (
            "acknowledged",
            notifications(None, Some(true)),
            vec![7, 6, 3],
        ),
        ("not", notifications(None, Some(false)), vec![5, 4, 2, 1]),
        ("a task", notifications(Some("a"), None), vec![5, 3, 1]),
        ("tasks have a case", notifications(Some("A"), None), vec![4]),
        ("a task of nobody", notifications(Some("7"), None), vec![]),
        ("both", notifications(Some("a"), Some(true)), vec![3]),
        (
            "both, not",
            notifications(Some("a"), Some(false)),
            vec![5, 1],
        ),
        ("both, none", notifications(Some("A"), Some(true)), vec![]),
    ];
    for (what, filter, expected) in cases {
        let expected: Vec<_> = expected.into_iter().map(call_id).collect();
        assert_lists(&backend, &filter, &expected, what).await;
    }
    let everything = CallFilter {
        status: Some(CallStatus::Initiated),
        to_number: Some("+15550100042".parse().unwrap()),
        created_after: Some(at(1)),
        created_before: Some(at(1)),
        ..notifications(Some("a"), Some(false))
    };
    assert_lists(&backend, &everything, &[call_id(5)], "everything").await;
}

pub async fn a_tenant_sees_no_notification_of_another(backend: Backend) {
    insert_about(&backend, 1, Some("a"), 0).await;
    let other = other_tenant();
    for task_id in [None, Some("a")] {
        for acknowledged in [None, Some(false), Some(true)] {
            let filter = notifications(task_id, acknowledged);
            let first = page_number(1, 10);
            let page = backend.calls.list(&other, &filter, &first).await.unwrap();
            assert_eq!((page.items.len(), page.total), (0, Some(0)));
        }
    }
    let pressed = backend
        .calls
        .apply(&other, call_id(1), &pressed(1, "1"), at(1))
        .await;
    assert_eq!(pressed.unwrap(), None);
    assert!(!is_acknowledged(&backend, 1).await);
}

fn notifications(task_id: Option<&str>, acknowledged: Option<bool>) -> CallFilter {
    CallFilter {
        notifications: Some(NotificationFilter {
            task_id: task_id.map(|id| id.parse().unwrap()),
            acknowledged,
        }),
        ..CallFilter::default()
    }
}

/// Applies each event and checks that what it makes of the call is what is stored.
async fn expect_changes(backend: &Backend, number: u32, events: &[(CallEvent, i64)]) {
    let id = call_id(number);
    for (event, seconds) in events {
        let before = find(backend, id).await;
        let expected = call::apply(&before, event, at(*seconds));
        assert_eq!(expected.effect, Effect::Changed, "{event:?}");
        let applied = apply(backend, id, event, at(*seconds)).await;
        assert_eq!(applied, expected, "{event:?}");
        assert_eq!(find(backend, id).await, expected.call, "{event:?}");
    }
}

/// When the redial of [`insert_to_be_redialled`] is due.
fn redial_at() -> Timestamp {
    at(2).plus(Duration::from_secs(10))
}

/// A notification whose first dial was answered and has ended without a key press.
async fn insert_to_be_redialled(backend: &Backend, number: u32) -> CallId {
    insert(backend, number, 0).await;
    let id = call_id(number);
    let sid_text = sid_of(number);
    apply(backend, id, &accepted(1, &sid_text), at(1)).await;
    apply(
        backend,
        id,
        &received(&sid_text, CallStatus::Completed, 1),
        at(2),
    )
    .await;
    id
}

async fn claim(backend: &Backend, owner: &str, now: Timestamp) -> Vec<ClaimedCall> {
    let claim = Claim {
        owner: owner.to_owned(),
        lease_duration: Duration::from_secs(60),
        limit: 100,
    };
    backend.directory.claim_due(&claim, now).await.unwrap()
}

async fn is_acknowledged(backend: &Backend, number: u32) -> bool {
    find(backend, call_id(number))
        .await
        .acknowledgement()
        .is_some()
}

async fn insert(backend: &Backend, number: u32, seconds: i64) {
    insert_about(backend, number, Some("task"), seconds).await;
}

async fn insert_about(backend: &Backend, number: u32, task_id: Option<&str>, seconds: i64) {
    let call = notification_begun(number, task_id, at(seconds));
    backend.calls.insert(&tenant(), &call).await.unwrap();
}

async fn find(backend: &Backend, id: CallId) -> Call {
    let found = backend.calls.find(&tenant(), id).await;
    found.unwrap().unwrap()
}

async fn apply(backend: &Backend, id: CallId, event: &CallEvent, now: Timestamp) -> Applied {
    let applied = backend.calls.apply(&tenant(), id, event, now).await;
    applied.unwrap().unwrap()
}

fn sid_of(number: u32) -> String {
    format!("CA{number}")
}
