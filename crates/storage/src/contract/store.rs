//! Clauses of [`Store`](crate::Store).

#![expect(missing_docs, reason = "the name of a clause says what it checks")]
#![expect(
    clippy::unwrap_used,
    reason = "these are tests: they panic when they fail"
)]

use std::sync::Arc;

use atlas_domain::UserChanges;

use super::Backend;
use super::samples::*;
use crate::{CallFilter, Claim, StorageError};

pub async fn an_open_store_is_writable(backend: Backend) {
    backend.store.check_writable().await.unwrap();
    backend.store.check_writable().await.unwrap();
}

pub async fn a_closed_store_is_unavailable_to_every_repository(backend: Backend) {
    let call = call_begun(1, at(0));
    backend.calls.insert(&tenant(), &call).await.unwrap();
    backend.store.close().await;
    backend.store.close().await;

    let (tenant, user) = (tenant(), user(1, at(0)));
    let claim = Claim {
        owner: "a".to_owned(),
        lease_duration: std::time::Duration::from_secs(1),
        limit: 1,
    };
    let (page, filter) = (page_number(1, 10), CallFilter::default());
    let changes = UserChanges::default();
    let event = accepted(1, "CA1");
    unavailable(backend.store.check_writable().await);
    unavailable(backend.calls.insert(&tenant, &call_begun(2, at(0))).await);
    unavailable(backend.calls.find(&tenant, call_id(1)).await);
    unavailable(backend.calls.find_by_sid(&tenant, &sid("CA1")).await);
    unavailable(backend.calls.list(&tenant, &filter, &page).await);
    let applied = backend.calls.apply(&tenant, call_id(1), &event, at(1));
    unavailable(applied.await);
    unavailable(backend.users.insert(&tenant, &user).await);
    unavailable(backend.users.find(&tenant, user.id).await);
    unavailable(backend.users.list(&tenant, &page).await);
    let updated = backend.users.update(&tenant, user.id, &changes, at(1));
    unavailable(updated.await);
    unavailable(backend.users.delete(&tenant, user.id).await);
    unavailable(backend.recordings.find(&tenant, recording_id(1)).await);
    unavailable(backend.idempotency.delete_expired(at(1)).await);
    unavailable(backend.directory.locate_call(call_id(1)).await);
    unavailable(backend.directory.claim_due(&claim, at(1)).await);
    unavailable(backend.directory.next_due_at().await);
}

pub async fn a_store_that_closes_leaves_nobody_without_an_answer(backend: Backend) {
    let closing = {
        let store = Arc::clone(&backend.store);
        async move { store.close().await }
    };
    let begun = at_once(50, |number| {
        let calls = Arc::clone(&backend.calls);
        async move {
            let call = call_begun(number, at(0));
            calls.insert(&tenant(), &call).await
        }
    });
    let ((), results) = tokio::join!(closing, begun);
    for result in results {
        assert!(
            matches!(result, Ok(()) | Err(StorageError::Unavailable(_))),
            "{result:?}"
        );
    }
}

fn unavailable<T: std::fmt::Debug>(result: Result<T, StorageError>) {
    assert!(
        matches!(result, Err(StorageError::Unavailable(_))),
        "{result:?}"
    );
}
