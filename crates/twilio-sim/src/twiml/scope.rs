//! Which verbs a document may use, by what it is run for.

use super::document::Verb;
use crate::call::{Leg, Scope};

/// Says whether a verb may run now; one that may not is an alert and is skipped.
pub(super) fn permits(leg: &Leg, verb: &Verb) -> bool {
    let (code, message) = match leg.scope {
        Scope::Call => return true,
        Scope::Whisper if fits_whisper(verb) => return true,
        Scope::Whisper => match verb {
            Verb::Dial(_) => (13201, "Dial: cannot dial from a Dial call segment"),
            Verb::Say(_)
            | Verb::Play(_)
            | Verb::Pause { .. }
            | Verb::Gather(_)
            | Verb::Record(_)
            | Verb::Start(_)
            | Verb::Stop(_)
            | Verb::Redirect { .. }
            | Verb::Hangup
            | Verb::Reject => (12200, "verb may not be used before the callee is connected"),
        },
    };
    leg.alert(code, message, None);
    false
}

/// Source: Twilio, Number, "url": only Play, Say, Gather, Pause and Hangup.
const fn fits_whisper(verb: &Verb) -> bool {
    match verb {
        Verb::Say(_) | Verb::Play(_) | Verb::Pause { .. } | Verb::Gather(_) | Verb::Hangup => true,
        Verb::Record(_)
        | Verb::Dial(_)
        | Verb::Start(_)
        | Verb::Stop(_)
        | Verb::Redirect { .. }
        | Verb::Reject => false,
    }
}
