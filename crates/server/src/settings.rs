//! The settings of the server: read once, from the environment and `.env`.
//!
//! | variable | default |
//! |---|---|
//! | `ENVIRONMENT` | `development` (or `production`) |
//! | `HOST`, `PORT` | `127.0.0.1` in development, `0.0.0.0` in production; 8000 |
//! | `BASE_URL` | `http://localhost:{PORT}`; required in production |
//! | `SQLITE_PATH` | `data/atlas.db` |
//! | `MONGO_URI`, `MONGO_DB` | unset: SQLite; `atlas` |
//! | `TWILIO_ACCOUNT_SID`, `TWILIO_AUTH_TOKEN`, `TWILIO_FROM_NUMBER` (or `TWILIO_PHONE_NUMBER`) | unset |
//! | `TWILIO_AUTH_TOKEN_SECONDARY` | unset |
//! | `TWILIO_API_URL` | `https://api.twilio.com` |
//! | `TWILIO_SIMULATE` | true in development without credentials |
//! | `API_KEYS`, `API_AUTH` | unset |
//! | `RETRY_LIMIT`, `RETRY_DELAY`, `RETRY_BACKOFF` | 3, 10 (seconds), `fixed` |
//! | `ALLOW_PRIVATE_TWIML_URLS` | false |
//! | `ACKNOWLEDGEMENT_WEBHOOK_URL`, `ACKNOWLEDGEMENT_WEBHOOK_SECRET` | unset |
//! | `ALLOW_PRIVATE_WEBHOOK_URLS` | false |
//! | `RECORDING_MAX_SECONDS`, `TRANSCRIBE_RECORDINGS` | 3600, true |
//! | `TTS_VOICE`, `TTS_LANGUAGE` | `alice`, `en-US` |
//! | `NOTIFICATION_SENDER_NAME`, `NOTIFICATION_REPEATS` | `Flux`, 2 |
//! | `NOTIFICATION_RETRY_LIMIT`, `NOTIFICATION_RETRY_DELAY` | 3, 60 (seconds) |
//! | `NOTIFICATION_MACHINE_DETECTION` | `async` (or `sync`, `off`) |
//! | `CORS_ALLOWED_ORIGINS` | any loopback origin in development, none in production |
//! | `LOG_LEVEL`, `LOG_FORMAT` | `INFO`; `text` in development, `json` in production |
//! | `ATLAS_CLOCK` | `system` (or `sim`, for tests) |

mod access;
mod carrier;
mod error;
mod listening;
mod notifications;
mod store;
mod variables;
mod webhook;

use atlas_api::{
    ApiAuth, BaseUrl, CorsPolicy, InvalidVoiceSettings, NotificationSettings, VoiceSettings,
};
use atlas_application::NotificationDefaults;
use atlas_domain::PrivateHosts;
use atlas_domain::call::{Backoff, RetryPlan};
use tracing::level_filters::LevelFilter;

pub use carrier::{CarrierSettings, TwilioSettings};
pub use error::SettingsError;
pub use listening::Listening;
pub(crate) use store::{DEFAULT_DATABASE, database_in, is_database_name};
pub use store::{MongoSettings, StoreSettings};
pub use variables::Variables;
pub use webhook::WebhookSettings;

/// Where the server runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Environment {
    /// On somebody's machine: open on loopback, a simulated Twilio, readable logs.
    Development,
    /// For real: keys, a public URL, JSON logs; nothing simulated.
    Production,
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Which clock the server lives by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockSource {
    /// The system's.
    System,
    /// That of the simulated Twilio at `TWILIO_API_URL`, for tests that move time.
    Simulator,
}

