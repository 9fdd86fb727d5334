//! Moving house: what every two back ends must do with each other's rows.
//!
//! A clause gets two empty houses, the one to move out of and the one to move into.

#![expect(
    clippy::unwrap_used,
    reason = "these are tests: they panic when they fail"
)]

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use atlas_domain::call::CallStatus;

use super::Backend;
use super::rows::{CALLS, apply, fill, store_recording};
use super::samples::{
    accepted, at, call_begun, call_id, calls_of_every_purpose, other_tenant, received,
    recording_id, sid, tenant, user, user_id,
};
use crate::{Archive, Claim, House, Imported, Record};

/// How many rows are handed over at once: few, so that there is more than one round.
const BATCH: NonZeroU32 = NonZeroU32::MIN.saturating_add(2);

/// An empty store, by its repositories and as a house.
pub struct Home {
    /// Its repositories.
    pub store: Backend,
    /// All of it.
    pub house: Arc<dyn House>,
}

/// Makes a test of every clause for moving between two back ends; each argument is an async
/// function without arguments that gives an empty [`Home`](crate::contract::moving::Home).
#[macro_export]
macro_rules! moving_tests {
    ($from:path, $to:path) => {
        $crate::moving_tests! { @clauses $from, $to;
            everything_is_taken_over_just_so,
            what_was_taken_over_works_on,
            taking_over_again_changes_nothing,
            a_later_state_replaces_an_earlier_one_and_never_the_other_way_round,
            a_lease_stays_behind_and_its_fence_grows_on,
            a_row_that_another_excludes_is_refused_and_the_others_come,
        }
    };
    (@clauses $from:path, $to:path; $($clause:ident,)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $clause() {
                $crate::contract::moving::$clause($from().await, $to().await).await;
            }
        )*
    };
}

/// All rows of all kinds are the same afterwards, over all tenants.
pub async fn everything_is_taken_over_just_so(from: Home, to: Home) {
    fill(&from.store).await;
    let moved = move_all(&from, &to).await;
    let of_every_purpose = u64::try_from(calls_of_every_purpose(300).len()).unwrap();
    let calls = u64::from(CALLS) * 3 + of_every_purpose;
    assert_eq!(moved.inserted, calls + 4 + 3 + 3, "{moved:?}");
    assert_eq!(moved.replaced + moved.unchanged, 0);
    assert_eq!((moved.kept, moved.refused), (Vec::new(), Vec::new()));
    assert_same(from.house.users(), to.house.users()).await;
    assert_same(from.house.calls(), to.house.calls()).await;
    assert_same(from.house.recordings(), to.house.recordings()).await;
    assert_same(from.house.idempotency_keys(), to.house.idempotency_keys()).await;
}

/// Calls are found, claimed and changed in the new house as they were in the old one.
pub async fn what_was_taken_over_works_on(from: Home, to: Home) {
    fill(&from.store).await;
    move_all(&from, &to).await;
    for number in 0..CALLS {
        for tenant in [tenant(), other_tenant()] {
            let before = from.store.calls.find(&tenant, call_id(number)).await;
            let after = to.store.calls.find(&tenant, call_id(number)).await;
            assert_eq!(after.unwrap().unwrap(), before.unwrap().unwrap());
        }
    }
    assert_eq!(
        to.house.count_due().await.unwrap(),
        from.house.count_due().await.unwrap()
    );
    let rung = received("CA200", CallStatus::Ringing, 1);
    let call = apply(&to.store, call_id(200), &rung, at(50)).await;
    assert_eq!(call.status(), CallStatus::Ringing);
    let found = to.store.calls.find_by_sid(&tenant(), &sid("CA200")).await;
    assert_eq!(found.unwrap(), Some(call));
}

/// A second time finds everything there.
pub async fn taking_over_again_changes_nothing(from: Home, to: Home) {
    fill(&from.store).await;
    let first = move_all(&from, &to).await;
    let second = move_all(&from, &to).await;
    assert_eq!(second.unchanged, first.inserted, "{second:?}");
    assert_eq!(second.inserted + second.replaced, 0);
    assert_eq!((second.kept, second.refused), (Vec::new(), Vec::new()));
    assert_same(from.house.calls(), to.house.calls()).await;
}

/// What changed in the old house since comes too; what changed in the new one stays.
pub async fn a_later_state_replaces_an_earlier_one_and_never_the_other_way_round(
    from: Home,
    to: Home,
) {
    fill(&from.store).await;
    move_all(&from, &to).await;
    let rung = received("CA200", CallStatus::Ringing, 1);
    let newer_here = apply(&from.store, call_id(200), &rung, at(50)).await;
    let answered = received("CA201", CallStatus::InProgress, 1);
    let newer_there = apply(&to.store, call_id(201), &answered, at(51)).await;
    let moved = move_all(&from, &to).await;
    assert_eq!((moved.inserted, moved.replaced), (0, 1), "{moved:?}");
    assert_eq!(moved.kept.len(), 1);
    assert!(
        moved.kept[0].contains(&call_id(201).to_string()),
        "{moved:?}"
    );
    for newer in [newer_here, newer_there] {
        let found = to.store.calls.find(&tenant(), newer.call_id).await.unwrap();
        assert_eq!(found, Some(newer));
    }
}

