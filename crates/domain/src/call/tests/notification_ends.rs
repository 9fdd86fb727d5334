//! When a notification rings again, and what ends that: acknowledged, canceled, given up.

use super::*;
use crate::notification::NotificationStatus;

fn status(call: &Call) -> NotificationStatus {
    call.notification_status().unwrap()
}

#[test]
fn a_notification_rings_again_until_somebody_acknowledges_or_the_plan_is_spent() {
    let cases = [
        (CallStatus::Busy, Some(486), true),
        (CallStatus::NoAnswer, None, true),
        (CallStatus::Failed, Some(503), true),
        (CallStatus::Failed, Some(404), false),
        (CallStatus::Completed, None, true),
        (CallStatus::Canceled, None, false),
    ];
    for (end, code, redialled) in cases {
        let call = ended(&accepted_notification(), end, code);
        assert_eq!(
            call.next_retry_at().is_some(),
            redialled,
            "{end:?} {code:?}"
        );
        assert_eq!(call.finished(), !redialled, "{end:?} {code:?}");
    }

    let mut call = accepted_notification();
    for number in 1..=4 {
        let own = format!("CA{number}");
        if number > 1 {
            let due_at = call.next_retry_at().unwrap();
            call = changed(&call, &due(number), due_at);
            call = changed(&call, &accepted(number, &own), due_at);
        }
        let now = at(1000 * i64::from(number));
        call = changed(&call, &received(&own, CallStatus::Completed, 2), now);
    }
    assert_eq!(call.redial_count(), 3);
    assert!(call.finished(), "the plan is spent");
    let by_hand = changed(&call, &CallEvent::RedialRequested, at(9000));
    assert_eq!(by_hand.dials.len(), 5, "a person may ring once more");
}

#[test]
fn giving_up_the_redials_leaves_the_acknowledgement_open() {
    let completed = ended(&accepted_notification(), CallStatus::Completed, None);
    let given_up = changed(&completed, &CallEvent::RedialsGivenUp, at(21));
    assert!(given_up.finished());
    assert_eq!(status(&given_up), NotificationStatus::NotReached);
    let late = changed(&given_up, &pressed(1, "CA1", "1", 19), at(22));
    assert_eq!(status(&late), NotificationStatus::Acknowledged);
}

#[test]
fn every_status_is_told_from_the_dials_and_what_was_decided() {
    let placed = stored_notification();
    assert_eq!(status(&placed), NotificationStatus::Placed);
    let accepted = accepted_notification();
    assert_eq!(status(&accepted), NotificationStatus::Placed);
    let ringing = changed(&accepted, &received("CA1", CallStatus::Ringing, 1), at(2));
    assert_eq!(status(&ringing), NotificationStatus::Ringing);
    let talking = changed(&ringing, &received("CA1", CallStatus::InProgress, 2), at(3));
    assert_eq!(status(&talking), NotificationStatus::Answered);
    let silent = changed(&talking, &received("CA1", CallStatus::Completed, 3), at(4));
    assert_eq!(status(&silent), NotificationStatus::NotReached);
    for (verdict, expected) in [
        (AnsweredBy::Human, NotificationStatus::Unacknowledged),
        (AnsweredBy::Unknown, NotificationStatus::NotReached),
        (AnsweredBy::MachineEndBeep, NotificationStatus::NotReached),
    ] {
        let told = changed(&silent, &judged(1, "CA1", verdict), at(5));
        assert_eq!(status(&told), expected, "{verdict:?}");
    }
    // The callback of the verdict was lost, and the last update repeats it.
    let CallEvent::StatusReceived(mut last) = received("CA1", CallStatus::Completed, 4) else {
        panic!("no update")
    };
    last.answered_by = Some("human".to_owned());
    let repeated = changed(&silent, &CallEvent::StatusReceived(last), at(5));
    assert_eq!(status(&repeated), NotificationStatus::Unacknowledged);
    let machine = judged(1, "CA1", AnsweredBy::MachineEndBeep);
    let judged_first = changed(&repeated, &machine, at(6));
    assert_eq!(status(&judged_first), NotificationStatus::NotReached);
    let wrong_key = changed(&silent, &pressed(1, "CA1", "7", 3), at(5));
    assert_eq!(status(&wrong_key), NotificationStatus::Unacknowledged);
    let again = changed(&wrong_key, &due(2), at(60));
    assert_eq!(status(&again), NotificationStatus::Placed, "it rings again");
    let canceled = changed(&again, &CallEvent::NotificationCanceled, at(61));
    assert_eq!(status(&canceled), NotificationStatus::Canceled);
    let acknowledged = changed(&again, &by_api(), at(61));
    assert_eq!(status(&acknowledged), NotificationStatus::Acknowledged);
}

