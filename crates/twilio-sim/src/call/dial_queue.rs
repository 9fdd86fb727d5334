//! The queue of an account that dials a limited number of calls in a second.
//!
//! Source: Twilio, "Calls per second (CPS)"; error 22005.

use super::QUEUE_TIME_MS;

/// The longest wait, in milliseconds.
const DAY_MS: i64 = 86_400_000;

/// When the next call may be dialled.
#[derive(Debug, Default)]
pub(crate) struct DialQueue {
    free_ms: i64,
}

/// The queue is longer than a day.
#[derive(Debug)]
pub(crate) struct Backlog;

impl DialQueue {
    /// Takes the next place for a call made now; returns when it is dialled.
    pub(crate) fn take(
        &mut self,
        now_ms: i64,
        calls_per_second: Option<u16>,
    ) -> Result<i64, Backlog> {
        let soonest_ms = now_ms.saturating_add_unsigned(QUEUE_TIME_MS);
        let Some(calls_per_second) = calls_per_second else {
            return Ok(soonest_ms);
        };
        let at_ms = self.free_ms.max(soonest_ms);
        if at_ms - soonest_ms > DAY_MS {
            return Err(Backlog);
        }
        self.free_ms = at_ms + i64::from(1000_u16.div_ceil(calls_per_second.max(1)));
        Ok(at_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_wait_their_turn_for_at_most_a_day() {
        let mut queue = DialQueue::default();
        let places: Vec<i64> = (0..3).map(|_| queue.take(0, Some(2)).unwrap()).collect();
        assert_eq!(places, [500, 1000, 1500]);
        assert_eq!(queue.take(10_000, Some(2)).unwrap(), 10_500);
        assert_eq!(queue.take(10_000, None).unwrap(), 10_500);
        let mut queue = DialQueue::default();
        let taken = (0..90_000).take_while(|_| queue.take(0, Some(1)).is_ok());
        assert_eq!(taken.count(), 86_401);
    }
}
