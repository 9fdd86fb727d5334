//! Two servers on one database: what arrives at both at once is kept, and what is due is done once.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use serde_json::{Value, json};
use twilio_sim::{Behaviour, ClockMode, Fault, FaultKind, Simulator, SimulatorConfig};

use crate::support::{Answer, Callback, Served, TestStore, free_port, outbound, until_async};

/// What Twilio calls and signs: a proxy in front of both servers, if there were one.
const PUBLIC_URL: &str = "http://localhost:8000";
/// Calls whose redials become due together.
const CALLS: usize = 50;
/// How long after the last word of Twilio's they do, in virtual seconds.
const RETRY_DELAY_SECONDS: u32 = 40;
/// Both workers must be awake at once, so time moves by itself; the claims of one that was killed
/// end after two minutes of it.
const SPEED: f64 = 20.0;

/// Two servers, their database, and a Twilio whose callbacks all get lost: the tests send them.
struct Two {
    sim: Simulator,
    servers: Vec<Served>,
    _store: TestStore,
}

impl Two {
    async fn start(clock: ClockMode) -> Self {
        let sim = Simulator::start(SimulatorConfig {
            clock,
            ..SimulatorConfig::default()
        })
        .await
        .expect("a simulated Twilio");
        sim.add_fault(Fault::always(FaultKind::DropCallback))
            .unwrap();
        let store = TestStore::mongo();
        let public = [("BASE_URL", PUBLIC_URL)];
        let (port, other_port) = (free_port(), free_port());
        // At once, so that both find a database without collections.
        let (one, other) = tokio::join!(
            Served::start_with(&sim, &store, port, &public),
            Served::start_with(&sim, &store, other_port, &public)
        );
        Self {
            sim,
            servers: vec![one, other],
            _store: store,
        }
    }

    /// Posts a status callback to one of the servers, again as long as it cannot be stored, as
    /// Twilio does.
    async fn report(&self, server: usize, call: &Value, more: &[(&str, &str)]) {
        let token = secrecy::ExposeSecret::expose_secret(&self.sim.config().auth_token);
        let mut form = vec![("CallSid", call["twilio_sid"].as_str().expect("a SID"))];
        form.extend_from_slice(more);
        let call_id = call["call_id"].as_str().expect("a call_id");
        let path = format!("/twilio/status?call_id={call_id}&dial=1");
        let client = self.servers[server].client.clone();
        let callback = Callback::new(client, PUBLIC_URL, token, &path, &form);
        loop {
            let answer: Answer = callback.clone().send().await;
            if answer.status.as_u16() != 503 {
                assert_eq!(answer.expect(200), json!({"status": "ok"}));
                return;
            }
        }
    }

    /// Places calls to as many phones, over both servers in turn, and lets each be busy: their
    /// redials become due together.
    async fn place_calls_that_are_busy(&self) -> Vec<Value> {
        let calls = join_all((0..CALLS).map(|index| async move {
            self.sim.set_behaviour(&number(index), Behaviour::Busy);
            let mut body = outbound(&number(index));
            body["retry_limit"] = json!(1);
            body["retry_delay_sec"] = json!(RETRY_DELAY_SECONDS);
            let client = &self.servers[index % 2].client;
            client.post("/calls/outbound", &body).await.expect(201)
        }))
        .await;
        let busy = [("CallStatus", "busy"), ("SequenceNumber", "2")];
        let reports = calls.iter().enumerate();
        join_all(reports.map(|(index, call)| self.report(index % 2, call, &busy))).await;
        calls
    }

    /// What one of the servers says of every call.
    async fn shown(&self, server: usize, calls: &[Value]) -> Vec<Value> {
        let client = &self.servers[server].client;
        let ids = calls.iter().map(|call| call["call_id"].as_str().unwrap());
        join_all(ids.map(|call_id| client.call(call_id))).await
    }

    /// The dials that Twilio was asked for, each by its call and number, in order.
    fn asked(&self) -> Vec<String> {
        let requests = self.sim.requests().into_iter();
        let creates =
            requests.filter(|asked| asked.method == "POST" && asked.path.ends_with("/Calls.json"));
        creates
            .map(|asked| {
                let url = asked.param("StatusCallback").expect("a callback URL");
                url.split_once('?').expect("a query").1.to_owned()
            })
            .collect()
    }

