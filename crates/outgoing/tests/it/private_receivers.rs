//! Receivers in private networks, where they are not allowed.

use std::net::IpAddr;
use std::sync::Arc;

use atlas_domain::{AcknowledgementSink as _, PrivateHosts};
use atlas_outgoing::{WebhookSink, WebhookUrl};

use crate::support::{OneName, Receiver, SECRET, Standing, answers, event, failed, now};

#[tokio::test]
async fn a_name_that_leads_into_a_private_network_is_not_connected_to() {
    let receiver = Receiver::start(answers("200 OK", "")).await;
    let url = format!("https://hooks.example.com:{}/hunter2", receiver.port);
    for addresses in [
        &["127.0.0.1"][..],
        &["::ffff:127.0.0.1"],
        &["::1", "10.0.0.1", "169.254.169.254"],
        &["64:ff9b::7f00:1"],
    ] {
        let addresses: Vec<IpAddr> = addresses.iter().map(|text| text.parse().unwrap()).collect();
        let sink = WebhookSink::new(
            WebhookUrl::parse(&url, PrivateHosts::Refused).unwrap(),
            SECRET.parse().unwrap(),
            Arc::new(Standing(now())),
            Arc::new(OneName("hooks.example.com", addresses.clone())),
        );
        let (reason, _) = failed(sink.unwrap().deliver(&event()).await);
        assert_eq!(
            reason, "the receiver's name leads into a private network",
            "{addresses:?}"
        );
    }
    assert_eq!(receiver.received().len(), 0);
}
