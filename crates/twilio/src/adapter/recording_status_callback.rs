//! News of a recording become a recording event.

use atlas_domain::{RecordingEvent, RecordingEventKind, RecordingStatus, RecordingUpdate};

use super::{Untranslatable, transcription_event};
use crate::webhook::{Form, FromForm as _, RecordingStatusCallback, TranscriptionCallback};

/// The event of a form that is either of the two callbacks about a recording, for a URL that gets both.
///
/// # Errors
/// [`Untranslatable`] when it is neither, or says nothing that Atlas keeps.
pub fn recording_event(form: Form) -> Result<RecordingEvent, Untranslatable> {
    if TranscriptionCallback::is_one(&form) {
        transcription_event(&TranscriptionCallback::from_form(form)?)
    } else {
        recording_status_event(&RecordingStatusCallback::from_form(form)?)
    }
}

/// The event that a recording status callback brings.
///
/// # Errors
/// [`Untranslatable`] when the recording or its status is missing or not one of Atlas'.
pub fn recording_status_event(
    callback: &RecordingStatusCallback,
) -> Result<RecordingEvent, Untranslatable> {
    let word = callback
        .recording_status
        .as_ref()
        .ok_or(Untranslatable::Missing {
            name: "RecordingStatus",
        })?
        .as_str();
    let status = RecordingStatus::from_word(word).ok_or_else(|| Untranslatable::UnknownWord {
        name: "RecordingStatus",
        word: word.to_owned(),
    })?;
    let recording_sid = callback
        .recording_sid
        .as_ref()
        .ok_or(Untranslatable::Missing {
            name: "RecordingSid",
        })?;
    Ok(RecordingEvent {
        recording_sid: recording_sid.as_str().parse()?,
        call_sid: Some(callback.call.call_sid.as_str().parse()?),
        update: RecordingEventKind::Recording(RecordingUpdate {
            status,
            recording_url: callback.recording_url.clone(),
            duration_seconds: callback.recording_duration_seconds,
            channels: callback.recording_channels,
        }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECORDING: &str = "RecordingSid=REfedcba9876543210fedcba9876543210\
        &CallSid=CAfedcba9876543210fedcba9876543210";

    fn translated(rest: &str) -> Result<RecordingEvent, Untranslatable> {
        recording_event(Form::parse(format!("{RECORDING}&{rest}").as_bytes()))
    }

    #[test]
    fn a_completed_recording_brings_its_url_length_and_channels() {
        let event = translated(
            "RecordingStatus=completed&RecordingDuration=7&RecordingChannels=1\
             &RecordingUrl=https%3A%2F%2Fapi.twilio.com%2FRE",
        )
        .unwrap();
        assert_eq!(
            event.recording_sid.as_str(),
            "REfedcba9876543210fedcba9876543210"
        );
        assert_eq!(
            event.call_sid.unwrap().as_str(),
            "CAfedcba9876543210fedcba9876543210"
        );
        assert_eq!(
            event.update,
            RecordingEventKind::Recording(RecordingUpdate {
                status: RecordingStatus::Completed,
                recording_url: Some("https://api.twilio.com/RE".to_owned()),
                duration_seconds: Some(7),
                channels: Some(1),
            })
        );
    }

    #[test]
    fn all_four_statuses_are_translated() {
        for status in RecordingStatus::ALL {
            let event = translated(&format!("RecordingStatus={}", status.as_str())).unwrap();
            let RecordingEventKind::Recording(update) = event.update else {
                panic!("not a recording")
            };
            assert_eq!(update.status, status);
        }
    }

    #[test]
    fn what_is_missing_or_unknown_is_untranslatable() {
        assert!(matches!(
            translated("RecordingStatus=paused"),
            Err(Untranslatable::UnknownWord { .. })
        ));
        assert_eq!(
            translated(""),
            Err(Untranslatable::Missing {
                name: "RecordingStatus"
            })
        );
        let without_sid =
            Form::parse(b"CallSid=CAfedcba9876543210fedcba9876543210&RecordingStatus=absent");
        assert_eq!(
            recording_event(without_sid),
            Err(Untranslatable::Missing {
                name: "RecordingSid"
            })
        );
        assert!(matches!(
            recording_event(Form::parse(b"")),
            Err(Untranslatable::Form(_))
        ));
    }

    #[test]
    fn a_transcription_at_the_same_url_is_told_apart() {
        let event = translated("TranscriptionStatus=completed&TranscriptionText=hello").unwrap();
        assert!(matches!(event.update, RecordingEventKind::Transcription(_)));
    }
}
