//! Placing calls.

use std::io;
use std::time::Duration;

use atlas_domain::call::Placement;
use atlas_domain::carrier::{Refusal, RefusalKind};
use atlas_domain::{ObjectId, Stored, UserId};
use atlas_storage::{StorageError, Unique};

use super::*;
use crate::{ApplicationError, CarrierTrouble, DialAnswer};

#[tokio::test]
async fn the_intent_is_stored_before_the_carrier_is_asked() {
    let mut mocks = Mocks::new();
    let stored = mocks.keep(None);
    let seen = stored.clone();
    mocks.carrier.expect_place().once().returning(move |order| {
        let stored = seen
            .lock()
            .unwrap()
            .clone()
            .expect("asked before the intent was stored");
        assert_eq!(stored.dials[0].placement, Placement::Intended);
        assert_eq!(order.dial.call_id, stored.call_id);
        PlaceOutcome::Accepted { sid: sid("CA1") }
    });
    let answer = mocks
        .application()
        .place_call(&TenantId::default(), request())
        .await
        .unwrap();
    assert!(matches!(answer, DialAnswer::Accepted { .. }));
    assert_eq!(
        stored.lock().unwrap().as_ref().unwrap().twilio_sid(),
        Some(&sid("CA1"))
    );
}

#[tokio::test]
async fn a_lost_answer_is_pending_and_not_failed() {
    let mut mocks = Mocks::new();
    mocks.keep(None);
    mocks
        .carrier
        .expect_place()
        .once()
        .returning(|_| PlaceOutcome::Unknown {
            reason: "reset".to_owned(),
        });
    let answer = mocks
        .application()
        .place_call(&TenantId::default(), request())
        .await
        .unwrap();
    let DialAnswer::Pending { call } = answer else {
        panic!("not pending")
    };
    assert_eq!(call.status(), CallStatus::Initiated);
    assert!(call::next_work(&call).is_some(), "it will be looked up");
}

#[tokio::test]
async fn a_refused_or_unsent_call_is_stored_as_failed_and_nothing_is_due() {
    let refused = PlaceOutcome::Refused(Refusal {
        kind: RefusalKind::Number,
        code: Some(21211),
        message: "not valid".to_owned(),
    });
    for outcome in [
        refused,
        PlaceOutcome::NotSent {
            reason: "no route".to_owned(),
        },
    ] {
        let mut mocks = Mocks::new();
        let stored = mocks.keep(None);
        let answer = outcome.clone();
        mocks
            .carrier
            .expect_place()
            .once()
            .returning(move |_| answer.clone());
        let error = mocks
            .application()
            .place_call(&TenantId::default(), request())
            .await
            .unwrap_err();
        let ApplicationError::Carrier {
            call_id: named,
            trouble,
        } = error
        else {
            panic!("{error:?}")
        };
        assert_eq!(named, Some(call_id()));
        assert_eq!(
            matches!(trouble, CarrierTrouble::Refused(_)),
            matches!(outcome, PlaceOutcome::Refused(_))
        );
        let call = stored.lock().unwrap().clone().unwrap();
        assert_eq!(call.status(), CallStatus::Failed);
        assert!(call.finished());
    }
}

#[tokio::test]
async fn an_accepted_dial_that_cannot_be_stored_is_pending() {
    let mut mocks = Mocks::new();
    mocks.calls.expect_insert().once().returning(|_, _| Ok(()));
    mocks
        .calls
        .expect_apply()
        .times(3)
        .returning(|_, _, _, _| Err(StorageError::Unavailable(io::Error::other("away").into())));
    mocks
        .carrier
        .expect_place()
        .once()
        .returning(|_| PlaceOutcome::Accepted { sid: sid("CA1") });
    let answer = mocks
        .application()
        .place_call(&TenantId::default(), request())
        .await
        .unwrap();
    assert!(
        matches!(answer, DialAnswer::Pending { .. }),
        "a callback or the lookup will settle it"
    );
}

#[tokio::test]
async fn a_caller_waits_once_for_a_store_that_takes_long_to_say_that_it_is_away() {
    let mut mocks = Mocks::new();
    mocks.calls.expect_insert().once().returning(|_, _| Ok(()));
    mocks.calls.expect_apply().once().returning(|_, _, _, _| {
        std::thread::sleep(Duration::from_millis(300));
        Err(StorageError::Unavailable(io::Error::other("away").into()))
    });
    mocks
        .carrier
        .expect_place()
        .once()
        .returning(|_| PlaceOutcome::Accepted { sid: sid("CA1") });
    let answer = mocks
        .application()
        .place_call(&TenantId::default(), request())
        .await
        .unwrap();
    assert!(matches!(answer, DialAnswer::Pending { .. }));
}

#[tokio::test]
async fn nothing_is_dialled_when_the_intent_cannot_be_stored() {
    let mut mocks = Mocks::new();
    mocks
        .calls
        .expect_insert()
        .once()
        .returning(|_, _| Err(StorageError::Unavailable(io::Error::other("away").into())));
    let error = mocks
        .application()
        .place_call(&TenantId::default(), request())
        .await
        .unwrap_err();
    assert!(matches!(
        error,
        ApplicationError::Storage(StorageError::Unavailable(_))
    ));
}

