//! Rings a phone and says what became of the request.
//!
//! `cargo run --example place_call --features client -- AC… TOKEN +14155550123 +14155550100`
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::error::Error;

use atlas_twilio::rest::{
    AnsweringMachineDetection, CallInstructions, Client, ClientConfig, CreateCall, Credentials,
    MachineDetection, WriteError,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let given: Vec<_> = std::env::args().skip(1).collect();
    let [account_sid, token, to, from] = &given[..] else {
        return Err("see the top of the file".into());
    };
    let credentials = Credentials::AuthToken(token.clone().into());
    let client = Client::new(ClientConfig::new(account_sid.parse()?, credentials))?;
    let document = "<Response><Say>Your parcel is here.</Say></Response>";
    let order = CreateCall::builder(to, from, CallInstructions::Twiml(document.into()))
        .timeout_seconds(30)
        .machine_detection(AnsweringMachineDetection::new(MachineDetection::Enable))
        .build()?;
    match client.calls().create(&order).await {
        Ok(call) => println!("{} is {}", call.sid, call.status),
        Err(WriteError::Parameter(error)) => println!("nothing was sent: {error}"),
        Err(WriteError::Refused(refusal)) => println!("it does not ring: {refusal}"),
        Err(WriteError::NotSent { source }) => println!("it does not ring: {source}"),
        Err(WriteError::Unknown(why)) => println!("it may ring, look for the call first: {why}"),
    }
    Ok(())
}
