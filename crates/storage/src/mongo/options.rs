//! How a store uses its servers.

use std::time::Duration;

/// How a [`MongoStore`](super::MongoStore) uses its servers; the default suits one server program.
///
/// Everything else is said in the connection string: pool size (`maxPoolSize`; 32 where it says
/// nothing), `serverSelectionTimeoutMS` and `connectTimeoutMS` (2 seconds, or the answer timeout
/// where that is shorter), write concern (`w=majority&journal=true`), TLS and authentication. Reads go to
/// the primary, whatever `readPreference` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MongoOptions {
    /// How long a call of a repository may take, waiting included, before it fails with
    /// [`StorageError::Unavailable`](crate::StorageError::Unavailable); 2.5 seconds by default.
    /// `timeoutMS` in the connection string overrules it.
    pub answer_timeout: Duration,
}

impl Default for MongoOptions {
    fn default() -> Self {
        Self {
            answer_timeout: Duration::from_millis(2500),
        }
    }
}
