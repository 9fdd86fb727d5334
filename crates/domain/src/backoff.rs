//! Delays that double, and are moved so that many things that failed together are not all tried
//! again together.

use std::time::Duration;

use crate::CallId;

/// The delay before try `turn` (from 1) of something about this call: `base_seconds`, doubled each
/// time up to `ceiling_seconds`, then moved by up to a tenth.
///
/// The jitter is a function of the call and the turn, so that every instance and every restart
/// comes to the same time.
pub(crate) fn doubled_with_jitter(
    call_id: CallId,
    turn: u32,
    base_seconds: u64,
    ceiling_seconds: u64,
) -> Duration {
    let doublings = turn.saturating_sub(1).min(16);
    // What starts above the ceiling stays where it starts.
    let ceiling = ceiling_seconds.max(base_seconds);
    let seconds = (base_seconds << doublings).min(ceiling);
    let permille = jitter_seed(call_id, turn) % 100;
    let jitter = Duration::from_millis(seconds * permille);
    let exact = Duration::from_secs(seconds);
    if exact + jitter <= Duration::from_secs(ceiling) {
        exact + jitter
    } else {
        exact.saturating_sub(jitter)
    }
}

/// A number that looks random but is the same for the same turn everywhere: the last bytes of
/// the call's UUID, which are random themselves, rotated by the turn.
fn jitter_seed(call_id: CallId, turn: u32) -> u64 {
    let (_, low) = call_id.as_uuid().as_u64_pair();
    low.rotate_left(turn % 64 * 7)
}
