//! Every variable: its default, what it takes, and what is said when it holds something else.

use std::path::Path;

use atlas_api::{ApiAuth, CorsPolicy};
use atlas_server::settings::{CarrierSettings, ClockSource, Environment, LogFormat, Settings, SettingsError, Variables};
use secrecy::ExposeSecret as _;

use crate::support::key_line;

fn read(pairs: &[(&str, &str)]) -> Result<Settings, SettingsError> {
    Settings::from_variables(&Variables::from_pairs(pairs.iter().copied()))
}

const PRODUCTION: [(&str, &str); 3] = [
    ("ENVIRONMENT", "production"),
    ("BASE_URL", "https://calls.example.com/atlas"),
    ("API_AUTH", "off"),
];

const TWILIO: [(&str, &str); 3] = [
    ("TWILIO_ACCOUNT_SID", "AC0123456789abcdef0123456789abcdef"),
    ("TWILIO_AUTH_TOKEN", "hunter2"),
    ("TWILIO_FROM_NUMBER", "+15005550006"),
];

fn with<'a>(base: &[(&'a str, &'a str)], more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    base.iter().chain(more).copied().collect()
}

/// The one sentence that an operator reads, with its causes.
fn told(error: &SettingsError) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(source) = cause {
        text.push_str(": ");
        text.push_str(&source.to_string());
        cause = source.source();
    }
    text
}

#[test]
fn without_any_variable_a_developer_can_begin() {
    let settings = read(&[]).unwrap();
    assert_eq!(settings.environment, Environment::Development);
    assert_eq!((settings.host.as_str(), settings.port), ("127.0.0.1", 8000));
    assert_eq!(settings.base_url.as_str(), "http://localhost:8000");
    assert_eq!(settings.sqlite_path, Path::new("data/atlas.db"));
    assert!(matches!(settings.carrier, CarrierSettings::Simulated));
    assert_eq!(settings.auth, ApiAuth::OpenOnLoopback);
    assert_eq!(settings.cors, CorsPolicy::AnyLoopback);
    assert_eq!((settings.retry_plan.limit(), settings.retry_plan.delay_seconds()), (3, 10));
    assert_eq!(settings.retry_plan.backoff().as_str(), "fixed");
    assert_eq!((settings.voice.tts_voice(), settings.voice.tts_language()), ("alice", "en-US"));
    assert!(settings.voice.transcribe_recordings());
    assert_eq!(settings.voice.record_max_length_seconds(), 119);
    assert_eq!(settings.log_filter, "INFO");
    assert_eq!(settings.log_format, LogFormat::Text);
    assert_eq!(settings.clock, ClockSource::System);
}

#[test]
fn production_has_its_own_defaults() {
    let settings = read(&PRODUCTION).unwrap();
    assert_eq!(settings.environment, Environment::Production);
    assert_eq!((settings.host.as_str(), settings.port), ("0.0.0.0", 8000));
    assert_eq!(settings.base_url.as_str(), "https://calls.example.com/atlas");
    assert!(matches!(settings.carrier, CarrierSettings::NotConfigured));
    assert_eq!(settings.auth, ApiAuth::Open);
    assert_eq!(settings.cors, CorsPolicy::None);
    assert_eq!(settings.log_format, LogFormat::Json);
}

#[test]
fn every_variable_is_taken() {
    let line = key_line("crm", "secret");
    let settings = read(&with(
        &TWILIO,
        &[
            ("HOST", "0.0.0.0"),
            ("PORT", "9000"),
            ("BASE_URL", "https://calls.example.com/"),
            ("SQLITE_PATH", "/var/lib/atlas.db"),
            ("TWILIO_AUTH_TOKEN_SECONDARY", "hunter3"),
            ("TWILIO_API_URL", "http://127.0.0.1:9999"),
            ("API_KEYS", &line),
            ("RETRY_LIMIT", "0"),
            ("RETRY_DELAY", "86400"),
            ("RETRY_BACKOFF", "exponential"),
            ("RECORDING_MAX_SECONDS", "60"),
            ("TRANSCRIBE_RECORDINGS", "false"),
            ("TTS_VOICE", "Polly.Vicki"),
            ("TTS_LANGUAGE", "de-DE"),
            ("CORS_ALLOWED_ORIGINS", "https://app.example.com"),
            ("LOG_LEVEL", "DEBUG"),
            ("LOG_FORMAT", "json"),
            ("ATLAS_CLOCK", "sim"),
        ],
    ))
    .unwrap();
    assert_eq!((settings.host.as_str(), settings.port), ("0.0.0.0", 9000));
    assert_eq!(settings.base_url.as_str(), "https://calls.example.com");
    assert_eq!(settings.sqlite_path, Path::new("/var/lib/atlas.db"));
    let CarrierSettings::Twilio(twilio) = &settings.carrier else {
        panic!("{:?}", settings.carrier);
    };
    assert_eq!(twilio.account_sid.as_str(), TWILIO[0].1);
    assert_eq!(twilio.auth_token.expose_secret(), "hunter2");
    assert_eq!(twilio.secondary_auth_token.as_ref().unwrap().expose_secret(), "hunter3");
    assert_eq!(twilio.from_number.as_str(), "+15005550006");
    assert_eq!(twilio.api_url, "http://127.0.0.1:9999");
    assert!(matches!(&settings.auth, ApiAuth::Keys(keys) if keys.len() == 1 && keys[0].name() == "crm"));
    assert_eq!((settings.retry_plan.limit(), settings.retry_plan.delay_seconds()), (0, 86_400));
    assert_eq!(settings.retry_plan.backoff().as_str(), "exponential");
    assert_eq!(settings.voice.record_max_length_seconds(), 60);
    assert_eq!(settings.voice.tts_voice(), "Polly.Vicki");
    assert_eq!(settings.log_format, LogFormat::Json);
    assert_eq!(settings.clock, ClockSource::Simulator);
}

