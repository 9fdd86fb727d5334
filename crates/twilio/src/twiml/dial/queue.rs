//! `<Queue>` (<https://www.twilio.com/docs/voice/twiml/queue>).

use super::super::TwimlError;
use super::super::element::element;
use super::super::problem::text_of;
use super::super::values::{Text, Url};
use crate::http_method::HttpMethod;

element! {
    /// Whoever waits longest in a queue.
    Queue = "Queue" {
        /// A document that runs for who waited, before the two are connected.
        "url" checked url(&str): Url;
        /// The method of [`url`](Self::url); POST without.
        "method" set method(HttpMethod): HttpMethod;
        /// The reservation of TaskRouter that is meant, `WR…`.
        "reservationSid" checked reservation_sid(&str): Text<34>;
        /// The activity of TaskRouter that follows, `WA…`.
        "postWorkActivitySid" checked post_work_activity_sid(&str): Text<34>;
    }
    text {
        /// Its name.
        required name: Text<64>
    }
}

impl Queue {
    /// Takes who waits longest in the queue of this name, of 1 to 64 characters.
    ///
    /// # Errors
    /// [`Problem::Empty`](super::Problem::Empty) and [`Problem::TooLong`](super::Problem::TooLong) otherwise.
    pub fn new(name: &str) -> Result<Self, TwimlError> {
        Ok(Self {
            name: text_of("Queue", name)?,
            ..Self::blank()
        })
    }
}