#[test]
fn an_acknowledgement_ends_the_dial_that_rings_as_soon_as_its_sid_is_known() {
    let intended = changed(&redialling_notification(), &by_api(), at(31));
    assert_eq!(acknowledgement(&intended).superseded_dials, 1);
    assert_eq!(
        next_dial_work(&intended),
        Some(DueWork {
            at: at(60),
            work: Work::Lookup {
                dial_no: dial_no(2)
            }
        })
    );
    let known = changed(&intended, &accepted(2, "CA2"), at(32));
    let hang_up = Work::HangUp {
        dial_no: dial_no(2),
    };
    assert_eq!(
        next_work(&known),
        Some(DueWork {
            at: at(31),
            work: hang_up
        }),
        "at once, and before the delivery"
    );
    let tried = changed(&known, &hang_up_tried(2), at(32));
    assert_eq!(
        next_dial_work(&tried),
        Some(DueWork {
            at: at(42),
            work: hang_up
        }),
        "again while it goes on"
    );
    let over = changed(&tried, &received("CA2", CallStatus::NoAnswer, 2), at(33));
    assert!(over.finished());
    assert_eq!(over.next_retry_at(), None);

    let unknown = changed(
        &redialling_notification(),
        &placed(2, Placed::Unknown, AskedBy::Worker),
        at(31),
    );
    let found = CallEvent::LookedUp {
        dial_no: dial_no(2),
        found: LookupResult::Found(record("CA2", CallStatus::Ringing)),
    };
    let acknowledged = changed(&unknown, &by_api(), at(32));
    let adopted = changed(&acknowledged, &found, at(33));
    assert_eq!(next_dial_work(&adopted).map(|due| due.work), Some(hang_up));
}

#[test]
fn the_dial_whose_callee_pressed_the_key_is_left_to_hear_the_thanks() {
    let talking = changed(
        &accepted_notification(),
        &received("CA1", CallStatus::InProgress, 1),
        at(5),
    );
    let call = changed(&talking, &pressed(1, "CA1", "1", 8), at(8));
    assert_eq!(
        next_dial_work(&call),
        Some(DueWork {
            at: at(1).plus(NOTIFICATION_POLL_AFTER),
            work: Work::Poll {
                dial_no: DialNo::FIRST
            }
        })
    );
    assert!(!call.finished(), "it still talks");
    let ending = changed(&call, &CallEvent::HangUpRequested, at(9));
    assert_eq!(
        next_dial_work(&ending).map(|due| due.work),
        Some(Work::HangUp {
            dial_no: DialNo::FIRST
        }),
        "unless somebody hangs up"
    );
    assert_eq!(status(&ending), NotificationStatus::Acknowledged);
}

