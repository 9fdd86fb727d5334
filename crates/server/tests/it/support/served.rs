//! The server in a process of its own, on a simulator in this one.

use std::net::TcpListener;
use std::time::Duration;

use twilio_sim::Simulator;

use super::{Program, TestClient, TestStore, twilio_variables};

/// How long something may take before the test gives it up.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long to wait before asking again whether something is so.
const ASK_AGAIN_AFTER: Duration = Duration::from_millis(50);

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
        more: &[(&'static str, &str)],
    ) -> Self {
        let mut variables = store.variables();
        variables.extend(
            more.iter()
                .map(|(name, value)| (*name, (*value).to_owned())),
        );
        Self::start_on(simulator, &variables, port).await
    }

    /// Starts the server with the variables that say where it stores, and any others, and waits
    /// until it listens.
    pub(crate) async fn start_on(
        simulator: &Simulator,
        more: &[(&'static str, String)],
        port: u16,
    ) -> Self {
        let own = [
            ("PORT", port.to_string()),
            ("BASE_URL", format!("http://127.0.0.1:{port}")),
            ("ATLAS_CLOCK", "sim".to_owned()),
            ("LOG_FORMAT", "json".to_owned()),
        ];
        let variables: Vec<_> = own.into_iter().chain(twilio_variables(simulator)).collect();
        let variables: Vec<_> = variables
            .iter()
            .chain(more)
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let mut program = Program::start(&["serve"], &variables);
        program.says("Atlas is listening").await;
        // From its first sleep on, time waits for the worker.
        let worker = program.participant();
        until(|| simulator.clock().is_asleep(&worker)).await;
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

/// Waits until something is so that has to be asked for.
pub(crate) async fn until_async(holds: impl AsyncFn() -> bool) {
    let waiting = async {
        while !holds().await {
            tokio::time::sleep(ASK_AGAIN_AFTER).await;
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
