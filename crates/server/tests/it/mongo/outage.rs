//! A Mongo server that is killed while Atlas works on it, stays away, and comes back.
//!
//! `OUTAGE_SECONDS` says how long it stays away at least, in real time; 3 seconds without it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::json;
use tokio::sync::watch;
use twilio_sim::{Fault, FaultKind, Simulator, SimulatorConfig};

use super::server::OwnMongo;
use crate::support::{Answer, Callback, Served, TestClient, free_port, outbound, until_async};

/// How many clients there are.
const CLIENTS: usize = 8;
/// What each has been answered before the server is killed, at least.
const ANSWERS_BEFORE: usize = 5;
/// Ten times what an answer may take while the database is away.
const BOUND: Duration = Duration::from_secs(30);

/// How it is with the Mongo server, as the clients are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Now {
    Up,
    /// It was up before and will be, at some moment.
    Changing,
    Away,
    Over,
}

/// One answer: to what, and what it was like when it was asked and when it was answered.
struct Heard {
    request: Request,
    answer: Answer,
    took: Duration,
    asked: Now,
    answered: Now,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Request {
    Place { to: String },
    Report { sequence_number: usize },
    Show,
    ListUsers,
}

/// What a client works with.
struct Load<'a> {
    client: &'a TestClient,
    public_url: &'a str,
    auth_token: &'a str,
    /// A call that was placed before, which is shown and reported about.
    call_id: &'a str,
    sid: &'a str,
    next: AtomicUsize,
    /// How many answers came while Mongo was away from beginning to end.
    answered_away: AtomicUsize,
}

