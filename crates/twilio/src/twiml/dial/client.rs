//! `<Client>` (<https://www.twilio.com/docs/voice/twiml/client>).

use super::super::element::{children, element};
use super::super::findings::{Findings, SCHEMA};
use super::super::problem::text_of;
use super::super::values::{Text, Url, Words};
use super::super::{Parameter, Problem, TwimlError};
use super::CallProgressEvent;
use crate::http_method::HttpMethod;

element! {
    /// Somebody at a browser or an app who is called.
    Client = "Client" {
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
    children {
        /// Who it is, and what is passed on.
        parts: ClientPart
    }
    rules look_at
}

children! {
    /// What a [`Client`] holds.
    ClientPart with texts Name(Text<121>) {
        /// Who it is.
        Identity(Identity),
        /// What is passed on to the app.
        Parameter(Parameter),
    }
}

element! {
    /// Who a [`Client`] is, where there are parameters too.
    Identity = "Identity" {}
    text {
        /// The name the app registered with.
        required identity: Text<121>
    }
}

impl Client {
    /// Calls an app that registered with this name, of 1 to 121 characters.
    ///
    /// Parameters may be added.
    ///
    /// # Errors
    /// [`Problem::Empty`] and [`Problem::TooLong`] otherwise.
    pub fn new(identity: &str) -> Result<Self, TwimlError> {
        Ok(Self::blank().with(Identity::new(identity)?))
    }
}

impl Identity {
    /// The name the app registered with, of 1 to 121 characters.
    ///
    /// # Errors
    /// [`Problem::Empty`] and [`Problem::TooLong`] otherwise.
    pub fn new(identity: &str) -> Result<Self, TwimlError> {
        Ok(Self {
            identity: text_of("Identity", identity)?,
        })
    }
}

fn look_at(client: &Client, found: &mut Findings<'_>) {
    let identities = client
        .parts
        .iter()
        .filter(|part| match part {
            ClientPart::Name(_) | ClientPart::Identity(_) => true,
            ClientPart::Parameter(_) => false,
        })
        .count();
    let problem = match identities {
        0 => Problem::Missing,
        1 => return,
        count => Problem::TooMany { count, maximum: 1 },
    };
    found.refuse(SCHEMA, "Client", None, problem);
}
