//! Who may call which route: keys, an open API, this machine only.

use std::collections::BTreeSet;

use atlas_api::{Access, Method, ROUTES};
use serde_json::{Value, json};

use crate::support::{Answer, Setup, TestAtlas, key_line, outbound};

const USER: &str = "000000000000000000000000";
const CALL: &str = "6f2cbf1c-53d2-4e4b-9d8c-2d6f2f6f0a11";

/// One route, how to ask it, and what it answers to somebody who may.
struct Case {
    method: Method,
    /// The path as it stands in the table of routes.
    route: &'static str,
    path: String,
    body: Option<Value>,
    status: u16,
}

fn case(method: Method, route: &'static str, status: u16) -> Case {
    let path = route
        .replace("{user_id}", USER)
        .replace("{call}", CALL)
        .replace("{call_sid}", "CA0123456789abcdef0123456789abcdef")
        .replace("{notification_id}", CALL)
        .replace("{id}", USER)
        .replace("{file}", "index.html");
    Case {
        method,
        route,
        path,
        body: None,
        status,
    }
}

fn with_body(case: Case, body: Value) -> Case {
    Case {
        body: Some(body),
        ..case
    }
}

/// Every route, with a request that would do something if it were let in.
fn cases() -> Vec<Case> {
    use Method::{Delete, Get, Patch, Post};
    let user = json!({"name": "A", "email": "a@example.com", "phone_number": "+15550100042"});
    let scores = json!({"call_quality": 1, "agent_helpfulness": 1, "resolution": 1, "call_ease": 1,
        "overall_satisfaction": 1});
    vec![
        case(Get, "/", 200),
        case(Get, "/health", 200),
        case(Get, "/livez", 200),
        case(Get, "/readyz", 200),
        case(Get, "/openapi.json", 200),
        case(Get, "/docs", 200),
        case(Get, "/docs/", 200),
        case(Get, "/docs/{file}", 200),
        with_body(case(Post, "/users", 201), user.clone()),
        case(Get, "/users", 200),
        case(Get, "/users/{user_id}", 404),
        with_body(case(Patch, "/users/{user_id}", 404), user),
        case(Delete, "/users/{user_id}", 404),
        case(Get, "/users/{user_id}/calls", 404),
        with_body(case(Post, "/calls/outbound", 201), outbound("+15550100042")),
        case(Get, "/calls", 200),
        case(Get, "/calls/{call}", 404),
        case(Get, "/calls/{call}/attempts", 404),
        case(Post, "/calls/{call}/hangup", 404),
        case(Post, "/calls/{call}/retry", 404),
        case(Delete, "/calls/{call}/retry", 404),
        case(Get, "/calls/{call}/recordings", 404),
        with_body(case(Patch, "/calls/{call}/feedback", 404), scores),
        case(Get, "/calls/{call}/feedback", 404),
        with_body(
            case(Post, "/notifications/call", 201),
            json!({"phone_number": "+15550100042", "task_title": "x"}),
        ),
        case(Get, "/notifications", 200),
        case(Get, "/notifications/{notification_id}", 404),
        case(Post, "/notifications/{notification_id}/cancel", 404),
        with_body(
            case(Post, "/notifications/{notification_id}/acknowledge", 404),
            json!({}),
        ),
        case(Get, "/recordings/{id}", 404),
        case(Get, "/recordings/{id}/media", 404),
        with_body(
            case(Post, "/phone/call", 200),
            json!({"to_number": "+15550100042"}),
        ),
        case(Get, "/phone/call/{call_sid}/status", 404),
        case(Get, "/phone/calls", 200),
        case(Get, "/phone/health", 200),
        case(Post, "/twilio/voice", 403),
        case(Post, "/twilio/recorded", 403),
        case(Post, "/twilio/status", 403),
        case(Post, "/twilio/recording", 403),
        case(Post, "/notifications/call/twiml", 403),
        case(Post, "/notifications/call/gather", 403),
        case(Post, "/notifications/call/amd", 403),
        case(Post, "/notifications/call/machine", 403),
        case(Post, "/notifications/call/status", 403),
    ]
}

