//! The REST API: who may ask, what is refused, and lists.

use serde_json::Value;
use twilio_sim::SimulatorConfig;

use crate::app::{Bench, FROM};

#[tokio::test]
async fn without_the_right_credentials_nothing_happens() {
    let bench = Bench::fast().await;
    let url = bench.resource("Calls.json");
    let sid = bench.sim.config().account_sid.clone();
    let requests = [
        bench.client.get(&url),
        bench.client.get(&url).basic_auth(&sid, Some("wrong")),
        bench
            .client
            .get(&url)
            .basic_auth("AC", Some(twilio_sim::DEFAULT_AUTH_TOKEN)),
        bench.client.get(&url).bearer_auth("x"),
        bench.client.post(&url).form(&[
            ("To", "+15550100042"),
            ("From", FROM),
            ("Url", "http://a.example/"),
        ]),
    ];
    for request in requests {
        assert_eq!(bench.error_of(request).await, (401, 20003));
    }
    assert!(bench.sim.calls().is_empty());
    let answer = bench.client.get(&url).send().await.unwrap();
    assert!(
        answer.headers()["twilio-request-id"]
            .to_str()
            .unwrap()
            .starts_with("RQ")
    );
    assert!(answer.headers().contains_key("www-authenticate"));
}

#[tokio::test]
async fn unknown_things_are_404_and_wrong_methods_405() {
    let bench = Bench::fast().await;
    for tail in [
        "Calls/CA1.json",
        "Recordings/RE1.json",
        "Recordings/RE1",
        "Recordings/RE1.wav",
        "Transcriptions/TR1.json",
        "Calls/CA1/Recordings.json",
        "Nothing.json",
    ] {
        assert_eq!(
            bench.error_of(bench.get(tail)).await,
            (404, 20404),
            "{tail}"
        );
    }
    for tail in [
        "Recordings.json",
        "Recordings/RE1.json",
        "Transcriptions.json",
    ] {
        assert_eq!(
            bench.error_of(bench.post(tail, &[])).await,
            (405, 20004),
            "{tail}"
        );
    }
    let other = bench.resource("Calls.json").replace("AC0", "AC1");
    let account = bench.sim.config().account_sid.clone();
    let request = bench
        .client
        .get(other)
        .basic_auth(account, Some(twilio_sim::DEFAULT_AUTH_TOKEN));
    assert_eq!(bench.error_of(request).await, (404, 20404));
}

#[tokio::test]
async fn wrong_parameters_are_refused_with_twilios_codes_in_twilios_order() {
    let bench = Bench::fast().await;
    let long = "x".repeat(4001);
    let good = [
        ("To", "+15550100042"),
        ("From", FROM),
        ("Url", "http://a.example/x"),
    ];
    let cases: [(&[(&str, &str)], u64); 27] = [
        (&[("To", ""), ("From", "")], 21201),
        (&[("To", "555"), ("From", "")], 21211),
        (&[("To", FROM)], 21211),
        (&[("To", "+15005550001")], 21217),
        (&[("To", "+15005550002")], 21214),
        (&[("To", "+15005550003")], 21215),
        (&[("To", "+15005550004")], 21216),
        (&[("From", ""), ("Url", "")], 21213),
        (&[("From", "me")], 21212),
        (&[("From", "+15005550001")], 21212),
        (&[("From", "+15005550002"), ("Url", "")], 21210),
        (&[("Url", "")], 21205),
        (&[("Url", "/relative")], 21205),
        (&[("Url", "ftp://a.example/")], 21205),
        (&[("Url", ""), ("Twiml", &long)], 32018),
        (&[("ApplicationSid", "AP1")], 21218),
        (&[("Method", "PUT")], 21209),
        (&[("StatusCallbackMethod", "x")], 21209),
        (&[("FallbackUrl", "x")], 21205),
        (&[("StatusCallback", "http://a_b.example/")], 21609),
        (&[("StatusCallbackEvent", "done")], 20001),
        (&[("Timeout", "0")], 21208),
        (&[("Timeout", "601")], 21208),
        (&[("Timeout", "1.5")], 21208),
        (&[("SendDigits", "12x")], 21206),
        (
            &[("SendDigits", "123456789012345678901234567890123")],
            21206,
        ),
        (&[("TimeLimit", "0")], 20001),
    ];
    for (changes, code) in cases {
        let mut form = good.to_vec();
        form.retain(|(name, _)| !changes.iter().any(|(other, _)| other == name));
        form.extend_from_slice(changes);
        let request = bench.post("Calls.json", &form);
        assert_eq!(bench.error_of(request).await, (400, code), "{changes:?}");
    }
    assert!(bench.sim.calls().is_empty());
    let accepted = [
        ("Timeout", "600"),
        ("Method", "get"),
        ("SendDigits", "12#wW"),
    ];
    let form: Vec<_> = good.iter().chain(&accepted).copied().collect();
    assert_eq!(
        bench
            .post("Calls.json", &form)
            .send()
            .await
            .unwrap()
            .status(),
        201
    );
}

#[tokio::test]
async fn own_numbers_may_call_and_magic_can_be_turned_off() {
    let config = SimulatorConfig {
        from_numbers: vec!["+15550109999".into()],
        magic_numbers: false,
        ..SimulatorConfig::fast()
    };
    let bench = Bench::start(config).await;
    let form = |from| {
        [
            ("To", "+15005550001"),
            ("From", from),
            ("Twiml", "<Response/>"),
        ]
    };
    let refused = bench.post("Calls.json", &form(FROM));
    assert_eq!(bench.error_of(refused).await, (400, 21210));
    assert_eq!(
        bench
            .post("Calls.json", &form("+15550109999"))
            .send()
            .await
            .unwrap()
            .status(),
        201
    );
}

