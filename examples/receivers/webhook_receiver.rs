//! Receives the acknowledgements that Atlas sends, with `atlas-outgoing` and actix-web.
//!
//! `WEBHOOK_SECRET=whsec_… cargo run --package atlas-examples --bin webhook-receiver`
//!
//! | variable | holds |
//! |---|---|
//! | `WEBHOOK_SECRET` | what `ACKNOWLEDGEMENT_WEBHOOK_SECRET` holds; several, with blanks between, while it is rotated |
//! | `HOST`, `PORT` | where to listen: 127.0.0.1 and 8080 |
//! | `DATABASE` | the SQLite file that remembers what has come: acknowledgements.db |

use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use atlas_outgoing::standard_webhooks::{SigningSecrets, WebhookHeaders, verify};
use rusqlite::Connection;
use serde_json::Value;

/// More than Atlas ever sends.
const MAX_BODY_BYTES: usize = 64 * 1024;

/// What every request needs.
struct Receiver {
    secrets: SigningSecrets,
    acknowledgements: Arc<Acknowledgements>,
}

/// What has come, kept on disk under its id: duplicates carry the same one.
struct Acknowledgements(Mutex<Connection>);

impl Acknowledgements {
    fn open(path: &str) -> Result<Self, rusqlite::Error> {
        let database = Connection::open(path)?;
        database.execute(
            "CREATE TABLE IF NOT EXISTS acknowledgements (webhook_id TEXT PRIMARY KEY, event TEXT NOT NULL)",
            (),
        )?;
        Ok(Self(Mutex::new(database)))
    }

    /// Keeps an event; says whether it is new. Do what it asks for in the same transaction.
    fn keep(&self, webhook_id: &str, event: &str) -> Result<bool, rusqlite::Error> {
        let database = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let rows = database.execute(
            "INSERT OR IGNORE INTO acknowledgements VALUES (?, ?)",
            (webhook_id, event),
        )?;
        Ok(rows == 1)
    }
}

/// Takes the body as bytes: the signature covers them, and they are parsed only after it was checked.
async fn receive(
    request: HttpRequest,
    body: web::Bytes,
    receiver: web::Data<Receiver>,
) -> HttpResponse {
    let headers = WebhookHeaders::read(|name| request.headers().get(name)?.to_str().ok());
    if verify(&headers, &body, &receiver.secrets, unix_seconds()).is_err() {
        return HttpResponse::Unauthorized().finish();
    }
    let (Some(id), Ok(text)) = (headers.id, String::from_utf8(body.to_vec())) else {
        return HttpResponse::BadRequest().finish();
    };
    let Ok(event) = serde_json::from_str::<Value>(&text) else {
        return HttpResponse::BadRequest().finish();
    };
    let (kept_id, acknowledgements) = (id.to_owned(), Arc::clone(&receiver.acknowledgements));
    let kept = web::block(move || acknowledgements.keep(&kept_id, &text)).await;
    // Answered 2xx only after it is kept: anything else is sent again, for a day.
    match kept {
        Ok(Ok(is_new)) => {
            if is_new && event["type"] == "notification.acknowledged" {
                tell(id, &event["data"]);
            }
            HttpResponse::NoContent().finish()
        }
        Ok(Err(_)) | Err(_) => HttpResponse::ServiceUnavailable().finish(),
    }
}

#[expect(clippy::print_stdout, reason = "the program is there to show it")]
fn tell(id: &str, data: &Value) {
    let via = data["acknowledged_by"]["via"].as_str().unwrap_or_default();
    println!("{id} {via} {}", data["task_title"]);
}

#[expect(
    clippy::disallowed_methods,
    reason = "a program of its own, which has no `Clock`"
)]
fn unix_seconds() -> i64 {
    time::OffsetDateTime::now_utc().unix_timestamp()
}

#[expect(
    clippy::disallowed_methods,
    reason = "a program of its own, with its own settings"
)]
fn variable(name: &str, default: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| default.to_owned())
}

#[expect(clippy::print_stdout, reason = "whoever starts it wants to know")]
#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let secrets: SigningSecrets = variable("WEBHOOK_SECRET", "").parse()?;
    let database = variable("DATABASE", "acknowledgements.db");
    let receiver = web::Data::new(Receiver {
        secrets,
        acknowledgements: Arc::new(Acknowledgements::open(&database)?),
    });
    let address = (
        variable("HOST", "127.0.0.1"),
        variable("PORT", "8080").parse::<u16>()?,
    );
    let server = HttpServer::new(move || {
        App::new()
            .app_data(receiver.clone())
            .app_data(web::PayloadConfig::new(MAX_BODY_BYTES))
            .default_service(web::post().to(receive))
    })
    .workers(2)
    .bind(address)?;
    for address in server.addrs() {
        println!("listening on http://{address}");
    }
    server.run().await?;
    Ok(())
}
