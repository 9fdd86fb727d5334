//! The stores that are copied from and to.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use atlas_storage::mongo::{MongoOptions, MongoStore};
use atlas_storage::sqlite::{SqliteOptions, SqliteStore};
use atlas_storage::{House, StorageError, Store};
use secrecy::ExposeSecret as _;

use super::CopyError;
use crate::settings::{
    DEFAULT_DATABASE, MongoSettings, StoreSettings, Variables, database_in, is_database_name,
};

/// How long one step may take: a batch is much more than the server ever asks at once.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);

/// A store, by its address.
#[derive(Debug, Clone)]
pub struct Place(StoreSettings);

impl Place {
    /// Reads an argument: `sqlite:PATH`, a MongoDB connection string, or `settings` for the store
    /// that `serve` would use, which keeps a password out of the list of processes. The database is
    /// `database`, or the one in the path of the connection string, or `atlas`.
    ///
    /// # Errors
    /// [`CopyError::Argument`] when it is none of these, without its text;
    /// [`CopyError::Settings`] when the settings are wrong.
    ///
    /// ```
    /// use atlas_server::copy::Place;
    /// use atlas_server::settings::Variables;
    ///
    /// let variables = Variables::from_pairs([("MONGO_URI", "mongodb://db.example.com")]);
    /// assert!(Place::parse("--to", "settings", None, &variables).is_ok());
    /// assert!(Place::parse("--from", "sqlite:data/atlas.db", None, &variables).is_ok());
    /// assert!(Place::parse("--from", "postgres://db", None, &variables).is_err());
    /// ```
    pub fn parse(
        argument: &'static str,
        text: &str,
        database: Option<&str>,
        variables: &Variables,
    ) -> Result<Self, CopyError> {
        let wrong = |why| CopyError::Argument { argument, why };
        let named = if text == "settings" {
            StoreSettings::from_variables(variables)?
        } else if let Some(path) = text.strip_prefix("sqlite:") {
            StoreSettings::Sqlite { path: path.into() }
        } else if text.starts_with("mongodb://") || text.starts_with("mongodb+srv://") {
            StoreSettings::Mongo(MongoSettings {
                uri: text.into(),
                database: database_in(text).unwrap_or(DEFAULT_DATABASE).to_owned(),
            })
        } else {
            return Err(wrong(
                "must be sqlite:PATH, mongodb://… or mongodb+srv://…, or settings",
            ));
        };
        match (named, database) {
            (StoreSettings::Sqlite { .. }, Some(_)) => {
                Err(wrong("is a SQLite file, which has no database name"))
            }
            (StoreSettings::Sqlite { path }, None) if path.as_os_str().is_empty() => {
                Err(wrong("needs the path of a file after sqlite:"))
            }
            (named @ StoreSettings::Sqlite { .. }, None) => Ok(Self(named)),
            (StoreSettings::Mongo(mut mongo), database) => {
                if let Some(database) = database {
                    database.clone_into(&mut mongo.database);
                }
                if !is_database_name(&mongo.database) {
                    return Err(wrong(
                        "names a database that is not 1 to 63 letters, digits, dashes or \
                         underscores, or is one of MongoDB's own",
                    ));
                }
                Ok(Self(StoreSettings::Mongo(mongo)))
            }
        }
    }

    /// Whether both name one store in the same words.
    pub(super) fn same_as(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (StoreSettings::Sqlite { path: one }, StoreSettings::Sqlite { path: other }) => {
                absolute(one) == absolute(other)
            }
            (StoreSettings::Mongo(one), StoreSettings::Mongo(other)) => {
                one.uri.expose_secret() == other.uri.expose_secret()
                    && one.database == other.database
            }
            (StoreSettings::Sqlite { .. }, StoreSettings::Mongo(_))
            | (StoreSettings::Mongo(_), StoreSettings::Sqlite { .. }) => false,
        }
    }

    /// What it is called; nothing of a connection string but the database.
    fn name(&self) -> String {
        match &self.0 {
            StoreSettings::Sqlite { path } => format!("the SQLite file {}", path.display()),
            StoreSettings::Mongo(mongo) => format!("the MongoDB database {}", mongo.database),
        }
    }

    /// Opens it to be read; nothing in it is changed.
    pub(super) async fn open_to_read(&self) -> Result<Opened, CopyError> {
        match &self.0 {
            StoreSettings::Sqlite { path } => self.open_file(path, SqliteStore::open_to_read).await,
            StoreSettings::Mongo(mongo) => Ok(self.opened(self.connect(mongo).await?)),
        }
    }

    /// Opens it to be written to, and brings it up to date.
    pub(super) async fn open_to_write(&self) -> Result<Opened, CopyError> {
        match &self.0 {
            StoreSettings::Sqlite { path } => self.open_file(path, SqliteStore::open).await,
            StoreSettings::Mongo(mongo) => {
                let store = self.connect(mongo).await?;
                let migrated = store.migrate().await;
                migrated.map_err(|source| CopyError::Migrate {
                    place: self.name(),
                    source,
                })?;
                Ok(self.opened(store))
            }
        }
    }

    fn opened(&self, store: impl House + Store + 'static) -> Opened {
        let store = Arc::new(store);
        Opened {
            name: self.name(),
            house: Arc::clone(&store) as Arc<dyn House>,
            store,
        }
    }

    /// Opens a file that nobody else has open: an Atlas that runs on it would go on dialling.
    async fn open_file(
        &self,
        path: &Path,
        open: fn(&Path, SqliteOptions) -> Result<SqliteStore, StorageError>,
    ) -> Result<Opened, CopyError> {
        let path = path.to_owned();
        let opened = tokio::task::spawn_blocking(move || {
            if SqliteStore::is_in_use(&path) {
                return Ok(None);
            }
            open(&path, sqlite_options()).map(Some)
        });
        let opened = opened.await;
        let opened = opened
            .unwrap_or_else(|error| Err(StorageError::Unavailable(error.into())))
            .map_err(|source| self.not_opened(source))?;
        match opened {
            Some(store) => Ok(self.opened(store)),
            None => Err(CopyError::OpenElsewhere { place: self.name() }),
        }
    }

    async fn connect(&self, mongo: &MongoSettings) -> Result<MongoStore, CopyError> {
        let options = MongoOptions {
            answer_timeout: ANSWER_TIMEOUT,
        };
        let connected = MongoStore::connect(&mongo.uri, &mongo.database, options).await;
        connected.map_err(|source| self.not_opened(source))
    }

    fn not_opened(&self, source: StorageError) -> CopyError {
        CopyError::Open {
            place: self.name(),
            source,
        }
    }
}

/// A store that is open.
pub(super) struct Opened {
    name: String,
    house: Arc<dyn House>,
    store: Arc<dyn Store>,
}

impl Opened {
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn house(&self) -> &dyn House {
        &*self.house
    }

    pub(super) async fn close(&self) {
        self.store.close().await;
    }
}

fn sqlite_options() -> SqliteOptions {
    SqliteOptions {
        answer_timeout: ANSWER_TIMEOUT,
        ..SqliteOptions::default()
    }
}

/// The path without links and detours, where there is such a file.
fn absolute(path: &Path) -> PathBuf {
    let absolute = path.canonicalize();
    absolute.unwrap_or_else(|_| path.to_owned())
}
