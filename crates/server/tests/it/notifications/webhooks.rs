//! The webhooks of notifications, one by one, as Twilio and others ask them.

use serde_json::{Value, json};

use super::{
    ALREADY, LISTENS, NOT_ACKNOWLEDGED, PRESSES_1, PROMPT, THANKS, UNKNOWN, assert_stands, notify,
    shown, start, steps,
};
use crate::support::{Answer, CONNECTION_OVERRIDES, TestAtlas};

const NOBODY: &str = "6f2cbf1c-53d2-4e4b-9d8c-2d6f2f6f0a11";
const NO_SID: &str = "CA0123456789abcdef0123456789abcdef";
const ROUTES: [&str; 5] = ["twiml", "gather", "amd", "machine", "status"];

/// An Atlas with one notification, whose phone rings, and its SID.
async fn ringing() -> (TestAtlas, String, String) {
    let atlas = start().await;
    let id = notify(&atlas, LISTENS).await;
    let sid = atlas.sim.calls()[0].sid.clone();
    (atlas, id, sid)
}

async fn call_back(atlas: &TestAtlas, path: &str, form: &[(&str, &str)]) -> Answer {
    let path = format!("/notifications/call/{path}");
    atlas.callback(&path, form).send().await
}

/// The words of a document, in order.
#[track_caller]
fn words(answer: &Answer) -> Vec<String> {
    answer.expect_xml();
    let text = answer.text();
    let document = roxmltree::Document::parse(&text).unwrap();
    let says = document
        .descendants()
        .filter(|node| node.has_tag_name("Say"))
        .map(|node| node.text().unwrap().to_owned());
    let says = says.collect();
    let last = document.root_element().last_element_child().unwrap();
    assert!(last.has_tag_name("Hangup"), "{text}");
    says
}

impl Answer {
    #[track_caller]
    fn expect_xml(&self) {
        assert_eq!(self.status.as_u16(), 200, "{}", self.text());
        assert_eq!(
            self.header("content-type"),
            Some("application/xml; charset=utf-8")
        );
    }
}

#[tokio::test]
async fn the_document_that_somebody_hears_is_this_one() {
    let (atlas, id, sid) = ringing().await;
    let form = [("CallSid", sid.as_str())];
    let answer = call_back(&atlas, &format!("twiml?call_id={id}&dial=1"), &form).await;
    answer.expect_xml();
    let base = &atlas.public_url;
    let gather = |ask: u32| {
        let named = format!("call_id={id}&amp;dial=1&amp;ask={ask}");
        let overrides = CONNECTION_OVERRIDES.replace('&', "&amp;");
        format!(
            "<Gather action=\"{base}/notifications/call/gather?{named}{overrides}\" \
             method=\"POST\" timeout=\"10\" numDigits=\"1\"><Say voice=\"alice\" \
             language=\"en-US\">{PROMPT}</Say></Gather>"
        )
    };
    let (first, second) = (gather(1), gather(2));
    assert_eq!(
        answer.text(),
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response>{first}{second}<Say \
             voice=\"alice\" language=\"en-US\">{NOT_ACKNOWLEDGED}</Say><Hangup/></Response>"
        )
    );
    let again = call_back(&atlas, &format!("twiml?call_id={id}&dial=1"), &form).await;
    assert_eq!(
        again.text(),
        answer.text(),
        "the same request, the same document"
    );
    atlas.finish(1).await;
}

#[tokio::test]
async fn the_same_press_gets_the_same_thanks_and_nobody_else_does() {
    let (atlas, id, sid) = ringing().await;
    let path = format!("gather?call_id={id}&dial=1&ask=1");
    let form = [("CallSid", sid.as_str()), ("Digits", "1")];
    let first = call_back(&atlas, &path, &form).await;
    assert_eq!(words(&first), [THANKS]);
    let before = shown(&atlas, &id).await;
    for ask in ["ask=1", "ask=2", "confirm=1"] {
        let path = format!("gather?call_id={id}&dial=1&{ask}");
        let again = call_back(&atlas, &path, &form).await;
        assert_eq!(again.text(), first.text());
    }
    assert_eq!(shown(&atlas, &id).await, before, "and nothing changes");
    let twiml = call_back(
        &atlas,
        &format!("twiml?call_id={id}&dial=1"),
        &[("CallSid", sid.as_str())],
    )
    .await;
    assert_eq!(words(&twiml), [ALREADY]);
    atlas.finish(1).await;
}

