//! The extractor of actix, over HTTP.

use std::net::TcpListener;

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpResponse, HttpServer, web};
use atlas_twilio::actix::{Verified, WebhookSettings};
use atlas_twilio::webhook::{
    Form, JsonBody, SignedWebhook, StatusCallback, Verifier, WebhookSigner,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// What Twilio calls; the server itself listens elsewhere, without the prefix, as behind a proxy.
const PUBLIC_URL: &str = "https://calls.example.com/prefix";
const TOKEN: &str = "the auth token";

async fn status(Verified(callback): Verified<StatusCallback>) -> HttpResponse {
    let status = callback.call.call_status.map(|status| status.to_string());
    HttpResponse::Ok().body(status.unwrap_or_default())
}

async fn any(form: Verified<Form>) -> HttpResponse {
    let names: Vec<String> = form.0.iter().map(|(name, _)| name.to_owned()).collect();
    HttpResponse::Ok().body(names.join(","))
}

async fn json(body: Verified<JsonBody>) -> HttpResponse {
    HttpResponse::Ok().body(body.into_inner().bytes().to_vec())
}

struct Server {
    address: String,
    handle: ServerHandle,
}

impl Server {
    fn start() -> Self {
        let verifier = Verifier::new(TOKEN.into(), None).unwrap();
        let settings = WebhookSettings::new(verifier, PUBLIC_URL).unwrap();
        let settings = web::Data::new(settings.max_body_bytes(1000));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let server = HttpServer::new(move || {
            App::new()
                .app_data(settings.clone())
                .route("/status", web::route().to(status))
                .route("/any", web::route().to(any))
                .route("/json", web::route().to(json))
        })
        .workers(1)
        .disable_signals()
        .listen(listener)
        .unwrap()
        .run();
        let handle = server.handle();
        tokio::spawn(server);
        Self { address, handle }
    }

    /// Sends what Twilio would, through the proxy that takes the prefix off.
    async fn send(&self, signed: &SignedWebhook) -> String {
        let headers: String = signed
            .headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect();
        let path = signed.url.strip_prefix(PUBLIC_URL).unwrap();
        let head = format!(
            "{} {path} HTTP/1.1\r\nhost: attacker.example\r\nx-forwarded-proto: http\r\n\
             connection: close\r\n{headers}content-length: {}\r\n\r\n",
            signed.method,
            signed.body.len()
        );
        self.exchange(&[head.as_bytes(), &signed.body].concat())
            .await
    }

    async fn exchange(&self, request: &[u8]) -> String {
        let mut stream = TcpStream::connect(&self.address).await.unwrap();
        stream.write_all(request).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        String::from_utf8(answer).unwrap()
    }

    async fn stop(self) {
        self.handle.stop(false).await;
    }
}

fn signer() -> WebhookSigner {
    WebhookSigner::with_auth_token(TOKEN.into())
}

fn url(path: &str) -> String {
    format!("{PUBLIC_URL}{path}")
}

fn status_of(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap()
}

const CALLBACK: [(&str, &str); 2] = [
    ("CallSid", "CA0123456789abcdef0123456789abcdef"),
    ("CallStatus", "no-answer"),
];

#[tokio::test]
async fn what_twilio_signed_reaches_its_handler() {
    let server = Server::start();
    let form = signer().post_form(&url("/status?call=4%2b2&x"), &CALLBACK);
    let answer = server.send(&form).await;
    assert!(answer.ends_with("\r\n\r\nno-answer"), "{answer}");
    let get = signer().get(&url("/any?a=%20"), &[("b", "c")]);
    let answer = server.send(&get).await;
    assert!(answer.ends_with("\r\n\r\na,b"), "{answer}");
    let json = signer().post_json(&url("/json"), b"{\"a\": 1}");
    let answer = server.send(&json).await;
    assert!(answer.ends_with("\r\n\r\n{\"a\": 1}"), "{answer}");
    server.stop().await;
}

#[tokio::test]
async fn what_twilio_did_not_sign_gets_403_without_a_reason() {
    let server = Server::start();
    let mut unsigned = signer().post_form(&url("/status"), &CALLBACK);
    unsigned.headers = [("content-type", "application/x-www-form-urlencoded")]
        .into_iter()
        .collect();
    let mut changed = signer().post_form(&url("/status"), &CALLBACK);
    changed.body.extend_from_slice(b"&Digits=1");
    let other_token = WebhookSigner::with_auth_token("another token".into())
        .post_form(&url("/status"), &CALLBACK);
    for forged in [unsigned, changed, other_token] {
        let answer = server.send(&forged).await;
        assert_eq!(status_of(&answer), "403");
        assert!(answer.contains("content-type: application/problem+json"));
        let body = answer.split("\r\n\r\n").nth(1).unwrap();
        let problem: serde_json::Value = serde_json::from_str(body).unwrap();
        assert_eq!(
            problem,
            serde_json::json!({"title": "the request is not Twilio's", "status": 403})
        );
    }
    server.stop().await;
}

#[tokio::test]
async fn another_request_than_the_one_expected_gets_400() {
    let server = Server::start();
    let message = signer().post_form(&url("/status"), &[("MessageSid", "SM1")]);
    assert_eq!(status_of(&server.send(&message).await), "400");
    let form = signer().post_form(&url("/json"), &CALLBACK);
    assert_eq!(status_of(&server.send(&form).await), "400");
    server.stop().await;
}

#[tokio::test]
async fn a_body_over_the_limit_gets_413_whether_its_length_is_declared_or_not() {
    let server = Server::start();
    let long = "x".repeat(1001);
    let declared = signer().post_form(&url("/any"), &[("a", &long)]);
    assert_eq!(status_of(&server.send(&declared).await), "413");
    let chunked = format!(
        "POST /any HTTP/1.1\r\nhost: h\r\nconnection: close\r\nx-twilio-signature: claimed\r\n\
         transfer-encoding: chunked\r\n\r\n3e9\r\n{long}\r\n0\r\n\r\n"
    );
    let answer = server.exchange(chunked.as_bytes()).await;
    assert_eq!(status_of(&answer), "413");
    server.stop().await;
}

#[tokio::test]
async fn a_method_that_is_not_twilios_gets_405() {
    let server = Server::start();
    let answer = server
        .exchange(b"PUT /any HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n")
        .await;
    assert_eq!(status_of(&answer), "405");
    assert!(answer.contains("allow: GET, POST"), "{answer}");
    server.stop().await;
}
