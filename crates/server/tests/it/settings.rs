//! Every variable: its default and what it takes.

use atlas_api::{ApiAuth, CorsPolicy};
use atlas_domain::PrivateHosts;
use atlas_server::settings::{
    CarrierSettings, ClockSource, Environment, LogFormat, Settings, SettingsError, Variables,
};
use secrecy::ExposeSecret as _;

use crate::support::key_line;

mod refused;
mod store;

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

/// The base64 of 24 bytes, which are letters, and of others.
const WEBHOOK_SECRETS: &str =
    "whsec_bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3 whsec_b2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xk";

fn with<'a>(base: &[(&'a str, &'a str)], more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    base.iter().chain(more).copied().collect()
}

#[test]
fn without_any_variable_a_developer_can_begin() {
    let settings = read(&[]).unwrap();
    assert_eq!(settings.environment, Environment::Development);
    assert_eq!((settings.host.as_str(), settings.port), ("127.0.0.1", 8000));
    assert_eq!(settings.base_url.as_str(), "http://localhost:8000");
    assert_eq!(settings.store.to_string(), "data/atlas.db");
    assert!(matches!(settings.carrier, CarrierSettings::Simulated));
    assert_eq!(settings.auth, ApiAuth::OpenOnLoopback);
    assert_eq!(settings.cors, CorsPolicy::AnyLoopback);
    assert_eq!(
        (
            settings.retry_plan.limit(),
            settings.retry_plan.delay_seconds()
        ),
        (3, 10)
    );
    assert_eq!(settings.retry_plan.backoff().as_str(), "fixed");
    assert_eq!(settings.private_twiml_hosts, PrivateHosts::Refused);
    assert_eq!(
        (settings.voice.tts_voice(), settings.voice.tts_language()),
        ("alice", "en-US")
    );
    assert!(settings.voice.transcribe_recordings());
    assert_eq!(settings.voice.record_max_length_seconds(), 119);
    assert!(settings.acknowledgement_webhook.is_none());
    let notifications = &settings.notifications;
    assert_eq!(
        (notifications.sender_name(), notifications.repeats()),
        ("Flux", 2)
    );
    assert_eq!(notification_dials(&settings), (3, 60, "async"));
    assert_eq!(settings.log_filter, "INFO");
    assert_eq!(settings.log_format, LogFormat::Text);
    assert_eq!(settings.clock, ClockSource::System);
}

fn notification_dials(settings: &Settings) -> (u8, u32, &'static str) {
    let defaults = settings.notification_defaults;
    let plan = defaults.retry_plan;
    (
        plan.limit(),
        plan.delay_seconds(),
        defaults.machine_detection.as_str(),
    )
}

