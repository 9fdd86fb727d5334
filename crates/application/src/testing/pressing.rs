//! Key presses: nothing is said to be acknowledged that is not stored.

use std::time::Duration;

use atlas_domain::call::CallEvent;
use atlas_domain::notification::AnsweredBy;
use atlas_domain::{DialNo, DialReference};
use atlas_storage::StorageError;
use tokio::time::{Instant, sleep};

use super::*;
use crate::pending_presses::{Joined, PressKey};
use crate::{ApplicationError, KeyPressRequest, PressAnswer};

/// A store that keeps one call and can be away, and how often it was asked to change it.
struct Kept {
    stored: Arc<Mutex<Option<Call>>>,
    away: Arc<AtomicBool>,
    asked: Arc<AtomicUsize>,
}

impl Kept {
    fn over(call: Call) -> (Mocks, Self) {
        let mut mocks = Mocks::new();
        let stored = mocks.keep(Some(call));
        let (away, asked) = (mocks.away.clone(), mocks.asked.clone());
        mocks
            .directory
            .expect_locate_call()
            .returning(|id| Ok((id == call_id()).then(entry)));
        let kept = Self {
            stored,
            away,
            asked,
        };
        (mocks, kept)
    }

    fn call(&self) -> Call {
        self.stored.lock().unwrap().clone().unwrap()
    }

    fn acknowledged(&self) -> bool {
        self.call().acknowledgement().is_some()
    }
}

fn press(digits: &str) -> KeyPressRequest {
    KeyPressRequest {
        named: first_dial(),
        sid: sid("CA1"),
        digits: digits.parse().unwrap(),
        confirmed: false,
        pressed_at: None,
    }
}

fn come_again(pressed_at: Timestamp) -> KeyPressRequest {
    KeyPressRequest {
        pressed_at: Some(pressed_at),
        ..press("1")
    }
}

#[tokio::test]
async fn the_first_press_acknowledges_its_leg_is_thanked_again_and_others_come_too_late() {
    // The first dial was given up, and the second rings.
    let (mocks, kept) = Kept::over(rung_again());
    let application = mocks.application();
    let first = KeyPressRequest {
        named: DialReference {
            dial_no: DialNo::FIRST.next(),
            ..first_dial()
        },
        sid: sid("CA2"),
        ..press("1")
    };
    for _ in 0..2 {
        let answer = application.press_key(first.clone()).await.unwrap();
        assert_eq!(answer, PressAnswer::Acknowledged);
        assert!(kept.acknowledged());
    }
    let late = application.press_key(press("1")).await.unwrap();
    assert_eq!(late, PressAnswer::AlreadyAcknowledged);
    let AcknowledgedBy::KeyPress { sid: by, .. } =
        kept.call().acknowledgement().unwrap().by.clone()
    else {
        panic!("not by a key")
    };
    assert_eq!(by, sid("CA2"));
}

#[tokio::test(start_paused = true)]
async fn a_store_that_is_back_within_four_seconds_is_waited_for() {
    let (mocks, kept) = Kept::over(rung());
    let application = mocks.application();
    kept.away.store(true, Ordering::SeqCst);
    let back = kept.away.clone();
    tokio::spawn(async move {
        sleep(Duration::from_secs(3)).await;
        back.store(false, Ordering::SeqCst);
    });
    let answer = application.press_key(press("1")).await.unwrap();
    assert_eq!(answer, PressAnswer::Acknowledged);
    assert!(kept.acknowledged());
}

#[tokio::test(start_paused = true)]
async fn a_slower_store_is_held_for_and_the_request_that_comes_again_joins_the_same_commit() {
    let (mut mocks, kept) = Kept::over(rung());
    mocks.now = at(5);
    let application = mocks.application();
    kept.away.store(true, Ordering::SeqCst);
    let begun = Instant::now();
    let held = application.press_key(press("1")).await.unwrap();
    assert_eq!(begun.elapsed(), Duration::from_secs(4));
    assert_eq!(held, PressAnswer::Held { pressed_at: at(5) });

    let again = application.press_key(come_again(at(5))).await.unwrap();
    assert_eq!(again, held);
    // At 0, 0.5, 1.5, 3.5 and 7.5 s: one commit, not two.
    assert_eq!(kept.asked.load(Ordering::SeqCst), 5);

    kept.away.store(false, Ordering::SeqCst);
    assert!(!kept.acknowledged());
    let answer = application.press_key(come_again(at(5))).await;
    assert_eq!(answer.unwrap(), PressAnswer::Held { pressed_at: at(5) });
    let answer = application.press_key(come_again(at(5))).await;
    assert_eq!(answer.unwrap(), PressAnswer::Acknowledged);
    assert_eq!(kept.call().revision, rung().revision + 1, "committed once");
}

