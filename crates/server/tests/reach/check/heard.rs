//! Nobody hears what is not true.

use atlas_domain::Timestamp;
use twilio_sim::CallReport;

use super::Remains;
use crate::row::{Row, instant_of};

pub(super) const THANK_YOU: &str = "Thank you. Task acknowledged. Goodbye.";
pub(super) const ALREADY: &str = "This task is already acknowledged. Goodbye.";
const CANCELED: &str = "This task was canceled. Goodbye.";
const UNKNOWN: &str = "This task is not known. Please call your operations desk.";

pub(super) fn violations(remains: &Remains<'_>) -> Vec<String> {
    let mut violations = Vec::new();
    for call in &remains.calls {
        for heard in &call.heard {
            let at = instant_of(heard.at);
            let words = heard.kind.text().unwrap_or_default();
            let mut rows = remains.rows.iter().filter(|row| row.number() == call.to);
            if !rows.any(|row| is_true(words, row, call, at)) {
                violations.push(format!("{} heard at {at}: {words}", call.sid));
            }
        }
    }
    violations
}

/// Whether these words, heard in this call at this time, are true of a notification.
fn is_true(words: &str, row: &Row, call: &CallReport, at: Timestamp) -> bool {
    let acknowledged = row
        .acknowledged_at()
        .is_some_and(|committed| committed <= at);
    match words {
        THANK_YOU => {
            let pressed_on = row.acknowledged_on().and_then(|dial| dial.sid());
            acknowledged && pressed_on == Some(call.sid.as_str())
        }
        ALREADY => acknowledged,
        CANCELED => row.steps("canceled").any(|(canceled, _)| canceled <= at),
        UNKNOWN => false,
        _ => !words.to_lowercase().contains("task acknowledged"),
    }
}
