//! Properties of the fold: arrival order and repetition do not matter.

use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::*;

/// At least 10,000 histories, more when `PROPTEST_CASES` asks for more.
fn histories() -> ProptestConfig {
    let default = ProptestConfig::default();
    ProptestConfig {
        cases: default.cases.max(10_000),
        ..default
    }
}

/// Any update at all about the one dial, contradictions included.
fn any_update() -> impl Strategy<Value = StatusUpdate> {
    let identity = prop_oneof![
        (0_u32..6).prop_map(EventIdentity::Sequence),
        (0_i64..6).prop_map(|second| EventIdentity::CarrierTime(at(second))),
        select(vec!["a", "b"]).prop_map(|hash| EventIdentity::Content(hash.to_owned())),
    ];
    (
        select(CallStatus::ALL.to_vec()),
        identity,
        option::of(0_i64..20),
        option::of(0_u32..100),
        option::of(select(vec![200_u16, 404, 486, 487, 603])),
        option::of(select(vec!["human", "machine_start", "unknown"])),
    )
        .prop_map(
            |(status, identity, second, duration_seconds, sip_response_code, who)| StatusUpdate {
                sid: sid("CA1"),
                dial_no: None,
                status,
                identity,
                carrier_time: second.map(at),
                duration_seconds,
                sip_response_code,
                answered_by: who.map(str::to_owned),
            },
        )
}

/// What the carrier would really report of one dial that ended with `end`.
fn true_history() -> impl Strategy<Value = (Vec<StatusUpdate>, CarrierCall)> {
    let end = select(vec![
        CallStatus::Completed,
        CallStatus::Busy,
        CallStatus::NoAnswer,
        CallStatus::Failed,
        CallStatus::Canceled,
    ]);
    (end, any::<bool>()).prop_map(|(end, answered)| {
        let mut statuses = vec![CallStatus::Initiated, CallStatus::Ringing];
        if answered || end == CallStatus::Completed {
            statuses.push(CallStatus::InProgress);
        }
        statuses.push(end);
        let updates = (0..)
            .zip(&statuses)
            .map(|(number, status)| update("CA1", *status, number));
        (updates.collect(), record("CA1", end))
    })
}

fn fold(updates: &[StatusUpdate]) -> Call {
    let events = updates.iter().cloned().map(CallEvent::StatusReceived);
    replay(events)
}

/// Applies the events one a second, checking what must hold after each.
fn replay(events: impl IntoIterator<Item = CallEvent>) -> Call {
    let mut call = accepted_call(3);
    for (second, event) in (10..).zip(events) {
        let before = call.clone();
        call = apply(&before, &event, at(second)).call;
        assert!(
            call.dials[0].progress.status >= before.dials[0].progress.status,
            "went back"
        );
        let expected: Vec<_> = (1..).take(call.attempts.len()).collect();
        let numbers: Vec<u32> = call
            .attempts
            .iter()
            .map(|attempt| attempt.attempt_no)
            .collect();
        assert_eq!(
            numbers, expected,
            "attempts are numbered from 1 without gaps"
        );
        assert!(call.attempts.len() - before.attempts.len() <= 1);
    }
    call
}

fn attempt_set(call: &Call) -> BTreeSet<(CallSid, CallStatus, String)> {
    let keys: Vec<_> = call
        .attempts
        .iter()
        .map(|attempt| {
            (
                attempt.twilio_sid.clone().unwrap(),
                attempt.status,
                attempt.identity.to_string(),
            )
        })
        .collect();
    let set: BTreeSet<_> = keys.iter().cloned().collect();
    assert_eq!(set.len(), keys.len(), "no update is stored twice");
    set
}

fn status_set(call: &Call) -> BTreeSet<CallStatus> {
    call.attempts.iter().map(|attempt| attempt.status).collect()
}

/// A history and the same updates again in another order, some of them several times.
fn reordered() -> impl Strategy<Value = (Vec<StatusUpdate>, Vec<StatusUpdate>)> {
    vec(any_update(), 1..12).prop_flat_map(|updates| {
        let repeated: Vec<_> = updates.iter().chain(&updates).cloned().collect();
        (Just(updates), Just(repeated).prop_shuffle())
    })
}

