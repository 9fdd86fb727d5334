//! The program's command line.

use std::collections::BTreeSet;

use atlas_outgoing::standard_webhooks::SigningSecret;
use serde_json::Value;

use crate::support::{Program, Setup, outbound};

/// Names and values.
type Pairs<'a> = &'a [(&'a str, &'a str)];

#[tokio::test]
async fn help_names_every_command() {
    for arguments in [&["--help"][..], &["help"], &["-h"]] {
        let ended = Program::run(arguments, &[]).await;
        assert!(ended.status.success(), "{arguments:?}");
        for command in [
            "serve",
            "migrate",
            "demo",
            "health",
            "copy",
            "openapi",
            "keys",
            "webhook-secret",
        ] {
            assert!(
                ended.stdout.contains(command),
                "{command}: {}",
                ended.stdout
            );
        }
        assert_eq!(ended.stderr, "");
    }
    let ended = Program::run(&["keys", "create", "--help"], &[]).await;
    assert!(ended.stdout.contains("--name"), "{}", ended.stdout);
    let ended = Program::run(&["copy", "--help"], &[]).await;
    for place in ["sqlite:PATH", "mongodb://", "mongodb+srv://", "settings"] {
        assert!(ended.stdout.contains(place), "{}", ended.stdout);
    }
}

#[tokio::test]
async fn version_is_the_crates() {
    let ended = Program::run(&["--version"], &[]).await;
    assert!(ended.status.success());
    assert_eq!(
        ended.stdout,
        format!("atlas-server {}\n", env!("CARGO_PKG_VERSION"))
    );
}

#[tokio::test]
async fn unknown_commands_are_refused() {
    for arguments in [
        &["dance"][..],
        &["--dance"],
        &["keys"],
        &["keys", "create"],
        &["keys", "create", "--name", "a b"],
        &["keys", "create", "--name", ""],
        &["webhook-secret"],
        &["webhook-secret", "make"],
    ] {
        let ended = Program::run(arguments, &[]).await;
        assert_eq!(ended.status.code(), Some(2), "{arguments:?}");
        assert_eq!(ended.stdout, "", "{arguments:?}");
        assert!(!ended.stderr.is_empty(), "{arguments:?}");
    }
}

#[tokio::test]
async fn openapi_prints_the_document_that_is_served() {
    let atlas = Setup::stepped().start().await;
    let served = atlas.client.get("/openapi.json").await.expect(200);
    // Whatever the settings are: it can be printed where there are none.
    let ended = Program::run(&["openapi"], &[("PORT", "nonsense")]).await;
    assert!(ended.status.success(), "{}", ended.stderr);
    let printed: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(printed, served);
    atlas.finish(0).await;
}

#[tokio::test]
async fn a_key_that_was_created_opens_the_api() {
    let ended = Program::run(&["keys", "create", "--name", "crm"], &[]).await;
    assert!(ended.status.success(), "{}", ended.stderr);
    let words: Vec<&str> = ended.stdout.split_whitespace().collect();
    let key = words
        .iter()
        .find(|word| word.starts_with("atlas_"))
        .expect("a key");
    let line = words
        .iter()
        .find(|word| word.starts_with("crm:"))
        .expect("its line");
    assert!(!line.contains(key), "only its hash");
    let atlas = Setup::stepped().with("API_KEYS", line).start().await;
    let request = atlas
        .client
        .request("POST", "/calls/outbound")
        .bearer_auth(key);
    atlas
        .client
        .send(request.json(&outbound("+15550100042")))
        .await
        .expect(201);
    let request = atlas.client.request("GET", "/calls").bearer_auth(line);
    atlas
        .client
        .send(request)
        .await
        .expect_problem(401, "unauthorized");
    atlas.finish(1).await;
}

#[tokio::test]
async fn every_key_is_another() {
    let mut keys = BTreeSet::new();
    for _ in 0..3 {
        let ended = Program::run(&["keys", "create", "--name", "crm"], &[]).await;
        assert!(keys.insert(ended.stdout), "the same twice");
    }
}

