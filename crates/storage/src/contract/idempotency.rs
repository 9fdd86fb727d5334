//! Clauses of [`IdempotencyRepository`](crate::IdempotencyRepository).

#![expect(missing_docs, reason = "the name of a clause says what it checks")]
#![expect(
    clippy::unwrap_used,
    reason = "these are tests: they panic when they fail"
)]

use std::sync::Arc;
use std::time::Duration;

use atlas_domain::{CallId, TenantId, Timestamp};

use super::Backend;
use super::samples::*;
use crate::{IdempotencyBegin, IdempotencyClaim, IdempotencyKey, RecordedResponse, RequestDigest};

const LEASE: Duration = Duration::from_secs(30);
const KEPT: Duration = Duration::from_secs(86_400);

pub async fn the_first_request_with_a_key_proceeds_with_its_own_call_id(backend: Backend) {
    let first = begin(&backend, &claim("k", 1, 1), at(0)).await;
    assert_eq!(first, proceed(1));
}

pub async fn of_fifty_requests_with_one_key_at_once_one_proceeds(backend: Backend) {
    let begun = at_once(50, |number| {
        let idempotency = Arc::clone(&backend.idempotency);
        async move {
            let claim = claim("k", 1, number);
            idempotency.begin(&tenant(), &claim, at(0)).await.unwrap()
        }
    })
    .await;
    let in_progress = begun
        .iter()
        .filter(|begun| **begun == IdempotencyBegin::InProgress)
        .count();
    let proceeding = begun
        .iter()
        .filter(|begun| matches!(begun, IdempotencyBegin::Proceed { .. }))
        .count();
    assert_eq!((in_progress, proceeding), (49, 1));
}

pub async fn an_answer_is_given_again_as_it_was(backend: Backend) {
    let plain = RecordedResponse {
        http_status: 422,
        location: None,
        content_type: "application/problem+json".to_owned(),
        body: Vec::new(),
    };
    for (key, response) in [("a", created()), ("b", plain)] {
        begin(&backend, &claim(key, 1, 1), at(0)).await;
        complete(&backend, key, 1, &response).await;
        let again = begin(&backend, &claim(key, 1, 2), at(1)).await;
        assert_eq!(again, IdempotencyBegin::Replay(response), "{key}");
    }
}

pub async fn a_key_with_another_body_is_reused(backend: Backend) {
    begin(&backend, &claim("k", 1, 1), at(0)).await;
    let other_body = claim("k", 2, 2);
    let cases = ["running", "its lease over", "answered"];
    for (what, seconds) in cases.into_iter().zip([1, 100, 101]) {
        if what == "answered" {
            complete(&backend, "k", 1, &created()).await;
        }
        let begun = begin(&backend, &other_body, at(seconds)).await;
        assert_eq!(begun, IdempotencyBegin::Reused, "{what}");
    }
}

pub async fn a_request_that_ended_without_an_answer_is_taken_over_with_its_call_id(
    backend: Backend,
) {
    begin(&backend, &claim("k", 1, 1), at(0)).await;
    let expiry = at(0).plus(LEASE);
    let before = expiry.minus(Duration::from_millis(1));
    let early = begin(&backend, &claim("k", 1, 2), before).await;
    assert_eq!(early, IdempotencyBegin::InProgress);
    let taken_over = begin(&backend, &claim("k", 1, 2), expiry).await;
    assert_eq!(taken_over, proceed(1), "the call may have been dialled");
    let third = begin(&backend, &claim("k", 1, 3), expiry).await;
    assert_eq!(third, IdempotencyBegin::InProgress, "the lease is new");
}

pub async fn the_first_answer_stays(backend: Backend) {
    begin(&backend, &claim("k", 1, 1), at(0)).await;
    complete(&backend, "k", 1, &created()).await;
    let late = RecordedResponse {
        http_status: 502,
        ..created()
    };
    complete(&backend, "k", 1, &late).await;
    release(&backend, "k", 1).await;
    let again = begin(&backend, &claim("k", 1, 2), at(1)).await;
    assert_eq!(again, IdempotencyBegin::Replay(created()));
}

pub async fn a_released_key_is_free_for_any_body(backend: Backend) {
    begin(&backend, &claim("k", 1, 1), at(0)).await;
    release(&backend, "k", 1).await;
    assert_eq!(begin(&backend, &claim("k", 2, 2), at(1)).await, proceed(2));
}

pub async fn who_was_overtaken_can_neither_answer_nor_release(backend: Backend) {
    begin(&backend, &claim("k", 1, 1), at(0)).await;
    release(&backend, "k", 1).await;
    begin(&backend, &claim("k", 1, 2), at(1)).await;
    complete(&backend, "k", 1, &created()).await;
    release(&backend, "k", 1).await;
    let third = begin(&backend, &claim("k", 1, 3), at(2)).await;
    assert_eq!(third, IdempotencyBegin::InProgress);
}