#[tokio::test(start_paused = true)]
async fn a_commit_goes_on_when_nobody_waits_for_it_any_more() {
    let (mocks, kept) = Kept::over(rung());
    let application = mocks.application();
    kept.away.store(true, Ordering::SeqCst);
    let waiting = application.press_key(press("1"));
    assert!(
        tokio::time::timeout(Duration::from_secs(1), waiting)
            .await
            .is_err(),
        "the client is gone before the answer"
    );
    sleep(Duration::from_secs(60)).await;
    assert!(!kept.acknowledged());
    kept.away.store(false, Ordering::SeqCst);
    application.tasks.tracker().close();
    application.tasks.tracker().wait().await;
    assert!(kept.acknowledged());
}

#[tokio::test]
async fn a_press_of_before_a_restart_is_committed_from_what_comes_again() {
    let (mut mocks, kept) = Kept::over(rung());
    mocks.now = at(30);
    let answer = mocks.application().press_key(come_again(at(12))).await;
    assert_eq!(answer.unwrap(), PressAnswer::Acknowledged);
    let acknowledgement = kept.call().acknowledgement().cloned().unwrap();
    assert_eq!(acknowledgement.acknowledged_at, at(30));
    assert!(matches!(acknowledgement.by,
        AcknowledgedBy::KeyPress { pressed_at, .. } if pressed_at == at(12)));
}

#[tokio::test]
async fn somebody_taken_for_a_machine_is_asked_once_more() {
    let verdict = CallEvent::MachineDetected {
        sid: sid("CA1"),
        dial_no: None,
        answered_by: AnsweredBy::MachineEndSilence,
    };
    let (mut mocks, kept) = Kept::over(call::apply(&rung(), &verdict, at(1)).call);
    mocks.now = at(2);
    let application = mocks.application();
    let asked = application.press_key(press("1")).await.unwrap();
    assert!(matches!(asked, PressAnswer::ConfirmMachine { .. }));
    assert!(!kept.acknowledged());
    let confirmed = KeyPressRequest {
        confirmed: true,
        ..press("1")
    };
    let answer = application.press_key(confirmed).await.unwrap();
    assert_eq!(answer, PressAnswer::Acknowledged);
    assert!(kept.acknowledged());
}

#[tokio::test]
async fn a_press_that_can_acknowledge_nothing_is_answered_truthfully() {
    let (mocks, kept) = Kept::over(rung());
    let application = mocks.application();
    let wrong = application.press_key(press("2")).await.unwrap();
    assert!(matches!(wrong, PressAnswer::WrongKey { .. }));
    let stray = KeyPressRequest {
        sid: sid("CA9"),
        ..press("1")
    };
    let answer = application.press_key(stray).await.unwrap();
    assert_eq!(answer, PressAnswer::HangUp);
    let unknown = KeyPressRequest {
        named: DialReference {
            call_id: CallId::new(Uuid::from_u128(99)),
            ..first_dial()
        },
        ..press("1")
    };
    let answer = application.press_key(unknown).await.unwrap();
    assert_eq!(answer, PressAnswer::Unknown);
    assert!(!kept.acknowledged());

    let canceled = call::apply(&rung(), &CallEvent::NotificationCanceled, at(1)).call;
    let (mocks, kept) = Kept::over(canceled);
    let answer = mocks.application().press_key(press("1")).await.unwrap();
    assert_eq!(answer, PressAnswer::Canceled);
    assert!(!kept.acknowledged());
}

#[tokio::test]
async fn what_no_store_can_ever_take_is_not_confirmed_and_not_kept() {
    let mut mocks = Mocks::new();
    mocks
        .directory
        .expect_locate_call()
        .returning(|_| Ok(Some(entry())));
    mocks.calls.expect_apply().times(2).returning(|_, _, _, _| {
        Err(StorageError::Corrupt {
            what: "call",
            detail: "no dials".to_owned(),
        })
    });
    let application = mocks.application();
    for _ in 0..2 {
        let answer = application.press_key(press("1")).await.unwrap();
        assert_eq!(answer, PressAnswer::Held { pressed_at: at(0) });
    }
}

#[tokio::test]
async fn a_press_that_there_is_no_room_to_keep_is_tried_once() {
    let (mocks, kept) = Kept::over(rung());
    let application = mocks.application();
    let begun: Vec<Joined> = (0..)
        .map(|number| {
            let key = PressKey {
                dial: DialReference {
                    call_id: CallId::new(Uuid::from_u128(1000 + number)),
                    ..first_dial()
                },
                sid: sid("CA1"),
                digits: "1".parse().unwrap(),
                confirmed: false,
            };
            application.pending_presses.join_or_begin(key, at(0))
        })
        .take_while(|joined| !matches!(joined, Joined::Full))
        .collect();
    assert_eq!(begun.len(), 10_000);
    kept.away.store(true, Ordering::SeqCst);
    let lost = application.press_key(press("1")).await;
    assert!(matches!(lost, Err(ApplicationError::Storage(_))));
    assert_eq!(kept.asked.load(Ordering::SeqCst), 1);
    kept.away.store(false, Ordering::SeqCst);
    let answer = application.press_key(press("1")).await.unwrap();
    assert_eq!(answer, PressAnswer::Acknowledged);
}