#[tokio::test]
async fn every_webhook_secret_is_another_and_can_be_used() {
    let mut secrets = BTreeSet::new();
    for _ in 0..3 {
        let ended = Program::run(&["webhook-secret", "create"], &[]).await;
        assert!(ended.status.success(), "{}", ended.stderr);
        assert!(
            ended.stderr.contains("ACKNOWLEDGEMENT_WEBHOOK_SECRET"),
            "{}",
            ended.stderr
        );
        // Nothing but the secret, so that a shell can put it into a variable.
        let secret = ended.stdout.trim_end().to_owned();
        assert!(secret.parse::<SigningSecret>().is_ok(), "{secret}");
        assert!(secrets.insert(secret), "the same twice");
    }
}

#[tokio::test]
async fn the_demo_ends_as_it_should_and_proves_that_the_task_was_acknowledged() {
    let ended = Program::run(&["demo"], &[]).await;
    let (told, complaint) = (&ended.stdout, &ended.stderr);
    assert!(ended.status.success(), "{told}{complaint}");
    for expected in [
        "Everything ended as it should",
        "it is acknowledged",
        "committed",
    ] {
        assert!(told.contains(expected), "{expected}: {told}");
    }
}

#[tokio::test]
async fn a_server_that_cannot_start_says_why_in_one_line_and_fails() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let cases: [(&str, Pairs<'_>, &[&str]); 6] = [
        (
            "production without keys",
            &[
                ("ENVIRONMENT", "production"),
                ("BASE_URL", "https://calls.example.com"),
            ],
            &[
                "API_KEYS is not set",
                "production needs keys",
                "atlas-server keys create",
                "API_AUTH=off",
            ],
        ),
        (
            "production without a public URL",
            &[("ENVIRONMENT", "production")],
            &["BASE_URL is not set"],
        ),
        (
            "a public host without keys",
            &[("HOST", "0.0.0.0")],
            &["API_KEYS is not set", "HOST"],
        ),
        (
            "nonsense",
            &[("RETRY_LIMIT", "many")],
            &["RETRY_LIMIT is \"many\""],
        ),
        (
            "a port that is taken",
            &[("PORT", &port)],
            &["cannot listen on 127.0.0.1:", &port],
        ),
        (
            "a database that is a folder",
            &[
                ("SQLITE_PATH", "."),
                ("PORT", "0"),
                ("BASE_URL", "http://localhost:8000"),
                ("LOG_LEVEL", "ERROR"),
            ],
            &["the database . cannot be opened"],
        ),
    ];
    for (what, variables, parts) in cases {
        for command in [&[][..], &["serve"]] {
            let ended = Program::run(command, variables).await;
            assert_eq!(ended.status.code(), Some(1), "{what}: {}", ended.stderr);
            assert_eq!(ended.stdout, "", "{what}");
            let last = ended.stderr.lines().last().unwrap_or_default();
            assert!(
                last.starts_with("atlas-server: "),
                "{what}: {}",
                ended.stderr
            );
            for part in parts {
                assert!(last.contains(part), "{what}: {last}");
            }
        }
    }
}

#[tokio::test]
async fn settings_are_read_from_dotenv_where_the_environment_is_silent() {
    let dotenv = "RETRY_LIMIT=many\n# a comment\nRETRY_DELAY=\"soon\"\n";
    let ended = Program::run_with_dotenv(dotenv, &["serve"], &[]).await;
    assert!(
        ended.stderr.contains("RETRY_LIMIT is \"many\""),
        "{}",
        ended.stderr
    );
    let ended = Program::run_with_dotenv(dotenv, &["serve"], &[("RETRY_LIMIT", "3")]).await;
    assert!(
        ended.stderr.contains("RETRY_DELAY is \"soon\""),
        "{}",
        ended.stderr
    );
    let secret = "RETRY_LIMIT=3\nTWILIO_AUTH_TOKEN=\"hunter2\nunrelated.name=x\n";
    let ended = Program::run_with_dotenv(secret, &["serve"], &[]).await;
    assert_eq!(ended.status.code(), Some(1));
    assert!(
        ended
            .stderr
            .contains("a line after RETRY_LIMIT is malformed"),
        "{}",
        ended.stderr
    );
    assert!(!ended.stderr.contains("hunter2"), "{}", ended.stderr);
}
