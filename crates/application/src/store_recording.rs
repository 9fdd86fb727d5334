//! Putting recordings together, and showing them on their call.

use atlas_domain::call::CallEvent;
use atlas_domain::carrier::{MediaFormat, MediaRequest, RecordingMedia};
use atlas_domain::{
    DialReference, Recording, RecordingEvent, RecordingId, RecordingStatus, TenantId,
};
use atlas_storage::{DirectoryEntry, StorageError};

use crate::{Application, ApplicationError};

/// What a recording or transcription callback did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RecordingStored {
    /// It is stored.
    Stored,
    /// Nobody knows the call; nothing was changed.
    UnknownCall,
}

impl Application {
    /// Stores what a recording or transcription callback brought, then shows it on the call. When
    /// only the second step fails, due work makes up for it.
    ///
    /// # Errors
    /// [`ApplicationError::Storage`] when it could not be stored.
    #[tracing::instrument(skip_all, fields(recording.sid = %event.recording_sid))]
    pub async fn store_recording(
        &self,
        named: Option<DialReference>,
        event: &RecordingEvent,
    ) -> Result<RecordingStored, ApplicationError> {
        let Some(owner) = self.owner_of_recording(named, event).await? else {
            tracing::warn!("recording callback for an unknown call");
            return Ok(RecordingStored::UnknownCall);
        };
        let now = self.now();
        let new_id = RecordingId::new(self.ports.ids.object_id(now));
        let recording = self
            .ports
            .recordings
            .apply(&owner.tenant, owner.call_id, event, new_id, now)
            .await?;
        if let Err(error) = self.link_recording(&owner.tenant, &recording).await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "a recording is stored but not shown on its call yet"
            );
        }
        Ok(RecordingStored::Stored)
    }

    /// Shows a stored recording on its call. Safe to repeat.
    pub(crate) async fn link_recording(
        &self,
        tenant: &TenantId,
        recording: &Recording,
    ) -> Result<(), StorageError> {
        if recording.linked {
            return Ok(());
        }
        let ready = recording.recording_status == RecordingStatus::Completed;
        let event = CallEvent::RecordingLinked {
            recording_url: recording.recording_url.clone().filter(|_| ready),
            transcription_text: recording.transcription_text.clone(),
        };
        self.ports
            .calls
            .apply(tenant, recording.call_id, &event, self.now())
            .await?;
        self.ports.recordings.mark_linked(tenant, recording).await
    }

    /// The recording with this id.
    ///
    /// # Errors
    /// [`ApplicationError::RecordingNotFound`] when there is none.
    pub async fn find_recording(
        &self,
        tenant: &TenantId,
        id: RecordingId,
    ) -> Result<Recording, ApplicationError> {
        let found = self.ports.recordings.find(tenant, id).await?;
        found.ok_or(ApplicationError::RecordingNotFound(id))
    }

    /// Opens the audio of a recording at the carrier, by its SID and with the server's own
    /// credentials; the stored URL is never fetched.
    ///
    /// # Errors
    /// [`ApplicationError::RecordingNotFound`] when there is no such recording, or the carrier has
    /// no audio of it; [`ApplicationError::Carrier`] when the carrier could not be asked.
    pub async fn open_recording_media(
        &self,
        tenant: &TenantId,
        id: RecordingId,
        format: MediaFormat,
        range: Option<String>,
    ) -> Result<RecordingMedia, ApplicationError> {
        let recording_sid = self.find_recording(tenant, id).await?.twilio_sid;
        let request = MediaRequest {
            recording_sid,
            format,
            range,
        };
        let media = self.ports.carrier.recording_media(&request).await?;
        media.ok_or(ApplicationError::RecordingNotFound(id))
    }

    async fn owner_of_recording(
        &self,
        named: Option<DialReference>,
        event: &RecordingEvent,
    ) -> Result<Option<DirectoryEntry>, StorageError> {
        if let Some(dial) = named
            && let Some(entry) = self.ports.directory.locate_call(dial.call_id).await?
        {
            return Ok(Some(entry));
        }
        match &event.call_sid {
            Some(sid) => self.ports.directory.locate_sid(sid).await,
            None => Ok(None),
        }
    }
}
