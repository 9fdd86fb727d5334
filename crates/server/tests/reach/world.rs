//! Everything there is in a run: Atlas, its Twilio and its callees, its database, what stands between
//! them, and the receiver of the webhook.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use atlas_domain::Timestamp;
use futures_util::FutureExt as _;
use secrecy::SecretString;
use tokio::time::Instant;
use twilio_sim::{Behaviour, Held, HoldPoint, SimulatorConfig};

use crate::acts;
use crate::crash::front_door::{FrontDoor, Watch};
use crate::crash::support::{Atlas, AtlasSetup, free_port};
use crate::hook::Hook;
use crate::plan::{Deed, Plan, Settings, When};
use crate::record::Record;
use crate::row::instant_of;
use crate::stop::{Stopped, Stops};
use crate::support::{Database, TestStore};

/// The token of the run's account, which signs what Twilio asks.
pub(crate) const AUTH_TOKEN: &str = "auth-token-of-this-run";

/// A running Atlas and all around it.
pub(crate) struct World {
    pub(crate) atlas: Atlas,
    pub(crate) hook: Hook,
    pub(crate) door: FrontDoor,
    /// Where Atlas listens.
    pub(crate) port: u16,
    database: Database,
    door_stops: Arc<Stops>,
    prepared: Option<(Moment, Deed)>,
    /// What the run was told, and what it saw.
    pub(crate) record: Record,
    /// How often Atlas was killed, and how often its database was away or busy.
    pub(crate) kills: usize,
    pub(crate) outages: usize,
}

/// What has been prepared, and waits for its moment.
enum Moment {
    At(Instant),
    Request(Stopped),
    Dial(Held, HoldPoint),
}

impl World {
    pub(crate) async fn start(seed: u64, plan: &Plan) -> Self {
        let hook = Hook::start(seed).await;
        let database = Database::of(TestStore::fresh()).await;
        let port = free_port();
        let door_stops = Arc::<Stops>::default();
        let door = FrontDoor::watched(port, watch(&door_stops));
        let mut variables = database.variables();
        variables.extend(variables_of(&plan.settings, &hook));
        let atlas = Atlas::start_with(AtlasSetup {
            simulator: SimulatorConfig {
                seed: Some(seed),
                auth_token: SecretString::from(AUTH_TOKEN),
                ..SimulatorConfig::stepped()
            },
            port,
            public_url: door.url.clone(),
            variables,
        })
        .await;
        for somebody in &plan.callees {
            let behaviour = Behaviour::Custom(somebody.callee.clone());
            atlas.sim.set_behaviour(&somebody.number, behaviour);
        }
        for fault in &plan.faults {
            atlas.sim.add_fault(fault.clone()).expect("a fault");
        }
        Self {
            atlas,
            hook,
            door,
            port,
            database,
            door_stops,
            prepared: None,
            record: Record::default(),
            kills: 0,
            outages: 0,
        }
    }

    /// Prepares something for a moment, in place of what was prepared before.
    pub(crate) async fn disturb(&mut self, when: When, deed: Deed) {
        let moment = match when {
            When::Now => return self.strike(None, deed).await,
            When::Soon(after) => Moment::At(Instant::now() + after),
            When::Request(which) => Moment::Request(self.door_stops.stop(which)),
            When::Delivery(moment) => Moment::Request(self.hook.stops.stop(crate::stop::Which {
                path: "",
                after: 0,
                moment,
            })),
            When::Dial { made } => {
                let point = if made {
                    HoldPoint::AfterCreate
                } else {
                    HoldPoint::BeforeCreate
                };
                Moment::Dial(self.atlas.sim.hold_next_create(point), point)
            }
        };
        self.prepared = Some((moment, deed));
    }

    /// What time it is.
    pub(crate) fn now(&self) -> Timestamp {
        instant_of(self.atlas.sim.clock().now())
    }

    /// Lets virtual time pass.
    pub(crate) async fn pass(&mut self, by: Duration) {
        let clock = self.atlas.sim.clock();
        self.attend(clock.advance(by)).await;
    }

    /// Lets virtual time pass while something is asked of Atlas; returns what comes of it.
    pub(crate) async fn pass_with<T>(&mut self, by: Duration, asked: impl Future<Output = T>) -> T {
        let clock = self.atlas.sim.clock();
        let both = async { tokio::join!(asked, clock.advance(by)).0 };
        self.attend(both).await
    }

