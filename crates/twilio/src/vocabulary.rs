//! Twilio's words for the state of a call, a recording, a message, …
//!
//! Twilio adds words without notice, so each type keeps one it does not know as it came.
//!
//! ```
//! use atlas_twilio::vocabulary::CallStatus;
//!
//! assert_eq!(CallStatus::from("no-answer"), CallStatus::NoAnswer);
//! assert_eq!(CallStatus::from("on-hold").as_str(), "on-hold");
//! ```

use std::fmt;

macro_rules! open_vocabulary {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
            /// A word this version does not know, as Twilio sent it.
            Other(String),
        }

        impl $name {
            /// Twilio's word.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)+
                    Self::Other(word) => word,
                }
            }
        }

        impl From<&str> for $name {
            fn from(word: &str) -> Self {
                match word {
                    $($word => Self::$variant,)+
                    other => Self::Other(other.to_owned()),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(self.as_str())
            }
        }
    };
}

mod callbacks;

pub use callbacks::{
    ConferenceEvent, DialCallStatus, MessageStatus, OptOut, QueueResult, StreamEvent, StreamTrack,
};

open_vocabulary!(
    /// The status of a call (<https://www.twilio.com/docs/voice/api/call-resource#call-status-values>).
    CallStatus {
        /// Accepted and waiting; seen through the REST API only.
        Queued = "queued",
        /// Being dialled; seen in callbacks only.
        Initiated = "initiated",
        /// The other side rings.
        Ringing = "ringing",
        /// Answered.
        InProgress = "in-progress",
        /// Answered and ended.
        Completed = "completed",
        /// A busy signal.
        Busy = "busy",
        /// The ring timeout passed.
        NoAnswer = "no-answer",
        /// It could not be connected.
        Failed = "failed",
        /// Ended before an answer, through the API or by the caller.
        Canceled = "canceled",
    }
);

impl CallStatus {
    /// Whether the call is over: a terminal status never changes.
    ///
    /// A word that is not known counts as not over.
    #[must_use]
    pub const fn is_terminal(&self) -> bool {
        match self {
            Self::Completed | Self::Busy | Self::NoAnswer | Self::Failed | Self::Canceled => true,
            Self::Queued | Self::Initiated | Self::Ringing | Self::InProgress | Self::Other(_) => {
                false
            }
        }
    }
}

open_vocabulary!(
    /// Who began a call leg.
    Direction {
        /// Someone rang a Twilio number.
        Inbound = "inbound",
        /// Made through the REST API.
        OutboundApi = "outbound-api",
        /// Made by a `<Dial>` verb.
        OutboundDial = "outbound-dial",
        /// From a SIP trunk.
        TrunkingOriginating = "trunking-originating",
        /// Towards a SIP trunk.
        TrunkingTerminating = "trunking-terminating",
    }
);

open_vocabulary!(
    /// What answering machine detection heard (<https://www.twilio.com/docs/voice/answering-machine-detection>).
    AnsweredBy {
        /// A person.
        Human = "human",
        /// A machine, told at once (`Enable`).
        MachineStart = "machine_start",
        /// The machine's greeting ended with a beep (`DetectMessageEnd`).
        MachineEndBeep = "machine_end_beep",
        /// The machine's greeting ended in silence (`DetectMessageEnd`).
        MachineEndSilence = "machine_end_silence",
        /// The machine's greeting ended in another way (`DetectMessageEnd`).
        MachineEndOther = "machine_end_other",
        /// A fax.
        Fax = "fax",
        /// No verdict.
        Unknown = "unknown",
    }
);

open_vocabulary!(
    /// The status of a recording, of the REST API and of callbacks
    /// (<https://www.twilio.com/docs/voice/api/recording>).
    RecordingStatus {
        /// Being recorded.
        InProgress = "in-progress",
        /// Paused.
        Paused = "paused",
        /// Stopped, not yet processed.
        Stopped = "stopped",
        /// Being made ready.
        Processing = "processing",
        /// The audio can be fetched.
        Completed = "completed",
        /// Nothing was recorded.
        Absent = "absent",
        /// It failed; the `<Record>` page names it where others say absent.
        Failed = "failed",
        /// Deleted; only its metadata is left.
        Deleted = "deleted",
    }
);