#[tokio::test]
async fn nothing_happens_for_a_request_whose_signature_does_not_verify() {
    let (atlas, id, sid) = ringing().await;
    let before = shown(&atlas, &id).await;
    let form = [
        ("CallSid", sid.as_str()),
        ("Digits", "1"),
        ("AnsweredBy", "machine_start"),
        ("CallStatus", "busy"),
        ("SequenceNumber", "7"),
    ];
    for route in ROUTES {
        let path = format!("/notifications/call/{route}?call_id={id}&dial=1");
        let signed = atlas.callback(&path, &form);
        let forged = [
            signed.clone().signed_as(None),
            signed
                .clone()
                .signed_as(Some("AAAAAAAAAAAAAAAAAAAAAAAAAAA=")),
            signed
                .clone()
                .with_body(&format!("CallSid={sid}&Digits=11")),
            signed.clone().at_path(&format!("{path}&confirm=1")),
            signed
                .clone()
                .at_path(&format!("{path}&pressed=1&at=0&tries=1")),
        ];
        for callback in forged {
            callback
                .send()
                .await
                .expect_problem(403, "invalid_signature");
        }
    }
    assert_eq!(shown(&atlas, &id).await, before);
    let changed = atlas.sim.requests().into_iter().skip(1);
    assert_eq!(changed.count(), 0, "Twilio was asked for nothing");
    atlas.finish(1).await;
}

#[tokio::test]
async fn a_press_does_nothing_to_another_call_or_dial() {
    let atlas = start().await;
    let (one, other) = (notify(&atlas, LISTENS).await, notify(&atlas, LISTENS).await);
    let call = atlas.client.place(&crate::support::outbound(LISTENS)).await;
    atlas.advance(5).await;
    let sids: Vec<String> = atlas.sim.calls().into_iter().map(|leg| leg.sid).collect();
    let press = async |query: &str, sid: &str| {
        let form = [("CallSid", sid), ("Digits", "1")];
        call_back(&atlas, &format!("gather?{query}&ask=1"), &form).await
    };
    // The leg of another notification, of a call, of nobody; a dial that there is not.
    for (query, sid) in [
        (format!("call_id={one}&dial=1"), sids[1].as_str()),
        (format!("call_id={one}&dial=1"), sids[2].as_str()),
        (format!("call_id={one}&dial=1"), NO_SID),
        (format!("call_id={one}&dial=2"), sids[0].as_str()),
        (format!("call_id={one}&dial=2"), NO_SID),
    ] {
        let answer = press(&query, sid).await;
        assert!(
            words(&answer).is_empty(),
            "{query} {sid}: {}",
            answer.text()
        );
    }
    // No notification at all.
    for query in [
        format!("call_id={NOBODY}&dial=1"),
        format!("call_id={call}&dial=1"),
        format!("call_id={one}"),
        "dial=1".to_owned(),
        "x=1".to_owned(),
    ] {
        for sid in [sids[0].as_str(), "x"] {
            let answer = press(&query, sid).await;
            assert_eq!(words(&answer), [UNKNOWN], "{query} {sid}");
        }
    }
    for id in [&one, &other] {
        let stored = shown(&atlas, id).await;
        assert_stands(&stored, "answered", false);
        assert!(!steps(&stored).contains(&"key_pressed"), "{stored}");
    }
    atlas.finish(3).await;
}

#[tokio::test]
async fn keys_that_no_phone_has_are_wrong_keys() {
    let (atlas, id, sid) = ringing().await;
    let asked = [PROMPT, NOT_ACKNOWLEDGED];
    for digits in ["", "x", "1 ", " 1", "１", "1;", "<1>", "11", "*", "1\n"] {
        let path = format!("gather?call_id={id}&dial=1&ask=1");
        let form = [("CallSid", sid.as_str()), ("Digits", digits)];
        assert_eq!(
            words(&call_back(&atlas, &path, &form).await),
            asked,
            "{digits:?}"
        );
    }
    let path = format!("gather?call_id={id}&dial=1");
    let no_digits = [("CallSid", sid.as_str())];
    assert_eq!(words(&call_back(&atlas, &path, &no_digits).await), asked);
    // As many prompts as are left, whatever the URL says.
    for (ask, left) in [("0", 2), ("1", 1), ("2", 0), ("99", 0), ("-1", 1), ("x", 1)] {
        let path = format!("gather?call_id={id}&dial=1&ask={ask}");
        let form = [("CallSid", sid.as_str()), ("Digits", "5")];
        let heard = words(&call_back(&atlas, &path, &form).await);
        assert_eq!(heard.len(), left + 1, "{ask}: {heard:?}");
    }
    assert!(!shown(&atlas, &id).await["acknowledged"].as_bool().unwrap());
    atlas.finish(1).await;
}