#[tokio::test]
async fn calls_are_listed_in_pages_newest_first() {
    let bench = Bench::fast().await;
    let mut sids = Vec::new();
    for _ in 0..120 {
        sids.push(bench.call("+15550100004").await);
    }
    bench.sim.run_until_idle().await;
    sids.reverse();
    let mut seen = Vec::new();
    let mut sizes = Vec::new();
    let mut next = Some(bench.resource("Calls.json?To=%2B15550100004"));
    while let Some(url) = next {
        let config = bench.sim.config();
        let request = bench
            .client
            .get(url)
            .basic_auth(&config.account_sid, Some(twilio_sim::DEFAULT_AUTH_TOKEN));
        let body: Value = request.send().await.unwrap().json().await.unwrap();
        let calls = body["calls"].as_array().unwrap();
        assert_eq!(body["page"], sizes.len());
        sizes.push(calls.len());
        seen.extend(
            calls
                .iter()
                .map(|call| call["sid"].as_str().unwrap().to_owned()),
        );
        next = body["next_page_uri"]
            .as_str()
            .map(|path| format!("{}{path}", bench.sim.url()));
        if sizes.len() == 1 {
            // A newer call must not shift the pages.
            bench.call("+15550100004").await;
        }
    }
    assert_eq!(sizes, [50, 50, 20]);
    assert_eq!(seen, sids);
    for (query, code) in [
        ("PageSize=0", 20001),
        ("PageToken=PAx", 20001),
        ("StartTime=soon", 20001),
    ] {
        let request = bench.get(&format!("Calls.json?{query}"));
        assert_eq!(bench.error_of(request).await, (400, code), "{query}");
    }
    let body: Value = bench
        .get("Calls.json?PageSize=5000")
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(body["page_size"], 1000);
    assert_eq!(body["calls"].as_array().unwrap().len(), 121);
    assert_eq!(body["next_page_uri"], Value::Null);
}

#[tokio::test]
async fn lists_are_filtered() {
    let start_at = time::macros::datetime!(2030-01-01 23:59:00 UTC);
    let config = SimulatorConfig {
        start_at: Some(start_at),
        ..SimulatorConfig::stepped()
    };
    let bench = Bench::start(config).await;
    let first = bench.call("+15550100004").await;
    bench
        .sim
        .clock()
        .advance(std::time::Duration::from_secs(120))
        .await;
    let second = bench.call("+15550100005").await;
    bench
        .sim
        .clock()
        .advance(std::time::Duration::from_secs(5))
        .await;
    let third = bench.call("+15550100042").await;
    let cases = [
        ("", vec![&third, &second, &first]),
        ("To=%2B15550100004", vec![&first]),
        ("From=%2B15005550006", vec![&third, &second, &first]),
        ("From=%2B15005550007", vec![]),
        ("Status=busy", vec![&first]),
        ("Status=ringing", vec![&second]),
        ("Status=queued", vec![&third]),
        ("StartTime=2030-01-01", vec![&first]),
        ("StartTime%3E=2030-01-02", vec![&second]),
        ("StartTime%3C=2030-01-02", vec![&first]),
        ("EndTime%3E=2030-01-01", vec![&first]),
    ];
    for (query, expected) in cases {
        let body: Value = bench
            .get(&format!("Calls.json?{query}"))
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        let sids: Vec<&str> = body["calls"]
            .as_array()
            .unwrap()
            .iter()
            .map(|call| call["sid"].as_str().unwrap())
            .collect();
        assert_eq!(sids, expected, "{query}");
    }
}

#[tokio::test]
async fn the_call_resource_has_twilios_shape() {
    let bench = Bench::start(SimulatorConfig::stepped()).await;
    bench.app.twiml("/voice", "<Pause length=\"9\"/>");
    let sid = bench.call("+15550100042").await;
    let tail = format!("Calls/{sid}.json");
    let fetch = || async {
        bench
            .get(&tail)
            .send()
            .await
            .unwrap()
            .json::<Value>()
            .await
            .unwrap()
    };
    let queued = fetch().await;
    assert_eq!(queued["status"], "queued");
    assert_eq!(queued["start_time"], Value::Null);
    assert_eq!(queued["duration"], Value::Null);
    assert_eq!(queued["direction"], "outbound-api");
    assert_eq!(
        queued["uri"],
        format!(
            "/2010-04-01/Accounts/{}/{tail}",
            bench.sim.config().account_sid
        )
    );
    bench
        .sim
        .clock()
        .advance(std::time::Duration::from_millis(600))
        .await;
    let initiated = fetch().await;
    assert_eq!(
        initiated["status"], "queued",
        "initiated is for callbacks only"
    );
    assert!(initiated["start_time"].is_string());
    bench.sim.run_until_idle().await;
    let completed = fetch().await;
    assert_eq!(completed["status"], "completed");
    assert_eq!(completed["duration"], "9");
    assert!(completed["end_time"].as_str().unwrap().ends_with(" +0000"));
}

#[tokio::test]
async fn the_account_can_be_fetched() {
    let bench = Bench::fast().await;
    let url = bench.resource("").trim_end_matches('/').to_owned() + ".json";
    let request = bench.client.get(url).basic_auth(
        &bench.sim.config().account_sid,
        Some(twilio_sim::DEFAULT_AUTH_TOKEN),
    );
    let body: Value = request.send().await.unwrap().json().await.unwrap();
    assert_eq!(body["status"], "active");
    assert_eq!(body["sid"], bench.sim.config().account_sid);
}
