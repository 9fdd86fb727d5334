//! Answering machine detection: verdicts, and who hears of them when.

use serde_json::Value;
use twilio_sim::{Behaviour, CallStatus, DeliveryKind, GreetingEnd};

use crate::app::{Bench, FROM};

#[tokio::test]
async fn the_first_document_waits_for_the_verdict_and_is_told_it() {
    for (to, mode, answered_by, after_ms) in [
        ("+15550100042", "Enable", "human", 2_500),
        ("+15550100408", "Enable", "machine_start", 2_900),
        ("+15550100042", "DetectMessageEnd", "human", 2_500),
        (
            "+15550100408",
            "DetectMessageEnd",
            "machine_end_beep",
            9_000,
        ),
        (
            "+15550100508",
            "DetectMessageEnd",
            "machine_end_silence",
            9_700,
        ),
        ("+15550100006", "DetectMessageEnd", "fax", 1_500),
        ("+15550100001", "Enable", "unknown", 5_000),
    ] {
        let bench = Bench::fast().await;
        bench.app.twiml("/voice", "<Say>Please call back</Say>");
        let sid = bench.call_with(to, &[("MachineDetection", mode)]).await;
        bench.sim.run_until_idle().await;
        let case = format!("{mode} of {to}");
        let asked = &bench.app.received("/voice")[0];
        assert_eq!(asked.param("AnsweredBy"), answered_by, "{case}");
        assert_eq!(
            asked.param("MachineDetectionDuration"),
            after_ms.to_string(),
            "{case}"
        );
        let call = bench.sim.call(&sid).unwrap();
        assert_eq!(call.answered_by.as_deref(), Some(answered_by), "{case}");
        let answered_at = call.history[3].at;
        assert_eq!(
            (call.documents[0].at - answered_at).whole_milliseconds(),
            after_ms,
            "{case}"
        );
        let ended = bench.app.received("/status").pop().unwrap();
        assert_eq!(ended.param("AnsweredBy"), answered_by, "{case}");
        let resource = bench
            .get(&format!("Calls/{sid}.json"))
            .send()
            .await
            .unwrap();
        let resource: Value = resource.json().await.unwrap();
        assert_eq!(resource["answered_by"], answered_by, "{case}");
    }
}

#[tokio::test]
async fn without_detection_nobody_says_who_has_answered() {
    let bench = Bench::fast().await;
    bench.app.twiml("/voice", "<Say>Hello</Say>");
    let call = bench.whole_call("+15550100408").await;
    assert_eq!(call.answered_by, None);
    for request in [
        &bench.app.received("/voice")[0],
        &bench.app.received("/status")[3],
    ] {
        assert!(request.params.iter().all(|(name, _)| name != "AnsweredBy"));
    }
}

#[tokio::test]
async fn an_asynchronous_verdict_is_posted_while_the_call_goes_on() {
    let bench = Bench::fast().await;
    bench
        .app
        .twiml("/voice", "<Say>Hello</Say><Pause length=\"20\"/>");
    let url = bench.app.at("/amd?x=1");
    let more = [
        ("MachineDetection", "DetectMessageEnd"),
        ("AsyncAmd", "true"),
        ("AsyncAmdStatusCallback", url.as_str()),
    ];
    let sid = bench.call_with("+15550100408", &more).await;
    bench.sim.run_until_idle().await;
    let told = &bench.app.received("/amd")[0];
    let names: Vec<&str> = told.params.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "CallSid",
            "AccountSid",
            "AnsweredBy",
            "MachineDetectionDuration"
        ]
    );
    assert_eq!(told.param("CallSid"), sid);
    assert_eq!(told.param("AnsweredBy"), "machine_end_beep");
    assert_eq!(told.param("MachineDetectionDuration"), "9000");
    let call = bench.sim.call(&sid).unwrap();
    let delivery = bench
        .sim
        .deliveries()
        .into_iter()
        .find(|delivery| delivery.kind == DeliveryKind::AsyncAmd)
        .unwrap();
    let after = delivery.at - call.history[3].at;
    assert_eq!(after.whole_milliseconds(), 9_000);
    assert_eq!(
        call.heard[0].at, call.history[3].at,
        "the words do not wait"
    );
    assert!(bench.alert_codes().is_empty());
}