impl Load<'_> {
    /// Asks one thing after the other until it is over.
    async fn run(&self, mut now: watch::Receiver<Now>) -> Vec<Heard> {
        let mut heard = Vec::new();
        loop {
            let asked = *now.borrow_and_update();
            if asked == Now::Over {
                return heard;
            }
            let request = self.next_request();
            let asked_at = Instant::now();
            let answer = self.ask(&request).await;
            let answered = *now.borrow_and_update();
            if (asked, answered) == (Now::Away, Now::Away) {
                self.answered_away.fetch_add(1, Ordering::Relaxed);
            }
            heard.push(Heard {
                request,
                answer,
                took: asked_at.elapsed(),
                asked,
                answered,
            });
        }
    }

    fn next_request(&self) -> Request {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        match number % 4 {
            0 => Request::Place {
                to: format!("+1555013{number:05}"),
            },
            1 => Request::Report {
                sequence_number: number,
            },
            2 => Request::Show,
            _ => Request::ListUsers,
        }
    }

    async fn ask(&self, request: &Request) -> Answer {
        match request {
            Request::Place { to } => self.client.post("/calls/outbound", &outbound(to)).await,
            Request::Report { sequence_number } => {
                let number = sequence_number.to_string();
                let form = [
                    ("CallSid", self.sid),
                    ("CallStatus", "in-progress"),
                    ("SequenceNumber", number.as_str()),
                ];
                let path = format!("/twilio/status?call_id={}&dial=1", self.call_id);
                let client = self.client.clone();
                Callback::new(client, self.public_url, self.auth_token, &path, &form)
                    .send()
                    .await
            }
            Request::Show => self.client.get(&format!("/calls/{}", self.call_id)).await,
            Request::ListUsers => self.client.get("/users").await,
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a test has no settings")]
fn outage() -> Duration {
    let seconds = std::env::var("OUTAGE_SECONDS").ok();
    Duration::from_secs(seconds.and_then(|text| text.parse().ok()).unwrap_or(3))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_mongo_is_killed_requests_answer_503_and_afterwards_it_works_by_itself() {
    let mut mongo = OwnMongo::start().await;
    let sim = Simulator::start(SimulatorConfig::stepped())
        .await
        .expect("a simulated Twilio");
    // The clients report themselves what happens.
    sim.add_fault(Fault::always(FaultKind::DropCallback))
        .unwrap();
    let port = free_port();
    let served = Served::start_on(&sim, &mongo.variables(), port).await;
    let placed = served
        .client
        .post("/calls/outbound", &outbound("+15550100042"))
        .await
        .expect(201);
    let load = Load {
        client: &served.client,
        public_url: &format!("http://127.0.0.1:{port}"),
        auth_token: secrecy::ExposeSecret::expose_secret(&sim.config().auth_token),
        call_id: placed["call_id"].as_str().unwrap(),
        sid: placed["twilio_sid"].as_str().unwrap(),
        next: AtomicUsize::new(0),
        answered_away: AtomicUsize::new(0),
    };

    let (now, seen) = watch::channel(Now::Up);
    let clients = join_all((0..CLIENTS).map(|_| load.run(seen.clone())));
    let (heard, ()) = tokio::join!(clients, async {
        let asked = || load.next.load(Ordering::Relaxed);
        until_async(async || asked() >= CLIENTS * (ANSWERS_BEFORE + 1)).await;
        now.send_replace(Now::Changing);
        mongo.kill();
        now.send_replace(Now::Away);
        stays_away(&load).await;
        now.send_replace(Now::Changing);
        mongo.start_again().await;
        until_async(async || served.client.get("/readyz").await.status.as_u16() == 200).await;
        now.send_replace(Now::Up);
        let asked_then = asked();
        until_async(async || asked() >= asked_then + CLIENTS * ANSWERS_BEFORE).await;
        now.send_replace(Now::Over);
    });

    let heard: Vec<Heard> = heard.into_iter().flatten().collect();
    expect_answers_as_it_was(&heard);
    expect_kept_what_was_answered(&heard, &load, &sim).await;
    served.program.terminate().await;
    assert_eq!(served.program.end().await.status.code(), Some(0));
    sim.shutdown().await;
}

/// Asks how Atlas is until the time is over, and every client has been answered about once.
async fn stays_away(load: &Load<'_>) {
    let since = Instant::now();
    let answered = || load.answered_away.load(Ordering::Relaxed);
    while since.elapsed() < outage() || answered() < CLIENTS {
        let (ready, alive) = tokio::join!(load.client.get("/readyz"), load.client.get("/livez"));
        ready.expect_problem(503, "storage_unavailable");
        alive.expect(200);
    }
}

#[expect(
    clippy::print_stdout,
    reason = "a figure to look at, and shown when the test fails"
)]
fn expect_answers_as_it_was(heard: &[Heard]) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for one in heard {
        let what = format!("{:?}: {}", one.request, one.answer.text());
        assert!(one.took < BOUND, "took {:?}: {what}", one.took);
        let status = one.answer.status.as_u16();
        match (one.asked, one.answered) {
            (Now::Up, Now::Up) => {
                let expected = match one.request {
                    Request::Place { .. } => 201,
                    Request::Report { .. } | Request::Show | Request::ListUsers => 200,
                };
                assert_eq!(status, expected, "while it is up: {what}");
                *counts.entry("up").or_default() += 1;
            }
            (Now::Away, Now::Away) => {
                let problem = one.answer.expect_problem(503, "storage_unavailable");
                let text = problem.to_string().to_lowercase();
                assert!(
                    !text.contains("mongo") && !text.contains("127.0.0.1"),
                    "{text}"
                );
                *counts.entry("away").or_default() += 1;
            }
            _ => {
                assert!(matches!(status, 200 | 201 | 202 | 503), "{status}: {what}");
            }
        }
    }
    assert!(counts["up"] >= CLIENTS * ANSWERS_BEFORE, "{counts:?}");
    assert!(counts["away"] >= CLIENTS, "{counts:?}");
    let longest = heard.iter().max_by_key(|one| one.took).expect("answers");
    println!(
        "answers: {counts:?}; the longest took {:?}: {:?}, {}",
        longest.took, longest.request, longest.answer.status
    );
}

async fn expect_kept_what_was_answered(heard: &[Heard], load: &Load<'_>, sim: &Simulator) {
    // Whatever was to ring has rung.
    sim.clock().advance(Duration::from_secs(60)).await;
    let call = load.client.call(load.call_id).await;
    let attempts = call["attempts"].as_array().expect("a list");
    for one in heard {
        match &one.request {
            Request::Place { to } if one.answer.status.is_success() => {
                let placed = one.answer.json();
                let call_id = placed["call_id"].as_str().expect("a call_id");
                assert_eq!(load.client.call(call_id).await["to_number"], json!(to));
                assert_eq!(sim.rings(to), 1, "{placed}");
            }
            Request::Place { to } => {
                assert_eq!(sim.rings(to), 0, "answered {}", one.answer.text());
            }
            Request::Report { sequence_number } if one.answer.status.is_success() => {
                let kept = attempts
                    .iter()
                    .filter(|attempt| attempt["sequence_number"] == json!(sequence_number));
                assert_eq!(kept.count(), 1, "report {sequence_number}");
            }
            Request::Report { .. } | Request::Show | Request::ListUsers => {}
        }
    }
}