#[tokio::test]
async fn the_same_call_id_again_is_the_same_call_and_dials_nothing() {
    let mut mocks = Mocks::new();
    mocks
        .calls
        .expect_insert()
        .once()
        .returning(|_, _| Err(StorageError::Duplicate(Unique::CallId)));
    mocks
        .calls
        .expect_find()
        .once()
        .returning(|_, _| Ok(Some(accepted())));
    let answer = mocks
        .application()
        .place_call(&TenantId::default(), request())
        .await
        .unwrap();
    assert_eq!(
        answer,
        DialAnswer::Accepted {
            call: accepted(),
            sid: sid("CA1")
        }
    );
}

#[tokio::test]
async fn a_user_that_is_not_stored_is_not_called() {
    let mut mocks = Mocks::new();
    mocks.users.expect_find().once().returning(|_, _| Ok(None));
    let id = UserId::new(ObjectId::from_bytes([3; 12]));
    let request = PlaceCall {
        user: UserReference::Stored(id),
        ..request()
    };
    let error = mocks
        .application()
        .place_call(&TenantId::default(), request)
        .await
        .unwrap_err();
    assert!(matches!(error, ApplicationError::UserNotFound(unknown) if unknown == id));
}

#[tokio::test]
async fn without_a_number_to_show_nothing_is_stored_or_dialled() {
    let mut application = Mocks::new().application();
    application.defaults.from_number = None;
    let error = application
        .place_call(&TenantId::default(), request())
        .await
        .unwrap_err();
    let ApplicationError::Carrier {
        call_id: None,
        trouble: CarrierTrouble::NotConfigured,
    } = error
    else {
        panic!("{error:?}")
    };
}

#[tokio::test]
async fn an_earlier_request_that_was_refused_is_answered_with_that_refusal_again() {
    let refusal = Refusal {
        kind: RefusalKind::Number,
        code: Some(21211),
        message: "not valid".to_owned(),
    };
    let event = call::CallEvent::Placed {
        dial_no: atlas_domain::DialNo::FIRST,
        outcome: call::Placed::Refused(refusal.clone()),
        asked_by: call::AskedBy::Caller,
    };
    let failed = call::apply(&intended(), &event, at(0)).call;
    let mut mocks = Mocks::new();
    mocks
        .calls
        .expect_insert()
        .once()
        .returning(|_, _| Err(StorageError::Duplicate(Unique::CallId)));
    mocks
        .calls
        .expect_find()
        .once()
        .returning(move |_, _| Ok(Some(failed.clone())));
    let error = mocks
        .application()
        .place_call(&TenantId::default(), request())
        .await
        .unwrap_err();
    let ApplicationError::Carrier {
        trouble: CarrierTrouble::Refused(again),
        ..
    } = error
    else {
        panic!("{error:?}")
    };
    assert_eq!(again, refusal);
}

#[tokio::test]
async fn a_redial_of_what_is_no_number_is_refused_without_asking_the_carrier() {
    let ended = call::apply(
        &accepted(),
        &call::CallEvent::StatusReceived(update("CA1", CallStatus::Busy)),
        at(0),
    );
    let old = Call {
        to_number: Stored::Other("030 1234567".to_owned()),
        ..ended.call
    };
    let mut mocks = Mocks::new();
    let stored = mocks.keep(Some(old));
    let error = mocks
        .application()
        .redial_call(&TenantId::default(), &crate::CallReference::Id(call_id()))
        .await
        .unwrap_err();
    let ApplicationError::Carrier {
        trouble: CarrierTrouble::Refused(refusal),
        ..
    } = error
    else {
        panic!("{error:?}")
    };
    assert_eq!(refusal.kind, RefusalKind::Number);
    let call = stored.lock().unwrap().clone().unwrap();
    assert_eq!(call.status(), CallStatus::Failed);
    assert_eq!(call.dials.len(), 2);
}

#[tokio::test]
async fn a_redial_of_a_call_without_a_number_to_show_shows_the_configured_one() {
    let ended = call::apply(
        &accepted(),
        &call::CallEvent::StatusReceived(update("CA1", CallStatus::Busy)),
        at(0),
    );
    let mut mocks = Mocks::new();
    mocks.keep(Some(Call {
        from_number: Stored::Missing,
        ..ended.call
    }));
    mocks.carrier.expect_place().once().returning(|order| {
        assert_eq!(order.from_number.as_str(), "+15005550006");
        PlaceOutcome::Accepted { sid: sid("CA2") }
    });
    let reference = crate::CallReference::Id(call_id());
    let answer = mocks
        .application()
        .redial_call(&TenantId::default(), &reference)
        .await;
    assert!(matches!(answer, Ok(DialAnswer::Accepted { .. })));
}
