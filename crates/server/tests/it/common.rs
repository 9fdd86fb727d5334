//! What is the same at every route: unknown paths and methods, bodies, request ids, problems.

use std::collections::{BTreeMap, BTreeSet};

use atlas_api::{Access, Method, ROUTES};
use serde_json::json;

use crate::support::{Setup, outbound};

const fn words(method: Method) -> &'static [&'static str] {
    match method {
        Method::Get => &["GET", "HEAD"],
        Method::Post => &["POST"],
        Method::Patch => &["PATCH"],
        Method::Delete => &["DELETE"],
    }
}

/// A path of a route, its variable parts filled with something.
fn sample(path: &str) -> String {
    path.replace("{user_id}", "000000000000000000000000")
        .replace("{call}", "6f2cbf1c-53d2-4e4b-9d8c-2d6f2f6f0a11")
        .replace("{call_sid}", "CA0123456789abcdef0123456789abcdef")
        .replace("{id}", "000000000000000000000000")
        .replace("{file}", "index.html")
}

#[tokio::test]
async fn unknown_paths_are_not_found() {
    let atlas = Setup::stepped().start().await;
    for path in [
        "/nothing",
        "/users/",
        "/calls/x/y",
        "/twilio",
        "/twilio/status/",
        "//",
        "/calls/outbound/x",
        "/%",
    ] {
        for method in ["GET", "POST", "DELETE"] {
            let answer = atlas.client.send(atlas.client.request(method, path)).await;
            assert_eq!(
                answer.status.as_u16(),
                404,
                "{method} {path}: {}",
                answer.text()
            );
            answer.expect_problem(404, "not_found");
        }
    }
    atlas.finish(0).await;
}

#[tokio::test]
async fn wrong_methods_are_told_the_right_ones_at_every_path() {
    let atlas = Setup::stepped().start().await;
    let mut paths: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for route in ROUTES {
        paths
            .entry(route.path)
            .or_default()
            .extend(words(route.method));
    }
    for (path, allowed) in paths {
        for method in [
            "GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW",
        ] {
            // `GET /calls/outbound` asks for the call named `outbound`, unless it is refused first.
            if allowed.contains(method) {
                continue;
            }
            let answer = atlas
                .client
                .send(atlas.client.request(method, &sample(path)))
                .await;
            assert_eq!(
                answer.status.as_u16(),
                405,
                "{method} {path}: {}",
                answer.text()
            );
            answer.expect_problem(405, "method_not_allowed");
            let allow: BTreeSet<_> = answer.header("allow").expect("allow").split(", ").collect();
            assert_eq!(allow, allowed, "{method} {path}");
        }
    }
    atlas.finish(0).await;
}

#[tokio::test]
async fn what_can_be_read_can_be_asked_for_its_headers_alone() {
    let atlas = Setup::stepped().start().await;
    for path in [
        "/",
        "/health",
        "/livez",
        "/readyz",
        "/openapi.json",
        "/docs",
        "/users",
        "/calls",
    ] {
        let answer = atlas.client.send(atlas.client.request("HEAD", path)).await;
        assert_eq!(answer.status.as_u16(), 200, "{path}");
        assert_eq!(answer.body, b"", "{path}");
        assert!(answer.header("x-request-id").is_some(), "{path}");
    }
    atlas.finish(0).await;
}

/// Every route that takes JSON, with a body that would be taken.
fn json_routes() -> [(&'static str, String, serde_json::Value); 4] {
    let scores = json!({"call_quality": 1, "agent_helpfulness": 1, "resolution": 1, "call_ease": 1,
        "overall_satisfaction": 1});
    let user = json!({"name": "A", "email": "a@example.com", "phone_number": "+15550100042"});
    [
        (
            "POST",
            "/calls/outbound".to_owned(),
            outbound("+15550100042"),
        ),
        ("POST", "/users".to_owned(), user.clone()),
        ("PATCH", sample("/users/{user_id}"), user),
        ("PATCH", sample("/calls/{call}/feedback"), scores),
    ]
}

#[tokio::test]
async fn bodies_that_are_no_json_object_are_refused() {
    let atlas = Setup::stepped().start().await;
    for (method, path, _) in json_routes() {
        for body in [
            "",
            "{",
            "{\"to\": }",
            "nonsense",
            "{} {}",
            "\u{feff}{}",
            "{'to': 1}",
        ] {
            let request = atlas
                .client
                .request(method, &path)
                .header("content-type", "application/json")
                .body(body);
            let answer = atlas.client.send(request).await;
            assert_eq!(
                answer.status.as_u16(),
                400,
                "{method} {path} {body:?}: {}",
                answer.text()
            );
            answer.expect_problem(400, "malformed_json");
        }
        for body in ["[]", "null", "1", "\"x\"", "true"] {
            let request = atlas
                .client
                .request(method, &path)
                .header("content-type", "application/json")
                .body(body);
            let answer = atlas.client.send(request).await;
            assert_eq!(
                answer.status.as_u16(),
                400,
                "{method} {path} {body:?}: {}",
                answer.text()
            );
            answer.expect_invalid(&[""]);
        }
    }
    atlas.finish(0).await;
}

#[tokio::test]
async fn bodies_of_another_type_are_refused() {
    let atlas = Setup::stepped().start().await;
    for (method, path, body) in json_routes() {
        for content_type in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "application/jsonx",
            "",
            "text/json",
        ] {
            let request = atlas
                .client
                .request(method, &path)
                .header("content-type", content_type)
                .body(body.to_string());
            let answer = atlas.client.send(request).await;
            assert_eq!(
                answer.status.as_u16(),
                415,
                "{method} {path} {content_type:?}: {}",
                answer.text()
            );
            answer.expect_problem(415, "unsupported_media_type");
        }
        let request = atlas.client.request(method, &path).body(body.to_string());
        let answer = atlas.client.send(request).await;
        assert_eq!(
            answer.status.as_u16(),
            415,
            "{method} {path} without a type: {}",
            answer.text()
        );
    }
    for content_type in [
        "application/json",
        "application/json; charset=utf-8",
        "Application/JSON",
    ] {
        let request = atlas
            .client
            .request("POST", "/calls/outbound")
            .header("content-type", content_type)
            .body(outbound("+15550100042").to_string());
        atlas.client.send(request).await.expect(201);
    }
    atlas.finish(3).await;
}

