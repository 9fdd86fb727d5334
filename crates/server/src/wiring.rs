//! Builds the parts from settings, and takes them apart again.

mod store;

use std::sync::Arc;
use std::time::Duration;

use atlas_api::{ApiSettings, ApiState, CarrierMode, TwilioAccount};
use atlas_application::system::{RandomIds, SystemClock, SystemResolver};
use atlas_application::worker::Worker;
use atlas_application::{Application, CallDefaults};
use atlas_domain::carrier::NoCarrier;
use atlas_domain::notification::NoSink;
use atlas_domain::{AcknowledgementSink, Carrier, Clock, PhoneNumber, Resolver};
use atlas_outgoing::{NoHttpClient, WebhookSink};
use atlas_storage::{StorageError, Store};
use atlas_twilio::adapter::TwilioCarrier;
use atlas_twilio::rest::{Client, ClientConfig, Credentials};
use atlas_twilio::webhook::Verifier;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_util::task::TaskTracker;

use self::store::OpenStore;
pub(crate) use self::store::{connect_mongo, migrate_mongo, open_sqlite};
use crate::settings::{CarrierSettings, ClockSource, Settings, TwilioSettings};

/// Why the server could not be built or run.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database cannot be opened.
    #[error("the database {path} cannot be opened")]
    Storage {
        /// Its file.
        path: String,
        /// Why.
        #[source]
        source: StorageError,
    },
    /// MongoDB cannot be used.
    #[error("the MongoDB database {database} cannot be opened")]
    Mongo {
        /// The database's name.
        database: String,
        /// Why.
        #[source]
        source: StorageError,
    },
    /// The MongoDB database could not be brought up to date.
    #[error("the MongoDB database {database} cannot be brought up to date")]
    Migration {
        /// The database's name.
        database: String,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The Twilio client or the signature check cannot be made of the settings.
    #[error("the Twilio settings cannot be used")]
    Twilio(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Nobody can be told of acknowledgements.
    #[error("acknowledgements cannot be sent to ACKNOWLEDGEMENT_WEBHOOK_URL")]
    Webhook(#[source] NoHttpClient),
    /// The simulated Twilio cannot be started.
    #[error("the simulated Twilio cannot be started")]
    Simulator(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address.
        address: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The HTTP server ended by itself.
    #[error("the HTTP server failed")]
    Http(#[source] std::io::Error),
    /// Something was asked of a server that was built without it.
    #[error("this server was built without the feature `simulator`")]
    NoSimulator,
}

/// The parts of a running Atlas, without its HTTP server.
pub struct Parts {
    /// What the HTTP handlers work with.
    pub api: ApiState,
    /// The use cases.
    pub application: Application,
    store: Arc<dyn Store>,
    tasks: TaskTracker,
    worker: WorkerHandle,
}

struct WorkerHandle {
    stop: Option<oneshot::Sender<()>>,
    ended: JoinHandle<()>,
}

/// Whether a MongoDB database is brought up to date before it is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Migrations {
    /// It is.
    #[default]
    Apply,
    /// It is served in the shape it has.
    Skip,
}

/// What [`build`] cannot know from the settings: a simulator that runs in this process, the clock to
/// live by, who resolves names, and what the command line says.
#[derive(Default)]
pub struct Surroundings {
    /// A simulator in this process, in place of the settings' carrier.
    pub simulator: Option<TwilioSettings>,
    /// A clock in place of the settings'.
    pub clock: Option<Arc<dyn Clock>>,
    /// Who finds the addresses of host names, in place of the system.
    pub resolver: Option<Arc<dyn Resolver>>,
    /// Whether a MongoDB database is brought up to date first.
    pub migrations: Migrations,
}

/// Builds the parts and starts the worker.
///
/// # Errors
/// [`StartError`] when the database cannot be opened or Twilio's settings cannot be used.
pub async fn build(settings: &Settings, surroundings: Surroundings) -> Result<Parts, StartError> {
    let opened = OpenStore::open(&settings.store, surroundings.migrations).await?;
    let clock = match surroundings.clock {
        Some(clock) => clock,
        None => clock_of(settings)?,
    };
    let (mode, twilio) = match (&surroundings.simulator, &settings.carrier) {
        (Some(simulator), _) => (CarrierMode::Simulated, Some(simulator)),
        (None, CarrierSettings::Twilio(twilio)) => (CarrierMode::Configured, Some(twilio)),
        (None, CarrierSettings::Simulated | CarrierSettings::NotConfigured) => {
            (CarrierMode::NotConfigured, None)
        }
    };
    let connected = twilio.map(|twilio| connect(settings, twilio)).transpose()?;
    let (carrier, from_number, verifier) = match connected {
        Some(Connected {
            carrier,
            from_number,
            verifier,
        }) => (carrier, Some(from_number), Some(verifier)),
        None => (Arc::new(NoCarrier) as Arc<dyn Carrier>, None, None),
    };
    let ids = Arc::new(RandomIds);
    let resolver = (surroundings.resolver).unwrap_or_else(|| Arc::new(SystemResolver));
    let sink = sink_of(settings, &clock, &resolver)?;
    let ports = opened.ports(carrier, clock, ids, resolver).with_sink(sink);
    let store = Arc::clone(&ports.store);
    let defaults = CallDefaults {
        from_number,
        retry_plan: settings.retry_plan,
        private_hosts: settings.private_twiml_hosts,
        notification: settings.notification_defaults,
    };
    let application = Application::new(ports, defaults);
    let tasks = TaskTracker::new();
    let api_settings = ApiSettings {
        base_url: settings.base_url.clone(),
        auth: settings.auth.clone(),
        cors: settings.cors.clone(),
        carrier: mode,
        twilio_account: match twilio {
            Some(twilio) => TwilioAccount::Configured {
                account_sid: twilio.account_sid.as_str().to_owned(),
            },
            None => TwilioAccount::Missing {
                variables: settings.missing_twilio_variables.clone(),
            },
        },
        verifier,
        voice: settings.voice.clone(),
        notifications: settings.notifications.clone(),
    };
    let api = ApiState::new(application.clone(), api_settings, tasks.clone());
    let worker = start_worker(application.clone());
    Ok(Parts {
        api,
        application,
        store,
        tasks,
        worker,
    })
}

impl Parts {
    /// Tells the worker to begin nothing new: what it dialled now could not be answered any more.
    pub fn stop_dialling(&mut self) {
        if let Some(stop) = self.worker.stop.take() {
            // A worker that has ended needs no word.
            let _ended = stop.send(());
        }
    }

    /// Lets what runs finish, then flushes and closes the store. The HTTP server must have
    /// stopped before.
    pub async fn stop(mut self) {
        self.stop_dialling();
        self.tasks.close();
        if tokio::time::timeout(TASKS_TIMEOUT, self.tasks.wait())
            .await
            .is_err()
        {
            tracing::error!(
                "some requests did not finish in time; the dials among them are settled at next start"
            );
        }
        if tokio::time::timeout(TASKS_TIMEOUT, self.worker.ended)
            .await
            .is_err()
        {
            tracing::error!("due work did not finish in time; it is done at next start");
        }
        self.store.close().await;
    }
}

/// How long what runs may take to finish: longer than any request to Twilio.
const TASKS_TIMEOUT: Duration = Duration::from_secs(30);

struct Connected {
    carrier: Arc<dyn Carrier>,
    from_number: PhoneNumber,
    verifier: Verifier,
}

fn connect(settings: &Settings, twilio: &TwilioSettings) -> Result<Connected, StartError> {
    let credentials = Credentials::AuthToken(twilio.auth_token.clone());
    let mut config = ClientConfig::new(twilio.account_sid.clone(), credentials);
    config.base_url = Some(twilio.api_url.clone());
    let client = Client::new(config).map_err(|error| StartError::Twilio(error.into()))?;
    let verifier = Verifier::new(
        twilio.auth_token.clone(),
        twilio.secondary_auth_token.clone(),
    )
    .map_err(|error| StartError::Twilio(error.into()))?;
    let urls = Arc::new(atlas_api::callback_urls(&settings.base_url));
    Ok(Connected {
        carrier: Arc::new(TwilioCarrier::new(client, urls)),
        from_number: twilio.from_number.clone(),
        verifier,
    })
}

/// Whoever the settings say is told of acknowledgements.
fn sink_of(
    settings: &Settings,
    clock: &Arc<dyn Clock>,
    resolver: &Arc<dyn Resolver>,
) -> Result<Arc<dyn AcknowledgementSink>, StartError> {
    let Some(webhook) = &settings.acknowledgement_webhook else {
        return Ok(Arc::new(NoSink));
    };
    let (url, secrets) = (webhook.url.clone(), webhook.secrets.clone());
    WebhookSink::new(url, secrets, Arc::clone(clock), Arc::clone(resolver))
        .map(|sink| Arc::new(sink) as Arc<dyn AcknowledgementSink>)
        .map_err(StartError::Webhook)
}

fn clock_of(settings: &Settings) -> Result<Arc<dyn Clock>, StartError> {
    match (settings.clock, &settings.carrier) {
        (ClockSource::System, _) => Ok(Arc::new(SystemClock)),
        #[cfg(feature = "simulator")]
        (ClockSource::Simulator, CarrierSettings::Twilio(twilio)) => Ok(
            crate::simulation::RemoteSimulatorClock::follow(&twilio.api_url),
        ),
        (ClockSource::Simulator, _) => Err(StartError::NoSimulator),
    }
}

fn start_worker(application: Application) -> WorkerHandle {
    let owner = format!("atlas-{}-{}", std::process::id(), application.new_call_id());
    let (stop, stopped) = oneshot::channel();
    let worker = Worker::new(application, owner);
    let ended = tokio::spawn(worker.run(async {
        // A sender that is gone means the same as a word.
        drop(stopped.await);
    }));
    WorkerHandle {
        stop: Some(stop),
        ended,
    }
}
