//! What can go wrong at the servers, and what it means to a caller.
//!
//! An error of the driver holds the server's whole answer, and that repeats rows. So nothing of
//! the driver's own is passed on but codes, and texts that are about connections alone.

use std::sync::Arc;
use std::time::Duration;

use mongodb::error::{ErrorKind, WriteFailure};

use crate::{StorageError, Unique};

/// Which promise of uniqueness an index keeps.
const UNIQUE_INDEXES: [(&str, Unique); 6] = [
    ("calls_call_id", Unique::CallId),
    ("calls_sids", Unique::CallSid),
    ("calls_twilio_sid", Unique::CallSid),
    ("users_email_key", Unique::Email),
    ("users_external_id", Unique::ExternalId),
    ("recordings_twilio_sid", Unique::RecordingSid),
];
/// Which promise an older Atlas kept by an index on this one field, whatever its name.
const OLD_UNIQUE_FIELDS: [(&str, Unique); 5] = [
    ("call_id", Unique::CallId),
    ("call_sid", Unique::CallSid),
    ("twilio_sid", Unique::CallSid),
    ("email", Unique::Email),
    ("external_id", Unique::ExternalId),
];
/// A unique index has the key already
/// (<https://www.mongodb.com/docs/manual/reference/error-codes/>).
pub(super) const DUPLICATE_KEY: i32 = 11_000;
/// A validator refused the document.
const DOCUMENT_VALIDATION_FAILURE: i32 = 121;
/// The document would be larger than 16 MB.
const DOCUMENT_TOO_LARGE: [i32; 2] = [10_334, 17_419];

/// Why work at the store failed.
#[derive(Debug)]
pub(super) enum Fault {
    /// The driver said so.
    Driver(mongodb::error::Error),
    /// The store itself said so.
    Store(StorageError),
}

impl Fault {
    /// Whether a unique index refused a row.
    pub(super) fn is_duplicate_key(&self) -> bool {
        self.code() == Some(DUPLICATE_KEY)
    }

    /// The code with which the server refused.
    pub(super) fn code(&self) -> Option<i32> {
        match self {
            Self::Driver(error) => refusal(error).map(|refusal| refusal.code),
            Self::Store(_) => None,
        }
    }

    /// The field that a row lacks, where an old unique index refused it because another lacks it.
    pub(super) fn missing_key(&self) -> Option<&'static str> {
        match self {
            Self::Driver(error) => {
                let refusal = refusal(error).filter(|refusal| refusal.code == DUPLICATE_KEY)?;
                let (name, value) = old_key(refusal.message)?;
                (value.trim_end() == "null }").then_some(name)
            }
            Self::Store(_) => None,
        }
    }
}

impl From<mongodb::error::Error> for Fault {
    fn from(error: mongodb::error::Error) -> Self {
        Self::Driver(error)
    }
}

impl From<StorageError> for Fault {
    fn from(error: StorageError) -> Self {
        Self::Store(error)
    }
}

impl From<Fault> for StorageError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Store(error) => error,
            Fault::Driver(error) => understood(&error),
        }
    }
}

