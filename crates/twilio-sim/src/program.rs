//! What the program does with its command line.

mod arguments;
mod summary;

use std::io::{IsTerminal as _, Write as _};
use std::path::Path;

use secrecy::ExposeSecret as _;
use tracing_subscriber::EnvFilter;
use twilio_sim::{
    ClockMode, DEFAULT_AUTH_TOKEN, FaultError, Scenario, ScenarioError, Simulator, SimulatorConfig,
    StartError,
};

pub(crate) use arguments::Arguments;
use arguments::{Command, Print, Run, Serve};

/// Why the program ended.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProgramError {
    #[error("log filter cannot be read")]
    Log(#[from] tracing_subscriber::filter::ParseError),
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    #[error("the scenario speaks of {{app}}; say where the service is with --app")]
    AppMissing,
    #[error("the scenario's clock is stepped, and nobody would move it here")]
    Stepped,
    #[error("scenario cannot be played")]
    Fault(#[from] FaultError),
    #[error("simulator cannot start")]
    Start(#[from] StartError),
    #[error("{0} calls of the scenario were refused")]
    Refused(usize),
    #[error("{0} alerts were raised, and --strict allows none")]
    Alerts(usize),
    #[error("cannot wait for a signal to stop")]
    Signal(#[source] std::io::Error),
    #[error("cannot write to standard output")]
    Output(#[source] std::io::Error),
}

/// Does what the command line says.
pub(crate) async fn run(arguments: Arguments) -> Result<(), ProgramError> {
    let filter = EnvFilter::builder().parse(&arguments.log)?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false)
        .init();
    match arguments.command {
        None => serve(arguments.serve).await,
        Some(Command::Serve(options)) => serve(*options).await,
        Some(Command::Run(options)) => play(options).await,
        Some(Command::Schema) => print(&Scenario::schema()),
    }
}

async fn serve(options: Serve) -> Result<(), ProgramError> {
    let scenario = match &options.scenario {
        Some(path) => Some(read(path, options.app.as_deref())?),
        None => None,
    };
    let sim = Simulator::start(options.config(scenario.as_ref())).await?;
    // Whoever has read the greeting can stop the program politely.
    let stopped = stop_signal().map_err(ProgramError::Signal)?;
    greet(&sim)?;
    if let Some(scenario) = &scenario {
        sim.play(scenario)?;
    }
    stopped.await.map_err(ProgramError::Signal)?;
    sim.shutdown().await;
    Ok(())
}

/// Listens from now on for Ctrl-C and for SIGTERM, with which orchestrators stop a program.
#[cfg(unix)]
fn stop_signal() -> std::io::Result<impl Future<Output = std::io::Result<()>>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupted = signal(SignalKind::interrupt())?;
    let mut terminated = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupted.recv() => {}
            _ = terminated.recv() => {}
        }
        Ok(())
    })
}

/// Listens for Ctrl-C.
#[cfg(not(unix))]
fn stop_signal() -> std::io::Result<impl Future<Output = std::io::Result<()>>> {
    Ok(tokio::signal::ctrl_c())
}

async fn play(options: Run) -> Result<(), ProgramError> {
    let scenario = read(&options.scenario, options.app.as_deref())?;
    let config = scenario.config();
    if config.clock == ClockMode::Stepped {
        return Err(ProgramError::Stepped);
    }
    let sim = Simulator::start(SimulatorConfig {
        port: options.port,
        seed: options.seed.or(config.seed),
        strict: options.strict || config.strict,
        ..config
    })
    .await?;
    sim.play(&scenario)?;
    sim.run_until_idle().await;
    let text = match options.print {
        Print::Summary => summary::summary(&sim),
        Print::Journal => sim.journal(),
    };
    let (refused, alerts) = (sim.refused_calls().len(), sim.alerts().len());
    sim.shutdown().await;
    print(&text)?;
    if refused > 0 {
        return Err(ProgramError::Refused(refused));
    }
    if options.strict && alerts > 0 {
        return Err(ProgramError::Alerts(alerts));
    }
    Ok(())
}

fn read(path: &Path, app: Option<&str>) -> Result<Scenario, ProgramError> {
    let scenario = Scenario::read(path)?;
    match app {
        Some(app) => Ok(scenario.with_app(app)),
        None if scenario.needs_app() => Err(ProgramError::AppMissing),
        None => Ok(scenario),
    }
}

fn greet(sim: &Simulator) -> Result<(), ProgramError> {
    let config = sim.config();
    let auth_token = match config.auth_token.expose_secret() {
        // This one is in the manual; any other belongs to whoever chose it.
        DEFAULT_AUTH_TOKEN => DEFAULT_AUTH_TOKEN,
        _ => "(as given)",
    };
    let url = sim.url();
    print(&format!(
        "simulated Twilio at {url} (stop with Ctrl-C)\n  \
         account SID   {}\n  \
         auth token    {auth_token}\n  \
         from numbers  {}\n  \
         clock         {}\n  \
         page          {url}/_sim\n  \
         records       {url}/_sim/calls, /_sim/requests, /_sim/deliveries, /_sim/alerts, /_sim/journal\n",
        config.account_sid,
        config.from_numbers.join(", "),
        config.clock,
    ))
}

fn print(text: &str) -> Result<(), ProgramError> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(ProgramError::Output)
}
