//! Notifications: placing them, what is heard of them, and settling them without a key.

use atlas_domain::call::{CallEvent, RefusedMove};
use atlas_domain::carrier::DialContent;
use atlas_domain::notification::AnsweredBy;
use atlas_domain::{DialNo, Who};

use super::*;
use crate::{ApplicationError, NotificationAnswer, PlaceNotification};

/// Mocks of a store that keeps this call.
fn keeping(call: Call) -> (Mocks, Arc<Mutex<Option<Call>>>) {
    let mut mocks = Mocks::new();
    let stored = mocks.keep(Some(call));
    mocks
        .directory
        .expect_locate_call()
        .returning(|_| Ok(Some(entry())));
    (mocks, stored)
}

fn pump() -> PlaceNotification {
    PlaceNotification {
        call_id: call_id(),
        to_number: "+15550100042".parse().unwrap(),
        task_id: None,
        task_title: "Restart the pump".parse().unwrap(),
    }
}

async fn answer(application: &Application, sid_text: &str) -> NotificationAnswer {
    application
        .answer_notification(Some(first_dial()), sid(sid_text), None)
        .await
        .unwrap()
}

fn judged(answered_by: AnsweredBy) -> CallEvent {
    CallEvent::MachineDetected {
        sid: sid("CA1"),
        dial_no: None,
        answered_by,
    }
}

fn acknowledged_by_api() -> CallEvent {
    CallEvent::AcknowledgedByApi {
        who: None,
        why: None,
        deliver: false,
    }
}

#[tokio::test]
async fn a_notification_is_stored_before_the_carrier_is_asked_under_its_own_plan() {
    let mut mocks = Mocks::new();
    let stored = mocks.keep(None);
    let seen = stored.clone();
    mocks.carrier.expect_place().once().returning(move |order| {
        let stored = seen.lock().unwrap().clone().expect("asked too early");
        let notification = stored.notification().expect("not a notification");
        assert_eq!(notification.task_title.as_str(), "Restart the pump");
        assert_eq!(
            stored.retry_plan,
            NotificationDefaults::default().retry_plan
        );
        assert!(matches!(
            order.content,
            DialContent::Notification {
                machine_detection: MachineDetection::Asynchronous
            }
        ));
        PlaceOutcome::Accepted { sid: sid("CA1") }
    });
    let answer = mocks
        .application()
        .place_notification(&TenantId::default(), pump())
        .await;
    assert!(matches!(answer, Ok(crate::DialAnswer::Accepted { .. })));
}

#[tokio::test]
async fn a_first_dial_that_is_taken_after_the_acknowledgement_is_ended_at_once() {
    let mut mocks = Mocks::new();
    let stored = mocks.keep(None);
    let row = stored.clone();
    mocks.carrier.expect_place().once().returning(move |_| {
        let mut row = row.lock().unwrap();
        let intended = row.clone().expect("asked too early");
        *row = Some(call::apply(&intended, &acknowledged_by_api(), at(0)).call);
        PlaceOutcome::Accepted { sid: sid("CA1") }
    });
    mocks.carrier.expect_hang_up().once().returning(|asked| {
        assert_eq!(asked, &sid("CA1"));
        Ok(Some(record("CA1", at(0))))
    });
    let answer = mocks
        .application()
        .place_notification(&TenantId::default(), pump())
        .await;
    assert!(matches!(answer, Ok(crate::DialAnswer::Accepted { .. })));
}

#[tokio::test]
async fn the_leg_that_is_the_dial_hears_the_task_as_often_as_it_asks() {
    let (mocks, _) = keeping(rung());
    let application = mocks.application();
    for _ in 0..2 {
        let NotificationAnswer::Prompt { title, dial } = answer(&application, "CA1").await else {
            panic!("no prompt")
        };
        assert_eq!(title.as_str(), "Restart the pump");
        assert_eq!(dial, first_dial());
    }
    assert_eq!(
        answer(&application, "CA2").await,
        NotificationAnswer::HangUp
    );
}

