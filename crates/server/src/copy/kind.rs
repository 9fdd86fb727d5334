//! Copying all rows of one kind.

use std::time::Duration;

use atlas_domain::{Clock, Timestamp};
use atlas_storage::{Archive, Imported, Record, StorageError};

use super::progress::{Progress, say};
use super::{BATCH, CopyError, cut_off};

/// How many ids of rows that need a person's eye are shown.
pub(super) const SHOWN: usize = 10;
/// How often a step is tried that a store was not available for, such as while its servers elect a
/// new primary.
const TRIES: u32 = 8;
const PAUSE: Duration = Duration::from_secs(2);

/// Copies every row that is to be kept; returns whether all of them are there.
pub(super) async fn copy<R: Record>(
    from: &dyn Archive<R>,
    to: &dyn Archive<R>,
    clock: &dyn Clock,
) -> Result<bool, CopyError> {
    let total = from.count().await.map_err(cut_off(R::KIND))?;
    let progress = Progress::start("copying", R::KIND, total);
    let mut done = Counts::default();
    let mut after = None;
    loop {
        let exported = patiently(|| from.export(after.as_ref(), BATCH)).await;
        let exported = exported.map_err(cut_off(R::KIND))?;
        let walked = exported.records.len();
        let records = living(exported.records, clock.now());
        let imported = patiently(|| to.import(records.clone())).await;
        done.add(imported.map_err(cut_off(R::KIND))?);
        progress.advance(walked);
        after = exported.next;
        if after.is_none() {
            break;
        }
    }
    progress.end();
    done.say(R::KIND);
    Ok(done.kept + done.refused == 0)
}

/// Without those whose time is over: the store that they are copied to may forget them any time.
pub(super) fn living<R: Record>(mut records: Vec<R>, now: Timestamp) -> Vec<R> {
    records.retain(|record| record.expires_at().is_none_or(|at| at > now));
    records
}

/// Tries again, with pauses, while a store is not available.
pub(super) async fn patiently<T, F>(step: impl Fn() -> F) -> Result<T, StorageError>
where
    F: Future<Output = Result<T, StorageError>>,
{
    let mut tries = 1;
    loop {
        match step().await {
            Err(StorageError::Unavailable(_)) if tries < TRIES => {
                tries += 1;
                tokio::time::sleep(PAUSE).await;
            }
            result => return result,
        }
    }
}

/// What became of the rows of one kind, with the first ids of those that did not come.
#[derive(Default)]
struct Counts {
    inserted: u64,
    replaced: u64,
    unchanged: u64,
    kept: usize,
    refused: usize,
    shown: Vec<String>,
}

impl Counts {
    fn add(&mut self, imported: Imported) {
        self.inserted += imported.inserted;
        self.replaced += imported.replaced;
        self.unchanged += imported.unchanged;
        self.kept += imported.kept.len();
        self.refused += imported.refused.len();
        let refused = imported.refused.iter();
        let kept = imported.kept.iter().map(|label| {
            format!("{label} was left as it is there: the one to be copied is no later state of it")
        });
        let refused =
            refused.map(|refused| format!("{} was refused: {}", refused.label, refused.why));
        let room = SHOWN.saturating_sub(self.shown.len());
        self.shown.extend(kept.chain(refused).take(room));
    }

    fn say(&self, kind: &str) {
        say(&format!(
            "{kind}: {} new, {} replaced by a later state, {} there already, {} left as they are, \
             {} refused",
            self.inserted, self.replaced, self.unchanged, self.kept, self.refused
        ));
        for line in &self.shown {
            say(&format!("  {line}"));
        }
    }
}
