//! Clauses of [`RecordingRepository`](crate::RecordingRepository).

#![expect(missing_docs, reason = "the name of a clause says what it checks")]
#![expect(
    clippy::unwrap_used,
    reason = "these are tests: they panic when they fail"
)]

use std::sync::Arc;

use atlas_domain::{
    Recording, RecordingEvent, RecordingEventKind, RecordingStatus, RecordingUpdate, Timestamp,
    TranscriptionStatus, TranscriptionUpdate,
};

use super::Backend;
use super::samples::*;

pub async fn callbacks_in_any_order_give_the_same_recording(backend: Backend) {
    let mut results = Vec::new();
    for (number, order) in (1..).zip(orders_of_four()) {
        let recording_sid = format!("RE{number}");
        let events = every_callback(&recording_sid);
        for place in order {
            apply(&backend, &events[place], number, at(3)).await;
        }
        let stored = find(&backend, number).await.unwrap();
        assert_eq!(stored.twilio_sid.as_str(), recording_sid);
        results.push(Recording {
            id: recording_id(0),
            twilio_sid: "RE".parse().unwrap(),
            ..stored
        });
    }
    assert_eq!(results.len(), 24);
    assert!(results.windows(2).all(|pair| pair[0] == pair[1]));
    let last = results.pop().unwrap();
    assert_eq!(last.recording_status, RecordingStatus::Completed);
    assert_eq!(last.transcription_text.as_deref(), Some(UNICODE));
    assert_eq!((last.duration_seconds, last.channels), (Some(3), Some(2)));
}

pub async fn a_recording_is_found_as_its_callbacks_left_it(backend: Backend) {
    let mut expected: Option<Recording> = None;
    for (seconds, event) in (1..).zip(every_callback("RE1")) {
        let now = at(seconds);
        let next = match &expected {
            None => Recording::begin(recording_id(1), call_id(1), &event, now),
            Some(known) => known.with(&event, now).unwrap(),
        };
        let applied = apply(&backend, &event, 1, now).await;
        assert_eq!(applied, next);
        assert_eq!(find(&backend, 1).await.as_ref(), Some(&next));
        let sid = "RE1".parse().unwrap();
        let by_sid = backend.recordings.find_by_sid(&tenant(), &sid).await;
        assert_eq!(by_sid.unwrap().as_ref(), Some(&next));
        expected = Some(next);
    }
    assert_eq!(find(&backend, 2).await, None);
}

pub async fn a_repeated_callback_changes_nothing(backend: Backend) {
    let events = every_callback("RE1");
    for event in &events {
        apply(&backend, event, 1, at(1)).await;
    }
    let before = find(&backend, 1).await;
    for event in &events {
        let again = apply(&backend, event, 2, at(50)).await;
        assert_eq!(Some(again), before);
    }
    assert_eq!(find(&backend, 1).await, before);
}

pub async fn fifty_first_callbacks_at_once_make_one_recording(backend: Backend) {
    let ids = at_once(50, |number| {
        let recordings = Arc::clone(&backend.recordings);
        let event = every_callback("RE1").swap_remove(number as usize % 4);
        async move {
            let new_id = recording_id(number);
            let applied = recordings
                .apply(&tenant(), call_id(1), &event, new_id, at(1))
                .await;
            applied.unwrap().id
        }
    })
    .await;
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    let listed = backend.recordings.list_of_call(&tenant(), call_id(1)).await;
    let listed = listed.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].transcription_text.as_deref(), Some(UNICODE));
}

pub async fn the_recordings_of_a_call_are_listed_oldest_first(backend: Backend) {
    for (number, seconds) in [(3, 9), (2, 5), (1, 5)] {
        let event = recording_callback(&format!("RE{number}"), RecordingStatus::InProgress);
        apply(&backend, &event, number, at(seconds)).await;
    }
    let elsewhere = recording_callback("RE4", RecordingStatus::Completed);
    let of_another_call = backend
        .recordings
        .apply(&tenant(), call_id(2), &elsewhere, recording_id(4), at(1))
        .await;
    of_another_call.unwrap();

    let listed = backend.recordings.list_of_call(&tenant(), call_id(1)).await;
    let ids: Vec<_> = listed.unwrap().iter().map(|one| one.id).collect();
    assert_eq!(ids, [1, 2, 3].map(recording_id));
}

pub async fn a_link_is_noted_only_for_the_content_that_was_seen(backend: Backend) {
    let first = recording_callback("RE1", RecordingStatus::InProgress);
    let seen = apply(&backend, &first, 1, at(1)).await;
    let second = recording_callback("RE1", RecordingStatus::Completed);
    let newer = apply(&backend, &second, 1, at(1)).await;

    mark_linked(&backend, &seen).await;
    assert_eq!(find(&backend, 1).await, Some(newer.clone()), "overtaken");

    let elsewhere = backend
        .recordings
        .mark_linked(&other_tenant(), &newer)
        .await;
    elsewhere.unwrap();
    assert_eq!(
        find(&backend, 1).await,
        Some(newer.clone()),
        "of another tenant"
    );

    mark_linked(&backend, &newer).await;
    let linked = Recording {
        linked: true,
        ..newer.clone()
    };
    assert_eq!(find(&backend, 1).await, Some(linked.clone()));
    mark_linked(&backend, &newer).await;
    assert_eq!(find(&backend, 1).await, Some(linked), "again");

    let mut missing = newer;
    missing.id = recording_id(2);
    mark_linked(&backend, &missing).await;
}

