//! Brings the database up to date without serving it: the command `migrate`.

use atlas_storage::Store as _;
use atlas_storage::mongo::MigrationReport;

use crate::settings::StoreSettings;
use crate::wiring::{self, StartError};

/// Brings the database that the settings name up to date, and says what was done: a line for each
/// migration of a MongoDB database, and one for the whole.
///
/// # Errors
/// [`StartError`] when the database cannot be opened or brought up to date.
pub async fn migrate(settings: &StoreSettings) -> Result<Vec<String>, StartError> {
    let mut lines = match settings {
        // Opening a file brings it up to date.
        StoreSettings::Sqlite { path } => {
            wiring::open_sqlite(path).await?.close().await;
            Vec::new()
        }
        StoreSettings::Mongo(mongo) => {
            let store = wiring::connect_mongo(mongo).await?;
            let migrated = wiring::migrate_mongo(&store, &mongo.database).await;
            store.close().await;
            lines_of(migrated?)
        }
    };
    lines.push(format!("{settings} is up to date"));
    Ok(lines)
}

fn lines_of(report: MigrationReport) -> Vec<String> {
    let present = report
        .present
        .into_iter()
        .map(|name| format!("{name} was applied before"));
    let applied = report.applied.into_iter().map(|migration| {
        let (name, rows) = (migration.name, migration.adopted_rows);
        if rows == 0 {
            format!("{name} applied")
        } else {
            format!("{name} applied, {rows} rows of an older service taken over")
        }
    });
    let late = (report.late_rows > 0).then(|| {
        let rows = report.late_rows;
        format!("{rows} rows taken over that an older service had stored since")
    });
    present.chain(applied).chain(late).collect()
}
