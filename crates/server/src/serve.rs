//! Runs the HTTP server until told to stop, then stops politely.

#[cfg(feature = "simulator")]
use std::io::Write as _;
use std::net::{SocketAddr, TcpListener};

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpServer};

use crate::settings::{CarrierSettings, Settings};
use crate::wiring::{self, Migrations, Parts, StartError, Surroundings};

/// How long open requests may take to finish after a stop was asked for, in seconds.
const SHUTDOWN_TIMEOUT_SECONDS: u64 = 30;

/// A running Atlas.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    parts: Parts,
    http: ServerHandle,
    http_ended: tokio::task::JoinHandle<std::io::Result<()>>,
}

/// Listens as the settings say. Tests listen first, to know the port that `BASE_URL` names.
///
/// # Errors
/// [`StartError::Listen`] when the address is taken or not this machine's.
pub fn listen(settings: &Settings) -> Result<TcpListener, StartError> {
    let address = format!("{}:{}", settings.host, settings.port);
    TcpListener::bind(&address).map_err(|source| StartError::Listen { address, source })
}

/// Starts the HTTP server and the worker.
///
/// # Errors
/// [`StartError`] when a part cannot be built.
pub async fn start(
    settings: &Settings,
    listener: TcpListener,
    surroundings: Surroundings,
) -> Result<Running, StartError> {
    let parts = wiring::build(settings, surroundings).await?;
    let address = listener.local_addr().map_err(StartError::Http)?;
    let api = parts.api.clone();
    let http = HttpServer::new(move || App::new().configure(atlas_api::configure(api.clone())))
        .shutdown_timeout(SHUTDOWN_TIMEOUT_SECONDS)
        .disable_signals()
        .listen(listener)
        .map_err(StartError::Http)?
        .run();
    let handle = http.handle();
    let http_ended = tokio::spawn(http);
    Ok(Running {
        address,
        parts,
        http: handle,
        http_ended,
    })
}

impl Running {
    /// The use cases of this server.
    #[must_use]
    pub fn application(&self) -> &atlas_application::Application {
        &self.parts.application
    }

    /// Begins no more dials, stops accepting, finishes what runs, flushes, closes.
    pub async fn stop(mut self) {
        self.parts.stop_dialling();
        self.http.stop(true).await;
        self.parts.stop().await;
    }

    /// Runs until the process is told to stop or the HTTP server fails, then stops politely.
    ///
    /// # Errors
    /// [`StartError::Http`] when the server ended by itself.
    pub async fn run(mut self) -> Result<(), StartError> {
        tokio::select! {
            () = stop_signal() => {
                tracing::info!("stopping");
                self.stop().await;
                tracing::info!("stopped");
                Ok(())
            }
            ended = &mut self.http_ended => {
                self.parts.stop().await;
                let failed = |error: tokio::task::JoinError| std::io::Error::other(error);
                ended.map_err(failed).and_then(|ended| ended).map_err(StartError::Http)
            }
        }
    }
}

/// Serves until told to stop: the command `serve`.
///
/// # Errors
/// [`StartError`] when the server cannot start, or failed.
pub async fn serve(settings: Settings, migrations: Migrations) -> Result<(), StartError> {
    warn_of_doubtful(&settings);
    let listener = listen(&settings)?;
    let surroundings = Surroundings {
        migrations,
        ..Surroundings::default()
    };
    match settings.carrier {
        CarrierSettings::Simulated => serve_simulated(settings, listener, surroundings).await,
        CarrierSettings::Twilio(_) | CarrierSettings::NotConfigured => {
            let running = start(&settings, listener, surroundings).await?;
            announce(&settings, &running);
            running.run().await
        }
    }
}

#[cfg(feature = "simulator")]
async fn serve_simulated(
    settings: Settings,
    listener: TcpListener,
    surroundings: Surroundings,
) -> Result<(), StartError> {
    let simulator = crate::simulation::start(twilio_sim::ClockMode::Real)
        .await
        .map_err(|error| StartError::Simulator(error.into()))?;
    let twilio = crate::simulation::settings_of(&simulator)
        .map_err(|error| StartError::Simulator(error.into()))?;
    let surroundings = Surroundings {
        simulator: Some(twilio),
        ..surroundings
    };
    let running = start(&settings, listener, surroundings).await?;
    announce(&settings, &running);
    tracing::info!(
        "no Twilio credentials: a simulated Twilio answers at {0} and no real phone will ring; its \
         page is {0}/_sim",
        simulator.url()
    );
    print_first_call(&settings);
    let ended = running.run().await;
    simulator.shutdown().await;
    ended
}

#[cfg(not(feature = "simulator"))]
async fn serve_simulated(_: Settings, _: TcpListener, _: Surroundings) -> Result<(), StartError> {
    Err(StartError::NoSimulator)
}

fn announce(settings: &Settings, running: &Running) {
    tracing::info!(
        version = env!("CARGO_PKG_VERSION"),
        address = %running.address,
        base_url = settings.base_url.as_str(),
        database = %settings.store,
        "Atlas is listening"
    );
}

/// Says what works but is probably not meant.
fn warn_of_doubtful(settings: &Settings) {
    match &settings.auth {
        atlas_api::ApiAuth::Keys(_) => {}
        atlas_api::ApiAuth::Open => {
            tracing::warn!("API_AUTH=off: anybody who reaches this server may place calls");
        }
        atlas_api::ApiAuth::OpenOnLoopback => {
            tracing::info!("no API_KEYS: the API is open to this machine only");
        }
    }
    match &settings.carrier {
        CarrierSettings::Twilio(twilio)
            if twilio.is_twilio_itself() && settings.base_url.is_loopback() =>
        {
            tracing::warn!(
                base_url = settings.base_url.as_str(),
                "BASE_URL is loopback, which Twilio cannot reach: calls cannot work"
            );
        }
        CarrierSettings::NotConfigured => {
            tracing::warn!(
                "no Twilio credentials: the service runs, but placing a call answers 503"
            );
        }
        CarrierSettings::Twilio(_) | CarrierSettings::Simulated => {}
    }
}

#[cfg(feature = "simulator")]
fn print_first_call(settings: &Settings) {
    let url = settings.base_url.as_str();
    let told = writeln!(
        std::io::stdout(),
        "\nPlace a first call:\n\n  curl -s {url}/calls/outbound -H 'content-type: application/json' \
         \\\n    -d '{{\"to\": \"+15550100042\", \"user_external_id\": \"me\", \"script\": \"Hello from \
         Atlas.\"}}'\n\nand see it, some seconds later:\n\n  curl -s {url}/calls\n"
    );
    if let Err(error) = told {
        tracing::debug!(%error, "standard output is closed");
    }
}

/// Completes when the process is asked to stop (SIGINT or SIGTERM).
async fn stop_signal() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => {
                tokio::select! {
                    _ = interrupt => {}
                    _ = terminate.recv() => {}
                }
            }
            Err(error) => {
                tracing::warn!(%error, "SIGTERM cannot be listened for");
                drop(interrupt.await);
            }
        }
    }
    #[cfg(not(unix))]
    drop(interrupt.await);
}
