//! The life of a call: placement, redials, lookups, hang-ups.

use super::*;
use crate::carrier::{Refusal, RefusalKind};

fn placed(number: u32, outcome: Placed, asked_by: AskedBy) -> CallEvent {
    CallEvent::Placed {
        dial_no: dial_no(number),
        outcome,
        asked_by,
    }
}

fn refusal(kind: RefusalKind) -> Placed {
    Placed::Refused(Refusal {
        kind,
        code: Some(1),
        message: "no".to_owned(),
    })
}

fn ended(call: &Call, status: CallStatus, sip_response_code: Option<u16>) -> Call {
    let mut update = update("CA1", status, 2);
    update.sip_response_code = sip_response_code;
    changed(call, &CallEvent::StatusReceived(update), at(20))
}

fn due(number: u32) -> CallEvent {
    CallEvent::DialDue {
        dial_no: dial_no(number),
    }
}

#[test]
fn a_redial_is_due_after_the_delay_and_only_once() {
    let busy = ended(&accepted_call(1), CallStatus::Busy, Some(486));
    assert_eq!(busy.next_retry_at(), Some(at(30)));
    assert!(!busy.finished());
    assert_eq!(refused(&busy, &due(2), at(29)), RefusedMove::NotDue);

    let dialling = changed(&busy, &due(2), at(30));
    assert_eq!(dialling.dials.len(), 2);
    assert_eq!(dialling.status(), CallStatus::Initiated);
    assert_eq!(refused(&dialling, &due(2), at(30)), RefusedMove::NotDue);
    assert_eq!(refused(&dialling, &due(3), at(99)), RefusedMove::NotDue);

    let again = changed(&dialling, &accepted(2, "CA2"), at(31));
    let busy_again = changed(&again, &received("CA2", CallStatus::Busy, 2), at(32));
    assert!(busy_again.finished(), "the one redial is spent");
    assert_eq!(busy_again.attempts[1].attempt_no, 2);
}

#[test]
fn what_another_try_cannot_cure_is_not_redialled() {
    let cases = [
        (CallStatus::Busy, Some(486), true),
        (CallStatus::NoAnswer, Some(487), true),
        (CallStatus::Failed, None, true),
        (CallStatus::Failed, Some(503), true),
        (CallStatus::Failed, Some(404), false),
        (CallStatus::Failed, Some(410), false),
        (CallStatus::Failed, Some(484), false),
        (CallStatus::Failed, Some(604), false),
        (CallStatus::Canceled, None, false),
        (CallStatus::Completed, Some(200), false),
    ];
    for (status, code, redialled) in cases {
        let call = ended(&accepted_call(3), status, code);
        assert_eq!(
            call.next_retry_at().is_some(),
            redialled,
            "{status:?} {code:?}"
        );
        assert_eq!(call.finished(), !redialled, "{status:?} {code:?}");
    }
}

#[test]
fn a_late_completion_calls_off_the_redial_that_was_due() {
    let busy = ended(&accepted_call(3), CallStatus::Busy, None);
    let completed = changed(&busy, &received("CA1", CallStatus::Completed, 3), at(21));
    assert_eq!(completed.next_retry_at(), None);
    assert!(completed.finished());
}

#[test]
fn what_is_refused_to_a_caller_never_rings_afterwards() {
    for outcome in [
        refusal(RefusalKind::Number),
        refusal(RefusalKind::Credentials),
        refusal(RefusalKind::RateLimited {
            retry_after_seconds: Some(1),
        }),
        Placed::NotSent {
            reason: "away".to_owned(),
        },
    ] {
        let call = changed(
            &stored_call(3),
            &placed(1, outcome.clone(), AskedBy::Caller),
            at(1),
        );
        assert_eq!(call.status(), CallStatus::Failed, "{outcome:?}");
        assert!(call.finished(), "{outcome:?}");
        assert_eq!(next_work(&call), None, "{outcome:?}");
    }
}

#[test]
fn a_redial_that_was_not_taken_is_asked_again_unless_that_cannot_help() {
    let redialling = changed(
        &ended(&accepted_call(3), CallStatus::Busy, None),
        &due(2),
        at(30),
    );
    let away = Placed::NotSent {
        reason: "away".to_owned(),
    };
    let deferred = changed(
        &redialling,
        &placed(2, away.clone(), AskedBy::Worker),
        at(31),
    );
    assert_eq!(deferred.next_retry_at(), Some(at(36)));
    let asked = changed(&deferred, &due(2), at(36));
    assert_eq!(asked.dials.len(), 2, "the same dial");
    let later = changed(&asked, &placed(2, away.clone(), AskedBy::Worker), at(36));
    assert_eq!(later.next_retry_at(), Some(at(46)), "the wait doubles");
    let gone = changed(
        &changed(&later, &due(2), at(700)),
        &placed(2, away, AskedBy::Worker),
        at(700),
    );
    assert!(gone.finished(), "after ten minutes it fails");

    let limited = refusal(RefusalKind::RateLimited {
        retry_after_seconds: Some(7),
    });
    let waiting = changed(&redialling, &placed(2, limited, AskedBy::Worker), at(31));
    assert_eq!(waiting.next_retry_at(), Some(at(38)));

    for kind in [
        RefusalKind::Number,
        RefusalKind::Permission,
        RefusalKind::Parameter,
    ] {
        let call = changed(
            &redialling,
            &placed(2, refusal(kind), AskedBy::Worker),
            at(31),
        );
        assert!(call.finished(), "{kind:?}");
        assert_eq!(call.status(), CallStatus::Failed, "{kind:?}");
    }
}

