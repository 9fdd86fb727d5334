//! Text messages: sent over the REST API, received from simulated people, refused.

use serde_json::{Value, json};
use twilio_sim::{DeliveryKind, MessageStatus, SendMessageError, SimulatorConfig};

use crate::app::{Bench, FROM};

const PERSON: &str = "+15550100042";

async fn body(request: reqwest::RequestBuilder) -> Value {
    request.send().await.unwrap().json().await.unwrap()
}

async fn send(bench: &Bench, to: &str, more: &[(&str, &str)]) -> Value {
    let status = bench.app.at("/message-status");
    let mut form = vec![
        ("To", to),
        ("From", FROM),
        ("Body", "Hello"),
        ("StatusCallback", &status),
    ];
    form.retain(|(name, _)| !more.iter().any(|(other, _)| other == name));
    form.extend(more.iter().copied().filter(|(_, value)| !value.is_empty()));
    let answer = bench.post("Messages.json", &form).send().await.unwrap();
    assert_eq!(answer.status(), 201);
    answer.json().await.unwrap()
}

fn posted(bench: &Bench) -> Vec<String> {
    bench
        .app
        .received("/message-status")
        .iter()
        .map(|request| request.param("MessageStatus").to_owned())
        .collect()
}

#[tokio::test]
async fn a_message_is_sent_and_delivered_and_each_step_is_posted_signed() {
    let bench = Bench::fast().await;
    let message = send(&bench, PERSON, &[]).await;
    assert_eq!(message["status"], "queued");
    assert_eq!(message["num_segments"], "1");
    assert_eq!(message["date_sent"], Value::Null);
    let sid = message["sid"].as_str().unwrap();
    assert!(sid.starts_with("SM"));
    bench.sim.run_until_idle().await;
    assert_eq!(posted(&bench), ["sending", "sent", "delivered"]);
    let last = bench.app.received("/message-status").pop().unwrap();
    for (name, value) in [
        ("MessageSid", sid),
        ("SmsSid", sid),
        ("SmsStatus", "delivered"),
        ("To", PERSON),
        ("From", FROM),
        ("ApiVersion", "2010-04-01"),
    ] {
        assert_eq!(last.param(name), value);
    }
    assert_eq!(last.param("RawDlrDoneDate").len(), 10);
    assert!(last.headers.contains_key("x-twilio-signature"));
    assert!(last.params.iter().all(|(name, _)| name != "ErrorCode"));
    let fetched = body(bench.get(&format!("Messages/{sid}.json"))).await;
    assert_eq!(fetched["status"], "delivered");
    assert!(fetched["date_sent"].is_string());
    let report = &bench.sim.messages()[0];
    assert_eq!(report.body, "Hello");
    assert_eq!(report.status, MessageStatus::Delivered);
}

#[tokio::test]
async fn the_number_decides_whether_a_message_fails_and_why() {
    let bench = Bench::fast().await;
    for (to, statuses, code) in [
        ("+15550105003", ["sending", "sent", "undelivered"], 30003),
        ("+15550106007", ["sending", "failed", ""], 30007),
    ] {
        let before = posted(&bench).len();
        let message = send(&bench, to, &[]).await;
        bench.sim.run_until_idle().await;
        let expected: Vec<&str> = statuses
            .into_iter()
            .filter(|word| !word.is_empty())
            .collect();
        assert_eq!(posted(&bench)[before..], expected);
        let last = bench.app.received("/message-status").pop().unwrap();
        assert_eq!(last.param("ErrorCode"), code.to_string());
        let tail = format!("Messages/{}.json", message["sid"].as_str().unwrap());
        let fetched = body(bench.get(&tail)).await;
        assert_eq!(fetched["error_code"], code);
        assert!(fetched["error_message"].is_string());
    }
}

