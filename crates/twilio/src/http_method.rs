//! The two HTTP methods Twilio uses for webhooks.

use std::fmt;

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

impl fmt::Display for HttpMethod {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}