#[tokio::test]
async fn the_words_of_a_notification_that_nobody_knows_say_so() {
    let (atlas, _, sid) = ringing().await;
    for path in ["twiml", "machine"] {
        for (query, call_sid) in [
            (format!("?call_id={NOBODY}&dial=1"), NO_SID),
            (String::new(), NO_SID),
            (String::new(), "x"),
        ] {
            let form = [("CallSid", call_sid)];
            let answer = call_back(&atlas, &format!("{path}{query}"), &form).await;
            assert_eq!(words(&answer), [UNKNOWN], "{path}{query}");
        }
    }
    let by_sid = call_back(&atlas, "twiml", &[("CallSid", sid.as_str())]).await;
    assert_eq!(words(&by_sid), [PROMPT, PROMPT, NOT_ACKNOWLEDGED]);
    atlas.finish(1).await;
}

#[tokio::test]
async fn one_verdict_counts_for_each_dial_and_the_answer_is_always_200() {
    let (atlas, id, sid) = ringing().await;
    let received = |sid: Option<&str>| json!({"status": "received", "call_sid": sid});
    let path = format!("amd?call_id={id}&dial=1");
    for (form, expected) in [
        (vec![("CallSid", sid.as_str())], None),
        (
            vec![("CallSid", sid.as_str()), ("AnsweredBy", "martian")],
            None,
        ),
        (vec![("CallSid", "x"), ("AnsweredBy", "human")], None),
        (vec![("AnsweredBy", "human")], None),
        (
            vec![("CallSid", NO_SID), ("AnsweredBy", "human")],
            Some(NO_SID),
        ),
        (
            vec![("CallSid", sid.as_str()), ("AnsweredBy", "unknown")],
            Some(sid.as_str()),
        ),
        (
            vec![("CallSid", sid.as_str()), ("AnsweredBy", "machine_start")],
            Some(sid.as_str()),
        ),
    ] {
        let answer = call_back(&atlas, &path, &form).await;
        assert_eq!(answer.expect(200), received(expected), "{form:?}");
    }
    let stored = shown(&atlas, &id).await;
    assert_eq!(stored["dials"][0]["answered_by"], "unknown", "the first");
    let unknown = format!("amd?call_id={NOBODY}&dial=1");
    let form = [("CallSid", NO_SID), ("AnsweredBy", "human")];
    let answer = call_back(&atlas, &unknown, &form).await;
    assert_eq!(answer.expect(200), received(Some(NO_SID)));
    atlas.finish(1).await;
}

#[tokio::test]
async fn a_status_update_is_folded_like_any_other() {
    let (atlas, id, sid) = ringing().await;
    let path = format!("status?call_id={id}&dial=1");
    let update = |status: &'static str, number: &'static str| {
        [
            ("CallSid", sid.as_str()),
            ("CallStatus", status),
            ("SequenceNumber", number),
        ]
    };
    for (status, number) in [("busy", "2"), ("ringing", "1"), ("busy", "2")] {
        let answer = call_back(&atlas, &path, &update(status, number)).await;
        assert_eq!(
            answer.expect(200),
            json!({"status": "received", "call_sid": sid})
        );
    }
    let call = atlas.client.call(&id).await;
    assert_eq!(call["status"], "busy");
    assert_eq!(call["attempt_count"], 2, "a repetition appends nothing");
    assert_stands(&shown(&atlas, &id).await, "not_reached", true);
    for form in [vec![], vec![("CallSid", "x")], vec![("CallSid", NO_SID)]] {
        let answer = call_back(&atlas, &path, &form).await;
        let told = answer.expect(200);
        assert_eq!(told, json!({"status": "received", "call_sid": Value::Null}));
    }
    atlas.finish(1).await;
}

#[tokio::test]
async fn who_presses_first_wins() {
    let atlas = start().await;
    let id = notify(&atlas, "+15550100004").await;
    atlas.advance(20).await;
    let retry = format!("/calls/{id}/retry");
    atlas.client.post_empty(&retry).await.expect(201);
    atlas
        .sim
        .set_behaviour("+15550100004", twilio_sim::Behaviour::default());
    let sids: Vec<String> = atlas.sim.calls().into_iter().map(|leg| leg.sid).collect();
    // The first dial was busy; its press comes late all the same.
    for (dial, expected) in [(2, THANKS), (1, ALREADY), (2, THANKS)] {
        let path = format!("gather?call_id={id}&dial={dial}&ask=1");
        let form = [("CallSid", sids[dial - 1].as_str()), ("Digits", "1")];
        let answer = call_back(&atlas, &path, &form).await;
        assert_eq!(words(&answer), [expected], "{dial}");
    }
    let stored = shown(&atlas, &id).await;
    assert_eq!(stored["acknowledged_by"]["dial_no"], 2);
    let other = notify(&atlas, PRESSES_1).await;
    assert_ne!(other, id);
    atlas.finish(3).await;
}
