//! Who rings phones: Twilio, the simulated one, or nobody.

use atlas_api::{BaseUrl, TwilioAccount};
use atlas_domain::PhoneNumber;
use atlas_twilio::sid::AccountSid;
use secrecy::SecretString;

use super::{Environment, SettingsError, Variables};

/// Whether a simulated Twilio can be started beside this server.
const HAS_SIMULATOR: bool = cfg!(feature = "simulator");

/// Twilio's own address.
pub(super) const TWILIO_API_URL: &str = "https://api.twilio.com";

/// What the number shown is called: its name, and the one that the older service used.
const FROM_NUMBERS: [&str; 2] = ["TWILIO_FROM_NUMBER", "TWILIO_PHONE_NUMBER"];

/// Who rings phones.
#[derive(Debug, Clone)]
pub enum CarrierSettings {
    /// Twilio, or something that speaks its API at another address.
    Twilio(TwilioSettings),
    /// The simulated Twilio, started beside the server.
    Simulated,
    /// Nobody: the server runs, and calls answer 503.
    NotConfigured,
}

/// How to reach Twilio.
#[derive(Debug, Clone)]
pub struct TwilioSettings {
    /// `TWILIO_ACCOUNT_SID`.
    pub account_sid: AccountSid,
    /// `TWILIO_AUTH_TOKEN`.
    pub auth_token: SecretString,
    /// `TWILIO_AUTH_TOKEN_SECONDARY`: also accepted in signatures, while tokens are rotated.
    pub secondary_auth_token: Option<SecretString>,
    /// `TWILIO_FROM_NUMBER`: the number shown.
    pub from_number: PhoneNumber,
    /// `TWILIO_API_URL`: where the API is.
    pub api_url: String,
}

impl TwilioSettings {
    /// Whether Twilio itself is meant, which cannot reach this machine's loopback.
    #[must_use]
    pub fn is_twilio_itself(&self) -> bool {
        self.api_url.contains("twilio.com")
    }
}

pub(super) fn carrier(
    variables: &Variables,
    environment: Environment,
) -> Result<CarrierSettings, SettingsError> {
    let simulate = variables.boolean("TWILIO_SIMULATE")?;
    let twilio = twilio(variables)?;
    match (simulate, environment, twilio) {
        (Some(true), Environment::Production, _) => Err(SettingsError::Unsupported {
            variable: "TWILIO_SIMULATE",
            why: "production never simulates; unset it",
        }),
        (Some(true), Environment::Development, Some(_)) => Err(SettingsError::Unsupported {
            variable: "TWILIO_SIMULATE",
            why: "it is true, but TWILIO_ACCOUNT_SID is set; unset one of the two",
        }),
        (Some(false) | None, _, Some(twilio)) => Ok(CarrierSettings::Twilio(twilio)),
        (Some(true), Environment::Development, None) if !HAS_SIMULATOR => {
            Err(SettingsError::Unsupported {
                variable: "TWILIO_SIMULATE",
                why: "this server was built without the simulator; unset it",
            })
        }
        (None, Environment::Development, None) if !HAS_SIMULATOR => {
            Ok(CarrierSettings::NotConfigured)
        }
        (Some(true) | None, Environment::Development, None) => Ok(CarrierSettings::Simulated),
        (Some(false), Environment::Development, None)
        | (Some(false) | None, Environment::Production, None) => Ok(CarrierSettings::NotConfigured),
    }
}

/// Reads the three variables that belong together: all of them, or none. Whatever is set must
/// parse, also when the others are missing.
fn twilio(variables: &Variables) -> Result<Option<TwilioSettings>, SettingsError> {
    let account_sid = account_sid(variables)?;
    let auth_token = variables.secret("TWILIO_AUTH_TOKEN");
    let from_number = from_number(variables)?;
    let api_url = api_url(variables)?;
    let missing = |variable| SettingsError::Missing {
        variable,
        why: "TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_FROM_NUMBER go together",
    };
    match (account_sid, auth_token, from_number) {
        // A number alone says nothing about an account.
        (None, None, _) => Ok(None),
        (Some(account_sid), Some(auth_token), Some(from_number)) => Ok(Some(TwilioSettings {
            account_sid,
            auth_token,
            secondary_auth_token: variables.secret("TWILIO_AUTH_TOKEN_SECONDARY"),
            from_number,
            api_url,
        })),
        (None, Some(_), _) => Err(missing("TWILIO_ACCOUNT_SID")),
        (Some(_), None, _) => Err(missing("TWILIO_AUTH_TOKEN")),
        (Some(_), Some(_), None) => Err(missing("TWILIO_FROM_NUMBER")),
    }
}

/// Which of the variables that an account needs are not set.
pub(super) fn missing(variables: &Variables) -> Vec<&'static str> {
    let is_set = |name: &str| match name {
        "TWILIO_FROM_NUMBER" => FROM_NUMBERS
            .iter()
            .any(|name| variables.text(name).is_some()),
        name => variables.text(name).is_some(),
    };
    let mut missing = TwilioAccount::VARIABLES.to_vec();
    missing.retain(|name| !is_set(name));
    missing
}

fn account_sid(variables: &Variables) -> Result<Option<AccountSid>, SettingsError> {
    let variable = "TWILIO_ACCOUNT_SID";
    let parse = |text: &str| {
        let parsed = text.parse();
        parsed.map_err(|_| variables.invalid(variable, "AC and 32 hexadecimal digits"))
    };
    variables.text(variable).map(parse).transpose()
}

/// Reads the number under its name, or else under its older name.
fn from_number(variables: &Variables) -> Result<Option<PhoneNumber>, SettingsError> {
    for variable in FROM_NUMBERS {
        if let Some(text) = variables.text(variable) {
            let parsed = text.parse().map_err(|error: atlas_domain::InvalidText| {
                variables.invalid(variable, &error.to_string())
            });
            return parsed.map(Some);
        }
    }
    Ok(None)
}

fn api_url(variables: &Variables) -> Result<String, SettingsError> {
    let text = variables.text("TWILIO_API_URL").unwrap_or(TWILIO_API_URL);
    BaseUrl::parse(text)
        .map(|url| url.as_str().to_owned())
        .map_err(|error| variables.invalid("TWILIO_API_URL", &error.to_string()))
}
