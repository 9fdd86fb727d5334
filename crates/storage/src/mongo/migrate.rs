//! Brings a database up to date: collections, old rows, indexes, validators.
//!
//! What is to be done stands in the numbered files of `migrations/mongo`, which are part of the
//! program. Each is applied once, in order, and recorded in the collection `atlas_migrations` with
//! the SHA-256 of its text. Every step is safe to repeat, so a run that was cut off at any point is
//! finished by the next one; a lock with an expiry keeps several servers that start at once from
//! doing the same work, and nothing rests on it.

mod applied;
mod error;
mod files;
mod indexes;
mod lock;
mod steps;
mod violations;

use mongodb::Database;

pub use self::error::{MigrationError, Violation, Violations};
use self::files::MigrationFile;
use self::lock::Lock;
use super::MongoStore;

/// What a run of [`MongoStore::migrate`] found and did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MigrationReport {
    /// The files that had been applied before, in order, such as `0001_collections`.
    pub present: Vec<String>,
    /// The files that this run applied, in order.
    pub applied: Vec<AppliedMigration>,
    /// How many rows it rewrote that an older Atlas had stored after the migration for them.
    pub late_rows: u64,
}

/// One file that was applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppliedMigration {
    /// Its name, such as `0003_old_rows`.
    pub name: String,
    /// How many rows of an older Atlas it rewrote into today's shape.
    pub adopted_rows: u64,
}

impl MongoStore {
    /// Brings the database up to date. Waits while another server does so, and takes as long as
    /// the rows need: adopting rows and building indexes read all of them.
    ///
    /// ```no_run
    /// # use atlas_storage::mongo::{MongoOptions, MongoStore};
    /// # async fn migrate() -> Result<(), Box<dyn std::error::Error>> {
    /// let uri = "mongodb://localhost:27017/?replicaSet=rs0".into();
    /// let store = MongoStore::connect(&uri, "atlas", MongoOptions::default()).await?;
    /// for migration in store.migrate().await?.applied {
    ///     println!("applied {}", migration.name);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`MigrationError`] naming the file, when it was changed since it was applied, is unknown to
    /// this version, cannot be applied, or is stopped by rows that violate an index.
    pub async fn migrate(&self) -> Result<MigrationReport, MigrationError> {
        run(&self.inner.database, &files::embedded()?).await
    }
}

async fn run(
    database: &Database,
    files: &[MigrationFile],
) -> Result<MigrationReport, MigrationError> {
    // Most servers that start find nothing to do and need no lock to see it.
    let present = applied::check(database, files).await?;
    let mut report = MigrationReport {
        present,
        ..MigrationReport::default()
    };
    if report.present.len() < files.len() {
        let lock = Lock::take(database).await?;
        let done = lock.keep_while(apply_missing(database, files)).await;
        lock.release().await;
        report = done?;
    }
    // An older service may have stored rows until the validators were there. Adopting them is safe
    // for several servers at once.
    for file in files {
        for step in &file.steps {
            report.late_rows += step.run_again(database, &file.name).await?;
        }
    }
    Ok(report)
}

/// Applies, in order, what has not been applied. Another server may have done some of it by now.
async fn apply_missing(
    database: &Database,
    files: &[MigrationFile],
) -> Result<MigrationReport, MigrationError> {
    let mut report = MigrationReport {
        present: applied::check(database, files).await?,
        ..MigrationReport::default()
    };
    for file in files {
        if report.present.contains(&file.name) {
            continue;
        }
        let mut adopted_rows = 0;
        for step in &file.steps {
            adopted_rows += step.run(database, &file.name).await?;
        }
        applied::record(database, file).await?;
        report.applied.push(AppliedMigration {
            name: file.name.clone(),
            adopted_rows,
        });
    }
    Ok(report)
}
