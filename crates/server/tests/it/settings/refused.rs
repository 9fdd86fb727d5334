//! What is said when a variable holds something else than it may, or is missing.

use atlas_api::ApiAuth;
use atlas_server::settings::SettingsError;

use super::{PRODUCTION, TWILIO, WEBHOOK_SECRETS, read, with};
use crate::support::key_line;

/// Names and values.
type Pairs<'a> = Vec<(&'a str, &'a str)>;

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
fn a_variable_that_does_not_parse_is_named_with_what_it_holds_and_what_is_allowed() {
    let too_long = "é".repeat(101);
    let development: [(&str, &str, &str); 51] = [
        ("ENVIRONMENT", "staging", "development or production"),
        ("PORT", "http", "an integer from 0 to 65535"),
        ("PORT", "65536", "an integer from 0 to 65535"),
        ("PORT", "-1", "an integer from 0 to 65535"),
        (
            "BASE_URL",
            "calls.example.com",
            "begin with http:// or https://",
        ),
        (
            "BASE_URL",
            "ftp://calls.example.com",
            "begin with http:// or https://",
        ),
        (
            "BASE_URL",
            "https://user:pw@calls.example.com",
            "no user name or password",
        ),
        (
            "BASE_URL",
            "https://calls.example.com?x=1",
            "neither a query nor a fragment",
        ),
        (
            "BASE_URL",
            "https://calls.example.com#x",
            "neither a query nor a fragment",
        ),
        (
            "BASE_URL",
            "https://my_host.example.com",
            "no underscore in its host",
        ),
        (
            "BASE_URL",
            "https://calls.example.com:0",
            "a port from 1 to 65535",
        ),
        ("TWILIO_SIMULATE", "maybe", "true or false"),
        ("TWILIO_SIMULATE", "1", "true or false"),
        ("ALLOW_PRIVATE_TWIML_URLS", "1", "true or false"),
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
        ("NOTIFICATION_SENDER_NAME", &too_long, "1 to 100 characters"),
        ("NOTIFICATION_REPEATS", "6", "an integer from 1 to 5"),
        ("NOTIFICATION_RETRY_LIMIT", "11", "an integer from 0 to 10"),
        (
            "NOTIFICATION_RETRY_DELAY",
            "0",
            "an integer from 1 to 86400",
        ),
        (
            "NOTIFICATION_MACHINE_DETECTION",
            "true",
            "async or sync or off",
        ),
        ("RECORDING_MAX_SECONDS", "1", "an integer from 2 to 14400"),
        (
            "RECORDING_MAX_SECONDS",
            "14401",
            "an integer from 2 to 14400",
        ),
        ("TRANSCRIBE_RECORDINGS", "yes", "true or false"),
        ("TTS_VOICE", "a b", "1 to 100 visible ASCII characters"),
        ("TTS_LANGUAGE", "de DE", "a tag such as `en-US`"),
        (
            "CORS_ALLOWED_ORIGINS",
            "*",
            "origins such as https://app.example.com",
        ),
        (
            "CORS_ALLOWED_ORIGINS",
            "https://a.example/x",
            "origins such as https://app.example.com",
        ),
        (
            "LOG_LEVEL",
            "loud",
            "a level (ERROR, WARN, INFO, DEBUG, TRACE)",
        ),
        (
            "LOG_LEVEL",
            "atlas=loud",
            "a level (ERROR, WARN, INFO, DEBUG, TRACE)",
        ),
        ("LOG_FORMAT", "xml", "text or json"),
        ("ATLAS_CLOCK", "moon", "system or sim"),
        ("ALLOW_PRIVATE_WEBHOOK_URLS", "yes", "true or false"),
        (
            "ACKNOWLEDGEMENT_WEBHOOK_URL",
            "hooks.example.com",
            "an absolute URL",
        ),
        (
            "ACKNOWLEDGEMENT_WEBHOOK_URL",
            "http://hooks.example.com",
            "begin with https://",
        ),
        (
            "ACKNOWLEDGEMENT_WEBHOOK_URL",
            "https://user:pw@hooks.example.com",
            "no user name or password",
        ),
        (
            "ACKNOWLEDGEMENT_WEBHOOK_URL",
            "https://0x7f000001/",
            "a host in a private network",
        ),
        (
            "ACKNOWLEDGEMENT_WEBHOOK_SECRET",
            "hunter2",
            "begin with whsec_",
        ),
        (
            "ACKNOWLEDGEMENT_WEBHOOK_SECRET",
            "whsec_aHVudGVyMg==",
            "24 to 64 bytes",
        ),
        (
            "MONGO_DB",
            "at.las",
            "letters, digits, dashes or underscores",
        ),
        ("MONGO_DB", "admin", "none of MongoDB's own"),
        (
            "MONGO_URI",
            "user:hunter2@localhost",
            "mongodb://… or mongodb+srv://…",
        ),
        (
            "MONGO_URI",
            "mongodb://user:hun/ter2@localhost",
            "user and password are percent-encoded",
        ),
    ];
    for (variable, held, allowed) in development {
        let error = read(&[(variable, held)]).expect_err(held);
        let text = told(&error);
        assert!(
            text.starts_with(&format!("{variable} is ")),
            "{variable}={held}: {text}"
        );
        assert!(text.contains(allowed), "{variable}={held}: {text}");
        assert!(!text.contains('\n'), "one sentence: {text}");
        if ["API_KEYS", "MONGO_URI", "ACKNOWLEDGEMENT_WEBHOOK_SECRET"].contains(&variable) {
            assert!(
                !text.contains(held) && !text.contains("hunter2"),
                "masked: {text}"
            );
        } else {
            let shown = held.replace("user:pw@", "…@");
            assert!(
                text.contains(&format!("{shown:?}")),
                "{variable}={held}: {text}"
            );
            assert!(!text.contains("pw@"), "masked: {text}");
        }
        assert_eq!(text.matches("must").count(), 1, "one sentence: {text}");
    }
    let twilio = [
        ("TWILIO_ACCOUNT_SID", "AC1", "AC and 32 hexadecimal digits"),
        ("TWILIO_FROM_NUMBER", "555", "E.164"),
        (
            "TWILIO_API_URL",
            "api.twilio.com",
            "begin with http:// or https://",
        ),
    ];
    for (variable, held, allowed) in twilio {
        let text = told(&read(&with(&TWILIO, &[(variable, held)])).expect_err(held));
        assert!(
            text.starts_with(&format!("{variable} is {held:?}")),
            "{text}"
        );
        assert!(text.contains(allowed), "{text}");
        assert!(!text.contains("hunter2"), "{text}");
    }
    let pairs = with(&TWILIO[..2], &[("TWILIO_PHONE_NUMBER", "555")]);
    let text = told(&read(&pairs).unwrap_err());
    assert!(text.starts_with("TWILIO_PHONE_NUMBER is "), "{text}");
}

