//! What the carrier reports: status updates, voice requests.

use atlas_domain::call::{Applied, CallEvent, Effect};
use atlas_domain::{DialNo, DialReference};
use atlas_storage::{StorageError, Unique};

use super::*;
use crate::{StatusRecorded, VoiceAnswer};

fn named() -> Option<DialReference> {
    Some(DialReference {
        call_id: call_id(),
        dial_no: DialNo::FIRST,
    })
}

#[tokio::test]
async fn a_callback_is_adopted_by_the_dial_that_its_url_names() {
    let mut mocks = Mocks::new();
    let stored = mocks.keep(Some(intended()));
    mocks
        .directory
        .expect_locate_call()
        .returning(|_| Ok(Some(entry())));
    let application = mocks.application();
    let first = application
        .record_status(named(), update("CA1", CallStatus::Ringing))
        .await;
    assert_eq!(first.unwrap(), StatusRecorded::Stored);
    let again = application
        .record_status(named(), update("CA1", CallStatus::Ringing))
        .await;
    assert_eq!(again.unwrap(), StatusRecorded::Repeated);
    assert_eq!(
        stored.lock().unwrap().as_ref().unwrap().twilio_sid(),
        Some(&sid("CA1"))
    );
    let stray = application
        .record_status(named(), update("CA2", CallStatus::Ringing))
        .await;
    assert_eq!(stray.unwrap(), StatusRecorded::Stray);
}

#[tokio::test]
async fn a_callback_that_names_no_known_call_is_found_by_its_sid_or_not_at_all() {
    let mut mocks = Mocks::new();
    mocks.keep(Some(accepted()));
    mocks.directory.expect_locate_call().returning(|_| Ok(None));
    mocks
        .directory
        .expect_locate_sid()
        .returning(|asked| Ok((asked.as_str() == "CA1").then(entry)));
    let application = mocks.application();
    for names in [None, named()] {
        let known = application
            .record_status(names, update("CA1", CallStatus::Ringing))
            .await;
        assert_ne!(known.unwrap(), StatusRecorded::UnknownCall);
        let unknown = application
            .record_status(names, update("CA9", CallStatus::Ringing))
            .await;
        assert_eq!(unknown.unwrap(), StatusRecorded::UnknownCall);
    }
}

#[tokio::test]
async fn a_sid_that_another_call_only_concluded_is_taken_back_from_it() {
    let other = CallId::new(Uuid::from_u128(18));
    let mut mocks = Mocks::new();
    mocks
        .directory
        .expect_locate_call()
        .returning(|_| Ok(Some(entry())));
    mocks
        .directory
        .expect_locate_sid()
        .once()
        .returning(move |_| {
            Ok(Some(DirectoryEntry {
                call_id: other,
                ..entry()
            }))
        });
    let given_back = Arc::new(Mutex::new(false));
    mocks
        .calls
        .expect_apply()
        .times(3)
        .returning(move |_, id, event, now| {
            let mut given_back = given_back.lock().unwrap();
            if let CallEvent::SidGivenBack { .. } = event {
                assert_eq!(id, other);
                *given_back = true;
                return Ok(Some(Applied {
                    call: intended(),
                    effect: Effect::Changed,
                }));
            }
            if !*given_back {
                return Err(StorageError::Duplicate(Unique::CallSid));
            }
            Ok(Some(call::apply(&intended(), event, now)))
        });
    let recorded = mocks
        .application()
        .record_status(named(), update("CA1", CallStatus::Ringing))
        .await;
    assert_eq!(recorded.unwrap(), StatusRecorded::Stored);
}

#[tokio::test]
async fn only_the_leg_that_is_the_dial_is_answered_with_words() {
    let mut mocks = Mocks::new();
    mocks.keep(Some(accepted()));
    mocks
        .directory
        .expect_locate_call()
        .returning(|_| Ok(Some(entry())));
    let application = mocks.application();
    for _ in 0..2 {
        let answer = application
            .answer_voice_request(named(), sid("CA1"))
            .await
            .unwrap();
        assert!(matches!(
            answer,
            VoiceAnswer::Speak {
                recording_enabled: true,
                ..
            }
        ));
    }
    let stray = application
        .answer_voice_request(named(), sid("CA2"))
        .await
        .unwrap();
    assert_eq!(stray, VoiceAnswer::HangUp);
}

#[tokio::test]
async fn a_call_that_was_called_off_says_nothing_more() {
    let ending = call::apply(&accepted(), &CallEvent::HangUpRequested, at(1)).call;
    let mut mocks = Mocks::new();
    mocks.keep(Some(ending));
    mocks
        .directory
        .expect_locate_call()
        .returning(|_| Ok(Some(entry())));
    let answer = mocks
        .application()
        .answer_voice_request(named(), sid("CA1"))
        .await
        .unwrap();
    assert_eq!(answer, VoiceAnswer::HangUp);
}