#[tokio::test]
async fn who_answers_a_settled_or_unknown_notification_is_told_so() {
    let cases = [
        (
            acknowledged_by_api(),
            NotificationAnswer::AlreadyAcknowledged,
        ),
        (
            CallEvent::NotificationCanceled,
            NotificationAnswer::Canceled,
        ),
    ];
    for (event, expected) in cases {
        let (mocks, _) = keeping(call::apply(&rung(), &event, at(1)).call);
        assert_eq!(answer(&mocks.application(), "CA1").await, expected);
    }
    let (mocks, _) = keeping(accepted());
    assert_eq!(
        answer(&mocks.application(), "CA1").await,
        NotificationAnswer::Unknown,
        "a call that is no notification"
    );
}

#[tokio::test]
async fn a_machine_that_is_detected_at_once_hears_the_machine_message() {
    let (mocks, stored) = keeping(rung());
    let application = mocks.application();
    let answer = application
        .answer_notification(
            Some(first_dial()),
            sid("CA1"),
            Some(AnsweredBy::MachineEndBeep),
        )
        .await
        .unwrap();
    assert!(matches!(answer, NotificationAnswer::MachineMessage { .. }));
    let call = stored.lock().unwrap().clone().unwrap();
    assert!(call.dials[0].judged_machine());
    assert!(call.dials[0].machine_message_at.is_some());
}

#[tokio::test]
async fn only_a_machine_is_moved_to_the_machine_message_and_only_once() {
    for (verdict, moved) in [
        (AnsweredBy::MachineEndBeep, 1),
        (AnsweredBy::Fax, 1),
        (AnsweredBy::Human, 0),
        (AnsweredBy::Unknown, 0),
    ] {
        let (mut mocks, stored) = keeping(rung());
        mocks
            .carrier
            .expect_play_machine_message()
            .times(moved)
            .returning(|asked, dial| {
                assert_eq!((asked, dial), (&sid("CA1"), &first_dial()));
                Ok(())
            });
        let application = mocks.application();
        let named = Some(first_dial());
        application
            .report_machine(named, sid("CA1"), verdict)
            .await
            .unwrap();
        if moved == 1 {
            let heard = application.answer_machine(named, sid("CA1")).await.unwrap();
            assert!(matches!(heard, NotificationAnswer::MachineMessage { .. }));
        }
        // The callback is repeated.
        application
            .report_machine(named, sid("CA1"), verdict)
            .await
            .unwrap();
        let call = stored.lock().unwrap().clone().unwrap();
        assert_eq!(call.dials[0].detection.unwrap().answered_by, verdict);
    }
}

