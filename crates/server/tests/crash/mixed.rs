//! Kills at random moments of a run of many calls, some of whose answers Twilio loses as well.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::Value;
use twilio_sim::{CallReport, Fault, FaultKind};

use crate::front_door::FrontDoor;
use crate::support::{Atlas, Client, order, runs, seconds};

const CALLS: usize = 30;
const KILLS: usize = 8;
/// The longest life of a process, in real time.
const LONGEST_LIFE_MS: u64 = 300;
/// How often the connection of a request to dial breaks before it is answered.
const BROKEN_ANSWERS: f64 = 0.15;
/// How far the clock moves at once while calls are being placed.
const STEP: Duration = Duration::from_millis(250);
/// How far it moves at once until everything has come to rest, and how often.
const SETTLING_STEP: Duration = Duration::from_secs(10);
const SETTLING_STEPS: usize = 360;
/// Answers, is busy, is busy once or twice first, does not answer, cannot be connected. Numbers are
/// shared by several calls, so that lookups find more than one dial that fits.
const NUMBERS: [&str; 8] = [
    "+15550100042",
    "+15550100043",
    "+15550100004",
    "+15550100601",
    "+15550100602",
    "+15550100005",
    "+15550103503",
    "+15550100042",
];

#[tokio::test(flavor = "multi_thread")]
async fn kills_at_random_moments_lose_no_call_and_ring_no_phone_twice() {
    for _ in 0..runs() {
        kill_at_random_moments(seed()).await;
    }
}

/// The variable `SEED`, to repeat a run; random without it.
#[expect(clippy::disallowed_methods, reason = "a test has no settings")]
#[expect(clippy::print_stdout, reason = "shown when the test fails")]
fn seed() -> u64 {
    let given = std::env::var("SEED")
        .ok()
        .and_then(|seed| seed.parse().ok());
    let seed = given.unwrap_or_else(rand::random);
    println!("SEED={seed}");
    seed
}

async fn kill_at_random_moments(seed: u64) {
    let mut run = Run::start(StdRng::seed_from_u64(seed)).await;
    for _ in 0..KILLS {
        let life = Duration::from_millis(run.rng.random_range(0..LONGEST_LIFE_MS));
        // A life that ends in the middle of whatever happens then.
        drop(tokio::time::timeout(life, run.go_on()).await);
        run.atlas.kill();
        run.atlas.restart().await;
    }
    run.place_the_rest().await;
    let calls = run.settle().await;

    let answered = &run.answered;
    assert!(!answered.is_empty());
    let stored: BTreeSet<&str> = calls.iter().map(|call| text(call, "call_id")).collect();
    for call_id in answered {
        assert!(stored.contains(call_id.as_str()), "{call_id} was lost");
    }
    expect_one_request_for_each_dial(&run.atlas);
    expect_no_ring_without_a_dial(&run.atlas, &calls);
    expect_every_sid_once_and_true(&run.atlas, &calls);

    let asked = run.atlas.creates().len();
    run.atlas.advance(seconds(900)).await;
    assert_eq!(run.atlas.creates().len(), asked, "rest is rest");
}

/// Calls being placed while the clock goes on.
struct Run {
    atlas: Atlas,
    /// Keeps what Twilio reports while Atlas is down.
    _door: FrontDoor,
    rng: StdRng,
    orders: Vec<Value>,
    /// The calls of which the caller was told that they are taken.
    answered: Vec<String>,
}

impl Run {
    async fn start(mut rng: StdRng) -> Self {
        let port = crate::support::free_port();
        let door = FrontDoor::before(port);
        let orders = (0..CALLS)
            .map(|_| {
                let number = NUMBERS[rng.random_range(0..NUMBERS.len())];
                order(number, rng.random_range(0..=2))
            })
            .collect();
        Self {
            atlas: Atlas::start_at(port, door.url.clone()).await,
            _door: door,
            rng,
            orders,
            answered: Vec::new(),
        }
    }

