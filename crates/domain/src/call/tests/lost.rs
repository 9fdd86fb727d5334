//! Dials whose carrier's answer was lost, and legs that turn out to be another's.

use super::*;

/// A call whose first dial the carrier was asked for at second 10, without a readable answer.
fn unknown_call() -> Call {
    changed(
        &stored_call(3),
        &placed(1, Placed::Unknown, AskedBy::Caller),
        at(10),
    )
}

/// The lookup of the first dial came to `result`.
fn looked_up(result: LookupResult) -> CallEvent {
    CallEvent::LookedUp {
        dial_no: DialNo::FIRST,
        found: result,
    }
}

/// The lookup of the first dial found this SID, in this status.
fn found(sid_text: &str, status: CallStatus) -> CallEvent {
    looked_up(LookupResult::Found(record(sid_text, status)))
}

/// The first dial was answered by the leg with this SID.
fn voice_requested(sid_text: &str) -> CallEvent {
    CallEvent::VoiceRequested {
        sid: sid(sid_text),
        dial_no: Some(DialNo::FIRST),
    }
}

#[test]
fn a_dial_that_goes_on_for_long_is_polled_until_it_has_ended() {
    let call = accepted_call(1);
    let poll = |call: &Call| match next_work(call) {
        Some(DueWork {
            at,
            work: Work::Poll { .. },
        }) => Some(at),
        Some(_) | None => None,
    };
    assert_eq!(poll(&call), Some(at(301)));
    let ringing = changed(&call, &received("CA1", CallStatus::Ringing, 1), at(20));
    assert_eq!(poll(&ringing), Some(at(301)));

    let polled = CallEvent::Polled(record("CA1", CallStatus::Ringing));
    let again = changed(&ringing, &polled, at(320));
    assert_eq!((poll(&again), again.attempts.len()), (Some(at(620)), 1));
    let busy = CallEvent::Polled(record("CA1", CallStatus::Busy));
    let ended = changed(&again, &busy, at(620));
    assert_eq!(poll(&ended), None);
    assert_eq!(ended.next_retry_at(), Some(at(630)), "and it is redialled");

    let gone = CallEvent::NotKnown {
        dial_no: DialNo::FIRST,
    };
    let lost = changed(&again, &gone, at(620));
    assert_eq!((lost.status(), lost.finished()), (CallStatus::Failed, true));
    assert_eq!(
        apply(&ended, &gone, at(700)).effect,
        Effect::Unchanged,
        "how it ended is known"
    );
}

#[test]
fn a_dial_that_is_to_end_or_that_an_older_service_placed_is_not_polled() {
    let call = accepted_call(1);
    let ending = changed(&call, &CallEvent::HangUpRequested, at(9));
    assert!(matches!(
        next_work(&ending).unwrap().work,
        Work::HangUp { .. }
    ));
    let mut old = call;
    old.dials[0].sid_known_at = None;
    assert_eq!(next_work(&old), None);
}

#[test]
fn an_unknown_dial_is_looked_up_then_held_and_never_dialled_again() {
    let unknown = unknown_call();
    assert_eq!(
        next_work(&unknown),
        Some(DueWork {
            at: at(12),
            work: Work::Lookup {
                dial_no: DialNo::FIRST
            }
        })
    );
    let missed = looked_up(LookupResult::NotFound);
    let again = changed(&unknown, &missed, at(12));
    assert_eq!(next_work(&again).unwrap().at, at(42));
    assert!(!again.held());
    assert_eq!(refused(&again, &due(2), at(9999)), RefusedMove::NotDue);

    let held = changed(&again, &missed, at(600));
    assert!(held.held() && !held.finished());
    assert_eq!(next_work(&held), None);
    assert_eq!(
        refused(&held, &CallEvent::RedialRequested, at(601)),
        RefusedMove::DialUnderWay
    );

    let mut named = update("CA9", CallStatus::Ringing, 1);
    named.dial_no = Some(DialNo::FIRST);
    let adopted = changed(&held, &CallEvent::StatusReceived(named), at(700));
    assert!(!adopted.held());
    assert_eq!(adopted.twilio_sid(), Some(&sid("CA9")));
}

