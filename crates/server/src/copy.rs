//! Moving house: copies everything that one store keeps into another, and checks that it is there.
//!
//! Rows go over in batches, so memory stays bounded. What is there already is left alone, so a
//! copy that was cut off is finished by running it again. The source is only read. Work that is
//! due is copied too: Atlas may run on one of the two stores only, or phones ring twice.

mod kind;
mod place;
mod progress;
mod verify;

use std::num::NonZeroU32;

use atlas_domain::{Clock, Timestamp};
use atlas_storage::mongo::MigrationError;
use atlas_storage::{House, StorageError};

use self::place::Opened;
pub use self::place::Place;
use self::progress::say;
use crate::settings::SettingsError;

/// How many rows go over at once.
const BATCH: NonZeroU32 = NonZeroU32::MIN.saturating_add(249);

/// Why a copy could not be made.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// An argument names no store.
    #[error("{argument} {why}")]
    Argument {
        /// The argument.
        argument: &'static str,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The settings name no store.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// Both arguments name the same store.
    #[error("--from and --to are the same")]
    SamePlace,
    /// A store cannot be opened.
    #[error("{place} cannot be opened")]
    Open {
        /// Which.
        place: String,
        /// Why.
        #[source]
        source: StorageError,
    },
    /// The target cannot be brought up to date.
    #[error("{place} cannot be brought up to date")]
    Migrate {
        /// Which.
        place: String,
        /// Why.
        #[source]
        source: MigrationError,
    },
    /// An Atlas works on one of the stores.
    #[error("an Atlas works on {place} at least until {until}: stop it, and try again after that")]
    InUse {
        /// Which.
        place: String,
        /// Until when it holds a lease on a call.
        until: Timestamp,
    },
    /// Another program has a file open.
    #[error("another program has {place} open: stop it, and try again")]
    OpenElsewhere {
        /// Which.
        place: String,
    },
    /// There is nothing to copy.
    #[error("{place} holds nothing: is it the right one?")]
    Empty {
        /// Which.
        place: String,
    },
    /// A store failed on the way; running it again goes on from there.
    #[error("the copy of {kind} was cut off; run it again to go on")]
    CutOff {
        /// What was being copied.
        kind: &'static str,
        /// Why.
        #[source]
        source: StorageError,
    },
}

/// Copies everything in `from` to `to`, and returns whether both hold the same afterwards. Says on
/// standard output what it does, with ids, and nothing that a caller wrote.
///
/// # Errors
/// [`CopyError`] when a store cannot be opened, is in use, or failed on the way.
pub async fn copy(from: &Place, to: &Place, clock: &dyn Clock) -> Result<bool, CopyError> {
    if from.same_as(to) {
        return Err(CopyError::SamePlace);
    }
    let source = from.open_to_read().await?;
    let copied = copy_from(&source, to, clock).await;
    source.close().await;
    copied
}

/// The target is not touched before the source is known to be good.
async fn copy_from(source: &Opened, to: &Place, clock: &dyn Clock) -> Result<bool, CopyError> {
    if is_empty(source.house()).await? {
        let place = source.name().to_owned();
        return Err(CopyError::Empty { place });
    }
    expect_nobody_works_on(source, clock).await?;
    let target = to.open_to_write().await?;
    let copied = copy_between(source, &target, clock).await;
    target.close().await;
    copied
}

async fn copy_between(
    source: &Opened,
    target: &Opened,
    clock: &dyn Clock,
) -> Result<bool, CopyError> {
    expect_nobody_works_on(target, clock).await?;
    let (from, to) = (source.house(), target.house());
    say(&format!("copying {} to {}", source.name(), target.name()));
    let mut whole = true;
    whole &= kind::copy(from.users(), to.users(), clock).await?;
    whole &= kind::copy(from.calls(), to.calls(), clock).await?;
    whole &= kind::copy(from.recordings(), to.recordings(), clock).await?;
    whole &= kind::copy(from.idempotency_keys(), to.idempotency_keys(), clock).await?;
    say("comparing both");
    whole &= verify::compare(from.users(), to.users(), clock).await?;
    whole &= verify::compare(from.calls(), to.calls(), clock).await?;
    whole &= verify::compare(from.recordings(), to.recordings(), clock).await?;
    whole &= verify::compare(from.idempotency_keys(), to.idempotency_keys(), clock).await?;
    let due = to.count_due().await.map_err(cut_off("calls"))?;
    if due > 0 {
        say(&format!(
            "{due} calls have work that is due, in both: run Atlas on one of the two only, or \
             phones ring twice"
        ));
    }
    say(if whole {
        "both hold the same"
    } else {
        "the two differ: see above"
    });
    Ok(whole)
}

async fn expect_nobody_works_on(opened: &Opened, clock: &dyn Clock) -> Result<(), CopyError> {
    let until = opened.house().leased_until(clock.now()).await;
    match until.map_err(cut_off("calls"))? {
        Some(until) => Err(CopyError::InUse {
            place: opened.name().to_owned(),
            until,
        }),
        None => Ok(()),
    }
}

async fn is_empty(house: &dyn House) -> Result<bool, CopyError> {
    let users = house.users().count().await.map_err(cut_off("users"))?;
    let calls = house.calls().count().await.map_err(cut_off("calls"))?;
    let recordings = house.recordings().count().await;
    Ok(users + calls + recordings.map_err(cut_off("recordings"))? == 0)
}

fn cut_off(kind: &'static str) -> impl Fn(StorageError) -> CopyError {
    move |source| CopyError::CutOff { kind, source }
}
