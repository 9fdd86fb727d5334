//! Which verbs a document may use, by what it is run for.

use super::document::Verb;
use crate::call::{Leg, Scope};

/// Says whether a verb may run now; one that may not is an alert and is skipped.
pub(super) fn permits(leg: &Leg, verb: &Verb) -> bool {
    let allowed = match leg.scope {
        Scope::Call => !matches!(verb, Verb::Leave),
        Scope::Whisper => fits_whisper(verb),
        Scope::QueueWait => fits_queue_wait(verb),
        Scope::ConferenceWait => fits_conference_wait(verb),
    };
    if !allowed {
        let (code, message) = match (leg.scope, verb) {
            (Scope::Whisper, Verb::Dial(_)) => (13201, "Dial: cannot dial from a Dial segment"),
            (Scope::ConferenceWait, _) => {
                (13238, "Conference: waitUrl document has an invalid verb")
            }
            _ => (12200, "verb may not be used here; it is skipped"),
        };
        leg.alert(code, message, None);
    }
    allowed
}

/// Source: Twilio, Number, "url": only Play, Say, Gather, Pause and Hangup.
const fn fits_whisper(verb: &Verb) -> bool {
    matches!(
        verb,
        Verb::Say(_) | Verb::Play(_) | Verb::Pause { .. } | Verb::Gather(_) | Verb::Hangup
    )
}

/// Source: Twilio, Enqueue, "waitUrl": Play, Say, Pause, Hangup, Redirect, Leave and Gather.
const fn fits_queue_wait(verb: &Verb) -> bool {
    fits_whisper(verb) || matches!(verb, Verb::Redirect { .. } | Verb::Leave)
}

/// Source: Twilio, error 13238: only Say, Play, Pause and Redirect.
const fn fits_conference_wait(verb: &Verb) -> bool {
    matches!(
        verb,
        Verb::Say(_) | Verb::Play(_) | Verb::Pause { .. } | Verb::Redirect { .. }
    )
}