#[tokio::test]
async fn wrong_messages_are_refused_with_twilios_codes() {
    let bench = Bench::fast().await;
    let (long, long_url) = (
        "x".repeat(1601),
        format!("http://a.example/{}", "x".repeat(4000)),
    );
    let cases: [(&[(&str, &str)], u64); 26] = [
        (&[("To", ""), ("From", "")], 21604),
        (&[("To", "555"), ("Body", "")], 21211),
        (&[("To", "+15005550001")], 21211),
        (&[("To", "+15005550002")], 21612),
        (&[("To", "+15005550003")], 21408),
        (&[("To", "+15005550004")], 21610),
        (&[("To", "+15005550009")], 21614),
        (&[("From", "")], 21603),
        (&[("From", "me")], 21212),
        (&[("From", "+15005550001")], 21212),
        (&[("From", "+15005550007")], 21606),
        (&[("From", "+15005550008")], 21611),
        (&[("From", ""), ("MessagingServiceSid", "MG1")], 20001),
        (&[("Body", "")], 21602),
        (&[("Body", &long)], 21617),
        (&[("MediaUrl", "x.png")], 21620),
        (&[("StatusCallback", "nowhere")], 21609),
        (&[("StatusCallback", &long_url)], 21609),
        (&[("ValidityPeriod", "0")], 20001),
        (&[("ValidityPeriod", "36001")], 20001),
        (&[("SmartEncoded", "maybe")], 20001),
        (&[("ContentVariables", "{")], 20001),
        (&[("ApplicationSid", "AP1")], 21218),
        (&[("SendAt", "2030-01-01T00:00:00Z")], 20001),
        (
            &[
                ("SendAt", "2030-01-01T00:00:00Z"),
                ("ScheduleType", "fixed"),
            ],
            20001,
        ),
        (&[("ScheduleType", "soon")], 20001),
    ];
    for (changes, code) in cases {
        let mut form = vec![("To", PERSON), ("From", FROM), ("Body", "Hello")];
        form.retain(|(name, _)| !changes.iter().any(|(other, _)| other == name));
        form.extend_from_slice(changes);
        let request = bench.post("Messages.json", &form);
        assert_eq!(bench.error_of(request).await, (400, code), "{changes:?}");
    }
    assert!(bench.sim.messages().is_empty());
    let none = SimulatorConfig {
        from_numbers: Vec::new(),
        ..SimulatorConfig::fast()
    };
    let bench = Bench::start(none).await;
    let service = format!("MG{:032}", 7);
    let form = [
        ("To", PERSON),
        ("MessagingServiceSid", &service),
        ("Body", "x"),
    ];
    let request = bench.post("Messages.json", &form);
    assert_eq!(bench.error_of(request).await, (400, 21703));
}

#[tokio::test]
async fn messages_are_listed_filtered_redacted_and_deleted() {
    let bench = Bench::fast().await;
    let first = send(&bench, PERSON, &[]).await;
    let second = send(&bench, "+15550100043", &[]).await;
    let sid = first["sid"].as_str().unwrap();
    let tail = format!("Messages/{sid}.json");
    bench.sim.run_until_idle().await;
    let list = async |query: &str| -> Vec<Value> {
        let list = body(bench.get(&format!("Messages.json?{query}"))).await;
        let rows = list["messages"].as_array().unwrap();
        rows.iter().map(|row| row["sid"].clone()).collect()
    };
    assert_eq!(
        list("").await,
        [second["sid"].clone(), first["sid"].clone()]
    );
    assert_eq!(list("To=%2B15550100042").await, [first["sid"].clone()]);
    assert_eq!(list("From=%2B15550100042").await.len(), 0);
    assert_eq!(list("DateSent%3E=2020-01-01").await.len(), 2);
    assert_eq!(list("DateSent%3C=2020-01-01").await.len(), 0);
    let changed = bench.post(&tail, &[("Body", "another text")]);
    assert_eq!(bench.error_of(changed).await, (400, 20001));
    let redacted = body(bench.post(&tail, &[("Body", "")])).await;
    assert_eq!(redacted["body"], "");
    let canceled = bench.post(&tail, &[("Status", "canceled")]);
    assert_eq!(bench.error_of(canceled).await, (409, 20409));
    assert_eq!(bench.delete(&tail).send().await.unwrap().status(), 204);
    assert_eq!(bench.error_of(bench.get(&tail)).await, (404, 20404));
    assert_eq!(list("").await, [second["sid"].clone()]);
}

#[tokio::test]
async fn a_scheduled_message_waits_and_can_be_called_off() {
    let start_at = time::macros::datetime!(2030-01-01 00:00:00 UTC);
    let config = SimulatorConfig {
        start_at: Some(start_at),
        ..SimulatorConfig::stepped()
    };
    let bench = Bench::start(config).await;
    let service = format!("MG{:032}", 7);
    let scheduled = [
        ("From", ""),
        ("MessagingServiceSid", service.as_str()),
        ("SendAt", "2030-01-01T00:10:00Z"),
        ("ScheduleType", "fixed"),
    ];
    let kept = send(&bench, PERSON, &scheduled).await;
    let dropped = send(&bench, PERSON, &scheduled).await;
    assert_eq!(kept["status"], "scheduled");
    assert_eq!(kept["from"], Value::Null);
    assert_eq!(kept["num_segments"], "0", "a service counts when it sends");
    let minutes = |minutes: u64| std::time::Duration::from_secs(60 * minutes);
    bench.sim.clock().advance(minutes(5)).await;
    let tail = |message: &Value| format!("Messages/{}.json", message["sid"].as_str().unwrap());
    let unfinished = bench.delete(&tail(&kept));
    assert_eq!(bench.error_of(unfinished).await, (409, 20009));
    let unfinished = bench.post(&tail(&kept), &[("Body", "")]);
    assert_eq!(bench.error_of(unfinished).await, (409, 20409));
    let canceled = body(bench.post(&tail(&dropped), &[("Status", "canceled")])).await;
    assert_eq!(canceled["status"], "canceled");
    bench.sim.run_until_idle().await;
    assert_eq!(
        posted(&bench),
        ["canceled", "queued", "sending", "sent", "delivered"]
    );
    let sent = body(bench.get(&tail(&kept))).await;
    assert_eq!(sent["from"], FROM);
    assert_eq!(sent["messaging_service_sid"], *service);
    assert_eq!(sent["num_segments"], "1");
}

