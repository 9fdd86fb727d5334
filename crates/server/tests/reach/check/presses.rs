//! No acknowledgement without a person's own key press.

use super::Remains;
use crate::row::{Row, instant_of};

pub(super) fn violations(remains: &Remains<'_>) -> Vec<String> {
    let by_key = remains
        .rows
        .iter()
        .filter(|row| row.acknowledged_via() == Some("keypress"));
    by_key
        .filter_map(|row| {
            let wrong = wrong_with(remains, row)?;
            Some(format!("{}: {wrong}", row.id()))
        })
        .collect()
}

/// What is wrong with an acknowledgement by key.
fn wrong_with(remains: &Remains<'_>, row: &Row) -> Option<String> {
    let (Some(dial), Some(committed)) = (row.acknowledged_on(), row.acknowledged_at()) else {
        return Some("no dial, or no time".to_owned());
    };
    let call = dial.sid().and_then(|sid| remains.call(sid));
    let Some(call) = call.filter(|call| call.to == row.number()) else {
        return Some("pressed in no call of its own".to_owned());
    };
    let presses: Vec<_> = call
        .key_presses
        .iter()
        .filter(|press| press.key == '1')
        .map(|press| instant_of(press.at))
        .filter(|pressed| *pressed <= committed)
        .collect();
    if presses.is_empty() {
        return Some("nobody pressed 1 before it was committed".to_owned());
    }
    let judged = row
        .steps("answered")
        .filter(|(_, step)| step["dial_no"] == dial.dial_no())
        .find_map(|(at, step)| Some((at, step["answered_by"].as_str()?)));
    if let Some((judged_at, verdict)) = judged
        && (verdict.starts_with("machine_") || verdict == "fax")
    {
        // It counts only once it is confirmed: one press, the question, and one more.
        let after = presses.iter().filter(|pressed| **pressed >= judged_at);
        let before = presses.iter().filter(|pressed| **pressed <= judged_at);
        if before.count() == 0 && after.count() < 2 {
            return Some(format!("pressed once, judged {verdict} at {judged_at}"));
        }
    }
    let somebody = remains
        .plan
        .callees
        .iter()
        .find(|somebody| somebody.number == call.to);
    let kind = somebody.map(|somebody| somebody.kind);
    // Where nobody tells them apart in time, a machine's sound cannot be known from a key.
    let told_apart = judged.is_some();
    if kind.is_some_and(|kind| !kind.is_human()) && told_apart {
        return Some(format!("acknowledged by a {kind:?}"));
    }
    None
}
