//! News of a conference (<https://www.twilio.com/docs/voice/twiml/conference#attributes-statusCallback>).

use time::OffsetDateTime;

use super::{Form, FormError, FromForm};
use crate::private_text::PrivateText;
use crate::sid::{AccountSid, CallSid, ConferenceSid};
use crate::vocabulary::ConferenceEvent;

/// A conference began or ended, or somebody in it did something.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConferenceStatusCallback {
    /// `ConferenceSid`
    pub conference_sid: ConferenceSid,
    /// `AccountSid`
    pub account_sid: Option<AccountSid>,
    /// `FriendlyName`: the name in the TwiML.
    pub friendly_name: Option<String>,
    /// `StatusCallbackEvent`: what happened.
    pub event: Option<ConferenceEvent>,
    /// `SequenceNumber`: they may overtake each other.
    pub sequence_number: Option<u32>,
    /// `Timestamp`: when it happened.
    pub timestamp: Option<OffsetDateTime>,
    /// `CallSid`: of the participant.
    pub call_sid: Option<CallSid>,
    /// `ParticipantLabel`
    pub participant_label: Option<PrivateText>,
    /// `Muted`: whether the others do not hear this participant.
    pub muted: Option<bool>,
    /// `Hold`
    pub hold: Option<bool>,
    /// `Coaching`
    pub coaching: Option<bool>,
    /// `StartConferenceOnEnter`
    pub start_conference_on_enter: Option<bool>,
    /// `EndConferenceOnExit`
    pub end_conference_on_exit: Option<bool>,
    /// `Reason` of an event, in words.
    pub reason: Option<String>,
    /// `ReasonConferenceEnded`, such as `participant-with-end-conference-on-exit-left`.
    pub reason_conference_ended: Option<String>,
    /// `CallSidEndingConference`: the participant whose exit ended it.
    pub call_sid_ending_conference: Option<CallSid>,
    form: Form,
}

keeps_form!(ConferenceStatusCallback);

impl FromForm for ConferenceStatusCallback {
    fn from_form(form: Form) -> Result<Self, FormError> {
        Ok(Self {
            conference_sid: form.required_sid("ConferenceSid")?,
            account_sid: form.parsed("AccountSid"),
            friendly_name: form.owned("FriendlyName"),
            event: form.word("StatusCallbackEvent"),
            sequence_number: form.parsed("SequenceNumber"),
            timestamp: form.timestamp("Timestamp"),
            call_sid: form.parsed("CallSid"),
            participant_label: form.private("ParticipantLabel"),
            muted: form.parsed("Muted"),
            hold: form.parsed("Hold"),
            coaching: form.parsed("Coaching"),
            start_conference_on_enter: form.parsed("StartConferenceOnEnter"),
            end_conference_on_exit: form.parsed("EndConferenceOnExit"),
            reason: form.owned("Reason"),
            reason_conference_ended: form.owned("ReasonConferenceEnded"),
            call_sid_ending_conference: form.parsed("CallSidEndingConference"),
            form,
        })
    }
}
