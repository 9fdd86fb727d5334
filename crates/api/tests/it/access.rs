//! Who may call what.

use actix_web::test::TestRequest;
use atlas_api::{Access, ApiAuth, ApiKey, Method, ROUTES};

use crate::support::{World, ask};

const KEY: &str = "s3cret";
/// The SHA-256 of `s3cret`.
const KEY_LINE: &str = "crm:1ec1c26b50d5d3c58d9583181af8076655fe00756bf7285940ba3670f99fcba0";

fn request(method: Method, path: &str) -> TestRequest {
    let filled = path
        .replace("{user_id}", "695736a5f1c2d3e4a5b6c7d8")
        .replace("{call}", "6f2cbf1c-53d2-4e4b-9d8c-2d6f2f6f0a11")
        .replace("{id}", "695736a5f1c2d3e4a5b6c7d8")
        .replace("{file}", "index.css");
    let request = match method {
        Method::Get => TestRequest::get(),
        Method::Post => TestRequest::post(),
        Method::Patch => TestRequest::patch(),
        Method::Delete => TestRequest::delete(),
    };
    request.uri(&filled)
}

fn with_keys() -> World {
    let mut world = World::new();
    world.settings.auth = ApiAuth::Keys(ApiKey::parse_list(KEY_LINE).unwrap());
    world
}

#[actix_web::test]
async fn no_route_that_needs_a_key_or_a_signature_does_anything_without() {
    // No mock expects anything: whatever reaches a use case fails the test.
    let service = with_keys().serve().await;
    let mut refused = 0;
    for route in ROUTES {
        let expected = match route.access {
            Access::Open => continue,
            Access::Key => (401, "unauthorized".to_owned()),
            Access::Signature => (403, "invalid_signature".to_owned()),
        };
        let answer = ask(&service, request(route.method, route.path)).await;
        assert_eq!(answer.problem(), expected, "{route:?}");
        if route.access == Access::Key {
            let challenge = answer.header("www-authenticate");
            assert_eq!(challenge, Some(r#"Bearer realm="atlas""#), "{route:?}");
        }
        refused += 1;
    }
    assert!(refused > 15, "{refused}");
}

#[actix_web::test]
async fn a_key_opens_the_door_by_either_header() {
    for header in [
        ("authorization", format!("Bearer {KEY}")),
        ("x-api-key", KEY.to_owned()),
    ] {
        let mut world = with_keys();
        world
            .users
            .expect_find()
            .times(1)
            .returning(|_, _| Ok(None));
        let service = world.serve().await;
        let request = TestRequest::get()
            .uri("/users/695736a5f1c2d3e4a5b6c7d8")
            .insert_header(header);
        assert_eq!(ask(&service, request).await.problem().0, 404);
    }
}

#[actix_web::test]
async fn without_keys_in_development_a_tunnel_and_a_web_page_are_refused() {
    let mut world = World::new();
    world.settings.auth = ApiAuth::OpenOnLoopback;
    world
        .users
        .expect_find()
        .times(1)
        .returning(|_, _| Ok(None));
    let service = world.serve().await;
    let uri = "/users/695736a5f1c2d3e4a5b6c7d8";
    for headers in [
        vec![("host", "abc.tunnel.example")],
        vec![
            ("host", "localhost:8000"),
            ("origin", "https://evil.example"),
        ],
    ] {
        let mut request = TestRequest::get().uri(uri);
        for header in headers {
            request = request.insert_header(header);
        }
        let refusal = ask(&service, request).await.problem();
        assert_eq!(refusal, (403, "loopback_only".to_owned()));
    }
    let request = TestRequest::get()
        .uri(uri)
        .insert_header(("host", "localhost:8000"));
    assert_eq!(ask(&service, request).await.problem().0, 404);
}

#[actix_web::test]
async fn without_an_auth_token_no_webhook_is_believed() {
    let mut world = World::new();
    world.settings.verifier = None;
    let service = world.serve().await;
    let request = crate::support::signed("/twilio/status", &[("CallSid", "CA1")]);
    let refusal = ask(&service, request).await.problem();
    assert_eq!(refusal, (403, "invalid_signature".to_owned()));
}
