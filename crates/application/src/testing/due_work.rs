//! Redials, lookups and hang-ups that are due.

use atlas_domain::call::{AskedBy, CallEvent, Placed};
use atlas_domain::{CallId, DialNo};
use atlas_storage::{ClaimedCall, Lease};

use super::*;
use crate::DueWorkDone;

fn claimed() -> ClaimedCall {
    let lease = Lease {
        owner: "me".to_owned(),
        fence: 1,
        expires_at: at(999),
    };
    ClaimedCall {
        entry: entry(),
        lease,
    }
}

/// Mocks of a store that hands out one call as due, at `now`, and keeps its lease.
fn claimed_only(call: Call, now: Timestamp) -> (Mocks, Arc<Mutex<Option<Call>>>) {
    let mut mocks = Mocks {
        now,
        ..Mocks::new()
    };
    let kept = mocks.keep(Some(call));
    mocks
        .directory
        .expect_claim_due()
        .once()
        .returning(|_, _| Ok(vec![claimed()]));
    (mocks, kept)
}

/// The same, of a store whose lease is released when the work is done.
fn due(call: Call, now: Timestamp) -> (Mocks, Arc<Mutex<Option<Call>>>) {
    let (mut mocks, kept) = claimed_only(call, now);
    mocks
        .directory
        .expect_release()
        .once()
        .returning(|_| Ok(()));
    (mocks, kept)
}

async fn work(mocks: Mocks) {
    let done = mocks.application().do_due_work("me").await.unwrap();
    assert_eq!(
        done,
        DueWorkDone {
            calls: 1,
            failed: 0
        }
    );
}

fn busy() -> Call {
    let event = CallEvent::StatusReceived(update("CA1", CallStatus::Busy));
    call::apply(&accepted(), &event, at(0)).call
}

fn unknown() -> Call {
    let event = CallEvent::Placed {
        dial_no: DialNo::FIRST,
        outcome: Placed::Unknown,
        asked_by: AskedBy::Caller,
    };
    call::apply(&intended(), &event, at(0)).call
}

#[tokio::test]
async fn a_due_redial_is_stored_as_an_intent_and_then_placed() {
    let (mut mocks, stored) = due(busy(), at(10));
    mocks.carrier.expect_place().once().returning(|order| {
        assert_eq!(order.dial.dial_no.get(), 2);
        PlaceOutcome::Accepted { sid: sid("CA2") }
    });
    work(mocks).await;
    assert_eq!(
        stored.lock().unwrap().as_ref().unwrap().twilio_sid(),
        Some(&sid("CA2"))
    );
}

#[tokio::test]
async fn what_is_no_longer_due_is_not_done_and_its_lease_runs_out() {
    let (mocks, stored) = claimed_only(busy(), at(9));
    let done = mocks.application().do_due_work("me").await.unwrap();
    assert_eq!(
        done,
        DueWorkDone {
            calls: 0,
            failed: 1
        }
    );
    assert_eq!(stored.lock().unwrap().as_ref().unwrap().dials.len(), 1);
}

#[tokio::test]
async fn a_redial_that_another_worker_began_is_not_placed_again() {
    let mut mocks = Mocks {
        now: at(10),
        ..Mocks::new()
    };
    mocks
        .directory
        .expect_claim_due()
        .once()
        .returning(|_, _| Ok(vec![claimed()]));
    mocks
        .directory
        .expect_release()
        .once()
        .returning(|_| Ok(()));
    mocks
        .calls
        .expect_find()
        .once()
        .returning(|_, _| Ok(Some(busy())));
    let event = CallEvent::DialDue {
        dial_no: DialNo::FIRST.next(),
    };
    let begun = call::apply(&busy(), &event, at(10)).call;
    mocks
        .calls
        .expect_apply()
        .once()
        .returning(move |_, _, event, now| Ok(Some(call::apply(&begun, event, now))));
    work(mocks).await;
}

