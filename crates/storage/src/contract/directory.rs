//! Clauses of [`Directory`](crate::Directory), unlinked recordings apart.

#![expect(missing_docs, reason = "the name of a clause says what it checks")]
#![expect(
    clippy::unwrap_used,
    reason = "these are tests: they panic when they fail"
)]

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use atlas_domain::call::{CallEvent, CallStatus, PLACEMENT_GRACE};
use atlas_domain::{CallId, TenantId, Timestamp};

use super::Backend;
use super::samples::*;
use crate::{Claim, ClaimedCall, DirectoryEntry};

const LEASE: Duration = Duration::from_secs(60);

pub async fn a_call_and_its_sid_are_located_with_their_tenant(backend: Backend) {
    insert(&backend, &other_tenant(), 1, 0).await;
    apply(&backend, &other_tenant(), 1, &accepted(1, "CA1")).await;
    let entry = DirectoryEntry {
        tenant: other_tenant(),
        call_id: call_id(1),
    };
    let by_id = backend.directory.locate_call(call_id(1)).await.unwrap();
    assert_eq!(by_id.as_ref(), Some(&entry));
    assert_eq!(locate_sid(&backend, "CA1").await, Some(entry));

    let missing = backend.directory.locate_call(call_id(2)).await.unwrap();
    assert_eq!(missing, None);
    assert_eq!(locate_sid(&backend, "CA2").await, None);
}

pub async fn a_sid_given_back_locates_nothing(backend: Backend) {
    insert(&backend, &tenant(), 1, 0).await;
    for event in [lost(1), found(1, "CA1")] {
        apply(&backend, &tenant(), 1, &event).await;
    }
    assert!(locate_sid(&backend, "CA1").await.is_some());
    let given_back = CallEvent::SidGivenBack { sid: sid("CA1") };
    apply(&backend, &tenant(), 1, &given_back).await;
    assert_eq!(locate_sid(&backend, "CA1").await, None);
}

pub async fn the_longest_due_work_of_all_tenants_is_claimed_first(backend: Backend) {
    insert(&backend, &tenant(), 1, 30).await;
    insert(&backend, &tenant(), 2, 10).await;
    insert(&backend, &other_tenant(), 3, 20).await;
    insert(&backend, &tenant(), 4, 40).await;
    let first = claim(&backend, "a", 2, due(40)).await;
    assert_eq!(numbers(&first), [2, 3].map(call_id));
    assert_eq!(first[1].entry.tenant, other_tenant());
    assert_eq!(first[0].lease.owner, "a");
    assert_eq!(first[0].lease.expires_at, due(40).plus(LEASE));
    let second = claim(&backend, "a", 10, due(40)).await;
    assert_eq!(numbers(&second), [1, 4].map(call_id));
    assert_eq!(claim(&backend, "a", 10, due(40)).await, []);
}

pub async fn work_is_not_claimed_before_it_is_due(backend: Backend) {
    insert(&backend, &tenant(), 1, 0).await;
    assert_eq!(claim(&backend, "a", 10, just_before(due(0))).await, []);
    assert_eq!(claim(&backend, "a", 10, due(0)).await.len(), 1);
}

pub async fn fifty_claimants_at_once_never_share_a_call(backend: Backend) {
    for number in 0..40 {
        insert(&backend, &tenant(), number, 0).await;
    }
    let claims = at_once(50, |number| {
        let backend = backend.clone();
        async move { claim(&backend, &format!("worker {number}"), 3, due(0)).await }
    })
    .await;
    let all: Vec<_> = claims.iter().flat_map(|claims| numbers(claims)).collect();
    let distinct: HashSet<_> = all.iter().collect();
    assert_eq!((all.len(), distinct.len()), (40, 40));
}

pub async fn a_lease_that_expired_is_given_to_another_with_a_larger_fence(backend: Backend) {
    insert(&backend, &tenant(), 1, 0).await;
    let first = claim(&backend, "a", 1, due(0)).await.remove(0);
    let expiry = first.lease.expires_at;
    assert_eq!(claim(&backend, "b", 1, just_before(expiry)).await, []);
    let second = claim(&backend, "b", 1, expiry).await.remove(0);
    assert_eq!(second.entry, first.entry);
    assert!(second.lease.fence > first.lease.fence);

    // Whoever was overtaken cannot end the lease of the other.
    release(&backend, &first).await;
    assert_eq!(claim(&backend, "c", 1, expiry).await, []);
}

pub async fn a_released_call_is_free_at_once_and_its_fence_still_grows(backend: Backend) {
    insert(&backend, &tenant(), 1, 0).await;
    let first = claim(&backend, "a", 1, due(0)).await.remove(0);
    release(&backend, &first).await;
    let second = claim(&backend, "a", 1, due(0)).await.remove(0);
    assert!(second.lease.fence > first.lease.fence);
    release(&backend, &first).await;
    assert_eq!(
        claim(&backend, "b", 1, due(0)).await,
        [],
        "same owner, old fence"
    );
}

