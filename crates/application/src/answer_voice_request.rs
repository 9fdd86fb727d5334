//! What somebody who answered is to hear.

use atlas_domain::call::{CallEvent, CallPurpose, Effect};
use atlas_domain::{CallSid, DialReference, Script};

use crate::{Application, ApplicationError};

/// What a leg that was answered is to hear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VoiceAnswer {
    /// The call's own words.
    Speak {
        /// What to say; a default message when there is none.
        script: Option<Script>,
        /// Whether to ask for consent and record.
        recording_enabled: bool,
        /// The dial, for the URLs in the document.
        dial: DialReference,
    },
    /// Nobody knows the call: a default message.
    UnknownCall,
    /// Nothing: the call was called off, another leg of the same dial speaks, or the call speaks
    /// something else.
    HangUp,
}

impl Application {
    /// Notes that the leg with this SID was answered, and says what it is to hear. The same leg
    /// hears the same again; a second leg of one dial hears nothing.
    ///
    /// # Errors
    /// [`ApplicationError::Storage`] when that could not be noted or found out.
    #[tracing::instrument(skip_all, fields(%sid))]
    pub async fn answer_voice_request(
        &self,
        named: Option<DialReference>,
        sid: CallSid,
    ) -> Result<VoiceAnswer, ApplicationError> {
        let Some((entry, dial_no)) = self.owner_of_leg(named, &sid).await? else {
            tracing::warn!("voice request for an unknown call");
            return Ok(VoiceAnswer::UnknownCall);
        };
        let event = CallEvent::VoiceRequested {
            sid: sid.clone(),
            dial_no,
        };
        let applied = self
            .apply_carrier_event(&entry.tenant, entry.call_id, &event)
            .await?;
        let Some(applied) = applied else {
            return Ok(VoiceAnswer::UnknownCall);
        };
        self.announce_work_of(&applied.call);
        match applied.effect {
            Effect::Changed | Effect::Unchanged => {}
            Effect::Stray | Effect::Refused(_) => {
                tracing::error!(call.id = %entry.call_id, "a second leg was answered; hanging up");
                return Ok(VoiceAnswer::HangUp);
            }
        }
        let call = applied.call;
        let speaks_script = match &call.purpose {
            CallPurpose::Script => call.hang_up.is_none(),
            CallPurpose::Document(_) | CallPurpose::Notification(_) => false,
        };
        match call.dial_by_sid(&sid) {
            Some(dial) if speaks_script => Ok(VoiceAnswer::Speak {
                dial: DialReference {
                    call_id: call.call_id,
                    dial_no: dial.dial_no,
                },
                recording_enabled: call.recording_enabled,
                script: call.script,
            }),
            Some(_) | None => Ok(VoiceAnswer::HangUp),
        }
    }
}
