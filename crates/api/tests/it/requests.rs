//! What holds for every request: ids, CORS, and problem documents for what is wrong with it.

use actix_web::test::TestRequest;
use atlas_api::CorsPolicy;
use serde_json::json;

use crate::support::{World, ask, user};

fn preflight(origin: &str, method: &str) -> TestRequest {
    TestRequest::with_uri("/users")
        .method(actix_web::http::Method::OPTIONS)
        .insert_header(("origin", origin))
        .insert_header(("access-control-request-method", method))
        .insert_header((
            "access-control-request-headers",
            "content-type,idempotency-key",
        ))
}

#[actix_web::test]
async fn every_answer_carries_the_clients_id_or_a_new_one() {
    let service = World::new().serve().await;
    for (sent, kept) in [
        ("my-request_1.a", true),
        ("", false),
        ("a b", false),
        ("é", false),
        (&"x".repeat(128), true),
        (&"x".repeat(129), false),
    ] {
        let request = TestRequest::get()
            .uri("/livez")
            .insert_header(("x-request-id", sent));
        let answer = ask(&service, request).await;
        let id = answer.header("x-request-id").unwrap();
        if kept {
            assert_eq!(id, sent);
        } else {
            assert_eq!(id.len(), 24, "{sent}");
        }
    }
}

#[actix_web::test]
async fn unknown_paths_wrong_methods_and_large_or_foreign_bodies_are_problems() {
    let service = World::new().serve().await;
    let json_type = ("content-type", "application/json");
    let large = "x".repeat(128 * 1024 + 1);
    let cases = [
        (TestRequest::get().uri("/nowhere"), 404, "not_found"),
        (TestRequest::get().uri("/users/"), 404, "not_found"),
        (TestRequest::put().uri("/users"), 405, "method_not_allowed"),
        (TestRequest::delete().uri("/"), 405, "method_not_allowed"),
        (
            TestRequest::post()
                .uri("/users")
                .insert_header(json_type)
                .set_payload(large.clone()),
            413,
            "body_too_large",
        ),
        (
            TestRequest::post()
                .uri("/twilio/voice")
                .set_payload(large.clone()),
            403,
            "invalid_signature",
        ),
        (
            TestRequest::post()
                .uri("/twilio/voice")
                .insert_header(("x-twilio-signature", "claimed"))
                .set_payload(large),
            413,
            "body_too_large",
        ),
        (
            TestRequest::post()
                .uri("/users")
                .set_form([("name", "Ann")]),
            415,
            "unsupported_media_type",
        ),
        (
            TestRequest::post().uri("/users").set_payload("{}"),
            415,
            "unsupported_media_type",
        ),
        (TestRequest::post().uri("/users"), 400, "malformed_json"),
        (
            TestRequest::post()
                .uri("/users")
                .insert_header(json_type)
                .set_payload("{"),
            400,
            "malformed_json",
        ),
        (
            TestRequest::post().uri("/users").set_json([1]),
            400,
            "validation_failed",
        ),
    ];
    for (request, status, code) in cases {
        let answer = ask(&service, request).await;
        assert_eq!(
            answer.problem(),
            (status, code.to_owned()),
            "{}",
            answer.text()
        );
    }
}

#[actix_web::test]
async fn a_wrong_method_is_told_the_right_ones() {
    let service = World::new().serve().await;
    for (path, allowed) in [
        ("/users", "POST, GET, HEAD"),
        (
            "/users/695736a5f1c2d3e4a5b6c7d8",
            "GET, HEAD, PATCH, DELETE",
        ),
        ("/calls/outbound", "POST"),
        ("/health", "GET, HEAD"),
    ] {
        let answer = ask(&service, TestRequest::put().uri(path)).await;
        assert_eq!(answer.header("allow"), Some(allowed), "{path}");
    }
}

#[actix_web::test]
async fn what_can_be_read_can_be_asked_for_its_headers() {
    let service = World::new().serve().await;
    let request = TestRequest::with_uri("/livez").method(actix_web::http::Method::HEAD);
    assert_eq!(ask(&service, request).await.status, 200);
}

#[actix_web::test]
async fn a_json_body_may_say_its_charset() {
    let mut world = World::new();
    world
        .users
        .expect_insert()
        .times(1)
        .returning(|_, _| Ok(()));
    let service = world.serve().await;
    let body = json!({"name": "Ann", "email": "ann@example.com", "phone_number": "+15550100042"});
    let request = TestRequest::post()
        .uri("/users")
        .insert_header(("content-type", "Application/JSON; charset=utf-8"))
        .set_payload(body.to_string());
    assert_eq!(ask(&service, request).await.status, 201);
}

#[actix_web::test]
async fn only_pages_of_allowed_origins_may_read_answers() {
    let policies = [
        (CorsPolicy::AnyLoopback, "http://localhost:5173", true),
        (CorsPolicy::AnyLoopback, "https://app.example.com", false),
        (CorsPolicy::None, "http://localhost:5173", false),
        (
            CorsPolicy::parse_list("https://app.example.com").unwrap(),
            "https://app.example.com",
            true,
        ),
    ];
    for (policy, origin, allowed) in policies {
        let mut world = World::new();
        world.settings.cors = policy;
        world.users.expect_find().returning(|_, _| Ok(Some(user())));
        let service = world.serve().await;

        let answer = ask(&service, preflight(origin, "PATCH")).await;
        assert_eq!(answer.status == 200, allowed, "{origin}");
        assert!(answer.header("x-request-id").is_some());
        let allow_origin = answer.header("access-control-allow-origin");
        assert_eq!(allow_origin, allowed.then_some(origin));
        if !allowed {
            assert_eq!(answer.problem().0, 400);
        }

        let found = TestRequest::get().uri("/users/695736a5f1c2d3e4a5b6c7d8");
        let missing = TestRequest::get().uri("/nowhere");
        for request in [found, missing] {
            let answer = ask(&service, request.insert_header(("origin", origin))).await;
            let allow_origin = answer.header("access-control-allow-origin");
            assert_eq!(allow_origin, allowed.then_some(origin), "{origin}");
            if allowed {
                let exposed = answer.header("access-control-expose-headers").unwrap();
                for header in [
                    "x-request-id",
                    "location",
                    "idempotent-replayed",
                    "retry-after",
                ] {
                    assert!(exposed.contains(header), "{header}");
                }
            }
        }
    }
}
