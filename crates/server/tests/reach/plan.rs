//! What a run does, made from its seed.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use twilio_sim::{Fault, FaultKind};

use crate::crash::front_door::Moment;
use crate::people::{Callees, Kind};
use crate::stop::Which;

/// How many steps there are beside the requests to notify somebody.
const STEPS: usize = 34;
/// The chance of a run to have the database away for seconds, from a key press on. Few, because that
/// is real time.
const LONG_OUTAGES: f64 = 0.08;
/// The chance of a step to be an act by API.
const ACTS: f64 = 0.12;

/// A run.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) settings: Settings,
    /// Whom the notifications are for, one each.
    pub(crate) callees: Vec<Callees>,
    pub(crate) faults: Vec<Fault>,
    pub(crate) steps: Vec<Step>,
}

/// What Atlas is told.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) repeats: u32,
    pub(crate) retry_limit: u32,
    pub(crate) retry_delay: u32,
    pub(crate) machine_detection: &'static str,
    /// The secrets of the webhook; without any there is none.
    pub(crate) secrets: Vec<String>,
}

/// One thing that is done.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// Asks for the notification with this index.
    Place(usize),
    /// Lets virtual time pass.
    Pass(Duration),
    /// Does something to the notification with this index.
    Act(Act, usize),
    /// Prepares something for a moment of what comes.
    Disturb(When, Deed),
}

/// Something that is done by API, or by somebody who pretends to be Twilio.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    Acknowledge,
    Cancel,
    HangUp,
    Retry,
    GiveUpRedials,
    /// A press that is signed with another token.
    ForgedPress,
    /// A press that is signed, and was made in the call of another notification.
    MisboundPress,
}

/// When it happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    /// At once.
    Now,
    /// After this much real time.
    Soon(Duration),
    /// When Twilio makes this request.
    Request(Which),
    /// When Atlas asks for a dial: the dial is not made yet, or it is and the answer is not sent.
    Dial {
        /// Whether it is made.
        made: bool,
    },
    /// When the webhook is delivered.
    Delivery(Moment),
}

/// What happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deed {
    /// Atlas is killed, and starts again.
    Kill,
    /// The database is away for this much real time.
    Away(Duration),
    /// Writes wait for this much real time.
    Busy(Duration),
    /// Somebody does this by API to the notification that the request is about.
    Act(Act),
    /// Atlas is killed while the database is away for this much real time.
    AwayAndKill(Duration),
}

impl Plan {
    /// Whether nothing goes wrong.
    pub(crate) fn is_calm(&self) -> bool {
        let disturbs = |step: &Step| matches!(step, Step::Disturb(..));
        self.faults.is_empty() && !self.steps.iter().any(disturbs)
    }

    /// Whether Atlas may have been killed, and what it had in memory be lost.
    pub(crate) fn kills(&self) -> bool {
        self.steps
            .iter()
            .any(|step| matches!(step, Step::Disturb(_, Deed::Kill | Deed::AwayAndKill(_))))
    }

    /// Whether somebody does something to this notification by API.
    pub(crate) fn is_acted_on(&self, index: usize) -> bool {
        self.steps.iter().any(|step| {
            matches!(step, Step::Act(act, of) if *of == index
                && !matches!(act, Act::ForgedPress | Act::MisboundPress))
        })
    }

    pub(crate) fn of(seed: u64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let rng = &mut rng;
        let mut callees: Vec<_> = (0..rng.random_range(3..=6))
            .map(|index| Callees::random(rng, index))
            .collect();
        let mut steps = steps(rng, callees.len());
        if rng.random_bool(LONG_OUTAGES) {
            let mut at = rng.random_range(0..steps.len());
            if let (true, Some(first)) = (rng.random(), callees.first_mut()) {
                // Whoever has hung up does not bring the press again.
                *first = Callees::of(Kind::PressesAndHangsUp, rng, 0);
                let placed = |step: &Step| matches!(step, Step::Place(0));
                at = steps
                    .iter()
                    .position(placed)
                    .map_or(at, |placed| placed + 1);
            }
            steps.insert(at, long_outage(rng));
        }
        Self {
            settings: settings(rng),
            faults: faults(rng),
            steps,
            callees,
        }
    }
}

fn settings(rng: &mut StdRng) -> Settings {
    let secrets = match rng.random_range(0..10) {
        0..2 => 0,
        2..8 => 1,
        _ => 2,
    };
    Settings {
        repeats: rng.random_range(1..=3),
        retry_limit: rng.random_range(0..=3),
        retry_delay: rng.random_range(3..=40),
        machine_detection: ["async", "async", "sync", "off"][rng.random_range(0..4)],
        secrets: (0..secrets).map(|_| secret(rng)).collect(),
    }
}

fn secret(rng: &mut StdRng) -> String {
    let key: [u8; 32] = rng.random();
    format!("whsec_{}", STANDARD.encode(key))
}

