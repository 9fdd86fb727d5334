//! A whole story on a temporary database and the simulated Twilio, as fast as it can be told.
//!
//! The story is told through the HTTP interface, as any client would; what the people on the
//! phone heard comes from the simulated Twilio's own record.

mod client;
mod show;
mod story;
mod twiml;

use std::error::Error;
use std::time::Duration;

use twilio_sim::ClockMode;

use crate::serve::{self, Running};
use crate::settings::{Settings, Variables};
use crate::simulation::{self, SimulatorClock};
use crate::wiring::Surroundings;
use client::Client;
use story::Story;

/// How long the whole story may take, in real time. It takes a second or two.
const STORY_TIMEOUT: Duration = Duration::from_secs(120);

/// Tells the story, prints it, and says whether everything ended as it should.
///
/// # Errors
/// When the server or the simulator cannot start, or a request fails in a way the story does not
/// tell.
pub async fn run() -> Result<bool, Box<dyn Error>> {
    let directory = tempfile::tempdir()?;
    let database = directory.path().join("demo.db");
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    let base_url = format!("http://127.0.0.1:{}", listener.local_addr()?.port());
    let settings = Settings::from_variables(&Variables::from_pairs([
        ("BASE_URL", base_url.as_str()),
        ("SQLITE_PATH", &database.to_string_lossy()),
        ("LOG_LEVEL", "ERROR"),
    ]))?;
    crate::logs::start(&settings);

    let simulator = simulation::start(ClockMode::Fast).await?;
    let surroundings = Surroundings {
        simulator: Some(simulation::settings_of(&simulator)?),
        clock: Some(SimulatorClock::follow(&simulator)),
        ..Surroundings::default()
    };
    let running: Running = serve::start(&settings, listener, surroundings).await?;

    show::opening(&base_url, simulator.url());
    let client = Client::new(&base_url);
    let told = tokio::time::timeout(STORY_TIMEOUT, Story::tell(&client, &simulator)).await;
    running.stop().await;
    let story = told.map_err(|_| "the story did not end in time")??;
    for chapter in &story.chapters {
        show::chapter(chapter);
    }
    let as_it_should = show::verdict(&story);
    simulator.shutdown().await;
    Ok(as_it_should)
}
