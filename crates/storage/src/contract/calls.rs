//! Clauses of [`CallRepository`](crate::CallRepository), lists apart.

#![expect(missing_docs, reason = "the name of a clause says what it checks")]
#![expect(
    clippy::unwrap_used,
    reason = "these are tests: they panic when they fail"
)]

use std::sync::Arc;

use atlas_domain::call::{
    self, Applied, AskedBy, Attempt, Call, CallEvent, CallStatus, Effect, EventIdentity, Placed,
};
use atlas_domain::carrier::{Refusal, RefusalKind};
use atlas_domain::{ExternalId, Script, Stored, TenantId, Timestamp};

use super::Backend;
use super::samples::*;
use crate::{CallFilter, Unique};

pub async fn a_call_is_found_as_it_was_stored(backend: Backend) {
    let plain = call_begun(1, at(0));
    let full = call_with_everything(2);
    for call in [&plain, &full] {
        backend.calls.insert(&tenant(), call).await.unwrap();
        let found = backend.calls.find(&tenant(), call.call_id).await.unwrap();
        assert_eq!(found.as_ref(), Some(call));
    }
    for dial in &full.dials {
        let sid = dial.sid.as_ref().unwrap();
        let found = backend.calls.find_by_sid(&tenant(), sid).await.unwrap();
        assert_eq!(found.as_ref(), Some(&full));
    }
}

pub async fn a_call_of_an_older_version_is_found_and_listed_as_it_was_stored(backend: Backend) {
    let odd = Call {
        to_number: Stored::Other("030 / 1234567".to_owned()),
        from_number: Stored::Missing,
        user_external_id: Some(ExternalId::from_stored("x".repeat(256))),
        script: Some(Script::from_stored("🎉".repeat(5001))),
        attempts: (1..=3).map(imported_attempt).collect(),
        ..call_begun(1, at(0))
    };
    backend.calls.insert(&tenant(), &odd).await.unwrap();
    let found = backend.calls.find(&tenant(), odd.call_id).await.unwrap();
    assert_eq!(found.as_ref(), Some(&odd));
    let listed = backend
        .calls
        .list(&tenant(), &CallFilter::default(), &page_number(1, 10))
        .await;
    assert_eq!(listed.unwrap().items, [odd]);
}

/// What an older version noted of an update: neither its SID nor what tells it from others.
fn imported_attempt(attempt_no: u32) -> Attempt {
    Attempt {
        attempt_no,
        dial_no: dial_no(1),
        twilio_sid: None,
        status: CallStatus::Ringing,
        identity: EventIdentity::Imported(attempt_no),
        sip_response_code: None,
        noted_reason: Some(UNICODE.to_owned()),
        at: at(3),
    }
}

pub async fn times_keep_their_milliseconds(backend: Backend) {
    for (number, millis) in [
        (1, 0),
        (2, 1),
        (3, 1_767_225_845_678),
        (4, 253_402_300_799_999),
    ] {
        let created_at = Timestamp::from_unix_millis(millis).unwrap();
        let stored = call_begun(number, created_at);
        backend.calls.insert(&tenant(), &stored).await.unwrap();
        assert_eq!(find(&backend, number).await.created_at, created_at);
    }
}

pub async fn a_call_id_is_given_once_in_a_tenant(backend: Backend) {
    let first = call_begun(1, at(0));
    backend.calls.insert(&tenant(), &first).await.unwrap();
    let second = Call {
        script: Some("another".parse().unwrap()),
        ..call_begun(1, at(1))
    };
    let refused = backend.calls.insert(&tenant(), &second).await;
    assert_duplicate(refused, Unique::CallId);
    assert_eq!(find(&backend, 1).await, first);

    let elsewhere = backend.calls.insert(&other_tenant(), &second).await;
    assert!(elsewhere.is_ok(), "{elsewhere:?}");
    assert_eq!(find(&backend, 1).await, first);
}

