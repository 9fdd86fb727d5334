//! Which database an Atlas under test stores in: the variable `TEST_STORE` says it.

use atlas_storage::contract::MongoDatabase;
use tempfile::TempDir;

/// A database that is empty at first and goes away with its test.
pub(crate) enum TestStore {
    /// A file in this folder.
    Sqlite(TempDir),
    /// A database on the server that `MONGO_TEST_URI` names.
    Mongo(MongoDatabase),
}

impl TestStore {
    /// An empty store: on SQLite, unless `TEST_STORE` is `mongo`.
    #[expect(clippy::disallowed_methods, reason = "a test has no settings")]
    pub(crate) fn fresh() -> Self {
        match std::env::var("TEST_STORE").as_deref() {
            Ok("mongo") => Self::mongo(),
            Ok("sqlite") | Err(_) => Self::sqlite(),
            Ok(other) => panic!("TEST_STORE is {other:?}: it must be sqlite or mongo"),
        }
    }

    pub(crate) fn sqlite() -> Self {
        Self::Sqlite(tempfile::tempdir().expect("a temporary folder"))
    }

    pub(crate) fn mongo() -> Self {
        Self::Mongo(MongoDatabase::fresh())
    }

    /// The variables by which a server finds it.
    pub(crate) fn variables(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Sqlite(folder) => {
                let file = folder.path().join("atlas.db");
                vec![("SQLITE_PATH", file.to_string_lossy().into_owned())]
            }
            Self::Mongo(database) => mongo_variables(database.uri(), database.name()),
        }
    }
}

/// The variables by which a server finds a Mongo database.
pub(crate) fn mongo_variables(uri: &str, name: &str) -> Vec<(&'static str, String)> {
    vec![("MONGO_URI", uri.to_owned()), ("MONGO_DB", name.to_owned())]
}