    async fn stop(self) {
        for server in self.servers {
            server.program.terminate().await;
            assert_eq!(server.program.end().await.status.code(), Some(0));
        }
        self.sim.shutdown().await;
    }
}

fn number(index: usize) -> String {
    format!("+1555012{index:04}")
}

/// The SIDs of a call's dials that have one.
fn sids(call: &Value) -> impl Iterator<Item = &str> {
    let dials = call["dials"].as_array().expect("a list of dials");
    dials.iter().filter_map(|dial| dial["twilio_sid"].as_str())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_callbacks_over_two_servers_are_two_hundred_attempts() {
    let two = Two::start(ClockMode::Stepped).await;
    let client = &two.servers[0].client;
    let call = client
        .post("/calls/outbound", &outbound("+15550100042"))
        .await
        .expect(201);
    let numbers: Vec<String> = (0..200).map(|number| number.to_string()).collect();
    // The second round tells each server what the other has been told.
    for round in 0..2 {
        join_all(numbers.iter().enumerate().map(|(index, number)| {
            let report = [("CallStatus", "in-progress"), ("SequenceNumber", number)];
            let (two, call) = (&two, &call);
            async move { two.report((index + round) % 2, call, &report).await }
        }))
        .await;
        for server in 0..2 {
            let shown = &two.shown(server, std::slice::from_ref(&call)).await[0];
            assert_eq!(shown["attempt_count"], 200, "round {round}");
            let attempts = shown["attempts"].as_array().unwrap();
            for (attempt, attempt_no) in attempts.iter().zip(1..) {
                assert_eq!(attempt["attempt_no"], attempt_no, "{attempt}");
            }
            let kept: BTreeSet<_> = attempts
                .iter()
                .map(|attempt| attempt["sequence_number"].as_u64())
                .collect();
            assert_eq!(kept.len(), 200, "each once");
        }
    }
    two.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_redials_that_are_due_at_two_servers_are_dialled_once_each() {
    let two = Two::start(ClockMode::Speed(SPEED)).await;
    let calls = two.place_calls_that_are_busy().await;
    until_async(async || {
        let shown = two.shown(0, &calls).await;
        shown.iter().all(|call| sids(call).count() == 2)
    })
    .await;
    let asked = two.asked();
    assert_eq!(asked.len(), 2 * CALLS, "{asked:?}");
    assert_eq!(asked.iter().collect::<BTreeSet<_>>().len(), 2 * CALLS);
    for index in 0..CALLS {
        assert_eq!(two.sim.rings(&number(index)), 2, "{}", number(index));
    }
    assert_eq!(two.shown(0, &calls).await, two.shown(1, &calls).await);
    two.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_killed_server_had_claimed_is_dialled_by_the_other_and_nothing_twice() {
    let mut two = Two::start(ClockMode::Speed(SPEED)).await;
    let calls = two.place_calls_that_are_busy().await;
    until_async(async || two.asked().len() > CALLS + CALLS / 5).await;
    let killed = two.servers.remove(1);
    let worker = killed.program.participant();
    killed.program.kill().await;
    drop(two.sim.clock().participant(worker));
    // What it had asked for without hearing the answer is found in Twilio's list.
    until_async(async || {
        let shown = two.shown(0, &calls).await;
        let known: BTreeSet<_> = shown.iter().flat_map(sids).map(str::to_owned).collect();
        let rang = two.sim.calls().into_iter().map(|ring| ring.sid);
        let redialled = |call: &Value| call["dials"].as_array().is_some_and(|all| all.len() == 2);
        shown.iter().all(redialled) && rang.collect::<BTreeSet<_>>() == known
    })
    .await;
    let asked = two.asked();
    assert_eq!(
        asked.iter().collect::<BTreeSet<_>>().len(),
        asked.len(),
        "asked for twice: {asked:?}"
    );
    for (index, call) in two.shown(0, &calls).await.iter().enumerate() {
        // A request that died on its way rang nowhere.
        assert_eq!(two.sim.rings(&number(index)), sids(call).count(), "{call}");
    }
    two.stop().await;
}