pub async fn unlinked_recordings_of_all_tenants_come_oldest_change_first(backend: Backend) {
    let event = |number| recording_callback(&format!("RE{number}"), RecordingStatus::Completed);
    for (number, seconds) in [(1, 30), (2, 10), (3, 20)] {
        apply(&backend, &event(number), number, at(seconds)).await;
    }
    let elsewhere = backend
        .recordings
        .apply(
            &other_tenant(),
            call_id(1),
            &event(4),
            recording_id(4),
            at(15),
        )
        .await;
    let elsewhere = elsewhere.unwrap();

    assert_eq!(unlinked(&backend, at(30), 10).await, [2, 4, 3, 1]);
    assert_eq!(unlinked(&backend, at(30), 2).await, [2, 4], "limited");
    assert_eq!(
        unlinked(&backend, at(20), 10).await,
        [2, 4, 3],
        "up to 20 s"
    );
    let before = Timestamp::from_unix_millis(at(20).unix_millis() - 1).unwrap();
    assert_eq!(unlinked(&backend, before, 10).await, [2, 4], "before 20 s");

    let found = backend
        .directory
        .unlinked_recordings(at(30), 10)
        .await
        .unwrap();
    assert_eq!(found[1].tenant, other_tenant());
    assert_eq!(found[1].recording, elsewhere);

    mark_linked(&backend, &found[0].recording).await;
    assert_eq!(
        unlinked(&backend, at(60), 10).await,
        [4, 3, 1],
        "one linked"
    );
    let news = every_callback("RE2").swap_remove(2);
    apply(&backend, &news, 2, at(40)).await;
    assert_eq!(unlinked(&backend, at(60), 10).await, [4, 3, 1, 2], "news");
}

pub async fn a_tenant_sees_no_recording_of_another(backend: Backend) {
    let event = recording_callback("RE1", RecordingStatus::Completed);
    apply(&backend, &event, 1, at(1)).await;
    let other = other_tenant();
    let by_id = backend.recordings.find(&other, recording_id(1)).await;
    let by_sid = backend.recordings.find_by_sid(&other, &event.recording_sid);
    assert_eq!(by_id.unwrap(), None);
    assert_eq!(by_sid.await.unwrap(), None);
    let of_call = backend.recordings.list_of_call(&other, call_id(1)).await;
    assert_eq!(of_call.unwrap(), []);

    let own = backend
        .recordings
        .apply(&other, call_id(1), &event, recording_id(2), at(1))
        .await;
    assert_eq!(own.unwrap().id, recording_id(2));
}

fn recording_callback(recording_sid: &str, status: RecordingStatus) -> RecordingEvent {
    let done = status == RecordingStatus::Completed;
    RecordingEvent {
        recording_sid: recording_sid.parse().unwrap(),
        call_sid: Some(sid("CA1")),
        update: RecordingEventKind::Recording(RecordingUpdate {
            status,
            recording_url: done.then(|| format!("https://api.twilio.com/{recording_sid}")),
            duration_seconds: done.then_some(3),
            channels: done.then_some(2),
        }),
    }
}

/// Four callbacks, each of which brings something new after those before it.
fn every_callback(recording_sid: &str) -> Vec<RecordingEvent> {
    let transcription = |status, text: Option<&str>| RecordingEvent {
        recording_sid: recording_sid.parse().unwrap(),
        call_sid: None,
        update: RecordingEventKind::Transcription(TranscriptionUpdate {
            status,
            text: text.map(str::to_owned),
            recording_url: text.map(|_| "https://api.twilio.com/RE".to_owned()),
        }),
    };
    vec![
        recording_callback(recording_sid, RecordingStatus::InProgress),
        transcription(TranscriptionStatus::Failed, None),
        transcription(TranscriptionStatus::Completed, Some(UNICODE)),
        RecordingEvent {
            recording_sid: recording_sid.parse().unwrap(),
            call_sid: Some(sid("CA1")),
            update: RecordingEventKind::Recording(RecordingUpdate {
                status: RecordingStatus::Completed,
                recording_url: Some("https://api.twilio.com/RE".to_owned()),
                duration_seconds: Some(3),
                channels: Some(2),
            }),
        },
    ]
}

/// Every order of four things.
fn orders_of_four() -> Vec<[usize; 4]> {
    let mut orders = Vec::new();
    for code in 0..256 {
        let order = [code / 64, code / 16 % 4, code / 4 % 4, code % 4];
        if (0..4).all(|place| order.contains(&place)) {
            orders.push(order);
        }
    }
    orders
}

async fn apply(
    backend: &Backend,
    event: &RecordingEvent,
    new_id: u32,
    now: Timestamp,
) -> Recording {
    backend
        .recordings
        .apply(&tenant(), call_id(1), event, recording_id(new_id), now)
        .await
        .unwrap()
}

async fn find(backend: &Backend, id: u32) -> Option<Recording> {
    let found = backend.recordings.find(&tenant(), recording_id(id)).await;
    found.unwrap()
}

async fn mark_linked(backend: &Backend, seen: &Recording) {
    let marked = backend.recordings.mark_linked(&tenant(), seen).await;
    marked.unwrap();
}

/// The numbers of the recordings that are found, in order.
async fn unlinked(backend: &Backend, changed_before: Timestamp, limit: u32) -> Vec<u32> {
    let found = backend
        .directory
        .unlinked_recordings(changed_before, limit)
        .await
        .unwrap();
    found
        .iter()
        .filter_map(|one| (1..5).find(|number| recording_id(*number) == one.recording.id))
        .collect()
}
