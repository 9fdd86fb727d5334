//! The life of a call: placement, redials, hang-ups.

use super::*;

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
        Placed::NotSent,
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
    let away = Placed::NotSent;
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
    let away = Placed::NotSent;
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
    let away = Placed::NotSent;
    let over = changed(&given_up, &placed(2, away, AskedBy::Worker), at(32));
    assert!(over.finished());
}
