//! Folding what the carrier reports into the call it is about.

use atlas_domain::call::{Applied, Call, CallEvent, Effect, Placed, StatusUpdate};
use atlas_domain::{CallId, CallSid, DialNo, DialReference, TenantId};
use atlas_storage::{DirectoryEntry, StorageError, Unique};

use crate::{Application, ApplicationError};

/// What a status update did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StatusRecorded {
    /// It is stored.
    Stored,
    /// It had been stored before.
    Repeated,
    /// It is about a leg that belongs to none of the call's dials; nothing was changed.
    Stray,
    /// Nobody knows the call; nothing was changed.
    UnknownCall,
}

impl Application {
    /// Stores a status update of the dial that the callback URL named, or else that has its SID.
    ///
    /// # Errors
    /// [`ApplicationError::Storage`] when it could not be stored.
    #[tracing::instrument(skip_all, fields(sid = %update.sid, status = update.status.as_str()))]
    pub async fn record_status(
        &self,
        named: Option<DialReference>,
        mut update: StatusUpdate,
    ) -> Result<StatusRecorded, ApplicationError> {
        let Some((entry, dial_no)) = self.owner_of_leg(named, &update.sid).await? else {
            tracing::warn!("status update for an unknown call");
            return Ok(StatusRecorded::UnknownCall);
        };
        update.dial_no = dial_no;
        let (sid, ended) = (update.sid.clone(), update.status.is_terminal());
        let event = CallEvent::StatusReceived(update);
        let applied = self
            .apply_carrier_event(&entry.tenant, entry.call_id, &event)
            .await?;
        let effect = applied.as_ref().map(|applied| applied.effect);
        if let Some(Applied { call, .. }) = applied {
            if ended && effect == Some(Effect::Changed) {
                log_end(&call, &sid);
            }
            self.end_what_is_due(&entry.tenant, call).await;
        }
        let recorded = match effect {
            Some(Effect::Changed) => StatusRecorded::Stored,
            Some(Effect::Unchanged) => StatusRecorded::Repeated,
            Some(Effect::Stray | Effect::Refused(_)) => {
                tracing::error!(call.id = %entry.call_id, "status update of a stray leg");
                StatusRecorded::Stray
            }
            None => StatusRecorded::UnknownCall,
        };
        Ok(recorded)
    }

    /// Whose leg this is, and which dial of it the callback URL named. What the URL names is the
    /// truth, since Atlas wrote it; without it, or when it names nothing, the SID tells.
    pub(crate) async fn owner_of_leg(
        &self,
        named: Option<DialReference>,
        sid: &CallSid,
    ) -> Result<Option<(DirectoryEntry, Option<DialNo>)>, StorageError> {
        if let Some(dial) = named
            && let Some(entry) = self.ports.directory.locate_call(dial.call_id).await?
        {
            return Ok(Some((entry, Some(dial.dial_no))));
        }
        let entry = self.ports.directory.locate_sid(sid).await?;
        Ok(entry.map(|entry| (entry, None)))
    }

    /// Applies an event that may bring a SID. When another call holds that SID by a mere
    /// conclusion of the lookup, it is taken from there first.
    pub(crate) async fn apply_carrier_event(
        &self,
        tenant: &TenantId,
        call_id: CallId,
        event: &CallEvent,
    ) -> Result<Option<Applied>, StorageError> {
        let now = self.now();
        match self.ports.calls.apply(tenant, call_id, event, now).await {
            Err(StorageError::Duplicate(Unique::CallSid)) => {}
            settled => return settled,
        }
        let stray = || StorageError::Duplicate(Unique::CallSid);
        let sid = brought_sid(event).ok_or_else(stray)?;
        let Some(owner) = self.ports.directory.locate_sid(sid).await? else {
            return self.ports.calls.apply(tenant, call_id, event, now).await;
        };
        let give_back = CallEvent::SidGivenBack { sid: sid.clone() };
        let given = self
            .ports
            .calls
            .apply(&owner.tenant, owner.call_id, &give_back, now)
            .await?;
        if let Some(given) = given
            && given.effect == Effect::Changed
        {
            self.announce_work_of(&given.call);
            tracing::warn!(%sid, call.id = %owner.call_id,
                "a SID adopted by lookup belongs to another dial; given back");
            return self.ports.calls.apply(tenant, call_id, event, now).await;
        }
        let call = self.ports.calls.find(tenant, call_id).await?;
        Ok(call.map(|call| Applied {
            call,
            effect: Effect::Stray,
        }))
    }
}

/// Says how a dial ended, once it is stored.
fn log_end(call: &Call, sid: &CallSid) {
    if let Some(dial) = call.dial_by_sid(sid) {
        tracing::info!(call.id = %call.call_id, dial.no = dial.dial_no.get(),
            status = dial.status().as_str(), reason = call.reason_of_dial(dial), "dial ended");
    }
}

/// The SID that an event brings into a call.
fn brought_sid(event: &CallEvent) -> Option<&CallSid> {
    match event {
        CallEvent::StatusReceived(update) => Some(&update.sid),
        CallEvent::VoiceRequested { sid, .. }
        | CallEvent::MachineDetected { sid, .. }
        | CallEvent::MachineMessageRequested { sid, .. }
        | CallEvent::KeyPressed { sid, .. } => Some(sid),
        CallEvent::Placed { outcome, .. } => match outcome {
            Placed::Accepted { sid } => Some(sid),
            Placed::Refused(_) | Placed::NotSent | Placed::Unknown => None,
        },
        CallEvent::Polled(_)
        | CallEvent::LookedUp { .. }
        | CallEvent::SidGivenBack { .. }
        | CallEvent::DialDue { .. }
        | CallEvent::RedialRequested
        | CallEvent::RedialsGivenUp
        | CallEvent::HangUpRequested
        | CallEvent::HangUpTried { .. }
        | CallEvent::NotKnown { .. }
        | CallEvent::FeedbackGiven(_)
        | CallEvent::RecordingLinked { .. }
        | CallEvent::AcknowledgedByApi { .. }
        | CallEvent::NotificationCanceled
        | CallEvent::DeliveryTried { .. } => None,
    }
}
