//! A key was pressed: committing the acknowledgement, and saying so only afterwards.

use std::time::Duration;

use atlas_domain::call::{Applied, CallEvent, Effect};
use atlas_domain::notification::AcknowledgedBy;
use atlas_domain::{CallSid, DialReference, Digits, TaskTitle, Timestamp};
use atlas_storage::StorageError;
use tokio::time::{sleep, timeout};

use crate::pending_presses::{Commitment, Joined, PressKey};
use crate::{Application, ApplicationError};

/// How long somebody who pressed a key waits for the commit before being told to hold.
const COMMIT_PATIENCE: Duration = Duration::from_secs(4);
/// The pause before a press is offered to a store again that did not take it; doubled each time.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// The longest such pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// A key press, as the carrier reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyPressRequest {
    /// The dial that the callback URL named.
    pub named: DialReference,
    /// The carrier's id of the leg on which it was pressed.
    pub sid: CallSid,
    /// What was pressed.
    pub digits: Digits,
    /// Whether it answers the question that only somebody who was taken for a machine is asked.
    pub confirmed: bool,
    /// When it was pressed, for a request that comes again; absent the first time.
    pub pressed_at: Option<Timestamp>,
}

/// What somebody who pressed a key is to hear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PressAnswer {
    /// This press has acknowledged the notification, and that is stored.
    Acknowledged,
    /// Another leg, or the API, was first.
    AlreadyAcknowledged,
    /// Another key is wanted.
    WrongKey {
        /// The task.
        title: TaskTitle,
        /// The dial, for the URLs in the document.
        dial: DialReference,
    },
    /// The carrier took them for a machine: the key is asked for once more.
    ConfirmMachine {
        /// The task.
        title: TaskTitle,
        /// The dial, for the URLs in the document.
        dial: DialReference,
    },
    /// The notification was canceled.
    Canceled,
    /// Nobody knows the notification.
    Unknown,
    /// Nothing: this leg is not the dial.
    HangUp,
    /// It is not stored yet. The commit goes on; ask again, and name this time.
    Held {
        /// When the key was pressed.
        pressed_at: Timestamp,
    },
}

impl Application {
    /// Commits a key press, and says what the leg is to hear. The first press of 1 acknowledges.
    ///
    /// It answers after 4 s at the latest, with [`PressAnswer::Held`] when the press is not stored
    /// by then. The commit runs in [`Tasks`](crate::Tasks): it goes on until the store took it,
    /// also when this future is dropped, and the same press brought again joins it.
    ///
    /// # Errors
    /// [`ApplicationError::Storage`] when the store did not take the press and 10,000 others wait
    /// for it already: this one is forgotten unless it is brought again.
    #[tracing::instrument(skip_all, fields(call.id = %request.named.call_id, sid = %request.sid))]
    pub async fn press_key(
        &self,
        request: KeyPressRequest,
    ) -> Result<PressAnswer, ApplicationError> {
        let pressed_at = request.pressed_at.unwrap_or_else(|| self.now());
        let key = PressKey {
            dial: request.named,
            sid: request.sid,
            digits: request.digits,
            confirmed: request.confirmed,
        };
        let pending = match self.pending_presses.join_or_begin(key.clone(), pressed_at) {
            Joined::Pending(pending) => pending,
            Joined::Begun(pending, commitment) => {
                let application = self.clone();
                // Nobody waits for the task itself: what it comes to is told through `pending`.
                drop(self.tasks.begin(async move {
                    application
                        .commit_until_stored(commitment, pressed_at)
                        .await;
                }));
                pending
            }
            Joined::Full => return self.commit_once(key, pressed_at).await,
        };
        let pressed_at = pending.pressed_at;
        let settled = timeout(COMMIT_PATIENCE, pending.settled()).await;
        Ok(settled
            .ok()
            .flatten()
            .unwrap_or(PressAnswer::Held { pressed_at }))
    }

