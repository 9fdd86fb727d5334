//! The variables themselves, and parsing them one at a time.

use std::collections::HashMap;
use std::fmt;
use std::ops::RangeInclusive;

use atlas_domain::PrivateHosts;
use config::{Config, Environment};
use secrecy::SecretString;

use super::SettingsError;

/// Every variable that the server reads. Others are left alone, whatever they hold.
const KNOWN: [&str; 36] = [
    "ACKNOWLEDGEMENT_WEBHOOK_SECRET",
    "ACKNOWLEDGEMENT_WEBHOOK_URL",
    "ALLOW_PRIVATE_TWIML_URLS",
    "ALLOW_PRIVATE_WEBHOOK_URLS",
    "API_AUTH",
    "API_KEYS",
    "ATLAS_CLOCK",
    "BASE_URL",
    "CORS_ALLOWED_ORIGINS",
    "ENVIRONMENT",
    "HOST",
    "LOG_FORMAT",
    "LOG_LEVEL",
    "MONGO_DB",
    "MONGO_URI",
    "NOTIFICATION_MACHINE_DETECTION",
    "NOTIFICATION_REPEATS",
    "NOTIFICATION_RETRY_DELAY",
    "NOTIFICATION_RETRY_LIMIT",
    "NOTIFICATION_SENDER_NAME",
    "PORT",
    "RECORDING_MAX_SECONDS",
    "RETRY_BACKOFF",
    "RETRY_DELAY",
    "RETRY_LIMIT",
    "SQLITE_PATH",
    "TRANSCRIBE_RECORDINGS",
    "TTS_LANGUAGE",
    "TTS_VOICE",
    "TWILIO_ACCOUNT_SID",
    "TWILIO_API_URL",
    "TWILIO_AUTH_TOKEN",
    "TWILIO_AUTH_TOKEN_SECONDARY",
    "TWILIO_FROM_NUMBER",
    "TWILIO_PHONE_NUMBER",
    "TWILIO_SIMULATE",
];

/// Variables whose values are never shown.
const SECRETS: [&str; 5] = [
    "ACKNOWLEDGEMENT_WEBHOOK_SECRET",
    "API_KEYS",
    "MONGO_URI",
    "TWILIO_AUTH_TOKEN",
    "TWILIO_AUTH_TOKEN_SECONDARY",
];

/// URLs whose paths and queries are never shown: they may be all that a receiver goes by.
const SECRET_URLS: [&str; 1] = ["ACKNOWLEDGEMENT_WEBHOOK_URL"];

/// The file, in the working directory, that fills in what the environment does not say.
const ENV_FILE: &str = ".env";

/// A set of environment variables. An empty value counts as unset.
#[derive(Clone, Default)]
pub struct Variables(HashMap<String, String>);

impl Variables {
    /// The variables of this process, and those of `.env` that are not set there.
    ///
    /// # Errors
    /// [`SettingsError`] when `.env` is there but malformed, or a variable is not UTF-8.
    pub fn from_environment() -> Result<Self, SettingsError> {
        let unreadable = |error: config::ConfigError| SettingsError::Unreadable(error.into());
        let pairs: HashMap<String, String> = Config::builder()
            .add_source(source_of(of_file()?))
            .add_source(source_of(of_process()?))
            .build()
            .and_then(Config::try_deserialize)
            .map_err(unreadable)?;
        let pairs = pairs.iter();
        Ok(Self::from_pairs(
            pairs.map(|(name, value)| (name.as_str(), value.as_str())),
        ))
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

    /// Whether hosts in private networks are allowed by a variable that holds `true` or `false`.
    pub(super) fn private_hosts(
        &self,
        variable: &'static str,
    ) -> Result<PrivateHosts, SettingsError> {
        let words = [
            ("true", PrivateHosts::Allowed),
            ("false", PrivateHosts::Refused),
        ];
        Ok(self.word(variable, &words)?.unwrap_or_default())
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
            Some(text) if SECRET_URLS.contains(&variable) => format!("{:?}", host_of(text)),
            Some(text) => format!("{:?}", without_user_info(text)),
        };
        let allowed = if allowed.starts_with("must ") {
            format!("it {allowed}")
        } else if allowed.contains(" must ") {
            allowed.to_owned()
        } else {
            format!("it must be {allowed}")
        };
        SettingsError::Invalid {
            variable,
            held,
            allowed,
        }
    }
}

fn source_of(pairs: HashMap<String, String>) -> Environment {
    Environment::default()
        .ignore_empty(true)
        .source(Some(pairs))
}

/// The known variables of this process.
fn of_process() -> Result<HashMap<String, String>, SettingsError> {
    let mut pairs = HashMap::new();
    for variable in KNOWN {
        if let Some(value) = std::env::var_os(variable) {
            let value = value
                .into_string()
                .map_err(|_| SettingsError::NotUtf8 { variable })?;
            pairs.insert(variable.to_owned(), value);
        }
    }
    Ok(pairs)
}

/// The known variables of the file, if there is one.
fn of_file() -> Result<HashMap<String, String>, SettingsError> {
    let lines = match dotenvy::from_path_iter(ENV_FILE) {
        Ok(lines) => lines,
        Err(error) if error.not_found() => return Ok(HashMap::new()),
        Err(error) => return Err(SettingsError::Unreadable(error.into())),
    };
    let mut pairs = HashMap::new();
    let mut before = None;
    for line in lines {
        // What the error says holds the line itself, and so perhaps a secret.
        let (name, value) = line.map_err(|_| SettingsError::MalformedFile {
            place: match before.take() {
                Some(name) => format!("after {name}"),
                None => "at its start".to_owned(),
            },
        })?;
        before = Some(name.clone());
        if KNOWN.contains(&name.as_str()) {
            pairs.insert(name, value);
        }
    }
    Ok(pairs)
}

/// A URL without what stands before its `@`, which may be a password.
fn without_user_info(text: &str) -> String {
    match (text.split_once("://"), text.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://…@{host}"),
        (Some(_) | None, _) => text.to_owned(),
    }
}

/// Scheme and host of what is meant for a URL.
fn host_of(text: &str) -> String {
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), text),
    };
    let (user_info, rest) = match rest.rsplit_once('@') {
        Some((_, rest)) => ("…@", rest),
        None => ("", rest),
    };
    let (host, path) = rest.split_at(rest.find(['/', '\\', '?', '#']).unwrap_or(rest.len()));
    let path = if path.len() > 1 { "/…" } else { path };
    format!("{scheme}{user_info}{host}{path}")
}

impl fmt::Debug for Variables {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.0.keys()).finish()
    }
}
