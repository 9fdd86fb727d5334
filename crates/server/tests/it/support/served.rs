//! The server in a process of its own, on a simulator in this one.

use std::net::TcpListener;
use std::time::Duration;

use twilio_sim::Simulator;

use super::{Program, TestClient, TestStore, twilio_variables};

/// How long something may take before the test gives it up.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server in a process of its own, and what it needs to be started again.
pub(crate) struct Served {
    pub(crate) program: Program,
    pub(crate) client: TestClient,
}

impl Served {
    /// Starts the server and waits until it listens.
    pub(crate) async fn start(simulator: &Simulator, store: &TestStore, port: u16) -> Self {
        Self::start_with(simulator, store, port, &[]).await
    }

    /// Starts the server with more variables and waits until it listens.
    pub(crate) async fn start_with(
        simulator: &Simulator,
        store: &TestStore,
        port: u16,
        more: &[(&str, &str)],
    ) -> Self {
        let own = [
            ("PORT", port.to_string()),
            ("BASE_URL", format!("http://127.0.0.1:{port}")),
            ("ATLAS_CLOCK", "sim".to_owned()),
            ("LOG_FORMAT", "json".to_owned()),
        ];
        let variables: Vec<_> = own
            .into_iter()
            .chain(store.variables())
            .chain(twilio_variables(simulator))
            .collect();
        let variables: Vec<_> = variables
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .chain(more.iter().copied())
            .collect();
        let mut program = Program::start(&["serve"], &variables);
        program.says("Atlas is listening").await;
        // From its first sleep on, time waits for the worker.
        until(|| simulator.clock().next_due().is_some()).await;
        Self {
            program,
            client: TestClient::new(&format!("http://127.0.0.1:{port}")),
        }
    }
}

/// Waits until something is so.
pub(crate) async fn until(holds: impl Fn() -> bool) {
    let waiting = async {
        while !holds() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting)
        .await
        .expect("it comes to be so in time");
}

/// A port that was free a moment ago.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its address").port()
}