#[tokio::test]
async fn media_are_listed_fetched_and_deleted() {
    let bench = Bench::fast().await;
    let (one, two) = ("http://a.example/x.png", "http://a.example/y");
    let message = send(&bench, PERSON, &[("MediaUrl", one), ("MediaUrl", two)]).await;
    let sid = message["sid"].as_str().unwrap();
    assert!(sid.starts_with("MM"));
    assert_eq!(message["num_media"], "2");
    let tail = format!("Messages/{sid}/Media.json");
    let list = body(bench.get(&tail)).await;
    assert_eq!(list["media_list"].as_array().unwrap().len(), 2);
    let media = &list["media_list"][0];
    assert_eq!(media["content_type"], "image/png");
    assert_eq!(media["parent_sid"], *sid);
    let media_tail = format!("Messages/{sid}/Media/{}", media["sid"].as_str().unwrap());
    assert_eq!(body(bench.get(&format!("{media_tail}.json"))).await, *media);
    let careful = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    let content = careful
        .get(bench.resource(&media_tail))
        .basic_auth(
            &bench.sim.config().account_sid,
            Some(twilio_sim::DEFAULT_AUTH_TOKEN),
        )
        .send()
        .await
        .unwrap();
    assert_eq!(content.status(), 307);
    assert_eq!(content.headers()["location"], one);
    let deleted = bench.delete(&format!("{media_tail}.json"));
    assert_eq!(deleted.send().await.unwrap().status(), 204);
    let again = bench.delete(&format!("{media_tail}.json"));
    assert_eq!(bench.error_of(again).await, (404, 20404));
    let list = body(bench.get(&tail)).await;
    assert_eq!(list["media_list"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_person_writes_and_the_replies_in_the_answer_are_sent() {
    let bench = Bench::fast().await;
    bench
        .sim
        .set_message_webhook(&bench.app.at("/sms?x=1"))
        .unwrap();
    bench.app.twiml(
        "/sms",
        "<Message statusCallback=\"/message-status\">Hi there</Message><Message action=\"/next\"><Body>Look</Body><Media>/x.png</Media></Message>",
    );
    bench.app.twiml("/next", "<Redirect>/last</Redirect>");
    bench.app.answer("/last", 200, "text/plain", "Bye");
    let picture = "http://a.example/p.jpg";
    let sid = bench
        .sim
        .send_message(PERSON, FROM, "Hello", &[picture])
        .unwrap();
    bench.sim.run_until_idle().await;
    let asked = bench.app.received("/sms").pop().unwrap();
    for (name, value) in [
        ("MessageSid", sid.as_str()),
        ("SmsSid", &sid),
        ("SmsMessageSid", &sid),
        ("From", PERSON),
        ("To", FROM),
        ("Body", "Hello"),
        ("NumMedia", "1"),
        ("NumSegments", "1"),
        ("MediaContentType0", "image/jpeg"),
        ("SmsStatus", "received"),
    ] {
        assert_eq!(asked.param(name), value);
    }
    assert!(asked.param("MediaUrl0").starts_with(bench.sim.url()));
    assert!(asked.headers.contains_key("x-twilio-signature"));
    let messages = bench.sim.messages();
    let texts: Vec<&str> = messages.iter().map(|found| found.body.as_str()).collect();
    assert_eq!(texts, ["Hello", "Hi there", "Look", "Bye"]);
    assert!(messages[1..].iter().all(|found| found.to == PERSON));
    assert_eq!(messages[2].media_urls, [bench.app.at("/x.png")]);
    assert_eq!(posted(&bench), ["sending", "sent", "delivered"]);
    let next = bench.app.received("/next").pop().unwrap();
    assert_eq!(next.param("MessageSid"), messages[2].sid);
    assert_eq!(next.param("MessageStatus"), "queued");
    let fetched = body(bench.get(&format!("Messages/{sid}.json"))).await;
    assert_eq!(fetched["direction"], "inbound");
    assert_eq!(fetched["status"], "received");
    let wrong = bench.sim.send_message("me", FROM, "x", &[]);
    assert_eq!(wrong, Err(SendMessageError::From));
}

#[tokio::test]
async fn whoever_says_stop_gets_nothing_more_until_start() {
    let bench = Bench::fast().await;
    bench
        .sim
        .set_message_webhook(&bench.app.at("/sms"))
        .unwrap();
    bench
        .app
        .twiml("/sms", "<Message>Sorry to see you go</Message>");
    let form = [("To", PERSON), ("From", FROM), ("Body", "Hello")];
    bench.sim.send_message(PERSON, FROM, " stop ", &[]).unwrap();
    bench.sim.run_until_idle().await;
    assert_eq!(
        bench.app.received("/sms").len(),
        1,
        "the webhook hears of it"
    );
    assert_eq!(bench.alert_codes(), [21610], "and its reply is not sent");
    let refused = bench.post("Messages.json", &form);
    assert_eq!(bench.error_of(refused).await, (400, 21610));
    let other = [("To", "+15550100043"), ("From", FROM), ("Body", "Hello")];
    let sent = bench.post("Messages.json", &other).send().await.unwrap();
    assert_eq!(sent.status(), 201, "others have not opted out");
    bench
        .sim
        .send_message(PERSON, FROM, "please stop", &[])
        .unwrap();
    bench.sim.send_message(PERSON, FROM, "Start", &[]).unwrap();
    let sent = bench.post("Messages.json", &form).send().await.unwrap();
    assert_eq!(sent.status(), 201);
}

#[tokio::test]
async fn an_answer_that_is_of_no_use_is_an_alert_of_the_message() {
    let bench = Bench::fast().await;
    let cases = [
        (500, "text/plain", "", 11200),
        (200, "text/xml", "<Response>", 12100),
        (200, "text/xml", "<Answer/>", 12102),
        (200, "image/png", "x", 12300),
        (200, "", "x", 11200),
        (200, "text/xml", "<Response><Dial/></Response>", 12200),
        (200, "text/xml", "<Response><Redirect/></Response>", 11215),
    ];
    for (number, (status, content_type, text, code)) in cases.into_iter().enumerate() {
        let path = format!("/sms/{number}");
        bench.app.answer(&path, status, content_type, text);
        bench.sim.set_message_webhook(&bench.app.at(&path)).unwrap();
        let sid = bench.sim.send_message(PERSON, FROM, "x", &[]).unwrap();
        bench.sim.run_until_idle().await;
        let alert = bench.sim.alerts().pop().unwrap();
        assert_eq!((alert.code, alert.call_sid), (code, sid), "{text}");
    }
    assert!(bench.sim.set_message_webhook("nowhere").is_err());
}

#[tokio::test]
async fn other_processes_send_and_read_messages_over_http() {
    let bench = Bench::fast().await;
    let url = format!("{}/_sim/messages", bench.sim.url());
    let message = json!({"from": PERSON, "to": FROM, "body": "Hello"});
    let answer = bench.client.post(&url).json(&message).send().await.unwrap();
    assert_eq!(answer.status(), 201);
    let list = body(bench.client.get(&url)).await;
    assert_eq!(list[0]["direction"], "inbound");
    assert_eq!(list[0]["body"], "Hello");
    let wrong = json!({"from": "me", "to": FROM});
    let answer = bench.client.post(&url).json(&wrong).send().await.unwrap();
    assert_eq!(answer.status(), 400);
}

#[tokio::test]
async fn a_callback_that_is_answered_with_an_error_is_an_alert() {
    let bench = Bench::fast().await;
    bench.app.answer("/message-status", 500, "text/plain", "");
    send(&bench, PERSON, &[]).await;
    bench.sim.run_until_idle().await;
    assert_eq!(bench.alert_codes(), [15003, 15003, 15003]);
    let deliveries = bench.sim.deliveries();
    assert_eq!(deliveries.len(), 3);
    assert!(
        deliveries
            .iter()
            .all(|delivery| delivery.kind == DeliveryKind::MessageStatus)
    );
}

#[tokio::test]
async fn a_reset_forgets_messages_but_not_where_they_are_posted() {
    let bench = Bench::start(SimulatorConfig::stepped()).await;
    bench
        .sim
        .set_message_webhook(&bench.app.at("/sms"))
        .unwrap();
    send(&bench, PERSON, &[]).await;
    bench.sim.reset();
    bench.sim.run_until_idle().await;
    assert!(bench.sim.messages().is_empty());
    assert_eq!(posted(&bench).len(), 0);
    bench.sim.send_message(PERSON, FROM, "x", &[]).unwrap();
    bench.sim.run_until_idle().await;
    assert_eq!(bench.app.received("/sms").len(), 1);
}