/// Who worked in the old house does not hold the call in the new one, and could not work on it.
pub async fn a_lease_stays_behind_and_its_fence_grows_on(from: Home, to: Home) {
    let call = call_begun(1, at(0));
    from.store.calls.insert(&tenant(), &call).await.unwrap();
    let claim = |owner: &str| Claim {
        owner: owner.to_owned(),
        lease_duration: Duration::from_secs(600),
        limit: 1,
    };
    let now = at(3600);
    let claimed = from.store.directory.claim_due(&claim("old"), now).await;
    let old = claimed.unwrap().remove(0).lease;
    assert_eq!(
        from.house.leased_until(now).await.unwrap(),
        Some(old.expires_at)
    );
    move_all(&from, &to).await;
    assert_eq!(to.house.leased_until(now).await.unwrap(), None);
    assert_eq!(to.house.count_due().await.unwrap(), 1);
    let claimed = to.store.directory.claim_due(&claim("new"), now).await;
    assert_eq!(claimed.unwrap().remove(0).lease.fence, old.fence + 1);
}

/// A user whose email address is taken there, a call whose SID is, a recording whose SID is.
pub async fn a_row_that_another_excludes_is_refused_and_the_others_come(from: Home, to: Home) {
    for number in [1, 2] {
        let user = user(number, at(0));
        from.store.users.insert(&tenant(), &user).await.unwrap();
        store_recording(&from.store, number, number).await;
        let call = call_begun(number, at(0));
        from.store.calls.insert(&tenant(), &call).await.unwrap();
        let taken = accepted(1, &format!("CA{number}"));
        apply(&from.store, call.call_id, &taken, at(1)).await;
    }
    let mut same_address = user(1, at(0));
    same_address.id = user_id(9);
    to.store
        .users
        .insert(&tenant(), &same_address)
        .await
        .unwrap();
    store_recording(&to.store, 9, 1).await;
    let other = call_begun(9, at(0));
    to.store.calls.insert(&tenant(), &other).await.unwrap();
    apply(&to.store, other.call_id, &accepted(1, "CA1"), at(1)).await;

    let moved = move_all(&from, &to).await;
    assert_eq!(moved.inserted, 3, "{moved:?}");
    let refused: Vec<_> = moved.refused.iter().map(|row| row.label.as_str()).collect();
    let ids = [
        user_id(1).to_string(),
        call_id(1).to_string(),
        recording_id(1).to_string(),
    ];
    assert_eq!(refused.len(), 3, "{refused:?}");
    for (label, id) in refused.iter().zip(ids) {
        assert!(label.contains(&id), "{label}");
    }
    let missing = to.store.calls.find(&tenant(), call_id(1)).await.unwrap();
    assert_eq!(missing, None);
    let found = to
        .store
        .calls
        .find_by_sid(&tenant(), &sid("CA1"))
        .await
        .unwrap();
    assert_eq!(found.unwrap().call_id, call_id(9));
}

async fn move_all(from: &Home, to: &Home) -> Imported {
    let (from, to) = (&from.house, &to.house);
    let mut moved = move_kind(from.users(), to.users()).await;
    moved.add(move_kind(from.calls(), to.calls()).await);
    moved.add(move_kind(from.recordings(), to.recordings()).await);
    moved.add(move_kind(from.idempotency_keys(), to.idempotency_keys()).await);
    moved
}

async fn move_kind<R: Record>(from: &dyn Archive<R>, to: &dyn Archive<R>) -> Imported {
    let mut moved = Imported::default();
    let mut after = None;
    loop {
        let exported = from.export(after.as_ref(), BATCH).await.unwrap();
        moved.add(to.import(exported.records).await.unwrap());
        after = exported.next;
        if after.is_none() {
            return moved;
        }
    }
}

/// Both hold as many rows, and the same.
async fn assert_same<R: Record>(from: &dyn Archive<R>, to: &dyn Archive<R>) {
    assert_eq!(from.count().await.unwrap(), to.count().await.unwrap());
    let mut after = None;
    loop {
        let exported = from.export(after.as_ref(), BATCH).await.unwrap();
        let keys = exported.records.iter().map(Record::key).collect();
        let found = to.look_up(keys).await.unwrap();
        for record in exported.records {
            let twin = found.iter().find(|found| found.key() == record.key());
            assert!(twin == Some(&record), "{} differs", record.label());
        }
        after = exported.next;
        if after.is_none() {
            return;
        }
    }
}
