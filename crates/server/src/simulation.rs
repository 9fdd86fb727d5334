//! The simulated Twilio beside the server, and clocks that follow a simulator's.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use atlas_domain::{Clock, Timestamp};
use secrecy::SecretString;
use twilio_sim::{ClockMode, Participant, Simulator, SimulatorConfig, StartError};

use crate::settings::TwilioSettings;

/// Starts a simulated Twilio on a free loopback port, with a token nobody else knows: who knows it
/// can sign callbacks.
///
/// # Errors
/// [`StartError`] when it cannot listen.
pub async fn start(clock: ClockMode) -> Result<Simulator, StartError> {
    Simulator::start(SimulatorConfig {
        clock,
        auth_token: crate::keys::random_secret(),
        ..SimulatorConfig::default()
    })
    .await
}

/// How to reach a simulator.
///
/// # Errors
/// Its configuration, when that is not what Atlas takes for an account or a number.
pub fn settings_of(simulator: &Simulator) -> Result<TwilioSettings, UnusableSimulator> {
    let config = simulator.config();
    let from_number = config
        .from_numbers
        .first()
        .and_then(|number| number.parse().ok());
    Ok(TwilioSettings {
        account_sid: config.account_sid.parse().map_err(|_| UnusableSimulator)?,
        auth_token: config.auth_token.clone(),
        secondary_auth_token: None::<SecretString>,
        from_number: from_number.ok_or(UnusableSimulator)?,
        api_url: simulator.url().to_owned(),
    })
}

/// A simulator whose account or number Atlas cannot use.
#[derive(Debug, thiserror::Error)]
#[error("the simulator has no usable account or number")]
pub struct UnusableSimulator;

/// The clock of a simulator in this process.
pub struct SimulatorClock(Participant);

impl SimulatorClock {
    /// Follows this simulator's clock.
    #[must_use]
    pub fn follow(simulator: &Simulator) -> Arc<Self> {
        Arc::new(Self(simulator.clock().participant("atlas")))
    }
}

#[async_trait]
impl Clock for SimulatorClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_offset_date_time(self.0.now())
    }

    async fn sleep_until(&self, at: Timestamp) {
        self.0.sleep_until(at.to_offset_date_time()).await;
    }
}

/// The clock of a simulator in another process, asked over HTTP. For tests only.
pub struct RemoteSimulatorClock {
    /// For `now`, which cannot wait like a task: a blocking client.
    asker: ureq::Agent,
    /// For `sleep_until`, which must tell the simulator when nobody waits any more: dropping the
    /// request closes its connection.
    sleeper: reqwest::Client,
    url: String,
    /// What time it was when it was last asked.
    latest_millis: AtomicI64,
}

/// How long a simulator may take to say what time it is.
const NOW_TIMEOUT: Duration = Duration::from_secs(5);
/// How long one request to sleep may take; the simulator answers after 20 seconds at the latest.
const SLEEP_TIMEOUT: Duration = Duration::from_secs(30);
/// How long to wait before asking a simulator again that did not answer.
const RETRY_AFTER: Duration = Duration::from_millis(200);

impl RemoteSimulatorClock {
    /// Follows the simulator at this address.
    #[must_use]
    pub fn follow(url: &str) -> Arc<Self> {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(NOW_TIMEOUT))
            .build();
        Arc::new(Self {
            asker: config.into(),
            sleeper: reqwest::Client::new(),
            url: url.trim_end_matches('/').to_owned(),
            latest_millis: AtomicI64::new(Timestamp::EPOCH.unix_millis()),
        })
    }

    fn read_now(&self) -> Result<serde_json::Value, ureq::Error> {
        self.asker
            .get(format!("{}/_sim/clock", self.url))
            .call()?
            .body_mut()
            .read_json()
    }

    async fn sleep_once(&self, at: Timestamp) -> Result<serde_json::Value, reqwest::Error> {
        let url = format!(
            "{}/_sim/clock/sleep?until_ms={}&participant=atlas-{}",
            self.url,
            at.unix_millis(),
            std::process::id()
        );
        self.sleeper
            .post(url)
            .timeout(SLEEP_TIMEOUT)
            .send()
            .await?
            .json()
            .await
    }
}

#[async_trait]
impl Clock for RemoteSimulatorClock {
    /// Blocks for one exchange on loopback: virtual time has no other truth than the simulator's.
    /// While that does not answer, time stands still.
    fn now(&self) -> Timestamp {
        let answered = self
            .read_now()
            .ok()
            .and_then(|answer| answer.get("now_ms")?.as_i64());
        let millis = match answered {
            Some(millis) => self
                .latest_millis
                .fetch_max(millis, Ordering::Relaxed)
                .max(millis),
            None => {
                tracing::error!("the simulator does not say what time it is");
                self.latest_millis.load(Ordering::Relaxed)
            }
        };
        Timestamp::from_unix_millis(millis).unwrap_or(Timestamp::EPOCH)
    }

    async fn sleep_until(&self, at: Timestamp) {
        loop {
            match self.sleep_once(at).await {
                Ok(answer) if answer.get("reached") == Some(&serde_json::Value::Bool(true)) => {
                    return;
                }
                Ok(_) => {}
                Err(_) => tokio::time::sleep(RETRY_AFTER).await,
            }
        }
    }
}
