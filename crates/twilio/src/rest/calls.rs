//! What can be done with calls.

use futures_core::Stream;

use super::client::{Client, NOT_FOUND};
use super::page::all_pages;
use super::request::Request;
use super::{
    Call, CallEvent, CallNotification, CreateCall, Deletion, ListCalls, ListNotifications, Page,
    ParameterError, ReadError, RequestKind, UpdateCall, WriteError,
};
use crate::sid::CallSid;

/// Twilio's code for a change that the state of the call does not allow.
const STATE_DOES_NOT_ALLOW: u32 = 21220;

/// The calls of an account; see [`Client::calls`].
#[derive(Debug, Clone, Copy)]
pub struct Calls<'client> {
    pub(super) client: &'client Client,
}

/// What became of hanging up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HangUp {
    /// Twilio took it; the call is over, or about to be.
    Accepted(Box<Call>),
    /// The call was over already.
    AlreadyOver,
    /// There is no such call.
    NotFound,
}

impl Calls<'_> {
    /// Makes a call.
    ///
    /// Sent again by itself only when the first request was provably not processed.
    ///
    /// # Errors
    /// [`WriteError`]; after [`WriteError::Unknown`] look for the call before making another, for it may ring.
    pub async fn create(&self, order: &CreateCall) -> Result<Call, WriteError> {
        let path = self.client.account_path("Calls.json");
        let request = Request::post(path, RequestKind::RingingWrite, order.form());
        self.client.post(request).await
    }

    /// Reads a call; none when Twilio knows no such call.
    ///
    /// # Errors
    /// [`ReadError`] when there is no readable answer.
    pub async fn fetch(&self, sid: &CallSid) -> Result<Option<Call>, ReadError> {
        self.client.get(Request::get(self.path(sid))).await
    }

    /// Reads the first page of the calls that pass the filter, newest first; see [`Client::next_page`].
    ///
    /// # Errors
    /// [`ReadError`] when there is no readable answer or the filter is outside of its limits.
    pub async fn list(&self, filter: &ListCalls) -> Result<Page<Call>, ReadError> {
        self.client.page(self.list_request(filter)?).await
    }

    /// Reads all calls that pass the filter, newest first, page by page as they are wanted.
    ///
    /// The stream ends after its first error; a list without an end is one.
    pub fn stream(
        &self,
        filter: &ListCalls,
    ) -> impl Stream<Item = Result<Call, ReadError>> + Send + use<> {
        all_pages(self.client, self.list_request(filter))
    }

    /// Changes a live call.
    ///
    /// # Errors
    /// [`WriteError`]; a call that is not in progress refuses a new document with code 21220. A parameter
    /// outside of its limits is not sent.
    pub async fn update(&self, sid: &CallSid, change: &UpdateCall) -> Result<Call, WriteError> {
        let request = Request::post(self.path(sid), change.kind(), change.form()?);
        self.client.post(request).await
    }

    /// Deletes the record of a call that is over.
    ///
    /// # Errors
    /// [`WriteError`]; a call that is not over refuses it with code 20009.
    pub async fn delete(&self, sid: &CallSid) -> Result<Deletion, WriteError> {
        self.client.delete(self.path(sid)).await
    }

    /// Reads the first page of the requests that Twilio made and got for a call, there from 15 minutes after
    /// its end; see [`Client::next_page`].
    ///
    /// # Errors
    /// [`ReadError`] when there is no readable answer.
    pub async fn events(&self, sid: &CallSid) -> Result<Page<CallEvent>, ReadError> {
        let path = format!("Calls/{sid}/Events.json");
        self.client
            .page(Request::get(self.client.account_path(&path)))
            .await
    }

    /// Reads the first page of what the debugger noted about a call; see [`Client::next_page`].
    ///
    /// # Errors
    /// [`ReadError`] when there is no readable answer or the filter is outside of its limits.
    pub async fn notifications(
        &self,
        sid: &CallSid,
        filter: &ListNotifications,
    ) -> Result<Page<CallNotification>, ReadError> {
        let path = format!("Calls/{sid}/Notifications.json");
        let request = Request::get(self.client.account_path(&path)).query(filter.query()?);
        self.client.page(request).await
    }

    /// Ends a call that waits, rings or talks; doing so twice does no harm.
    ///
    /// # Errors
    /// [`WriteError`], but not when the call is over already or does not exist.
    pub async fn hang_up(&self, sid: &CallSid) -> Result<HangUp, WriteError> {
        match self.update(sid, &UpdateCall::Complete).await {
            Ok(call) => Ok(HangUp::Accepted(Box::new(call))),
            Err(WriteError::Refused(refusal)) if refusal.code == Some(STATE_DOES_NOT_ALLOW) => {
                Ok(HangUp::AlreadyOver)
            }
            // A bare 404 may come from anything in between, and says nothing about the call.
            Err(WriteError::Refused(refusal)) if refusal.code == Some(NOT_FOUND) => {
                Ok(HangUp::NotFound)
            }
            Err(error) => Err(error),
        }
    }

    fn path(&self, sid: &CallSid) -> String {
        self.client.account_path(&format!("Calls/{sid}.json"))
    }

    fn list_request(&self, filter: &ListCalls) -> Result<Request, ParameterError> {
        let path = self.client.account_path("Calls.json");
        Ok(Request::get(path).query(filter.query()?))
    }
}
