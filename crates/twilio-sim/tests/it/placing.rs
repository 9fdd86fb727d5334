//! Whom a call is placed to and from whom, through which application, and for how long.

use std::time::Duration;

use serde_json::Value;
use twilio_sim::{Application, Behaviour, CallStatus, HttpMethod, SimulatorConfig};

use crate::app::{Bench, FROM};

const CLIENT: &str = "client:joe";
const PHONE: &str = "sip:kate@example.com";
const APPLICATION: &str = "AP00000000000000000000000000000001";

#[tokio::test]
async fn clients_and_sip_phones_are_rung_like_numbers() {
    let bench = Bench::fast().await;
    bench.app.twiml("/voice", "<Say>Hello</Say>");
    bench.sim.set_behaviour(PHONE, Behaviour::Busy);
    let client = bench.call(CLIENT).await;
    let phone = bench.call("sip:kate@example.com?X-Order=7").await;
    bench.sim.run_until_idle().await;
    let client = bench.sim.call(&client).unwrap();
    assert_eq!(client.status, CallStatus::Completed);
    assert_eq!((client.to.as_str(), client.said()), (CLIENT, vec!["Hello"]));
    assert_eq!(bench.app.received("/voice")[0].param("Called"), CLIENT);
    let phone = bench.sim.call(&phone).unwrap();
    assert_eq!(phone.status, CallStatus::Busy);
    assert_eq!(phone.to, PHONE, "headers are no part of the address");
}

#[tokio::test]
async fn clients_call_clients_and_sip_phones_only() {
    let bench = Bench::fast().await;
    let twiml = ("Twiml", "<Response/>");
    for (to, from) in [
        (CLIENT, "client:ann"),
        (PHONE, "client:ann"),
        (PHONE, "ann"),
        (CLIENT, FROM),
        (PHONE, FROM),
    ] {
        let form = [("To", to), ("From", from), twiml];
        let answer = bench.post("Calls.json", &form).send().await.unwrap();
        assert_eq!(answer.status(), 201, "{from} calls {to}");
        let body: Value = answer.json().await.unwrap();
        assert_eq!((&body["to"], &body["from"]), (&to.into(), &from.into()));
    }
    let long = format!("sip:kate@example.com?X-Order={}", "7".repeat(1024));
    for (to, from, code) in [
        ("+15550100042", "client:ann", 21212),
        (CLIENT, "ann", 21212),
        (PHONE, "sip:ann@example.com", 21212),
        (PHONE, "+15550100001", 21210),
        (CLIENT, CLIENT, 21211),
        ("client:", FROM, 21211),
        ("sip:example.com", FROM, 21221),
        ("sips:kate@", FROM, 21221),
        (&long, FROM, 21221),
    ] {
        let form = [("To", to), ("From", from), twiml];
        let found = bench.error_of(bench.post("Calls.json", &form)).await;
        assert_eq!(found, (400, code), "{from} calls {to}");
    }
}

#[tokio::test]
async fn an_application_takes_the_place_of_the_webhooks_that_are_given() {
    // Its URLs are known only when there is a service: the simulator starts after it.
    let app = crate::app::TestApp::start().await;
    let application = Application {
        sid: APPLICATION.into(),
        voice_url: app.at("/application"),
        voice_method: HttpMethod::Get,
        voice_fallback_url: Some(app.at("/fallback")),
        status_callback: Some(app.at("/ended")),
        ..Application::default()
    };
    let config = SimulatorConfig {
        applications: vec![application],
        ..SimulatorConfig::fast()
    };
    let mut bench = Bench::start(config).await;
    bench.app = app;
    bench.app.answer("/application", 500, "text/plain", "down");
    bench.app.twiml("/fallback", "<Say>Sorry</Say>");
    let ignored = [
        ("ApplicationSid", APPLICATION),
        ("Method", "POST"),
        ("StatusCallbackEvent", "completed"),
    ];
    let sid = bench.call_with("+15550100042", &ignored).await;
    bench.sim.run_until_idle().await;
    assert_eq!(bench.sim.call(&sid).unwrap().said(), ["Sorry"]);
    assert_eq!(bench.app.received("/application")[0].method, "GET");
    assert_eq!(
        bench.app.all_paths(),
        ["/application", "/fallback", "/ended"]
    );
    let unknown = "AP00000000000000000000000000000002";
    let form = [("To", CLIENT), ("From", FROM), ("ApplicationSid", unknown)];
    let found = bench.error_of(bench.post("Calls.json", &form)).await;
    assert_eq!(found, (400, 21218));
}

#[tokio::test]
async fn a_time_limit_can_be_given_while_the_call_lasts() {
    let bench = Bench::start(SimulatorConfig::stepped()).await;
    bench.app.twiml("/voice", "<Pause length=\"600\"/>");
    bench.sim.set_behaviour(
        CLIENT,
        Behaviour::Custom(twilio_sim::Callee {
            opening: twilio_sim::Opening::Silence,
            speech: None,
            ..twilio_sim::Callee::default()
        }),
    );
    let sid = bench.call(CLIENT).await;
    let tail = format!("Calls/{sid}.json");
    // The phone is answered after 3 s.
    bench.sim.clock().advance(Duration::from_secs(5)).await;
    for wrong in ["0", "-1", "ten"] {
        let found = bench
            .error_of(bench.post(&tail, &[("TimeLimit", wrong)]))
            .await;
        assert_eq!(found, (400, 20001), "{wrong}");
    }
    let limit = [("TimeLimit", "30")];
    let answer = bench.post(&tail, &limit).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    bench.sim.run_until_idle().await;
    let call = bench.sim.call(&sid).unwrap();
    assert_eq!(call.status, CallStatus::Completed);
    assert_eq!(call.duration_seconds, Some(30));
}
