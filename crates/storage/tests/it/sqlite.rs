//! The SQLite back end, on real files.

mod durability;
mod histories;
mod opening;
mod sharing;

use std::path::Path;
use std::sync::Arc;

use atlas_domain::call::{Backoff, Call, CallPurpose, NewCall, RetryPlan};
use atlas_domain::{CallId, TenantId, Timestamp};
use atlas_storage::contract::Backend;
use atlas_storage::contract::moving::Home;
use atlas_storage::sqlite::{SqliteOptions, SqliteStore};

/// A store on a new file, which goes away with it.
async fn fresh() -> Backend {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder.path().join("atlas.db"));
    Backend::new(store, folder)
}

atlas_storage::contract_tests!(fresh);

/// As [`fresh`], for moving house.
pub(crate) async fn home() -> Home {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder.path().join("atlas.db"));
    Home {
        house: Arc::new(store.clone()),
        store: Backend::new(store, folder),
    }
}

mod moving {
    use super::home;

    atlas_storage::moving_tests!(home, home);
}

fn open(path: &Path) -> SqliteStore {
    SqliteStore::open(path, SqliteOptions::default()).unwrap()
}

pub(crate) fn tenant() -> TenantId {
    TenantId::default()
}

pub(crate) fn call_id(number: u32) -> CallId {
    format!("6f2cbf1c-53d2-4e4b-9d8c-{number:012x}")
        .parse()
        .unwrap()
}

pub(crate) fn call(number: u32) -> Call {
    let new = NewCall {
        call_id: call_id(number),
        user_id: None,
        user_external_id: None,
        to_number: "+15550100042".parse().unwrap(),
        from_number: "+15005550006".parse().unwrap(),
        purpose: CallPurpose::Script,
        script: None,
        recording_enabled: true,
        retry_plan: RetryPlan::new(3, 10, Backoff::Fixed).unwrap(),
    };
    Call::begin(new, Timestamp::from_unix_millis(1_767_000_000_000).unwrap())
}
