//! The messages of a scenario: those simulated people send.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::messages::{IncomingMessage, SendMessageError};

/// A message that a simulated person sends to the account.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PlannedMessage {
    /// When, in virtual milliseconds from the start; default 0.
    #[serde(default)]
    pub(super) at_ms: u64,
    /// The number of the person, E.164.
    from: String,
    /// The number of the account, E.164.
    to: String,
    /// The text.
    #[serde(default)]
    pub(super) body: String,
    /// What comes with it; `{app}` stands for the service under test.
    #[serde(default)]
    pub(super) media_urls: Vec<String>,
}

impl PlannedMessage {
    /// The message, if there can be such a one.
    pub(super) fn read(&self) -> Result<IncomingMessage, SendMessageError> {
        IncomingMessage::new(&self.from, &self.to, &self.body, &self.media_urls)
    }
}

/// The field an error is about.
pub(super) const fn field_of(error: &SendMessageError) -> &'static str {
    match error {
        SendMessageError::From => "from",
        SendMessageError::To => "to",
        SendMessageError::MediaUrl(_) => "media_urls",
    }
}