proptest! {
    #![proptest_config(histories())]

    #[test]
    fn every_order_and_every_repetition_gives_the_same_state_and_set_of_attempts(
        (updates, shuffled) in reordered()
    ) {
        let (one, other) = (fold(&updates), fold(&shuffled));
        prop_assert_eq!(&one.dials[0].progress, &other.dials[0].progress);
        prop_assert_eq!(one.dials[0].state(), other.dials[0].state());
        prop_assert_eq!(one.reason_of_dial(&one.dials[0]), other.reason_of_dial(&other.dials[0]));
        prop_assert_eq!(attempt_set(&one), attempt_set(&other));
    }

    #[test]
    fn with_the_carriers_own_record_every_subset_agrees_on_the_state(
        ((updates, record), kept) in true_history().prop_flat_map(|history| {
            let all = history.0.clone();
            let count = all.len();
            (Just(history), subsequence(all, 0..=count).prop_shuffle())
        }),
        place in any::<prop::sample::Index>(),
    ) {
        let mut whole: Vec<_> = updates.into_iter().map(CallEvent::StatusReceived).collect();
        whole.push(CallEvent::Polled(record.clone()));
        let mut subset: Vec<_> = kept.into_iter().map(CallEvent::StatusReceived).collect();
        subset.insert(place.index(subset.len() + 1), CallEvent::Polled(record));
        prop_assert_eq!(replay(whole).dials[0].state(), replay(subset).dials[0].state());
    }

    #[test]
    fn a_poll_of_the_end_anywhere_in_a_history_leaves_the_same_attempts(
        ((updates, record), shuffled) in true_history().prop_flat_map(|history| {
            let all = history.0.clone();
            (Just(history), Just(all).prop_shuffle())
        }),
        place in any::<prop::sample::Index>(),
    ) {
        let expected = attempt_set(&fold(&updates));
        let mut events: Vec<_> = shuffled.into_iter().map(CallEvent::StatusReceived).collect();
        events.insert(place.index(events.len() + 1), CallEvent::Polled(record));
        let polled = replay(events);
        prop_assert_eq!(attempt_set(&polled), expected);
        prop_assert_eq!(status_set(&polled).len(), polled.attempts.len());
    }
}

#[test]
fn a_poll_appends_only_what_is_new_and_its_callback_then_only_completes_it() {
    let call = accepted_call(0);
    let polled = changed(
        &call,
        &CallEvent::Polled(record("CA1", CallStatus::Busy)),
        at(5),
    );
    assert_eq!(polled.attempts.len(), 1);
    assert_eq!(polled.reason_of(&polled.attempts[0]), "busy");
    let again = apply(
        &polled,
        &CallEvent::Polled(record("CA1", CallStatus::Busy)),
        at(6),
    );
    assert_eq!(again.effect, Effect::Unchanged);

    let mut busy = update("CA1", CallStatus::Busy, 2);
    busy.sip_response_code = Some(486);
    let completed = changed(&polled, &CallEvent::StatusReceived(busy), at(7));
    assert_eq!(completed.attempts.len(), 1);
    assert_eq!(completed.attempts[0].sequence_number(), Some(2));
    assert_eq!(
        completed.reason_of(&completed.attempts[0]),
        "busy (SIP 486)"
    );
}

#[test]
fn a_late_update_appends_an_attempt_but_does_not_take_the_status_back() {
    let call = changed(
        &accepted_call(0),
        &received("CA1", CallStatus::Completed, 3),
        at(5),
    );
    let late = changed(&call, &received("CA1", CallStatus::Ringing, 1), at(6));
    assert_eq!(late.status(), CallStatus::Completed);
    assert_eq!(late.attempts.len(), 2);
    assert_eq!(late.attempts[1].status, CallStatus::Ringing);
}

#[test]
fn times_come_from_the_carrier_and_arrival_only_dates_the_attempt() {
    let mut call = accepted_call(0);
    for (status, sequence) in [
        (CallStatus::Completed, 8),
        (CallStatus::Initiated, 2),
        (CallStatus::InProgress, 4),
    ] {
        call = changed(
            &call,
            &received("CA1", status, sequence),
            at(100 + i64::from(sequence)),
        );
    }
    let state = call.dials[0].state();
    assert_eq!(
        (state.started_at, state.ended_at),
        (Some(at(2)), Some(at(8)))
    );
    assert_eq!(call.attempts[0].at, at(108));
}

#[test]
fn a_record_of_an_end_that_does_not_say_when_leaves_the_rest_to_the_updates() {
    // What Twilio answers to a request to end a conversation.
    let ending = CarrierCall {
        ended_at: None,
        duration_seconds: None,
        ..record("CA1", CallStatus::Completed)
    };
    let mut update = update("CA1", CallStatus::Completed, 3);
    update.duration_seconds = Some(5);
    let updated = CallEvent::StatusReceived(update);
    for events in [
        [CallEvent::Polled(ending.clone()), updated.clone()],
        [updated, CallEvent::Polled(ending)],
    ] {
        let call = replay(events);
        assert_eq!(call.status(), CallStatus::Completed);
        let state = call.dials[0].state();
        assert_eq!(state.duration_seconds, Some(5));
        assert!(state.ended_at.is_some());
    }
}
