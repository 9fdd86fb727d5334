//! How an Atlas under test is set up.

use std::net::TcpListener;
use std::sync::Arc;

use atlas_server::keys::NewKey;
use atlas_server::serve;
use atlas_server::settings::{Settings, TwilioSettings, Variables};
use atlas_server::simulation::{self, SimulatorClock};
use atlas_server::wiring::{Migrations, Surroundings};
use secrecy::ExposeSecret as _;
use twilio_sim::{ClockMode, SilentRecord, Simulator, SimulatorConfig};

use super::{Database, HostNames, TestAtlas, TestClient, TestStore, until};

/// How an Atlas under test is set up.
pub(crate) struct Setup {
    simulator: SimulatorConfig,
    variables: Vec<(String, String)>,
    carrier: CarrierChoice,
    secondary_auth_token: Option<String>,
    migrations: Migrations,
    names: HostNames,
}

/// What Atlas takes for Twilio.
enum CarrierChoice {
    /// The simulator.
    Simulator,
    /// The simulator, asked with a token that is not its own.
    WrongToken,
    /// The simulator, as somebody would configure the real one.
    Variables,
    /// An address where nobody listens.
    Nobody,
    /// No credentials at all.
    NotConfigured,
}

impl Setup {
    /// Time stands still until the test moves it.
    pub(crate) fn stepped() -> Self {
        Self::with_clock(ClockMode::Stepped)
    }

    /// Time jumps to whatever is next.
    pub(crate) fn fast() -> Self {
        Self::with_clock(ClockMode::Fast)
    }

    fn with_clock(clock: ClockMode) -> Self {
        Self {
            simulator: SimulatorConfig {
                clock,
                ..SimulatorConfig::default()
            },
            variables: Vec::new(),
            carrier: CarrierChoice::Simulator,
            secondary_auth_token: None,
            migrations: Migrations::default(),
            names: HostNames::default(),
        }
    }

    /// Sets a variable of the server.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Lets whoever has this key call.
    pub(crate) fn with_key(self, name: &str, secret: &str) -> Self {
        self.with("API_KEYS", &key_line(name, secret))
    }

    /// Accepts signatures made with this token, too.
    pub(crate) fn with_secondary_auth_token(mut self, token: &str) -> Self {
        self.secondary_auth_token = Some(token.to_owned());
        self
    }

    /// Lets the simulator go on to the next verb after a silent recording.
    pub(crate) fn with_silence_falling_through(mut self) -> Self {
        self.simulator.silent_record = SilentRecord::FallsThrough;
        self
    }

    /// Gives Atlas a token that Twilio does not know.
    pub(crate) fn with_wrong_auth_token(mut self) -> Self {
        self.carrier = CarrierChoice::WrongToken;
        self
    }

    /// Has Atlas find the simulator by its variables, as it would find Twilio.
    pub(crate) fn with_twilio_variables(mut self) -> Self {
        self.carrier = CarrierChoice::Variables;
        self
    }

    /// Gives Atlas an address of Twilio's where nobody listens.
    pub(crate) fn with_unreachable_twilio(mut self) -> Self {
        self.carrier = CarrierChoice::Nobody;
        self
    }

    /// Gives Atlas no credentials.
    pub(crate) fn without_twilio(mut self) -> Self {
        self.carrier = CarrierChoice::NotConfigured;
        self.with("TWILIO_SIMULATE", "false")
    }

    /// Lets a host name resolve to these addresses; no other resolves.
    pub(crate) fn with_name(mut self, name: &str, addresses: &[&str]) -> Self {
        self.names.add(name, addresses);
        self
    }

    /// Serves the database in the shape it has.
    pub(crate) fn without_migrating(mut self) -> Self {
        self.migrations = Migrations::Skip;
        self
    }

    pub(crate) async fn start(self) -> TestAtlas {
        self.start_on(TestStore::fresh()).await
    }

    /// Starts on a store that may hold something.
    pub(crate) async fn start_on(self, store: TestStore) -> TestAtlas {
        let database = Database::of(store).await;
        let simulator = Simulator::start(self.simulator)
            .await
            .expect("a simulated Twilio");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = format!("http://{}", listener.local_addr().expect("its address"));
        let mut own = database.variables();
        own.push(("BASE_URL", address.clone()));
        if let CarrierChoice::Variables = self.carrier {
            own.extend(twilio_variables(&simulator));
        }
        let pairs = own
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .chain(
                self.variables
                    .iter()
                    .map(|(name, value)| (name.as_str(), value.as_str())),
            );
        let settings = Settings::from_variables(&Variables::from_pairs(pairs)).expect("settings");
        let mut twilio = simulation::settings_of(&simulator).expect("its account");
        twilio.secondary_auth_token = self.secondary_auth_token.map(Into::into);
        let twilio = match self.carrier {
            CarrierChoice::Simulator => Some(twilio),
            CarrierChoice::WrongToken => Some(TwilioSettings {
                auth_token: "not-the-token".into(),
                ..twilio
            }),
            CarrierChoice::Nobody => Some(TwilioSettings {
                api_url: address_of_nobody(),
                ..twilio
            }),
            CarrierChoice::NotConfigured | CarrierChoice::Variables => None,
        };
        let surroundings = Surroundings {
            simulator: twilio,
            clock: Some(SimulatorClock::follow(&simulator)),
            resolver: Some(Arc::new(self.names)),
            migrations: self.migrations,
        };
        let running = serve::start(&settings, listener, surroundings)
            .await
            .expect("a running server");
        if simulator.clock().mode() == ClockMode::Stepped {
            // From its first sleep on, time waits for the worker.
            until(|| simulator.clock().is_asleep("atlas")).await;
        }
        TestAtlas {
            client: TestClient::new(&address),
            public_url: settings.base_url.as_str().to_owned(),
            sim: simulator,
            database,
            running,
        }
    }
}

/// The entry of `API_KEYS` for a key.
pub(crate) fn key_line(name: &str, secret: &str) -> String {
    NewKey::with_secret(name, secret.into()).line().to_owned()
}

/// The variables by which a server finds a simulator.
pub(crate) fn twilio_variables(simulator: &Simulator) -> Vec<(&'static str, String)> {
    let config = simulator.config();
    vec![
        ("TWILIO_ACCOUNT_SID", config.account_sid.clone()),
        (
            "TWILIO_AUTH_TOKEN",
            config.auth_token.expose_secret().to_owned(),
        ),
        ("TWILIO_FROM_NUMBER", config.from_numbers[0].clone()),
        ("TWILIO_API_URL", simulator.url().to_owned()),
    ]
}

/// A loopback address that was free a moment ago: connections to it are refused.
fn address_of_nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    format!("http://{}", listener.local_addr().expect("its address"))
}
