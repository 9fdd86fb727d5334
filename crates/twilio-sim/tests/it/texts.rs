//! Messages that a call sends.

use twilio_sim::{MessageDirection, MessageStatus};

use crate::app::{Bench, FROM};

const TO: &str = "+15550100042";

#[tokio::test]
async fn a_call_sends_a_message_whose_status_is_posted_and_goes_on_to_the_action() {
    let bench = Bench::fast().await;
    let sms = "<Sms action=\"/sent\" statusCallback=\"/text\">Your code is 7</Sms><Say>never</Say>";
    bench.app.twiml("/voice", sms);
    bench.app.twiml("/sent", "<Say>Look at your phone</Say>");
    let call = bench.whole_call(TO).await;
    assert_eq!(call.said(), ["Look at your phone"]);
    let [message] = &bench.sim.messages()[..] else {
        panic!("one message")
    };
    assert_eq!(message.direction, MessageDirection::OutboundCall);
    assert_eq!(
        (message.from.as_deref(), message.to.as_str()),
        (Some(FROM), TO)
    );
    assert_eq!(message.body, "Your code is 7");
    assert_eq!(message.status, MessageStatus::Delivered);
    let action = &bench.app.received("/sent")[0];
    assert_eq!(action.param("SmsSid"), message.sid);
    assert_eq!(action.param("SmsStatus"), "sending");
    let told = bench.app.received("/text");
    let told: Vec<&str> = told
        .iter()
        .map(|request| request.param("MessageStatus"))
        .collect();
    assert_eq!(told, ["sending", "sent", "delivered"]);
    assert_eq!(bench.sim.alerts(), []);
}

#[tokio::test]
async fn what_cannot_be_sent_is_an_alert_and_the_call_goes_on() {
    let bench = Bench::fast().await;
    bench.app.twiml(
        "/voice",
        "<Sms to=\"me\">x</Sms><Sms from=\"+15550199999\">x</Sms><Sms/><Say>Bye</Say>",
    );
    let call = bench.whole_call(TO).await;
    assert_eq!(call.said(), ["Bye"]);
    assert_eq!(bench.alert_codes(), [14101, 14102, 14103]);
    assert_eq!(bench.sim.messages(), []);
}
