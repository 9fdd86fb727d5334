//! What the domain needs of the machine it runs on.

use std::net::IpAddr;

use async_trait::async_trait;

use crate::{CallId, ObjectId, Timestamp};

/// What time it is, and waiting for another time. Tests move it.
#[async_trait]
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Timestamp;

    /// Returns once [`Clock::now`] is at or after `at`; dropping the future ends the wait.
    async fn sleep_until(&self, at: Timestamp);
}

/// Where new identifiers come from: the one source of randomness.
pub trait IdGenerator: Send + Sync {
    /// A call id that nobody can guess and nothing else has.
    fn call_id(&self) -> CallId;

    /// A row id for something created at `created_at`.
    fn object_id(&self, created_at: Timestamp) -> ObjectId;
}

/// What addresses a host name has.
#[async_trait]
pub trait Resolver: Send + Sync {
    /// Every address of this host; none when it does not resolve. Answers within a bounded time,
    /// beyond which it does not resolve.
    async fn addresses_of(&self, host: &str) -> Vec<IpAddr>;
}