#[test]
fn an_acknowledgement_withdraws_what_waits_and_releases_what_is_held() {
    let deferred = changed(
        &redialling_notification(),
        &placed(2, Placed::NotSent, AskedBy::Worker),
        at(31),
    );
    let call = changed(&deferred, &by_api(), at(32));
    assert_eq!(call.dials[1].placement, Placement::Withdrawn);
    assert_eq!(acknowledgement(&call).superseded_dials, 0, "it never rang");
    assert!(call.finished());
    assert_eq!(refused(&call, &due(2), at(99)), RefusedMove::NotDue);

    let unknown = changed(
        &stored_notification(),
        &placed(1, Placed::Unknown, AskedBy::Caller),
        at(10),
    );
    let not_found = CallEvent::LookedUp {
        dial_no: DialNo::FIRST,
        found: LookupResult::NotFound,
    };
    let held = changed(&unknown, &not_found, at(700));
    assert!(held.held());
    let settled = changed(&held, &by_api(), at(701));
    assert!(settled.finished() && !settled.held());
    assert_eq!(acknowledgement(&settled).superseded_dials, 1);
    let mut late = update("CA9", CallStatus::Ringing, 1);
    late.dial_no = Some(DialNo::FIRST);
    let rings = changed(&settled, &CallEvent::StatusReceived(late), at(702));
    assert_eq!(
        next_dial_work(&rings),
        Some(DueWork {
            at: at(701),
            work: Work::HangUp {
                dial_no: DialNo::FIRST
            }
        }),
        "should it ring after all, it is ended"
    );
}

#[test]
fn a_carrier_that_is_away_for_long_costs_a_dial_and_not_the_notification() {
    let not_sent = |number| placed(number, Placed::NotSent, AskedBy::Worker);
    let deferred = changed(&redialling_notification(), &not_sent(2), at(31));
    let asked = changed(&deferred, &due(2), at(700));
    let over = changed(&asked, &not_sent(2), at(701));
    assert_eq!(over.dials[1].status(), CallStatus::Failed);
    assert!(!over.finished());
    let again = changed(&over, &due(3), over.next_retry_at().unwrap());
    let third = changed(&again, &accepted(3, "CA3"), at(800));
    assert_eq!(third.newest_dial().unwrap().dial_no, dial_no(3));
    let given_up = changed(&over, &CallEvent::RedialsGivenUp, at(702));
    assert!(given_up.finished());

    // A person who dials by hand has the answer that it never rings.
    let no_answer = ended(&accepted_notification(), CallStatus::NoAnswer, None);
    let by_hand = changed(&no_answer, &CallEvent::RedialRequested, at(30));
    let refused = placed(2, Placed::NotSent, AskedBy::Caller);
    assert!(changed(&by_hand, &refused, at(31)).finished());
}

#[test]
fn a_dial_that_is_not_taken_after_the_acknowledgement_is_not_asked_for_again() {
    let call = changed(&redialling_notification(), &by_api(), at(31));
    let over = changed(&call, &placed(2, Placed::NotSent, AskedBy::Worker), at(32));
    assert!(over.finished());
    assert_eq!(next_dial_work(&over), None);
}

#[test]
fn an_api_user_may_acknowledge_also_after_everything_was_given_up() {
    let mut call = stored_notification();
    call.retry_plan = RetryPlan::new(0, 10, Backoff::Fixed).unwrap();
    let no_answer = ended(
        &changed(&call, &accepted(1, "CA1"), at(1)),
        CallStatus::NoAnswer,
        None,
    );
    assert!(no_answer.finished());
    let acknowledged = changed(&no_answer, &by_api(), at(9999));
    let expected = AcknowledgedBy::Api {
        who: Some("Ann".parse().unwrap()),
        why: None,
    };
    assert_eq!(acknowledgement(&acknowledged).by, expected);
    assert!(acknowledged.finished(), "only the outside is to be told");
    assert_eq!(
        next_work(&acknowledged),
        Some(DueWork {
            at: at(9999),
            work: Work::Deliver
        })
    );
}

