//! `<Response>` to a message (<https://www.twilio.com/docs/messaging/twiml>).

use super::document::to_xml;
use super::element::{children, element};
use super::read::{Read, ReadError, read};
use super::{Message, Redirect, TwimlError};

element! {
    /// A document that answers a message; without verbs nothing is sent.
    ///
    /// ```
    /// use atlas_twilio::twiml::{Message, MessagingResponse};
    ///
    /// let document = MessagingResponse::new().with(Message::new("Thank you!")?);
    /// let read = MessagingResponse::read(document.to_xml()?)?;
    /// assert_eq!(read.document, document);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    MessagingResponse = "Response" {}
    children {
        /// The verbs, in the order they run.
        verbs: MessagingVerb
    }
}

children! {
    /// A verb of a [`MessagingResponse`].
    MessagingVerb {
        /// A message.
        Message(Box<Message>),
        /// Another document.
        Redirect(Redirect),
    }
}

impl MessagingResponse {
    /// A document without verbs: nothing is sent.
    #[must_use]
    pub const fn new() -> Self {
        Self::blank()
    }

    /// The document as XML, to be served as `application/xml`.
    ///
    /// # Errors
    /// As [`Response::to_xml`](super::Response::to_xml).
    pub fn to_xml(&self) -> Result<String, TwimlError> {
        to_xml(self, None)
    }

    /// Reads a document as Twilio does: what Twilio ignores is a warning.
    ///
    /// # Errors
    /// [`ReadError`] for a document that Twilio refuses as a whole.
    pub fn read(document: impl AsRef<[u8]>) -> Result<Read<Self>, ReadError> {
        read(document.as_ref())
    }
}

impl Default for MessagingResponse {
    fn default() -> Self {
        Self::new()
    }
}
