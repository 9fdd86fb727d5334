//! The server under test, in this process, and its simulated Twilio.

use std::time::Duration;

use atlas_server::serve::Running;
use secrecy::ExposeSecret as _;
use serde_json::Value;
use twilio_sim::{CallReport, DeliveryKind, DeliveryReport, Simulator};

use super::{Callback, Database, TestClient};

/// A running Atlas, its simulated Twilio and a client.
pub(crate) struct TestAtlas {
    pub(crate) client: TestClient,
    /// `BASE_URL`: what Twilio signs.
    pub(crate) public_url: String,
    pub(crate) sim: Simulator,
    pub(super) database: Database,
    pub(super) running: Running,
}

impl TestAtlas {
    /// Moves the clock, and returns when all that was due has happened.
    pub(crate) async fn advance(&self, seconds: u64) {
        self.advance_ms(seconds * 1000).await;
    }

    /// Moves the clock, and returns when all that was due has happened.
    pub(crate) async fn advance_ms(&self, millis: u64) {
        // What was answered may have woken the worker, whose task runs beside this one: until it
        // has, it counts as asleep and time would pass it by.
        for _ in 0..16 {
            tokio::task::yield_now().await;
        }
        self.sim
            .clock()
            .advance(Duration::from_millis(millis))
            .await;
    }

    /// How often Twilio was asked to ring a phone.
    pub(crate) fn dials(&self) -> usize {
        let creates = |request: &&twilio_sim::RequestReport| {
            request.method == "POST" && request.path.ends_with("/Calls.json")
        };
        self.sim.requests().iter().filter(creates).count()
    }

    /// The token that signs callbacks.
    pub(crate) fn auth_token(&self) -> String {
        self.sim.config().auth_token.expose_secret().to_owned()
    }

    /// The server's database.
    pub(crate) const fn database(&self) -> &Database {
        &self.database
    }

    /// A webhook request to `path`, signed as Twilio signs it.
    pub(crate) fn callback(&self, path: &str, form: &[(&str, &str)]) -> Callback {
        Callback::new(
            self.client.clone(),
            &self.public_url,
            &self.auth_token(),
            path,
            form,
        )
    }

    /// What the simulator saw of the newest dial of a call.
    #[track_caller]
    pub(crate) fn leg(&self, call: &Value) -> CallReport {
        let sid = call["twilio_sid"].as_str().expect("a SID");
        self.sim.call(sid).expect("a call that the simulator knows")
    }

    /// The requests that Twilio made of one kind, in order.
    pub(crate) fn deliveries(&self, kind: DeliveryKind) -> Vec<DeliveryReport> {
        let mut deliveries = self.sim.deliveries();
        deliveries.retain(|delivery| delivery.kind == kind);
        deliveries
    }

    /// Stops everything. Twilio must have been asked for exactly this many dials, and must have
    /// found nothing wrong with what Atlas answered.
    #[track_caller]
    pub(crate) fn finish(self, dials: usize) -> impl Future<Output = ()> {
        self.finish_with_alerts(dials, &[])
    }

    /// Stops everything. Twilio must have been asked for exactly this many dials, and must have
    /// logged exactly these alerts.
    #[track_caller]
    pub(crate) fn finish_with_alerts(
        self,
        dials: usize,
        codes: &[u32],
    ) -> impl Future<Output = ()> + use<> {
        assert_eq!(self.dials(), dials, "dials asked of Twilio");
        let alerts = self.sim.alerts();
        let logged: Vec<u32> = alerts.iter().map(|alert| alert.code).collect();
        assert_eq!(
            logged, codes,
            "alerts that Twilio would have logged: {alerts:?}"
        );
        async {
            let Self {
                client,
                sim,
                running,
                ..
            } = self;
            drop(client);
            sim.shutdown().await;
            running.stop().await;
        }
    }
}
