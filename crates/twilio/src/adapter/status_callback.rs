//! News of a call become a status update of a dial.

use atlas_domain::Timestamp;
use atlas_domain::call::{CallStatus, EventIdentity, StatusUpdate};
use sha2::{Digest as _, Sha256};

use super::Untranslatable;
use crate::webhook::{Form, StatusCallback};

/// The status update that a callback brings.
///
/// Its identity is Twilio's sequence number, else Twilio's time, else a hash of all it says. Which dial it
/// is about stands in the callback's URL, so `dial_no` is left open.
///
/// # Errors
/// [`Untranslatable`] when the status is missing or not one of Atlas'.
pub fn status_update(callback: &StatusCallback) -> Result<StatusUpdate, Untranslatable> {
    let word = callback
        .call
        .call_status
        .as_ref()
        .ok_or(Untranslatable::Missing { name: "CallStatus" })?
        .as_str();
    let status = CallStatus::from_carrier_word(word).map_err(|_| Untranslatable::UnknownWord {
        name: "CallStatus",
        word: word.to_owned(),
    })?;
    let carrier_time = callback.timestamp.map(Timestamp::from_offset_date_time);
    let identity = match (callback.sequence_number, carrier_time) {
        (Some(number), _) => EventIdentity::Sequence(number),
        (None, Some(time)) => EventIdentity::CarrierTime(time),
        (None, None) => EventIdentity::Content(content_hash(callback.form())),
    };
    Ok(StatusUpdate {
        sid: callback.call.call_sid.as_str().parse()?,
        dial_no: None,
        status,
        identity,
        carrier_time,
        duration_seconds: callback.call_duration_seconds,
        sip_response_code: callback.sip_response_code,
        answered_by: callback.call.answered_by.as_ref().map(ToString::to_string),
    })
}

/// SHA-256 of the form with its pairs in order, in hexadecimal.
fn content_hash(form: &Form) -> String {
    let mut pairs: Vec<_> = form.iter().collect();
    pairs.sort_unstable();
    let text = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    Sha256::digest(text)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webhook::FromForm as _;

    const SID: &str = "CAfedcba9876543210fedcba9876543210";

    fn translated(rest: &str) -> Result<StatusUpdate, Untranslatable> {
        let body = format!("CallSid={SID}&{rest}");
        status_update(&StatusCallback::from_form(Form::parse(body.as_bytes()))?)
    }

    #[test]
    fn every_status_of_a_callback_is_translated() {
        for (word, status) in [
            ("initiated", CallStatus::Initiated),
            ("queued", CallStatus::Initiated),
            ("ringing", CallStatus::Ringing),
            ("in-progress", CallStatus::InProgress),
            ("completed", CallStatus::Completed),
            ("busy", CallStatus::Busy),
            ("no-answer", CallStatus::NoAnswer),
            ("failed", CallStatus::Failed),
            ("canceled", CallStatus::Canceled),
        ] {
            let update = translated(&format!("CallStatus={word}&SequenceNumber=7")).unwrap();
            assert_eq!(update.status, status);
            assert_eq!(update.identity, EventIdentity::Sequence(7));
            assert_eq!(update.sid.as_str(), SID);
        }
    }

    #[test]
    fn what_came_along_is_kept() {
        let update = translated(
            "CallStatus=completed&SequenceNumber=3&CallDuration=49&Duration=1&SipResponseCode=200\
             &AnsweredBy=machine_start&Timestamp=Sun%2C%2025%20Mar%202018%2009%3A53%3A19%20%2B0000",
        )
        .unwrap();
        assert_eq!(update.duration_seconds, Some(49));
        assert_eq!(update.sip_response_code, Some(200));
        assert_eq!(update.answered_by.as_deref(), Some("machine_start"));
        assert_eq!(
            update.carrier_time.unwrap().to_string(),
            "2018-03-25T09:53:19.000Z"
        );
    }

    #[test]
    fn without_a_number_the_time_is_the_identity_and_without_both_the_content() {
        let dated =
            translated("CallStatus=busy&Timestamp=Sun%2C+25+Mar+2018+09%3A53%3A19+GMT").unwrap();
        assert!(matches!(dated.identity, EventIdentity::CarrierTime(_)));
        let bare = translated("CallStatus=busy&To=1").unwrap();
        let EventIdentity::Content(hash) = &bare.identity else {
            panic!("{:?}", bare.identity)
        };
        assert_eq!(hash.len(), 64);
        assert_eq!(translated("To=1&CallStatus=busy").unwrap(), bare);
        assert_ne!(translated("To=2&CallStatus=busy").unwrap(), bare);
    }

    #[test]
    fn an_unknown_or_missing_status_is_untranslatable() {
        let unknown = translated("CallStatus=on-hold");
        assert!(matches!(
            unknown,
            Err(Untranslatable::UnknownWord {
                name: "CallStatus",
                ..
            })
        ));
        assert_eq!(
            translated("x=1"),
            Err(Untranslatable::Missing { name: "CallStatus" })
        );
    }
}
