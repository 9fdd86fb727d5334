//! The variables themselves, and parsing them one at a time.

use std::collections::HashMap;
use std::fmt;
use std::ops::RangeInclusive;

use config::{Config, Environment};
use secrecy::SecretString;

use super::SettingsError;

/// Variables whose values are never shown.
const SECRETS: [&str; 3] = [
    "TWILIO_AUTH_TOKEN",
    "TWILIO_AUTH_TOKEN_SECONDARY",
    "API_KEYS",
];

/// A set of environment variables. An empty value counts as unset.
#[derive(Clone, Default)]
pub struct Variables(HashMap<String, String>);

impl Variables {
    /// The variables of this process, and those of `.env` that are not set there.
    ///
    /// # Errors
    /// [`SettingsError::Unreadable`] when `.env` is there but malformed.
    pub fn from_environment() -> Result<Self, SettingsError> {
        match dotenvy::dotenv() {
            Ok(_) => {}
            Err(error) if error.not_found() => {}
            Err(error) => return Err(SettingsError::Unreadable(error.into())),
        }
        Self::from_source(Environment::default())
    }

    /// These variables and no others.
    #[must_use]
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        Self(
            pairs
                .into_iter()
                .filter(|(_, value)| !value.trim().is_empty())
                .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
                .collect(),
        )
    }

    fn from_source(source: Environment) -> Result<Self, SettingsError> {
        let unreadable = |error: config::ConfigError| SettingsError::Unreadable(error.into());
        let pairs: HashMap<String, String> = Config::builder()
            .add_source(source.ignore_empty(true))
            .build()
            .and_then(Config::try_deserialize)
            .map_err(unreadable)?;
        Ok(Self::from_pairs(
            pairs
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str())),
        ))
    }

    /// The value of a variable, without surrounding white space.
    #[must_use]
    pub fn text(&self, variable: &str) -> Option<&str> {
        self.0
            .get(&variable.to_ascii_lowercase())
            .map(String::as_str)
    }

    /// The value of a variable that must not be shown.
    #[must_use]
    pub fn secret(&self, variable: &str) -> Option<SecretString> {
        self.text(variable).map(SecretString::from)
    }

    /// The value of a variable that holds an integer within `range`.
    pub(super) fn integer<N>(
        &self,
        variable: &'static str,
        range: RangeInclusive<i64>,
    ) -> Result<Option<N>, SettingsError>
    where
        N: TryFrom<i64>,
    {
        let Some(text) = self.text(variable) else {
            return Ok(None);
        };
        let number = text.parse().ok().filter(|number| range.contains(number));
        match number.and_then(|number| N::try_from(number).ok()) {
            Some(number) => Ok(Some(number)),
            None => {
                let allowed = format!("an integer from {} to {}", range.start(), range.end());
                Err(self.invalid(variable, &allowed))
            }
        }
    }

    /// The value of a variable that holds `true` or `false`.
    pub(super) fn boolean(&self, variable: &'static str) -> Result<Option<bool>, SettingsError> {
        self.word(variable, &[("true", true), ("false", false)])
    }

    /// The value of a variable that holds one of a few words, in any case.
    pub(super) fn word<T: Copy>(
        &self,
        variable: &'static str,
        words: &[(&str, T)],
    ) -> Result<Option<T>, SettingsError> {
        let Some(text) = self.text(variable) else {
            return Ok(None);
        };
        let found = words
            .iter()
            .find(|(word, _)| word.eq_ignore_ascii_case(text));
        match found {
            Some((_, meaning)) => Ok(Some(*meaning)),
            None => {
                let words: Vec<_> = words.iter().map(|(word, _)| *word).collect();
                Err(self.invalid(variable, &words.join(" or ")))
            }
        }
    }

    /// Says that a variable holds something else than is allowed.
    pub(super) fn invalid(&self, variable: &'static str, allowed: &str) -> SettingsError {
        let held = match self.text(variable) {
            None => "not set".to_owned(),
            Some(text) if SECRETS.contains(&variable) => {
                format!("set to {} characters (not shown)", text.chars().count())
            }
            Some(text) => format!("{text:?}"),
        };
        let allowed = allowed
            .strip_prefix("must be ")
            .unwrap_or(allowed)
            .to_owned();
        SettingsError::Invalid {
            variable,
            held,
            allowed,
        }
    }
}

impl fmt::Debug for Variables {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.0.keys()).finish()
    }
}
