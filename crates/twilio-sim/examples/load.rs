//! Rounds of a thousand calls at once, and the memory that is in use after each of them.
//!
//! `cargo run --release -p twilio-sim --example load -- 10` runs ten rounds.

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use secrecy::ExposeSecret as _;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use twilio_sim::{Simulator, SimulatorConfig};

const CALLS: usize = 1_000;
/// Connections at once, each of which takes three open files.
const CONNECTIONS: usize = 200;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let rounds: u32 = match std::env::args().nth(1) {
        Some(text) => text.parse()?,
        None => 5,
    };
    let sim = Simulator::start(SimulatorConfig {
        records_kept: CALLS,
        ..SimulatorConfig::fast()
    })
    .await?;
    for round in 1..=rounds {
        let began = Instant::now();
        create_all(&sim).await?;
        sim.run_until_idle().await;
        let took = began.elapsed();
        // What is over is kept for a minute at least.
        sim.clock().advance(Duration::from_mins(1)).await;
        say(&format!(
            "round {round}: {CALLS} calls in {took:.1?}, {} kept, {} in use",
            sim.calls().len(),
            resident().unwrap_or_else(|| "?".to_owned()),
        ));
    }
    sim.shutdown().await;
    Ok(())
}

async fn create_all(sim: &Simulator) -> Result<(), Box<dyn Error>> {
    let config = sim.config();
    let account = &config.account_sid;
    let url = format!("{}/2010-04-01/Accounts/{account}/Calls.json", sim.url());
    let client = reqwest::Client::builder()
        .pool_max_idle_per_host(0)
        .build()?;
    let connections = Arc::new(Semaphore::new(CONNECTIONS));
    let mut creates = JoinSet::new();
    for index in 0..CALLS {
        let to = format!("+1555020{index:04}");
        let form = [
            ("To", to.as_str()),
            ("From", "+15005550006"),
            (
                "Twiml",
                "<Response><Say>Hello</Say><Record maxLength=\"5\"/></Response>",
            ),
        ];
        let request = client
            .post(&url)
            .basic_auth(account, Some(config.auth_token.expose_secret()))
            .form(&form);
        let connections = Arc::clone(&connections);
        creates.spawn(async move {
            let _connection = connections.acquire().await;
            request.send().await?.error_for_status()
        });
    }
    while let Some(created) = creates.join_next().await {
        created??;
    }
    Ok(())
}

/// The resident memory of this process in words, where the system tells it.
fn resident() -> Option<String> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    Some(
        line.split_whitespace()
            .skip(1)
            .collect::<Vec<_>>()
            .join(" "),
    )
}

#[expect(clippy::print_stdout, reason = "the example says what it measures")]
fn say(line: &str) {
    println!("{line}");
}