    async fn commit_until_stored(&self, commitment: Commitment, pressed_at: Timestamp) {
        let mut pause = FIRST_PAUSE;
        loop {
            match self.commit_press(commitment.key(), pressed_at).await {
                Ok(answer) => return commitment.settle(answer),
                Err(error @ StorageError::Unavailable(_)) => {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "a key press is not stored yet; trying again"
                    );
                    sleep(pause).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
                Err(error @ (StorageError::Duplicate(_) | StorageError::Corrupt { .. })) => {
                    tracing::error!(
                        error = &error as &dyn std::error::Error,
                        "a key press cannot be stored"
                    );
                    return;
                }
            }
        }
    }

    /// Tries to commit a press that there is no room to keep.
    async fn commit_once(
        &self,
        key: PressKey,
        pressed_at: Timestamp,
    ) -> Result<PressAnswer, ApplicationError> {
        tracing::error!("too many key presses wait for the store; one is not kept");
        let application = self.clone();
        let commit = self
            .tasks
            .begin(async move { application.commit_press(&key, pressed_at).await });
        match timeout(COMMIT_PATIENCE, commit).await {
            Ok(Ok(committed)) => Ok(committed?),
            Ok(Err(_)) | Err(_) => Ok(PressAnswer::Held { pressed_at }),
        }
    }

    /// Offers a press to the store once.
    async fn commit_press(
        &self,
        key: &PressKey,
        pressed_at: Timestamp,
    ) -> Result<PressAnswer, StorageError> {
        // Only the call that the URL named: what a press may do is bound to its dial.
        let call_id = key.dial.call_id;
        let Some(entry) = self.ports.directory.locate_call(call_id).await? else {
            tracing::warn!("a key press for an unknown notification");
            return Ok(PressAnswer::Unknown);
        };
        let pressed = CallEvent::KeyPressed {
            sid: key.sid.clone(),
            dial_no: Some(key.dial.dial_no),
            digits: key.digits.clone(),
            confirmed: key.confirmed,
            pressed_at,
            deliver: self.ports.sink.listens(),
        };
        let applied = self
            .apply_carrier_event(&entry.tenant, call_id, &pressed)
            .await?;
        let Some(applied) = applied else {
            return Ok(PressAnswer::Unknown);
        };
        self.announce_work_of(&applied.call);
        Ok(answer_of(&applied, key))
    }
}

/// What a press is to hear, of the call as the store gave it back.
fn answer_of(applied: &Applied, key: &PressKey) -> PressAnswer {
    let call = &applied.call;
    let Some(notification) = call.notification() else {
        return PressAnswer::Unknown;
    };
    let dial = match applied.effect {
        Effect::Changed | Effect::Unchanged => call.dial_by_sid(&key.sid),
        Effect::Stray | Effect::Refused(_) => None,
    };
    let Some(dial) = dial else {
        tracing::error!(call.id = %call.call_id, "a key press on a stray leg");
        return PressAnswer::HangUp;
    };
    if let Some(acknowledgement) = &notification.acknowledgement {
        return match &acknowledgement.by {
            AcknowledgedBy::KeyPress { sid, .. } if *sid == key.sid => PressAnswer::Acknowledged,
            AcknowledgedBy::KeyPress { .. } | AcknowledgedBy::Api { .. } => {
                PressAnswer::AlreadyAcknowledged
            }
        };
    }
    if notification.canceled_at.is_some() {
        return PressAnswer::Canceled;
    }
    let title = notification.task_title.clone();
    let reference = DialReference {
        call_id: call.call_id,
        dial_no: dial.dial_no,
    };
    if !key.digits.acknowledges() {
        return PressAnswer::WrongKey {
            title,
            dial: reference,
        };
    }
    // A press of 1 that acknowledged nothing is one of somebody who was taken for a machine.
    PressAnswer::ConfirmMachine {
        title,
        dial: reference,
    }
}
