//! Saves the audio of a recording, piece by piece.
//!
//! `cargo run --example download_recording --features client -- AC… TOKEN RE… recording.mp3`
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::error::Error;
use std::fs::File;
use std::io::Write as _;

use atlas_twilio::rest::{Client, ClientConfig, Credentials, MediaFormat, MediaRequest};
use futures_util::TryStreamExt as _;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let given: Vec<_> = std::env::args().skip(1).collect();
    let [account_sid, token, recording_sid, path] = &given[..] else {
        return Err("see the top of the file".into());
    };
    let credentials = Credentials::AuthToken(token.clone().into());
    let client = Client::new(ClientConfig::new(account_sid.parse()?, credentials))?;
    let wanted = MediaRequest::new(MediaFormat::Mp3);
    let media = client
        .recordings()
        .media(&recording_sid.parse()?, &wanted)
        .await?;
    let Some(mut media) = media else {
        println!("there is no audio, or not yet");
        return Ok(());
    };
    let mut file = File::create(path)?;
    while let Some(piece) = media.body.try_next().await? {
        file.write_all(&piece)?;
    }
    println!(
        "{:?} bytes of {:?}",
        media.content_length, media.content_type
    );
    Ok(())
}