    /// Waits for something, and does what was prepared when its moment comes meanwhile.
    async fn attend<T>(&mut self, something: impl Future<Output = T>) -> T {
        let mut something = pin!(something);
        loop {
            let Some((mut moment, deed)) = self.prepared.take() else {
                return something.await;
            };
            tokio::select! {
                biased;
                path = moment.comes() => self.strike(Some((moment, path)), deed).await,
                done = &mut something => {
                    self.prepared = Some((moment, deed));
                    return done;
                }
            }
        }
    }

    /// Lets nothing go wrong any more.
    pub(crate) fn heal(&mut self) {
        self.prepared = None;
        self.atlas.sim.clear_faults();
        self.hook.heal();
    }

    /// Does something now, at a moment that has come.
    async fn strike(&mut self, come: Option<(Moment, String)>, deed: Deed) {
        let (moment, path) = come.unzip();
        match deed {
            Deed::Kill => {
                self.kills += 1;
                self.atlas.kill();
                moment.into_iter().for_each(Moment::end);
                self.atlas.restart().await;
            }
            Deed::Away(real) => {
                self.outages += 1;
                self.database.take_away();
                moment.into_iter().for_each(Moment::go_on);
                tokio::time::sleep(real).await;
                self.database.put_back();
            }
            Deed::Busy(real) => {
                self.outages += 1;
                self.database.lock();
                moment.into_iter().for_each(Moment::go_on);
                tokio::time::sleep(real).await;
                self.database.unlock();
            }
            Deed::Act(act) => {
                let path = path.unwrap_or_default();
                let query = path.split_once("call_id=").map(|(_, query)| query);
                if let Some(id) = query.and_then(|query| query.split('&').next()) {
                    let answer = acts::ask(&self.atlas.client, act, id).await;
                    let now = self.now();
                    self.record.note(act, id, answer, now);
                }
                moment.into_iter().for_each(Moment::go_on);
            }
            Deed::AwayAndKill(real) => {
                self.outages += 1;
                self.kills += 1;
                self.database.take_away();
                moment.into_iter().for_each(Moment::go_on);
                tokio::time::sleep(real).await;
                self.atlas.kill();
                self.database.put_back();
                self.atlas.restart().await;
            }
        }
    }
}

impl Moment {
    /// Waits for it; says what is requested then.
    async fn comes(&mut self) -> String {
        match self {
            Self::At(at) => tokio::time::sleep_until(*at).await,
            Self::Request(stopped) => return stopped.reached().await,
            Self::Dial(held, _) => held.reached().await,
        }
        String::new()
    }

    /// Lets go on what stands.
    fn go_on(self) {
        match self {
            Self::At(_) => {}
            Self::Request(stopped) => stopped.go_on(),
            Self::Dial(held, _) => held.release(),
        }
    }

    /// Ends what stands, after the process that asked for it has died.
    fn end(self) {
        match self {
            Self::At(_) => {}
            Self::Request(stopped) => stopped.go_on(),
            Self::Dial(held, HoldPoint::BeforeCreate) => held.drop_connection(),
            Self::Dial(held, HoldPoint::AfterCreate) => held.release(),
        }
    }
}

fn watch(stops: &Arc<Stops>) -> Watch {
    let stops = Arc::clone(stops);
    Arc::new(move |moment, path| {
        let stops = Arc::clone(&stops);
        async move { stops.come_by(moment, &path).await }.boxed()
    })
}

fn variables_of(settings: &Settings, hook: &Hook) -> Vec<(&'static str, String)> {
    let mut variables = vec![
        ("NOTIFICATION_SENDER_NAME", "Flux".to_owned()),
        ("NOTIFICATION_REPEATS", settings.repeats.to_string()),
        ("NOTIFICATION_RETRY_LIMIT", settings.retry_limit.to_string()),
        ("NOTIFICATION_RETRY_DELAY", settings.retry_delay.to_string()),
        (
            "NOTIFICATION_MACHINE_DETECTION",
            settings.machine_detection.to_owned(),
        ),
    ];
    if !settings.secrets.is_empty() {
        variables.extend([
            ("ACKNOWLEDGEMENT_WEBHOOK_URL", hook.url.clone()),
            ("ACKNOWLEDGEMENT_WEBHOOK_SECRET", settings.secrets.join(" ")),
            ("ALLOW_PRIVATE_WEBHOOK_URLS", "true".to_owned()),
        ]);
    }
    variables
}
