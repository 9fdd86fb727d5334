//! The program itself, as its own process.

use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::process::{Child, ChildStderr, Command};
use tokio::sync::mpsc;

/// How long a process may take before the test gives it up.
const PATIENCE: Duration = Duration::from_secs(60);

/// A run of the program, in an empty folder and with no environment but what the test gives it.
pub(crate) struct Program {
    child: Child,
    /// What it says on standard error.
    lines: mpsc::UnboundedReceiver<String>,
    folder: TempDir,
}

/// What a run of the program came to.
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: String,
    /// What had not been read line by line before.
    pub(crate) stderr: String,
}

impl Program {
    /// Starts the program.
    pub(crate) fn start(arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self::start_in(folder, arguments, variables)
    }

    fn start_in(folder: TempDir, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_atlas-server"))
            .args(arguments)
            .env_clear()
            .envs(variables.iter().copied())
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the program starts");
        let stderr = child.stderr.take().expect("its standard error");
        Self {
            child,
            lines: lines_of(stderr),
            folder,
        }
    }

    /// Runs the program to its end.
    pub(crate) async fn run(arguments: &[&str], variables: &[(&str, &str)]) -> Ended {
        Self::start(arguments, variables).end().await
    }

    /// Runs the program to its end beside a `.env` of this text.
    pub(crate) async fn run_with_dotenv(
        dotenv: &str,
        arguments: &[&str],
        variables: &[(&str, &str)],
    ) -> Ended {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(folder.path().join(".env"), dotenv).expect("a file");
        Self::start_in(folder, arguments, variables).end().await
    }

    /// Waits for a line on standard error that holds this text.
    pub(crate) async fn says(&mut self, text: &str) -> String {
        let mut heard = Vec::new();
        let found = tokio::time::timeout(PATIENCE, async {
            while let Some(line) = self.lines.recv().await {
                if line.contains(text) {
                    return Some(line);
                }
                heard.push(line);
            }
            None
        });
        let found = found.await.unwrap_or_default();
        found.unwrap_or_else(|| panic!("it never said {text:?} but {heard:#?}"))
    }

    /// Asks it to stop, as an init system does.
    pub(crate) async fn terminate(&self) {
        let id = self.child.id().expect("a process that runs").to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status().await;
        assert!(sent.expect("kill runs").success());
    }

    /// The name of its worker at the simulator's clock.
    pub(crate) fn participant(&self) -> String {
        let id = self.child.id().expect("a process that runs");
        format!("atlas-{id}")
    }

    /// Ends it as a power cut would.
    pub(crate) async fn kill(mut self) {
        self.child.kill().await.expect("a process that ran");
    }

    /// Waits for its end.
    pub(crate) async fn end(self) -> Ended {
        self.end_within(PATIENCE).await
    }

    /// Waits for its end, which may take this long.
    pub(crate) async fn end_within(mut self, patience: Duration) -> Ended {
        let mut stdout = self.child.stdout.take().expect("its standard output");
        let finished = async {
            let mut out = String::new();
            let (read_out, status) =
                tokio::join!(stdout.read_to_string(&mut out), self.child.wait());
            read_out.expect("its output");
            let mut err = String::new();
            while let Some(line) = self.lines.recv().await {
                err.push_str(&line);
                err.push('\n');
            }
            Ended {
                status: status.expect("its exit status"),
                stdout: out,
                stderr: err,
            }
        };
        let ended = tokio::time::timeout(patience, finished)
            .await
            .expect("it ends in time");
        drop(self.folder);
        ended
    }
}

/// Reads lines as they come, so that the program never waits for somebody to listen.
fn lines_of(stderr: ChildStderr) -> mpsc::UnboundedReceiver<String> {
    let (heard, lines) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        let mut reader = BufReader::new(stderr).lines();
        while let Some(line) = reader.next_line().await.expect("readable lines") {
            // Who does not want to hear it any more has dropped the other end.
            drop(heard.send(line));
        }
    });
    lines
}