#[test]
fn of_the_receivers_url_only_the_host_is_told() {
    for (held, shown) in [
        (
            "http://hooks.example.com/T0/hunter2",
            "http://hooks.example.com/…",
        ),
        (
            "http://hooks.example.com?token=hunter2",
            "http://hooks.example.com/…",
        ),
        (r"http:\\hooks.example.com\hunter2", "http:/…"),
        ("hooks.example.com/hunter2", "hooks.example.com/…"),
        ("user:hunter2@hooks.example.com", "…@hooks.example.com"),
        (
            "https://user:hun/hunter2@hooks.example.com/hunter2",
            "https://…@hooks.example.com/…",
        ),
        (
            "https://hooks.example.com/a@10.0.0.1/hunter2 ?",
            "https://…@10.0.0.1/…",
        ),
    ] {
        let pairs = [
            ("ACKNOWLEDGEMENT_WEBHOOK_URL", held),
            ("ACKNOWLEDGEMENT_WEBHOOK_SECRET", WEBHOOK_SECRETS),
        ];
        let text = told(&read(&pairs).expect_err(held));
        let expected = format!("ACKNOWLEDGEMENT_WEBHOOK_URL is {shown:?}, but it must ");
        assert!(text.starts_with(&expected), "{held}: {text}");
        assert!(!text.contains("hunter2"), "{held}: {text}");
    }
}

#[test]
fn what_is_missing_or_cannot_be_is_named_too() {
    let line = key_line("crm", "secret");
    let cases: Vec<(Pairs<'_>, &str, &str)> = vec![
        (
            vec![("ENVIRONMENT", "production")],
            "BASE_URL",
            "public URL",
        ),
        (
            PRODUCTION[..2].to_vec(),
            "API_KEYS",
            "production needs keys",
        ),
        (
            vec![("HOST", "0.0.0.0")],
            "API_KEYS",
            "HOST is not loopback",
        ),
        (
            vec![("BASE_URL", "https://x.ngrok.example")],
            "API_KEYS",
            "BASE_URL is public",
        ),
        (vec![("API_AUTH", "keys")], "API_KEYS", "asks for keys"),
        (
            vec![("API_AUTH", "off"), ("API_KEYS", &line)],
            "API_AUTH",
            "unset one of the two",
        ),
        (
            with(&PRODUCTION, &[("TWILIO_SIMULATE", "true")]),
            "TWILIO_SIMULATE",
            "production never simulates",
        ),
        (
            with(&TWILIO, &[("TWILIO_SIMULATE", "true")]),
            "TWILIO_SIMULATE",
            "unset one of the two",
        ),
        (TWILIO[..2].to_vec(), "TWILIO_FROM_NUMBER", "go together"),
        (
            vec![TWILIO[0], TWILIO[2]],
            "TWILIO_AUTH_TOKEN",
            "go together",
        ),
        (TWILIO[1..].to_vec(), "TWILIO_ACCOUNT_SID", "go together"),
        (vec![("MONGO_DB", "atlas")], "MONGO_URI", "set both"),
        (
            vec![("ACKNOWLEDGEMENT_WEBHOOK_URL", "https://hooks.example.com")],
            "ACKNOWLEDGEMENT_WEBHOOK_SECRET",
            "go together",
        ),
        (
            vec![("ACKNOWLEDGEMENT_WEBHOOK_SECRET", WEBHOOK_SECRETS)],
            "ACKNOWLEDGEMENT_WEBHOOK_URL",
            "go together",
        ),
        (
            vec![("ATLAS_CLOCK", "sim")],
            "ATLAS_CLOCK",
            "TWILIO_API_URL",
        ),
        (
            with(&TWILIO, &[("ATLAS_CLOCK", "sim")]),
            "ATLAS_CLOCK",
            "TWILIO_API_URL",
        ),
        (
            with(&PRODUCTION, &[("ATLAS_CLOCK", "sim")]),
            "ATLAS_CLOCK",
            "production",
        ),
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
    let loopback = [
        ("ENVIRONMENT", "production"),
        ("HOST", "127.0.0.1"),
        ("BASE_URL", "http://localhost:8000"),
    ];
    let text = told(&read(&loopback).expect_err("no keys"));
    assert!(text.starts_with("API_KEYS is not set"), "{text}");
    let blank = with(&PRODUCTION[..2], &[("API_KEYS", " , ")]);
    let text = told(&read(&blank).expect_err("an empty list of keys is no key"));
    assert!(text.starts_with("API_KEYS is "), "{text}");
}
