//! How far a copy has come: a bar on a terminal, a line now and then otherwise.

use std::cell::Cell;
use std::io::Write as _;

use indicatif::{ProgressBar, ProgressStyle};

/// How many rows lie between two lines.
const ROWS_PER_LINE: u64 = 10_000;
const TEMPLATE: &str = "{msg:>32} {bar:32} {human_pos}/{human_len} {per_sec} {eta}";

/// The progress of one walk.
pub(super) struct Progress {
    bar: ProgressBar,
    what: String,
    next_line_at: Cell<u64>,
}

impl Progress {
    /// Begins a walk over `total` rows.
    pub(super) fn start(doing: &str, kind: &str, total: u64) -> Self {
        let what = format!("{doing} {kind}");
        let bar = ProgressBar::new(total).with_message(what.clone());
        // Without its style the bar is plainer, and no less true.
        if let Ok(style) = ProgressStyle::with_template(TEMPLATE) {
            bar.set_style(style);
        }
        Self {
            bar,
            what,
            next_line_at: Cell::new(ROWS_PER_LINE),
        }
    }

    /// Notes that more rows are done.
    pub(super) fn advance(&self, rows: usize) {
        self.bar.inc(u64::try_from(rows).unwrap_or(u64::MAX));
        let done = self.bar.position();
        if self.bar.is_hidden() && done >= self.next_line_at.get() {
            say(&format!("{}: {done} so far", self.what));
            self.next_line_at.set(done + ROWS_PER_LINE);
        }
    }

    /// Takes the bar away.
    pub(super) fn end(self) {
        self.bar.finish_and_clear();
    }
}

/// Prints a line on standard output.
pub(super) fn say(line: &str) {
    if let Err(error) = writeln!(std::io::stdout(), "{line}") {
        tracing::debug!(%error, "standard output is closed");
    }
}
