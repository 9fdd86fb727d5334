//! `<Refer>`: sends a SIP call elsewhere (<https://www.twilio.com/docs/voice/twiml/refer>).

use super::element::{children, element};
use super::findings::{Findings, SCHEMA};
use super::problem::text_of;
use super::values::{SipUri, Url};
use super::{Problem, TwimlError};
use crate::http_method::HttpMethod;

element! {
    /// Asks the other side of a SIP call to call somebody else instead.
    Refer = "Refer" {
        /// The URL that is asked with the outcome, and says how the call goes on.
        "action" checked action(&str): Url;
        /// The method the action is asked with; POST without.
        "method" set method(HttpMethod): HttpMethod;
    }
    children {
        /// Who is to be called.
        targets: ReferTarget
    }
    rules look_at
}

children! {
    /// What a [`Refer`] holds.
    ReferTarget {
        /// A SIP address.
        ReferSip(ReferSip),
    }
}

element! {
    /// A SIP address that is to be called; written `<Sip>`.
    ReferSip = "Sip" {}
    text {
        /// The address.
        required uri: SipUri
    }
}

impl Refer {
    /// Sends the call to a SIP address such as `sip:alice@example.com`.
    ///
    /// # Errors
    /// [`Problem::Malformed`] for what is no SIP address, [`Problem::TooLong`] above 255 characters.
    pub fn new(uri: &str) -> Result<Self, TwimlError> {
        Ok(Self::blank().with(ReferSip {
            uri: text_of("Sip", uri)?,
        }))
    }
}

fn look_at(refer: &Refer, found: &mut Findings<'_>) {
    let problem = match refer.targets.len() {
        0 => Problem::Missing,
        1 => return,
        count => Problem::TooMany { count, maximum: 1 },
    };
    found.refuse(SCHEMA, "Refer", None, problem);
}