    /// Places what is left, and lets time pass, for ever.
    async fn go_on(&mut self) {
        loop {
            self.place_one().await;
        }
    }

    async fn place_the_rest(&mut self) {
        while !self.orders.is_empty() {
            self.place_one().await;
        }
    }

    async fn place_one(&mut self) {
        let Some(order) = self.orders.pop() else {
            return self.atlas.advance(STEP).await;
        };
        if self.rng.random_bool(BROKEN_ANSWERS) {
            let created = self.rng.random();
            let fault = FaultKind::ResetConnection { executed: created };
            self.atlas.sim.add_fault(Fault::next_create(fault)).unwrap();
        }
        let client: &Client = &self.atlas.client;
        let placing = client.post("/calls/outbound", &order);
        let (answer, ()) = tokio::join!(placing, self.atlas.advance(STEP));
        match answer {
            Ok((201 | 202, placed)) => self.answered.push(text(&placed, "call_id").to_owned()),
            Ok((status, problem)) => panic!("answered {status}: {problem}"),
            Err(no_answer) => panic!("{no_answer:?} from a process that runs"),
        }
    }

    /// Lets time pass until every stored call is finished or held, and returns them.
    async fn settle(&self) -> Vec<Value> {
        let mut calls = Vec::new();
        for _ in 0..SETTLING_STEPS {
            self.atlas.advance(SETTLING_STEP).await;
            calls = self.atlas.client.calls("").await;
            if calls.iter().all(has_come_to_rest) {
                return calls;
            }
        }
        calls.retain(|call| !has_come_to_rest(call));
        panic!("neither finished nor held: {calls:#?}");
    }
}

fn has_come_to_rest(call: &Value) -> bool {
    call["finished"] == true || call["held"] == true
}

/// The callback URL of a request tells which dial it is for.
fn expect_one_request_for_each_dial(atlas: &Atlas) {
    let mut asked = BTreeSet::new();
    for create in atlas.creates() {
        let url = create.param("StatusCallback").expect("a callback URL");
        let (_, dial) = url.split_once('?').expect("a query");
        assert!(asked.insert(dial.to_owned()), "asked for twice: {dial}");
    }
}

fn expect_no_ring_without_a_dial(atlas: &Atlas, calls: &[Value]) {
    let mut dials: BTreeMap<&str, usize> = BTreeMap::new();
    for call in calls {
        *dials.entry(text(call, "to_number")).or_default() += dials_of(call).len();
    }
    for number in NUMBERS {
        let dials = dials.get(number).copied().unwrap_or_default();
        let rings = atlas.sim.rings(number);
        assert!(rings <= dials, "{number} rang {rings} times, {dials} dials");
    }
}

/// No two dials have the same SID, each is Twilio's, and Twilio agrees on how the dial ended.
fn expect_every_sid_once_and_true(atlas: &Atlas, calls: &[Value]) {
    let mut rings: BTreeMap<String, CallReport> = atlas
        .sim
        .calls()
        .into_iter()
        .map(|ring| (ring.sid.clone(), ring))
        .collect();
    for call in calls {
        for dial in dials_of(call) {
            let Some(sid) = dial["twilio_sid"].as_str() else {
                continue;
            };
            let ring = rings.remove(sid);
            let ring = ring.unwrap_or_else(|| panic!("not Twilio's, or twice: {sid} in {call}"));
            assert_eq!(ring.to, text(call, "to_number"), "{call}");
            assert_eq!(ring.status.as_str(), text(dial, "status"), "{call}");
        }
    }
    assert!(rings.is_empty(), "rings nobody owns: {rings:#?}");
}

fn dials_of(call: &Value) -> &Vec<Value> {
    call["dials"].as_array().expect("a list of dials")
}

fn text<'a>(body: &'a Value, field: &str) -> &'a str {
    body[field]
        .as_str()
        .unwrap_or_else(|| panic!("no {field}: {body}"))
}
