//! What can be done with calls.

use futures_core::Stream;
use futures_util::{TryStreamExt as _, stream};

use super::client::Client;
use super::{Call, CreateCall, ListCalls, Page, ParameterError, ReadError, UpdateCall, WriteError};
use crate::sid::CallSid;

/// Twilio's code for a change that the state of the call does not allow.
const STATE_DOES_NOT_ALLOW: u32 = 21220;
/// Twilio's code for a resource that does not exist.
const NOT_FOUND: u32 = 20404;

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
    /// Makes a call: sends one POST, once.
    ///
    /// # Errors
    /// [`WriteError`]; after [`WriteError::Unknown`] look for the call before making another, for it may ring.
    pub async fn create(&self, order: &CreateCall) -> Result<Call, WriteError> {
        let url = self.client.account_url("Calls.json").map_err(not_sent)?;
        self.client.post(url, &order.form()).await
    }

    /// Reads a call; none when Twilio knows no such call.
    ///
    /// # Errors
    /// [`ReadError`] when there is no readable answer.
    pub async fn fetch(&self, sid: &CallSid) -> Result<Option<Call>, ReadError> {
        self.client
            .get(self.client.account_url(&format!("Calls/{sid}.json"))?)
            .await
    }

    /// Reads the first page of the calls that pass the filter, newest first; see [`Client::next_page`].
    ///
    /// # Errors
    /// [`ReadError`] when there is no readable answer or the filter is outside of its limits.
    pub async fn list(&self, filter: &ListCalls) -> Result<Page<Call>, ReadError> {
        let mut url = self.client.account_url("Calls.json")?;
        let query = filter.query().map_err(invalid)?;
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        self.client.page(url).await
    }

    /// Reads all calls that pass the filter, newest first, page by page as they are wanted.
    ///
    /// The stream ends after its first error.
    pub fn stream(
        &self,
        filter: ListCalls,
    ) -> impl Stream<Item = Result<Call, ReadError>> + use<'_> {
        let client = self.client;
        stream::try_unfold(Position::Start(filter), async move |position| {
            let (page, before) = match position {
                Position::Start(filter) => (client.calls().list(&filter).await?, None),
                Position::After(page) => {
                    let before = page.next_page_uri.clone();
                    match client.next_page(&page).await? {
                        Some(next) => (next, before),
                        None => return Ok(None),
                    }
                }
            };
            if before.is_some() && page.next_page_uri == before {
                // A page that is followed by itself would be read for ever.
                return Err(ReadError::Unreadable {
                    source: "a page is followed by itself".into(),
                });
            }
            let Page {
                items,
                next_page_uri,
            } = page;
            let rest = Position::After(Page {
                items: Vec::new(),
                next_page_uri,
            });
            Ok(Some((stream::iter(items.into_iter().map(Ok)), rest)))
        })
        .try_flatten()
    }

    /// Changes a live call.
    ///
    /// # Errors
    /// [`WriteError`]; a call that is not in progress refuses a new document with code 21220. A parameter
    /// outside of its limits is not sent.
    pub async fn update(&self, sid: &CallSid, change: &UpdateCall) -> Result<Call, WriteError> {
        let url = self
            .client
            .account_url(&format!("Calls/{sid}.json"))
            .map_err(not_sent)?;
        let form = change.form().map_err(|error| WriteError::NotSent {
            source: Box::new(error),
        })?;
        self.client.post(url, &form).await
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
}

enum Position {
    Start(ListCalls),
    After(Page<Call>),
}

fn not_sent(error: ReadError) -> WriteError {
    WriteError::NotSent {
        source: Box::new(error),
    }
}

fn invalid(error: ParameterError) -> ReadError {
    ReadError::NotSent {
        source: Box::new(error),
    }
}
