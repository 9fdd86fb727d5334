//! Histories of calls: whatever happens to a call is stored, and read as it was.

mod notifications;

use atlas_domain::call::{
    self, AskedBy, Backoff, Call, CallEvent, CallPurpose, CallStatus, EventIdentity, LookupResult,
    NewCall, Placed, RetryPlan, StatusUpdate,
};
use atlas_domain::carrier::{CarrierCall, Refusal, RefusalKind};
use atlas_domain::{CallSid, DialNo, Feedback, Score, Timestamp};
use atlas_storage::{CallRepository, StorageError, Unique};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use tokio::runtime::Runtime;

use self::notifications::{any_notification_event, any_purpose};
use crate::sqlite::{call_id, tenant};

/// Replays `count` histories of calls of every kind on an empty store.
pub(crate) fn replay_many(count: u32, runtime: &Runtime, store: &dyn CallRepository) {
    let mut runner = TestRunner::new(Config {
        failure_persistence: None,
        ..Config::with_cases(count)
    });
    let event = prop_oneof![2 => any_event(), 1 => any_notification_event()];
    let histories = (any_plan(), any_purpose(), vec((event, any_time()), 1..16));
    let numbers = std::cell::Cell::new(0);
    let outcome = runner.run(&histories, |(plan, purpose, events)| {
        numbers.set(numbers.get() + 1);
        let begun = begun(numbers.get(), plan, purpose);
        runtime.block_on(replay(store, numbers.get(), begun, events))
    });
    outcome.unwrap();
}

async fn replay(
    store: &dyn CallRepository,
    number: u32,
    begun: Call,
    events: Vec<(CallEvent, Timestamp)>,
) -> Result<(), TestCaseError> {
    let mut expected = begun;
    store.insert(&tenant(), &expected).await.unwrap();
    for (event, now) in events {
        let event = of_call(number, event);
        let applied = store.apply(&tenant(), expected.call_id, &event, now).await;
        let alone = call::apply(&expected, &event, now);
        prop_assert_eq!(applied.unwrap().unwrap(), alone.clone(), "{:?}", event);
        expected = alone.call;
        let stored = store.find(&tenant(), expected.call_id).await.unwrap();
        prop_assert_eq!(stored.as_ref(), Some(&expected), "{:?}", event);
    }
    let again = store.insert(&tenant(), &expected).await;
    let refused = matches!(again, Err(StorageError::Duplicate(Unique::CallId)));
    prop_assert!(refused, "{:?}", again);
    Ok(())
}

fn begun(number: u32, retry_plan: RetryPlan, purpose: CallPurpose) -> Call {
    let new = NewCall {
        call_id: call_id(number),
        user_id: None,
        user_external_id: Some("$crm.17".parse().unwrap()),
        to_number: "+15550100042".parse().unwrap(),
        from_number: "+15005550006".parse().unwrap(),
        purpose,
        script: Some("Grüße \u{0} $set".parse().unwrap()),
        recording_enabled: true,
        retry_plan,
    };
    Call::begin(new, Timestamp::EPOCH)
}

/// The event with SIDs that no other call of the database has.
fn of_call(number: u32, event: CallEvent) -> CallEvent {
    let own = |sid: &CallSid| format!("{sid}-{number}").parse::<CallSid>().unwrap();
    let mut event = event;
    match &mut event {
        CallEvent::StatusReceived(update) => update.sid = own(&update.sid),
        CallEvent::Polled(record)
        | CallEvent::LookedUp {
            found: LookupResult::Found(record),
            ..
        } => record.sid = own(&record.sid),
        CallEvent::VoiceRequested { sid, .. }
        | CallEvent::SidGivenBack { sid }
        | CallEvent::MachineDetected { sid, .. }
        | CallEvent::MachineMessageRequested { sid, .. }
        | CallEvent::KeyPressed { sid, .. }
        | CallEvent::Placed {
            outcome: Placed::Accepted { sid },
            ..
        } => *sid = own(sid),
        CallEvent::LookedUp { .. }
        | CallEvent::Placed { .. }
        | CallEvent::DialDue { .. }
        | CallEvent::RedialRequested
        | CallEvent::RedialsGivenUp
        | CallEvent::HangUpRequested
        | CallEvent::HangUpTried { .. }
        | CallEvent::NotKnown { .. }
        | CallEvent::FeedbackGiven(_)
        | CallEvent::RecordingLinked { .. }
        | CallEvent::AcknowledgedByApi { .. }
        | CallEvent::NotificationCanceled
        | CallEvent::DeliveryTried { .. } => {}
    }
    event
}

fn any_plan() -> impl Strategy<Value = RetryPlan> {
    let backoff = select(vec![Backoff::Fixed, Backoff::Exponential]);
    (0_i64..=10, select(vec![1_i64, 10, 86_400]), backoff)
        .prop_map(|(limit, delay, backoff)| RetryPlan::new(limit, delay, backoff).unwrap())
}

