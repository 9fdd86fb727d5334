//! The proof of reach of whole histories.

use super::*;
use crate::notification::{AnswerSource, DeliveryOutcome, ReachStepKind};

/// The steps as lines of second, dial and kind.
fn lines(call: &Call) -> Vec<String> {
    let line = |step: crate::notification::ReachStep| {
        let second = step.at.since(at(0)).as_secs();
        let dial = step.dial_no.map_or(0, DialNo::get);
        let kind = match step.kind {
            ReachStepKind::IntentStored => "intent".to_owned(),
            ReachStepKind::Dialled { sid, source } => format!("{sid} by {}", source.as_str()),
            ReachStepKind::Answered {
                answered_by,
                source,
            } => format!(
                "answered by {} ({})",
                answered_by.map_or("somebody", AnsweredBy::as_str),
                source.as_str()
            ),
            ReachStepKind::WordsOffered => "words".to_owned(),
            ReachStepKind::MachineMessageOffered => "machine message".to_owned(),
            ReachStepKind::KeyPressed { digits } => format!("key {}", digits.as_str()),
            ReachStepKind::Committed { by } => format!("committed by {}", by.via()),
            ReachStepKind::Canceled => "canceled".to_owned(),
            ReachStepKind::Delivered { webhook_id } => format!("delivered as {webhook_id}"),
            ReachStepKind::DeliveryGivenUp => "delivery given up".to_owned(),
        };
        format!("{second} {dial} {kind}")
    };
    call.proof_of_reach().into_iter().map(line).collect()
}

fn words_asked(sid_text: &str) -> CallEvent {
    CallEvent::VoiceRequested {
        sid: sid(sid_text),
        dial_no: None,
    }
}

#[test]
fn every_step_from_the_intent_to_the_delivery_is_shown_with_its_time_and_source() {
    let mut call = accepted_notification();
    let machine_asks = CallEvent::MachineMessageRequested {
        sid: sid("CA1"),
        dial_no: None,
    };
    for (second, event) in [
        (5, received("CA1", CallStatus::InProgress, 1)),
        (6, words_asked("CA1")),
        (9, judged(1, "CA1", AnsweredBy::MachineEndBeep)),
        (10, machine_asks),
        (20, received("CA1", CallStatus::Completed, 2)),
        (30, due(2)),
        (31, accepted(2, "CA2")),
        (36, words_asked("CA2")),
        (37, pressed(2, "CA2", "5", 37)),
        (43, pressed(2, "CA2", "1", 40)),
        (
            44,
            CallEvent::DeliveryTried {
                outcome: DeliveryOutcome::Delivered,
            },
        ),
        (45, CallEvent::Polled(record("CA2", CallStatus::Completed))),
    ] {
        call = changed(&call, &event, at(second));
    }
    assert_eq!(
        lines(&call),
        [
            "0 1 intent",
            "1 1 CA1 by answer",
            "5 1 answered by somebody (status)",
            "6 1 words",
            "9 1 answered by machine_end_beep (detection)",
            "10 1 machine message",
            "30 2 intent",
            "31 2 CA2 by answer",
            "36 2 words",
            "37 2 key 5",
            "40 2 key 1",
            "43 2 committed by keypress",
            "44 0 delivered as ack_6f2cbf1c53d24e4b9d8c2d6f2f6f0a11",
            "45 2 answered by somebody (poll)",
        ]
    );
}

#[test]
fn a_cancellation_and_an_acknowledgement_by_api_are_steps_too() {
    let canceled = changed(
        &accepted_notification(),
        &CallEvent::NotificationCanceled,
        at(5),
    );
    assert_eq!(lines(&canceled).last().unwrap(), "5 0 canceled");
    let acknowledged = changed(&accepted_notification(), &by_api(), at(5));
    assert_eq!(lines(&acknowledged).last().unwrap(), "5 0 committed by api");
    let once = changed(&accepted_notification(), &pressed(1, "CA1", "1", 3), at(5));
    assert_eq!(
        lines(&once)[2..],
        ["3 1 key 1", "5 1 committed by keypress"],
        "the one press is shown once"
    );
    assert_eq!(AnswerSource::Detection.as_str(), "detection");
}

#[test]
fn words_that_were_not_offered_are_no_step() {
    let words = |call: &Call| {
        let of_words = |line: &String| line.ends_with("words") || line.ends_with("message");
        lines(call).into_iter().filter(of_words).collect::<Vec<_>>()
    };
    let asks = CallEvent::MachineMessageRequested {
        sid: sid("CA1"),
        dial_no: None,
    };
    let judged_first = [
        (5, judged(1, "CA1", AnsweredBy::MachineEndBeep)),
        (6, words_asked("CA1")),
        (6, asks.clone()),
    ];
    let machine = judged_first
        .iter()
        .fold(accepted_notification(), |call, (second, event)| {
            changed(&call, event, at(*second))
        });
    assert_eq!(words(&machine), ["6 1 machine message"]);

    for settles in [by_api(), CallEvent::NotificationCanceled] {
        let settled = changed(&accepted_notification(), &settles, at(5));
        let asked = changed(&settled, &words_asked("CA1"), at(6));
        let asked = changed(&asked, &asks, at(7));
        assert!(words(&asked).is_empty(), "{settles:?}");
    }
}
