//! Deliveries of acknowledgements, and that redials do not wait for them.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use atlas_domain::call::{CallEvent, DueWork, Work, next_work};
use atlas_domain::notification::{DeliveryOutcome, DeliveryState};
use atlas_domain::{AcknowledgementSink as _, DialNo};
use atlas_storage::{ClaimedCall, Lease, StorageError};
use tokio::sync::Notify;

use super::*;
use crate::DueWorkDone;
use crate::sinks::ChannelSink;

fn acknowledged() -> Call {
    let event = CallEvent::KeyPressed {
        sid: sid("CA1"),
        dial_no: Some(DialNo::FIRST),
        digits: "1".parse().unwrap(),
        confirmed: false,
        pressed_at: at(1),
        deliver: true,
    };
    call::apply(&rung(), &event, at(1)).call
}

fn claimed(entry: DirectoryEntry) -> ClaimedCall {
    let lease = Lease {
        owner: "me".to_owned(),
        fence: 1,
        expires_at: at(999),
    };
    ClaimedCall { entry, lease }
}

/// Mocks of a store that hands out an acknowledged notification as due, at `now`.
fn due(call: Call, sink: &Arc<ScriptedSink>, now: Timestamp) -> (Mocks, Arc<Mutex<Option<Call>>>) {
    let mut mocks = Mocks {
        now,
        sink: sink.clone(),
        ..Mocks::new()
    };
    let kept = mocks.keep(Some(call));
    mocks
        .directory
        .expect_claim_due()
        .once()
        .returning(|_, _| Ok(vec![claimed(entry())]));
    (mocks, kept)
}

fn state(kept: &Mutex<Option<Call>>) -> DeliveryState {
    let call = kept.lock().unwrap().clone().unwrap();
    call.acknowledgement()
        .unwrap()
        .delivery
        .as_ref()
        .unwrap()
        .state
}

async fn do_one(mut mocks: Mocks) {
    mocks
        .directory
        .expect_release()
        .once()
        .returning(|_| Ok(()));
    let done = mocks.application().do_due_work("me").await.unwrap();
    let one = DueWorkDone {
        calls: 1,
        failed: 0,
    };
    assert_eq!(done, one);
}

#[tokio::test]
async fn a_failed_delivery_is_made_again_with_the_same_event_until_it_is_taken() {
    let sink = Arc::new(ScriptedSink::default());
    sink.will(DeliveryOutcome::Failed {
        reason: "answered 500".to_owned(),
        retry_after: None,
    });
    let (mocks, kept) = due(acknowledged(), &sink, at(1));
    do_one(mocks).await;
    let DeliveryState::Pending { next_try_at } = state(&kept) else {
        panic!("not pending")
    };
    assert!(next_try_at > at(1));
    let call = kept.lock().unwrap().clone().unwrap();
    let (mocks, kept) = due(call, &sink, next_try_at);
    do_one(mocks).await;
    assert_eq!(state(&kept), DeliveryState::Delivered { at: next_try_at });
    let delivered = sink.delivered.lock().unwrap();
    assert_eq!(delivered.len(), 2);
    assert_eq!(delivered[0], delivered[1]);
}

#[tokio::test(start_paused = true)]
async fn a_sink_that_never_answers_has_failed() {
    let sink = Arc::new(ScriptedSink::hanging(Arc::new(Notify::new())));
    let (mocks, kept) = due(acknowledged(), &sink, at(1));
    do_one(mocks).await;
    assert!(matches!(state(&kept), DeliveryState::Pending { .. }));
}

#[tokio::test]
async fn what_came_of_a_delivery_that_cannot_be_stored_stays_due_and_keeps_its_lease() {
    let sink = Arc::new(ScriptedSink::default());
    let mut mocks = Mocks {
        now: at(1),
        sink: sink.clone(),
        ..Mocks::new()
    };
    mocks
        .directory
        .expect_claim_due()
        .once()
        .returning(|_, _| Ok(vec![claimed(entry())]));
    mocks
        .calls
        .expect_find()
        .returning(|_, _| Ok(Some(acknowledged())));
    mocks.calls.expect_apply().once().returning(|_, _, _, _| {
        Err(StorageError::Unavailable(
            std::io::Error::other("away").into(),
        ))
    });
    let done = mocks.application().do_due_work("me").await.unwrap();
    let none = DueWorkDone {
        calls: 0,
        failed: 1,
    };
    assert_eq!(done, none);
}

#[tokio::test]
async fn a_channel_takes_what_fits_and_what_does_not_is_tried_again() {
    let (sink, mut received) = ChannelSink::new(1);
    let event = AcknowledgementEvent::of(&TenantId::default(), &acknowledged()).unwrap();
    assert_eq!(sink.deliver(&event).await, DeliveryOutcome::Delivered);
    assert!(matches!(
        sink.deliver(&event).await,
        DeliveryOutcome::Failed { .. }
    ));
    assert_eq!(received.recv().await, Some(event.clone()));
    drop(received);
    assert!(matches!(
        sink.deliver(&event).await,
        DeliveryOutcome::Failed { .. }
    ));
}

