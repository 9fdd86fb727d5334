//! The simulated Twilio as a program.

use std::io::IsTerminal as _;
use std::process::ExitCode;

use clap::Parser;
use secrecy::{ExposeSecret as _, SecretString};
use tracing_subscriber::EnvFilter;
use twilio_sim::{
    ApiKey, ClockMode, DEFAULT_ACCOUNT_SID, DEFAULT_AUTH_TOKEN, DEFAULT_FROM_NUMBER, Simulator,
    SimulatorConfig, StartError,
};

/// A simulated Twilio on loopback: it takes calls over the REST API and calls simulated people.
#[derive(Debug, Parser)]
#[command(name = "twilio-sim", version)]
struct Arguments {
    /// Loopback port to listen on; 0 takes a free one
    #[arg(long, env = "TWILIO_SIM_PORT", default_value_t = 8001)]
    port: u16,

    /// SID of the one account
    #[arg(long, env = "TWILIO_SIM_ACCOUNT_SID", default_value = DEFAULT_ACCOUNT_SID)]
    account_sid: String,

    /// Auth token of the account, which also signs callbacks
    #[arg(
        long,
        env = "TWILIO_SIM_AUTH_TOKEN",
        default_value = DEFAULT_AUTH_TOKEN,
        hide_env_values = true
    )]
    auth_token: SecretString,

    /// API keys, each `SK…:secret`, or `SK…:secret:standard`; repeat the option or separate them by commas
    #[arg(
        long = "api-key",
        env = "TWILIO_SIM_API_KEY",
        value_delimiter = ',',
        hide_env_values = true
    )]
    api_keys: Vec<ApiKey>,

    /// Numbers the account owns; repeat the option or separate them by commas
    #[arg(long = "from-number", env = "TWILIO_SIM_FROM_NUMBER", value_delimiter = ',', default_value = DEFAULT_FROM_NUMBER)]
    from_numbers: Vec<String>,

    /// URL to which messages from simulated people are posted
    #[arg(long, env = "TWILIO_SIM_MESSAGE_WEBHOOK")]
    message_webhook: Option<String>,

    /// How time moves: real, speed:N, fast or stepped
    #[arg(long, env = "TWILIO_SIM_CLOCK", default_value = "real")]
    clock: ClockMode,

    /// What is logged, for example `warn,twilio_sim=debug`
    #[arg(long, env = "TWILIO_SIM_LOG", default_value = "warn,twilio_sim=info")]
    log: String,
}

/// Why the program ended.
#[derive(Debug, thiserror::Error)]
enum ProgramError {
    #[error("log filter cannot be read")]
    Log(#[from] tracing_subscriber::filter::ParseError),
    #[error("simulator cannot start")]
    Start(#[from] StartError),
    #[error("cannot wait for Ctrl-C")]
    Signal(#[source] std::io::Error),
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report(&error);
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), ProgramError> {
    let filter = EnvFilter::builder().parse(&arguments.log)?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false)
        .init();
    let sim = Simulator::start(SimulatorConfig {
        port: arguments.port,
        account_sid: arguments.account_sid,
        auth_token: arguments.auth_token,
        api_keys: arguments.api_keys,
        from_numbers: arguments.from_numbers,
        message_webhook: arguments.message_webhook,
        clock: arguments.clock,
        ..SimulatorConfig::default()
    })
    .await?;
    greet(&sim);
    tokio::signal::ctrl_c()
        .await
        .map_err(ProgramError::Signal)?;
    sim.shutdown().await;
    Ok(())
}

#[expect(
    clippy::print_stdout,
    reason = "the program says how it can be reached"
)]
fn greet(sim: &Simulator) {
    let config = sim.config();
    let auth_token = match config.auth_token.expose_secret() {
        // This one is in the manual; any other belongs to whoever chose it.
        DEFAULT_AUTH_TOKEN => DEFAULT_AUTH_TOKEN,
        _ => "(as given)",
    };
    println!("simulated Twilio at {} (stop with Ctrl-C)", sim.url());
    println!("  account SID   {}", config.account_sid);
    println!("  auth token    {auth_token}");
    println!("  from numbers  {}", config.from_numbers.join(", "));
    println!("  clock         {}", config.clock);
    println!(
        "  records       {}/_sim/calls, /_sim/requests, /_sim/deliveries, /_sim/alerts",
        sim.url()
    );
}

/// Says what went wrong, with every cause.
#[expect(clippy::print_stderr, reason = "the program says why it ends")]
fn report(error: &ProgramError) {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    eprintln!("twilio-sim: {text}");
}
