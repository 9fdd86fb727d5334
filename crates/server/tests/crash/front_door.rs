//! What stands in front of a server in production: it takes Twilio's requests while the server
//! restarts, and passes them on until one is answered.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::http::StatusCode;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, ready};

/// How long to wait before asking again a server that did not answer, in real time.
const ASK_AGAIN_AFTER: Duration = Duration::from_millis(5);

/// An open front door; it closes when this is dropped.
pub(crate) struct FrontDoor {
    /// The address that Twilio calls.
    pub(crate) url: String,
    server: ServerHandle,
}

/// What is told of every request at each of its moments, by its path and query, and may take its time; says
/// whether the server's answer is lost, so that the server is asked again.
pub(crate) type Watch = Arc<dyn Fn(Moment, String) -> BoxFuture<'static, bool> + Send + Sync>;

/// A moment of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// It has come.
    Come,
    /// The server has answered it.
    Served,
}

/// Where requests are passed on to.
#[derive(Clone)]
struct Behind {
    http: reqwest::Client,
    base_url: String,
    watch: Watch,
}

impl FrontDoor {
    /// Opens one before the server on this port.
    pub(crate) fn before(port: u16) -> Self {
        Self::watched(port, Arc::new(|_, _| ready(false).boxed()))
    }

    /// The same, with somebody who watches what comes by.
    pub(crate) fn watched(port: u16, watch: Watch) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("its address");
        let behind = Behind {
            http: reqwest::Client::builder()
                .pool_max_idle_per_host(0)
                .build()
                .expect("an HTTP client"),
            base_url: format!("http://127.0.0.1:{port}"),
            watch,
        };
        let server = HttpServer::new(move || {
            App::new()
                .app_data(web::Data::new(behind.clone()))
                .default_service(web::to(pass_on))
        })
        .workers(1)
        .disable_signals()
        .listen(listener)
        .expect("a listening server")
        .run();
        let handle = server.handle();
        tokio::spawn(server);
        Self {
            url: format!("http://{address}"),
            server: handle,
        }
    }
}

impl Drop for FrontDoor {
    fn drop(&mut self) {
        // The command is sent at once; the future would only wait for the end.
        drop(self.server.stop(false));
    }
}

async fn pass_on(
    request: HttpRequest,
    body: web::Bytes,
    behind: web::Data<Behind>,
) -> HttpResponse {
    let path = || request.uri().to_string();
    (behind.watch)(Moment::Come, path()).await;
    loop {
        match ask(&behind, &request, body.clone()).await {
            Ok(answer) => {
                let lost = (behind.watch)(Moment::Served, path()).await;
                if !lost {
                    return answer;
                }
            }
            // It was killed before it answered, or has not started yet.
            Err(_) => tokio::time::sleep(ASK_AGAIN_AFTER).await,
        }
    }
}

async fn ask(
    behind: &Behind,
    request: &HttpRequest,
    body: web::Bytes,
) -> Result<HttpResponse, reqwest::Error> {
    let method = request.method().as_str();
    let method = reqwest::Method::from_bytes(method.as_bytes()).expect("a method");
    let mut asked = behind
        .http
        .request(method, format!("{}{}", behind.base_url, request.uri()))
        .body(body);
    for name in ["content-type", "x-twilio-signature"] {
        if let Some(value) = request.headers().get(name) {
            asked = asked.header(name, value.as_bytes());
        }
    }
    let answer = asked.send().await?;
    let status = StatusCode::from_u16(answer.status().as_u16()).expect("a status");
    let mut passed_on = HttpResponse::build(status);
    if let Some(content_type) = answer.headers().get("content-type") {
        passed_on.insert_header(("content-type", content_type.as_bytes()));
    }
    Ok(passed_on.body(answer.bytes().await?))
}
