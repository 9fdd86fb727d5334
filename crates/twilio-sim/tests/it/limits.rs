//! What Twilio holds back: lag, queue, refusals at too many requests, trial accounts, test credentials.

use std::time::Duration;

use secrecy::SecretString;
use serde_json::{Value, json};
use twilio_sim::{
    Behaviour, ConfigError, HoldPoint, Limits, SimulatorConfig, StartError, TestCredentials, Trial,
};

use crate::app::{Bench, FROM};

const CALLEE: &str = "+15550100042";

fn limited(config: SimulatorConfig, limits: Limits) -> SimulatorConfig {
    SimulatorConfig { limits, ..config }
}

async fn json(request: reqwest::RequestBuilder) -> Value {
    request.send().await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn reads_of_calls_lag_behind() {
    let limits = Limits {
        consistency_lag: Duration::from_millis(300),
        ..Limits::default()
    };
    let bench = Bench::start(limited(SimulatorConfig::stepped(), limits)).await;
    bench.app.twiml("/voice", "<Pause length=\"9\"/>");
    let sid = bench.call(CALLEE).await;
    let tail = format!("Calls/{sid}.json");
    let step = async |ms| {
        bench.sim.clock().advance(Duration::from_millis(ms)).await;
        let fetched = json(bench.get(&tail)).await["status"].clone();
        let list = json(bench.get("Calls.json")).await;
        let listed = list["calls"][0]["status"].clone();
        (fetched, listed)
    };
    assert_eq!(step(0).await, (json!("queued"), Value::Null));
    assert_eq!(step(300).await, (json!("queued"), json!("queued")));
    // The phone rings after 1 s and is answered after 3 s.
    assert_eq!(step(900).await, (json!("queued"), json!("queued")));
    assert_eq!(step(100).await, (json!("ringing"), json!("ringing")));
    assert_eq!(step(1900).await.0, json!("ringing"));
    assert_eq!(step(100).await.0, json!("in-progress"));
    let ended = json(bench.post(&tail, &[("Status", "completed")])).await;
    assert_eq!(
        ended["status"], "completed",
        "an update answers what it did"
    );
    let lagging = json(bench.get(&tail)).await;
    assert_eq!(lagging["status"], "in-progress");
    assert_eq!(
        (&lagging["end_time"], &lagging["duration"]),
        (&Value::Null, &Value::Null)
    );
    let in_progress = json(bench.get("Calls.json?Status=in-progress")).await;
    assert_eq!(in_progress["calls"].as_array().unwrap().len(), 1);
    assert_eq!(step(300).await.0, json!("completed"));
}

#[tokio::test]
async fn calls_beyond_the_rate_are_accepted_and_dialled_later() {
    let limits = Limits {
        calls_per_second: Some(1),
        ..Limits::default()
    };
    let bench = Bench::start(limited(SimulatorConfig::stepped(), limits)).await;
    let mut sids = Vec::new();
    for _ in 0..3 {
        sids.push(bench.call("+15550100004").await);
    }
    bench.sim.run_until_idle().await;
    let mut dialled = Vec::new();
    for sid in &sids {
        let call = bench.sim.call(sid).unwrap();
        dialled.push((call.history[1].at - call.created_at).whole_milliseconds());
        let fetched = json(bench.get(&format!("Calls/{sid}.json"))).await;
        let waited = (dialled.len() - 1) * 1000;
        assert_eq!(fetched["queue_time"], waited.to_string());
    }
    assert_eq!(dialled, [500, 1500, 2500]);
}

#[tokio::test]
async fn more_requests_at_once_than_allowed_are_refused() {
    let limits = Limits {
        concurrent_requests: Some(1),
        ..Limits::default()
    };
    let bench = Bench::start(limited(SimulatorConfig::fast(), limits)).await;
    let held = bench.sim.hold_next_create(HoldPoint::BeforeCreate);
    let form = [("To", CALLEE), ("From", FROM), ("Twiml", "<Response/>")];
    let first = tokio::spawn(bench.post("Calls.json", &form).send());
    held.reached().await;
    let second = bench.get("Calls.json").send().await.unwrap();
    assert_eq!(second.status(), 429);
    assert_eq!(second.headers()["twilio-concurrent-requests"], "2");
    assert_eq!(second.json::<Value>().await.unwrap()["code"], 20429);
    held.release();
    assert_eq!(first.await.unwrap().unwrap().status(), 201);
    assert_eq!(bench.get("Calls.json").send().await.unwrap().status(), 200);
}

fn trial() -> Limits {
    let numbers = [CALLEE, "+15550100001", "+15550100802"];
    Limits {
        trial: Some(Trial {
            verified_numbers: numbers.map(ToOwned::to_owned).into(),
        }),
        ..Limits::default()
    }
}

#[tokio::test]
async fn a_trial_account_announces_itself_and_waits_for_a_key() {
    let bench = Bench::start(limited(SimulatorConfig::fast(), trial())).await;
    bench.app.twiml("/voice", "<Say>Hello</Say>");
    let friendly = bench.whole_call(CALLEE).await;
    assert!(friendly.said()[0].contains("trial account"));
    assert_eq!(friendly.said()[1..], ["Hello"]);
    assert_eq!(friendly.keys_pressed, "1");
    let silent = bench.whole_call("+15550100001").await;
    assert_eq!(silent.said().len(), 1);
    assert_eq!(silent.status.as_str(), "completed");
    let hasty = bench.whole_call("+15550100802").await;
    assert_eq!(hasty.duration_seconds, Some(2), "who hangs up meanwhile");
    assert_eq!(
        bench.app.received("/voice").len(),
        1,
        "only for the one who pressed"
    );
}

#[tokio::test]
async fn a_trial_account_reaches_verified_numbers_only_few_at_once_and_for_ten_minutes() {
    let bench = Bench::start(limited(SimulatorConfig::stepped(), trial())).await;
    let stranger = [
        ("To", "+15550100043"),
        ("From", FROM),
        ("Twiml", "<Response/>"),
        ("Body", "Hello"),
    ];
    for (tail, code) in [("Calls.json", 21219), ("Messages.json", 21608)] {
        let refused = bench.post(tail, &stranger);
        assert_eq!(bench.error_of(refused).await, (400, code));
    }
    bench
        .sim
        .set_behaviour(CALLEE, Behaviour::RingsFor { seconds: 1 });
    let endless = "<Response><Pause length=\"3600\"/></Response>";
    let known = [
        ("To", CALLEE),
        ("From", FROM),
        ("Twiml", endless),
        ("Body", "Hello"),
    ];
    for _ in 0..5 {
        let call = bench.post("Calls.json", &known).send().await.unwrap();
        assert_eq!(call.status(), 201);
    }
    let refused = bench.post("Calls.json", &known);
    assert_eq!(bench.error_of(refused).await, (400, 10004));
    let message = json(bench.post("Messages.json", &known)).await;
    assert_eq!(
        message["body"],
        "Sent from your Twilio trial account - Hello"
    );
    bench.sim.run_until_idle().await;
    assert_eq!(bench.sim.calls()[0].duration_seconds, Some(600));
    let account = bench.resource("").trim_end_matches('/').to_owned() + ".json";
    let request = bench.client.get(account).basic_auth(
        &bench.sim.config().account_sid,
        Some(twilio_sim::DEFAULT_AUTH_TOKEN),
    );
    assert_eq!(json(request).await["type"], "Trial");
}

#[tokio::test]
async fn test_credentials_check_requests_and_do_nothing() {
    let sid = format!("AC{:032}", 7);
    let config = SimulatorConfig {
        test_credentials: Some(format!("{sid}:test").parse().unwrap()),
        ..SimulatorConfig::fast()
    };
    let bench = Bench::start(config).await;
    let base = format!("{}/2010-04-01/Accounts/{sid}", bench.sim.url());
    let ask = |request: reqwest::RequestBuilder| request.basic_auth(&sid, Some("test"));
    let post = |tail: &str, to: &str, from: &str| {
        let form = [
            ("To", to),
            ("From", from),
            ("Twiml", "<Response/>"),
            ("Body", "Hello"),
        ];
        ask(bench.client.post(format!("{base}/{tail}")).form(&form))
    };
    for tail in ["Calls.json", "Messages.json"] {
        let answer = post(tail, CALLEE, FROM).send().await.unwrap();
        assert_eq!(answer.status(), 201);
        let body: Value = answer.json().await.unwrap();
        assert_eq!(body["account_sid"], *sid);
        assert_eq!(body["status"], "queued");
        assert!(body["uri"].as_str().unwrap().contains(&sid));
    }
    for (tail, to, from, code) in [
        ("Calls.json", "+15005550002", FROM, 21214),
        ("Calls.json", CALLEE, "+15005550001", 21212),
        ("Messages.json", "+15005550009", FROM, 21614),
        ("Messages.json", CALLEE, "+15005550008", 21611),
    ] {
        let refused = post(tail, to, from);
        assert_eq!(bench.error_of(refused).await, (400, code), "{to} {from}");
    }
    for request in [
        bench.client.get(format!("{base}/Calls.json")),
        bench.client.get(format!("{base}/Recordings.json")),
        bench.client.get(format!("{base}.json")),
    ] {
        let (status, _) = bench.error_of(ask(request)).await;
        assert!(matches!(status, 403 | 404));
    }
    let other = ask(bench.client.get(bench.resource("Calls.json")));
    assert_eq!(bench.error_of(other).await, (404, 20404));
    bench.sim.run_until_idle().await;
    assert!(bench.sim.calls().is_empty() && bench.sim.messages().is_empty());
    assert!(bench.sim.deliveries().is_empty());
}

#[tokio::test]
async fn limits_that_cannot_be_are_refused_at_the_start() {
    let account_sid = twilio_sim::DEFAULT_ACCOUNT_SID.to_owned();
    let same = TestCredentials {
        account_sid,
        auth_token: SecretString::from("x"),
    };
    let wrong = SimulatorConfig {
        test_credentials: Some(same),
        ..SimulatorConfig::fast()
    };
    let started = twilio_sim::Simulator::start(wrong).await;
    assert!(matches!(
        started,
        Err(StartError::Config(ConfigError::TestCredentials))
    ));
    let limits = Limits {
        calls_per_second: Some(0),
        ..Limits::default()
    };
    let started = twilio_sim::Simulator::start(limited(SimulatorConfig::fast(), limits)).await;
    assert!(matches!(
        started,
        Err(StartError::Config(ConfigError::CallsPerSecond))
    ));
}