pub async fn a_sid_belongs_to_one_call_of_a_tenant(backend: Backend) {
    insert(&backend, &tenant(), 1).await;
    insert(&backend, &tenant(), 2).await;
    insert(&backend, &other_tenant(), 3).await;
    apply(&backend, 1, &accepted(1, "CA1")).await;

    let before = find(&backend, 2).await;
    let stolen = backend
        .calls
        .apply(&tenant(), call_id(2), &accepted(1, "CA1"), at(2))
        .await;
    assert_duplicate(stolen, Unique::CallSid);
    assert_eq!(find(&backend, 2).await, before);

    let mut third = call_begun(4, at(0));
    third.dials = find(&backend, 1).await.dials;
    let inserted = backend.calls.insert(&tenant(), &third).await;
    assert_duplicate(inserted, Unique::CallSid);
    let found = backend.calls.find(&tenant(), call_id(4)).await.unwrap();
    assert_eq!(found, None, "nothing of it may be stored");

    let elsewhere = backend
        .calls
        .apply(&other_tenant(), call_id(3), &accepted(1, "CA1"), at(2))
        .await;
    assert!(elsewhere.is_ok(), "{elsewhere:?}");
}

pub async fn what_every_kind_of_event_changes_is_stored(backend: Backend) {
    insert(&backend, &tenant(), 1).await;
    let voice = |named| CallEvent::VoiceRequested {
        sid: sid("CA2"),
        dial_no: named,
    };
    let refused = CallEvent::Placed {
        dial_no: dial_no(3),
        outcome: Placed::Refused(Refusal {
            kind: RefusalKind::RateLimited {
                retry_after_seconds: None,
            },
            code: Some(20_429),
            message: UNICODE.to_owned(),
        }),
        asked_by: AskedBy::Worker,
    };
    let linked = CallEvent::RecordingLinked {
        recording_url: Some("https://api.twilio.com/RE1".to_owned()),
        transcription_text: Some(UNICODE.to_owned()),
    };
    let tried = |known| CallEvent::HangUpTried {
        dial_no: dial_no(4),
        known,
    };
    let events = [
        (lost(1), 1),
        (found(1, "CA1"), 40),
        (received("CA1", CallStatus::Ringing, 1), 41),
        (received("CA1", CallStatus::Busy, 2), 42),
        (
            CallEvent::DialDue {
                dial_no: dial_no(2),
            },
            60,
        ),
        (accepted(2, "CA2"), 61),
        (voice(None), 62),
        (CallEvent::Polled(record("CA2", CallStatus::NoAnswer)), 63),
        (
            CallEvent::DialDue {
                dial_no: dial_no(3),
            },
            80,
        ),
        (refused, 81),
        (CallEvent::RedialsGivenUp, 82),
        (CallEvent::RedialRequested, 83),
        (accepted(4, "CA4"), 84),
        (CallEvent::HangUpRequested, 85),
        (tried(true), 86),
        (tried(false), 87),
        (CallEvent::FeedbackGiven(feedback(1)), 88),
        (CallEvent::FeedbackGiven(feedback(5)), 89),
        (linked, 90),
    ];
    for (event, seconds) in events {
        let before = find(&backend, 1).await;
        let expected = call::apply(&before, &event, at(seconds));
        assert_eq!(expected.effect, Effect::Changed, "{event:?}");
        let applied = backend
            .calls
            .apply(&tenant(), call_id(1), &event, at(seconds))
            .await
            .unwrap();
        assert_eq!(applied.as_ref(), Some(&expected), "{event:?}");
        assert_eq!(find(&backend, 1).await, expected.call, "{event:?}");
    }
}

pub async fn an_event_that_changes_nothing_stores_nothing(backend: Backend) {
    insert(&backend, &tenant(), 1).await;
    apply(&backend, 1, &accepted(1, "CA1")).await;
    let before = find(&backend, 1).await;
    let cases = [
        (accepted(1, "CA1"), "unchanged"),
        (received("CA-of-nobody", CallStatus::Ringing, 1), "stray"),
        (CallEvent::RedialRequested, "refused"),
    ];
    for (event, effect) in cases {
        let applied = apply(&backend, 1, &event).await;
        assert_ne!(applied.effect, Effect::Changed, "{effect}");
        assert_eq!(applied.call, before, "{effect}");
        assert_eq!(find(&backend, 1).await, before, "{effect}");
    }
}

pub async fn an_event_about_a_missing_call_gives_none(backend: Backend) {
    insert(&backend, &tenant(), 1).await;
    for (tenant, number) in [(tenant(), 2), (other_tenant(), 1)] {
        let applied = backend
            .calls
            .apply(&tenant, call_id(number), &accepted(1, "CA1"), at(1))
            .await
            .unwrap();
        assert_eq!(applied, None);
    }
}