/// The weather of the run: each kind of fault is there or not.
fn faults(rng: &mut StdRng) -> Vec<Fault> {
    let reset = |executed| FaultKind::ResetConnection { executed };
    let answer = |http_status, code, executed| FaultKind::Answer {
        http_status,
        code,
        retry_after_seconds: None,
        executed,
    };
    let delay = FaultKind::DelayCallback {
        by_ms: rng.random_range(500..25_000),
    };
    let slow = FaultKind::SlowDocument {
        by_ms: rng.random_range(500..16_000),
    };
    let updates = "POST Calls/*.json";
    let kinds = [
        Fault::rate(0.1, FaultKind::DropCallback),
        Fault::rate(0.2, FaultKind::RepeatCallback { times: 1 }),
        Fault::rate(0.2, delay),
        Fault::rate(0.2, FaultKind::SwapCallback),
        Fault::rate(0.1, FaultKind::ForgeSignature),
        Fault::rate(0.15, slow),
        Fault::rate(0.2, FaultKind::RepeatDocumentRequest { times: 1 }),
        Fault::rate(0.15, FaultKind::HangUp { within_ms: 15_000 }),
        Fault::rate(0.2, reset(true)).on_creates(),
        Fault::rate(0.1, reset(false)).on_creates(),
        Fault::rate(0.15, answer(429, 20429, false)).on_creates(),
        Fault::rate(0.1, answer(500, 20500, true)).on_creates(),
        Fault::rate(0.1, answer(503, 20503, false)).on_creates(),
        Fault::rate(0.2, FaultKind::SlowAnswer { by_ms: 15 }).on_creates(),
        Fault::rate(0.2, answer(500, 20500, true)).on_route(updates),
        Fault::rate(0.2, reset(false)).on_route(updates),
        Fault::rate(0.1, reset(false)).on_route("GET Calls.json"),
    ];
    // Some runs are calm.
    let share = [0.0, 0.15, 0.3, 0.5][rng.random_range(0..4)];
    kinds
        .into_iter()
        .filter(|_| rng.random_bool(share))
        .collect()
}

fn steps(rng: &mut StdRng, notifications: usize) -> Vec<Step> {
    let mut steps: Vec<_> = (0..STEPS).map(|_| pass(rng)).collect();
    // All are asked for in the first half.
    let mut next = 0;
    for index in 0..notifications {
        next = rng.random_range(next..=STEPS / 2 + index);
        steps.insert(next, Step::Place(index));
        next += 1;
    }
    let all = steps.len();
    for at in (0..all).rev() {
        if rng.random_bool(ACTS) {
            let act = Step::Act(act(rng), rng.random_range(0..notifications));
            steps.insert(at + 1, act);
        }
    }
    let disturbances = [0, 0, 1, 2, 3, 4][rng.random_range(0..6)];
    for _ in 0..disturbances {
        let at = rng.random_range(0..steps.len());
        steps.insert(at, Step::Disturb(when(rng), deed(rng)));
    }
    steps
}

/// Short times, now and then a long one.
fn pass(rng: &mut StdRng) -> Step {
    let millis = match rng.random_range(0..10) {
        0..4 => rng.random_range(50..1_000),
        4..9 => rng.random_range(1_000..6_000),
        _ => rng.random_range(6_000..30_000),
    };
    Step::Pass(Duration::from_millis(millis))
}

fn act(rng: &mut StdRng) -> Act {
    match rng.random_range(0..12) {
        0..2 => Act::Acknowledge,
        2..4 => Act::Cancel,
        4 => Act::HangUp,
        5..8 => Act::Retry,
        8 => Act::GiveUpRedials,
        9..11 => Act::MisboundPress,
        _ => Act::ForgedPress,
    }
}

fn when(rng: &mut StdRng) -> When {
    let moment = if rng.random() {
        Moment::Come
    } else {
        Moment::Served
    };
    let request = |path, after| {
        When::Request(Which {
            path,
            after,
            moment,
        })
    };
    match rng.random_range(0..12) {
        0 => When::Now,
        1 => When::Soon(Duration::from_micros(rng.random_range(0..30_000))),
        2..4 => request("", rng.random_range(0..8)),
        4..8 => request("/gather", rng.random_range(0..2)),
        8 => request("/twiml", 0),
        9 => request("/amd", 0),
        10 => When::Dial { made: rng.random() },
        _ => When::Delivery(moment),
    }
}

fn deed(rng: &mut StdRng) -> Deed {
    let short = Duration::from_millis(rng.random_range(10..400));
    match rng.random_range(0..11) {
        0..4 => Deed::Kill,
        4..6 => Deed::Away(short),
        6 => Deed::Busy(short),
        7..9 => Deed::Act(Act::Acknowledge),
        9 => Deed::Act(Act::Cancel),
        _ => Deed::AwayAndKill(short),
    }
}

fn long_outage(rng: &mut StdRng) -> Step {
    let press = Which {
        path: "/gather",
        after: 0,
        moment: Moment::Come,
    };
    // Each of the requests for the same press waits for four seconds.
    let waits = match rng.random_range(0..10) {
        0..5 => 0,
        5..9 => 1,
        _ => rng.random_range(2..=4),
    };
    let real = Duration::from_millis(waits * 4_000 + rng.random_range(600..1_500));
    let kill = rng.random_bool(0.2);
    let deed = if kill {
        Deed::AwayAndKill(real)
    } else {
        Deed::Away(real)
    };
    Step::Disturb(When::Request(press), deed)
}