#[tokio::test]
async fn a_lookup_adopts_the_one_dial_that_fits_and_that_nobody_owns() {
    let owned = CallId::new(Uuid::from_u128(18));
    let elsewhere = |sid_text, created| record(sid_text, created);
    let incoming = CarrierCall {
        outbound_api: false,
        ..record("CA5", at(1))
    };
    let listed = vec![
        elsewhere("CA1", at(1)),
        elsewhere("CA2", at(2)),
        elsewhere("CA3", at(-3600)),
        elsewhere("CA4", at(3600)),
        incoming,
    ];
    let (mut mocks, stored) = due(unknown(), at(5));
    mocks
        .carrier
        .expect_list()
        .once()
        .returning(move |_| Ok(listed.clone()));
    mocks.directory.expect_locate_sid().returning(move |asked| {
        let owner = DirectoryEntry {
            call_id: owned,
            ..entry()
        };
        Ok((asked.as_str() == "CA2").then_some(owner))
    });
    work(mocks).await;
    assert_eq!(
        stored.lock().unwrap().as_ref().unwrap().twilio_sid(),
        Some(&sid("CA1"))
    );
}

#[tokio::test]
async fn a_lookup_that_finds_several_none_or_no_answer_adopts_nothing_and_dials_nothing() {
    let two = Ok(vec![record("CA1", at(1)), record("CA2", at(2))]);
    let away = Err(CarrierError::NotReached {
        reason: "away".to_owned(),
    });
    for listed in [two, Ok(Vec::new()), away] {
        let (mut mocks, stored) = due(unknown(), at(5));
        mocks
            .carrier
            .expect_list()
            .once()
            .returning(move |_| listed.clone());
        mocks.directory.expect_locate_sid().returning(|_| Ok(None));
        work(mocks).await;
        let call = stored.lock().unwrap().clone().unwrap();
        assert_eq!((call.twilio_sid(), call.dials.len()), (None, 1));
        assert_eq!(call::next_work(&call).unwrap().at, at(35));
    }
}

#[tokio::test]
async fn a_dial_that_could_not_be_ended_is_ended_later() {
    let ending = call::apply(&accepted(), &CallEvent::HangUpRequested, at(1)).call;
    let (mut mocks, stored) = due(ending, at(1));
    mocks.carrier.expect_hang_up().once().returning(|_| {
        Err(CarrierError::NotReached {
            reason: "away".to_owned(),
        })
    });
    work(mocks).await;
    let call = stored.lock().unwrap().clone().unwrap();
    assert_eq!(call::next_work(&call).unwrap().at, at(11));
}

#[tokio::test]
async fn a_redial_waits_while_no_carrier_is_configured() {
    let (mocks, stored) = claimed_only(busy(), at(10));
    let mut application = mocks.application();
    application.defaults.from_number = None;
    let done = application.do_due_work("me").await.unwrap();
    assert_eq!(
        done,
        DueWorkDone {
            calls: 0,
            failed: 1
        }
    );
    assert_eq!(stored.lock().unwrap().as_ref().unwrap().dials.len(), 1);
}

#[tokio::test]
async fn a_dial_that_goes_on_for_long_is_asked_for_and_its_end_stored() {
    let (mut mocks, stored) = due(accepted(), at(301));
    mocks.carrier.expect_fetch().once().returning(|asked| {
        assert_eq!(asked, &sid("CA1"));
        Ok(Some(CarrierCall {
            status: Some(CallStatus::Busy),
            ended_at: Some(at(20)),
            ..record("CA1", at(1))
        }))
    });
    work(mocks).await;
    let call = stored.lock().unwrap().clone().unwrap();
    assert_eq!(call.status(), CallStatus::Busy);
    assert_eq!(call.next_retry_at(), Some(at(311)));
}

#[tokio::test]
async fn a_dial_that_the_carrier_does_not_know_any_more_is_at_its_end() {
    let (mut mocks, stored) = due(accepted(), at(301));
    mocks.carrier.expect_fetch().once().returning(|_| Ok(None));
    work(mocks).await;
    let call = stored.lock().unwrap().clone().unwrap();
    assert!(call.finished());
    assert_eq!(call.status(), CallStatus::Failed);
}

#[tokio::test]
async fn a_carrier_that_cannot_be_asked_is_asked_when_the_lease_has_run_out() {
    let (mut mocks, stored) = claimed_only(accepted(), at(301));
    mocks.carrier.expect_fetch().once().returning(|_| {
        Err(CarrierError::NotReached {
            reason: "away".to_owned(),
        })
    });
    let done = mocks.application().do_due_work("me").await.unwrap();
    assert_eq!((done.calls, done.failed), (0, 1));
    assert_eq!(stored.lock().unwrap().as_ref(), Some(&accepted()));
}