#[tokio::test]
async fn bodies_above_128_kib_are_refused_and_bodies_of_128_kib_are_not() {
    let atlas = Setup::stepped().start().await;
    let of_size = |body: &serde_json::Value, bytes: usize| {
        let text = body.to_string();
        let filling = " ".repeat(bytes - text.len());
        format!("{filling}{text}")
    };
    let limit = 128 * 1024;
    for (method, path, body) in json_routes() {
        let request = atlas
            .client
            .request(method, &path)
            .header("content-type", "application/json")
            .body(of_size(&body, limit + 1));
        let answer = atlas.client.send(request).await;
        assert_eq!(
            answer.status.as_u16(),
            413,
            "{method} {path}: {}",
            answer.text()
        );
        answer.expect_problem(413, "body_too_large");
    }
    let request = atlas
        .client
        .request("POST", "/calls/outbound")
        .header("content-type", "application/json")
        .body(of_size(&outbound("+15550100042"), limit));
    atlas.client.send(request).await.expect(201);
    for route in ROUTES
        .iter()
        .filter(|route| route.access == Access::Signature)
    {
        let callback = atlas
            .callback(route.path, &[("CallSid", "CA0")])
            .with_body(&"x".repeat(limit + 1));
        let answer = callback.send().await;
        assert_eq!(
            answer.status.as_u16(),
            413,
            "{}: {}",
            route.path,
            answer.text()
        );
        answer.expect_problem(413, "body_too_large");
    }
    atlas.finish(1).await;
}

#[tokio::test]
async fn every_answer_carries_the_callers_request_id_or_a_new_one() {
    let atlas = Setup::stepped().start().await;
    let longest = "x".repeat(128);
    let too_long = "x".repeat(129);
    let requests = [
        ("GET", "/", 200),
        ("GET", "/nothing", 404),
        ("PUT", "/users", 405),
        ("POST", "/users", 400),
        ("POST", "/twilio/status", 403),
        ("GET", "/users/x", 404),
        ("GET", "/docs", 200),
    ];
    let mut made = BTreeSet::new();
    for (method, path, status) in requests {
        for sane in ["a", "abc-DEF_1.2", longest.as_str()] {
            let request = atlas
                .client
                .request(method, path)
                .header("x-request-id", sane);
            let answer = atlas.client.send(request).await;
            assert_eq!(
                answer.status.as_u16(),
                status,
                "{method} {path}: {}",
                answer.text()
            );
            assert_eq!(answer.header("x-request-id"), Some(sane), "{method} {path}");
            if status >= 400 {
                assert_eq!(answer.json()["request_id"], sane, "{method} {path}");
            }
        }
        for odd in ["", "a b", "a/b", "ü", "<x>", too_long.as_str()] {
            let request = atlas
                .client
                .request(method, path)
                .header("x-request-id", odd.as_bytes());
            let answer = atlas.client.send(request).await;
            let id = answer.header("x-request-id").expect("an id").to_owned();
            assert_ne!(id, odd, "{method} {path}");
            assert!(made.insert(id.clone()), "{id} was given twice");
        }
    }
    atlas.finish(0).await;
}

#[tokio::test]
async fn problems_say_what_when_and_nothing_internal() {
    let atlas = Setup::stepped().start().await;
    let answer = atlas.client.get("/calls/x").await;
    let problem = answer.expect_problem(404, "not_found");
    let now = problem["timestamp"].as_str().unwrap();
    assert!(now.ends_with('Z') && now.len() == 24, "{now}");
    assert_eq!(
        problem,
        json!({
            "type": "about:blank", "title": "Not Found", "status": 404, "detail": "Call not found: x",
            "code": "not_found", "timestamp": now, "request_id": problem["request_id"],
            "error": "HTTP 404", "message": "Call not found: x"
        })
    );
    atlas.finish(0).await;
}
