//! What a test has set to go wrong in a call: its documents, and its callee.

use super::{Leg, LegEnd};
use crate::callbacks::{self, Answer, Outgoing, SendError};
use crate::fault::{FaultKind, Occasion, Victim};

/// Requests a document, with the fault set for it.
pub(super) async fn request_document(
    leg: &mut Leg,
    outgoing: Outgoing,
) -> Result<Result<Answer, SendError>, LegEnd> {
    match strike(leg, Victim::Document, "document") {
        Some(FaultKind::RepeatDocumentRequest { times }) => {
            Ok(callbacks::send_repeatedly(&leg.shared, outgoing, times).await)
        }
        Some(FaultKind::SlowDocument { by_ms }) => {
            let patience_ms = callbacks::patience_ms(&outgoing.url);
            let answer = callbacks::send(&leg.shared, outgoing).await;
            leg.wait_ms(by_ms.min(patience_ms)).await?;
            Ok(if by_ms > patience_ms {
                Err(SendError::Timeout)
            } else {
                answer
            })
        }
        Some(
            FaultKind::DropCallback
            | FaultKind::RepeatCallback { .. }
            | FaultKind::DelayCallback { .. }
            | FaultKind::SwapCallback
            | FaultKind::ForgeSignature
            | FaultKind::Answer { .. }
            | FaultKind::ResetConnection { .. }
            | FaultKind::NoAnswer { .. }
            | FaultKind::SlowAnswer { .. }
            | FaultKind::HangUp { .. },
        )
        | None => Ok(callbacks::send(&leg.shared, outgoing).await),
    }
}

/// Decides, when somebody has answered, whether a fault makes them hang up, and when.
pub(super) fn decide_hang_up(leg: &mut Leg) {
    let Some(FaultKind::HangUp { within_ms }) = strike(leg, Victim::Callee, "callee") else {
        return;
    };
    let random = leg.shared.random();
    let after_ms = random.below(within_ms.saturating_add(1), &["hang-up", &leg.sid]);
    let at_ms = leg.now_ms().saturating_add_unsigned(after_ms);
    leg.hang_up_ms = Some(leg.hang_up_ms.map_or(at_ms, |own_ms| own_ms.min(at_ms)));
}

fn strike(leg: &Leg, victim: Victim, what: &str) -> Option<FaultKind> {
    let occasion = Occasion {
        victim,
        number: &leg.to,
        request: None,
        name: (&leg.sid, what),
    };
    let random = leg.shared.random();
    leg.shared.world().faults.strike(random, &occasion)
}
