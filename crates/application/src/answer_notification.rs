//! What somebody, or something, that answered a notification is to hear.

use atlas_domain::call::{Applied, CallEvent, Effect};
use atlas_domain::notification::AnsweredBy;
use atlas_domain::{CallSid, DialNo, DialReference, TaskTitle};
use atlas_storage::DirectoryEntry;

use crate::{Application, ApplicationError};

/// What a leg of a notification is to hear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotificationAnswer {
    /// The task, and the request to press 1.
    Prompt {
        /// The task.
        title: TaskTitle,
        /// The dial, for the URLs in the document.
        dial: DialReference,
    },
    /// What is left on a machine.
    MachineMessage {
        /// The task.
        title: TaskTitle,
        /// The dial, for the URLs in the document.
        dial: DialReference,
    },
    /// Somebody has acknowledged it.
    AlreadyAcknowledged,
    /// It was canceled.
    Canceled,
    /// Nobody knows it.
    Unknown,
    /// Nothing: another leg of the same dial speaks.
    HangUp,
}

impl Application {
    /// Notes that the leg with this SID was answered, and by whom where the carrier says so at
    /// once, and tells what it is to hear. The same leg hears the same again, for as long as
    /// nobody acknowledges or cancels the notification; a second leg of one dial hears nothing.
    ///
    /// # Errors
    /// [`ApplicationError::Storage`] when that could not be noted or found out.
    #[tracing::instrument(skip_all, fields(%sid))]
    pub async fn answer_notification(
        &self,
        named: Option<DialReference>,
        sid: CallSid,
        answered_by: Option<AnsweredBy>,
    ) -> Result<NotificationAnswer, ApplicationError> {
        let Some((entry, dial_no)) = self.owner_of_leg(named, &sid).await? else {
            tracing::warn!("somebody answered an unknown notification");
            return Ok(NotificationAnswer::Unknown);
        };
        if let Some(answered_by) = answered_by {
            let detected = CallEvent::MachineDetected {
                sid: sid.clone(),
                dial_no,
                answered_by,
            };
            self.apply_carrier_event(&entry.tenant, entry.call_id, &detected)
                .await?;
        }
        let requested = CallEvent::VoiceRequested {
            sid: sid.clone(),
            dial_no,
        };
        let applied = self
            .apply_carrier_event(&entry.tenant, entry.call_id, &requested)
            .await?;
        let Some(applied) = applied else {
            return Ok(NotificationAnswer::Unknown);
        };
        self.announce_work_of(&applied.call);
        match answer_of(&applied, &sid) {
            NotificationAnswer::MachineMessage { .. } => {
                self.speak_to_machine(&entry, dial_no, &sid).await
            }
            answer @ (NotificationAnswer::Prompt { .. }
            | NotificationAnswer::AlreadyAcknowledged
            | NotificationAnswer::Canceled
            | NotificationAnswer::Unknown
            | NotificationAnswer::HangUp) => Ok(answer),
        }
    }

    /// Notes that a machine is being spoken to, and tells what it is to hear.
    ///
    /// # Errors
    /// [`ApplicationError::Storage`] when that could not be noted or found out.
    #[tracing::instrument(skip_all, fields(%sid))]
    pub async fn answer_machine(
        &self,
        named: Option<DialReference>,
        sid: CallSid,
    ) -> Result<NotificationAnswer, ApplicationError> {
        match self.owner_of_leg(named, &sid).await? {
            Some((entry, dial_no)) => self.speak_to_machine(&entry, dial_no, &sid).await,
            None => {
                tracing::warn!("a machine answered an unknown notification");
                Ok(NotificationAnswer::Unknown)
            }
        }
    }

    async fn speak_to_machine(
        &self,
        entry: &DirectoryEntry,
        dial_no: Option<DialNo>,
        sid: &CallSid,
    ) -> Result<NotificationAnswer, ApplicationError> {
        let requested = CallEvent::MachineMessageRequested {
            sid: sid.clone(),
            dial_no,
        };
        let applied = self
            .apply_carrier_event(&entry.tenant, entry.call_id, &requested)
            .await?;
        let Some(applied) = applied else {
            return Ok(NotificationAnswer::Unknown);
        };
        self.announce_work_of(&applied.call);
        Ok(match answer_of(&applied, sid) {
            // Only a dial that was judged is moved to these words, so it hears them whatever is
            // stored of the judgement.
            NotificationAnswer::Prompt { title, dial } => {
                NotificationAnswer::MachineMessage { title, dial }
            }
            answer @ (NotificationAnswer::MachineMessage { .. }
            | NotificationAnswer::AlreadyAcknowledged
            | NotificationAnswer::Canceled
            | NotificationAnswer::Unknown
            | NotificationAnswer::HangUp) => answer,
        })
    }
}

/// What the leg with this SID is to hear of the call as it stands.
fn answer_of(applied: &Applied, sid: &CallSid) -> NotificationAnswer {
    let call = &applied.call;
    let Some(notification) = call.notification() else {
        return NotificationAnswer::Unknown;
    };
    let dial = match applied.effect {
        Effect::Changed | Effect::Unchanged => call.dial_by_sid(sid),
        Effect::Stray | Effect::Refused(_) => None,
    };
    let Some(dial) = dial else {
        tracing::error!(call.id = %call.call_id, "a second leg was answered; hanging up");
        return NotificationAnswer::HangUp;
    };
    if notification.acknowledgement.is_some() {
        return NotificationAnswer::AlreadyAcknowledged;
    }
    if notification.canceled_at.is_some() {
        return NotificationAnswer::Canceled;
    }
    if call.hang_up.is_some() {
        return NotificationAnswer::HangUp;
    }
    let title = notification.task_title.clone();
    let reference = DialReference {
        call_id: call.call_id,
        dial_no: dial.dial_no,
    };
    if dial.judged_machine() {
        NotificationAnswer::MachineMessage {
            title,
            dial: reference,
        }
    } else {
        NotificationAnswer::Prompt {
            title,
            dial: reference,
        }
    }
}
