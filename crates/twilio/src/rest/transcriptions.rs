//! What can be done with transcriptions of `<Record transcribe>`; only Twilio makes them.

use futures_core::Stream;

use super::client::Client;
use super::page::all_pages;
use super::request::Request;
use super::{Deletion, Page, ReadError, Transcription, WriteError};
use crate::sid::{RecordingSid, TranscriptionSid};

/// The transcriptions of an account; see [`Client::transcriptions`].
#[derive(Debug, Clone, Copy)]
pub struct Transcriptions<'client> {
    pub(super) client: &'client Client,
}

impl Transcriptions<'_> {
    /// Reads a transcription; none when Twilio knows no such transcription.
    ///
    /// # Errors
    /// [`ReadError`] when there is no readable answer.
    pub async fn fetch(&self, sid: &TranscriptionSid) -> Result<Option<Transcription>, ReadError> {
        self.client.get(Request::get(self.path(sid))).await
    }

    /// Reads the first page of the account's transcriptions, newest first; see [`Client::next_page`].
    ///
    /// # Errors
    /// [`ReadError`] when there is no readable answer.
    pub async fn list(&self) -> Result<Page<Transcription>, ReadError> {
        self.client.page(self.list_request()).await
    }

    /// Reads all of the account's transcriptions, page by page as they are wanted.
    ///
    /// The stream ends after its first error.
    pub fn stream(&self) -> impl Stream<Item = Result<Transcription, ReadError>> + Send + use<> {
        all_pages(self.client, Ok(self.list_request()))
    }

    /// Reads the first page of a recording's transcriptions; see [`Client::next_page`].
    ///
    /// # Errors
    /// [`ReadError`] when there is no readable answer.
    pub async fn list_for_recording(
        &self,
        recording_sid: &RecordingSid,
    ) -> Result<Page<Transcription>, ReadError> {
        let path = format!("Recordings/{recording_sid}/Transcriptions.json");
        self.client
            .page(Request::get(self.client.account_path(&path)))
            .await
    }

    /// Deletes a transcription.
    ///
    /// # Errors
    /// [`WriteError`] says what became of it.
    pub async fn delete(&self, sid: &TranscriptionSid) -> Result<Deletion, WriteError> {
        self.client.delete(self.path(sid)).await
    }

    fn path(&self, sid: &TranscriptionSid) -> String {
        self.client
            .account_path(&format!("Transcriptions/{sid}.json"))
    }

    fn list_request(&self) -> Request {
        Request::get(self.client.account_path("Transcriptions.json"))
    }
}
