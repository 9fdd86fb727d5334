//! Dial: further callees, and what the caller, the callees and the service are told.

use serde_json::Value;
use twilio_sim::{Behaviour, CallReport, CallStatus, HeardKind};

use crate::app::{Bench, FROM};

const CALLER: &str = "+15550100042";
const TALKS_7: &str = "+15550100107";
const BUSY: &str = "+15550100004";
const NEVER_ANSWERS: &str = "+15550100005";

fn children(bench: &Bench, parent: &CallReport) -> Vec<CallReport> {
    let mut calls = bench.sim.calls();
    calls.retain(|call| call.parent_sid.as_ref() == Some(&parent.sid));
    calls
}

fn bridged_ms(call: &CallReport) -> Vec<u64> {
    let mut bridged = Vec::new();
    for heard in &call.heard {
        if let HeardKind::Bridged { duration_ms, .. } = &heard.kind {
            bridged.push(*duration_ms);
        }
    }
    bridged
}

#[tokio::test]
async fn a_plain_number_is_rung_and_talks_until_it_has_said_its_words() {
    let bench = Bench::fast().await;
    bench.app.twiml(
        "/voice",
        &format!("<Dial action=\"/dialled\">{TALKS_7}</Dial><Say>never</Say>"),
    );
    bench.app.twiml("/dialled", "<Say>Goodbye</Say>");
    let parent = bench.whole_call(CALLER).await;
    let child = &children(&bench, &parent)[0];
    assert_eq!((&*child.to, &*child.from), (TALKS_7, FROM));
    assert_eq!(
        child.statuses()[1..],
        [
            CallStatus::Initiated,
            CallStatus::Ringing,
            CallStatus::InProgress,
            CallStatus::Completed
        ]
    );
    assert_eq!(
        (bridged_ms(&parent), bridged_ms(child)),
        (vec![7000], vec![7000])
    );
    let HeardKind::Bridged {
        call_sid, words, ..
    } = &parent.heard[0].kind
    else {
        panic!("not connected: {parent:?}")
    };
    assert_eq!(call_sid, &child.sid);
    assert_eq!(words.as_deref(), Some(twilio_sim::DEFAULT_PHRASE));
    assert_eq!(parent.said(), ["Goodbye"]);
    let action = &bench.app.received("/dialled")[0];
    assert_eq!(action.param("DialCallStatus"), "completed");
    assert_eq!(action.param("DialCallSid"), child.sid);
    assert_eq!(action.param("DialCallDuration"), "7");
    assert_eq!(action.param("DialBridged"), "true");
    assert_eq!(action.param("CallStatus"), "in-progress");
}

#[tokio::test]
async fn without_an_action_the_next_verb_follows_whatever_came_of_dialling() {
    let bench = Bench::fast().await;
    bench.app.twiml(
        "/voice",
        &format!("<Dial>{BUSY}</Dial><Dial>{TALKS_7}</Dial><Say>Next</Say>"),
    );
    let parent = bench.whole_call(CALLER).await;
    assert_eq!(parent.said(), ["Next"]);
    let statuses: Vec<CallStatus> = children(&bench, &parent)
        .iter()
        .map(|child| child.status)
        .collect();
    assert_eq!(statuses, [CallStatus::Busy, CallStatus::Completed]);
}

#[tokio::test]
async fn what_nobody_answers_is_told_to_the_action() {
    let cases = [
        (BUSY, "busy"),
        (NEVER_ANSWERS, "no-answer"),
        ("+15550103404", "failed"),
    ];
    for (number, status) in cases {
        let bench = Bench::fast().await;
        let verbs = format!("<Dial action=\"/dialled\" timeout=\"12\">{number}</Dial>");
        bench.app.twiml("/voice", &verbs);
        bench.app.twiml("/dialled", "<Hangup/>");
        let parent = bench.whole_call(CALLER).await;
        let action = &bench.app.received("/dialled")[0];
        assert_eq!(action.param("DialCallStatus"), status);
        assert_eq!(action.param("DialBridged"), "false");
        assert_eq!(action.param("DialCallDuration"), "0");
        assert!(bridged_ms(&parent).is_empty());
        if status == "no-answer" {
            let child = &children(&bench, &parent)[0];
            let rang = child.history[3].at - child.history[2].at;
            assert_eq!(rang.whole_seconds(), 12);
        }
    }
}

