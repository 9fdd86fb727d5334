//! Stores full of rows, for moving house.

#![expect(
    clippy::unwrap_used,
    reason = "these are tests: they panic when they fail"
)]

use std::time::Duration;

use atlas_domain::call::{Call, CallEvent, CallStatus};
use atlas_domain::{
    CallId, RecordingEvent, RecordingEventKind, RecordingStatus, RecordingUpdate, Timestamp,
};

use super::Backend;
use super::samples::{
    accepted, at, call_begun, call_id, call_with_everything, calls_of_every_purpose, feedback,
    other_tenant, received, recording_id, sid, tenant, user,
};
use crate::archive::document_id;
use crate::{CallRecord, IdempotencyClaim, IdempotencyKey, RecordedResponse, RequestDigest};

/// How many calls there are of each kind.
pub(super) const CALLS: u32 = 10;

/// Call `number` of many, as it may be after some time: not dialled yet, ringing, ended, rated.
///
/// # Panics
/// When `number` is above 99,999,999.
#[must_use]
pub fn generated_call(number: u32) -> CallRecord {
    let created_at = at(i64::from(number));
    let sid_text = format!("CA{number:032x}");
    let mut call = call_begun(1_000_000_000 + number, created_at);
    let status = |status, sequence| received(&sid_text, status, sequence);
    let life = [
        accepted(1, &sid_text),
        status(CallStatus::Initiated, 0),
        status(CallStatus::Ringing, 1),
        status(CallStatus::InProgress, 2),
        status(CallStatus::Completed, 3),
    ];
    let lived = usize::try_from(number).unwrap() % (life.len() + 1);
    for event in life.iter().take(lived) {
        call = apply_event(&call, event, created_at);
    }
    if number.is_multiple_of(7) {
        call.feedback = Some(feedback(5));
    }
    CallRecord {
        tenant: tenant(),
        document_id: document_id(&tenant(), call.call_id),
        call,
        fence: u64::from(number % 3),
        other_fields: None,
    }
}

fn apply_event(call: &Call, event: &CallEvent, now: Timestamp) -> Call {
    atlas_domain::call::apply(call, event, now).call
}

/// Puts rows of every kind into two tenants of a store.
///
/// # Panics
/// When they cannot be stored.
pub async fn fill(store: &Backend) {
    for number in 0..CALLS {
        for tenant in [tenant(), other_tenant()] {
            let whole = call_with_everything(number);
            store.calls.insert(&tenant, &whole).await.unwrap();
        }
        let begun = call_begun(200 + number, at(i64::from(number)));
        store.calls.insert(&tenant(), &begun).await.unwrap();
        let taken = accepted(1, &format!("CA{}", 200 + number));
        apply(store, begun.call_id, &taken, at(30)).await;
    }
    for call in calls_of_every_purpose(300) {
        store.calls.insert(&tenant(), &call).await.unwrap();
    }
    for number in 1..4 {
        store
            .users
            .insert(&tenant(), &user(number, at(0)))
            .await
            .unwrap();
        store_recording(store, number, number).await;
    }
    let mut named = user(8, at(1));
    named.external_id = Some("crm-'17".parse().unwrap());
    store.users.insert(&other_tenant(), &named).await.unwrap();
    for number in 1..4 {
        store_key(store, number).await;
    }
}

pub(super) async fn store_recording(store: &Backend, id: u32, number: u32) {
    let event = RecordingEvent {
        recording_sid: format!("RE{number}").parse().unwrap(),
        call_sid: Some(sid("CA200")),
        update: RecordingEventKind::Recording(RecordingUpdate {
            status: RecordingStatus::Completed,
            recording_url: Some("https://api.twilio.com/RE".to_owned()),
            duration_seconds: Some(number),
            channels: Some(2),
        }),
    };
    store
        .recordings
        .apply(&tenant(), call_id(200), &event, recording_id(id), at(40))
        .await
        .unwrap();
}

/// Key 1 is still without an answer.
async fn store_key(store: &Backend, number: u32) {
    let claim = IdempotencyClaim {
        key: IdempotencyKey {
            api_key_name: "crm".to_owned(),
            route: "POST /calls/outbound".to_owned(),
            key: format!("key '{number}'"),
        },
        request: RequestDigest([7; 32]),
        call_id: call_id(number),
        lease_duration: Duration::from_secs(60),
        keep_for: Duration::from_secs(86_400),
    };
    store
        .idempotency
        .begin(&tenant(), &claim, at(0))
        .await
        .unwrap();
    if number > 1 {
        let response = RecordedResponse {
            http_status: 201,
            location: (number > 2).then(|| "/calls/1".to_owned()),
            content_type: "application/json".to_owned(),
            body: vec![0, 159, 146, 150],
        };
        let (key, call_id) = (&claim.key, claim.call_id);
        store
            .idempotency
            .complete(&tenant(), key, call_id, &response)
            .await
            .unwrap();
    }
}

pub(super) async fn apply(
    store: &Backend,
    call_id: CallId,
    event: &CallEvent,
    now: Timestamp,
) -> Call {
    let applied = store.calls.apply(&tenant(), call_id, event, now).await;
    applied.unwrap().unwrap().call
}
