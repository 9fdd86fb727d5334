//! Sends a text, once.
//!
//! `cargo run --example send_message --features client -- AC… TOKEN +14155550123 +14155550100`
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::error::Error;

use atlas_twilio::rest::{
    Client, ClientConfig, CreateMessage, Credentials, Failure, MessageContent, MessageOptions,
    MessageSender, RequestKind, RetryPolicy, SendAgain,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let given: Vec<_> = std::env::args().skip(1).collect();
    let [account_sid, token, to, from] = &given[..] else {
        return Err("see the top of the file".into());
    };
    let credentials = Credentials::AuthToken(token.clone().into());
    let client = Client::new(ClientConfig::new(account_sid.parse()?, credentials))?;
    let order = CreateMessage::new(
        to,
        MessageSender::From(from.as_str().into()),
        MessageContent::Body("Your table is ready.".into()),
        MessageOptions {
            validity_period_seconds: Some(600),
            ..MessageOptions::default()
        },
    )?;
    match client.messages().create(&order).await {
        Ok(message) => println!("{} is {}", message.sid, message.status),
        Err(error) => {
            let (failure, policy) = (Failure::from(&error), RetryPolicy::default());
            match policy.decide(RequestKind::RingingWrite, failure, 1, None, 1.0) {
                SendAgain::Never => println!("it was not sent: {error}"),
                SendAgain::After(wait) => println!("it may be sent again after {wait:?}"),
                SendAgain::AfterLooking => println!("it may be on its way, look first: {error}"),
            }
        }
    }
    Ok(())
}
