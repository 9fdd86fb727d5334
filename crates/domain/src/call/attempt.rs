//! Attempts: the status updates received for a call.

use std::fmt;
use std::str::FromStr;

use super::CallStatus;
use crate::{CallSid, DialNo, Timestamp};

/// A text that is no event identity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an event identity")]
pub struct InvalidEventIdentity;

/// What tells one status update of a dial from another, beside its SID and status: two updates
/// with the same SID, status and identity are one update, delivered twice.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum EventIdentity {
    /// The carrier numbered it.
    Sequence(u32),
    /// The carrier only dated it.
    CarrierTime(Timestamp),
    /// Neither: the SHA-256 of all it said, names sorted, in hexadecimal.
    Content(String),
    /// The carrier was asked; it did not report.
    Poll,
    /// An older version stored it, as the one with this number, and nothing that tells it apart.
    Imported(u32),
}

impl fmt::Display for EventIdentity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sequence(number) => write!(formatter, "sequence:{number}"),
            Self::CarrierTime(at) => write!(formatter, "time:{}", at.unix_millis()),
            Self::Content(hash) => write!(formatter, "content:{hash}"),
            Self::Poll => formatter.write_str("poll"),
            Self::Imported(number) => write!(formatter, "imported:{number}"),
        }
    }
}

impl FromStr for EventIdentity {
    type Err = InvalidEventIdentity;

    fn from_str(text: &str) -> Result<Self, InvalidEventIdentity> {
        let invalid = |_| InvalidEventIdentity;
        match text.split_once(':') {
            Some(("sequence", number)) => number
                .parse()
                .map(Self::Sequence)
                .map_err(|_| InvalidEventIdentity),
            Some(("imported", number)) => number
                .parse()
                .map(Self::Imported)
                .map_err(|_| InvalidEventIdentity),
            Some(("time", millis)) => {
                let millis = millis.parse().map_err(|_| InvalidEventIdentity)?;
                Timestamp::from_unix_millis(millis)
                    .map(Self::CarrierTime)
                    .map_err(invalid)
            }
            Some(("content", hash)) => Ok(Self::Content(hash.to_owned())),
            None if text == "poll" => Ok(Self::Poll),
            Some(_) | None => Err(InvalidEventIdentity),
        }
    }
}

/// One status update received for a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Its number over the whole call, from 1, in order of arrival.
    pub attempt_no: u32,
    /// The dial it is about.
    pub dial_no: DialNo,
    /// The SID of that dial; missing only where an older version noted none.
    pub twilio_sid: Option<CallSid>,
    /// The status it brought, also when it came too late to count.
    pub status: CallStatus,
    /// What tells it from other updates of the same status.
    pub identity: EventIdentity,
    /// The SIP response code it brought (RFC 3261, section 21).
    pub sip_response_code: Option<u16>,
    /// What an older version noted as the reason; shown instead of Atlas's own words.
    pub noted_reason: Option<String>,
    /// When it arrived.
    pub at: Timestamp,
}

impl Attempt {
    /// The carrier's number for it, counted from 0 within its dial.
    #[must_use]
    pub const fn sequence_number(&self) -> Option<u32> {
        match self.identity {
            EventIdentity::Sequence(number) => Some(number),
            EventIdentity::CarrierTime(_)
            | EventIdentity::Content(_)
            | EventIdentity::Poll
            | EventIdentity::Imported(_) => None,
        }
    }

    /// Why it has its status, in words; `message_played` tells whether the carrier ever asked
    /// what to say in this dial.
    #[must_use]
    pub fn reason(&self, message_played: bool) -> String {
        match &self.noted_reason {
            Some(noted) => noted.clone(),
            None => reason(self.status, self.sip_response_code, message_played),
        }
    }
}

/// Why a dial has this status, in words.
pub(super) fn reason(
    status: CallStatus,
    sip_response_code: Option<u16>,
    message_played: bool,
) -> String {
    let words = match status {
        CallStatus::Initiated => "dialled",
        CallStatus::Ringing => "ringing",
        CallStatus::InProgress => "answered",
        CallStatus::Completed if message_played => "answered",
        CallStatus::Completed => "answered, message not played",
        CallStatus::Busy => "busy",
        CallStatus::NoAnswer => "no answer",
        CallStatus::Failed => "failed",
        CallStatus::Canceled => "canceled",
    };
    match sip_response_code {
        Some(code) if matches!(status, CallStatus::Busy | CallStatus::Failed) => {
            format!("{words} (SIP {code})")
        }
        Some(_) | None => words.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identities_are_read_back_as_they_are_written() {
        for identity in [
            EventIdentity::Sequence(3),
            EventIdentity::CarrierTime(Timestamp::EPOCH),
            EventIdentity::Content("ab12".to_owned()),
            EventIdentity::Poll,
            EventIdentity::Imported(7),
        ] {
            assert_eq!(identity.to_string().parse(), Ok(identity));
        }
        for text in ["", "sequence:x", "time:-1", "imported:x", "other:1"] {
            assert_eq!(
                text.parse::<EventIdentity>(),
                Err(InvalidEventIdentity),
                "{text}"
            );
        }
    }

    #[test]
    fn reasons_say_why_in_words() {
        let attempt = |status, sip_response_code| Attempt {
            attempt_no: 1,
            dial_no: DialNo::FIRST,
            twilio_sid: Some("CA1".parse().unwrap()),
            status,
            identity: EventIdentity::Sequence(0),
            sip_response_code,
            noted_reason: None,
            at: Timestamp::EPOCH,
        };
        let cases = [
            (attempt(CallStatus::Busy, Some(486)), true, "busy (SIP 486)"),
            (attempt(CallStatus::Busy, None), true, "busy"),
            (attempt(CallStatus::NoAnswer, Some(487)), true, "no answer"),
            (
                attempt(CallStatus::Failed, Some(404)),
                true,
                "failed (SIP 404)",
            ),
            (attempt(CallStatus::InProgress, None), false, "answered"),
            (attempt(CallStatus::Completed, Some(200)), true, "answered"),
            (
                attempt(CallStatus::Completed, Some(200)),
                false,
                "answered, message not played",
            ),
        ];
        for (attempt, message_played, words) in cases {
            assert_eq!(attempt.reason(message_played), words);
        }
    }
    #[test]
    fn what_an_older_version_noted_is_the_reason() {
        let attempt = Attempt {
            attempt_no: 1,
            dial_no: DialNo::FIRST,
            twilio_sid: None,
            status: CallStatus::Busy,
            identity: EventIdentity::Imported(1),
            sip_response_code: None,
            noted_reason: Some("line busy".to_owned()),
            at: Timestamp::EPOCH,
        };
        assert_eq!(attempt.reason(true), "line busy");
    }
}