pub async fn an_event_leaves_the_lease_alone(backend: Backend) {
    insert(&backend, &tenant(), 1, 100).await;
    let held = claim(&backend, "a", 1, due(100)).await.remove(0);
    apply(&backend, &tenant(), 1, &lost(1)).await;
    let while_held = just_before(held.lease.expires_at);
    assert_eq!(claim(&backend, "b", 1, while_held).await, []);
    let next = claim(&backend, "b", 1, held.lease.expires_at)
        .await
        .remove(0);
    assert!(next.lease.fence > held.lease.fence);
}

pub async fn work_that_is_done_is_not_due_any_more(backend: Backend) {
    insert(&backend, &tenant(), 1, 0).await;
    for event in [
        accepted(1, "CA1"),
        received("CA1", CallStatus::Completed, 1),
    ] {
        apply(&backend, &tenant(), 1, &event).await;
        assert_eq!(claim(&backend, "a", 10, due(0)).await, []);
    }
    assert_eq!(next_due_at(&backend).await, None);
    assert_eq!(claim(&backend, "a", 10, Timestamp::MAX).await, []);
}

pub async fn an_event_can_make_new_work_due(backend: Backend) {
    insert(&backend, &tenant(), 1, 0).await;
    for event in [accepted(1, "CA1"), received("CA1", CallStatus::Busy, 1)] {
        apply(&backend, &tenant(), 1, &event).await;
    }
    let redial_at = at(100).plus(Duration::from_secs(10));
    assert_eq!(next_due_at(&backend).await, Some(redial_at));
    assert_eq!(claim(&backend, "a", 1, redial_at).await.len(), 1);
}

pub async fn the_next_due_time_is_when_a_claim_would_find_something(backend: Backend) {
    assert_eq!(next_due_at(&backend).await, None, "empty");
    insert(&backend, &tenant(), 1, 0).await;
    insert(&backend, &other_tenant(), 2, 500).await;
    assert_eq!(next_due_at(&backend).await, Some(due(0)), "nobody works");

    let first = claim(&backend, "a", 1, due(0)).await.remove(0);
    let expiry = first.lease.expires_at;
    assert_eq!(
        next_due_at(&backend).await,
        Some(expiry),
        "one is worked on"
    );
    assert_eq!(claim(&backend, "b", 1, just_before(expiry)).await, []);
    assert_eq!(claim(&backend, "b", 1, expiry).await.len(), 1);

    let second = claim(&backend, "c", 2, due(500)).await;
    assert_eq!(
        second.len(),
        2,
        "the first expired again, the second is due"
    );
    let both = due(500).plus(LEASE);
    assert_eq!(
        next_due_at(&backend).await,
        Some(both),
        "both are worked on"
    );
    for claimed in &second {
        release(&backend, claimed).await;
    }
    assert_eq!(next_due_at(&backend).await, Some(due(0)), "both are free");
}

pub async fn work_due_later_than_an_old_lease_is_due_then(backend: Backend) {
    insert(&backend, &tenant(), 1, 0).await;
    claim(&backend, "a", 1, due(0)).await;
    for event in [accepted(1, "CA1"), received("CA1", CallStatus::Busy, 1)] {
        apply(&backend, &tenant(), 1, &event).await;
    }
    let redial_at = at(100).plus(Duration::from_secs(10));
    assert_eq!(next_due_at(&backend).await, Some(redial_at));
    assert_eq!(claim(&backend, "b", 1, just_before(redial_at)).await, []);
    assert_eq!(claim(&backend, "b", 1, redial_at).await.len(), 1);
}

/// When the first work of a call stored at second `seconds` is due: its lookup.
fn due(seconds: i64) -> Timestamp {
    at(seconds).plus(PLACEMENT_GRACE)
}

fn just_before(at: Timestamp) -> Timestamp {
    at.minus(Duration::from_millis(1))
}

fn numbers(claimed: &[ClaimedCall]) -> Vec<CallId> {
    claimed.iter().map(|one| one.entry.call_id).collect()
}

async fn insert(backend: &Backend, tenant: &TenantId, number: u32, seconds: i64) {
    let call = call_begun(number, at(seconds));
    backend.calls.insert(tenant, &call).await.unwrap();
}

async fn apply(backend: &Backend, tenant: &TenantId, number: u32, event: &CallEvent) {
    let calls = Arc::clone(&backend.calls);
    let applied = calls.apply(tenant, call_id(number), event, at(100)).await;
    assert!(applied.unwrap().is_some());
}

async fn claim(backend: &Backend, owner: &str, limit: u32, now: Timestamp) -> Vec<ClaimedCall> {
    let claim = Claim {
        owner: owner.to_owned(),
        lease_duration: LEASE,
        limit,
    };
    backend.directory.claim_due(&claim, now).await.unwrap()
}

async fn release(backend: &Backend, claimed: &ClaimedCall) {
    backend.directory.release(claimed).await.unwrap();
}

async fn next_due_at(backend: &Backend) -> Option<Timestamp> {
    backend.directory.next_due_at().await.unwrap()
}

async fn locate_sid(backend: &Backend, sid_text: &str) -> Option<DirectoryEntry> {
    let located = backend.directory.locate_sid(&sid(sid_text)).await;
    located.unwrap()
}