/// Why the store is not available.
#[derive(Debug, Clone, thiserror::Error)]
pub(super) enum Outage {
    #[error("the MongoDB store is closed")]
    Closed,
    #[error("MongoDB did not answer within {0:?}")]
    NoAnswer(Duration),
    #[error("the MongoDB connection string cannot be read: {0}")]
    ConnectionString(String),
    #[error("timeoutMS in the MongoDB connection string must be a number of milliseconds above 0")]
    Timeout,
    #[error(
        "the name of a MongoDB database must be 1 to 63 letters, digits, dashes or underscores"
    )]
    DatabaseName,
    #[error("no MongoDB server can be reached: {0}")]
    NoServer(String),
    #[error("the connection to MongoDB broke")]
    Connection(#[source] Arc<std::io::Error>),
    #[error("others kept changing the same document")]
    Overtaken,
    #[error("the events that came for this call together could not be applied")]
    Together(#[source] Arc<StorageError>),
    #[error("the work on this call was given up")]
    GivenUp,
    #[error("MongoDB refused with error {code} ({name})")]
    Refused { code: i32, name: String },
    #[error("the MongoDB driver failed: {0}")]
    Driver(&'static str),
}

/// The error of a store that cannot do anything now.
pub(super) fn unavailable(cause: impl std::error::Error + Send + Sync + 'static) -> StorageError {
    StorageError::Unavailable(Box::new(cause))
}

fn understood(error: &mongodb::error::Error) -> StorageError {
    if let Some(refusal) = refusal(error) {
        return match refusal.code {
            DUPLICATE_KEY => match violated(refusal.message) {
                Some(unique) => StorageError::Duplicate(unique),
                None => unavailable(refusal.outage()),
            },
            DOCUMENT_VALIDATION_FAILURE => StorageError::Corrupt {
                what: "document",
                detail: "the validator of its collection refused what was to be written".to_owned(),
            },
            code if DOCUMENT_TOO_LARGE.contains(&code) => StorageError::Corrupt {
                what: "document",
                detail: "it would grow beyond 16 MB".to_owned(),
            },
            _ => unavailable(refusal.outage()),
        };
    }
    unavailable(outage(&error.kind))
}

/// A server's word that it will not.
struct Refusal<'error> {
    code: i32,
    name: &'error str,
    /// May repeat what is stored: to be looked through, never to be shown.
    message: &'error str,
}

impl Refusal<'_> {
    fn outage(&self) -> Outage {
        Outage::Refused {
            code: self.code,
            name: self.name.to_owned(),
        }
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the driver may add kinds; none of them is a server's refusal"
)]
fn refusal(error: &mongodb::error::Error) -> Option<Refusal<'_>> {
    match &*error.kind {
        ErrorKind::Command(error) => Some(Refusal {
            code: error.code,
            name: &error.code_name,
            message: &error.message,
        }),
        ErrorKind::Write(WriteFailure::WriteError(error)) => Some(Refusal {
            code: error.code,
            name: error.code_name.as_deref().unwrap_or("write error"),
            message: &error.message,
        }),
        ErrorKind::Write(WriteFailure::WriteConcernError(error)) => Some(Refusal {
            code: error.code,
            name: &error.code_name,
            message: &error.message,
        }),
        _ => None,
    }
}

/// Which promise a duplicate key breaks. The server names the index: "E11000 duplicate key error
/// collection: atlas.calls index: calls_sids dup key: { … }".
pub(super) fn violated(message: &str) -> Option<Unique> {
    let (collection, rest) = message.split_once("index: ")?;
    let index = rest.split_whitespace().next()?;
    // The `_id` of a call is made of its call id.
    if index == "_id_" && collection.trim_end().ends_with(".calls") {
        return Some(Unique::CallId);
    }
    UNIQUE_INDEXES
        .into_iter()
        .find_map(|(name, unique)| (name == index).then_some(unique))
        .or_else(|| {
            let (field, _) = old_key(rest)?;
            let mut fields = OLD_UNIQUE_FIELDS.into_iter();
            fields.find_map(|(name, unique)| (name == field).then_some(unique))
        })
}