#[tokio::test]
async fn of_several_numbers_the_first_to_answer_is_connected_and_the_others_are_canceled() {
    let bench = Bench::fast().await;
    bench.app.twiml(
        "/voice",
        &format!(
            "<Dial action=\"/dialled\"><Number>+15550100209</Number><Number>{BUSY}</Number>\
             <Number>+1 (555) 010-0202</Number><Client>joe</Client><Sip>sip:amy@example.com?X-a=b</Sip></Dial>"
        ),
    );
    bench.sim.set_behaviour("client:joe", Behaviour::NoAnswer);
    bench
        .sim
        .set_behaviour("sip:amy@example.com", Behaviour::Fails { sip_code: 503 });
    bench.app.twiml("/dialled", "<Hangup/>");
    let parent = bench.whole_call(CALLER).await;
    let children = children(&bench, &parent);
    let statuses: Vec<CallStatus> = children.iter().map(|child| child.status).collect();
    assert_eq!(
        statuses,
        [
            CallStatus::Canceled,
            CallStatus::Busy,
            CallStatus::Completed,
            CallStatus::Canceled,
            CallStatus::Failed
        ]
    );
    assert_eq!(
        bench.app.received("/dialled")[0].param("DialCallSid"),
        children[2].sid
    );
}

#[tokio::test]
async fn sequential_numbers_ring_one_after_the_other() {
    let bench = Bench::fast().await;
    bench.app.twiml(
        "/voice",
        &format!(
            "<Dial sequential=\"true\" timeout=\"10\"><Number>{NEVER_ANSWERS}</Number><Number>{BUSY}</Number>\
             <Number>{TALKS_7}</Number><Number>+15550100108</Number></Dial>"
        ),
    );
    let parent = bench.whole_call(CALLER).await;
    let children = children(&bench, &parent);
    assert_eq!(
        children.len(),
        3,
        "nobody is rung after the one who answered"
    );
    for pair in children.windows(2) {
        assert_eq!(pair[0].history.last().unwrap().at, pair[1].created_at);
    }
}

#[tokio::test]
async fn a_callee_hears_its_own_document_before_it_is_connected_and_may_refuse() {
    let bench = Bench::fast().await;
    bench.app.twiml(
        "/voice",
        "<Dial action=\"/dialled\"><Number url=\"/whisper\">+15550100701</Number></Dial>",
    );
    bench.app.twiml(
        "/whisper",
        "<Dial>+15550100042</Dial><Record/><Gather numDigits=\"1\" action=\"/choice\"><Say>Take it?</Say></Gather>",
    );
    bench.app.twiml("/choice", "<Say>Good</Say>");
    bench.app.twiml("/choice", "<Hangup/>");
    bench.app.twiml("/dialled", "<Hangup/>");
    let parent = bench.whole_call(CALLER).await;
    let child = &children(&bench, &parent)[0];
    assert_eq!(child.said(), ["Take it?", "Good"]);
    let whisper = &bench.app.received("/whisper")[0];
    assert_eq!(whisper.param("ParentCallSid"), parent.sid);
    assert_eq!(whisper.param("Direction"), "outbound-dial");
    assert_eq!(whisper.param("CallSid"), child.sid);
    assert_eq!(bench.alert_codes(), [13201, 12200]);
    assert_eq!(bridged_ms(&parent).len(), 1);

    let refused = bench.whole_call("+15550100043").await;
    assert!(bridged_ms(&refused).is_empty());
    let action = &bench.app.received("/dialled")[1];
    assert_eq!(action.param("DialBridged"), "false");
    assert_eq!(action.param("DialCallStatus"), "completed");
}

