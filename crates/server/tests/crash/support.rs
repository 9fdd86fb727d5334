//! An Atlas that can be killed and started again, its simulated Twilio, and a small client.

mod client;
mod process;

use std::time::{Duration, Instant};

use secrecy::ExposeSecret as _;
use serde_json::Value;
use tempfile::TempDir;
use twilio_sim::{CallReport, Held, RequestReport, Simulator, SimulatorConfig};

pub(crate) use client::{Client, NoAnswer, order};
use process::Process;
pub(crate) use process::free_port;

use crate::store::TestStore;

/// How long a process may take to serve, and its worker to sleep, in real time.
const READY_TIMEOUT: Duration = Duration::from_secs(60);
/// How often is looked whether it does.
const LOOK_EVERY: Duration = Duration::from_millis(10);
/// How far the clock moves at once where the test wants to stop it soon.
const SMALL_STEP: Duration = Duration::from_millis(100);

/// How often each test is repeated: the variable `RUNS`, 2 without it.
#[expect(clippy::disallowed_methods, reason = "a test has no settings")]
pub(crate) fn runs() -> usize {
    std::env::var("RUNS")
        .ok()
        .and_then(|runs| runs.parse().ok())
        .unwrap_or(2)
}

/// An Atlas under test: a process that comes and goes, a database and a Twilio that stay.
pub(crate) struct Atlas {
    pub(crate) sim: Simulator,
    pub(crate) client: Client,
    variables: Vec<(&'static str, String)>,
    process: Option<Process>,
    /// The database, unless somebody else keeps it.
    _store: Option<TestStore>,
    /// Where the process runs and logs.
    folder: TempDir,
}

/// What an Atlas is started with.
pub(crate) struct AtlasSetup {
    pub(crate) simulator: SimulatorConfig,
    /// Where the process is to listen.
    pub(crate) port: u16,
    /// What Twilio is told to call.
    pub(crate) public_url: String,
    /// What the process finds its database by, and whatever else it is told.
    pub(crate) variables: Vec<(&'static str, String)>,
}

impl Atlas {
    /// A running Atlas whose callbacks come to it directly.
    pub(crate) async fn start() -> Self {
        let port = free_port();
        Self::start_at(port, format!("http://127.0.0.1:{port}")).await
    }

    /// A running Atlas on this port, which tells Twilio to call `public_url`.
    pub(crate) async fn start_at(port: u16, public_url: String) -> Self {
        let store = TestStore::fresh();
        let setup = AtlasSetup {
            simulator: SimulatorConfig::stepped(),
            port,
            public_url,
            variables: store.variables(),
        };
        let mut atlas = Self::start_with(setup).await;
        atlas._store = Some(store);
        atlas
    }

    /// A running Atlas on a database that the caller keeps.
    pub(crate) async fn start_with(setup: AtlasSetup) -> Self {
        let sim = Simulator::start(setup.simulator)
            .await
            .expect("a simulated Twilio");
        let mut variables = setup.variables;
        variables.extend([
            ("ENVIRONMENT", "development".to_owned()),
            ("HOST", "127.0.0.1".to_owned()),
            ("PORT", setup.port.to_string()),
            ("BASE_URL", setup.public_url),
            ("ATLAS_CLOCK", "sim".to_owned()),
        ]);
        variables.extend(twilio_variables(&sim));
        let mut atlas = Self {
            sim,
            client: Client::new(setup.port),
            variables,
            process: None,
            _store: None,
            folder: tempfile::tempdir().expect("a temporary folder"),
        };
        atlas.restart().await;
        atlas
    }

    /// Ends the process as `kill -9` does.
    pub(crate) fn kill(&mut self) {
        if let Some(process) = self.process.take() {
            let name = process.participant();
            process.kill();
            // Time must not wait for a worker that is dead: dropping the handle forgets it.
            drop(self.sim.clock().participant(name));
        }
    }

    /// Starts the process, again after a kill, and returns when it serves and its worker sleeps.
    pub(crate) async fn restart(&mut self) {
        let mut process = Process::spawn(&self.variables, self.folder.path());
        let began = Instant::now();
        let clock = self.sim.clock();
        while !(self.client.is_served().await && clock.is_asleep(&process.participant())) {
            process.expect_running();
            assert!(began.elapsed() < READY_TIMEOUT, "Atlas does not serve");
            tokio::time::sleep(LOOK_EVERY).await;
        }
        self.process = Some(process);
    }

    /// The token that signs callbacks.
    pub(crate) fn auth_token(&self) -> String {
        self.sim.config().auth_token.expose_secret().to_owned()
    }

    /// Moves the clock, and returns when all that was due has happened.
    pub(crate) async fn advance(&self, by: Duration) {
        self.sim.clock().advance(by).await;
    }

    /// Moves the clock in small steps until a request stands at its hold point.
    pub(crate) async fn advance_until_reached(&self, held: &Held, at_most: Duration) {
        let steps = at_most.as_millis() / SMALL_STEP.as_millis();
        for _ in 0..steps {
            tokio::select! {
                biased;
                () = held.reached() => return,
                () = self.advance(SMALL_STEP) => {}
            }
        }
        panic!("no request came to the hold point within {at_most:?}");
    }

    /// The requests to place a call that came to Twilio, oldest first.
    pub(crate) fn creates(&self) -> Vec<RequestReport> {
        self.calls_requests("POST")
    }

    /// The requests to list calls that came to Twilio, oldest first.
    pub(crate) fn lookups(&self) -> Vec<RequestReport> {
        self.calls_requests("GET")
    }

    fn calls_requests(&self, method: &str) -> Vec<RequestReport> {
        let mut requests = self.sim.requests();
        requests.retain(|asked| asked.method == method && asked.path.ends_with("/Calls.json"));
        requests
    }

    /// The only call that Twilio has made to a number.
    #[track_caller]
    pub(crate) fn only_ring(&self, to: &str) -> CallReport {
        let mut rings = self.sim.calls();
        rings.retain(|ring| ring.to == to);
        assert_eq!(rings.len(), 1, "rings of {to}: {rings:?}");
        rings.remove(0)
    }

    /// The only call that Atlas has stored for a number.
    pub(crate) async fn only_call(&self, to: &str) -> Value {
        let mut calls = self.client.calls_to(to).await;
        assert_eq!(calls.len(), 1, "stored calls to {to}: {calls:?}");
        calls.remove(0)
    }
}

impl Drop for Atlas {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            process::print_log(self.folder.path());
        }
    }
}

/// The variables by which a server finds a simulator.
fn twilio_variables(sim: &Simulator) -> [(&'static str, String); 4] {
    let config = sim.config();
    let token = config.auth_token.expose_secret().to_owned();
    let number = config.from_numbers.first().expect("a number").clone();
    [
        ("TWILIO_ACCOUNT_SID", config.account_sid.clone()),
        ("TWILIO_AUTH_TOKEN", token),
        ("TWILIO_FROM_NUMBER", number),
        ("TWILIO_API_URL", sim.url().to_owned()),
    ]
}

/// A duration of whole seconds.
pub(crate) const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}