#[test]
fn an_intent_left_by_a_process_that_ended_is_looked_up_after_its_grace() {
    let call = stored_call(3);
    assert_eq!(
        next_work(&call),
        Some(DueWork {
            at: at(30),
            work: Work::Lookup {
                dial_no: DialNo::FIRST
            }
        })
    );
    let found_it = found("CA5", CallStatus::InProgress);
    assert_eq!(refused(&call, &found_it, at(29)), RefusedMove::NotDue);
    let adopted = changed(&call, &found_it, at(30));
    assert_eq!(adopted.twilio_sid(), Some(&sid("CA5")));
    assert_eq!(adopted.status(), CallStatus::InProgress);
    assert_eq!(adopted.dials[0].sid_source, Some(SidSource::Lookup));
}

#[test]
fn a_sid_concluded_by_lookup_gives_way_to_a_callback_and_a_sure_one_does_not() {
    let unknown = unknown_call();
    let found_it = found("CA5", CallStatus::Busy);
    let concluded = changed(&unknown, &found_it, at(12));
    assert_eq!(concluded.status(), CallStatus::Busy);
    let mut named = update("CA6", CallStatus::Ringing, 1);
    named.dial_no = Some(DialNo::FIRST);
    let corrected = changed(
        &concluded,
        &CallEvent::StatusReceived(named.clone()),
        at(13),
    );
    assert_eq!(corrected.twilio_sid(), Some(&sid("CA6")));
    assert_eq!(
        corrected.status(),
        CallStatus::Ringing,
        "what CA5 told is forgotten"
    );

    let given_back = changed(
        &concluded,
        &CallEvent::SidGivenBack { sid: sid("CA5") },
        at(13),
    );
    assert_eq!(given_back.twilio_sid(), None);
    assert!(matches!(
        next_work(&given_back).unwrap().work,
        Work::Lookup { .. }
    ));

    let sure = accepted_call(3);
    assert_eq!(
        refused(&sure, &CallEvent::SidGivenBack { sid: sid("CA1") }, at(13)),
        RefusedMove::OtherSid
    );
    let stray = apply(&sure, &CallEvent::StatusReceived(named), at(13));
    assert_eq!(stray.effect, Effect::Stray);
    assert_eq!(stray.call, sure);
}

#[test]
fn a_callback_before_the_answer_is_adopted_and_the_answer_then_changes_nothing() {
    let mut early = update("CA1", CallStatus::Initiated, 0);
    early.dial_no = Some(DialNo::FIRST);
    let adopted = changed(&stored_call(0), &CallEvent::StatusReceived(early), at(1));
    assert_eq!(
        apply(&adopted, &accepted(1, "CA1"), at(2)).effect,
        Effect::Unchanged
    );
    let lost = apply(
        &adopted,
        &placed(1, Placed::Unknown, AskedBy::Caller),
        at(2),
    );
    assert_eq!(lost.effect, Effect::Unchanged, "known to exist");
}

#[test]
fn a_second_leg_of_one_dial_is_a_stray_and_may_not_speak() {
    let call = accepted_call(0);
    let spoken = changed(&call, &voice_requested("CA1"), at(5));
    assert_eq!(spoken.dials[0].voice_requested_at, Some(at(5)));
    assert_eq!(
        apply(&spoken, &voice_requested("CA1"), at(6)).effect,
        Effect::Unchanged
    );
    assert_eq!(
        apply(&spoken, &voice_requested("CA2"), at(6)).effect,
        Effect::Stray
    );
}

#[test]
fn a_list_that_cannot_be_read_never_holds_a_dial() {
    let unknown = unknown_call();
    let unreadable = looked_up(LookupResult::Unreadable);
    let late = changed(&unknown, &unreadable, at(9_000));
    assert!(!late.held());
    assert_eq!(next_work(&late).unwrap().at, at(9_030));
}

