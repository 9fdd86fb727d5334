//! Whatever happens to a call, the validators let it be stored, and it is read as it was.

use atlas_storage::contract::MongoDatabase;
use tokio::runtime::Runtime;

use super::sharing::connect;
use crate::histories;

/// Each is some ten writes on a real server.
const HISTORIES: u32 = 48;

#[test]
fn whatever_happens_to_a_call_is_stored_and_read_as_it_was() {
    let runtime = Runtime::new().unwrap();
    let database = MongoDatabase::fresh();
    let store = runtime.block_on(connect(&database));
    runtime.block_on(store.migrate()).unwrap();
    histories::replay_many(HISTORIES, &runtime, &store);
}
