//! The control routes that do something: calls, people, numbers, reset; and who may use them.

use reqwest::header::{HOST, ORIGIN};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use twilio_sim::{Behaviour, CallStatus, SimulatorConfig};

use crate::app::Bench;

impl Bench {
    fn control(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}/_sim{path}", self.sim.url());
        self.client.request(method, url)
    }

    /// Sends a control request with a body; returns the status and the answer.
    async fn tell(&self, method: Method, path: &str, body: Value) -> (u16, Value) {
        answer(self.control(method, path).json(&body)).await
    }
}

async fn answer(request: RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let kind = response.headers().get("content-type").cloned();
    let text = response.text().await.unwrap();
    if status >= 400 {
        assert_eq!(kind.unwrap(), "application/problem+json", "{text}");
    }
    let body: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
    if status >= 400 {
        assert_eq!(body["status"], status);
    }
    (status, body)
}

#[tokio::test]
async fn a_person_can_be_called_and_acted_for_over_http() {
    let bench = Bench::start(SimulatorConfig::stepped()).await;
    let gather = "<Gather action=\"/next\" numDigits=\"1\"><Say>Press 1</Say></Gather>";
    bench.app.twiml("/voice", gather);
    bench
        .app
        .twiml("/next", "<Gather input=\"speech\" action=\"/said\"/>");
    bench.app.twiml("/said", "<Pause length=\"60\"/>");
    let new = json!({"to": "+15550100900", "url": bench.app.at("/voice")});
    let (status, call) = bench.tell(Method::POST, "/calls", new).await;
    assert_eq!((status, &call["status"]), (201, &json!("queued")));
    assert_eq!(call["from"], "+15005550006");
    let path = format!("/calls/{}", call["sid"].as_str().unwrap());
    let at = |act: &str| format!("{path}/{act}");

    let (status, problem) = bench.tell(Method::POST, &at("answer"), Value::Null).await;
    assert_eq!(status, 409, "{problem}");
    let (_, clock) = bench
        .tell(Method::POST, "/clock/advance?ms=1000", Value::Null)
        .await;
    assert_eq!(clock["mode"], "stepped");
    for (act, body) in [
        ("answer", Value::Null),
        ("press", json!({"keys": "1"})),
        ("say", json!({"text": "yes"})),
        ("hang-up", Value::Null),
    ] {
        let (status, body) = bench.tell(Method::POST, &at(act), body).await;
        assert_eq!(status, 200, "{act}: {body}");
        bench
            .tell(Method::POST, "/clock/advance?ms=600", Value::Null)
            .await;
    }
    assert_eq!(bench.app.received("/next")[0].param("Digits"), "1");
    assert_eq!(bench.app.received("/said")[0].param("SpeechResult"), "yes");
    let (_, call) = answer(bench.control(Method::GET, &path)).await;
    assert_eq!(call["status"], "completed");
    let acts: Vec<&str> = call["acts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|act| act["kind"].as_str().unwrap())
        .collect();
    assert_eq!(acts, ["answer", "press", "say", "hang_up"]);
}

#[tokio::test]
async fn a_number_can_be_given_a_behaviour_over_http() {
    let bench = Bench::fast().await;
    let (status, number) = answer(bench.control(Method::GET, "/numbers/%2B15550100042")).await;
    assert_eq!(status, 200);
    assert_eq!(number["behaviour"], json!({"kind": "talks", "seconds": 3}));
    assert_eq!(
        (&number["set"], &number["rings"]),
        (&json!(false), &json!(0))
    );

    let (status, number) = bench
        .tell(
            Method::PUT,
            "/numbers/%2B15550100042",
            json!({"kind": "busy"}),
        )
        .await;
    assert_eq!((status, &number["set"]), (200, &json!(true)));
    let call = bench.whole_call("+15550100042").await;
    assert_eq!(call.status, CallStatus::Busy);
    let (_, busy) =
        answer(bench.control(Method::GET, "/calls?to=%2B15550100042&status=busy")).await;
    assert_eq!(busy.as_array().unwrap().len(), 1);
    let (_, none) = answer(bench.control(Method::GET, "/calls?status=completed")).await;
    assert_eq!(none, json!([]));

    bench
        .control(Method::DELETE, "/numbers/%2B15550100042")
        .send()
        .await
        .unwrap();
    let (_, numbers) = answer(bench.control(Method::GET, "/numbers")).await;
    assert_eq!(numbers[0]["set"], false);
    assert_eq!(numbers[0]["rings"], 1);
}

#[tokio::test]
async fn what_is_wrong_with_a_request_is_named() {
    let bench = Bench::fast().await;
    let number = "/numbers/%2B15550100042";
    let call = |to: &str| json!({"to": to, "twiml": "<Response/>"});
    let cases = [
        (Method::PUT, number, json!({"kind": "sleeps"}), "/kind"),
        (Method::PUT, number, json!({"kind": "talks"}), "/seconds"),
        (
            Method::PUT,
            number,
            json!({"kind": "presses", "digits": "a"}),
            "/digits",
        ),
        (Method::POST, "/calls", call("555"), "/to"),
        (
            Method::POST,
            "/calls",
            json!({"twiml": "<Response/>"}),
            "/to",
        ),
        (
            Method::POST,
            "/calls",
            json!({"to": "+15550100042"}),
            "/url",
        ),
        (
            Method::POST,
            "/calls",
            json!({"to": "+15550100042", "colour": 1}),
            "/colour",
        ),
        (
            Method::POST,
            "/calls",
            json!({"to": "+15550100042", "timeout_seconds": "x"}),
            "/timeout_seconds",
        ),
        (
            Method::POST,
            "/calls/CA1/press",
            json!({"keys": 1}),
            "/keys",
        ),
        (
            Method::POST,
            "/calls/CA1/press",
            json!({"keys": "x"}),
            "/keys",
        ),
        (Method::POST, "/calls/CA1/say", json!({"text": ""}), "/text"),
    ];
    for (method, path, body, pointer) in cases {
        let (status, problem) = bench.tell(method, path, body.clone()).await;
        assert_eq!(status, 400, "{path} {body}: {problem}");
        assert_eq!(
            problem["errors"][0]["pointer"], pointer,
            "{path} {body}: {problem}"
        );
    }
    let (_, problem) = bench.tell(Method::POST, "/calls", call("555")).await;
    assert_eq!(problem["code"], 21211);
    for (path, parameter) in [
        ("/clock/advance", "ms"),
        ("/clock/advance?ms=-1", "ms"),
        ("/clock/sleep?until_ms=1", "participant"),
    ] {
        let (status, problem) = bench.tell(Method::POST, path, Value::Null).await;
        assert_eq!(status, 400);
        assert_eq!(problem["errors"][0]["parameter"], parameter, "{problem}");
    }
    let (status, problem) = bench
        .tell(Method::PUT, "/numbers/15550100042", json!({"kind": "busy"}))
        .await;
    assert_eq!(status, 400);
    assert_eq!(problem["errors"][0]["parameter"], "number", "{problem}");
    let missing = [
        ("/calls/CA1", Method::GET),
        ("/calls/CA1/answer", Method::POST),
        ("/nothing", Method::GET),
    ];
    for (path, method) in missing {
        assert_eq!(bench.tell(method, path, Value::Null).await.0, 404, "{path}");
    }
}

#[tokio::test]
async fn a_reset_forgets_everything_and_ends_calls_unseen() {
    let bench = Bench::start(SimulatorConfig::stepped()).await;
    bench.app.twiml("/voice", "<Record action=\"/next\"/>");
    bench.sim.set_behaviour("+15550100042", Behaviour::Silent);
    let first = bench.call("+15550100042").await;
    bench
        .sim
        .clock()
        .advance(std::time::Duration::from_secs(4))
        .await;
    assert_eq!(bench.app.received("/voice").len(), 1);
    let asked = bench.app.all_paths().len();
    let (status, _) = bench.tell(Method::POST, "/reset", Value::Null).await;
    assert_eq!(status, 204);
    bench.sim.run_until_idle().await;
    assert_eq!(bench.app.all_paths().len(), asked, "nobody is told");
    assert!(bench.sim.calls().is_empty() && bench.sim.deliveries().is_empty());
    assert_eq!(bench.sim.rings("+15550100042"), 0);
    assert_ne!(bench.call("+15550100042").await, first);
}

#[tokio::test]
async fn idleness_can_be_waited_for_over_http() {
    let bench = Bench::start(SimulatorConfig::stepped()).await;
    bench.app.twiml("/voice", "<Pause length=\"100\"/>");
    let sid = bench.call("+15550100042").await;
    let (_, idle) = bench
        .tell(Method::POST, "/clock/run-until-idle", Value::Null)
        .await;
    assert_eq!(idle["idle"], true);
    assert_eq!(bench.sim.call(&sid).unwrap().status, CallStatus::Completed);
}

#[tokio::test]
async fn other_web_pages_are_kept_out() {
    let bench = Bench::fast().await;
    let own = bench.sim.url().to_owned();
    let port = own.rsplit(':').next().unwrap();
    let clock = || bench.control(Method::GET, "/clock");
    let reset = || bench.control(Method::POST, "/reset");
    let localhost = format!("localhost:{port}");
    let cases = [
        (clock(), 200),
        (clock().header(HOST, &localhost), 200),
        (clock().header(HOST, "rebound.example"), 403),
        (clock().header(HOST, format!("rebound.example:{port}")), 403),
        (reset(), 204),
        (reset().header(ORIGIN, &own), 204),
        (
            reset()
                .header(HOST, &localhost)
                .header(ORIGIN, format!("http://{localhost}")),
            204,
        ),
        (reset().header(ORIGIN, "https://page.example"), 403),
        (reset().header(ORIGIN, "http://localhost:3000"), 403),
        (reset().header(ORIGIN, "null"), 403),
        (
            reset()
                .header(HOST, "rebound.example")
                .header(ORIGIN, "http://rebound.example"),
            403,
        ),
    ];
    for (number, (request, expected)) in cases.into_iter().enumerate() {
        assert_eq!(answer(request).await.0, expected, "case {number}");
    }
}

#[tokio::test]
async fn every_route_of_the_document_is_there() {
    let bench = Bench::fast().await;
    let (_, document) = answer(bench.control(Method::GET, "/openapi.json")).await;
    assert_eq!(document["openapi"], "3.1.0");
    for reference in document.to_string().split("\"$ref\":\"#").skip(1) {
        let pointer = reference.split('"').next().unwrap();
        assert!(document.pointer(pointer).is_some(), "{pointer}");
    }
    let paths = document["paths"].as_object().unwrap();
    assert!(paths.len() >= 17);
    for (path, operations) in paths {
        for method in operations.as_object().unwrap().keys() {
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let path = path.strip_prefix("/_sim").unwrap();
            if path == "/events" {
                // Its answer has no end.
                let events = bench.control(method, path).send().await.unwrap();
                assert_eq!(events.status(), 200);
                continue;
            }
            let (status, body) = bench.tell(method.clone(), path, Value::Null).await;
            let nothing_here = body["detail"] == "there is nothing here; see /_sim/openapi.json";
            assert!(
                status != 405 && !nothing_here,
                "{method} {path}: {status} {body}"
            );
        }
    }
}