#[test]
fn an_unknown_dial_is_looked_up_then_held_and_never_dialled_again() {
    let unknown = changed(
        &stored_call(3),
        &placed(1, Placed::Unknown, AskedBy::Caller),
        at(10),
    );
    assert_eq!(
        next_work(&unknown),
        Some(DueWork {
            at: at(12),
            work: Work::Lookup {
                dial_no: DialNo::FIRST
            }
        })
    );
    let missed = CallEvent::LookedUp {
        dial_no: DialNo::FIRST,
        found: LookupResult::NotFound,
    };
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
    let found = CallEvent::LookedUp {
        dial_no: DialNo::FIRST,
        found: LookupResult::Found(record("CA5", CallStatus::InProgress)),
    };
    assert_eq!(refused(&call, &found, at(29)), RefusedMove::NotDue);
    let adopted = changed(&call, &found, at(30));
    assert_eq!(adopted.twilio_sid(), Some(&sid("CA5")));
    assert_eq!(adopted.status(), CallStatus::InProgress);
    assert_eq!(adopted.dials[0].sid_source, Some(SidSource::Lookup));
}

#[test]
fn a_sid_concluded_by_lookup_gives_way_to_a_callback_and_a_sure_one_does_not() {
    let unknown = changed(
        &stored_call(3),
        &placed(1, Placed::Unknown, AskedBy::Caller),
        at(10),
    );
    let found = CallEvent::LookedUp {
        dial_no: DialNo::FIRST,
        found: LookupResult::Found(record("CA5", CallStatus::Busy)),
    };
    let concluded = changed(&unknown, &found, at(12));
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
    let ask = |sid_text| CallEvent::VoiceRequested {
        sid: sid(sid_text),
        dial_no: Some(DialNo::FIRST),
    };
    let spoken = changed(&call, &ask("CA1"), at(5));
    assert_eq!(spoken.dials[0].voice_requested_at, Some(at(5)));
    assert_eq!(apply(&spoken, &ask("CA1"), at(6)).effect, Effect::Unchanged);
    assert_eq!(apply(&spoken, &ask("CA2"), at(6)).effect, Effect::Stray);
}

#[test]
fn hanging_up_stores_that_nothing_more_is_dialled_then_ends_the_dial() {
    let ringing = changed(
        &accepted_call(3),
        &received("CA1", CallStatus::Ringing, 1),
        at(5),
    );
    let ending = changed(&ringing, &CallEvent::HangUpRequested, at(6));
    assert_eq!(
        next_work(&ending),
        Some(DueWork {
            at: at(6),
            work: Work::HangUp {
                dial_no: DialNo::FIRST
            }
        })
    );
    let tried = CallEvent::HangUpTried {
        dial_no: DialNo::FIRST,
        known: true,
    };
    assert_eq!(
        next_work(&changed(&ending, &tried, at(6))).unwrap().at,
        at(16)
    );
    let over = changed(&ending, &received("CA1", CallStatus::NoAnswer, 2), at(7));
    assert!(over.finished(), "no redial follows a hang-up");
    assert_eq!(
        refused(&over, &CallEvent::HangUpRequested, at(8)),
        RefusedMove::Finished
    );

    let unknown_to_carrier = CallEvent::HangUpTried {
        dial_no: DialNo::FIRST,
        known: false,
    };
    let lost = changed(&ending, &unknown_to_carrier, at(6));
    assert!(lost.finished());
    assert_eq!(lost.status(), CallStatus::Failed);
}

#[test]
fn hanging_up_before_the_sid_is_known_ends_the_dial_as_soon_as_it_is() {
    let ending = changed(&stored_call(3), &CallEvent::HangUpRequested, at(1));
    assert!(matches!(
        next_work(&ending).unwrap().work,
        Work::Lookup { .. }
    ));
    let known = changed(&ending, &accepted(1, "CA1"), at(2));
    assert_eq!(
        next_work(&known),
        Some(DueWork {
            at: at(1),
            work: Work::HangUp {
                dial_no: DialNo::FIRST
            }
        })
    );
}

#[test]
fn hanging_up_between_two_dials_calls_off_the_redial() {
    let busy = ended(&accepted_call(3), CallStatus::Busy, None);
    let over = changed(&busy, &CallEvent::HangUpRequested, at(21));
    assert!(over.finished());
    let redialling = changed(&busy, &due(2), at(30));
    let away = Placed::NotSent {
        reason: "away".to_owned(),
    };
    let deferred = changed(&redialling, &placed(2, away, AskedBy::Worker), at(31));
    let withdrawn = changed(&deferred, &CallEvent::HangUpRequested, at(32));
    assert!(withdrawn.finished());
    assert_eq!(withdrawn.status(), CallStatus::Canceled);
}

