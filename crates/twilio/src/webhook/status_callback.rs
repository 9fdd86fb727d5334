//! News of a call (<https://www.twilio.com/docs/voice/api/call-resource#statuscallback>).

use time::OffsetDateTime;

use super::{CallParameters, Form, FormError, FromForm};
use crate::sid::RecordingSid;

/// A call changed its status: one of yours, or the leg that a `<Number>`, `<Client>` or `<Sip>` made, which
/// has a parent.
///
/// They may come twice, late, or in another order.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StatusCallback {
    /// Which call, and its status.
    pub call: CallParameters,
    /// `SequenceNumber`, from 0; it grows, and gaps mean nothing.
    pub sequence_number: Option<u32>,
    /// `Timestamp`: when it happened.
    pub timestamp: Option<OffsetDateTime>,
    /// `CallDuration`, in seconds; of a completed call.
    pub call_duration_seconds: Option<u32>,
    /// `Duration`, in minutes as billed; of a completed call.
    pub billed_minutes: Option<u32>,
    /// `SipResponseCode`: 200, 486 for busy, 487, 404, 603, …; of a call that ended.
    pub sip_response_code: Option<u16>,
    /// `RecordingSid`, of a call recorded as a whole.
    pub recording_sid: Option<RecordingSid>,
    /// `RecordingUrl`, of a call recorded as a whole.
    pub recording_url: Option<String>,
    /// `RecordingDuration`, in seconds, of a call recorded as a whole.
    pub recording_duration_seconds: Option<u32>,
    /// `StirStatus`: the attestation of an outbound call, `A`, `B` or `C`.
    pub stir_status: Option<String>,
    form: Form,
}

keeps_form!(StatusCallback);

impl FromForm for StatusCallback {
    fn from_form(form: Form) -> Result<Self, FormError> {
        Ok(Self {
            call: CallParameters::read(&form)?,
            sequence_number: form.parsed("SequenceNumber"),
            timestamp: form.timestamp("Timestamp"),
            call_duration_seconds: form.parsed("CallDuration"),
            billed_minutes: form.parsed("Duration"),
            sip_response_code: form.parsed("SipResponseCode"),
            recording_sid: form.parsed("RecordingSid"),
            recording_url: form.owned("RecordingUrl"),
            recording_duration_seconds: form.parsed("RecordingDuration"),
            stir_status: form.owned("StirStatus"),
            form,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::{AnsweredBy, CallStatus, Direction};

    const SID: &str = "CAfedcba9876543210fedcba9876543210";

    #[test]
    fn a_completed_call_as_it_was_captured() {
        let body = format!(
            "Called=%2B14155550123&ToState=CA&CallerCountry=US&Direction=outbound-api\
             &Timestamp=Sun%2C%2025%20Mar%202018%2009%3A53%3A19%20%2B0000&CallSid={SID}\
             &CallbackSource=call-progress-events&SequenceNumber=3&CallStatus=completed\
             &Duration=1&CallDuration=49&AnsweredBy=human"
        );
        let callback = StatusCallback::from_form(Form::parse(body.as_bytes())).unwrap();
        assert_eq!(callback.call.call_sid.as_str(), SID);
        assert_eq!(callback.call.call_status, Some(CallStatus::Completed));
        assert_eq!(callback.call.direction, Some(Direction::OutboundApi));
        assert_eq!(callback.call.answered_by, Some(AnsweredBy::Human));
        assert_eq!(callback.sequence_number, Some(3));
        assert_eq!(callback.timestamp.unwrap().unix_timestamp(), 1_521_971_599);
        assert_eq!(callback.call_duration_seconds, Some(49));
        assert_eq!(callback.billed_minutes, Some(1));
        assert_eq!(callback.form().get("ToState"), Some("CA"));
    }

    #[test]
    fn a_busy_call_as_it_was_captured() {
        let body = format!(
            "CallSid={SID}&CallStatus=busy&SequenceNumber=2&SipResponseCode=486&Duration=0&CallDuration=0"
        );
        let callback = StatusCallback::from_form(Form::parse(body.as_bytes())).unwrap();
        assert_eq!(callback.call.call_status, Some(CallStatus::Busy));
        assert_eq!(callback.sip_response_code, Some(486));
    }

    #[test]
    fn odd_values_count_as_absent() {
        let body = format!(
            "CallSid={SID}&CallStatus=&SequenceNumber=-1&SipResponseCode=99999&Timestamp=now&AccountSid=x"
        );
        let callback = StatusCallback::from_form(Form::parse(body.as_bytes())).unwrap();
        assert_eq!(callback.call.call_status, None);
        assert_eq!(callback.call.account_sid, None);
        assert_eq!(callback.sequence_number, None);
        assert_eq!(callback.sip_response_code, None);
        assert_eq!(callback.timestamp, None);
    }

    #[test]
    fn without_a_call_sid_it_is_no_callback() {
        assert_eq!(
            StatusCallback::from_form(Form::parse(b"CallStatus=busy")),
            Err(FormError::Missing { name: "CallSid" })
        );
        assert!(matches!(
            StatusCallback::from_form(Form::parse(b"CallSid=CA1&CallStatus=busy")),
            Err(FormError::InvalidSid {
                name: "CallSid",
                ..
            })
        ));
    }
}
