//! Comparing all rows of one kind in both stores.

use std::collections::HashMap;

use atlas_domain::Clock;
use atlas_storage::{Archive, Record, RecordKey};

use super::kind::{SHOWN, living, patiently};
use super::progress::{Progress, say};
use super::{BATCH, CopyError, cut_off};

/// Compares every row, and returns whether both stores hold the same.
pub(super) async fn compare<R: Record>(
    from: &dyn Archive<R>,
    to: &dyn Archive<R>,
    clock: &dyn Clock,
) -> Result<bool, CopyError> {
    let counted = from.count().await.map_err(cut_off(R::KIND))?;
    let mut found = Differences::default();
    let progress = Progress::start("comparing", R::KIND, counted);
    let walk = |record: R, twin: Option<&R>| match twin {
        None => Some(format!("{} is missing there", record.label())),
        Some(twin) if *twin != record => Some(format!("{} differs there", record.label())),
        Some(_) => None,
    };
    let walked = each(from, to, clock, &progress, &mut found, walk).await?;
    progress.end();
    if walked.rows < counted {
        let missed = counted - walked.rows;
        found.note(format!(
            "{missed} could not be reached in the order of their ids"
        ));
    }
    let there = to.count().await.map_err(cut_off(R::KIND))?;
    if there != walked.living {
        // Few rows are there in vain; finding them takes a walk of its own.
        let progress = Progress::start("looking for others among", R::KIND, there);
        let walk = |record: R, twin: Option<&R>| {
            let alone = twin.is_none();
            alone.then(|| format!("{} is there alone", record.label()))
        };
        each(to, from, clock, &progress, &mut found, walk).await?;
        progress.end();
    }
    found.say(R::KIND, walked.living);
    Ok(found.count == 0)
}

/// How many rows a walk met.
#[derive(Default)]
struct Walked {
    rows: u64,
    /// Without those whose time is over.
    living: u64,
}

/// Hands every row of a store to `judge`, with its twin in the other one.
async fn each<R: Record>(
    store: &dyn Archive<R>,
    other: &dyn Archive<R>,
    clock: &dyn Clock,
    progress: &Progress,
    found: &mut Differences,
    judge: impl Fn(R, Option<&R>) -> Option<String>,
) -> Result<Walked, CopyError> {
    let mut walked = Walked::default();
    let mut after = None;
    loop {
        let exported = patiently(|| store.export(after.as_ref(), BATCH)).await;
        let exported = exported.map_err(cut_off(R::KIND))?;
        let keys: Vec<_> = exported.records.iter().map(Record::key).collect();
        let twins = patiently(|| other.look_up(keys.clone())).await;
        let twins = twins.map_err(cut_off(R::KIND))?;
        let twins: HashMap<RecordKey<R::Id>, R> =
            twins.into_iter().map(|twin| (twin.key(), twin)).collect();
        walked.rows += count(keys.len());
        progress.advance(keys.len());
        // Time passes: what the other store has forgotten by now is no difference.
        let records = living(exported.records, clock.now());
        walked.living += count(records.len());
        for record in records {
            let twin = twins.get(&record.key());
            if let Some(difference) = judge(record, twin) {
                found.note(difference);
            }
        }
        after = exported.next;
        if after.is_none() {
            return Ok(walked);
        }
    }
}

fn count(rows: usize) -> u64 {
    u64::try_from(rows).unwrap_or(u64::MAX)
}

/// The differences found: how many, and the first of them in words.
#[derive(Default)]
struct Differences {
    count: u64,
    shown: Vec<String>,
}

impl Differences {
    fn note(&mut self, difference: String) {
        self.count += 1;
        if self.shown.len() < SHOWN {
            self.shown.push(difference);
        }
    }

    fn say(&self, kind: &str, compared: u64) {
        say(&format!(
            "{kind}: {compared} compared, {} differences",
            self.count
        ));
        for line in &self.shown {
            say(&format!("  {line}"));
        }
    }
}
