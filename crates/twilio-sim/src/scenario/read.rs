//! Reading a scenario and checking it, with the line of whatever is wrong.

use std::path::Path;

use super::{PlannedCall, Scenario, ScenarioError, message};
use crate::config::{ConfigError, is_e164};
use crate::fault::FaultError;

/// What stands for the address of the service under test.
const APP: &str = "{app}";
/// The address of some service.
const ANY_APP: &str = "http://app.invalid";

/// A field that is wrong: its name, the table it stands in, and what is wrong.
struct Wrong {
    field: String,
    /// The name of the table, and for one of several its index.
    table: Option<(&'static str, usize)>,
    problem: String,
}

impl Scenario {
    /// Reads a scenario file.
    ///
    /// # Errors
    ///
    /// [`ScenarioError::Read`] when the file cannot be read, [`ScenarioError::Wrong`] as for
    /// [`Self::parse`].
    pub fn read(path: &Path) -> Result<Self, ScenarioError> {
        let file = path.display().to_string();
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(&file, &text),
            Err(source) => Err(ScenarioError::Read { file, source }),
        }
    }

    /// Reads a scenario from its text; the file name is for errors only.
    ///
    /// ```
    /// use twilio_sim::Scenario;
    ///
    /// let error = Scenario::parse("busy.toml", "seed = 7\n[[calls]]\ntoo = 1").unwrap_err();
    /// assert!(error.to_string().starts_with("busy.toml:3: calls[0].too: unknown field `too`"));
    /// ```
    ///
    /// # Errors
    ///
    /// [`ScenarioError::Wrong`] for what is no TOML, for an unknown key, and for a value that cannot be.
    pub fn parse(file: &str, text: &str) -> Result<Self, ScenarioError> {
        let wrong = |line, field: String, problem: String| ScenarioError::Wrong {
            file: file.to_owned(),
            line,
            field,
            problem,
        };
        let toml_error = |error: &toml::de::Error, path: String| {
            let at = error.span().map_or(0, |span| span.start);
            wrong(line_at(text, at), path, error.message().to_owned())
        };
        let document = toml::Deserializer::parse(text)
            .map_err(|error| toml_error(&error, "syntax".to_owned()))?;
        let scenario: Self = serde_path_to_error::deserialize(document)
            .map_err(|error| toml_error(error.inner(), error.path().to_string()))?;
        // Addresses below that of the service are checked as if it were known.
        let checked = scenario.clone().with_app(ANY_APP);
        checked.check().map_err(|found| {
            let line = found
                .table
                .map_or(1, |(table, index)| line_of_table(text, table, index));
            wrong(line, found.field, found.problem)
        })?;
        Ok(scenario)
    }

    /// The same scenario for a service at this address, which takes the place of `{app}` in URLs.
    #[must_use]
    pub fn with_app(mut self, url: &str) -> Self {
        let url = url.trim_end_matches('/');
        for text in self.texts_with_app() {
            *text = text.replace(APP, url);
        }
        self
    }

    /// Says whether the scenario needs a service under test, see [`Self::with_app`].
    #[must_use]
    pub fn needs_app(&self) -> bool {
        let mut scenario = self.clone();
        let mut texts = scenario.texts_with_app().into_iter();
        texts.any(|text| text.contains(APP))
    }

    fn texts_with_app(&mut self) -> Vec<&mut String> {
        let calls = self.calls.iter_mut().flat_map(PlannedCall::texts_with_app);
        let applications = self.applications.iter_mut().flat_map(|application| {
            let urls = [
                Some(&mut application.voice_url),
                application.voice_fallback_url.as_mut(),
                application.status_callback.as_mut(),
            ];
            urls.into_iter().flatten()
        });
        let media = self.messages.iter_mut();
        let media = media.flat_map(|message| &mut message.media_urls);
        let webhook = self.account.message_webhook.iter_mut();
        calls
            .chain(applications)
            .chain(media)
            .chain(webhook)
            .collect()
    }

