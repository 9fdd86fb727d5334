//! Key presses, verdicts, and who is first.

use super::*;

/// What acknowledges on `dial_no` with the key 1, pressed at second `seconds`.
fn key_press(number: u32, sid_text: &str, seconds: i64) -> AcknowledgedBy {
    AcknowledgedBy::KeyPress {
        dial_no: dial_no(number),
        sid: sid(sid_text),
        digits: "1".parse().unwrap(),
        pressed_at: at(seconds),
    }
}

#[test]
fn the_key_one_acknowledges_and_the_entry_of_the_outbox_is_part_of_the_same_change() {
    let call = accepted_notification();
    let acknowledged = changed(&call, &pressed(1, "CA1", "1", 8), at(9));
    assert_eq!(acknowledged.revision, call.revision + 1, "one change");
    let acknowledgement = acknowledgement(&acknowledged);
    assert_eq!(acknowledgement.acknowledged_at, at(9));
    assert_eq!(acknowledgement.by, key_press(1, "CA1", 8));
    assert_eq!(acknowledgement.superseded_dials, 0);
    let delivery = acknowledgement.delivery.as_ref().unwrap();
    assert_eq!(delivery.next_try_at(), Some(at(9)), "due at once");
    assert_eq!(
        delivery.webhook_id.to_string(),
        "ack_6f2cbf1c53d24e4b9d8c2d6f2f6f0a11"
    );
    let press = acknowledged.dials[0].first_key_press.as_ref().unwrap();
    assert_eq!((press.digits.as_str(), press.pressed_at), ("1", at(8)));
}

#[test]
fn without_anybody_who_listens_there_is_no_entry_in_the_outbox() {
    let mut event = pressed(1, "CA1", "1", 8);
    if let CallEvent::KeyPressed { deliver, .. } = &mut event {
        *deliver = false;
    }
    let acknowledged = changed(&accepted_notification(), &event, at(9));
    assert_eq!(acknowledgement(&acknowledged).delivery, None);
    assert_eq!(
        next_work(&acknowledged).map(|due| due.work),
        Some(Work::Poll {
            dial_no: DialNo::FIRST
        })
    );
}

#[test]
fn the_first_press_wins_and_later_ones_change_nothing() {
    let first = changed(&accepted_notification(), &pressed(1, "CA1", "1", 8), at(9));
    for (again, seconds) in [
        (pressed(1, "CA1", "1", 8), 9),
        (pressed(1, "CA1", "1", 10), 10),
        (pressed(1, "CA1", "5", 11), 11),
        (confirmed(1, "CA1", 12), 12),
        (by_api(), 13),
    ] {
        let applied = apply(&first, &again, at(seconds));
        assert_eq!(applied.effect, Effect::Unchanged, "{again:?}");
        assert_eq!(applied.call, first, "{again:?}");
    }
}

#[test]
fn another_key_is_noted_and_acknowledges_nothing() {
    for digits in ["0", "5", "*", "11", "#"] {
        let call = changed(
            &accepted_notification(),
            &pressed(1, "CA1", digits, 8),
            at(9),
        );
        assert_eq!(call.acknowledgement(), None, "{digits}");
        assert!(call.dials[0].reached_human(), "{digits}");
        let right = changed(&call, &pressed(1, "CA1", "1", 10), at(10));
        assert_eq!(acknowledgement(&right).by, key_press(1, "CA1", 10));
        let first = right.dials[0].first_key_press.as_ref().unwrap();
        assert_eq!(first.digits.as_str(), digits, "the first press stays");
    }
}

#[test]
fn a_press_that_comes_after_the_dial_ended_or_the_redial_began_still_counts() {
    let completed = ended(&accepted_notification(), CallStatus::Completed, None);
    let late = changed(&completed, &pressed(1, "CA1", "1", 8), at(25));
    assert_eq!(acknowledgement(&late).by, key_press(1, "CA1", 8));
    assert_eq!(acknowledgement(&late).superseded_dials, 0);
    assert!(late.finished() && late.next_retry_at().is_none());

    let redialling = changed(&completed, &due(2), at(30));
    let later = changed(&redialling, &pressed(1, "CA1", "1", 8), at(31));
    assert_eq!(acknowledgement(&later).by, key_press(1, "CA1", 8));
    assert_eq!(acknowledgement(&later).superseded_dials, 1);
    let work = next_dial_work(&later).unwrap().work;
    assert_eq!(
        work,
        Work::Lookup {
            dial_no: dial_no(2)
        },
        "what it rings is looked up first"
    );
}

#[test]
fn a_press_brings_the_sid_of_a_dial_whose_answer_was_lost() {
    let unknown = changed(
        &stored_notification(),
        &placed(1, Placed::Unknown, AskedBy::Caller),
        at(10),
    );
    let call = changed(&unknown, &pressed(1, "CA7", "1", 20), at(20));
    assert_eq!(call.dials[0].sid, Some(sid("CA7")));
    assert_eq!(call.dials[0].sid_known_at, Some(at(20)));
    assert_eq!(acknowledgement(&call).by, key_press(1, "CA7", 20));
}