#[tokio::test]
async fn the_first_whose_document_has_ended_is_connected_not_the_first_to_pick_up() {
    let bench = Bench::fast().await;
    bench.app.twiml(
        "/voice",
        "<Dial><Number url=\"/long\">+15550100201</Number><Number>+15550100203</Number></Dial>",
    );
    bench.app.twiml("/long", "<Pause length=\"10\"/>");
    let parent = bench.whole_call(CALLER).await;
    let children = children(&bench, &parent);
    assert!(bridged_ms(&children[0]).is_empty());
    assert_eq!(children[0].status, CallStatus::Completed);
    assert_eq!(bridged_ms(&children[1]), [3000]);
}

#[tokio::test]
async fn status_callbacks_of_a_callee_carry_its_parent() {
    let bench = Bench::fast().await;
    bench.app.twiml(
        "/voice",
        "<Dial><Number statusCallback=\"/child\" statusCallbackEvent=\"initiated ringing answered completed\">\
         +15550100042</Number></Dial>",
    );
    let parent = bench.whole_call("+15550100043").await;
    let events = bench.app.received("/child");
    let seen: Vec<(&str, &str)> = events
        .iter()
        .map(|event| (event.param("CallStatus"), event.param("SequenceNumber")))
        .collect();
    assert_eq!(
        seen,
        [
            ("initiated", "0"),
            ("ringing", "1"),
            ("in-progress", "2"),
            ("completed", "3")
        ]
    );
    for event in &events {
        assert_eq!(event.param("ParentCallSid"), parent.sid);
        assert_eq!(event.param("Direction"), "outbound-dial");
    }
    assert_eq!(events[3].param("CallDuration"), "3");
}

#[tokio::test]
async fn the_rest_api_lists_children_by_their_parent() {
    let bench = Bench::fast().await;
    bench.app.twiml(
        "/voice",
        "<Dial callerId=\"+15550100042\">+15550100107</Dial>",
    );
    let parent = bench.whole_call(CALLER).await;
    let list = bench.get(&format!("Calls.json?ParentCallSid={}", parent.sid));
    let body: Value = list.send().await.unwrap().json().await.unwrap();
    let calls = body["calls"].as_array().unwrap();
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0]["parent_call_sid"], parent.sid);
    assert_eq!(calls[0]["direction"], "outbound-dial");
    assert_eq!(
        calls[0]["from"], CALLER,
        "the parent's own number may be shown"
    );
    assert!(bench.alert_codes().is_empty());
}

#[tokio::test]
async fn numbers_and_caller_ids_that_cannot_be_are_alerts() {
    let bench = Bench::fast().await;
    bench.app.twiml(
        "/voice",
        "<Dial callerId=\"+4930123\" action=\"/dialled\"><Number>12</Number><Number>+15005550001</Number>\
         <Number>+15005550003</Number><Number>+15005550004</Number><Sip>amy</Sip></Dial>",
    );
    bench.app.twiml("/dialled", "<Hangup/>");
    let parent = bench.whole_call(CALLER).await;
    assert_eq!(
        bench.alert_codes(),
        [13223, 13223, 13214, 13224, 13227, 13225]
    );
    assert!(children(&bench, &parent).is_empty());
    let action = &bench.app.received("/dialled")[0];
    assert_eq!(action.param("DialCallStatus"), "failed");
    assert!(action.params.iter().all(|(name, _)| name != "DialCallSid"));
}

#[tokio::test]
async fn the_caller_who_hangs_up_ends_the_callee_and_the_action_is_told() {
    let bench = Bench::fast().await;
    bench.app.twiml(
        "/voice",
        "<Dial action=\"/dialled\">+15550100199</Dial><Say>never</Say>",
    );
    let parent = bench.whole_call("+15550100810").await;
    let child = &children(&bench, &parent)[0];
    assert_eq!(parent.duration_seconds, Some(10));
    // Two and a half seconds pass until the callee answers.
    assert_eq!(bridged_ms(child), [7500]);
    assert_eq!(child.status, CallStatus::Completed);
    let action = &bench.app.received("/dialled")[0];
    assert_eq!(action.param("CallStatus"), "completed");
    assert_eq!(action.param("DialCallStatus"), "completed");

    let early = bench.whole_call("+15550100801").await;
    assert_eq!(children(&bench, &early)[0].status, CallStatus::Canceled);
    assert_eq!(
        bench.app.received("/dialled")[1].param("DialCallStatus"),
        "canceled"
    );
}

