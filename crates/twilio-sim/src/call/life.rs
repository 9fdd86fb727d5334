//! The life of a call from the queue to its end.

use std::sync::Arc;

use super::fetch::DocumentRequest;
use super::person::{self, PersonAnswer};
use super::{CallRequest, Leg, LegEnd};
use crate::callee::{HangsUp, Pickup};
use crate::clock::Turn;
use crate::record::{CallStatus, DeliveryKind, HeardKind};
use crate::twiml::{self, Flow};
use crate::world::Shared;

/// How long a call waits in the queue before it is dialled.
pub(crate) const QUEUE_TIME_MS: u64 = 500;
/// How long the network takes to find the phone.
const CONNECT_TIME_MS: u64 = 500;
/// How long a busy phone or a failing network takes to say so.
const REFUSAL_TIME_MS: u64 = 500;
/// The most documents one call runs; Twilio leaves endless loops to their author.
const DOCUMENTS_AT_MOST: usize = 100;

/// Lives a call that was accepted; runs from the moment it is dialled.
pub(crate) async fn live(shared: Arc<Shared>, sid: String, turn: Turn) {
    let Some(request) = shared.world().call(&sid).map(|call| call.request.clone()) else {
        return;
    };
    let nobody = crate::callee::Callee::default();
    let mut leg = Leg::new(shared, sid, request.to.clone(), nobody, turn);
    if leg.look().is_err() {
        // Canceled while queued: the phone was never dialled and nobody is told.
        let now_ms = leg.now_ms();
        super::status::change(&leg.shared, &leg.sid, CallStatus::Canceled, None, now_ms);
        return;
    }
    leg.callee = leg.shared.world().dial(&leg.to);
    leg.meet_person();
    leg.enter(CallStatus::Initiated, None).await;
    match ring(&mut leg, &request).await {
        Ok(Rung::Answered) => {
            talk(&mut leg, &request).await;
            leg.enter(CallStatus::Completed, Some(200)).await;
        }
        Ok(Rung::Unanswered(status, sip_code)) => leg.enter(status, Some(sip_code)).await,
        Err(_) => leg.enter(CallStatus::Canceled, Some(487)).await,
    }
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
    let now_ms = leg.now_ms();
    leg.limit_ms = Some(now_ms.saturating_add(i64::from(request.time_limit_seconds) * 1000));
    if let HangsUp::After(after) = leg.callee.hangs_up {
        let after_ms = i64::try_from(after.as_millis()).unwrap_or(i64::MAX);
        leg.hang_up_ms = Some(now_ms.saturating_add(after_ms));
    }
    leg.enter(CallStatus::InProgress, None).await;
    let first = DocumentRequest::new(request.document.clone(), DeliveryKind::Twiml);
    let mut outcome = send_digits(leg, &request.send_digits)
        .await
        .map(|()| Flow::GoTo(first));
    loop {
        let next = match outcome {
            Ok(Flow::GoTo(next)) => next,
            Ok(Flow::Continue | Flow::HangUp) => return,
            Err(LegEnd::Redirected(source)) => DocumentRequest::new(source, DeliveryKind::Twiml),
            Err(
                end @ (LegEnd::CalleeHungUp
                | LegEnd::BargedIn
                | LegEnd::TimeLimit
                | LegEnd::ApiHungUp
                | LegEnd::ApplicationError),
            ) => {
                tracing::debug!(call.sid = leg.sid, ?end, "call is cut short");
                return;
            }
        };
        if leg.documents >= DOCUMENTS_AT_MOST {
            leg.alert(
                11215,
                format!("call has run {DOCUMENTS_AT_MOST} documents and is ended"),
                None,
            );
            return;
        }
        leg.documents += 1;
        outcome = run(leg, next).await;
    }
}

async fn run(leg: &mut Leg, request: DocumentRequest) -> Result<Flow, LegEnd> {
    let (document, base) = super::fetch::fetch_document(leg, request).await?;
    twiml::run_document(leg, &document, &base).await
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
