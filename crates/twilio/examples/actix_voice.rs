//! A bare actix service that answers a call, asks for keys, and says which they were.
//!
//! `TWILIO_AUTH_TOKEN=… PUBLIC_URL=https://calls.example.com cargo run --example actix_voice --features
//! actix,twiml`, and point a Twilio number at `https://calls.example.com/voice`.

use std::env;
use std::error::Error;

use actix_web::{App, HttpResponse, HttpServer, web};
use atlas_twilio::actix::{Verified, WebhookSettings};
use atlas_twilio::twiml::{Gather, Hangup, Response, Say, TwimlError};
use atlas_twilio::webhook::{GatherAction, Verifier, VoiceRequest};

#[actix_web::main]
#[expect(
    clippy::disallowed_methods,
    reason = "an example is configured by its environment"
)]
async fn main() -> Result<(), Box<dyn Error>> {
    let verifier = Verifier::new(env::var("TWILIO_AUTH_TOKEN")?.into(), None)?;
    let settings = web::Data::new(WebhookSettings::new(verifier, &env::var("PUBLIC_URL")?)?);
    HttpServer::new(move || {
        App::new()
            .app_data(settings.clone())
            .route("/voice", web::post().to(voice))
            .route("/pressed", web::post().to(pressed))
    })
    .bind(("127.0.0.1", 8080))?
    .run()
    .await?;
    Ok(())
}

/// What a caller hears first.
async fn voice(_request: Verified<VoiceRequest>) -> HttpResponse {
    answer(question())
}

fn question() -> Result<Response, TwimlError> {
    let gather =
        Gather::new("/pressed")?.with(Say::new("Please press some keys, then the hash key.")?);
    Ok(Response::new().with(gather).with(Hangup::new()))
}

/// What a caller hears who pressed keys.
async fn pressed(Verified(action): Verified<GatherAction>) -> HttpResponse {
    let said = match action.digits.as_deref() {
        Some(digits) => format!("You pressed {digits}. Goodbye."),
        None => "Goodbye.".to_owned(),
    };
    answer(Say::new(&said).map(|say| Response::new().with(say).with(Hangup::new())))
}

fn answer(document: Result<Response, TwimlError>) -> HttpResponse {
    match document.and_then(|document| document.to_xml()) {
        Ok(xml) => HttpResponse::Ok()
            .content_type("application/xml; charset=utf-8")
            .body(xml),
        Err(_) => HttpResponse::InternalServerError().finish(),
    }
}
