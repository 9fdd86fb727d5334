//! The running simulator and what a test can do with it.

mod messages;
mod person;
mod scenario;

use std::any::Any;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;

use actix_web::dev::{Extensions, ServerHandle};
use actix_web::{App, HttpServer, web};
use tokio::sync::{oneshot, watch};

use crate::callee::Behaviour;
use crate::clock::{SimClock, Timeline};
use crate::config::{ConfigError, SimulatorConfig};
use crate::fault::{Fault, FaultError, FaultReport};
use crate::hooks::{Held, HoldPoint};
use crate::record::{AlertReport, CallReport, DeliveryReport, RequestReport};
use crate::rest::Connection;
use crate::world::Shared;
use crate::{control, rest};

/// The largest request body read, in bytes.
const BODY_BYTES_AT_MOST: usize = 1024 * 1024;

/// Why a simulator did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// A setting is wrong.
    #[error("wrong setting")]
    Config(#[from] ConfigError),
    /// The port cannot be had, or a thread cannot be started.
    #[error("cannot listen on port {port} of loopback")]
    Listen {
        /// The port asked for.
        port: u16,
        /// What the system said.
        source: std::io::Error,
    },
    /// The simulator's thread ended before it was ready.
    #[error("simulator stopped while starting")]
    Stopped,
}

/// A simulated Twilio that is listening on loopback; it stops when this is dropped.
///
/// It runs on threads of its own, so it works beside any runtime.
#[derive(Debug)]
pub struct Simulator {
    shared: Arc<Shared>,
    server: ServerHandle,
    stop: watch::Sender<bool>,
    stopped: Option<oneshot::Receiver<()>>,
}

/// What the simulator's thread hands out when it is ready.
struct Ready {
    shared: Arc<Shared>,
    server: ServerHandle,
}

impl Simulator {
    /// Starts a simulator and returns when it accepts connections.
    ///
    /// # Errors
    ///
    /// [`StartError::Config`] for a setting that cannot work, [`StartError::Listen`] when the port is taken.
    pub async fn start(mut config: SimulatorConfig) -> Result<Self, StartError> {
        config.check()?;
        config.seed.get_or_insert_with(rand::random);
        let port = config.port;
        let listen_error = |source| StartError::Listen { port, source };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(listen_error)?;
        let port = listener.local_addr().map_err(listen_error)?.port();
        let base_url = format!("http://127.0.0.1:{port}");

        let (stop, stopping) = watch::channel(false);
        let (ready_sender, ready) = oneshot::channel();
        let (stopped_sender, stopped) = oneshot::channel();
        std::thread::Builder::new()
            .name("twilio-sim".to_owned())
            .spawn(move || {
                let system = actix_web::rt::System::new();
                system.block_on(run(config, listener, base_url, ready_sender, stopping));
                drop(system);
                drop(stopped_sender);
            })
            .map_err(listen_error)?;
        let Ready { shared, server } = match ready.await {
            Ok(ready) => ready.map_err(listen_error)?,
            Err(_) => return Err(StartError::Stopped),
        };
        Ok(Self {
            shared,
            server,
            stop,
            stopped: Some(stopped),
        })
    }

