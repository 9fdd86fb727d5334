//! A kill in the middle of a burst of callbacks.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::{Arc, Mutex};

use futures_util::StreamExt as _;
use rand::RngExt as _;
use serde_json::Value;
use tokio::sync::Notify;

use crate::support::{Atlas, Client, NoAnswer, order, runs};

/// Answers; time stands still here, so that Twilio itself says nothing.
const TO: &str = "+15550100042";
const CALLS: usize = 6;
/// How often Atlas is killed in one run.
const KILLS: u64 = 8;
/// The sequence numbers that each dial reports between two kills.
const NUMBERS_EACH_TIME: u64 = 20;
/// Few, so that the kill comes soon after the answer it waits for.
const AT_ONCE: usize = 4;

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

        let mut answered = BTreeSet::new();
        for kill in 0..KILLS {
            let first = kill * NUMBERS_EACH_TIME;
            answered.extend(kill_in_a_burst(&mut atlas, &targets, first).await);
        }
        let kept = kept(&atlas, &call_ids).await;
        let lost: Vec<_> = answered.difference(&kept).collect();
        assert!(lost.is_empty(), "answered 200 and lost: {lost:?}");
    }
}

/// Sends callbacks, kills Atlas as soon as some of them are answered, and starts it again. Returns
/// those that were answered.
async fn kill_in_a_burst(
    atlas: &mut Atlas,
    targets: &[Target],
    first_number: u64,
) -> BTreeSet<Identity> {
    let numbers = first_number..first_number + NUMBERS_EACH_TIME;
    let all = targets.len() * usize::try_from(NUMBERS_EACH_TIME).unwrap();
    let burst = Arc::new(Burst {
        client: atlas.client.clone(),
        auth_token: atlas.auth_token(),
        enough: rand::rng().random_range(1..all / 2),
        answered: Mutex::default(),
        is_enough: Notify::new(),
    });
    let sending = tokio::spawn(Arc::clone(&burst).send_all(targets.to_vec(), numbers));
    burst.is_enough.notified().await;
    atlas.kill();
    sending.await.unwrap();
    let answered = std::mem::take(&mut *burst.answered.lock().unwrap());
    assert!(answered.len() < all, "the kill came after the burst");
    atlas.restart().await;
    answered
}

/// Callbacks on their way.
struct Burst {
    client: Client,
    auth_token: String,
    answered: Mutex<BTreeSet<Identity>>,
    /// How many answers are enough.
    enough: usize,
    /// Says that there are.
    is_enough: Notify,
}

impl Burst {
    /// Sends every callback once, many at a time.
    async fn send_all(self: Arc<Self>, targets: Vec<Target>, numbers: Range<u64>) {
        let mut callbacks = Vec::new();
        // The numbers of one dial are spread over the whole burst.
        for number in numbers {
            callbacks.extend(targets.iter().map(|target| (target.clone(), number)));
        }
        futures_util::stream::iter(callbacks)
            .for_each_concurrent(AT_ONCE, async |(target, number)| {
                match self.send(&target, number).await {
                    Ok(200) => self.note((target.sid, number)),
                    Ok(other) => panic!("callback answered {other}"),
                    Err(NoAnswer) => {}
                }
            })
            .await;
    }

    async fn send(&self, target: &Target, number: u64) -> Result<u16, NoAnswer> {
        let form = [
            ("CallSid", target.sid.clone()),
            ("CallStatus", "ringing".to_owned()),
            ("SequenceNumber", number.to_string()),
        ];
        let signed: Vec<_> = form
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let url = &target.public_url;
        let signature = atlas_twilio::webhook::sign(url, &signed, &self.auth_token);
        let (_, path) = url.split_once("/twilio").expect("our path");
        self.client
            .post_form(&format!("/twilio{path}"), &form, &signature)
            .await
    }

    fn note(&self, answered: Identity) {
        let mut all = self.answered.lock().unwrap();
        all.insert(answered);
        if all.len() == self.enough {
            self.is_enough.notify_one();
        }
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
