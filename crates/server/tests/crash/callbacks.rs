//! A kill in the middle of a burst of callbacks.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use futures_util::StreamExt as _;
use rand::RngExt as _;
use serde_json::Value;

use crate::support::{Atlas, Client, NoAnswer, order, runs};

/// Answers; time stands still here, so that Twilio itself says nothing.
const TO: &str = "+15550100042";
const CALLS: usize = 6;
const CALLBACKS_OF_EACH: u64 = 60;
const AT_ONCE: usize = 24;

/// A status callback: the dial's SID and the sequence number, which tells it from others.
type Identity = (String, u64);

/// Where the callbacks of one dial go.
#[derive(Clone)]
struct Target {
    sid: String,
    public_url: String,
}

#[tokio::test(flavor = "multi_thread")]
async fn every_callback_that_was_answered_200_is_there_after_a_crash() {
    for _ in 0..runs() {
        let mut atlas = Atlas::start().await;
        let mut call_ids = Vec::new();
        for _ in 0..CALLS {
            call_ids.push(atlas.client.place(&order(TO, 0)).await);
        }
        let targets = targets(&atlas);
        assert_eq!(targets.len(), CALLS);

        let all = CALLS * usize::try_from(CALLBACKS_OF_EACH).unwrap();
        let kill_after = rand::rng().random_range(1..all / 2);
        let answered = Arc::new(Mutex::new(BTreeSet::new()));
        let burst = tokio::spawn(send_all(
            targets,
            atlas.client.clone(),
            atlas.auth_token(),
            Arc::clone(&answered),
        ));
        while answered.lock().unwrap().len() < kill_after {
            assert!(!burst.is_finished(), "the burst ended before the kill");
            tokio::task::yield_now().await;
        }
        atlas.kill();
        let unanswered = burst.await.unwrap();
        assert!(unanswered > 0, "the kill came after the burst");

        atlas.restart().await;
        let kept = kept(&atlas, &call_ids).await;
        let answered = answered.lock().unwrap();
        assert!(answered.len() >= kill_after);
        let lost: Vec<_> = answered.difference(&kept).collect();
        assert!(lost.is_empty(), "answered 200 and lost: {lost:?}");
    }
}

/// The dials that Twilio took, with the URLs it was given for their callbacks.
fn targets(atlas: &Atlas) -> Vec<Target> {
    let rings = atlas.sim.calls();
    let creates = atlas.creates();
    let urls = creates.iter().map(|create| {
        let url = create.param("StatusCallback").expect("a callback URL");
        url.split('#').next().expect("a URL").to_owned()
    });
    rings
        .into_iter()
        .zip(urls)
        .map(|(ring, public_url)| Target {
            sid: ring.sid,
            public_url,
        })
        .collect()
}

/// Sends every callback once, many at a time, and returns how many were not answered.
async fn send_all(
    targets: Vec<Target>,
    client: Client,
    auth_token: String,
    answered: Arc<Mutex<BTreeSet<Identity>>>,
) -> usize {
    let unanswered = AtomicUsize::new(0);
    let mut callbacks = Vec::new();
    // The numbers of one dial are spread over the whole burst.
    for number in 0..CALLBACKS_OF_EACH {
        callbacks.extend(targets.iter().map(|target| (target.clone(), number)));
    }
    futures_util::stream::iter(callbacks)
        .for_each_concurrent(AT_ONCE, async |(target, number)| {
            match send(&client, &auth_token, &target, number).await {
                Ok(200) => {
                    answered.lock().unwrap().insert((target.sid, number));
                }
                Ok(other) => panic!("callback answered {other}"),
                Err(NoAnswer) => {
                    unanswered.fetch_add(1, Ordering::Relaxed);
                }
            }
        })
        .await;
    unanswered.into_inner()
}

async fn send(
    client: &Client,
    auth_token: &str,
    target: &Target,
    number: u64,
) -> Result<u16, NoAnswer> {
    let form = [
        ("CallSid", target.sid.clone()),
        ("CallStatus", "ringing".to_owned()),
        ("SequenceNumber", number.to_string()),
    ];
    let signed: Vec<_> = form
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let signature = atlas_twilio::webhook::sign(&target.public_url, &signed, auth_token);
    let (_, path) = target.public_url.split_once("/twilio").expect("our path");
    client
        .post_form(&format!("/twilio{path}"), &form, &signature)
        .await
}

/// What the attempts of these calls hold; each callback stands there once.
async fn kept(atlas: &Atlas, call_ids: &[String]) -> BTreeSet<Identity> {
    let mut kept = BTreeSet::new();
    for call_id in call_ids {
        let listed = atlas
            .client
            .get(&format!("/calls/{call_id}/attempts"))
            .await;
        for attempt in listed["attempts"].as_array().expect("a list") {
            let identity = identity(attempt);
            assert!(kept.insert(identity), "stored twice: {attempt}");
        }
    }
    kept
}

fn identity(attempt: &Value) -> Identity {
    let sid = attempt["twilio_sid"].as_str().expect("a SID").to_owned();
    let number = attempt["sequence_number"].as_u64().expect("a number");
    (sid, number)
}