    /// The address to use in place of `https://api.twilio.com`, without a trailing slash.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.shared.base_url
    }

    /// What it was started with.
    #[must_use]
    pub fn config(&self) -> &SimulatorConfig {
        &self.shared.config
    }

    /// The clock it lives by.
    #[must_use]
    pub fn clock(&self) -> SimClock {
        SimClock::new(self.shared.timeline.clone())
    }

    /// Sets how a number behaves from its next dial on, in place of the table of the crate manual.
    pub fn set_behaviour(&self, number: &str, behaviour: Behaviour) {
        self.shared.world().set_behaviour(number, behaviour);
    }

    /// Forgets everything but the time: calls, records, behaviours and faults. Calls under way end
    /// unseen.
    pub fn reset(&self) {
        self.shared.reset();
    }

    /// All calls that are kept, oldest first; see [`SimulatorConfig::records_kept`].
    #[must_use]
    pub fn calls(&self) -> Vec<CallReport> {
        let now_ms = self.shared.timeline.now_ms();
        let mut world = self.shared.world();
        world.tidy(now_ms);
        world
            .calls()
            .iter()
            .map(|call| self.shared.call_report(call, &world))
            .collect()
    }

    /// The call with this SID.
    #[must_use]
    pub fn call(&self, sid: &str) -> Option<CallReport> {
        let world = self.shared.world();
        world
            .call(sid)
            .map(|call| self.shared.call_report(call, &world))
    }

    /// How often a number was dialled, busy and failed dials included.
    #[must_use]
    pub fn rings(&self, to: &str) -> usize {
        self.shared.world().rings(to)
    }

    /// The requests the REST API has received, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<RequestReport> {
        self.shared.world().requests.to_vec()
    }

    /// The requests the simulator has made, one entry for every attempt, oldest first.
    #[must_use]
    pub fn deliveries(&self) -> Vec<DeliveryReport> {
        self.shared.world().deliveries.to_vec()
    }

    /// The debugger's alerts, oldest first.
    #[must_use]
    pub fn alerts(&self) -> Vec<AlertReport> {
        self.shared.world().alerts.to_vec()
    }

    /// Everything that could be observed, in order, one line of JSON for each thing.
    ///
    /// A line says when (`at_ms`, virtual milliseconds since the start), in which `call`, and `what`: a REST
    /// `request` and its answer, a `status`, a `document`, something `heard`, a `key`, a person's `act`, who
    /// has `answered_by` detection, a `recording`, a `transcription`, a `message` (whose SID stands for the
    /// call's), something `sent` to the service and its answer, an `alert`. Ports, dates and signatures are left out: the simulator's own
    /// address reads `{sim}`, any other on this machine `{app}`, a date `{date}`. In virtual time two runs
    /// with the same requests in the same order and one seed have the same journal, to the byte, when each
    /// request waits until the one before has had its effect ([`Simulator::wait_until_quiet`]).
    #[must_use]
    pub fn journal(&self) -> String {
        self.shared.journal()
    }

    /// Waits until nothing is left to do now, see [`SimClock::wait_until_quiet`].
    pub async fn wait_until_quiet(&self) {
        self.clock().wait_until_quiet().await;
    }

    /// Runs until every call is over and every callback is sent, see [`SimClock::run_until_idle`].
    pub async fn run_until_idle(&self) {
        self.clock().run_until_idle().await;
    }

    /// Stops the next request that creates a call at a point.
    ///
    /// A fault that is set for the same request comes first.
    #[must_use = "dropping it lets the request go on"]
    pub fn hold_next_create(&self, point: HoldPoint) -> Held {
        self.shared.world().hooks.hold_create(point)
    }

    /// Lets something go wrong from now on; returns the fault's number.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// use twilio_sim::{Fault, FaultKind, Simulator, SimulatorConfig};
    ///
    /// let sim = Simulator::start(SimulatorConfig::fast()).await?;
    /// sim.add_fault(Fault::rate(0.1, FaultKind::DropCallback))?;
    /// assert_eq!(sim.faults().len(), 1);
    /// # sim.shutdown().await;
    /// # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// [`FaultError`] for a fault that makes no sense, see [`Fault::check`].
    pub fn add_fault(&self, fault: Fault) -> Result<u64, FaultError> {
        self.shared.world().faults.add(fault)
    }

    /// The faults that are set, oldest first; those set for the next few are gone once they are used up.
    #[must_use]
    pub fn faults(&self) -> Vec<FaultReport> {
        self.shared.world().faults.list().to_vec()
    }

    /// Takes one fault back; says whether it was still set.
    pub fn remove_fault(&self, number: u64) -> bool {
        self.shared.world().faults.remove(number)
    }

    /// Takes all faults back.
    pub fn clear_faults(&self) {
        self.shared.world().faults.clear();
    }

    /// Stops at once and returns when everything has stopped; calls under way are forgotten.
    pub async fn shutdown(mut self) {
        self.stop.send_replace(true);
        drop(self.server.stop(false));
        if let Some(stopped) = self.stopped.take() {
            // The sender is dropped, never used: an error is what says that the thread has ended.
            drop(stopped.await);
        }
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.stop.send_replace(true);
    }
}

/// The simulator's own thread: serves until it is told to stop.
async fn run(
    config: SimulatorConfig,
    listener: TcpListener,
    base_url: String,
    ready: oneshot::Sender<Result<Ready, std::io::Error>>,
    mut stopping: watch::Receiver<bool>,
) {
    let timeline = Timeline::start(config.clock, start_instant(&config));
    let shared = Shared::new(config, timeline, base_url);
    let data = web::Data::from(Arc::clone(&shared));
    let server = HttpServer::new(move || {
        App::new()
            .app_data(data.clone())
            .app_data(web::PayloadConfig::new(BODY_BYTES_AT_MOST))
            .wrap(actix_web::middleware::from_fn(control::guard))
            .configure(control::configure)
            .default_service(web::to(rest::serve))
    })
    .workers(1)
    .disable_signals()
    // A client that has gone away must be noticed, also while its request is being held.
    .h1_allow_half_closed(false)
    .on_connect(remember_socket)
    .listen(listener);
    let server = match server {
        Ok(server) => server.run(),
        Err(error) => {
            drop(ready.send(Err(error)));
            return;
        }
    };
    let handle = server.handle();
    // Nobody waits any more when the start was cancelled; then the stop signal is gone as well.
    drop(ready.send(Ok(Ready {
        shared,
        server: handle.clone(),
    })));
    tokio::select! {
        ended = server => {
            if let Err(error) = ended {
                tracing::error!(%error, "simulator's server failed");
            }
        }
        _ = stopping.wait_for(|stop| *stop) => handle.stop(false).await,
    }
}

fn remember_socket(connection: &dyn Any, data: &mut Extensions) {
    if let Some(stream) = connection.downcast_ref::<actix_web::rt::net::TcpStream>()
        && let Ok(socket) = socket2::SockRef::from(stream).try_clone()
    {
        data.insert(Connection(socket));
    }
}

fn start_instant(config: &SimulatorConfig) -> time::OffsetDateTime {
    #[expect(
        clippy::disallowed_methods,
        reason = "the simulator's clock starts with the real time, read once"
    )]
    let now = config
        .start_at
        .unwrap_or_else(time::OffsetDateTime::now_utc);
    now
}