#[test]
fn an_empty_variable_counts_as_unset_and_blanks_around_a_value_as_nothing() {
    let settings = read(&[("PORT", " "), ("BASE_URL", ""), ("API_KEYS", ""), ("RETRY_LIMIT", " 5 ")]).unwrap();
    assert_eq!(settings.port, 8000);
    assert_eq!(settings.retry_plan.limit(), 5);
}

#[test]
fn the_from_number_has_an_older_name() {
    let pairs = with(&TWILIO[..2], &[("TWILIO_PHONE_NUMBER", "+15005550007")]);
    let settings = read(&pairs).unwrap();
    assert!(matches!(&settings.carrier, CarrierSettings::Twilio(twilio) if twilio.from_number.as_str() == "+15005550007"));
}

#[test]
fn log_levels_are_levels_or_lists_of_targets() {
    for (level, filter) in [("WARNING", "WARN"), ("CRITICAL", "ERROR"), ("debug", "debug"), ("INFO,atlas_api=trace", "INFO,atlas_api=trace")] {
        assert_eq!(read(&[("LOG_LEVEL", level)]).unwrap().log_filter, filter);
    }
}

#[test]
fn a_variable_that_does_not_parse_is_named_with_what_it_holds_and_what_is_allowed() {
    let development: [(&str, &str, &str); 34] = [
        ("ENVIRONMENT", "staging", "development or production"),
        ("PORT", "http", "an integer from 0 to 65535"),
        ("PORT", "65536", "an integer from 0 to 65535"),
        ("PORT", "-1", "an integer from 0 to 65535"),
        ("BASE_URL", "calls.example.com", "begin with http:// or https://"),
        ("BASE_URL", "ftp://calls.example.com", "begin with http:// or https://"),
        ("BASE_URL", "https://user:pw@calls.example.com", "no user name or password"),
        ("BASE_URL", "https://calls.example.com?x=1", "neither a query nor a fragment"),
        ("BASE_URL", "https://calls.example.com#x", "neither a query nor a fragment"),
        ("BASE_URL", "https://my_host.example.com", "no underscore in its host"),
        ("BASE_URL", "https://calls.example.com:0", "a port from 1 to 65535"),
        ("TWILIO_SIMULATE", "maybe", "true or false"),
        ("TWILIO_SIMULATE", "1", "true or false"),
        ("API_AUTH", "none", "off or keys"),
        ("API_KEYS", "crm", "name:sha256-in-hex"),
        ("API_KEYS", "crm:hunter2", "64 hexadecimal digits"),
        ("RETRY_LIMIT", "11", "an integer from 0 to 10"),
        ("RETRY_LIMIT", "-1", "an integer from 0 to 10"),
        ("RETRY_LIMIT", "3.5", "an integer from 0 to 10"),
        ("RETRY_DELAY", "0", "an integer from 1 to 86400"),
        ("RETRY_DELAY", "86401", "an integer from 1 to 86400"),
        ("RETRY_DELAY", "10s", "an integer from 1 to 86400"),
        ("RETRY_BACKOFF", "linear", "fixed or exponential"),
        ("RECORDING_MAX_SECONDS", "1", "an integer from 2 to 14400"),
        ("RECORDING_MAX_SECONDS", "14401", "an integer from 2 to 14400"),
        ("TRANSCRIBE_RECORDINGS", "yes", "true or false"),
        ("TTS_VOICE", "a b", "1 to 100 visible ASCII characters"),
        ("TTS_LANGUAGE", "de DE", "1 to 100 visible ASCII characters"),
        ("CORS_ALLOWED_ORIGINS", "*", "origins such as https://app.example.com"),
        ("CORS_ALLOWED_ORIGINS", "https://a.example/x", "origins such as https://app.example.com"),
        ("LOG_LEVEL", "loud", "a level (ERROR, WARN, INFO, DEBUG, TRACE)"),
        ("LOG_LEVEL", "atlas=loud", "a level (ERROR, WARN, INFO, DEBUG, TRACE)"),
        ("LOG_FORMAT", "xml", "text or json"),
        ("ATLAS_CLOCK", "moon", "system or sim"),
    ];
    for (variable, held, allowed) in development {
        let error = read(&[(variable, held)]).expect_err(held);
        let text = told(&error);
        assert!(text.starts_with(&format!("{variable} is ")), "{variable}={held}: {text}");
        assert!(text.contains(allowed), "{variable}={held}: {text}");
        assert!(!text.contains('\n'), "one sentence: {text}");
        if variable == "API_KEYS" {
            assert!(!text.contains(held) && !text.contains("hunter2"), "masked: {text}");
        } else {
            assert!(text.contains(&format!("{held:?}")), "{variable}={held}: {text}");
        }
    }
    let twilio = [
        ("TWILIO_ACCOUNT_SID", "AC1", "AC and 32 hexadecimal digits"),
        ("TWILIO_FROM_NUMBER", "555", "E.164"),
        ("TWILIO_API_URL", "api.twilio.com", "begin with http:// or https://"),
    ];
    for (variable, held, allowed) in twilio {
        let text = told(&read(&with(&TWILIO, &[(variable, held)])).expect_err(held));
        assert!(text.starts_with(&format!("{variable} is {held:?}")), "{text}");
        assert!(text.contains(allowed), "{text}");
        assert!(!text.contains("hunter2"), "{text}");
    }
    let pairs = with(&TWILIO[..2], &[("TWILIO_PHONE_NUMBER", "555")]);
    let text = told(&read(&pairs).unwrap_err());
    assert!(text.starts_with("TWILIO_PHONE_NUMBER is "), "{text}");
}

