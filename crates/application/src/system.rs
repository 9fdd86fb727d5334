//! The system's own clock, randomness and host names, as ports.

use std::net::IpAddr;
use std::time::Duration;

use async_trait::async_trait;
use atlas_domain::{CallId, Clock, IdGenerator, ObjectId, Resolver, Timestamp};
use uuid::Uuid;

/// The wall clock, and waiting on the runtime's timer.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

/// The longest single wait on the runtime's timer: a wall clock may be set meanwhile.
const LONGEST_SLEEP: Duration = Duration::from_secs(60);

#[async_trait]
impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the wall clock"
    )]
    fn now(&self) -> Timestamp {
        Timestamp::from_offset_date_time(std::time::SystemTime::now().into())
    }

    async fn sleep_until(&self, at: Timestamp) {
        loop {
            let left = at.since(self.now());
            if left.is_zero() {
                return;
            }
            tokio::time::sleep(left.min(LONGEST_SLEEP)).await;
        }
    }
}

/// Identifiers from the operating system's randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct RandomIds;

impl IdGenerator for RandomIds {
    fn call_id(&self) -> CallId {
        CallId::new(random_uuid())
    }

    fn object_id(&self, created_at: Timestamp) -> ObjectId {
        let [
            first,
            second,
            third,
            fourth,
            fifth,
            sixth,
            _,
            _,
            _,
            ninth,
            tenth,
            ..,
        ] = random_uuid().into_bytes();
        // The bytes of a version 4 UUID that are not random are left out.
        ObjectId::from_parts(
            created_at,
            [first, second, third, fourth, fifth, sixth, ninth, tenth],
        )
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads randomness"
)]
fn random_uuid() -> Uuid {
    Uuid::new_v4()
}

/// Host names as the system resolves them.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

/// How long the system may take for one name.
const RESOLVE_TIMEOUT: Duration = Duration::from_secs(2);
/// Any port will do where only addresses are asked for.
const NO_PORT: u16 = 0;

#[async_trait]
impl Resolver for SystemResolver {
    async fn addresses_of(&self, host: &str) -> Vec<IpAddr> {
        let looking = tokio::net::lookup_host((host, NO_PORT));
        match tokio::time::timeout(RESOLVE_TIMEOUT, looking).await {
            Ok(Ok(found)) => found.map(|address| address.ip()).collect(),
            Ok(Err(_)) | Err(_) => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn names_have_addresses_and_what_is_no_name_has_none() {
        let addresses = SystemResolver.addresses_of("localhost").await;
        assert!(!addresses.is_empty());
        assert!(addresses.iter().all(IpAddr::is_loopback), "{addresses:?}");
        assert!(SystemResolver.addresses_of("a..b").await.is_empty());
    }
}
