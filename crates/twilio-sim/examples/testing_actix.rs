//! A small actix service that calls people, and its tests on the simulator.
//!
//! `cargo test --package twilio-sim --example testing_actix` runs the tests; `cargo run` with the same
//! arguments calls somebody and prints what they heard.

use std::error::Error;

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpResponse, HttpServer, web};
use secrecy::ExposeSecret as _;
use serde::Deserialize;
use twilio_sim::{CallReport, Simulator, SimulatorConfig};

/// Where Twilio is, and who calls.
struct Twilio {
    url: String,
    account_sid: String,
    auth_token: String,
}

/// The service under test.
struct Service {
    url: String,
    server: ServerHandle,
    twilio: Twilio,
}

#[derive(Deserialize)]
struct Pressed {
    #[serde(rename = "Digits")]
    digits: String,
}

async fn voice() -> HttpResponse {
    HttpResponse::Ok().content_type("text/xml").body(
        "<Response><Gather numDigits=\"1\" action=\"/answer\"><Say>Press 1 to confirm.</Say></Gather>\
         <Say>We did not get your answer.</Say></Response>",
    )
}

async fn answer(pressed: web::Form<Pressed>) -> HttpResponse {
    let words = match pressed.digits.as_str() {
        "1" => "See you then.",
        _ => "We will call again.",
    };
    HttpResponse::Ok()
        .content_type("text/xml")
        .body(format!("<Response><Say>{words}</Say></Response>"))
}

impl Service {
    fn start(twilio: Twilio) -> Result<Self, Box<dyn Error>> {
        let server = HttpServer::new(|| {
            App::new()
                .route("/voice", web::post().to(voice))
                .route("/answer", web::post().to(answer))
        })
        .workers(1)
        .bind(("127.0.0.1", 0))?;
        let port = server.addrs().first().ok_or("no address")?.port();
        let server = server.run();
        let handle = server.handle();
        actix_web::rt::spawn(server);
        Ok(Self {
            url: format!("http://127.0.0.1:{port}"),
            server: handle,
            twilio,
        })
    }

    async fn call(&self, to: &str) -> Result<(), reqwest::Error> {
        let Twilio {
            url,
            account_sid,
            auth_token,
        } = &self.twilio;
        let voice = format!("{}/voice", self.url);
        reqwest::Client::new()
            .post(format!(
                "{url}/2010-04-01/Accounts/{account_sid}/Calls.json"
            ))
            .basic_auth(account_sid, Some(auth_token))
            .form(&[("To", to), ("From", "+15005550006"), ("Url", &voice)])
            .send()
            .await?
            .error_for_status()?;
        Ok(())
    }
}

/// Starts a simulator and the service, calls a number, and returns what became of the call.
async fn whole_call(to: &str) -> Result<CallReport, Box<dyn Error>> {
    let simulator = Simulator::start(SimulatorConfig::fast()).await?;
    let config = simulator.config();
    let service = Service::start(Twilio {
        url: simulator.url().to_owned(),
        account_sid: config.account_sid.clone(),
        auth_token: config.auth_token.expose_secret().to_owned(),
    })?;
    service.call(to).await?;
    simulator.run_until_idle().await;
    let call = simulator.calls().pop().ok_or("nobody was called")?;
    service.server.stop(true).await;
    simulator.shutdown().await;
    Ok(call)
}

#[actix_web::main]
#[expect(clippy::print_stdout, reason = "the program shows what was heard")]
async fn main() -> Result<(), Box<dyn Error>> {
    for words in whole_call("+15550100701").await?.said() {
        println!("{words}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use twilio_sim::CallStatus;

    #[actix_web::test]
    async fn whoever_presses_1_is_seen_then() {
        let call = whole_call("+15550100701").await.unwrap();
        assert_eq!(call.said(), ["Press 1 to confirm.", "See you then."]);
        assert_eq!(call.status, CallStatus::Completed);
    }

    #[actix_web::test]
    async fn whoever_presses_nothing_is_told() {
        let call = whole_call("+15550100001").await.unwrap();
        assert_eq!(call.said().last(), Some(&"We did not get your answer."));
    }
}
