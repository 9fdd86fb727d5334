//! The two HTTP methods Twilio uses for webhooks.

use std::fmt;
use std::str::FromStr;

/// How Twilio asks a URL that was given to it; without one it uses POST.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HttpMethod {
    /// The parameters travel in the query.
    Get,
    /// The parameters travel in a form body.
    Post,
}

impl HttpMethod {
    /// The method as Twilio writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

/// A method with which Twilio asks nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a method of webhooks: expected GET or POST")]
pub struct NotAWebhookMethod;

impl FromStr for HttpMethod {
    type Err = NotAWebhookMethod;

    /// Methods are case-sensitive (RFC 9110, 9.1).
    fn from_str(text: &str) -> Result<Self, NotAWebhookMethod> {
        match text {
            "GET" => Ok(Self::Get),
            "POST" => Ok(Self::Post),
            _ => Err(NotAWebhookMethod),
        }
    }
}

impl fmt::Display for HttpMethod {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}