/// Everything the server is told from outside.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `ENVIRONMENT`: where it runs.
    pub environment: Environment,
    /// `HOST`: the address or name to listen on.
    pub host: String,
    /// `PORT`: the TCP port to listen on; 0 takes a free one.
    pub port: u16,
    /// `BASE_URL`: the public URL that Twilio calls and signs.
    pub base_url: BaseUrl,
    /// `SQLITE_PATH`, `MONGO_URI`, `MONGO_DB`: where everything is kept.
    pub store: StoreSettings,
    /// `TWILIO_…`: who rings phones.
    pub carrier: CarrierSettings,
    /// Which of the variables that a Twilio account needs are not set.
    pub missing_twilio_variables: Vec<&'static str>,
    /// `API_KEYS`, `API_AUTH`: who may call.
    pub auth: ApiAuth,
    /// `CORS_ALLOWED_ORIGINS`: whose pages may call.
    pub cors: CorsPolicy,
    /// `RETRY_LIMIT`, `RETRY_DELAY` (seconds), `RETRY_BACKOFF`: what a call gets that does not say.
    pub retry_plan: RetryPlan,
    /// `ALLOW_PRIVATE_TWIML_URLS`: whether a `twiml_url` may name a host in a private network.
    pub private_twiml_hosts: PrivateHosts,
    /// `ACKNOWLEDGEMENT_WEBHOOK_…`: who is told of acknowledgements; nobody by default.
    pub acknowledgement_webhook: Option<WebhookSettings>,
    /// `TTS_…`, `RECORDING_MAX_SECONDS`, `TRANSCRIBE_RECORDINGS`: how calls speak and record.
    pub voice: VoiceSettings,
    /// `NOTIFICATION_SENDER_NAME`, `NOTIFICATION_REPEATS`: how notifications speak.
    pub notifications: NotificationSettings,
    /// `NOTIFICATION_RETRY_…` (seconds), `NOTIFICATION_MACHINE_DETECTION`: how they are dialled.
    pub notification_defaults: NotificationDefaults,
    /// `LOG_LEVEL`: what is logged, as a `tracing` filter.
    pub log_filter: String,
    /// `LOG_FORMAT`: how it is written.
    pub log_format: LogFormat,
    /// `ATLAS_CLOCK`: whose time it is.
    pub clock: ClockSource,
}

impl Settings {
    /// Reads the settings from the process's environment, and from `.env` where that is silent.
    ///
    /// # Errors
    /// [`SettingsError`] naming the variable, what it holds and what is allowed.
    pub fn from_environment() -> Result<Self, SettingsError> {
        Self::from_variables(&Variables::from_environment()?)
    }

    /// Reads the settings from these variables.
    ///
    /// # Errors
    /// [`SettingsError`] naming the variable, what it holds and what is allowed.
    ///
    /// ```
    /// use atlas_server::settings::{Settings, Variables};
    ///
    /// let settings = Settings::from_variables(&Variables::from_pairs([("PORT", "9000")]))?;
    /// assert_eq!(settings.base_url.as_str(), "http://localhost:9000");
    /// # Ok::<(), atlas_server::settings::SettingsError>(())
    /// ```
    pub fn from_variables(variables: &Variables) -> Result<Self, SettingsError> {
        let Listening {
            environment,
            host,
            port,
        } = Listening::from_variables(variables)?;
        let base_url = base_url(variables, environment, port)?;
        let auth = access::auth(variables, environment, &host, &base_url)?;
        let carrier = carrier::carrier(variables, environment)?;
        let clock = clock(variables, environment, &carrier)?;
        Ok(Self {
            environment,
            host,
            port,
            base_url,
            store: StoreSettings::from_variables(variables)?,
            carrier,
            missing_twilio_variables: carrier::missing(variables),
            auth,
            cors: access::cors(variables, environment)?,
            retry_plan: retry_plan(variables)?,
            private_twiml_hosts: variables.private_hosts("ALLOW_PRIVATE_TWIML_URLS")?,
            acknowledgement_webhook: webhook::acknowledgement_webhook(variables)?,
            voice: voice(variables)?,
            notifications: notifications::speech(variables)?,
            notification_defaults: notifications::defaults(variables)?,
            log_filter: log_filter(variables)?,
            log_format: variables
                .word(
                    "LOG_FORMAT",
                    &[("text", LogFormat::Text), ("json", LogFormat::Json)],
                )?
                .unwrap_or(match environment {
                    Environment::Development => LogFormat::Text,
                    Environment::Production => LogFormat::Json,
                }),
            clock,
        })
    }
}

fn base_url(
    variables: &Variables,
    environment: Environment,
    port: u16,
) -> Result<BaseUrl, SettingsError> {
    match (variables.text("BASE_URL"), environment) {
        (Some(text), _) => {
            BaseUrl::parse(text).map_err(|error| variables.invalid("BASE_URL", &error.to_string()))
        }
        (None, Environment::Development) if port == 0 => Err(SettingsError::Missing {
            variable: "BASE_URL",
            why: "PORT is 0, which takes any free port; say which URL Twilio is to call",
        }),
        (None, Environment::Development) => BaseUrl::parse(&format!("http://localhost:{port}"))
            .map_err(|error| variables.invalid("BASE_URL", &error.to_string())),
        (None, Environment::Production) => Err(SettingsError::Missing {
            variable: "BASE_URL",
            why: "production needs the public URL that Twilio calls, such as https://calls.example.com",
        }),
    }
}

