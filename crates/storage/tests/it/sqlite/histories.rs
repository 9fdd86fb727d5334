//! Whatever happens to a call, the checks of its columns let it be stored, and it is read as it was.

use tokio::runtime::Runtime;

use super::open;
use crate::histories;

/// Each is some ten commits on disk.
const HISTORIES: u32 = 96;

#[test]
fn whatever_happens_to_a_call_is_stored_and_read_as_it_was() {
    let runtime = Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder.path().join("atlas.db"));
    histories::replay_many(HISTORIES, &runtime, &store);
}
