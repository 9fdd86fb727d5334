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
    let judged_at = row.judged_machine_at(&call.sid)?;
    // It counts only once it is confirmed: one press, the question, and one more.
    let after = presses.iter().filter(|pressed| **pressed >= judged_at);
    let before = presses.iter().filter(|pressed| **pressed <= judged_at);
    if before.count() == 0 && after.count() < 2 {
        return Some(format!("pressed once, judged a machine at {judged_at}"));
    }
    // None of the machines makes two sounds that are taken for the key.
    let kinds = remains.plan.callees.iter();
    let kind = kinds.filter(|somebody| somebody.number == call.to);
    kind.map(|somebody| somebody.kind)
        .find(|kind| !kind.is_human() && judged_at <= committed)
        .map(|kind| format!("acknowledged by a {kind:?}"))
}
