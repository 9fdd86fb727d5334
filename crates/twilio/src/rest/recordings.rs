//! What can be done with recordings.

use super::client::Client;
use super::media::{self, Media, MediaFormat};
use super::request::Request;
use super::{Page, ReadError, Recording};
use crate::sid::{CallSid, RecordingSid};

/// The recordings of an account; see [`Client::recordings`].
#[derive(Debug, Clone, Copy)]
pub struct Recordings<'client> {
    pub(super) client: &'client Client,
}

impl Recordings<'_> {
    /// Reads a recording's metadata; none when Twilio knows no such recording.
    ///
    /// # Errors
    /// [`ReadError`] when there is no readable answer.
    pub async fn fetch(&self, sid: &RecordingSid) -> Result<Option<Recording>, ReadError> {
        let path = self.client.account_path(&format!("Recordings/{sid}.json"));
        self.client.get(Request::get(path)).await
    }

    /// Reads the first page of a call's recordings, newest first; see [`Client::next_page`].
    ///
    /// # Errors
    /// [`ReadError`] when there is no readable answer.
    pub async fn list_for_call(&self, call_sid: &CallSid) -> Result<Page<Recording>, ReadError> {
        let path = format!("Calls/{call_sid}/Recordings.json");
        self.client
            .page(Request::get(self.client.account_path(&path)))
            .await
    }

    /// Opens a recording's audio; none when there is none, or not yet.
    ///
    /// `range` is the value of a `Range` header to pass on; one that no header can hold is left out, as a
    /// server leaves out one it does not understand (RFC 9110, section 14.2).
    ///
    /// # Errors
    /// [`ReadError`] when there is no readable answer.
    pub async fn media(
        &self,
        sid: &RecordingSid,
        format: MediaFormat,
        range: Option<&str>,
    ) -> Result<Option<Media>, ReadError> {
        let path = format!("Recordings/{sid}.{}", format.extension());
        media::open(self.client, &self.client.account_path(&path), range).await
    }
}
