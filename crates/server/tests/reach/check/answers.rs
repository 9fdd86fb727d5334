//! Every press of 1 counts, and Atlas answers to it what is true, whether anybody hears that or not.

use twilio_sim::{DeliveryOutcome, DeliveryReport};

use super::Remains;
use super::heard::{ALREADY, THANK_YOU};
use crate::row::{Row, instant_of};

const ONCE_MORE: &str = "Press 1 once more to acknowledge.";
pub(crate) const HOLD: &str = "Please hold while we confirm your key press.";

pub(super) fn violations(remains: &Remains<'_>, deliveries: &[DeliveryReport]) -> Vec<String> {
    let mut violations = Vec::new();
    for delivery in deliveries {
        let DeliveryOutcome::Answered { status: 200, body } = &delivery.outcome else {
            continue;
        };
        if !delivery.url.contains("/notifications/call/gather?") {
            continue;
        }
        let owner = remains.rows.iter().find(|row| {
            row.dials()
                .any(|dial| dial.sid() == Some(delivery.call_sid.as_str()))
        });
        if let Some(wrong) = owner.and_then(|row| wrong_with(remains, row, delivery, body)) {
            violations.push(format!(
                "{} at {}: {wrong}: {body}",
                delivery.url, delivery.at
            ));
        }
    }
    violations
}

fn wrong_with(
    remains: &Remains<'_>,
    row: &Row,
    delivery: &DeliveryReport,
    body: &str,
) -> Option<&'static str> {
    let at = instant_of(delivery.at);
    let says = |words: &str| body.contains(words);
    let acknowledged = row
        .acknowledged_at()
        .is_some_and(|committed| committed <= at);
    if (says(THANK_YOU) || says(ALREADY)) && !acknowledged {
        return Some("answered before the commit");
    }
    // What is held is in memory, and in what Twilio asks next; both may be gone. And it may turn out
    // that a machine is taken to have pressed.
    let judged_at = row.judged_machine_at(&delivery.call_sid);
    let is_doubted = judged_at.is_some_and(|judged_at| judged_at <= at);
    let may_be_lost = says(HOLD) && (remains.plan.kills() || is_doubted);
    let counts = delivery.param("Digits") == Some("1") && !says(ONCE_MORE) && !may_be_lost;
    let settled = row.is_acknowledged() || row.status() == "canceled";
    (counts && !settled).then_some("the press is lost")
}
