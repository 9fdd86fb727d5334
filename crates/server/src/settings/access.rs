//! Who may call: keys, or an explicit word that none are wanted.

use std::net::IpAddr;

use atlas_api::{ApiAuth, ApiKey, BaseUrl, CorsPolicy};

use super::{Environment, SettingsError, Variables};

/// Decides who may call. Without keys, only a development server that nobody else can reach may
/// be open without saying so.
pub(super) fn auth(
    variables: &Variables,
    environment: Environment,
    host: &str,
    base_url: &BaseUrl,
) -> Result<ApiAuth, SettingsError> {
    let switched_off = variables.word("API_AUTH", &[("off", true), ("keys", false)])?;
    if let Some(text) = variables.text("API_KEYS") {
        if switched_off == Some(true) {
            return Err(SettingsError::Unsupported {
                variable: "API_AUTH",
                why: "it is off, but API_KEYS is set; unset one of the two",
            });
        }
        let keys = ApiKey::parse_list(text)
            .map_err(|error| variables.invalid("API_KEYS", &error.to_string()))?;
        if keys.is_empty() {
            return Err(variables.invalid("API_KEYS", "at least one name:sha256-in-hex"));
        }
        return Ok(ApiAuth::Keys(keys));
    }
    let why = match (switched_off, environment) {
        (Some(true), _) => return Ok(ApiAuth::Open),
        (Some(false), _) => "API_AUTH asks for keys",
        (None, Environment::Production) => {
            "production needs keys (make one with `atlas-server keys create --name NAME`), or \
             API_AUTH=off to say that anybody may call"
        }
        (None, Environment::Development) if !is_loopback(host) => {
            "HOST is not loopback, so others could dial; make a key with `atlas-server keys create \
             --name NAME`, or say API_AUTH=off"
        }
        (None, Environment::Development) if !base_url.is_loopback() => {
            "BASE_URL is public, so others could dial; make a key with `atlas-server keys create \
             --name NAME`, or say API_AUTH=off"
        }
        (None, Environment::Development) => return Ok(ApiAuth::OpenOnLoopback),
    };
    Err(SettingsError::Missing {
        variable: "API_KEYS",
        why,
    })
}

pub(super) fn cors(
    variables: &Variables,
    environment: Environment,
) -> Result<CorsPolicy, SettingsError> {
    match (variables.text("CORS_ALLOWED_ORIGINS"), environment) {
        (Some(text), _) => CorsPolicy::parse_list(text)
            .map_err(|error| variables.invalid("CORS_ALLOWED_ORIGINS", &error.to_string())),
        (None, Environment::Development) => Ok(CorsPolicy::AnyLoopback),
        (None, Environment::Production) => Ok(CorsPolicy::None),
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host
            .trim_start_matches('[')
            .trim_end_matches(']')
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}