#[test]
fn a_canceled_notification_rings_nobody_and_no_press_counts() {
    let ringing = changed(
        &accepted_notification(),
        &received("CA1", CallStatus::Ringing, 1),
        at(2),
    );
    for cancel in [CallEvent::NotificationCanceled, CallEvent::HangUpRequested] {
        let canceled = changed(&ringing, &cancel, at(3));
        assert_eq!(canceled.notification().unwrap().canceled_at, Some(at(3)));
        assert_eq!(
            next_work(&canceled),
            Some(DueWork {
                at: at(3),
                work: Work::HangUp {
                    dial_no: DialNo::FIRST
                }
            })
        );
        let again = apply(&canceled, &CallEvent::NotificationCanceled, at(4));
        assert_eq!(again.effect, Effect::Unchanged);
        let press = changed(&canceled, &pressed(1, "CA1", "1", 4), at(4));
        assert_eq!(press.acknowledgement(), None, "the press is noted only");
        assert!(press.dials[0].first_key_press.is_some());
        let sure = apply(&press, &confirmed(1, "CA1", 5), at(5));
        assert_eq!(sure.effect, Effect::Unchanged);
        assert_eq!(refused(&press, &by_api(), at(6)), RefusedMove::Canceled);
        let over = changed(&press, &received("CA1", CallStatus::Completed, 2), at(7));
        assert!(over.finished());
        assert_eq!(
            refused(&over, &CallEvent::RedialRequested, at(8)),
            RefusedMove::Canceled
        );
    }
}

#[test]
fn what_is_acknowledged_or_finished_is_not_canceled_any_more() {
    let acknowledged = changed(&accepted_notification(), &by_api(), at(5));
    assert_eq!(
        refused(&acknowledged, &CallEvent::NotificationCanceled, at(6)),
        RefusedMove::Acknowledged
    );
    assert_eq!(
        refused(&acknowledged, &CallEvent::RedialRequested, at(6)),
        RefusedMove::Acknowledged
    );
    let hung_up = changed(&acknowledged, &CallEvent::HangUpRequested, at(6));
    assert_eq!(hung_up.notification().unwrap().canceled_at, None);

    let gone = ended(&accepted_notification(), CallStatus::Failed, Some(404));
    assert_eq!(
        refused(&gone, &CallEvent::NotificationCanceled, at(21)),
        RefusedMove::Finished
    );
}

#[test]
fn a_hang_up_and_an_acknowledgement_end_one_dial_without_asking_twice_as_often() {
    let known = changed(&redialling_notification(), &accepted(2, "CA2"), at(31));
    let both = changed(
        &changed(&known, &by_api(), at(32)),
        &CallEvent::HangUpRequested,
        at(33),
    );
    let tried = changed(&both, &hang_up_tried(2), at(34));
    assert_eq!(next_dial_work(&tried).unwrap().at, at(44));
}

#[test]
fn the_document_of_another_server_counts_as_played() {
    let url = crate::TwimlUrl::from_stored("https://example.com/hello.xml").unwrap();
    let document = Call {
        purpose: CallPurpose::Document(url),
        ..accepted_call(0)
    };
    let over = ended(&document, CallStatus::Completed, None);
    assert_eq!(
        over.reason_of_dial(&over.dials[0]).as_deref(),
        Some("answered")
    );
    assert_eq!(over.reason_of(&over.attempts[0]), "answered");
    let script = ended(&accepted_call(0), CallStatus::Completed, None);
    assert_eq!(
        script.reason_of_dial(&script.dials[0]).as_deref(),
        Some("answered, message not played")
    );
}

#[test]
fn an_older_dial_that_waits_is_withdrawn_too() {
    let found = CallEvent::LookedUp {
        dial_no: dial_no(2),
        found: LookupResult::Found(record("CA2", CallStatus::Busy)),
    };
    let concluded = changed(&redialling_notification(), &found, at(60));
    let third = changed(
        &changed(&concluded, &due(3), at(70)),
        &accepted(3, "CA3"),
        at(71),
    );
    let not_sent = placed(2, Placed::NotSent, AskedBy::Worker);
    let waiting = changed(&third, &not_sent, at(72));
    assert_eq!(
        next_dial_work(&waiting).map(|due| due.work),
        Some(Work::Place {
            dial_no: dial_no(2)
        })
    );
    let call = changed(&waiting, &pressed(3, "CA3", "1", 73), at(73));
    assert_eq!(call.dials[1].placement, Placement::Withdrawn);
    assert_eq!(
        next_dial_work(&call).map(|due| due.work),
        Some(Work::Poll {
            dial_no: dial_no(3)
        })
    );
}
