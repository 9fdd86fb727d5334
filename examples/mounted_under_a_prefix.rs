//! The HTTP interface of Atlas under `/telephony` of another actix service, on the simulated Twilio.
//!
//! Run it with `cargo run --package atlas-examples --bin mounted-under-a-prefix`, then
//!
//! ```sh
//! curl -s localhost:9000/
//! curl -s localhost:9000/telephony/calls/outbound -H 'content-type: application/json' \
//!   -d '{"to": "+15550100042", "user_external_id": "me", "script": "Hello."}'
//! ```

use std::error::Error;
use std::sync::Arc;

use actix_web::{App, HttpServer, web};
use atlas_api::{ApiAuth, ApiSettings, ApiState, BaseUrl, CarrierMode, TwilioAccount};
use atlas_application::system::{RandomIds, SystemClock, SystemResolver};
use atlas_application::worker::Worker;
use atlas_application::{Application, CallDefaults, NotificationDefaults, Ports};
use atlas_domain::PrivateHosts;
use atlas_domain::call::RetryPlan;
use atlas_storage::sqlite::{SqliteOptions, SqliteStore};
use atlas_twilio::adapter::TwilioCarrier;
use atlas_twilio::rest::{Client, ClientConfig, Credentials};
use atlas_twilio::webhook::Verifier;
use tokio_util::task::TaskTracker;
use twilio_sim::{Simulator, SimulatorConfig};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // In place of Twilio; a real service takes its account from its own settings.
    let simulator = Simulator::start(SimulatorConfig::default()).await?;
    let account = simulator.config().clone();
    let credentials = Credentials::AuthToken(account.auth_token.clone());
    let mut twilio = ClientConfig::new(account.account_sid.parse()?, credentials);
    twilio.base_url = Some(simulator.url().to_owned());

    // The public URL holds the prefix: Twilio calls it, and signs it.
    let base_url = BaseUrl::parse("http://localhost:9000/telephony")?;
    let urls = Arc::new(atlas_api::callback_urls(&base_url));
    let carrier = Arc::new(TwilioCarrier::new(Client::new(twilio)?, urls));
    let folder = tempfile::tempdir()?;
    let store = SqliteStore::open(&folder.path().join("atlas.db"), SqliteOptions::default())?;

    let ports = Ports::over(
        Arc::new(store),
        carrier,
        Arc::new(SystemClock),
        Arc::new(RandomIds),
        Arc::new(SystemResolver),
    );
    let defaults = CallDefaults {
        from_number: Some(account.from_numbers.first().ok_or("no number")?.parse()?),
        retry_plan: RetryPlan::default(),
        private_hosts: PrivateHosts::Refused,
        notification: NotificationDefaults::default(),
    };
    let application = Application::new(ports, defaults);

    let mut settings = ApiSettings::new(base_url, ApiAuth::OpenOnLoopback);
    settings.carrier = CarrierMode::Simulated;
    settings.twilio_account = TwilioAccount::Configured {
        account_sid: account.account_sid.clone(),
    };
    settings.verifier = Some(Verifier::new(account.auth_token.clone(), None)?);
    let tasks = TaskTracker::new();
    let state = ApiState::new(application.clone(), settings, tasks.clone());

    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let worker = tokio::spawn(Worker::new(application, "host").run(async { drop(stopped.await) }));

    HttpServer::new(move || {
        App::new()
            .route("/", web::get().to(|| async { "the host's own route" }))
            .service(web::scope("/telephony").configure(atlas_api::configure(state.clone())))
    })
    .bind(("127.0.0.1", 9000))?
    .run()
    .await?;

    // What was begun for a request must not stop in the middle.
    tasks.close();
    tasks.wait().await;
    drop(stop);
    worker.await?;
    Ok(())
}
