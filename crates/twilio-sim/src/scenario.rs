#![doc = include_str!("../scenarios.md")]

mod account;
mod error;
mod message;
mod play;
mod read;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};
use time::OffsetDateTime;

pub use error::ScenarioError;

use account::{Account, AccountLimits};
use message::PlannedMessage;

use crate::callee::Behaviour;
use crate::config::{Application, ClockMode, SilentRecord, SimulatorConfig};
use crate::fault::Fault;

/// A simulator and what happens in it, as kept in a file; see the [module](self).
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Scenario {
    /// What all random choices are made from; without one the run cannot be repeated.
    seed: Option<u64>,
    /// How time moves: `real`, `speed:N`, `fast` or `stepped`; default `fast`.
    #[serde(deserialize_with = "clock")]
    #[schemars(with = "Option<String>")]
    clock: Option<ClockMode>,
    /// The virtual instant of the start, RFC 3339 in quotes; default the real time.
    #[serde(with = "time::serde::rfc3339::option")]
    #[schemars(with = "Option<String>")]
    start_at: Option<OffsetDateTime>,
    /// The account.
    account: Account,
    /// What the account may not do.
    limits: AccountLimits,
    /// The account's TwiML applications; `{app}` in their URLs stands for the service under test.
    applications: Vec<Application>,
    /// What Twilio's documents leave open.
    switches: Switches,
    /// Who answers where, when the number itself does not say it.
    numbers: Vec<Number>,
    /// What goes wrong.
    faults: Vec<Fault>,
    /// The calls to place, in any order.
    calls: Vec<PlannedCall>,
    /// The messages that simulated people send, in any order.
    messages: Vec<PlannedMessage>,
}

/// What Twilio's documents leave open.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Switches {
    /// What `<Record>` does with silence.
    silent_record: Option<SilentRecord>,
    /// Whether the magic numbers answer their errors.
    magic_numbers: Option<bool>,
    /// Whether the first alert about a call ends it as failed.
    strict: Option<bool>,
    /// How many calls that are over are kept.
    records_kept: Option<usize>,
}

/// Who answers at a number.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Number {
    /// The number.
    number: String,
    /// Who answers.
    #[serde(deserialize_with = "behaviour")]
    behaviour: Behaviour,
}

/// A call to place.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PlannedCall {
    /// When, in virtual milliseconds from the start; default 0.
    #[serde(default)]
    at_ms: u64,
    /// Whom to call.
    to: String,
    /// From which number; default the account's first.
    #[serde(default)]
    from: Option<String>,
    /// Where the document for the callee is; `{app}` stands for the service under test.
    #[serde(default)]
    url: Option<String>,
    /// The document itself.
    #[serde(default)]
    twiml: Option<String>,
    /// Where events are posted; `{app}` stands for the service under test.
    #[serde(default)]
    status_callback: Option<String>,
    /// Which events: `initiated`, `ringing`, `answered`, `completed`; default all.
    #[serde(default)]
    status_callback_events: Option<Vec<String>>,
    /// How long the phone rings at most, in seconds.
    #[serde(default)]
    timeout_seconds: Option<u16>,
    /// Further parameters of `POST Calls.json` by Twilio's names, such as `Record = "true"`.
    #[serde(default)]
    params: BTreeMap<String, String>,
}

impl Scenario {
    /// Returns what to start a simulator with; whatever the scenario leaves open is as by default, but for
    /// the clock, which is fast.
    ///
    /// ```
    /// use twilio_sim::{ClockMode, Scenario};
    ///
    /// let scenario = Scenario::parse("busy.toml", "seed = 7")?;
    /// assert_eq!(scenario.config().seed, Some(7));
    /// assert_eq!(scenario.config().clock, ClockMode::Fast);
    /// # Ok::<(), twilio_sim::ScenarioError>(())
    /// ```
    #[must_use]
    pub fn config(&self) -> SimulatorConfig {
        let default = SimulatorConfig::fast();
        let (account, switches) = (self.account.clone(), self.switches.clone());
        SimulatorConfig {
            seed: self.seed,
            clock: self.clock.unwrap_or(default.clock),
            start_at: self.start_at,
            account_sid: account.sid.unwrap_or(default.account_sid),
            auth_token: account.auth_token.unwrap_or(default.auth_token),
            api_keys: account.api_keys,
            test_credentials: account.test_credentials,
            limits: self.limits.clone().into(),
            applications: self.applications.clone(),
            message_webhook: account.message_webhook,
            from_numbers: account.from_numbers.unwrap_or(default.from_numbers),
            silent_record: switches.silent_record.unwrap_or(default.silent_record),
            magic_numbers: switches.magic_numbers.unwrap_or(default.magic_numbers),
            strict: switches.strict.unwrap_or(default.strict),
            records_kept: switches.records_kept.unwrap_or(default.records_kept),
            ..default
        }
    }

    /// Says whether the scenario names a clock.
    #[must_use]
    pub const fn names_a_clock(&self) -> bool {
        self.clock.is_some()
    }

    /// Returns the JSON Schema of scenario files.
    ///
    /// ```
    /// let schema = twilio_sim::Scenario::schema();
    /// assert!(schema.contains("\"at_ms\""));
    /// ```
    #[must_use]
    pub fn schema() -> String {
        let schema = schemars::schema_for!(Self);
        let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
        text.push('\n');
        text
    }
}

fn clock<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<ClockMode>, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map(Some).map_err(serde::de::Error::custom)
}

/// Reads a behaviour; a key that its kind does not have is refused, also where the kind has none at all.
fn behaviour<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Behaviour, D::Error> {
    use serde::de::Error as _;
    let given = serde_json::Map::deserialize(deserializer)?;
    let behaviour = Behaviour::deserialize(&serde_json::Value::from(given.clone()));
    let behaviour = behaviour.map_err(D::Error::custom)?;
    let known = serde_json::to_value(&behaviour).map_err(D::Error::custom)?;
    match given.keys().find(|key| known.get(key.as_str()).is_none()) {
        Some(key) => Err(D::Error::custom(format!("unknown field `{key}`"))),
        None => Ok(behaviour),
    }
}

/// A call of a scenario that Twilio would not have made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedCall {
    /// Which of the scenario's calls it is, counted from 0 in the order of the file.
    pub index: usize,
    /// Twilio's error code.
    pub code: u32,
    /// Twilio's words, which may hold the number.
    pub message: String,
}
