//! What happened in a run, counted: a test of what never happens proves nothing when nothing happens.

use std::collections::BTreeMap;
use std::fmt;

use crate::row::Row;
use crate::world::World;

/// Sentences that are counted, each by a name.
const SENTENCES: [(&str, &str); 7] = [
    ("thanked", "Thank you. Task acknowledged."),
    ("told it is acknowledged already", "This task is already"),
    ("told it was canceled", "This task was canceled."),
    ("asked to hold", "Please hold while"),
    ("told it is not confirmed", "We could not confirm"),
    ("asked to press once more", "Press 1 once more"),
    ("told to call", "Please call your operations desk."),
];

/// Counts by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tally(BTreeMap<&'static str, usize>);

impl Tally {
    /// What happened in a run that has come to rest.
    pub(crate) fn of(world: &World, rows: &[Row]) -> Self {
        let acknowledged = |via| {
            let by = rows
                .iter()
                .filter(|row| row.acknowledged_via() == Some(via));
            by.count()
        };
        let mut tally = Self::default();
        tally.add("runs", 1);
        tally.add("notifications", rows.len());
        tally.add("dials", rows.iter().map(|row| row.dials().count()).sum());
        tally.add("acknowledged by key", acknowledged("keypress"));
        tally.add("acknowledged by API", acknowledged("api"));
        tally.add("canceled", count(rows, |row| row.status() == "canceled"));
        tally.add("held", count(rows, Row::is_held));
        tally.add("tries to deliver", world.hook.received().len());
        tally.add("kills", world.kills);
        tally.add("outages", world.outages);
        for call in world.atlas.sim.calls() {
            for said in call.said() {
                for (name, sentence) in SENTENCES {
                    tally.add(name, usize::from(said.contains(sentence)));
                }
            }
        }
        tally
    }

    /// Adds the counts of another run.
    pub(crate) fn merge(&mut self, other: &Self) {
        for (name, count) in &other.0 {
            self.add(name, *count);
        }
    }

    /// What should have happened, in so many runs, and never did.
    pub(crate) fn missing(&self) -> Vec<&'static str> {
        let expected = [
            "acknowledged by key",
            "tries to deliver",
            "kills",
            "thanked",
        ];
        let never = |name: &&str| self.0.get(name).is_none_or(|count| *count == 0);
        expected.into_iter().filter(never).collect()
    }

    fn add(&mut self, name: &'static str, count: usize) {
        *self.0.entry(name).or_default() += count;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (name, count)) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            write!(formatter, "{separator}{count} {name}")?;
        }
        Ok(())
    }
}

fn count(rows: &[Row], fits: impl Fn(&Row) -> bool) -> usize {
    rows.iter().filter(|row| fits(row)).count()
}
