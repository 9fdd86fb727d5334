//! What a trial account may not do. Source: Twilio, "How to Use Your Free Trial Account".

use super::refusal::Refusal;
use crate::world::Shared;

/// The most calls of a trial account at once (error 10004).
const CALLS_AT_MOST: usize = 5;

/// What goes before every text of a trial account.
pub(super) const PREFIX: &str = "Sent from your Twilio trial account - ";

/// Refuses a call to a number that is not verified, and one too many.
pub(super) fn check_call(shared: &Shared, to: &str) -> Result<(), Refusal> {
    if !may_reach(shared, to) {
        let text = format!(
            "The number {to} is unverified. Trial accounts may only call verified numbers."
        );
        return Err(Refusal::new(21219, text));
    }
    let live = {
        let world = shared.world();
        let calls = world.calls().iter();
        calls
            .filter(|call| !call.rest_status().is_terminal())
            .count()
    };
    if shared.config.limits.trial.is_some() && live >= CALLS_AT_MOST {
        return Err(Refusal::new(10004, "Call concurrency limit exceeded"));
    }
    Ok(())
}

/// Refuses a message to a number that is not verified.
pub(super) fn check_message(shared: &Shared, to: &str) -> Result<(), Refusal> {
    if may_reach(shared, to) {
        return Ok(());
    }
    let text = format!(
        "The number {to} is unverified. Trial accounts cannot send messages to unverified numbers."
    );
    Err(Refusal::new(21608, text))
}

fn may_reach(shared: &Shared, to: &str) -> bool {
    let trial = shared.config.limits.trial.as_ref();
    // Only numbers can be verified.
    let verified = |number: &String| number == to;
    trial.is_none_or(|trial| !to.starts_with('+') || trial.verified_numbers.iter().any(verified))
}