/// A call whose first dial ended busy as `CA1`, and whose second the carrier is being asked for.
fn redialling() -> Call {
    let busy = received("CA1", CallStatus::Busy, 1);
    changed(&changed(&accepted_call(3), &busy, at(5)), &due(2), at(15))
}

#[test]
fn two_dials_of_a_call_never_have_one_sid() {
    let call = redialling();
    assert_eq!(
        refused(&call, &accepted(2, "CA1"), at(16)),
        RefusedMove::OtherSid
    );
    let found = CallEvent::LookedUp {
        dial_no: dial_no(2),
        found: LookupResult::Found(record("CA1", CallStatus::Busy)),
    };
    let missed = changed(&call, &found, at(45));
    assert_eq!(missed.twilio_sid(), None, "it is another dial's");
    assert!(matches!(
        missed.dials[1].placement,
        Placement::Unknown { .. }
    ));
}

#[test]
fn what_a_lookup_concluded_gives_way_to_the_carriers_answer_for_another_dial() {
    let found = CallEvent::LookedUp {
        dial_no: dial_no(2),
        found: LookupResult::Found(record("CA2", CallStatus::Busy)),
    };
    let concluded = changed(&redialling(), &found, at(45));
    let third = changed(&concluded, &due(3), at(60));
    let answered = changed(&third, &accepted(3, "CA2"), at(61));
    assert_eq!(answered.dials[1].sid, None);
    assert_eq!(answered.twilio_sid(), Some(&sid("CA2")));
}

#[test]
fn a_sid_concluded_by_lookup_is_sure_once_a_callback_has_named_it() {
    let unknown = unknown_call();
    let found_it = found("CA5", CallStatus::Ringing);
    let concluded = changed(&unknown, &found_it, at(12));
    let speaking = changed(&concluded, &voice_requested("CA5"), at(13));
    assert_eq!(speaking.dials[0].sid_source, Some(SidSource::Callback));
    assert_eq!(
        apply(&speaking, &voice_requested("CA6"), at(14)).effect,
        Effect::Stray,
        "one leg speaks"
    );
}

#[test]
fn a_refusal_that_arrives_late_overrules_what_a_lookup_concluded() {
    let found_it = found("CA5", CallStatus::Ringing);
    let concluded = changed(&stored_call(3), &found_it, at(30));
    let refused = changed(
        &concluded,
        &placed(1, refusal(RefusalKind::Number), AskedBy::Caller),
        at(31),
    );
    assert_eq!(refused.twilio_sid(), None);
    assert!(refused.finished());
}

#[test]
fn an_older_dial_whose_sid_was_given_back_is_looked_up_before_anything_else_rings() {
    let unknown = unknown_call();
    let found_it = found("CA5", CallStatus::Busy);
    let redialling = changed(&changed(&unknown, &found_it, at(12)), &due(2), at(22));
    let second = changed(&redialling, &accepted(2, "CA6"), at(23));
    let given_back = changed(
        &second,
        &CallEvent::SidGivenBack { sid: sid("CA5") },
        at(24),
    );
    let second_busy = changed(&given_back, &received("CA6", CallStatus::Busy, 2), at(25));
    assert_eq!(
        next_work(&second_busy),
        Some(DueWork {
            at: at(24),
            work: Work::Lookup {
                dial_no: DialNo::FIRST
            }
        })
    );
    assert_eq!(refused(&second_busy, &due(3), at(999)), RefusedMove::NotDue);
    assert!(!second_busy.finished());
}

#[test]
fn hanging_up_settles_what_is_held() {
    let unknown = unknown_call();
    let missed = looked_up(LookupResult::NotFound);
    let held = changed(&unknown, &missed, at(700));
    assert!(held.held());
    let over = changed(&held, &CallEvent::HangUpRequested, at(701));
    assert!(over.finished() && !over.held());
    assert_eq!(over.status(), CallStatus::Canceled);
}
