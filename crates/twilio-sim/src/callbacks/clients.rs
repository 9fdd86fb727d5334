//! HTTP clients, one for each connect timeout asked for.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// The most clients kept: one for each connect timeout that URLs really ask for, and some to spare.
const CLIENTS_AT_MOST: usize = 16;

/// Makes clients and keeps them.
#[derive(Debug, Default)]
pub(crate) struct HttpClients {
    by_connect_timeout: Mutex<HashMap<Duration, reqwest::Client>>,
}

impl HttpClients {
    /// The client that gives up connecting after this time.
    pub(super) fn with_connect_timeout(&self, timeout: Duration) -> reqwest::Client {
        let mut clients = self
            .by_connect_timeout
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if clients.len() >= CLIENTS_AT_MOST && !clients.contains_key(&timeout) {
            // They hold no connections that would be missed.
            clients.clear();
        }
        clients
            .entry(timeout)
            .or_insert_with(|| make(timeout))
            .clone()
    }
}

fn make(connect_timeout: Duration) -> reqwest::Client {
    reqwest::Client::builder()
        .user_agent("TwilioProxy/1.1")
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        // A kept connection may be to a server that a test has restarted meanwhile.
        .pool_max_idle_per_host(0)
        .connect_timeout(connect_timeout)
        .build()
        .unwrap_or_default()
}