#[test]
fn a_stray_leg_changes_nothing() {
    let call = accepted_notification();
    for event in [
        pressed(1, "CA9", "1", 8),
        // A leg of this notification, but not of the dial that the URL was made for.
        pressed(2, "CA1", "1", 8),
        judged(1, "CA9", AnsweredBy::Human),
        judged(2, "CA1", AnsweredBy::MachineStart),
        CallEvent::MachineMessageRequested {
            sid: sid("CA9"),
            dial_no: None,
        },
    ] {
        let applied = apply(&call, &event, at(9));
        assert_eq!(applied.effect, Effect::Stray, "{event:?}");
        assert_eq!(applied.call, call, "{event:?}");
    }
}

#[test]
fn a_machine_never_acknowledges_unless_a_person_presses_once_more() {
    for verdict in AnsweredBy::ALL {
        let told = changed(&accepted_notification(), &judged(1, "CA1", verdict), at(5));
        let call = changed(&told, &pressed(1, "CA1", "1", 8), at(8));
        assert_eq!(
            call.acknowledgement().is_none(),
            verdict.is_machine(),
            "{verdict:?}"
        );
        assert!(call.dials[0].first_key_press.is_some(), "{verdict:?}");
        let sure = apply(&call, &confirmed(1, "CA1", 10), at(10)).call;
        let pressed_at = if verdict.is_machine() { 10 } else { 8 };
        assert_eq!(
            acknowledgement(&sure).by,
            key_press(1, "CA1", pressed_at),
            "{verdict:?}"
        );
    }
}

#[test]
fn a_machine_verdict_on_a_dial_with_a_key_press_changes_nothing() {
    let wrong_key = changed(&accepted_notification(), &pressed(1, "CA1", "5", 4), at(4));
    let machine = judged(1, "CA1", AnsweredBy::MachineEndBeep);
    assert_eq!(apply(&wrong_key, &machine, at(5)).effect, Effect::Unchanged);
    let call = changed(&wrong_key, &pressed(1, "CA1", "1", 6), at(6));
    assert_eq!(acknowledgement(&call).by, key_press(1, "CA1", 6));
    let human = judged(1, "CA1", AnsweredBy::Human);
    let told = changed(&call, &human, at(7));
    assert_eq!(
        told.dials[0].detection,
        Some(Detection {
            answered_by: AnsweredBy::Human,
            at: at(7)
        })
    );
}

#[test]
fn a_press_that_arrived_before_the_verdict_counts_however_late_it_is_stored() {
    let told = changed(
        &accepted_notification(),
        &judged(1, "CA1", AnsweredBy::MachineEndBeep),
        at(6),
    );
    let at_once = changed(&told, &pressed(1, "CA1", "1", 6), at(9));
    assert_eq!(at_once.acknowledgement(), None, "it was judged by then");
    let held = changed(&told, &pressed(1, "CA1", "1", 5), at(9));
    assert_eq!(acknowledgement(&held).by, key_press(1, "CA1", 5));
}

#[test]
fn the_first_verdict_stays() {
    let human = changed(
        &accepted_notification(),
        &judged(1, "CA1", AnsweredBy::Human),
        at(5),
    );
    let machine = judged(1, "CA1", AnsweredBy::MachineStart);
    assert_eq!(apply(&human, &machine, at(6)).effect, Effect::Unchanged);
}

#[test]
fn the_verdict_on_one_dial_says_nothing_of_another() {
    let first = changed(
        &accepted_notification(),
        &judged(1, "CA1", AnsweredBy::MachineEndBeep),
        at(5),
    );
    let completed = ended(&first, CallStatus::Completed, None);
    let second = changed(
        &changed(&completed, &due(2), at(30)),
        &accepted(2, "CA2"),
        at(31),
    );
    let call = changed(&second, &pressed(2, "CA2", "1", 40), at(40));
    assert_eq!(acknowledgement(&call).by, key_press(2, "CA2", 40));
}

#[test]
fn what_only_notifications_have_is_refused_to_other_calls() {
    let call = accepted_call(3);
    for event in [
        pressed(1, "CA1", "1", 8),
        judged(1, "CA1", AnsweredBy::Human),
        CallEvent::MachineMessageRequested {
            sid: sid("CA1"),
            dial_no: Some(DialNo::FIRST),
        },
        by_api(),
        CallEvent::NotificationCanceled,
        CallEvent::DeliveryTried {
            outcome: crate::notification::DeliveryOutcome::Delivered,
        },
    ] {
        assert_eq!(
            refused(&call, &event, at(9)),
            RefusedMove::NotANotification,
            "{event:?}"
        );
    }
    assert_eq!(call.notification_status(), None);
    assert_eq!(call.proof_of_reach(), []);
}
