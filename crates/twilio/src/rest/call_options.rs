//! The choices a new call has.

use super::ParameterError;
use super::form::{Form, WriteForm as _};
use super::parameter::check_length;
use super::webhook_url::check_url;
use crate::http_method::HttpMethod;
use crate::private_text::PrivateText;
use crate::sid::ApplicationSid;

/// The most characters of a document sent along (error 32018).
const MAX_TWIML_CHARACTERS: usize = 4000;

/// Words of Twilio's that a request chooses from.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(match self {
                    $(Self::$variant => $word,)+
                })
            }
        }
    };
}

pub(super) use words;

/// What happens once the callee answers: exactly one of three.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallInstructions {
    /// Twilio asks this URL for a document.
    Url {
        /// An absolute URL.
        url: String,
        /// POST without.
        method: Option<HttpMethod>,
    },
    /// This document, at most 4000 characters; URLs in it must be absolute.
    Twiml(PrivateText),
    /// What the application says, its callbacks included.
    Application(ApplicationSid),
}

words!(
    /// An event that Twilio calls back for.
    StatusCallbackEvent {
        /// It is being dialled.
        Initiated = "initiated",
        /// It rings.
        Ringing = "ringing",
        /// It was answered; the callback says `in-progress`.
        Answered = "answered",
        /// It is over, in whatever way.
        Completed = "completed",
    }
);

impl CallInstructions {
    pub(super) fn check(&self) -> Result<(), ParameterError> {
        match self {
            Self::Url { url, .. } => check_url("Url", Some(url)),
            Self::Twiml(document) => check_twiml(document),
            Self::Application(_) => Ok(()),
        }
    }

    pub(super) fn write(&self, form: &mut Form) {
        match self {
            Self::Url { url, method } => {
                form.add("Url", Some(url));
                form.add("Method", *method);
            }
            Self::Twiml(document) => form.add_private("Twiml", Some(document)),
            Self::Application(sid) => form.add("ApplicationSid", Some(sid)),
        }
    }
}

pub(super) fn check_twiml(document: &str) -> Result<(), ParameterError> {
    check_length("Twiml", document, MAX_TWIML_CHARACTERS)
}
