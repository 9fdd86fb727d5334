//! The system's own clock and randomness, as ports.

use std::time::Duration;

use async_trait::async_trait;
use atlas_domain::{CallId, Clock, IdGenerator, ObjectId, Timestamp};
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
