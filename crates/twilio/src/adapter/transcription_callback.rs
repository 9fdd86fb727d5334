//! The text of a recording becomes a recording event.

use atlas_domain::{RecordingEvent, RecordingEventKind, TranscriptionStatus, TranscriptionUpdate};

use super::Untranslatable;
use crate::webhook::TranscriptionCallback;

/// The event that a transcription callback brings.
///
/// # Errors
/// [`Untranslatable`] when the recording or the status is missing or not one of Atlas'.
pub fn transcription_event(
    callback: &TranscriptionCallback,
) -> Result<RecordingEvent, Untranslatable> {
    let word = callback
        .transcription_status
        .as_ref()
        .ok_or(Untranslatable::Missing {
            name: "TranscriptionStatus",
        })?
        .as_str();
    let status =
        TranscriptionStatus::from_word(word).ok_or_else(|| Untranslatable::UnknownWord {
            name: "TranscriptionStatus",
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
        update: RecordingEventKind::Transcription(TranscriptionUpdate {
            status,
            text: callback.transcription_text.as_deref().map(str::to_owned),
            recording_url: callback.recording_url.clone(),
        }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webhook::{Form, FromForm as _};

    fn translated(rest: &str) -> Result<RecordingEvent, Untranslatable> {
        let body = format!(
            "RecordingSid=REfedcba9876543210fedcba9876543210\
             &CallSid=CAfedcba9876543210fedcba9876543210&{rest}"
        );
        transcription_event(&TranscriptionCallback::from_form(Form::parse(
            body.as_bytes(),
        ))?)
    }

    #[test]
    fn a_completed_transcription_brings_its_text() {
        let event = translated("TranscriptionStatus=completed&TranscriptionText=hello").unwrap();
        assert_eq!(
            event.update,
            RecordingEventKind::Transcription(TranscriptionUpdate {
                status: TranscriptionStatus::Completed,
                text: Some("hello".to_owned()),
                recording_url: None,
            })
        );
    }

    #[test]
    fn a_failed_transcription_brings_none() {
        let event = translated("TranscriptionStatus=failed&TranscriptionText=").unwrap();
        assert_eq!(
            event.update,
            RecordingEventKind::Transcription(TranscriptionUpdate {
                status: TranscriptionStatus::Failed,
                text: None,
                recording_url: None,
            })
        );
    }

    #[test]
    fn one_under_way_or_without_a_status_is_untranslatable() {
        let under_way = translated("TranscriptionStatus=in-progress");
        assert!(matches!(under_way, Err(Untranslatable::UnknownWord { .. })));
        let missing = Untranslatable::Missing {
            name: "TranscriptionStatus",
        };
        assert_eq!(translated("x=1"), Err(missing));
    }
}