#[test]
fn what_is_missing_or_cannot_be_is_named_too() {
    let line = key_line("crm", "secret");
    let cases: Vec<(Vec<(&str, &str)>, &str, &str)> = vec![
        (vec![("ENVIRONMENT", "production")], "BASE_URL", "public URL"),
        (PRODUCTION[..2].to_vec(), "API_KEYS", "production needs keys"),
        (vec![("HOST", "0.0.0.0")], "API_KEYS", "HOST is not loopback"),
        (vec![("BASE_URL", "https://x.ngrok.example")], "API_KEYS", "BASE_URL is public"),
        (vec![("API_AUTH", "keys")], "API_KEYS", "asks for keys"),
        (vec![("API_AUTH", "off"), ("API_KEYS", &line)], "API_AUTH", "unset one of the two"),
        (with(&PRODUCTION, &[("TWILIO_SIMULATE", "true")]), "TWILIO_SIMULATE", "production never simulates"),
        (with(&TWILIO, &[("TWILIO_SIMULATE", "true")]), "TWILIO_SIMULATE", "unset one of the two"),
        (TWILIO[..2].to_vec(), "TWILIO_FROM_NUMBER", "go together"),
        (vec![TWILIO[0], TWILIO[2]], "TWILIO_AUTH_TOKEN", "go together"),
        (TWILIO[1..].to_vec(), "TWILIO_ACCOUNT_SID", "go together"),
        (vec![("MONGO_URI", "mongodb://user:hunter2@h/")], "MONGO_URI", "SQLite"),
        (vec![("ATLAS_CLOCK", "sim")], "ATLAS_CLOCK", "TWILIO_API_URL"),
        (with(&TWILIO, &[("ATLAS_CLOCK", "sim")]), "ATLAS_CLOCK", "TWILIO_API_URL"),
        (with(&PRODUCTION, &[("ATLAS_CLOCK", "sim")]), "ATLAS_CLOCK", "production"),
    ];
    for (pairs, variable, why) in cases {
        let text = told(&read(&pairs).expect_err(variable));
        assert!(text.starts_with(variable), "{pairs:?}: {text}");
        assert!(text.contains(why), "{pairs:?}: {text}");
        assert!(!text.contains("hunter2") && !text.contains('\n'), "{text}");
    }
}

#[test]
fn in_production_nothing_is_open_by_accident() {
    let line = key_line("crm", "secret");
    let keyed = with(&PRODUCTION[..2], &[("API_KEYS", &line)]);
    assert!(matches!(read(&keyed).unwrap().auth, ApiAuth::Keys(_)));
    let loopback = [("ENVIRONMENT", "production"), ("HOST", "127.0.0.1"), ("BASE_URL", "http://localhost:8000")];
    let text = told(&read(&loopback).expect_err("no keys"));
    assert!(text.starts_with("API_KEYS is not set"), "{text}");
    let blank = with(&PRODUCTION[..2], &[("API_KEYS", " , ")]);
    assert!(read(&blank).is_err(), "an empty list of keys is no key");
}

#[test]
fn settings_can_be_shown_without_showing_a_secret() {
    let line = key_line("crm", "hunter4");
    let pairs = with(&TWILIO, &[("TWILIO_AUTH_TOKEN_SECONDARY", "hunter3"), ("API_KEYS", &line)]);
    let shown = format!("{:?} {:?}", read(&pairs).unwrap(), Variables::from_pairs(pairs.iter().copied()));
    let hash = line.split_once(':').unwrap().1;
    for secret in ["hunter2", "hunter3", "hunter4", hash] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
