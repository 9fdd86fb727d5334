//! `<Application>` (<https://www.twilio.com/docs/voice/twiml/application>).

use super::super::element::{children, element};
use super::super::findings::{Findings, SCHEMA};
use super::super::problem::text_of;
use super::super::values::{Text, Url, Words};
use super::super::{Parameter, Problem, TwimlError};
use super::CallProgressEvent;
use crate::http_method::HttpMethod;

element! {
    /// Another application of Twilio's that is called.
    Application = "Application" {
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
        /// Who the call is for, in the words of the application.
        "customerId" checked customer_id(&str): Text<256>;
        /// Whether the application sees the number that was called first; not without.
        "copyParentTo" set copy_parent_to(bool): bool;
    }
    children {
        /// Which application, and what is passed on.
        parts: ApplicationPart
    }
    rules look_at
}

children! {
    /// What an [`Application`] holds.
    ApplicationPart with texts Sid(Text<34>) {
        /// Which application.
        ApplicationSidNoun(ApplicationSidNoun),
        /// What is passed on.
        Parameter(Parameter),
    }
}

element! {
    /// Which application is called, where there are parameters too; written `<ApplicationSid>`.
    ApplicationSidNoun = "ApplicationSid" {}
    text {
        /// The identifier, `AP…`.
        required sid: Text<34>
    }
}

impl Application {
    /// Calls an application, `AP…`; parameters may be added.
    ///
    /// # Errors
    /// [`Problem::Empty`] and [`Problem::TooLong`] when the identifier has not 1 to 34 characters.
    pub fn new(sid: &str) -> Result<Self, TwimlError> {
        Ok(Self::blank().with(ApplicationSidNoun {
            sid: text_of("ApplicationSid", sid)?,
        }))
    }
}

fn look_at(application: &Application, found: &mut Findings<'_>) {
    let sids = application
        .parts
        .iter()
        .filter(|part| match part {
            ApplicationPart::Sid(_) | ApplicationPart::ApplicationSidNoun(_) => true,
            ApplicationPart::Parameter(_) => false,
        })
        .count();
    let problem = match sids {
        0 => Problem::Missing,
        1 => return,
        count => Problem::TooMany { count, maximum: 1 },
    };
    found.refuse(SCHEMA, "Application", None, problem);
}
