//! What becomes of a row that comes in.

use super::{Imported, Record, Refused};

/// What is to be done with a row that comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arrival {
    Insert,
    Replace,
    Unchanged,
    Kept,
}

impl Arrival {
    /// Decides for `record` beside the row that has its key already.
    pub(crate) fn of<R: Record>(record: &R, known: Option<&R>) -> Self {
        match known {
            None => Self::Insert,
            Some(known) if known == record => Self::Unchanged,
            Some(known) if record.supersedes(known) => Self::Replace,
            Some(_) => Self::Kept,
        }
    }
}

impl Imported {
    pub(crate) fn note<R: Record>(&mut self, record: &R, arrival: Arrival) {
        match arrival {
            Arrival::Insert => self.inserted += 1,
            Arrival::Replace => self.replaced += 1,
            Arrival::Unchanged => self.unchanged += 1,
            Arrival::Kept => self.kept.push(record.label()),
        }
    }

    pub(crate) fn refuse<R: Record>(&mut self, record: &R, why: impl ToString) {
        self.refused.push(Refused {
            label: record.label(),
            why: why.to_string(),
        });
    }
}