#[tokio::test]
async fn whom_a_dial_calls_is_told_apart_while_the_two_talk() {
    for (noun, mode, more, answered_by, after_ms) in [
        ("Number", "Enable", "", "machine_start", 2_900),
        (
            "Number",
            "DetectMessageEnd",
            "amdStatusCallbackMethod=\"GET\"",
            "machine_end_beep",
            9_000,
        ),
        (
            "Number",
            "DetectMessageEnd",
            "machineDetectionTimeout=\"4\" sendDigits=\"1\"",
            "unknown",
            4_000,
        ),
        (
            "Number",
            "Enable",
            "machineDetectionSpeechThreshold=\"6000\" machineDetectionTimeout=\"600\"",
            "machine_start",
            6_500,
        ),
        (
            "Sip",
            "Enable",
            "machineDetectionSpeechEndThreshold=\"1000\"",
            "human",
            2_300,
        ),
    ] {
        let bench = Bench::fast().await;
        let address = match noun {
            "Sip" => "sip:someone@example.com",
            _ => "+15550100408",
        };
        bench.app.twiml(
            "/voice",
            &format!(
                "<Dial timeLimit=\"20\"><{noun} machineDetection=\"{mode}\" {more} \
                 amdStatusCallback=\"/amd?x=1\" statusCallback=\"/child\">{address}</{noun}></Dial>"
            ),
        );
        let parent = bench.whole_call("+15550100001").await;
        let case = format!("{noun} {mode} {more}");
        let calls = bench.sim.calls();
        let child = calls.iter().find(|call| call.parent_sid.is_some()).unwrap();
        let told = bench.app.received("/amd");
        assert_eq!(told.len(), 1, "{case}");
        assert_eq!(told[0].param("CallSid"), child.sid, "{case}");
        assert_eq!(told[0].param("AnsweredBy"), answered_by, "{case}");
        assert_eq!(
            told[0].param("MachineDetectionDuration"),
            after_ms.to_string(),
            "{case}"
        );
        let method = if more.contains("GET") { "GET" } else { "POST" };
        assert_eq!(told[0].method, method, "{case}");
        let ended = &bench.app.received("/child")[0];
        assert_eq!(ended.param("AnsweredBy"), answered_by, "{case}");
        assert_eq!(child.answered_by.as_deref(), Some(answered_by), "{case}");
        assert_eq!(parent.answered_by, None, "{case}");
        // They do not wait for the verdict.
        let answered_at = child
            .history
            .iter()
            .find(|change| change.status == CallStatus::InProgress);
        let wait = child.heard.last().unwrap().at - answered_at.unwrap().at;
        assert!(wait.whole_milliseconds() < 1_000, "{case}: {wait}");
    }
}

#[tokio::test]
async fn a_client_and_a_dial_without_the_attribute_detect_nothing() {
    for verbs in [
        "<Number amdStatusCallback=\"/amd\">+15550100408</Number>",
        "<Number machineDetection=\"Maybe\" amdStatusCallback=\"/amd\">+15550100408</Number>",
        "<Client machineDetection=\"Enable\" amdStatusCallback=\"/amd\">jenny</Client>",
    ] {
        let bench = Bench::fast().await;
        let verbs = format!("<Dial timeLimit=\"20\">{verbs}</Dial>");
        bench.app.twiml("/voice", &verbs);
        bench.whole_call("+15550100001").await;
        assert!(bench.app.received("/amd").is_empty(), "{verbs}");
        assert!(
            bench
                .sim
                .calls()
                .iter()
                .all(|call| call.answered_by.is_none()),
            "{verbs}"
        );
    }
}