pub async fn answering_or_releasing_a_missing_key_does_nothing(backend: Backend) {
    complete(&backend, "k", 1, &created()).await;
    release(&backend, "k", 1).await;
    assert_eq!(begin(&backend, &claim("k", 1, 2), at(0)).await, proceed(2));
}

pub async fn a_key_counts_as_absent_once_its_time_is_over(backend: Backend) {
    begin(&backend, &claim("k", 1, 1), at(0)).await;
    complete(&backend, "k", 1, &created()).await;
    let over = at(0).plus(KEPT);
    let before = over.minus(Duration::from_millis(1));
    let replayed = begin(&backend, &claim("k", 1, 2), before).await;
    assert_eq!(replayed, IdempotencyBegin::Replay(created()));
    assert_eq!(begin(&backend, &claim("k", 2, 3), over).await, proceed(3));
    let again = begin(&backend, &claim("k", 2, 4), over).await;
    assert_eq!(
        again,
        IdempotencyBegin::InProgress,
        "and nothing is left of it"
    );
}

pub async fn keys_whose_time_is_over_are_deleted_over_all_tenants(backend: Backend) {
    begin(&backend, &claim("a", 1, 1), at(0)).await;
    begin(&backend, &claim("b", 1, 2), at(10)).await;
    let elsewhere = claim("a", 1, 3);
    begin_for(&backend, &other_tenant(), &elsewhere, at(0)).await;
    let over = at(0).plus(KEPT);
    let before = over.minus(Duration::from_millis(1));
    assert_eq!(delete_expired(&backend, before).await, 0);
    assert_eq!(delete_expired(&backend, over).await, 2);
    assert_eq!(delete_expired(&backend, over).await, 0);
    let kept = begin(&backend, &claim("b", 2, 4), over).await;
    assert_eq!(kept, IdempotencyBegin::Reused);
}

pub async fn keys_differ_by_tenant_api_key_route_and_text(backend: Backend) {
    let base = claim("k", 1, 1);
    let mut other_api_key = claim("k", 1, 2);
    other_api_key.key.api_key_name = String::new();
    let mut other_route = claim("k", 1, 3);
    other_route.key.route = "POST /notifications/call".to_owned();
    let other_case = claim("K", 1, 4);
    for (number, claim) in (1..).zip([&base, &other_api_key, &other_route, &other_case]) {
        assert_eq!(begin(&backend, claim, at(0)).await, proceed(number));
    }
    let elsewhere = begin_for(&backend, &other_tenant(), &base, at(0)).await;
    assert_eq!(elsewhere, proceed(1));
}

fn key(text: &str) -> IdempotencyKey {
    IdempotencyKey {
        api_key_name: "crm".to_owned(),
        route: "POST /calls/outbound".to_owned(),
        key: text.to_owned(),
    }
}

fn claim(text: &str, body: u8, call: u32) -> IdempotencyClaim {
    IdempotencyClaim {
        key: key(text),
        request: RequestDigest([body; 32]),
        call_id: call_id(call),
        lease_duration: LEASE,
        keep_for: KEPT,
    }
}

fn proceed(call: u32) -> IdempotencyBegin {
    IdempotencyBegin::Proceed {
        call_id: call_id(call),
    }
}

fn created() -> RecordedResponse {
    RecordedResponse {
        http_status: 201,
        location: Some("/calls/1".to_owned()),
        content_type: "application/json".to_owned(),
        body: vec![0, 255, b'{', b'}', 0],
    }
}

async fn begin(backend: &Backend, claim: &IdempotencyClaim, now: Timestamp) -> IdempotencyBegin {
    begin_for(backend, &tenant(), claim, now).await
}

async fn begin_for(
    backend: &Backend,
    tenant: &TenantId,
    claim: &IdempotencyClaim,
    now: Timestamp,
) -> IdempotencyBegin {
    let begun = backend.idempotency.begin(tenant, claim, now).await;
    begun.unwrap()
}

async fn complete(backend: &Backend, text: &str, call: u32, response: &RecordedResponse) {
    let owner: CallId = call_id(call);
    let completed = backend
        .idempotency
        .complete(&tenant(), &key(text), owner, response)
        .await;
    completed.unwrap();
}

async fn release(backend: &Backend, text: &str, call: u32) {
    let released = backend
        .idempotency
        .release(&tenant(), &key(text), call_id(call))
        .await;
    released.unwrap();
}

async fn delete_expired(backend: &Backend, now: Timestamp) -> u64 {
    backend.idempotency.delete_expired(now).await.unwrap()
}
