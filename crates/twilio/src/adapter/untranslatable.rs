//! Callbacks that mean nothing to the domain.

use atlas_domain::InvalidId;

use crate::webhook::FormError;

/// A signed callback that the domain has no words for: to be logged, and answered as if it were stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Untranslatable {
    /// It lacks what it is about.
    #[error("the callback is incomplete")]
    Form(#[from] FormError),
    /// It lacks a parameter, or the parameter is empty or malformed.
    #[error("parameter `{name}` is missing or malformed")]
    Missing {
        /// The parameter.
        name: &'static str,
    },
    /// It says a word that Atlas does not know, or has no use for.
    #[error("parameter `{name}` says `{word}`, which means nothing here")]
    UnknownWord {
        /// The parameter.
        name: &'static str,
        /// The word.
        word: String,
    },
    /// It names something in a way that Atlas cannot keep.
    #[error("an id cannot be kept")]
    Id(#[from] InvalidId),
}
