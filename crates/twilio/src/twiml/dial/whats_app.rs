//! `<WhatsApp>`.

use super::super::TwimlError;
use super::super::element::element;
use super::super::problem::text_of;
use super::super::values::{PhoneNumber, Url, Words};
use super::CallProgressEvent;
use crate::http_method::HttpMethod;

element! {
    /// Somebody who is called at WhatsApp.
    WhatsApp = "WhatsApp" {
        /// A document that runs for who answered, before the two are connected.
        "url" checked url(&str): Url;
        /// The method of [`url`](Self::url); POST without.
        "method" set method(HttpMethod): HttpMethod;
        /// Which news of this call are sent; only `completed` without.
        "statusCallbackEvent" list status_callback_events(&[CallProgressEvent]): Words<CallProgressEvent>;
        /// Where news of this call go.
        "statusCallback" checked status_callback(&str): Url;
        /// The method for news of this call; POST without.
        "statusCallbackMethod" set status_callback_method(HttpMethod): HttpMethod;
    }
    text {
        /// The number registered with WhatsApp.
        required number: PhoneNumber
    }
}

impl WhatsApp {
    /// Calls the owner of a number.
    ///
    /// # Errors
    /// [`Problem::Malformed`](super::Problem::Malformed) for what is no phone number.
    pub fn new(number: &str) -> Result<Self, TwimlError> {
        Ok(Self {
            number: text_of("WhatsApp", number)?,
            ..Self::blank()
        })
    }
}