#[tokio::test]
async fn the_time_limit_ends_the_talk_and_star_leaves_it() {
    let bench = Bench::fast().await;
    bench.app.twiml(
        "/voice",
        "<Dial timeLimit=\"20\">+15550100001</Dial><Dial hangupOnStar=\"true\">+15550100001</Dial><Say>Over</Say>",
    );
    let parent = bench.whole_call("+15550100711").await;
    assert_eq!(bridged_ms(&parent), [20_000, 1000]);
    assert_eq!(parent.keys_pressed, "*");
    assert_eq!(parent.said(), ["Over"]);
}

#[tokio::test]
async fn the_rest_api_ends_or_redirects_either_side() {
    let bench = Bench::start(twilio_sim::SimulatorConfig::stepped()).await;
    bench
        .app
        .twiml("/voice", "<Dial>+15550100001</Dial><Say>After</Say>");
    bench.app.twiml("/other", "<Say>Elsewhere</Say>");
    let other = bench.app.at("/other");
    let redirect = [("Url", other.as_str())];
    let end = [("Status", "completed")];
    // Which side, what is asked, and what the parent and the child hear from then on.
    let cases = [
        (true, &redirect, Some("Elsewhere"), None),
        (true, &end, None, None),
        (false, &redirect, Some("After"), Some("Elsewhere")),
        (false, &end, Some("After"), None),
    ];
    for (is_parent, change, parent_hears, child_hears) in cases {
        let sid = bench.call(CALLER).await;
        bench
            .sim
            .clock()
            .advance(std::time::Duration::from_secs(10))
            .await;
        let parent = bench.sim.call(&sid).unwrap();
        let child = children(&bench, &parent).remove(0);
        assert_eq!(child.status, CallStatus::InProgress);
        let changed = if is_parent { &sid } else { &child.sid };
        let path = format!("Calls/{changed}.json");
        let response = bench.post(&path, change).send().await.unwrap();
        assert_eq!(response.status(), 200);
        bench
            .sim
            .clock()
            .advance(std::time::Duration::from_secs(10))
            .await;
        let (parent, child) = (
            bench.sim.call(&sid).unwrap(),
            bench.sim.call(&child.sid).unwrap(),
        );
        assert_eq!(parent.said(), Vec::from_iter(parent_hears));
        assert_eq!(child.said(), Vec::from_iter(child_hears));
        assert!(parent.status == CallStatus::Completed && child.status == CallStatus::Completed);
    }
}

#[tokio::test]
async fn a_conversation_is_recorded_from_the_answer_or_from_the_ringing() {
    for (record, channels, seconds) in [
        ("record-from-answer", "1", "7"),
        ("record-from-ringing-dual", "2", "10"),
    ] {
        let bench = Bench::fast().await;
        bench.app.twiml(
            "/voice",
            &format!(
                "<Dial record=\"{record}\" recordingStatusCallback=\"/recorded\" action=\"/dialled\">{TALKS_7}</Dial>"
            ),
        );
        bench.app.twiml("/dialled", "<Hangup/>");
        let parent = bench.whole_call(CALLER).await;
        let dialled = &bench.app.received("/dialled")[0];
        let recorded = &bench.app.received("/recorded")[0];
        assert_eq!(recorded.param("RecordingSource"), "DialVerb");
        assert_eq!(recorded.param("RecordingChannels"), channels);
        assert_eq!(recorded.param("RecordingDuration"), seconds);
        assert_eq!(recorded.param("CallSid"), parent.sid);
        assert_eq!(
            dialled.param("RecordingSid"),
            recorded.param("RecordingSid")
        );
        assert_eq!(
            dialled.param("RecordingUrl"),
            recorded.param("RecordingUrl")
        );
    }
}
