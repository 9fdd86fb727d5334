//! What the log says of a request, and what it must not say.

use std::io;
use std::sync::{Arc, Mutex};

use actix_web::test::TestRequest;
use atlas_api::{ApiAuth, ApiKey};
use serde_json::json;

use crate::support::{World, ask};

/// Keeps what is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[actix_web::test]
async fn a_request_is_logged_by_route_and_key_name_without_anything_private() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    // For the whole process: which events are of interest is decided once for all threads.
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let mut world = World::new();
    world.keep_call(None);
    let line = "crm:1ec1c26b50d5d3c58d9583181af8076655fe00756bf7285940ba3670f99fcba0";
    world.settings.auth = ApiAuth::Keys(ApiKey::parse_list(line).unwrap());
    let service = world.serve().await;
    let request = TestRequest::post()
        .uri("/calls/outbound?token=leak")
        .insert_header(("x-request-id", "my-request"))
        .insert_header(("x-api-key", "s3cret"))
        .set_json(
            json!({"to": "+15550100042", "user_external_id": "crm-17", "script": "PIN 8642"}),
        );
    assert_eq!(ask(&service, request).await.status, 201);
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let ours = |line: &&str| line.contains("my-request");
    let text = text.lines().filter(ours).collect::<Vec<_>>().join("\n");
    let finished = text.lines().find(|line| line.contains("request finished"));
    let finished = finished.unwrap();
    for expected in [
        "request.id=\"my-request\"",
        "method=\"POST\"",
        "route=\"/calls/outbound\"",
        "api_key=\"crm\"",
        "status=201",
        "latency_ms=",
    ] {
        assert!(finished.contains(expected), "{expected} in {finished}");
    }
    assert!(
        text.contains("dial accepted"),
        "detached work is logged, too: {text}"
    );
    for private in ["s3cret", "5550100042", "8642", "leak"] {
        assert!(!text.contains(private), "{private} in {text}");
    }
}