#[test]
fn production_has_its_own_defaults() {
    let settings = read(&PRODUCTION).unwrap();
    assert_eq!(settings.environment, Environment::Production);
    assert_eq!((settings.host.as_str(), settings.port), ("0.0.0.0", 8000));
    assert_eq!(
        settings.base_url.as_str(),
        "https://calls.example.com/atlas"
    );
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
            ("ALLOW_PRIVATE_TWIML_URLS", "TRUE"),
            ("ACKNOWLEDGEMENT_WEBHOOK_URL", "http://10.0.0.1:9000/hooks"),
            ("ACKNOWLEDGEMENT_WEBHOOK_SECRET", WEBHOOK_SECRETS),
            ("ALLOW_PRIVATE_WEBHOOK_URLS", "true"),
            ("RETRY_LIMIT", "0"),
            ("RETRY_DELAY", "86400"),
            ("RETRY_BACKOFF", "exponential"),
            ("RECORDING_MAX_SECONDS", "60"),
            ("TRANSCRIBE_RECORDINGS", "false"),
            ("TTS_VOICE", "Polly.Vicki"),
            ("TTS_LANGUAGE", "de-DE"),
            ("NOTIFICATION_SENDER_NAME", "Stadtwerke Süd"),
            ("NOTIFICATION_REPEATS", "5"),
            ("NOTIFICATION_RETRY_LIMIT", "10"),
            ("NOTIFICATION_RETRY_DELAY", "1"),
            ("NOTIFICATION_MACHINE_DETECTION", "sync"),
            ("CORS_ALLOWED_ORIGINS", "https://app.example.com"),
            ("LOG_LEVEL", "DEBUG"),
            ("LOG_FORMAT", "json"),
            ("ATLAS_CLOCK", "sim"),
        ],
    ))
    .unwrap();
    assert_eq!((settings.host.as_str(), settings.port), ("0.0.0.0", 9000));
    assert_eq!(settings.base_url.as_str(), "https://calls.example.com");
    assert_eq!(settings.store.to_string(), "/var/lib/atlas.db");
    let CarrierSettings::Twilio(twilio) = &settings.carrier else {
        panic!("{:?}", settings.carrier);
    };
    assert_eq!(twilio.account_sid.as_str(), TWILIO[0].1);
    assert_eq!(twilio.auth_token.expose_secret(), "hunter2");
    assert_eq!(
        twilio
            .secondary_auth_token
            .as_ref()
            .unwrap()
            .expose_secret(),
        "hunter3"
    );
    assert_eq!(twilio.from_number.as_str(), "+15005550006");
    assert_eq!(twilio.api_url, "http://127.0.0.1:9999");
    assert!(
        matches!(&settings.auth, ApiAuth::Keys(keys) if keys.len() == 1 && keys[0].name() == "crm")
    );
    assert_eq!(
        (
            settings.retry_plan.limit(),
            settings.retry_plan.delay_seconds()
        ),
        (0, 86_400)
    );
    assert_eq!(settings.retry_plan.backoff().as_str(), "exponential");
    assert_eq!(settings.private_twiml_hosts, PrivateHosts::Allowed);
    let webhook = settings.acknowledgement_webhook.as_ref().unwrap();
    assert_eq!(
        format!("{webhook:?}"),
        "WebhookSettings { url: WebhookUrl(10.0.0.1), secrets: SigningSecrets(2) }"
    );
    assert_eq!(settings.voice.record_max_length_seconds(), 60);
    assert_eq!(settings.voice.tts_voice(), "Polly.Vicki");
    let notifications = &settings.notifications;
    assert_eq!(
        (notifications.sender_name(), notifications.repeats()),
        ("Stadtwerke Süd", 5)
    );
    assert_eq!(notification_dials(&settings), (10, 1, "sync"));
    assert_eq!(settings.log_format, LogFormat::Json);
    assert_eq!(settings.clock, ClockSource::Simulator);
}

#[test]
fn an_empty_variable_counts_as_unset_and_blanks_around_a_value_as_nothing() {
    let settings = read(&[
        ("PORT", " "),
        ("BASE_URL", ""),
        ("API_KEYS", ""),
        ("RETRY_LIMIT", " 5 "),
    ])
    .unwrap();
    assert_eq!(settings.port, 8000);
    assert_eq!(settings.retry_plan.limit(), 5);
}

#[test]
fn the_from_number_has_an_older_name() {
    let pairs = with(&TWILIO[..2], &[("TWILIO_PHONE_NUMBER", "+15005550007")]);
    let settings = read(&pairs).unwrap();
    assert!(
        matches!(&settings.carrier, CarrierSettings::Twilio(twilio) if twilio.from_number.as_str() == "+15005550007")
    );
}

#[test]
fn log_levels_are_levels_or_lists_of_targets() {
    for (level, filter) in [
        ("WARNING", "WARN"),
        ("CRITICAL", "ERROR"),
        ("debug", "debug"),
        ("INFO,atlas_api=trace", "INFO,atlas_api=trace"),
    ] {
        assert_eq!(read(&[("LOG_LEVEL", level)]).unwrap().log_filter, filter);
    }
}

#[test]
fn settings_can_be_shown_without_showing_a_secret() {
    let line = key_line("crm", "hunter4");
    let pairs = with(
        &TWILIO,
        &[
            ("TWILIO_AUTH_TOKEN_SECONDARY", "hunter3"),
            ("API_KEYS", &line),
            (
                "ACKNOWLEDGEMENT_WEBHOOK_URL",
                "https://hooks.example.com/hunter5",
            ),
            ("ACKNOWLEDGEMENT_WEBHOOK_SECRET", WEBHOOK_SECRETS),
        ],
    );
    let shown = format!(
        "{:?} {:?}",
        read(&pairs).unwrap(),
        Variables::from_pairs(pairs.iter().copied())
    );
    let hash = line.split_once(':').unwrap().1;
    for secret in ["hunter2", "hunter3", "hunter4", "hunter5", "bmV3", hash] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
