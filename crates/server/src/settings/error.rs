//! What is wrong with a setting, in one sentence for the operator.

/// Why the server does not start: a variable, and what is wrong with it.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// A variable holds something else than it may.
    #[error("{variable} is {held}, but {allowed}")]
    Invalid {
        /// The variable.
        variable: &'static str,
        /// What it holds, in quotes; masked when it is a secret.
        held: String,
        /// What is allowed, as half a sentence.
        allowed: String,
    },
    /// A variable is needed that is not set.
    #[error("{variable} is not set: {why}")]
    Missing {
        /// The variable.
        variable: &'static str,
        /// Why it is needed.
        why: &'static str,
    },
    /// A variable asks for something that cannot be had here.
    #[error("{variable} cannot be used here: {why}")]
    Unsupported {
        /// The variable.
        variable: &'static str,
        /// Why not.
        why: &'static str,
    },
    /// A line of `.env` cannot be read; its text, which may be a secret, is not shown.
    #[error(".env cannot be read: a line {place} is malformed (a value with blanks needs quotes)")]
    MalformedFile {
        /// Which line.
        place: String,
    },
    /// A variable is not text.
    #[error("{variable} is not UTF-8")]
    NotUtf8 {
        /// The variable.
        variable: &'static str,
    },
    /// The environment or `.env` cannot be read.
    #[error("the environment cannot be read")]
    Unreadable(#[source] Box<dyn std::error::Error + Send + Sync>),
}
