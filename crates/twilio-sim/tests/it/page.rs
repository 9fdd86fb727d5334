//! The page and the events it follows; a browser uses them in `make page-check`.

use std::time::Duration;

use serde_json::Value;
use twilio_sim::SimulatorConfig;

use crate::app::Bench;

/// Reads events until one satisfies.
async fn event(stream: &mut reqwest::Response, satisfies: impl Fn(&Value) -> bool) -> Value {
    let mut text = String::new();
    loop {
        let chunk = tokio::time::timeout(Duration::from_secs(20), stream.chunk());
        let chunk = chunk.await.unwrap().unwrap().unwrap();
        text.push_str(std::str::from_utf8(&chunk).unwrap());
        while let Some((first, rest)) = text.split_once("\n\n") {
            let data = first.strip_prefix("event: state\ndata: ").unwrap();
            let state: Value = serde_json::from_str(data).unwrap();
            if satisfies(&state) {
                return state;
            }
            text = rest.to_owned();
        }
    }
}

#[tokio::test]
async fn events_tell_what_is_going_on_as_it_changes() {
    let bench = Bench::start(SimulatorConfig::stepped()).await;
    bench.app.twiml("/voice", "<Say>Hello</Say>");
    let url = format!("{}/_sim/events", bench.sim.url());
    let mut stream = bench.client.get(url).send().await.unwrap();
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    let first = event(&mut stream, |_| true).await;
    assert_eq!(
        (&first["mode"], &first["calls"]),
        (&"stepped".into(), &Value::Array(Vec::new()))
    );

    bench.call("+15550100901").await;
    bench.sim.clock().advance(Duration::from_secs(1)).await;
    let state = event(&mut stream, |state| {
        state["calls"][0]["status"] == "ringing"
    })
    .await;
    assert_eq!(state["calls"][0]["person"], true);
    assert_eq!(state["call_count"], 1);
    for _ in 0..60 {
        bench.call("+15550100004").await;
    }
    let state = event(&mut stream, |state| state["call_count"] == 61).await;
    assert_eq!(
        state["calls"].as_array().unwrap().len(),
        50,
        "only the newest"
    );
}

#[tokio::test]
async fn only_so_many_can_listen() {
    let bench = Bench::fast().await;
    let url = format!("{}/_sim/events", bench.sim.url());
    let mut streams = Vec::new();
    for _ in 0..16 {
        let mut stream = bench.client.get(&url).send().await.unwrap();
        event(&mut stream, |_| true).await;
        streams.push(stream);
    }
    assert_eq!(bench.client.get(&url).send().await.unwrap().status(), 503);
    drop(streams);
    // The places are free again when the connections are found to be closed.
    for _ in 0..200 {
        if bench.client.get(&url).send().await.unwrap().status() == 200 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("no place was given back");
}

#[tokio::test]
async fn the_page_runs_nothing_but_its_own_files() {
    let bench = Bench::fast().await;
    let get = |path: &str| {
        bench
            .client
            .get(format!("{}{path}", bench.sim.url()))
            .send()
    };
    let page = get("/_sim").await.unwrap();
    let policy = page.headers()["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(
        policy.starts_with("default-src 'none'; script-src 'self'"),
        "{policy}"
    );
    let html = page.text().await.unwrap();
    for attribute in ["src=\"", "href=\""] {
        for file in html.split(attribute).skip(1) {
            let file = file.split('"').next().unwrap();
            assert!(
                file.starts_with("/_sim/"),
                "{file} is not the simulator's own"
            );
            assert_eq!(get(file).await.unwrap().status(), 200, "{file}");
        }
    }
    for script in ["/_sim/page.js", "/_sim/call.js"] {
        let text = get(script).await.unwrap().text().await.unwrap();
        for unsafe_way in [
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
        ] {
            assert!(!text.contains(unsafe_way), "{script} uses {unsafe_way}");
        }
    }
}
