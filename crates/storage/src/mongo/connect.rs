//! Reading the connection string, once, and filling in what it leaves open.

use std::time::Duration;

use mongodb::Client;
use mongodb::error::ErrorKind;
use mongodb::options::{
    Acknowledgment, ClientOptions, ReadConcern, ReadPreference, SelectionCriteria, WriteConcern,
};
use secrecy::{ExposeSecret, SecretString};

use super::MongoOptions;
use super::fault::{Outage, unavailable};
use crate::StorageError;

/// What the servers' logs call the connections.
const APP_NAME: &str = "atlas";
/// How long to look for a server that can be written to, and how long to connect to one, at most.
const SEARCH_LIMIT: Duration = Duration::from_secs(2);
const MAX_POOL_SIZE: u32 = 32;
/// How many connections may be opened at once; a burst of callbacks must not queue for them.
const MAX_CONNECTING: u32 = 8;
/// The longest name of a database, in bytes
/// (<https://www.mongodb.com/docs/manual/reference/limits/#naming-restrictions>).
const MAX_DATABASE_NAME_BYTES: usize = 63;

/// A client that has not talked to any server yet.
pub(super) struct Connected {
    pub(super) client: Client,
    pub(super) answer_timeout: Duration,
}

pub(super) async fn connect(
    uri: &SecretString,
    database: &str,
    options: &MongoOptions,
) -> Result<Connected, StorageError> {
    if !is_database_name(database) {
        return Err(unavailable(Outage::DatabaseName));
    }
    let (uri, timeout) = take_timeout(uri.expose_secret()).map_err(unavailable)?;
    let answer_timeout = timeout.unwrap_or(options.answer_timeout);
    // Names of servers may have to be looked up.
    let parsing = tokio::time::timeout(answer_timeout, ClientOptions::parse(&uri));
    let parsed = match parsing.await {
        Ok(Ok(parsed)) => parsed,
        Ok(Err(error)) => return Err(unavailable(unreadable(&uri, &error))),
        Err(_) => return Err(unavailable(Outage::NoAnswer(answer_timeout))),
    };
    let client = Client::with_options(fill_in(parsed, answer_timeout))
        .map_err(|error| unavailable(unreadable(&uri, &error)))?;
    Ok(Connected {
        client,
        answer_timeout,
    })
}

