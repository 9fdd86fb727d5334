//! What can be done with messages (<https://www.twilio.com/docs/messaging/api/message-resource>).

use futures_core::Stream;

use super::client::Client;
use super::date_filter::Query;
use super::page::all_pages;
use super::request::Request;
use super::{
    CreateMessage, DateFilter, Deletion, Message, Page, ParameterError, ReadError, RequestKind,
    WriteError,
};
use crate::private_text::PrivateText;
use crate::sid::MessageSid;

/// The messages of an account; see [`Client::messages`].
#[derive(Debug, Clone, Copy)]
pub struct Messages<'client> {
    pub(super) client: &'client Client,
}

/// A filter for messages; without any, all of the account, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListMessages {
    /// To this number.
    pub to: Option<PrivateText>,
    /// From this number.
    pub from: Option<PrivateText>,
    /// When it was sent.
    pub date_sent: Option<DateFilter>,
    /// How many on a page, 1 to 1000; 50 without.
    pub page_size: Option<u32>,
}

impl Messages<'_> {
    /// Sends a message.
    ///
    /// Sent again by itself only when the first request was provably not processed.
    ///
    /// # Errors
    /// [`WriteError`]; after [`WriteError::Unknown`] look for the message before sending another.
    pub async fn create(&self, order: &CreateMessage) -> Result<Message, WriteError> {
        let path = self.client.account_path("Messages.json");
        let request = Request::post(path, RequestKind::RingingWrite, order.form());
        self.client.post(request).await
    }

    /// Reads a message; none when Twilio knows no such message.
    ///
    /// # Errors
    /// [`ReadError`] when there is no readable answer.
    pub async fn fetch(&self, sid: &MessageSid) -> Result<Option<Message>, ReadError> {
        self.client.get(Request::get(self.path(sid))).await
    }

    /// Reads the first page of the messages that pass the filter, newest first; see [`Client::next_page`].
    ///
    /// # Errors
    /// [`ReadError`] when there is no readable answer or the filter is outside of its limits.
    pub async fn list(&self, filter: &ListMessages) -> Result<Page<Message>, ReadError> {
        self.client.page(self.list_request(filter)?).await
    }

    /// Reads all messages that pass the filter, newest first, page by page as they are wanted.
    ///
    /// The stream ends after its first error; a list without an end is one.
    pub fn stream(
        &self,
        filter: &ListMessages,
    ) -> impl Stream<Item = Result<Message, ReadError>> + Send + use<> {
        all_pages(self.client, self.list_request(filter))
    }

    /// Deletes the text of a message and keeps the rest.
    ///
    /// # Errors
    /// [`WriteError`] says what became of it.
    pub async fn redact(&self, sid: &MessageSid) -> Result<Message, WriteError> {
        self.update(sid, ("Body", String::new())).await
    }

    /// Cancels a scheduled message.
    ///
    /// # Errors
    /// [`WriteError`]; a message that is no longer scheduled refuses it.
    pub async fn cancel(&self, sid: &MessageSid) -> Result<Message, WriteError> {
        self.update(sid, ("Status", "canceled".to_owned())).await
    }

    /// Deletes a message.
    ///
    /// # Errors
    /// [`WriteError`]; a message that is still on its way refuses it with code 20009.
    pub async fn delete(&self, sid: &MessageSid) -> Result<Deletion, WriteError> {
        self.client.delete(self.path(sid)).await
    }

    async fn update(
        &self,
        sid: &MessageSid,
        parameter: (&'static str, String),
    ) -> Result<Message, WriteError> {
        let form = vec![parameter];
        let request = Request::post(self.path(sid), RequestKind::RepeatableWrite, form);
        self.client.post(request).await
    }

    fn path(&self, sid: &MessageSid) -> String {
        self.client.account_path(&format!("Messages/{sid}.json"))
    }

    fn list_request(&self, filter: &ListMessages) -> Result<Request, ParameterError> {
        let mut query = Query::default();
        query.add("To", filter.to.as_deref());
        query.add("From", filter.from.as_deref());
        query.add_date("DateSent", filter.date_sent);
        query.add_page_size(filter.page_size)?;
        let path = self.client.account_path("Messages.json");
        Ok(Request::get(path).query(query.into_pairs()))
    }
}
