//! What can be done with recordings (<https://www.twilio.com/docs/voice/api/recording>).

use futures_core::Stream;

use super::client::Client;
use super::form::{Form, WriteForm as _};
use super::media::{self, Media, MediaRequest};
use super::page::all_pages;
use super::request::Request;
use super::{
    CallRecording, Deletion, ListCallRecordings, ListRecordings, Page, ParameterError, ReadError,
    Recording, RequestKind, WriteError,
};
use crate::sid::{CallSid, RecordingSid};

/// Stands for the one recording of a call that is under way.
const CURRENT: &str = "Twilio.CURRENT";

/// The recordings of an account; see [`Client::recordings`].
#[derive(Debug, Clone, Copy)]
pub struct Recordings<'client> {
    pub(super) client: &'client Client,
}

/// A recording under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LiveRecording {
    /// The one there is; with several, Twilio refuses.
    Current,
    /// This one.
    Sid(RecordingSid),
}

/// A change to a recording under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordingControl {
    /// Pauses it; silence is kept in its place when nothing is said.
    Pause(Option<PauseBehavior>),
    /// Goes on after a pause.
    Resume,
    /// Ends it.
    Stop,
}

/// What a recording holds of a pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PauseBehavior {
    /// Nothing.
    Skip,
    /// Silence.
    Silence,
}

impl Recordings<'_> {
    /// Begins to record a call that is in progress.
    ///
    /// # Errors
    /// [`WriteError`]; a call that is not in progress refuses it with code 21220.
    pub async fn start(
        &self,
        call_sid: &CallSid,
        recording: &CallRecording,
    ) -> Result<Recording, WriteError> {
        recording.check()?;
        if recording.recording_configuration_id.is_some() {
            return Err(WriteError::Parameter(ParameterError::Conflict {
                parameter: "RecordingConfigurationId",
                other: "CallSid",
            }));
        }
        let mut form = Form::new();
        recording.write(&mut form);
        let path = self.of_call(call_sid, "");
        self.client
            .post(Request::post(path, RequestKind::RingingWrite, form))
            .await
    }

    /// Pauses, resumes or stops a recording of a call.
    ///
    /// # Errors
    /// [`WriteError`] says what became of it.
    pub async fn control(
        &self,
        call_sid: &CallSid,
        recording: &LiveRecording,
        control: RecordingControl,
    ) -> Result<Recording, WriteError> {
        let recording = match recording {
            LiveRecording::Current => CURRENT,
            LiveRecording::Sid(sid) => sid.as_str(),
        };
        let path = self.of_call(call_sid, &format!("/{recording}"));
        let request = Request::post(path, RequestKind::RepeatableWrite, control.form());
        self.client.post(request).await
    }

    /// Reads a recording's metadata; none when Twilio knows no such recording.
    ///
    /// # Errors
    /// [`ReadError`] when there is no readable answer.
    pub async fn fetch(&self, sid: &RecordingSid) -> Result<Option<Recording>, ReadError> {
        self.client.get(Request::get(self.path(sid))).await
    }

    /// Reads a recording's metadata, which Twilio keeps for 40 days after a recording was deleted.
    ///
    /// # Errors
    /// [`ReadError`] when there is no readable answer.
    pub async fn fetch_even_deleted(
        &self,
        sid: &RecordingSid,
    ) -> Result<Option<Recording>, ReadError> {
        let query = vec![("IncludeSoftDeleted".to_owned(), "true".to_owned())];
        let request = Request::get(self.path(sid)).query(query);
        self.client.get(request).await
    }

    /// Reads the first page of the account's recordings, newest first; see [`Client::next_page`].
    ///
    /// # Errors
    /// [`ReadError`] when there is no readable answer or the filter is outside of its limits.
    pub async fn list(&self, filter: &ListRecordings) -> Result<Page<Recording>, ReadError> {
        self.client.page(self.list_request(filter)?).await
    }

    /// Reads all of the account's recordings that pass the filter, page by page as they are wanted.
    ///
    /// The stream ends after its first error.
    pub fn stream(
        &self,
        filter: &ListRecordings,
    ) -> impl Stream<Item = Result<Recording, ReadError>> + Send + use<> {
        all_pages(self.client, self.list_request(filter))
    }

    /// Reads the first page of a call's recordings, newest first; see [`Client::next_page`].
    ///
    /// # Errors
    /// [`ReadError`] when there is no readable answer or the filter is outside of its limits.
    pub async fn list_for_call(
        &self,
        call_sid: &CallSid,
        filter: &ListCallRecordings,
    ) -> Result<Page<Recording>, ReadError> {
        self.client
            .page(self.call_list_request(call_sid, filter)?)
            .await
    }

    /// Reads all of a call's recordings that pass the filter, page by page as they are wanted.
    ///
    /// The stream ends after its first error.
    pub fn stream_for_call(
        &self,
        call_sid: &CallSid,
        filter: &ListCallRecordings,
    ) -> impl Stream<Item = Result<Recording, ReadError>> + Send + use<> {
        all_pages(self.client, self.call_list_request(call_sid, filter))
    }

    /// Deletes a recording; its audio is gone at once.
    ///
    /// # Errors
    /// [`WriteError`] says what became of it.
    pub async fn delete(&self, sid: &RecordingSid) -> Result<Deletion, WriteError> {
        self.client.delete(self.path(sid)).await
    }

    /// Opens a recording's audio; none when there is none, or not yet.
    ///
    /// # Errors
    /// [`ReadError`] when there is no readable answer; two channels of a recording that has one are refused.
    pub async fn media(
        &self,
        sid: &RecordingSid,
        request: &MediaRequest<'_>,
    ) -> Result<Option<Media>, ReadError> {
        let path = format!("Recordings/{sid}.{}", request.format.extension());
        media::open(self.client, &self.client.account_path(&path), request).await
    }

    fn path(&self, sid: &RecordingSid) -> String {
        self.client.account_path(&format!("Recordings/{sid}.json"))
    }

    fn of_call(&self, call_sid: &CallSid, rest: &str) -> String {
        self.client
            .account_path(&format!("Calls/{call_sid}/Recordings{rest}.json"))
    }

    fn list_request(&self, filter: &ListRecordings) -> Result<Request, ParameterError> {
        let path = self.client.account_path("Recordings.json");
        Ok(Request::get(path).query(filter.query()?))
    }

    fn call_list_request(
        &self,
        call_sid: &CallSid,
        filter: &ListCallRecordings,
    ) -> Result<Request, ParameterError> {
        Ok(Request::get(self.of_call(call_sid, "")).query(filter.query()?))
    }
}

impl RecordingControl {
    fn form(self) -> Form {
        let (status, behavior) = match self {
            Self::Pause(None) => ("paused", None),
            Self::Pause(Some(PauseBehavior::Skip)) => ("paused", Some("skip")),
            Self::Pause(Some(PauseBehavior::Silence)) => ("paused", Some("silence")),
            Self::Resume => ("in-progress", None),
            Self::Stop => ("stopped", None),
        };
        let mut form = Form::new();
        form.add("Status", Some(status));
        form.add("PauseBehavior", behavior);
        form
    }
}
