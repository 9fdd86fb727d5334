//! Lists today's busy calls, page by page, with other credentials and another region.
//!
//! `cargo run --example follow_list --features client -- AC… SK… SECRET ie1`
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::error::Error;

use atlas_twilio::rest::{Client, ClientConfig, Credentials, ListCalls};
use atlas_twilio::vocabulary::CallStatus;
use futures_util::TryStreamExt as _;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let given: Vec<_> = std::env::args().skip(1).collect();
    let [account_sid, key_sid, secret, region] = &given[..] else {
        return Err("see the top of the file".into());
    };
    let credentials = Credentials::ApiKey {
        sid: key_sid.parse()?,
        secret: secret.clone().into(),
    };
    let client = Client::new(ClientConfig {
        region: Some(region.parse()?),
        ..ClientConfig::new(account_sid.parse()?, credentials)
    })?;
    let filter = ListCalls {
        status: Some(CallStatus::Busy),
        page_size: Some(100),
        ..ListCalls::default()
    };
    let mut calls = std::pin::pin!(client.calls().stream(&filter));
    while let Some(call) = calls.try_next().await? {
        println!("{} at {:?}", call.sid, call.date_created);
    }
    Ok(())
}