open_vocabulary!(
    /// What made a recording.
    RecordingSource {
        /// `<Dial record>`.
        DialVerb = "DialVerb",
        /// A conference.
        Conference = "Conference",
        /// `Record=true` of a call made through the API.
        OutboundApi = "OutboundAPI",
        /// A SIP trunk.
        Trunking = "Trunking",
        /// `<Record>`.
        RecordVerb = "RecordVerb",
        /// Started on a live call through the API.
        StartCallRecordingApi = "StartCallRecordingAPI",
        /// Started on a live conference through the API.
        StartConferenceRecordingApi = "StartConferenceRecordingAPI",
    }
);

open_vocabulary!(
    /// The status of the transcription of a `<Record>`
    /// (<https://www.twilio.com/docs/voice/twiml/record#transcribe>).
    TranscriptionStatus {
        /// Being written.
        InProgress = "in-progress",
        /// The text is there.
        Completed = "completed",
        /// There will be no text.
        Failed = "failed",
    }
);

open_vocabulary!(
    /// The status of an account.
    AccountStatus {
        /// In use.
        Active = "active",
        /// Suspended by Twilio or by its owner.
        Suspended = "suspended",
        /// Closed for good.
        Closed = "closed",
    }
);

open_vocabulary!(
    /// Whether an account is paid for.
    AccountType {
        /// A trial account, with its limits.
        Trial = "Trial",
        /// A full account.
        Full = "Full",
    }
);

open_vocabulary!(
    /// Who sent a message.
    MessageDirection {
        /// Sent to a number of the account.
        Inbound = "inbound",
        /// Sent through the REST API.
        OutboundApi = "outbound-api",
        /// Sent during a call.
        OutboundCall = "outbound-call",
        /// Sent in answer to another message.
        OutboundReply = "outbound-reply",
    }
);

open_vocabulary!(
    /// Why Lookup takes a number for invalid (<https://www.twilio.com/docs/lookup/v2-api>).
    NumberValidationError {
        /// Not enough digits.
        TooShort = "TOO_SHORT",
        /// Too many digits.
        TooLong = "TOO_LONG",
        /// Not valid where it is, but perhaps within its area.
        InvalidButPossible = "INVALID_BUT_POSSIBLE",
        /// No such country.
        InvalidCountryCode = "INVALID_COUNTRY_CODE",
        /// No number of the country has this length.
        InvalidLength = "INVALID_LENGTH",
        /// No number at all.
        NotANumber = "NOT_A_NUMBER",
    }
);

open_vocabulary!(
    /// What Lookup can tell besides whether a number is valid; name others by `Other`.
    LookupPackage {
        /// The name its owner is known by.
        CallerName = "caller_name",
        /// Mobile, landline or VoIP, and its carrier.
        LineTypeIntelligence = "line_type_intelligence",
    }
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_status_of_the_documentation_is_known() {
        for word in [
            "queued",
            "initiated",
            "ringing",
            "in-progress",
            "completed",
            "busy",
            "no-answer",
            "failed",
            "canceled",
        ] {
            let status = CallStatus::from(word);
            assert_eq!(status.as_str(), word);
            assert!(!matches!(status, CallStatus::Other(_)), "{word}");
        }
    }

    #[test]
    fn words_are_compared_exactly() {
        assert_eq!(
            CallStatus::from("Completed"),
            CallStatus::Other("Completed".to_owned())
        );
    }

    #[test]
    fn five_call_statuses_are_terminal() {
        let terminal = ["completed", "busy", "no-answer", "failed", "canceled"];
        for word in terminal {
            assert!(CallStatus::from(word).is_terminal(), "{word}");
        }
        for word in ["queued", "initiated", "ringing", "in-progress", "new-word"] {
            assert!(!CallStatus::from(word).is_terminal(), "{word}");
        }
    }
}
