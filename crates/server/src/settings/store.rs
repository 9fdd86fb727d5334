//! Where everything is kept: a SQLite file, or a MongoDB database.

use std::fmt;
use std::path::PathBuf;

use secrecy::SecretString;

use super::{SettingsError, Variables};

/// Where everything is kept. `Display` names it without any secret.
#[derive(Debug, Clone)]
pub enum StoreSettings {
    /// A file on this machine.
    Sqlite {
        /// `SQLITE_PATH`: the file.
        path: PathBuf,
    },
    /// A MongoDB replica set, which other servers may share.
    Mongo(MongoSettings),
}

/// How to reach a MongoDB database.
#[derive(Debug, Clone)]
pub struct MongoSettings {
    /// `MONGO_URI`: the connection string.
    pub uri: SecretString,
    /// `MONGO_DB`, or the path of the connection string: the database's name.
    pub database: String,
}

impl fmt::Display for StoreSettings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite { path } => write!(formatter, "{}", path.display()),
            Self::Mongo(mongo) => write!(formatter, "MongoDB database {}", mongo.database),
        }
    }
}

impl StoreSettings {
    /// Reads where everything is kept from these variables.
    ///
    /// # Errors
    /// [`SettingsError`] naming the variable, what it holds and what is allowed.
    pub fn from_variables(variables: &Variables) -> Result<Self, SettingsError> {
        store(variables)
    }
}

/// The database of who names none.
pub(crate) const DEFAULT_DATABASE: &str = "atlas";
/// The names that MongoDB itself uses.
const RESERVED_NAMES: [&str; 3] = ["admin", "config", "local"];
/// The longest name of a database, in bytes
/// (<https://www.mongodb.com/docs/manual/reference/limits/#naming-restrictions>).
const MAX_DATABASE_NAME_BYTES: usize = 63;

fn store(variables: &Variables) -> Result<StoreSettings, SettingsError> {
    let database = database(variables)?;
    match (variables.text("MONGO_URI"), database) {
        (Some(uri), database) => {
            if !uri.starts_with("mongodb://") && !uri.starts_with("mongodb+srv://") {
                return Err(variables.invalid(
                    "MONGO_URI",
                    "it must be a connection string: mongodb://… or mongodb+srv://…",
                ));
            }
            let database = match database {
                Some(database) => database,
                None => database_beside(variables, uri)?,
            };
            Ok(StoreSettings::Mongo(MongoSettings {
                uri: uri.into(),
                database: database.to_owned(),
            }))
        }
        (None, Some(_)) => Err(SettingsError::Missing {
            variable: "MONGO_URI",
            why: "MONGO_DB names a database, but not where it is; set both, or neither for SQLite",
        }),
        (None, None) => {
            let path = variables.text("SQLITE_PATH").unwrap_or("data/atlas.db");
            Ok(StoreSettings::Sqlite { path: path.into() })
        }
    }
}

fn database(variables: &Variables) -> Result<Option<&str>, SettingsError> {
    let Some(name) = variables.text("MONGO_DB") else {
        return Ok(None);
    };
    if is_database_name(name) {
        Ok(Some(name))
    } else {
        let allowed = format!(
            "it must be 1 to {MAX_DATABASE_NAME_BYTES} letters, digits, dashes or underscores, \
             and none of MongoDB's own: {}",
            RESERVED_NAMES.join(", ")
        );
        Err(variables.invalid("MONGO_DB", &allowed))
    }
}

/// The database that the connection string itself names. One of MongoDB's own there only says where
/// accounts are kept.
fn database_beside<'a>(variables: &Variables, uri: &'a str) -> Result<&'a str, SettingsError> {
    match database_in(uri) {
        None => Ok(DEFAULT_DATABASE),
        Some(name) if RESERVED_NAMES.contains(&name) => Ok(DEFAULT_DATABASE),
        Some(name) if is_database_name(name) => Ok(name),
        Some(_) => {
            let allowed = format!(
                "the database in its path must be 1 to {MAX_DATABASE_NAME_BYTES} letters, digits, \
                 dashes or underscores; user and password are percent-encoded"
            );
            Err(variables.invalid("MONGO_URI", &allowed))
        }
    }
}

/// The database in the path of a connection string.
pub(crate) fn database_in(uri: &str) -> Option<&str> {
    let (_, rest) = uri.split_once("://")?;
    let (before_options, _) = rest.split_once('?').unwrap_or((rest, ""));
    let (_, database) = before_options.split_once('/')?;
    (!database.is_empty()).then_some(database)
}

/// Whether a database of Atlas can have this name.
pub(crate) fn is_database_name(name: &str) -> bool {
    (1..=MAX_DATABASE_NAME_BYTES).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        && !RESERVED_NAMES.contains(&name)
}