/// The one field of the index that has a key already, if that is one an older Atlas had, and the
/// rest of the message: its value.
fn old_key(message: &str) -> Option<(&'static str, &str)> {
    let (_, key) = message.split_once("dup key: { ")?;
    OLD_UNIQUE_FIELDS.into_iter().find_map(|(name, _)| {
        let value = key.strip_prefix(name)?.strip_prefix(": ")?;
        Some((name, value))
    })
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the driver may add kinds; their texts are unknown, so they are not shown"
)]
fn outage(kind: &ErrorKind) -> Outage {
    match kind {
        ErrorKind::ServerSelection { message, .. } => Outage::NoServer(servers_tried(message)),
        ErrorKind::DnsResolve { message, .. }
        | ErrorKind::Authentication { message, .. }
        | ErrorKind::InvalidTlsConfig { message, .. }
        | ErrorKind::IncompatibleServer { message, .. } => Outage::NoServer(message.clone()),
        ErrorKind::Io(error) => Outage::Connection(Arc::clone(error)),
        ErrorKind::ConnectionPoolCleared { .. } => {
            Outage::Driver("the connections to the server were given up")
        }
        ErrorKind::Shutdown => Outage::Closed,
        ErrorKind::InvalidArgument { .. } => Outage::Driver("invalid argument"),
        ErrorKind::InvalidResponse { .. } => Outage::Driver("invalid response"),
        ErrorKind::BsonSerialization(_) | ErrorKind::Bson(_) => Outage::Driver("not BSON"),
        ErrorKind::BsonDeserialization(_) => Outage::Driver("unreadable BSON"),
        ErrorKind::Internal { .. } => Outage::Driver("internal error"),
        _ => Outage::Driver("unknown kind of error"),
    }
}

/// What the driver tried, server by server: "127.0.0.1:27017 (I/O error: Connection refused)". Its
/// own words where they are others than "… Servers: [ { Address: …, Type: …, Error: Kind: …,
/// labels: … }, … ]".
fn servers_tried(message: &str) -> String {
    let servers: Vec<_> = message
        .split("Address: ")
        .skip(1)
        .filter_map(|server| {
            let (address, rest) = server.split_once(", Type: ")?;
            let cause = rest.split_once("Error: Kind: ");
            let cause = cause.and_then(|(_, error)| error.split_once(", labels: "));
            Some(match cause {
                Some((cause, _)) => format!("{address} ({cause})"),
                None => {
                    let kind = rest.split([',', ' ']).next().unwrap_or_default();
                    format!("{address} ({kind}, which takes no writes)")
                }
            })
        })
        .collect();
    if servers.is_empty() {
        message.to_owned()
    } else {
        servers.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_servers_that_were_tried_are_named_with_what_was_wrong() {
        let message = "Server selection timeout: No available servers. Topology: { Type: \
            ReplicaSetNoPrimary, Set Name: rs0, Servers: [ { Address: db1:27017, Type: Unknown, \
            Error: Kind: I/O error: Connection refused (os error 111), labels: \
            {\"RetryableError\"}, source: None, server response: None }, { Address: db2:27018, \
            Type: RSSecondary, Average RTT: 1ms } ] }";
        assert_eq!(
            servers_tried(message),
            "db1:27017 (I/O error: Connection refused (os error 111)), \
             db2:27018 (RSSecondary, which takes no writes)"
        );
        assert_eq!(servers_tried("something else"), "something else");
    }

    #[test]
    fn the_index_that_a_key_is_double_in_says_what_is_double() {
        let message = |index: &str| {
            format!(
                "E11000 duplicate key error collection: atlas.calls index: {index} dup key: \
                 {{ tenant: \"default\", sids: \"index: users_email_key \" }}"
            )
        };
        assert_eq!(violated(&message("calls_sids")), Some(Unique::CallSid));
        assert_eq!(violated(&message("calls_call_id")), Some(Unique::CallId));
        assert_eq!(violated(&message("users_email_key")), Some(Unique::Email));
        assert_eq!(violated(&message("_id_")), Some(Unique::CallId));
        let of_users = message("_id_").replace("atlas.calls", "atlas.users");
        assert_eq!(violated(&of_users), None);
        assert_eq!(violated(&message("another")), None);
        assert_eq!(violated(""), None);
        let of_old = "E11000 duplicate key error collection: atlas.calls index: uniq dup key: ";
        let cases = [
            ("{ call_sid: \"CA1\" }", Some(Unique::CallSid)),
            ("{ email: \"ann@example.com\" }", Some(Unique::Email)),
            ("{ phone: \"email: \" }", None),
        ];
        for (key, unique) in cases {
            assert_eq!(violated(&format!("{of_old}{key}")), unique, "{key}");
        }
    }
}
