//! Fixed times, ids and rows for the clauses.

#![expect(
    clippy::unwrap_used,
    reason = "these are tests: they panic when they fail"
)]

mod notifications;

use std::future::Future;

use atlas_domain::call::{
    AskedBy, Attempt, Backoff, Call, CallEvent, CallPurpose, CallStatus, Dial, Ending,
    EventIdentity, FailureCause, HangUp, LookupResult, NewCall, Placed, Placement, Progress,
    RetryPlan, SidSource, Snapshot, StatusUpdate,
};
use atlas_domain::carrier::CarrierCall;
use atlas_domain::{
    CallId, CallSid, DialNo, Feedback, NewUser, ObjectId, PageNumber, PageRequest, PageSize,
    PageStart, RecordingId, Score, TenantId, Timestamp, User, UserId,
};
use tokio::task::JoinSet;

use self::notifications::with_answer_of_kind;
pub(super) use self::notifications::{
    calls_of_every_purpose, notification_begun, pressed, pressed_as, with_dials_in_progress,
};
use crate::{StorageError, Unique};

/// A text that a careless back end would change.
pub(super) const UNICODE: &str = "Grüße, 你好, مرحبا, 🎉, e\u{301} ' \" \\ %_ $where \u{0} \n end";

pub(super) fn tenant() -> TenantId {
    TenantId::default()
}

pub(super) fn other_tenant() -> TenantId {
    "other".parse().unwrap()
}

/// Second `seconds` of the clauses' time, and 678 milliseconds. It lies in the year 2100: a server
/// that deletes by itself what has expired must not think that anything has.
pub(super) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix_millis(4_102_444_800_678 + seconds * 1000).unwrap()
}

pub(super) fn call_id(number: u32) -> CallId {
    format!("6f2cbf1c-53d2-4e4b-9d8c-{number:012x}")
        .parse()
        .unwrap()
}

pub(super) fn sid(text: &str) -> CallSid {
    text.parse().unwrap()
}

pub(super) fn dial_no(number: u32) -> DialNo {
    DialNo::new(number).unwrap()
}

fn object_id(number: u32) -> ObjectId {
    ObjectId::from_parts(at(0), u64::from(number).to_be_bytes())
}

pub(super) fn user_id(number: u32) -> UserId {
    UserId::new(object_id(number))
}

pub(super) fn recording_id(number: u32) -> RecordingId {
    RecordingId::new(object_id(number))
}

pub(super) fn new_call(number: u32) -> NewCall {
    NewCall {
        call_id: call_id(number),
        user_id: None,
        user_external_id: None,
        to_number: "+15550100042".parse().unwrap(),
        from_number: "+15005550006".parse().unwrap(),
        purpose: CallPurpose::Script,
        script: None,
        recording_enabled: true,
        retry_plan: RetryPlan::new(3, 10, Backoff::Fixed).unwrap(),
    }
}

/// Call `number`, stored at `created_at` with its first dial as an intent.
pub(super) fn call_begun(number: u32, created_at: Timestamp) -> Call {
    Call::begin(new_call(number), created_at)
}

pub(super) fn accepted(number: u32, sid_text: &str) -> CallEvent {
    CallEvent::Placed {
        dial_no: dial_no(number),
        outcome: Placed::Accepted { sid: sid(sid_text) },
        asked_by: AskedBy::Worker,
    }
}

pub(super) fn lost(number: u32) -> CallEvent {
    CallEvent::Placed {
        dial_no: dial_no(number),
        outcome: Placed::Unknown,
        asked_by: AskedBy::Worker,
    }
}

/// The lookup of dial `number` found `sid_text`, ringing.
pub(super) fn found(number: u32, sid_text: &str) -> CallEvent {
    CallEvent::LookedUp {
        dial_no: dial_no(number),
        found: LookupResult::Found(record(sid_text, CallStatus::Ringing)),
    }
}

pub(super) fn update(sid_text: &str, status: CallStatus, sequence: u32) -> StatusUpdate {
    StatusUpdate {
        sid: sid(sid_text),
        dial_no: None,
        status,
        identity: EventIdentity::Sequence(sequence),
        carrier_time: Some(at(i64::from(sequence))),
        duration_seconds: status.is_terminal().then_some(7),
        sip_response_code: status.is_terminal().then_some(486),
        answered_by: status.is_terminal().then(|| "human".to_owned()),
    }
}

pub(super) fn received(sid_text: &str, status: CallStatus, sequence: u32) -> CallEvent {
    CallEvent::StatusReceived(update(sid_text, status, sequence))
}

pub(super) fn record(sid_text: &str, status: CallStatus) -> CarrierCall {
    CarrierCall {
        sid: sid(sid_text),
        status: Some(status),
        status_word: status.as_str().to_owned(),
        to: None,
        from: None,
        outbound_api: true,
        created_at: Some(at(0)),
        started_at: Some(at(2)),
        ended_at: status.is_terminal().then(|| at(9)),
        duration_seconds: status.is_terminal().then_some(5),
        answered_by: status.is_terminal().then(|| "machine_start".to_owned()),
    }
}

pub(super) fn feedback(mark: i64) -> Feedback {
    let score = |mark| Score::new(mark).unwrap();
    Feedback {
        call_quality: score(mark),
        agent_helpfulness: score(2),
        resolution: score(3),
        call_ease: score(4),
        overall_satisfaction: score(5),
        notes: Some(UNICODE.parse().unwrap()),
        created_at: at(77),
    }
}