fn any_event() -> impl Strategy<Value = CallEvent> {
    prop_oneof![
        6 => any_update().prop_map(CallEvent::StatusReceived),
        2 => any_record().prop_map(CallEvent::Polled),
        2 => (any_sid(), option::of(any_dial_no()))
            .prop_map(|(sid, dial_no)| CallEvent::VoiceRequested { sid, dial_no }),
        6 => (any_dial_no(), any_placed(), select(vec![AskedBy::Caller, AskedBy::Worker]))
            .prop_map(|(dial_no, outcome, asked_by)| CallEvent::Placed {
                dial_no, outcome, asked_by,
            }),
        3 => (any_dial_no(), any_lookup())
            .prop_map(|(dial_no, found)| CallEvent::LookedUp { dial_no, found }),
        1 => any_sid().prop_map(|sid| CallEvent::SidGivenBack { sid }),
        3 => any_dial_no().prop_map(|dial_no| CallEvent::DialDue { dial_no }),
        2 => Just(CallEvent::RedialRequested),
        1 => Just(CallEvent::RedialsGivenUp),
        1 => Just(CallEvent::HangUpRequested),
        1 => (any_dial_no(), any::<bool>())
            .prop_map(|(dial_no, known)| CallEvent::HangUpTried { dial_no, known }),
        1 => any_dial_no().prop_map(|dial_no| CallEvent::NotKnown { dial_no }),
        1 => (1_i64..=5, option::of(any_text())).prop_map(feedback),
        1 => (option::of(any_text()), option::of(any_text())).prop_map(
            |(recording_url, transcription_text)| CallEvent::RecordingLinked {
                recording_url, transcription_text,
            },
        ),
    ]
}

fn any_update() -> impl Strategy<Value = StatusUpdate> {
    let identity = prop_oneof![
        select(vec![0, 1, 2, 3, u32::MAX]).prop_map(EventIdentity::Sequence),
        any_time().prop_map(EventIdentity::CarrierTime),
        "[0-9a-f]{64}".prop_map(EventIdentity::Content),
    ];
    (
        (any_sid(), option::of(any_dial_no()), any_status(), identity),
        option::of(any_time()),
        option::of(select(vec![0, 7, u32::MAX])),
        option::of(select(vec![0, 486, u16::MAX])),
        option::of(any_text()),
    )
        .prop_map(
            |((sid, dial_no, status, identity), carrier_time, duration, code, answered_by)| {
                StatusUpdate {
                    sid,
                    dial_no,
                    status,
                    identity,
                    carrier_time,
                    duration_seconds: duration,
                    sip_response_code: code,
                    answered_by,
                }
            },
        )
}

fn any_record() -> impl Strategy<Value = CarrierCall> {
    (
        (any_sid(), option::of(any_status())),
        option::of(any_time()),
        option::of(any_time()),
        option::of(select(vec![0, 7, u32::MAX])),
        option::of(any_text()),
    )
        .prop_map(
            |((sid, status), started_at, ended_at, duration_seconds, answered_by)| CarrierCall {
                sid,
                status,
                status_word: String::new(),
                to: None,
                from: None,
                outbound_api: true,
                created_at: started_at,
                started_at,
                ended_at,
                duration_seconds,
                answered_by,
            },
        )
}

fn any_placed() -> impl Strategy<Value = Placed> {
    let kind = select(vec![
        RefusalKind::Number,
        RefusalKind::Parameter,
        RefusalKind::Permission,
        RefusalKind::Credentials,
        RefusalKind::RateLimited {
            retry_after_seconds: None,
        },
        RefusalKind::RateLimited {
            retry_after_seconds: Some(u32::MAX),
        },
    ]);
    let code = option::of(select(vec![0, 21_211, u32::MAX]));
    let refusal = (kind, code, any_text()).prop_map(|(kind, code, message)| Refusal {
        kind,
        code,
        message,
    });
    prop_oneof![
        3 => any_sid().prop_map(|sid| Placed::Accepted { sid }),
        2 => refusal.prop_map(Placed::Refused),
        1 => Just(Placed::NotSent),
        1 => Just(Placed::Unknown),
    ]
}

fn any_lookup() -> impl Strategy<Value = LookupResult> {
    prop_oneof![
        any_record().prop_map(LookupResult::Found),
        Just(LookupResult::NotFound),
        Just(LookupResult::Unreadable),
    ]
}

fn feedback((mark, notes): (i64, Option<String>)) -> CallEvent {
    let score = Score::new(mark).unwrap();
    CallEvent::FeedbackGiven(Feedback {
        call_quality: score,
        agent_helpfulness: score,
        resolution: score,
        call_ease: score,
        overall_satisfaction: score,
        notes: notes.and_then(|notes| notes.parse().ok()),
        created_at: Timestamp::MAX,
    })
}

fn any_status() -> impl Strategy<Value = CallStatus> {
    select(CallStatus::ALL.to_vec())
}

fn any_sid() -> impl Strategy<Value = CallSid> {
    select(vec!["CA1", "CA2", "CA3", "$~."]).prop_map(|sid| sid.parse().unwrap())
}

fn any_dial_no() -> impl Strategy<Value = DialNo> {
    (1_u32..=3).prop_map(|number| DialNo::new(number).unwrap())
}

fn any_time() -> impl Strategy<Value = Timestamp> {
    prop_oneof![
        Just(Timestamp::EPOCH),
        Just(Timestamp::MAX),
        (0_i64..2_000_000_000_000).prop_map(|millis| Timestamp::from_unix_millis(millis).unwrap()),
    ]
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        "\\PC{0,20}",
        Just("$x.\u{0}".to_owned())
    ]
}
