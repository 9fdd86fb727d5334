//! What is about the SQLite file itself, whichever store the other tests use.
#![cfg(unix)]

use std::path::Path;

use twilio_sim::{Simulator, SimulatorConfig};

use crate::support::{Served, TestStore, free_port};

#[tokio::test]
async fn a_server_that_stopped_has_closed_its_file() {
    let sim = Simulator::start(SimulatorConfig::stepped())
        .await
        .expect("a simulated Twilio");
    let store = TestStore::sqlite();
    let (_, file) = store.variables().remove(0);
    let log = Path::new(&file).with_extension("db-wal");
    let served = Served::start(&sim, &store, free_port()).await;
    assert!(log.exists(), "it is open");
    served.program.terminate().await;
    let ended = served.program.end().await;
    assert_eq!(ended.status.code(), Some(0), "{}", ended.stderr);
    assert!(!log.exists(), "it was closed");
    sim.shutdown().await;
}