    fn check(&self) -> Result<(), Wrong> {
        self.config().check().map_err(|error| {
            let (table, index) = self.table_of(&error);
            let field = match table {
                "applications" => format!("applications[{index}]"),
                _ => config_field(&error).to_owned(),
            };
            Wrong {
                field,
                table: Some((table, index)),
                problem: error.to_string(),
            }
        })?;
        for (index, fault) in self.faults.iter().enumerate() {
            fault.check().map_err(|error| Wrong {
                field: format!("faults[{index}].{}", fault_field(&error)),
                table: Some(("faults", index)),
                problem: error.to_string(),
            })?;
        }
        for (index, call) in self.calls.iter().enumerate() {
            call.check().map_err(|(field, problem)| Wrong {
                field: format!("calls[{index}].{field}"),
                table: Some(("calls", index)),
                problem: problem.to_owned(),
            })?;
        }
        for (index, message) in self.messages.iter().enumerate() {
            message.read().map_err(|error| Wrong {
                field: format!("messages[{index}].{}", message::field_of(&error)),
                table: Some(("messages", index)),
                problem: error.to_string(),
            })?;
        }
        Ok(())
    }

    /// The table that an error is about, and which one of several.
    fn table_of(&self, error: &ConfigError) -> (&'static str, usize) {
        match error {
            ConfigError::Application(sid) => {
                let mut applications = self.applications.iter();
                let index = applications.position(|application| application.sid == *sid);
                ("applications", index.unwrap_or_default())
            }
            ConfigError::CallsPerSecond | ConfigError::VerifiedNumber => ("limits", 0),
            ConfigError::Clock(_)
            | ConfigError::AccountSid(_)
            | ConfigError::EmptyAuthToken
            | ConfigError::ApiKey
            | ConfigError::TestCredentials
            | ConfigError::MessageWebhook
            | ConfigError::FromNumber => ("account", 0),
        }
    }
}

impl PlannedCall {
    fn texts_with_app(&mut self) -> Vec<&mut String> {
        let named = [&mut self.url, &mut self.twiml, &mut self.status_callback];
        let named = named.into_iter().filter_map(Option::as_mut);
        named.chain(self.params.values_mut()).collect()
    }

    fn check(&self) -> Result<(), (&'static str, &'static str)> {
        if !is_e164(&self.to) && !self.to.contains(':') {
            return Err(("to", "neither E.164 nor a client or SIP address"));
        }
        if self.url.is_some() == self.twiml.is_some() && !self.params.contains_key("ApplicationSid")
        {
            return Err(("url", "a call has either a url or a twiml"));
        }
        Ok(())
    }
}

const fn config_field(error: &ConfigError) -> &'static str {
    match error {
        ConfigError::Clock(_) => "clock",
        ConfigError::AccountSid(_) => "account.sid",
        ConfigError::EmptyAuthToken => "account.auth_token",
        ConfigError::FromNumber => "account.from_numbers",
        ConfigError::Application(_) => "applications",
        ConfigError::ApiKey => "account.api_keys",
        ConfigError::TestCredentials => "account.test_credentials",
        ConfigError::MessageWebhook => "account.message_webhook",
        ConfigError::CallsPerSecond => "limits.calls_per_second",
        ConfigError::VerifiedNumber => "limits.trial.verified_numbers",
    }
}

const fn fault_field(error: &FaultError) -> &'static str {
    match error {
        FaultError::HttpStatus(_) => "kind.answer.http_status",
        FaultError::Rate(_) => "when.rate",
        FaultError::Never => "when.next",
        FaultError::RouteWithoutRequest | FaultError::Route(_) => "target.route",
    }
}

/// The line of a place in a text, from 1.
fn line_at(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or(text);
    before.matches('\n').count() + 1
}

/// The line on which a table begins, or the one of several with this index.
fn line_of_table(text: &str, table: &str, index: usize) -> usize {
    let headers = [
        format!("[{table}]"),
        format!("[{table}."),
        format!("[[{table}]]"),
    ];
    let begins = |line: &str| headers.iter().any(|header| line.trim().starts_with(header));
    let mut lines = text.lines().enumerate().filter(|(_, line)| begins(line));
    lines.nth(index).map_or(1, |(number, _)| number + 1)
}