pub async fn fifty_updates_at_once_are_numbered_without_a_gap(backend: Backend) {
    number_updates_without_a_gap(backend, 50).await;
}

pub async fn two_hundred_updates_at_once_are_numbered_without_a_gap(backend: Backend) {
    number_updates_without_a_gap(backend, 200).await;
}

async fn number_updates_without_a_gap(backend: Backend, count: u32) {
    insert(&backend, &tenant(), 1).await;
    apply(&backend, 1, &accepted(1, "CA1")).await;
    let revision = find(&backend, 1).await.revision;
    let applied = apply_at_once(&backend, count, |number| number).await;
    assert!(applied.iter().all(|one| one.effect == Effect::Changed));

    let call = find(&backend, 1).await;
    let numbers: Vec<_> = call.attempts.iter().map(|one| one.attempt_no).collect();
    assert_eq!(numbers, (1..=count).collect::<Vec<_>>());
    let mut sequences: Vec<_> = call
        .attempts
        .iter()
        .filter_map(|one| one.sequence_number())
        .collect();
    sequences.sort_unstable();
    assert_eq!(sequences, (0..count).collect::<Vec<_>>());
    assert_eq!(call.revision, revision + u64::from(count));
}

pub async fn one_update_received_two_hundred_times_at_once_is_one_attempt(backend: Backend) {
    insert(&backend, &tenant(), 1).await;
    apply(&backend, 1, &accepted(1, "CA1")).await;
    let applied = apply_at_once(&backend, 200, |_| 5).await;
    let changed = applied
        .iter()
        .filter(|one| one.effect == Effect::Changed)
        .count();
    assert_eq!(changed, 1);
    assert_eq!(find(&backend, 1).await.attempts.len(), 1);
}

pub async fn a_call_is_found_by_each_sid_of_its_dials(backend: Backend) {
    insert(&backend, &tenant(), 1).await;
    apply(&backend, 1, &accepted(1, "CA1")).await;
    apply(&backend, 1, &received("CA1", CallStatus::Busy, 1)).await;
    apply(&backend, 1, &CallEvent::RedialRequested).await;
    apply(&backend, 1, &accepted(2, "CA2")).await;
    for sid_text in ["CA1", "CA2"] {
        assert!(finds_by_sid(&backend, sid_text).await, "{sid_text}");
    }
    assert!(!finds_by_sid(&backend, "CA3").await);
    assert!(!finds_by_sid(&backend, "ca1").await, "SIDs have a case");
}

pub async fn a_sid_given_back_finds_nothing_and_is_free(backend: Backend) {
    insert(&backend, &tenant(), 1).await;
    insert(&backend, &tenant(), 2).await;
    apply(&backend, 1, &lost(1)).await;
    apply(&backend, 1, &found(1, "CA1")).await;
    assert!(finds_by_sid(&backend, "CA1").await);

    apply(&backend, 1, &CallEvent::SidGivenBack { sid: sid("CA1") }).await;
    assert!(!finds_by_sid(&backend, "CA1").await);

    apply(&backend, 2, &accepted(1, "CA1")).await;
    let owner = backend.calls.find_by_sid(&tenant(), &sid("CA1")).await;
    assert_eq!(owner.unwrap().map(|call| call.call_id), Some(call_id(2)));
}

pub async fn a_sid_that_was_replaced_finds_nothing(backend: Backend) {
    insert(&backend, &tenant(), 1).await;
    apply(&backend, 1, &lost(1)).await;
    apply(&backend, 1, &found(1, "CA1")).await;
    let mut named = update("CA2", CallStatus::Ringing, 1);
    named.dial_no = Some(dial_no(1));
    apply(&backend, 1, &CallEvent::StatusReceived(named)).await;
    assert!(!finds_by_sid(&backend, "CA1").await);
    assert!(finds_by_sid(&backend, "CA2").await);
}