#[test]
fn redials_can_be_given_up_and_asked_for_by_hand() {
    let busy = ended(&accepted_call(3), CallStatus::Busy, None);
    let given_up = changed(&busy, &CallEvent::RedialsGivenUp, at(21));
    assert!(given_up.finished());
    assert_eq!(
        apply(&given_up, &CallEvent::RedialsGivenUp, at(22)).effect,
        Effect::Unchanged
    );

    let by_hand = changed(&given_up, &CallEvent::RedialRequested, at(23));
    assert_eq!(by_hand.dials.len(), 2);
    assert_eq!(
        refused(&by_hand, &CallEvent::RedialRequested, at(23)),
        RefusedMove::DialUnderWay
    );
    let completed = ended(&accepted_call(3), CallStatus::Completed, None);
    assert_eq!(
        refused(&completed, &CallEvent::RedialRequested, at(23)),
        RefusedMove::Completed
    );
}

#[test]
fn what_a_recording_brings_later_never_erases_what_it_brought() {
    let linked = |url: Option<&str>, text: Option<&str>| CallEvent::RecordingLinked {
        recording_url: url.map(str::to_owned),
        transcription_text: text.map(str::to_owned),
    };
    let call = changed(
        &accepted_call(0),
        &linked(Some("https://x/RE1"), None),
        at(5),
    );
    let call = changed(&call, &linked(None, Some("hello")), at(6));
    assert_eq!(call.recording_url.as_deref(), Some("https://x/RE1"));
    assert_eq!(call.transcription_text.as_deref(), Some("hello"));
    assert_eq!(
        apply(&call, &linked(None, None), at(7)).effect,
        Effect::Unchanged
    );
}

#[test]
fn giving_up_redials_while_one_is_being_asked_for_keeps_it_from_being_asked_again() {
    let redialling = changed(
        &ended(&accepted_call(3), CallStatus::Busy, None),
        &due(2),
        at(30),
    );
    let given_up = changed(&redialling, &CallEvent::RedialsGivenUp, at(31));
    let away = Placed::NotSent {
        reason: "away".to_owned(),
    };
    let over = changed(&given_up, &placed(2, away, AskedBy::Worker), at(32));
    assert!(over.finished());
}

#[test]
fn a_list_that_cannot_be_read_never_holds_a_dial() {
    let unknown = changed(
        &stored_call(3),
        &placed(1, Placed::Unknown, AskedBy::Caller),
        at(10),
    );
    let unreadable = CallEvent::LookedUp {
        dial_no: DialNo::FIRST,
        found: LookupResult::Unreadable,
    };
    let late = changed(&unknown, &unreadable, at(9_000));
    assert!(!late.held());
    assert_eq!(next_work(&late).unwrap().at, at(9_030));
}

#[test]
fn a_sid_concluded_by_lookup_is_sure_once_a_callback_has_named_it() {
    let unknown = changed(
        &stored_call(3),
        &placed(1, Placed::Unknown, AskedBy::Caller),
        at(10),
    );
    let found = CallEvent::LookedUp {
        dial_no: DialNo::FIRST,
        found: LookupResult::Found(record("CA5", CallStatus::Ringing)),
    };
    let concluded = changed(&unknown, &found, at(12));
    let ask = |sid_text| CallEvent::VoiceRequested {
        sid: sid(sid_text),
        dial_no: Some(DialNo::FIRST),
    };
    let speaking = changed(&concluded, &ask("CA5"), at(13));
    assert_eq!(speaking.dials[0].sid_source, Some(SidSource::Callback));
    assert_eq!(
        apply(&speaking, &ask("CA6"), at(14)).effect,
        Effect::Stray,
        "one leg speaks"
    );
}

#[test]
fn a_refusal_that_arrives_late_overrules_what_a_lookup_concluded() {
    let found = CallEvent::LookedUp {
        dial_no: DialNo::FIRST,
        found: LookupResult::Found(record("CA5", CallStatus::Ringing)),
    };
    let concluded = changed(&stored_call(3), &found, at(30));
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
    let unknown = changed(
        &stored_call(3),
        &placed(1, Placed::Unknown, AskedBy::Caller),
        at(10),
    );
    let found = CallEvent::LookedUp {
        dial_no: DialNo::FIRST,
        found: LookupResult::Found(record("CA5", CallStatus::Busy)),
    };
    let redialling = changed(&changed(&unknown, &found, at(12)), &due(2), at(22));
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
    let unknown = changed(
        &stored_call(3),
        &placed(1, Placed::Unknown, AskedBy::Caller),
        at(10),
    );
    let missed = CallEvent::LookedUp {
        dial_no: DialNo::FIRST,
        found: LookupResult::NotFound,
    };
    let held = changed(&unknown, &missed, at(700));
    assert!(held.held());
    let over = changed(&held, &CallEvent::HangUpRequested, at(701));
    assert!(over.finished() && !over.held());
    assert_eq!(over.status(), CallStatus::Canceled);
}