#[tokio::test]
async fn a_verdict_that_the_carrier_could_not_act_on_is_acted_on_when_it_is_repeated() {
    let (mut mocks, _) = keeping(rung());
    let mut tries = 0;
    mocks
        .carrier
        .expect_play_machine_message()
        .times(2)
        .returning(move |_, _| {
            tries += 1;
            match tries {
                1 => Err(CarrierError::NotReached {
                    reason: "away".to_owned(),
                }),
                _ => Ok(()),
            }
        });
    let application = mocks.application();
    for _ in 0..2 {
        application
            .report_machine(Some(first_dial()), sid("CA1"), AnsweredBy::MachineEndOther)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn whoever_pressed_a_key_or_hears_that_it_is_settled_is_not_moved() {
    let pressed = CallEvent::KeyPressed {
        sid: sid("CA1"),
        dial_no: Some(DialNo::FIRST),
        digits: "5".parse().unwrap(),
        confirmed: false,
        pressed_at: at(1),
        deliver: false,
    };
    let ended = CallEvent::StatusReceived(update("CA1", CallStatus::Completed));
    let settled = [
        pressed,
        ended,
        acknowledged_by_api(),
        CallEvent::NotificationCanceled,
    ];
    for event in settled {
        let (mocks, _) = keeping(call::apply(&rung(), &event, at(1)).call);
        mocks
            .application()
            .report_machine(Some(first_dial()), sid("CA1"), AnsweredBy::MachineEndBeep)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn a_canceled_notification_is_ended_and_one_that_is_acknowledged_cannot_be() {
    let (mut mocks, stored) = keeping(rung());
    mocks
        .carrier
        .expect_hang_up()
        .once()
        .returning(|_| Ok(Some(record("CA1", at(0)))));
    let application = mocks.application();
    let tenant = TenantId::default();
    let canceled = application.cancel_notification(&tenant, call_id()).await;
    assert!(canceled.unwrap().notification().unwrap().settled());
    let call = stored.lock().unwrap().clone().unwrap();
    assert!(call.notification().unwrap().canceled_at.is_some());

    let (mocks, _) = keeping(call::apply(&rung(), &acknowledged_by_api(), at(1)).call);
    let refused = mocks
        .application()
        .cancel_notification(&tenant, call_id())
        .await;
    assert!(matches!(
        refused,
        Err(ApplicationError::MoveRefused(RefusedMove::Acknowledged))
    ));
}

#[tokio::test]
async fn an_acknowledgement_by_the_api_is_the_first_one_and_is_to_be_delivered() {
    let (mut mocks, _) = keeping(rung());
    mocks.sink = Arc::new(ScriptedSink::default());
    let ends = |_: &CallSid| Ok(Some(record("CA1", at(0))));
    mocks.carrier.expect_hang_up().once().returning(ends);
    let application = mocks.application();
    let tenant = TenantId::default();
    for who in ["Ada", "Grace"] {
        let who: Who = who.parse().unwrap();
        let call = application
            .acknowledge_notification(&tenant, call_id(), Some(who), None)
            .await
            .unwrap();
        let acknowledgement = call.acknowledgement().unwrap();
        assert!(matches!(&acknowledgement.by,
            AcknowledgedBy::Api { who: Some(who), .. } if who.as_str() == "Ada"));
        assert!(acknowledgement.delivery.is_some());
        assert_eq!(acknowledgement.superseded_dials, 1);
    }
}

#[tokio::test]
async fn a_dial_whose_sid_comes_with_a_callback_after_the_acknowledgement_is_ended_whoever_holds_its_call()
 {
    // The answer to the request for the dial was lost with the process that made it, whose lease
    // lasts: nothing can be claimed.
    let due = call::next_work(&busy()).unwrap().at;
    let dial_no = DialNo::FIRST.next();
    let begun = call::apply(&busy(), &CallEvent::DialDue { dial_no }, due).call;
    let acknowledged = call::apply(&begun, &acknowledged_by_api(), due).call;
    let (mut mocks, stored) = keeping(acknowledged);
    mocks.now = due;
    mocks.carrier.expect_hang_up().once().returning(|asked| {
        assert_eq!(asked, &sid("CA2"));
        Ok(Some(CarrierCall {
            status: Some(CallStatus::Canceled),
            ended_at: Some(at(100)),
            ..record("CA2", at(0))
        }))
    });
    let second_dial = DialReference {
        dial_no,
        ..first_dial()
    };
    let application = mocks.application();
    for _ in 0..2 {
        application
            .record_status(Some(second_dial), update("CA2", CallStatus::Ringing))
            .await
            .unwrap();
    }
    assert!(stored.lock().unwrap().clone().unwrap().finished());
}

/// A notification whose first dial was busy.
fn busy() -> Call {
    let busy = CallEvent::StatusReceived(update("CA1", CallStatus::Busy));
    call::apply(&rung(), &busy, at(0)).call
}

#[tokio::test]
async fn what_is_no_notification_is_not_found() {
    let tenant = TenantId::default();
    let (mocks, _) = keeping(accepted());
    let application = mocks.application();
    let answers = [
        application.find_notification(&tenant, call_id()).await,
        application.cancel_notification(&tenant, call_id()).await,
        application
            .acknowledge_notification(&tenant, call_id(), None, None)
            .await,
    ];
    for answer in answers {
        assert!(matches!(
            answer,
            Err(ApplicationError::NotificationNotFound(_))
        ));
    }
    let canceled = call::apply(&rung(), &CallEvent::NotificationCanceled, at(1)).call;
    let (mocks, _) = keeping(canceled);
    let refused = mocks
        .application()
        .acknowledge_notification(&tenant, call_id(), None, None)
        .await;
    assert!(matches!(
        refused,
        Err(ApplicationError::MoveRefused(RefusedMove::Canceled))
    ));
}

#[tokio::test]
async fn a_second_verdict_does_not_change_the_first() {
    let human = call::apply(&rung(), &judged(AnsweredBy::Human), at(1)).call;
    let (mocks, stored) = keeping(human);
    mocks
        .application()
        .report_machine(Some(first_dial()), sid("CA1"), AnsweredBy::MachineEndBeep)
        .await
        .unwrap();
    let call = stored.lock().unwrap().clone().unwrap();
    assert!(!call.dials[0].judged_machine());
}