pub async fn a_sid_can_move_to_a_later_dial(backend: Backend) {
    insert(&backend, &tenant(), 1).await;
    apply(&backend, 1, &lost(1)).await;
    apply(&backend, 1, &found(1, "CA1")).await;
    apply(&backend, 1, &received("CA1", CallStatus::Busy, 1)).await;
    apply(&backend, 1, &CallEvent::RedialRequested).await;
    apply(&backend, 1, &named_callback(2, CallStatus::Ringing)).await;
    let call = find(&backend, 1).await;
    assert_eq!(call.dial_by_sid(&sid("CA1")), call.dial(dial_no(2)));
    assert!(finds_by_sid(&backend, "CA1").await);
}

pub async fn a_sid_can_move_to_an_earlier_dial(backend: Backend) {
    insert(&backend, &tenant(), 1).await;
    apply(&backend, 1, &lost(1)).await;
    apply(&backend, 1, &CallEvent::HangUpRequested).await;
    let failed = CallEvent::Placed {
        dial_no: dial_no(1),
        outcome: Placed::NotSent,
        asked_by: AskedBy::Caller,
    };
    apply(&backend, 1, &failed).await;
    apply(&backend, 1, &CallEvent::RedialRequested).await;
    apply(&backend, 1, &lost(2)).await;
    apply(&backend, 1, &found(2, "CA1")).await;
    apply(&backend, 1, &named_callback(1, CallStatus::Completed)).await;
    let call = find(&backend, 1).await;
    assert_eq!(call.dial_by_sid(&sid("CA1")), call.dial(dial_no(1)));
    assert!(finds_by_sid(&backend, "CA1").await);
}

pub async fn a_sid_looked_up_twice_is_one_attempt(backend: Backend) {
    insert(&backend, &tenant(), 1).await;
    apply(&backend, 1, &lost(1)).await;
    for _ in 0..2 {
        apply(&backend, 1, &found(1, "CA1")).await;
        apply(&backend, 1, &CallEvent::SidGivenBack { sid: sid("CA1") }).await;
    }
    assert_eq!(find(&backend, 1).await.attempts.len(), 1);
}

pub async fn a_tenant_sees_no_call_of_another(backend: Backend) {
    insert(&backend, &tenant(), 1).await;
    apply(&backend, 1, &accepted(1, "CA1")).await;
    let other = other_tenant();
    let by_id = backend.calls.find(&other, call_id(1)).await.unwrap();
    let by_sid = backend
        .calls
        .find_by_sid(&other, &sid("CA1"))
        .await
        .unwrap();
    let filter = crate::CallFilter::default();
    let list = backend
        .calls
        .list(&other, &filter, &page_number(1, 10))
        .await
        .unwrap();
    assert_eq!((by_id, by_sid), (None, None));
    assert_eq!((list.items.len(), list.total), (0, Some(0)));
}

/// A callback about `CA1` whose URL named dial `number`.
fn named_callback(number: u32, status: CallStatus) -> CallEvent {
    let mut update = update("CA1", status, 7);
    update.dial_no = Some(dial_no(number));
    CallEvent::StatusReceived(update)
}

async fn insert(backend: &Backend, tenant: &TenantId, number: u32) {
    let call = call_begun(number, at(0));
    backend.calls.insert(tenant, &call).await.unwrap();
}

async fn find(backend: &Backend, number: u32) -> Call {
    let found = backend.calls.find(&tenant(), call_id(number)).await;
    found.unwrap().unwrap()
}

async fn finds_by_sid(backend: &Backend, sid_text: &str) -> bool {
    let found = backend.calls.find_by_sid(&tenant(), &sid(sid_text)).await;
    found.unwrap().is_some()
}

/// Applies an event long after any work was due.
async fn apply(backend: &Backend, number: u32, event: &CallEvent) -> Applied {
    backend
        .calls
        .apply(&tenant(), call_id(number), event, at(100))
        .await
        .unwrap()
        .unwrap()
}

/// Has call 1 receive `count` updates at once, numbered by `sequence`.
async fn apply_at_once(
    backend: &Backend,
    count: u32,
    sequence: impl Fn(u32) -> u32,
) -> Vec<Applied> {
    at_once(count, |number| {
        let calls = Arc::clone(&backend.calls);
        let event = received("CA1", CallStatus::Ringing, sequence(number));
        async move {
            let applied = calls.apply(&tenant(), call_id(1), &event, at(9)).await;
            applied.unwrap().unwrap()
        }
    })
    .await
}
