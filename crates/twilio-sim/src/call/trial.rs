//! The announcement a trial account plays before anything else.
//!
//! Source: Twilio, "How to Use Your Free Trial Account".

use std::time::Duration;

use super::{Leg, LegEnd};
use crate::callee::Opening;
use crate::record::HeardKind;
use crate::twiml;

/// The longest call of a trial account, in seconds.
pub(super) const TIME_LIMIT_SECONDS: u32 = 600;
/// How long it waits for a key.
const PATIENCE: Duration = Duration::from_secs(10);
/// How soon a person presses one.
const REACTION: Duration = Duration::from_secs(1);
const PREAMBLE: &str = "You have a trial account. You can remove this message at any time by \
    upgrading to a full account. Press any key to execute your code.";

/// Plays the announcement of a trial account; returns whether a key was pressed, so that the call goes on.
///
/// Whoever says hello presses one; machines and those who stay silent do not.
pub(super) async fn preamble(leg: &mut Leg) -> Result<bool, LegEnd> {
    if leg.shared.config.limits.trial.is_none() {
        return Ok(true);
    }
    let kind = HeardKind::Said {
        text: PREAMBLE.to_owned(),
        voice: None,
        language: None,
    };
    leg.listen_to_words(kind, twiml::speech_ms(PREAMBLE))
        .await?;
    let presses = match leg.callee.opening {
        Opening::Hello(_) => true,
        Opening::Silence | Opening::Greeting { .. } | Opening::Fax => leg.is_person(),
    };
    let wait = if presses { REACTION } else { PATIENCE };
    leg.wait_ms(u64::try_from(wait.as_millis()).unwrap_or_default())
        .await?;
    if presses {
        leg.press('1');
    }
    Ok(presses)
}
