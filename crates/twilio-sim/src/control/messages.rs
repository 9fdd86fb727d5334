//! Text messages: what was sent and received, and writing as a person.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::problem::Problem;
use super::read;
use crate::messages::{IncomingMessage, MessageReport, SendMessageError, receive};
use crate::world::Shared;

pub(super) fn configure(service: &mut web::ServiceConfig) {
    service.service(
        web::resource("/_sim/messages")
            .route(web::get().to(list_messages))
            .route(web::post().to(send_message)),
    );
}

/// A message that a simulated person is to send.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewMessage {
    /// The person's number, E.164.
    from: String,
    /// The account's number, E.164.
    to: String,
    /// The text.
    #[serde(default)]
    body: String,
    /// Addresses of pictures and sounds.
    #[serde(default)]
    media_urls: Vec<String>,
}

/// The name of a message that was sent.
#[derive(Serialize, ToSchema)]
pub(super) struct SentMessage {
    /// `SM…`, or `MM…` for one with media.
    sid: String,
}

/// Lists all messages, oldest first.
#[utoipa::path(get, path = "/_sim/messages", tag = "Messages",
    responses((status = 200, description = "The messages.", body = Vec<MessageReport>)))]
pub(super) async fn list_messages(shared: web::Data<Shared>) -> HttpResponse {
    HttpResponse::Ok().json(shared.world().messages.reports())
}

/// Sends a message as a simulated person: it is posted to the message webhook.
#[utoipa::path(post, path = "/_sim/messages", tag = "Messages",
    request_body(content = NewMessage,
        example = json!({"from": "+15550100042", "to": "+15005550006", "body": "Hello"})),
    responses((status = 201, description = "It is received.", body = SentMessage),
        (status = 400, description = "A field is wrong.", body = Problem)))]
pub(super) async fn send_message(
    shared: web::Data<Shared>,
    body: web::Bytes,
) -> Result<HttpResponse, Problem> {
    let new: NewMessage = read::body(&body)?;
    let incoming = IncomingMessage::new(&new.from, &new.to, &new.body, &new.media_urls);
    let incoming = incoming.map_err(|error| {
        let pointer = match &error {
            SendMessageError::From => "/from",
            SendMessageError::To => "/to",
            SendMessageError::MediaUrl(_) => "/media_urls",
        };
        Problem::field(pointer, error.to_string())
    })?;
    let sid = receive(&shared.into_inner(), incoming);
    Ok(HttpResponse::Created().json(SentMessage { sid }))
}