fn retry_plan(variables: &Variables) -> Result<RetryPlan, SettingsError> {
    let default = RetryPlan::default();
    let limit = variables
        .integer("RETRY_LIMIT", 0..=i64::from(RetryPlan::MAX_LIMIT))?
        .unwrap_or_else(|| i64::from(default.limit()));
    let delay_range =
        i64::from(RetryPlan::MIN_DELAY_SECONDS)..=i64::from(RetryPlan::MAX_DELAY_SECONDS);
    let delay = variables
        .integer("RETRY_DELAY", delay_range)?
        .unwrap_or_else(|| i64::from(default.delay_seconds()));
    let backoff = variables
        .word(
            "RETRY_BACKOFF",
            &[
                ("fixed", Backoff::Fixed),
                ("exponential", Backoff::Exponential),
            ],
        )?
        .unwrap_or_default();
    RetryPlan::new(limit, delay, backoff)
        .map_err(|error| variables.invalid("RETRY_LIMIT", &error.to_string()))
}

fn voice(variables: &Variables) -> Result<VoiceSettings, SettingsError> {
    let recording_range = i64::from(VoiceSettings::MIN_RECORDING_SECONDS)
        ..=i64::from(VoiceSettings::MAX_RECORDING_SECONDS);
    VoiceSettings::new(
        variables.text("TTS_VOICE").unwrap_or("alice"),
        variables.text("TTS_LANGUAGE").unwrap_or("en-US"),
        variables
            .integer("RECORDING_MAX_SECONDS", recording_range)?
            .unwrap_or(3600),
        variables.boolean("TRANSCRIBE_RECORDINGS")?.unwrap_or(true),
    )
    .map_err(|error| {
        let variable = match error {
            InvalidVoiceSettings::Voice => "TTS_VOICE",
            InvalidVoiceSettings::Language => "TTS_LANGUAGE",
            InvalidVoiceSettings::RecordingMaxSeconds => "RECORDING_MAX_SECONDS",
        };
        variables.invalid(variable, &error.to_string())
    })
}

fn log_filter(variables: &Variables) -> Result<String, SettingsError> {
    let text = variables.text("LOG_LEVEL").unwrap_or("INFO");
    // Python's words, which old deployments use.
    let text = match text {
        "WARNING" => "WARN",
        "CRITICAL" => "ERROR",
        other => other,
    };
    // A word that is no level would count as a target, and nothing else would be logged.
    let names_a_level =
        |part: &str| part.contains('=') || part.trim().parse::<LevelFilter>().is_ok();
    match text.parse::<tracing_subscriber::filter::Targets>() {
        Ok(_) if text.split(',').all(names_a_level) => Ok(text.to_owned()),
        Ok(_) | Err(_) => Err(variables.invalid(
            "LOG_LEVEL",
            "a level (ERROR, WARN, INFO, DEBUG, TRACE) or a list of target=level",
        )),
    }
}

fn clock(
    variables: &Variables,
    environment: Environment,
    carrier: &CarrierSettings,
) -> Result<ClockSource, SettingsError> {
    let source = variables
        .word(
            "ATLAS_CLOCK",
            &[
                ("system", ClockSource::System),
                ("sim", ClockSource::Simulator),
            ],
        )?
        .unwrap_or(ClockSource::System);
    match (source, environment, carrier) {
        (ClockSource::System, _, _) => Ok(source),
        (ClockSource::Simulator, Environment::Production, _) => Err(SettingsError::Unsupported {
            variable: "ATLAS_CLOCK",
            why: "production lives by the system's clock; unset it",
        }),
        (ClockSource::Simulator, Environment::Development, CarrierSettings::Twilio(twilio))
            if cfg!(feature = "simulator") && twilio.api_url != carrier::TWILIO_API_URL =>
        {
            Ok(source)
        }
        (ClockSource::Simulator, Environment::Development, _) => Err(SettingsError::Unsupported {
            variable: "ATLAS_CLOCK",
            why: "sim needs TWILIO_API_URL to be a simulated Twilio, and a server built with one",
        }),
    }
}
