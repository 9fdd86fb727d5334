//! Which web pages may call.

use std::collections::BTreeSet;

use crate::support::{Answer, Setup, TestAtlas};

async fn preflight(atlas: &TestAtlas, origin: &str) -> Answer {
    let request = atlas
        .client
        .request("OPTIONS", "/calls/outbound")
        .header("origin", origin)
        .header("access-control-request-method", "POST")
        .header(
            "access-control-request-headers",
            "content-type,idempotency-key,x-api-key",
        );
    atlas.client.send(request).await
}

async fn get_from(atlas: &TestAtlas, path: &str, origin: &str) -> Answer {
    let request = atlas.client.request("GET", path).header("origin", origin);
    atlas.client.send(request).await
}

fn list(answer: &Answer, header: &str) -> BTreeSet<String> {
    let value = answer
        .header(header)
        .unwrap_or_default()
        .to_ascii_lowercase();
    value
        .split(',')
        .map(|item| item.trim().to_owned())
        .collect()
}

#[tokio::test]
async fn in_development_pages_of_this_machine_may_call() {
    let atlas = Setup::stepped().start().await;
    for origin in [
        "http://localhost:5173",
        "http://127.0.0.1:3000",
        "https://localhost",
        "http://[::1]:8080",
    ] {
        let answer = preflight(&atlas, origin).await;
        assert!(answer.status.is_success(), "{origin}: {}", answer.text());
        assert_eq!(answer.header("access-control-allow-origin"), Some(origin));
        assert!(
            list(&answer, "access-control-allow-methods").contains("post"),
            "{origin}"
        );
        let headers = list(&answer, "access-control-allow-headers");
        for header in [
            "content-type",
            "idempotency-key",
            "x-api-key",
            "authorization",
            "x-request-id",
        ] {
            assert!(headers.contains(header), "{header}: {headers:?}");
        }
        assert!(answer.header("x-request-id").is_some(), "{origin}");

        let answer = get_from(&atlas, "/users", origin).await;
        answer.expect(200);
        assert_eq!(answer.header("access-control-allow-origin"), Some(origin));
        let exposed = list(&answer, "access-control-expose-headers");
        for header in [
            "x-request-id",
            "location",
            "idempotent-replayed",
            "retry-after",
        ] {
            assert!(exposed.contains(header), "{header}: {exposed:?}");
        }
        let answer = get_from(&atlas, "/nothing", origin).await;
        answer.expect_problem(404, "not_found");
        assert_eq!(
            answer.header("access-control-allow-origin"),
            Some(origin),
            "failures, too"
        );
    }
    atlas.finish(0).await;
}

#[tokio::test]
async fn in_development_no_page_from_elsewhere_may_call() {
    let atlas = Setup::stepped().start().await;
    for origin in [
        "https://evil.example",
        "http://localhost.evil.example",
        "null",
    ] {
        let answer = preflight(&atlas, origin).await;
        assert_eq!(
            answer.header("access-control-allow-origin"),
            None,
            "{origin}"
        );
        assert!(answer.header("x-request-id").is_some(), "{origin}");
        let answer = get_from(&atlas, "/users", origin).await;
        answer.expect_problem(403, "loopback_only");
        assert_eq!(
            answer.header("access-control-allow-origin"),
            None,
            "{origin}"
        );
    }
    atlas.finish(0).await;
}

#[tokio::test]
async fn listed_origins_may_call_and_no_others() {
    let atlas = Setup::stepped()
        .with(
            "CORS_ALLOWED_ORIGINS",
            "https://app.example.com, http://h.example:8080",
        )
        .with("API_AUTH", "off")
        .start()
        .await;
    for (origin, allowed) in [
        ("https://app.example.com", true),
        ("http://h.example:8080", true),
        ("http://app.example.com", false),
        ("https://app.example.com:8443", false),
        ("https://app.example.com.evil.example", false),
        ("http://localhost:5173", false),
    ] {
        let expected = allowed.then_some(origin);
        let answer = preflight(&atlas, origin).await;
        assert_eq!(
            answer.header("access-control-allow-origin"),
            expected,
            "{origin}"
        );
        assert_eq!(answer.status.is_success(), allowed, "{origin}");
        let answer = get_from(&atlas, "/users", origin).await;
        assert_eq!(
            answer.header("access-control-allow-origin"),
            expected,
            "{origin}"
        );
    }
    atlas.finish(0).await;
}

#[tokio::test]
async fn in_production_no_page_may_call_unless_it_is_listed() {
    let atlas = Setup::stepped()
        .with("ENVIRONMENT", "production")
        .with("BASE_URL", "https://calls.example.com")
        .with_key("crm", "secret")
        .start()
        .await;
    for origin in ["http://localhost:5173", "https://calls.example.com"] {
        let answer = preflight(&atlas, origin).await;
        assert_eq!(
            answer.header("access-control-allow-origin"),
            None,
            "{origin}"
        );
    }
    atlas.finish(0).await;
}