fn access_of(case: &Case) -> Access {
    let of_case =
        |route: &&atlas_api::Route| route.path == case.route && route.method == case.method;
    let route = ROUTES.iter().find(of_case);
    route
        .unwrap_or_else(|| panic!("no route {:?} {}", case.method, case.route))
        .access
}

const fn word(method: Method) -> &'static str {
    match method {
        Method::Get => "GET",
        Method::Post => "POST",
        Method::Patch => "PATCH",
        Method::Delete => "DELETE",
    }
}

async fn ask(atlas: &TestAtlas, case: &Case, headers: &[(&str, &str)]) -> Answer {
    let mut request = atlas.client.request(word(case.method), &case.path);
    if let Some(body) = &case.body {
        request = request.json(body);
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    atlas.client.send(request).await
}

/// That no request did anything.
async fn assert_untouched(atlas: &TestAtlas) {
    let database = atlas.database();
    for table in [
        "users",
        "calls",
        "dials",
        "attempts",
        "recordings",
        "idempotency_keys",
    ] {
        assert_eq!(database.count(table).await, 0, "{table}");
    }
    assert_eq!(atlas.sim.requests(), [], "Twilio is not asked");
}

#[test]
fn the_table_has_every_route() {
    let tabled: BTreeSet<_> = cases()
        .iter()
        .map(|case| (case.route, word(case.method)))
        .collect();
    let served: BTreeSet<_> = ROUTES
        .iter()
        .map(|route| (route.path, word(route.method)))
        .collect();
    assert_eq!(tabled, served);
    assert_eq!(cases().len(), served.len());
}

#[tokio::test]
async fn without_a_key_or_with_a_wrong_one_nothing_happens() {
    let atlas = Setup::stepped().with_key("crm", "secret").start().await;
    let wrong: [&[(&str, &str)]; 10] = [
        &[],
        &[("authorization", "Bearer wrong")],
        &[("authorization", "Bearer ")],
        &[("authorization", "secret")],
        &[("authorization", "Basic secret")],
        &[("x-api-key", "wrong")],
        &[("x-api-key", "")],
        &[("x-api-key", "Secret")],
        &[("x-api-key", "crm")],
        &[("authorization", "Bearer wrong"), ("x-api-key", "secret")],
    ];
    for case in cases() {
        for headers in wrong {
            let answer = ask(&atlas, &case, headers).await;
            let what = format!("{:?} {} {headers:?}", case.method, case.path);
            match access_of(&case) {
                Access::Key => {
                    assert_eq!(answer.status.as_u16(), 401, "{what}: {}", answer.text());
                    answer.expect_problem(401, "unauthorized");
                    let scheme = r#"Bearer realm="atlas""#;
                    assert_eq!(answer.header("www-authenticate"), Some(scheme), "{what}");
                }
                Access::Open => assert_eq!(answer.status.as_u16(), case.status, "{what}"),
                Access::Signature => {
                    assert_eq!(answer.status.as_u16(), 403, "{what}: {}", answer.text());
                    answer.expect_problem(403, "invalid_signature");
                }
            }
        }
    }
    assert_untouched(&atlas).await;
    atlas.finish(0).await;
}

#[tokio::test]
async fn with_a_right_key_every_route_answers() {
    let keys = format!(
        "{},{}",
        key_line("crm", "secret"),
        key_line("erp", "other secret")
    );
    let atlas = Setup::stepped().with("API_KEYS", &keys).start().await;
    let right: [&[(&str, &str)]; 4] = [
        &[("authorization", "Bearer secret")],
        &[("authorization", "bearer secret")],
        &[("x-api-key", "secret")],
        &[("x-api-key", "other secret"), ("host", "atlas.example.com")],
    ];
    for headers in right {
        for mut case in cases() {
            if case.route == "/users" && case.method == Method::Post {
                let email = format!("{}@example.com", atlas.database().count("users").await);
                case.body.as_mut().unwrap()["email"] = json!(email);
            }
            let answer = ask(&atlas, &case, headers).await;
            let what = format!(
                "{:?} {} {headers:?}: {}",
                case.method,
                case.path,
                answer.text()
            );
            assert_eq!(answer.status.as_u16(), case.status, "{what}");
        }
    }
    atlas.finish(12).await;
}

#[tokio::test]
async fn a_key_does_not_stand_for_a_signature_nor_a_signature_for_a_key() {
    let atlas = Setup::stepped().with_key("crm", "secret").start().await;
    let sid = [
        ("CallSid", "CA0123456789abcdef0123456789abcdef"),
        ("CallStatus", "ringing"),
    ];
    let answer = atlas
        .callback("/twilio/status", &sid)
        .signed_as(None)
        .send_with(&[("x-api-key", "secret")])
        .await;
    answer.expect_problem(403, "invalid_signature");
    atlas
        .callback("/twilio/status", &sid)
        .send()
        .await
        .expect(200);
    let answer = atlas.callback("/calls/outbound", &sid).send().await;
    answer.expect_problem(401, "unauthorized");
    assert_untouched(&atlas).await;
    atlas.finish(0).await;
}

#[tokio::test]
async fn without_keys_only_this_machine_may_call_and_by_its_own_name() {
    let atlas = Setup::stepped().start().await;
    let foreign: [&[(&str, &str)]; 6] = [
        &[("host", "atlas.example.com")],
        &[("host", "abc.tunnel.example:443")],
        &[("host", "localhost.evil.example")],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("origin", "http://localhost.evil.example:3000")],
    ];
    for case in cases() {
        for headers in foreign {
            let answer = ask(&atlas, &case, headers).await;
            let what = format!(
                "{:?} {} {headers:?}: {}",
                case.method,
                case.path,
                answer.text()
            );
            match access_of(&case) {
                Access::Key => {
                    assert_eq!(answer.status.as_u16(), 403, "{what}");
                    answer.expect_problem(403, "loopback_only");
                }
                Access::Open | Access::Signature => {
                    assert_eq!(answer.status.as_u16(), case.status, "{what}");
                }
            }
        }
    }
    assert_untouched(&atlas).await;
    let own: [&[(&str, &str)]; 3] = [
        &[],
        &[("host", "localhost:8000")],
        &[("host", "[::1]:8000"), ("origin", "http://127.0.0.1:5173")],
    ];
    for headers in own {
        let answer = ask(&atlas, &case(Method::Get, "/calls", 200), headers).await;
        answer.expect(200);
    }
    atlas.finish(0).await;
}

#[tokio::test]
async fn twilio_may_come_through_a_tunnel_to_an_open_api() {
    let atlas = Setup::stepped().start().await;
    let form = [
        ("CallSid", "CA0123456789abcdef0123456789abcdef"),
        ("CallStatus", "ringing"),
    ];
    let answer = atlas
        .callback("/twilio/status", &form)
        .send_with(&[("host", "abc.tunnel.example")])
        .await;
    assert_eq!(answer.expect(200), json!({"status": "ok"}));
    atlas.finish(0).await;
}

#[tokio::test]
async fn an_api_that_was_opened_on_purpose_asks_nobody() {
    let atlas = Setup::stepped()
        .with("API_AUTH", "off")
        .with("BASE_URL", "https://calls.example.com")
        .start()
        .await;
    for headers in [
        &[][..],
        &[("host", "calls.example.com")],
        &[("origin", "https://x.example")],
        &[("x-api-key", "any")],
    ] {
        let answer = ask(&atlas, &case(Method::Get, "/calls", 200), headers).await;
        answer.expect(200);
    }
    atlas.finish(0).await;
}
