//! The life of a call from the queue to its end.

use std::sync::Arc;

use super::fetch::DocumentRequest;
use super::person::{self, PersonAnswer};
use super::{Call, CallRequest, Leg, LegEnd, child, detection, documents, trial};
use crate::callee::{HangsUp, Pickup};
use crate::clock::Turn;
use crate::journal::Entry;
use crate::record::{CallStatus, DeliveryKind, HeardKind};
use crate::recording;
use crate::twiml;
use crate::world::Shared;

/// How long a call waits in the queue before it is dialled.
pub(crate) const QUEUE_TIME_MS: u64 = 500;
/// How long the network takes to find the phone.
const CONNECT_TIME_MS: u64 = 500;
/// How long a busy phone or a failing network takes to say so.
const REFUSAL_TIME_MS: u64 = 500;
/// Lets a new call begin its life at an instant.
pub(crate) fn start(shared: &Arc<Shared>, call: Call, at_ms: i64) {
    let (life, sid) = (Arc::clone(shared), call.sid.clone());
    let status = call.status;
    // Known before its task is, so that the task finds it.
    shared.world().add_call(call);
    shared.write(Some(&sid), Entry::Status { status });
    let its_sid = sid.clone();
    let task = shared
        .timeline
        .spawn_at(at_ms, move |turn| live(life, its_sid, turn));
    if let Some(call) = shared.world().call_mut(&sid) {
        call.task = Some(task);
    }
}

/// Lives a call that was accepted; runs from the moment it is dialled.
async fn live(shared: Arc<Shared>, sid: String, turn: Turn) {
    let Some(request) = shared.world().call(&sid).map(|call| call.request.clone()) else {
        return;
    };
    let nobody = crate::callee::Callee::default();
    let mut leg = Leg::new(shared, sid, request.to.clone(), nobody, turn);
    if leg.look().is_err() {
        // Canceled while queued: the phone was never dialled and nobody is told.
        let now_ms = leg.now_ms();
        super::status::change(&leg.shared, &leg.sid, CallStatus::Canceled, None, now_ms);
        child::tell_parent(&leg);
        return;
    }
    leg.callee = leg.shared.world().dial(&leg.to);
    leg.meet_person();
    if let Some(call) = leg.shared.world().call_mut(&leg.sid) {
        let speech = leg.callee.speech.as_ref().filter(|_| !leg.is_person());
        call.words = speech.map(|speech| speech.phrase.clone());
    }
    leg.enter(CallStatus::Initiated, None).await;
    match ring(&mut leg, &request).await {
        Ok(Rung::Answered) => {
            if child::is_child(&leg) {
                child::meet_parent(&mut leg, &request).await;
            } else {
                talk(&mut leg, &request).await;
            }
            if leg.is_condemned() {
                leg.hear(HeardKind::ApplicationError);
            }
            let now_ms = leg.now_ms();
            recording::end_all(&leg.shared, &leg.sid, now_ms);
            twiml::stop_streams(&leg, None).await;
            let (status, sip_code) = leg.ending(CallStatus::Completed, 200);
            leg.enter(status, sip_code).await;
            leg.press_too_late();
        }
        Ok(Rung::Unanswered(status, sip_code)) => leg.enter(status, Some(sip_code)).await,
        Err(_) => {
            let (status, sip_code) = leg.ending(CallStatus::Canceled, 487);
            leg.enter(status, sip_code).await;
        }
    }
    child::tell_parent(&leg);
}

/// What came of ringing.
enum Rung {
    Answered,
    Unanswered(CallStatus, u16),
}

async fn ring(leg: &mut Leg, request: &CallRequest) -> Result<Rung, LegEnd> {
    leg.wait_ms(CONNECT_TIME_MS).await?;
    if let Pickup::Fails(sip_code) = leg.callee.pickup {
        return Ok(Rung::Unanswered(CallStatus::Failed, sip_code));
    }
    leg.enter(CallStatus::Ringing, None).await;
    let timeout_ms = u64::from(request.timeout_seconds) * 1000;
    let rings_for_ms = u64::try_from(leg.callee.rings_for.as_millis()).unwrap_or(u64::MAX);
    match leg.callee.pickup {
        Pickup::Answers if rings_for_ms < timeout_ms => {
            leg.wait_ms(rings_for_ms).await?;
            Ok(Rung::Answered)
        }
        Pickup::Answers | Pickup::NoAnswer => {
            leg.wait_ms(timeout_ms).await?;
            Ok(Rung::Unanswered(CallStatus::NoAnswer, 487))
        }
        Pickup::Busy => {
            leg.wait_ms(REFUSAL_TIME_MS).await?;
            Ok(Rung::Unanswered(CallStatus::Busy, 486))
        }
        Pickup::Fails(sip_code) => Ok(Rung::Unanswered(CallStatus::Failed, sip_code)),
        Pickup::Person => Ok(match person::ring(leg, timeout_ms).await? {
            PersonAnswer::Answered => Rung::Answered,
            PersonAnswer::Declined => Rung::Unanswered(CallStatus::Busy, 486),
            PersonAnswer::Nobody => Rung::Unanswered(CallStatus::NoAnswer, 487),
        }),
    }
}

/// Runs documents until the call ends.
async fn talk(leg: &mut Leg, request: &CallRequest) {
    let picked_up = match pick_up(leg, request).await {
        Ok(()) => trial::preamble(leg).await,
        Err(end) => Err(end),
    };
    let answered = match picked_up {
        Ok(true) => detection::wait(leg, request.machine_detection.as_ref()).await,
        Ok(false) => return,
        Err(end) => Err(end),
    };
    match (answered, request.document.clone()) {
        (Ok(extra), Some(source)) => {
            let first = DocumentRequest {
                source,
                kind: DeliveryKind::Twiml,
                extra,
            };
            documents::run_to_the_end(leg, Ok(first)).await;
        }
        (Ok(_), None) => {}
        (Err(end), _) => documents::run_to_the_end(leg, Err(end)).await,
    }
}

/// Begins the time somebody is on the line.
pub(super) async fn pick_up(leg: &mut Leg, request: &CallRequest) -> Result<(), LegEnd> {
    let now_ms = leg.now_ms();
    leg.picked_up_ms = Some(now_ms);
    if let HangsUp::After(after) = leg.callee.hangs_up {
        let after_ms = i64::try_from(after.as_millis()).unwrap_or(i64::MAX);
        leg.hang_up_ms = Some(now_ms.saturating_add(after_ms));
    }
    super::faults::decide_hang_up(leg);
    detection::open(leg);
    leg.enter(CallStatus::InProgress, None).await;
    detection::run_beside(leg, request.machine_detection.as_ref());
    if let Some(options) = request.record.clone() {
        recording::begin_within(leg, options).await;
    }
    send_digits(leg, &request.send_digits).await
}

/// Plays `SendDigits` to the callee right after the answer; `w` waits half a second, `W` a second.
async fn send_digits(leg: &mut Leg, digits: &str) -> Result<(), LegEnd> {
    if digits.is_empty() {
        return Ok(());
    }
    leg.hear(HeardKind::Tones {
        digits: digits.to_owned(),
    });
    leg.wait_ms(twiml::tones_ms(digits)).await
}
