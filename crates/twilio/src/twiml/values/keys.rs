//! Which keys end an input.

use std::borrow::Cow;

use super::Key;
use crate::twiml::Problem;
use crate::twiml::element::Value;

/// Any number of keys, each of which ends a recording; none at all is allowed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Keys(Vec<Key>);

impl Keys {
    /// The keys, in the order they were given.
    #[must_use]
    pub fn as_slice(&self) -> &[Key] {
        &self.0
    }
}

impl From<&[Key]> for Keys {
    fn from(keys: &[Key]) -> Self {
        Self(keys.to_vec())
    }
}

impl Value for Keys {
    fn write(&self) -> Cow<'_, str> {
        self.0.iter().map(|key| key.character()).collect()
    }

    fn read(text: &str) -> Result<Self, Problem> {
        text.chars()
            .map(Key::new)
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

/// The one key that ends the input of a `<Gather>`, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FinishOnKey(Option<Key>);

impl FinishOnKey {
    /// The key; `None` when no key ends the input.
    #[must_use]
    pub const fn key(self) -> Option<Key> {
        self.0
    }
}

impl From<Option<Key>> for FinishOnKey {
    fn from(key: Option<Key>) -> Self {
        Self(key)
    }
}

impl Value for FinishOnKey {
    fn write(&self) -> Cow<'_, str> {
        self.0.map_or(Cow::Borrowed(""), |key| {
            Cow::Owned(key.character().to_string())
        })
    }

    fn read(text: &str) -> Result<Self, Problem> {
        let mut characters = text.chars();
        let key = characters.next().map(Key::new).transpose()?;
        match characters.next() {
            None => Ok(Self(key)),
            Some(_) => Err(Problem::TooLong {
                characters: text.chars().count(),
                maximum: 1,
            }),
        }
    }
}
