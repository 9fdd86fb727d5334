//! Asks what is known about a phone number.
//!
//! `cargo run --example look_up_number --features client -- AC… TOKEN "(415) 555-0123"`
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::error::Error;

use atlas_twilio::rest::{Client, ClientConfig, Credentials, LookupNumber};
use atlas_twilio::vocabulary::LookupPackage;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let given: Vec<_> = std::env::args().skip(1).collect();
    let [account_sid, token, number] = &given[..] else {
        return Err("see the top of the file".into());
    };
    let credentials = Credentials::AuthToken(token.clone().into());
    let client = Client::new(ClientConfig::new(account_sid.parse()?, credentials))?;
    let number = LookupNumber {
        country_code: Some("US".to_owned()),
        packages: vec![LookupPackage::LineTypeIntelligence],
        ..LookupNumber::new(number)
    };
    match client.lookups().phone_number(&number).await? {
        Some(found) if found.is_valid => {
            let line = found.package(&LookupPackage::LineTypeIntelligence);
            println!("in {:?}, {line:?}", found.country_code);
        }
        Some(found) => println!("not valid: {:?}", found.validation_errors),
        None => println!("nothing is known"),
    }
    Ok(())
}