#[tokio::test]
async fn a_dial_that_was_claimed_before_the_acknowledgement_is_ended_once_its_sid_is_known() {
    let busy = CallEvent::StatusReceived(update("CA1", CallStatus::Busy));
    let busy = call::apply(&rung(), &busy, at(0)).call;
    let due_at = next_work(&busy).unwrap().at;
    let (mut mocks, kept) = due(busy, &Arc::new(ScriptedSink::default()), due_at);
    let row = kept.clone();
    mocks.carrier.expect_place().once().returning(move |order| {
        assert_eq!(order.dial.dial_no.get(), 2);
        let by_api = CallEvent::AcknowledgedByApi {
            who: None,
            why: None,
            deliver: false,
        };
        let mut row = row.lock().unwrap();
        *row = row
            .as_ref()
            .map(|call| call::apply(call, &by_api, due_at).call);
        PlaceOutcome::Accepted { sid: sid("CA2") }
    });
    mocks.carrier.expect_hang_up().once().returning(|asked| {
        assert_eq!(asked, &sid("CA2"));
        Ok(Some(CarrierCall {
            status: Some(CallStatus::Canceled),
            ended_at: Some(at(100)),
            ..record("CA2", at(0))
        }))
    });
    do_one(mocks).await;
    let call = kept.lock().unwrap().clone().unwrap();
    assert_eq!(call.acknowledgement().unwrap().superseded_dials, 1);
    assert!(call.finished());
}

#[cfg(feature = "worker")]
#[tokio::test(start_paused = true)]
async fn receivers_that_hang_do_not_hold_up_a_redial_and_are_not_asked_without_bound() {
    let answers = Arc::new(Notify::new());
    let sink = Arc::new(ScriptedSink::hanging(answers.clone()));
    let redialled = Arc::new(Notify::new());
    let busy = CallEvent::StatusReceived(update("CA1", CallStatus::Busy));
    let busy = call::apply(&accepted(), &busy, at(0)).call;
    let rows = Rows::default();
    rows.insert(0, busy);
    for number in 1..=40 {
        rows.insert(number, acknowledged());
    }
    let mut mocks = Mocks {
        now: at(60),
        sink: sink.clone(),
        ..Mocks::new()
    };
    rows.behind(&mut mocks);
    let dialled = redialled.clone();
    mocks.carrier.expect_place().once().returning(move |_| {
        dialled.notify_one();
        PlaceOutcome::Accepted { sid: sid("CA2") }
    });
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let worker = crate::worker::Worker::new(mocks.application(), "me");
    let worker = tokio::spawn(worker.run(async { drop(stopped.await) }));

    tokio::time::timeout(Duration::from_secs(10), redialled.notified())
        .await
        .expect("the redial waits for receivers");
    assert_eq!(sink.begun.load(Ordering::SeqCst), 32);
    assert_eq!(rows.delivered(), 0);
    answers.notify_waiters();
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(rows.delivered(), 32);
    stop.send(()).unwrap();
    worker.await.unwrap();
}

/// Several calls, and which of them are claimed.
#[derive(Clone, Default)]
struct Rows {
    calls: Arc<Mutex<HashMap<CallId, Call>>>,
    leased: Arc<Mutex<HashSet<CallId>>>,
}

impl Rows {
    fn insert(&self, number: u128, call: Call) {
        let call_id = CallId::new(Uuid::from_u128(100 + number));
        let call = Call { call_id, ..call };
        self.calls.lock().unwrap().insert(call_id, call);
    }

    fn delivered(&self) -> usize {
        let is_delivered = |call: &&Call| {
            let delivery = call.acknowledgement().and_then(|by| by.delivery.as_ref());
            delivery
                .is_some_and(|delivery| matches!(delivery.state, DeliveryState::Delivered { .. }))
        };
        self.calls
            .lock()
            .unwrap()
            .values()
            .filter(is_delivered)
            .count()
    }

    /// What is due, of what nobody has claimed.
    fn due(&self) -> Vec<(CallId, DueWork)> {
        let leased = self.leased.lock().unwrap();
        let calls = self.calls.lock().unwrap();
        let free = calls.iter().filter(|(id, _)| !leased.contains(id));
        free.filter_map(|(id, call)| Some((*id, next_work(call)?)))
            .collect()
    }

    fn behind(&self, mocks: &mut Mocks) {
        let rows = self.clone();
        mocks
            .calls
            .expect_find()
            .returning(move |_, id| Ok(rows.calls.lock().unwrap().get(&id).cloned()));
        let rows = self.clone();
        mocks
            .calls
            .expect_apply()
            .returning(move |_, id, event, now| {
                let mut calls = rows.calls.lock().unwrap();
                let applied = calls.get(&id).map(|call| call::apply(call, event, now));
                if let Some(applied) = &applied {
                    calls.insert(id, applied.call.clone());
                }
                Ok(applied)
            });
        let rows = self.clone();
        mocks
            .directory
            .expect_next_due_at()
            .returning(move || Ok(rows.due().iter().map(|(_, due)| due.at).min()));
        let rows = self.clone();
        mocks.directory.expect_claim_due().returning(move |_, now| {
            // One at a time, deliveries first.
            let mut due = rows.due();
            due.retain(|(_, due)| due.at <= now);
            due.sort_by_key(|(_, due)| due.work != Work::Deliver);
            due.truncate(1);
            let claim = |(call_id, _): (CallId, DueWork)| {
                rows.leased.lock().unwrap().insert(call_id);
                claimed(DirectoryEntry { call_id, ..entry() })
            };
            Ok(due.into_iter().map(claim).collect())
        });
        let rows = self.clone();
        mocks.directory.expect_release().returning(move |claimed| {
            rows.leased.lock().unwrap().remove(&claimed.entry.call_id);
            Ok(())
        });
        mocks
            .directory
            .expect_unlinked_recordings()
            .returning(|_, _| Ok(Vec::new()));
        mocks
            .idempotency
            .expect_delete_expired()
            .returning(|_| Ok(0));
    }
}