fn is_database_name(name: &str) -> bool {
    (1..=MAX_DATABASE_NAME_BYTES).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// Splits `timeoutMS` off the connection string: the driver does not know it.
fn take_timeout(uri: &str) -> Result<(String, Option<Duration>), Outage> {
    let Some((address, query)) = uri.split_once('?') else {
        return Ok((uri.to_owned(), None));
    };
    let mut timeout = None;
    let mut rest = Vec::new();
    for option in query.split('&') {
        match option.split_once('=') {
            Some((name, value)) if name.eq_ignore_ascii_case("timeoutMS") => {
                let millis = value.parse().ok().filter(|millis| *millis > 0);
                timeout = Some(Duration::from_millis(millis.ok_or(Outage::Timeout)?));
            }
            Some(_) | None => rest.push(option),
        }
    }
    let uri = if rest.is_empty() {
        address.to_owned()
    } else {
        format!("{address}?{}", rest.join("&"))
    };
    Ok((uri, timeout))
}

/// Says what is wrong with the connection string; in the driver's words only when there is no
/// password that they could repeat.
fn unreadable(uri: &str, error: &mongodb::error::Error) -> Outage {
    if let ErrorKind::DnsResolve { .. } = &*error.kind {
        return Outage::NoServer("the name in mongodb+srv:// cannot be looked up".to_owned());
    }
    let secret = uri.contains('@') || uri.to_ascii_lowercase().contains("password");
    Outage::ConnectionString(if secret {
        "user and password must be percent-encoded (RFC 3986)".to_owned()
    } else {
        error.kind.to_string()
    })
}

fn fill_in(mut options: ClientOptions, answer_timeout: Duration) -> ClientOptions {
    let search_limit = SEARCH_LIMIT.min(answer_timeout);
    options.app_name.get_or_insert_with(|| APP_NAME.to_owned());
    options.server_selection_timeout.get_or_insert(search_limit);
    options.connect_timeout.get_or_insert(search_limit);
    options.max_pool_size.get_or_insert(MAX_POOL_SIZE);
    options.max_connecting.get_or_insert(MAX_CONNECTING);
    options.retry_writes.get_or_insert(true);
    options.retry_reads.get_or_insert(true);
    // A callback for a call that a secondary does not have yet would count as one for no call.
    options.selection_criteria = Some(SelectionCriteria::ReadPreference(ReadPreference::Primary));
    // What was read is never rolled back.
    options.read_concern.get_or_insert(ReadConcern::majority());
    let concern = options
        .write_concern
        .get_or_insert_with(WriteConcern::default);
    concern.w.get_or_insert(Acknowledgment::Majority);
    concern.journal.get_or_insert(true);
    concern.w_timeout.get_or_insert(answer_timeout);
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn filled_in(uri: &str) -> ClientOptions {
        let (uri, _) = take_timeout(uri).unwrap();
        let parsed = ClientOptions::parse(uri).await.unwrap();
        fill_in(parsed, Duration::from_millis(2500))
    }

    #[tokio::test]
    async fn what_the_connection_string_leaves_open_is_filled_in() {
        let options = filled_in("mongodb://localhost").await;
        let concern = options.write_concern.unwrap();
        assert_eq!(concern.w, Some(Acknowledgment::Majority));
        assert_eq!(concern.journal, Some(true));
        assert_eq!(
            options.server_selection_timeout,
            Some(Duration::from_secs(2))
        );
        assert_eq!(options.retry_writes, Some(true));
    }

    #[tokio::test]
    async fn what_the_connection_string_says_holds() {
        let options = filled_in(
            "mongodb://localhost/?w=2&journal=false&serverSelectionTimeoutMS=7000&maxPoolSize=5",
        )
        .await;
        let concern = options.write_concern.unwrap();
        assert_eq!(concern.w, Some(Acknowledgment::Nodes(2)));
        assert_eq!(concern.journal, Some(false));
        assert_eq!(
            options.server_selection_timeout,
            Some(Duration::from_secs(7))
        );
        assert_eq!(options.max_pool_size, Some(5));
    }

    #[tokio::test]
    async fn nothing_is_read_from_a_secondary_whatever_the_connection_string_prefers() {
        for uri in [
            "mongodb://localhost",
            "mongodb://localhost/?readPreference=secondaryPreferred&maxStalenessSeconds=120",
        ] {
            let criteria = filled_in(uri).await.selection_criteria;
            let primary = SelectionCriteria::ReadPreference(ReadPreference::Primary);
            assert_eq!(criteria, Some(primary), "{uri}");
        }
    }

    #[test]
    fn the_time_limit_is_taken_out_of_the_connection_string() {
        let cases = [
            ("mongodb://h", "mongodb://h", None),
            ("mongodb://h/?w=1", "mongodb://h/?w=1", None),
            ("mongodb://h/?timeoutMS=900", "mongodb://h/", Some(900)),
            (
                "mongodb://h/?w=1&timeoutms=20&tls=true",
                "mongodb://h/?w=1&tls=true",
                Some(20),
            ),
        ];
        for (uri, rest, millis) in cases {
            let taken = take_timeout(uri).unwrap();
            assert_eq!(taken, (rest.to_owned(), millis.map(Duration::from_millis)));
        }
        for uri in ["mongodb://h/?timeoutMS=0", "mongodb://h/?timeoutMS=soon"] {
            assert!(matches!(take_timeout(uri), Err(Outage::Timeout)), "{uri}");
        }
    }

    #[tokio::test]
    async fn no_error_about_a_connection_string_repeats_its_password() {
        for uri in [
            "mongodb://ann:hunter2@",
            "mongodb://ann:hun:ter2@host",
            "mongodb://ann:hunter2/@host",
            "mongodb://ann:x@hunter2@host:port",
            "http://ann:hunter2@host",
        ] {
            let secret = SecretString::from(uri);
            let error = connect(&secret, "atlas", &MongoOptions::default())
                .await
                .err()
                .unwrap();
            let mut shown = format!("{error} {error:?}");
            let mut source = std::error::Error::source(&error);
            while let Some(cause) = source {
                shown = format!("{shown} {cause} {cause:?}");
                source = cause.source();
            }
            assert!(
                !shown.contains("hunter2") && !shown.contains("ter2"),
                "{uri}"
            );
        }
    }

    #[tokio::test]
    async fn a_name_that_no_database_can_have_is_refused() {
        for name in ["", "a b", "a.b", "a/b", "$x", &"x".repeat(64)] {
            let uri = SecretString::from("mongodb://localhost");
            let refused = connect(&uri, name, &MongoOptions::default()).await;
            assert!(refused.is_err(), "{name:?}");
        }
    }
}