#[tokio::test]
async fn an_asynchronous_verdict_that_nobody_hears_is_a_warning_and_kept_in_the_resource() {
    let bench = Bench::fast().await;
    bench.app.twiml("/voice", "<Pause length=\"20\"/>");
    let more = [("MachineDetection", "Enable"), ("AsyncAmd", "true")];
    let sid = bench.call_with("+15550100042", &more).await;
    bench.sim.run_until_idle().await;
    assert_eq!(bench.alert_codes(), [21262]);
    let call = bench.sim.call(&sid).unwrap();
    assert_eq!(call.answered_by.as_deref(), Some("human"));
}

#[tokio::test]
async fn a_call_that_ends_before_the_verdict_has_none() {
    let bench = Bench::fast().await;
    bench.app.twiml("/voice", "<Say>Hello</Say>");
    let url = bench.app.at("/amd");
    let more = [
        ("MachineDetection", "Enable"),
        ("AsyncAmd", "true"),
        ("AsyncAmdStatusCallback", url.as_str()),
    ];
    let sid = bench.call_with("+15550100042", &more).await;
    let quick = bench
        .call_with("+15550100801", &[("MachineDetection", "Enable")])
        .await;
    bench.sim.run_until_idle().await;
    assert_eq!(bench.sim.call(&sid).unwrap().answered_by, None);
    assert!(bench.app.received("/amd").is_empty());
    let quick = bench.sim.call(&quick).unwrap();
    assert_eq!((quick.answered_by, quick.documents.len()), (None, 0));
}

#[tokio::test]
async fn digits_sent_after_the_answer_switch_detection_off() {
    let bench = Bench::fast().await;
    bench.app.twiml("/voice", "<Say>Hello</Say>");
    let more = [("MachineDetection", "Enable"), ("SendDigits", "1")];
    let sid = bench.call_with("+15550100042", &more).await;
    bench.sim.run_until_idle().await;
    assert_eq!(bench.sim.call(&sid).unwrap().answered_by, None);
}

#[tokio::test]
async fn wrong_values_are_refused() {
    let bench = Bench::fast().await;
    let voice = bench.app.at("/voice");
    for (name, value, code) in [
        ("MachineDetection", "Yes", 21234),
        ("MachineDetectionTimeout", "2", 21234),
        ("MachineDetectionTimeout", "60", 21234),
        ("MachineDetectionSpeechThreshold", "999", 21234),
        ("MachineDetectionSpeechEndThreshold", "5001", 21234),
        ("MachineDetectionSilenceTimeout", "x", 21234),
        ("AsyncAmd", "maybe", 21234),
        ("AsyncAmdStatusCallback", "nowhere", 21205),
        ("AsyncAmdStatusCallbackMethod", "PUT", 21209),
    ] {
        let mut form = vec![
            ("To", "+15550100042"),
            ("From", FROM),
            ("Url", voice.as_str()),
            ("MachineDetection", "Enable"),
            ("AsyncAmd", "true"),
        ];
        form.retain(|(other, _)| *other != name);
        form.push((name, value));
        let request = bench.post("Calls.json", &form);
        assert_eq!(bench.error_of(request).await, (400, code), "{name}={value}");
    }
}

#[tokio::test]
async fn a_voicemail_records_what_is_said_after_its_greeting_and_presses_nothing() {
    let bench = Bench::fast().await;
    bench.app.twiml(
        "/voice",
        "<Say>Too early</Say><Gather timeout=\"10\"><Say>Press 1</Say></Gather><Say>Please call back</Say>",
    );
    bench.sim.set_behaviour(
        "+15550100042",
        Behaviour::Voicemail {
            greeting_seconds: 5,
            end: GreetingEnd::Other,
        },
    );
    let call = bench.whole_call("+15550100042").await;
    assert_eq!(call.said(), ["Too early", "Press 1", "Please call back"]);
    assert_eq!(call.left_on_voicemail(), ["Please call back"]);
    assert_eq!(call.keys_pressed, "");
    let person = bench.whole_call("+15550100043").await;
    assert!(person.left_on_voicemail().is_empty());
}
