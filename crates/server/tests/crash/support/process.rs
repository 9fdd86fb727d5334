//! The real binary as a child process.

use std::fs::File;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};

/// Where the process writes its log, all its lives in one file.
const LOG: &str = "atlas.log";

/// A running `atlas-server`.
pub(super) struct Process {
    child: Child,
}

impl Process {
    /// Starts the binary with these variables and no others.
    pub(super) fn spawn(variables: &[(&str, String)], folder: &Path) -> Self {
        let log = File::options()
            .create(true)
            .append(true)
            .open(folder.join(LOG))
            .expect("a log file");
        let child = Command::new(env!("CARGO_BIN_EXE_atlas-server"))
            .arg("serve")
            .env_clear()
            .envs(variables.iter().map(|(name, value)| (name, value)))
            // A folder without a `.env`.
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("a child process");
        Self { child }
    }

    /// Its worker's name at the simulator's clock.
    pub(super) fn participant(&self) -> String {
        format!("atlas-{}", self.child.id())
    }

    /// Fails the test when the process has ended by itself.
    pub(super) fn expect_running(&mut self) {
        let ended = self.child.try_wait().expect("a child of this process");
        assert_eq!(ended, None, "atlas-server ended by itself");
    }

    /// Sends SIGKILL, and returns when the process is gone.
    pub(super) fn kill(mut self) {
        self.child.kill().expect("a child that can be killed");
        self.child.wait().expect("a child that ends");
    }
}

/// A port nobody listens on, below those that the system gives to outgoing connections: while the
/// process is down, none of them can take it.
pub(crate) fn free_port() -> u16 {
    const FIRST: u16 = 20_000;
    const COUNT: u16 = 12_000;
    static NEXT: AtomicU16 = AtomicU16::new(0);
    // Far apart for processes that were started one after the other.
    let scattered = std::process::id().wrapping_mul(2_654_435_761);
    let offset = u16::try_from(scattered % u32::from(COUNT)).expect("below COUNT");
    for _ in 0..COUNT {
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        let port = FIRST + (offset + next) % COUNT;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
    panic!("every port is taken");
}

/// Shows what the processes of a failed test had to say.
#[expect(clippy::print_stderr, reason = "shown with the test's failure")]
pub(super) fn print_log(folder: &Path) {
    let log = std::fs::read_to_string(folder.join(LOG)).unwrap_or_default();
    eprintln!("--- log of atlas-server ---\n{log}--- end of log ---");
}