/// A call in which everything that can be there is, every variant of every part included.
pub(super) fn call_with_everything(number: u32) -> Call {
    let new = NewCall {
        user_id: Some(user_id(9)),
        user_external_id: Some("crm-'17".parse().unwrap()),
        script: Some(UNICODE.parse().unwrap()),
        retry_plan: RetryPlan::new(10, 86_400, Backoff::Exponential).unwrap(),
        recording_enabled: false,
        ..new_call(number)
    };
    Call {
        recording_url: Some("https://api.twilio.com/RE1?a=1&b=ü".to_owned()),
        transcription_text: Some(UNICODE.to_owned()),
        redials_given_up: true,
        hang_up: Some(HangUp {
            requested_at: at(5),
            next_try_at: at(6),
        }),
        dials: dials_of_every_kind(number),
        attempts: attempts_of_every_kind(number),
        feedback: Some(feedback(1)),
        updated_at: at(99),
        revision: 41,
        ..Call::begin(new, at(1))
    }
}

fn dials_of_every_kind(number: u32) -> Vec<Dial> {
    let placements = [
        Placement::Intended,
        Placement::Accepted,
        Placement::Unknown {
            next_lookup_at: at(11),
        },
        Placement::Held { since: at(12) },
        Placement::Deferred {
            next_try_at: at(13),
            reason: UNICODE.to_owned(),
        },
        Placement::Withdrawn,
    ];
    let failures = FailureCause::ALL.map(|cause| Placement::Failed {
        cause,
        code: (cause == FailureCause::Number).then_some(21_211),
        reason: cause.as_str().to_owned(),
    });
    let sources = [SidSource::Answer, SidSource::Callback, SidSource::Lookup];
    (1..)
        .zip(placements.into_iter().chain(failures))
        .map(|(kind, placement)| Dial {
            placement,
            asked_at: at(2),
            tries: kind,
            sid: Some(sid(&format!("CA{number}x{kind}"))),
            sid_source: sources.get(kind as usize % 4).copied(),
            progress: progress_of_kind(kind),
            settled_at: (kind > 1).then(|| at(20)),
            voice_requested_at: (kind > 2).then(|| at(21)),
            ..with_answer_of_kind(Dial::intend(dial_no(kind), at(1)), kind)
        })
        .collect()
}

fn progress_of_kind(kind: u32) -> Progress {
    let status = CallStatus::ALL.get(kind as usize % 9).copied();
    let whole = kind.is_multiple_of(2);
    let ending = Ending {
        status: CallStatus::Busy,
        ended_at: whole.then(|| at(30)),
        duration_seconds: whole.then_some(0),
        sip_response_code: whole.then_some(486),
    };
    let snapshot = Snapshot {
        status: CallStatus::Completed,
        started_at: whole.then(|| at(31)),
        ended_at: whole.then(|| at(32)),
        duration_seconds: whole.then_some(u32::MAX),
        answered_by: whole.then(|| "human".to_owned()),
    };
    Progress {
        status,
        first_at: status.map(|_| at(33)),
        ending: (kind > 2).then_some(ending),
        answered_by: whole.then(|| "unknown".to_owned()),
        snapshot: (kind > 4).then_some(snapshot),
    }
}

fn attempts_of_every_kind(number: u32) -> Vec<Attempt> {
    let identities = [
        EventIdentity::Sequence(u32::MAX),
        EventIdentity::CarrierTime(at(40)),
        EventIdentity::Content("ab12".to_owned()),
        EventIdentity::Poll,
        EventIdentity::Imported(u32::MAX),
    ];
    let kinds = CallStatus::ALL
        .into_iter()
        .zip(identities.into_iter().cycle());
    (1..)
        .zip(kinds)
        .map(|(attempt_no, (status, identity))| Attempt {
            attempt_no,
            dial_no: dial_no(1),
            twilio_sid: (attempt_no != 3).then(|| sid(&format!("CA{number}x1"))),
            status,
            identity,
            sip_response_code: (attempt_no > 4).then_some(603),
            noted_reason: (attempt_no > 5).then(|| UNICODE.to_owned()),
            at: at(i64::from(attempt_no)),
        })
        .collect()
}

pub(super) fn new_user(number: u32) -> NewUser {
    NewUser {
        name: format!("User {number}").parse().unwrap(),
        email: format!("user{number}@example.com").parse().unwrap(),
        phone_number: "+15550100042".parse().unwrap(),
        external_id: None,
    }
}

pub(super) fn user(number: u32, created_at: Timestamp) -> User {
    new_user(number).into_user(user_id(number), created_at)
}

pub(super) fn page_number(number: i64, size: i64) -> PageRequest {
    PageRequest {
        start: PageStart::Number(PageNumber::new(number).unwrap()),
        size: PageSize::new(size).unwrap(),
    }
}

/// Runs `count` futures at once and gives what they resulted in, in no particular order.
pub(super) async fn at_once<T, F>(count: u32, begin: impl Fn(u32) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    (0..count)
        .map(begin)
        .collect::<JoinSet<_>>()
        .join_all()
        .await
}

/// Checks that a write was refused because another row has the same.
pub(super) fn assert_duplicate<T: std::fmt::Debug>(
    result: Result<T, StorageError>,
    expected: Unique,
) {
    assert!(
        matches!(&result, Err(StorageError::Duplicate(unique)) if *unique == expected),
        "{result:?} is not about {expected:?}"
    );
}
