//! A receiver in a process of its own.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

/// How long it may take to say something.
const PATIENCE: Duration = Duration::from_secs(60);

/// A receiver that runs until it is dropped.
pub(crate) struct Running {
    /// Where it listens.
    pub(crate) url: String,
    said: Lines<BufReader<ChildStdout>>,
    _child: Child,
}

impl Running {
    /// Starts a receiver that remembers in `database`.
    pub(crate) async fn start(program: &[&str], secrets: &str, database: &Path) -> Self {
        let mut child = Command::new(program[0])
            .args(&program[1..])
            .env("WEBHOOK_SECRET", secrets)
            .env("PORT", "0")
            .env("DATABASE", database)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("{program:?} does not start: {error}"));
        let stdout = child.stdout.take().unwrap();
        let mut running = Self {
            url: String::new(),
            said: BufReader::new(stdout).lines(),
            _child: child,
        };
        let line = running.says().await;
        let url = line.strip_prefix("listening on ");
        running.url = url.unwrap_or_else(|| panic!("{line}")).to_owned();
        running
    }

    /// The next line it says.
    pub(crate) async fn says(&mut self) -> String {
        let line = tokio::time::timeout(PATIENCE, self.said.next_line()).await;
        let line = line.unwrap_or_else(|_| panic!("it says nothing"));
        line.unwrap().unwrap_or_else(|| panic!("it has ended"))
    }
}
