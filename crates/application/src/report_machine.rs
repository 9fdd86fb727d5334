//! The carrier's verdict on who answered: a machine is moved to words of its own.

use std::time::Duration;

use atlas_domain::call::{Call, CallEvent, Dial};
use atlas_domain::notification::AnsweredBy;
use atlas_domain::{CallSid, DialReference};

use crate::{Application, ApplicationError};

/// How long the carrier may take to move a call to the machine message.
const MOVE_TIMEOUT: Duration = Duration::from_secs(5);

impl Application {
    /// Stores who answered a dial; the first verdict stays. A dial that a machine answered, and
    /// on which no key was pressed, is moved to the machine message, unless it has heard it.
    ///
    /// A call that cannot be moved goes on with what it hears; that is logged.
    ///
    /// # Errors
    /// [`ApplicationError::Storage`] when the verdict could not be stored.
    #[tracing::instrument(skip_all, fields(%sid, answered_by = answered_by.as_str()))]
    pub async fn report_machine(
        &self,
        named: Option<DialReference>,
        sid: CallSid,
        answered_by: AnsweredBy,
    ) -> Result<(), ApplicationError> {
        let Some((entry, dial_no)) = self.owner_of_leg(named, &sid).await? else {
            tracing::warn!("a verdict on who answered an unknown call");
            return Ok(());
        };
        let detected = CallEvent::MachineDetected {
            sid: sid.clone(),
            dial_no,
            answered_by,
        };
        let applied = self
            .apply_carrier_event(&entry.tenant, entry.call_id, &detected)
            .await?;
        let Some(applied) = applied else {
            return Ok(());
        };
        self.announce_work_of(&applied.call);
        if let Some(dial) = talking_to_machine(&applied.call, &sid) {
            let reference = DialReference {
                call_id: applied.call.call_id,
                dial_no: dial.dial_no,
            };
            self.move_to_machine_message(&sid, &reference).await;
        }
        Ok(())
    }

    async fn move_to_machine_message(&self, sid: &CallSid, dial: &DialReference) {
        let moving = self.ports.carrier.play_machine_message(sid, dial);
        match tokio::time::timeout(MOVE_TIMEOUT, moving).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::warn!(call.id = %dial.call_id, dial.no = %dial.dial_no,
                    error = &error as &dyn std::error::Error,
                    "a call that a machine answered could not be moved to the machine message");
            }
            Err(_) => {
                tracing::warn!(call.id = %dial.call_id, dial.no = %dial.dial_no,
                    "the carrier took too long to move a call to the machine message");
            }
        }
    }
}

/// The dial with this SID, when it still speaks to a machine that has not heard its message.
fn talking_to_machine<'call>(call: &'call Call, sid: &CallSid) -> Option<&'call Dial> {
    let notification = call.notification()?;
    if notification.acknowledgement.is_some() || notification.canceled_at.is_some() {
        return None;
    }
    call.dial_by_sid(sid).filter(|dial| {
        dial.judged_machine()
            && dial.machine_message_at.is_none()
            && dial.first_key_press.is_none()
            && dial.under_way()
    })
}
