//! Opens the store that the settings name.

use std::path::Path;
use std::sync::Arc;

use atlas_application::Ports;
use atlas_domain::{Carrier, Clock, IdGenerator, Resolver};
use atlas_storage::StorageError;
use atlas_storage::mongo::{MigrationReport, MongoOptions, MongoStore};
use atlas_storage::sqlite::{SqliteOptions, SqliteStore};

use super::{Migrations, StartError};
use crate::settings::{MongoSettings, StoreSettings};

/// A store that is open.
pub(super) enum OpenStore {
    Sqlite(SqliteStore),
    Mongo(MongoStore),
}

impl OpenStore {
    /// Opens the store; brings a MongoDB database up to date first, unless told not to.
    pub(super) async fn open(
        settings: &StoreSettings,
        migrations: Migrations,
    ) -> Result<Self, StartError> {
        match settings {
            StoreSettings::Sqlite { path } => Ok(Self::Sqlite(open_sqlite(path).await?)),
            StoreSettings::Mongo(mongo) => {
                let store = connect_mongo(mongo).await?;
                match migrations {
                    Migrations::Apply => migrate(&store, &mongo.database).await?,
                    Migrations::Skip => tracing::warn!(
                        database = mongo.database,
                        "--no-migrate: the database is served in the shape it has"
                    ),
                }
                Ok(Self::Mongo(store))
            }
        }
    }

    /// The ports of the use cases over this store.
    pub(super) fn ports(
        self,
        carrier: Arc<dyn Carrier>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdGenerator>,
        resolver: Arc<dyn Resolver>,
    ) -> Ports {
        match self {
            Self::Sqlite(store) => Ports::over(Arc::new(store), carrier, clock, ids, resolver),
            Self::Mongo(store) => Ports::over(Arc::new(store), carrier, clock, ids, resolver),
        }
    }
}

pub(crate) async fn open_sqlite(path: &Path) -> Result<SqliteStore, StartError> {
    let file = path.to_owned();
    let opened =
        tokio::task::spawn_blocking(move || SqliteStore::open(&file, SqliteOptions::default()));
    let unavailable = |error: tokio::task::JoinError| StorageError::Unavailable(error.into());
    opened
        .await
        .map_err(unavailable)
        .and_then(|opened| opened)
        .map_err(|source| StartError::Storage {
            path: path.display().to_string(),
            source,
        })
}

/// Connects to the servers that the settings name; fails within seconds when none answers.
pub(crate) async fn connect_mongo(mongo: &MongoSettings) -> Result<MongoStore, StartError> {
    MongoStore::connect(&mongo.uri, &mongo.database, MongoOptions::default())
        .await
        .map_err(|source| StartError::Mongo {
            database: mongo.database.clone(),
            source,
        })
}

async fn migrate(store: &MongoStore, database: &str) -> Result<(), StartError> {
    let report = migrate_mongo(store, database).await?;
    for migration in report.applied {
        tracing::info!(
            database,
            migration = migration.name,
            adopted_rows = migration.adopted_rows,
            "brought the database up to date"
        );
    }
    if report.late_rows > 0 {
        tracing::info!(
            database,
            adopted_rows = report.late_rows,
            "took over rows that an older service had stored since"
        );
    }
    Ok(())
}

/// Brings a MongoDB database up to date.
pub(crate) async fn migrate_mongo(
    store: &MongoStore,
    database: &str,
) -> Result<MigrationReport, StartError> {
    let migrated = store.migrate().await;
    migrated.map_err(|source| StartError::Migration {
        database: database.to_owned(),
        source: source.into(),
    })
}
