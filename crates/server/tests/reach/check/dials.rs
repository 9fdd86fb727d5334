//! Every dial is asked for at most once, and none after the acknowledgement or the cancellation.

use std::collections::{BTreeMap, BTreeSet};

use super::{Create, Remains};
use crate::row::{Row, instant_of};

/// Twilio did not process the request (error 20429): the dial may be asked for again.
const TOO_MANY_REQUESTS: u16 = 429;

pub(super) fn violations(remains: &Remains<'_>) -> Vec<String> {
    let mut violations = asked_twice(remains);
    for row in remains.rows {
        violations.extend(dialled_too_late(remains, row));
        violations.extend(untrue_dials(remains, row));
    }
    violations.extend(rings_nobody_owns(remains));
    violations
}

fn asked_twice(remains: &Remains<'_>) -> Vec<String> {
    let mut asked = BTreeSet::new();
    remains
        .creates
        .iter()
        .filter(|create| create.request.answer_status != Some(TOO_MANY_REQUESTS))
        .filter(|create| !asked.insert((&create.call_id, &create.dial)))
        .map(|create| {
            format!(
                "dial {} of {} was asked for twice",
                create.dial, create.call_id
            )
        })
        .collect()
}

fn dialled_too_late(remains: &Remains<'_>, row: &Row) -> Vec<String> {
    let canceled = remains.record.canceled.get(row.id()).copied();
    let limits = [
        ("it was acknowledged", row.acknowledged_at()),
        ("it was canceled", canceled),
        (
            "it was stored as canceled",
            row.steps("canceled").map(|(at, _)| at).next(),
        ),
    ];
    let mut violations = Vec::new();
    for (event, limit) in limits {
        let Some(limit) = limit else { continue };
        let of_row = |create: &&Create| create.call_id == row.id();
        for create in remains.creates.iter().filter(of_row) {
            let at = instant_of(create.request.at);
            if at > limit {
                violations.push(format!(
                    "{} was dialled at {at}, {event} at {limit}",
                    row.id()
                ));
            }
        }
        for (at, step) in row.steps("intent_stored") {
            if at > limit {
                violations.push(format!("{}: {step}, but {event} at {limit}", row.id()));
            }
        }
    }
    violations
}

/// Every SID is Twilio's own, rang the right number, and Twilio agrees on how it ended.
fn untrue_dials(remains: &Remains<'_>, row: &Row) -> Vec<String> {
    let mut violations = Vec::new();
    for dial in row.dials() {
        let Some(sid) = dial.sid() else { continue };
        let Some(call) = remains.call(sid) else {
            violations.push(format!("{}: {sid} is not Twilio's", row.id()));
            continue;
        };
        if call.to != row.number() || call.status.as_str() != dial.status() {
            violations.push(format!(
                "{}: {sid} rang {} and is {}, but {}",
                row.id(),
                call.to,
                call.status,
                dial.status()
            ));
        }
    }
    violations
}

fn rings_nobody_owns(remains: &Remains<'_>) -> Vec<String> {
    let mut owners: BTreeMap<&str, usize> = BTreeMap::new();
    for dial in remains.rows.iter().flat_map(Row::dials) {
        if let Some(sid) = dial.sid() {
            *owners.entry(sid).or_default() += 1;
        }
    }
    remains
        .calls
        .iter()
        .filter_map(|call| {
            let owners = owners.get(call.sid.as_str()).copied().unwrap_or_default();
            (owners != 1).then(|| format!("{} has {owners} owners", call.sid))
        })
        .collect()
}
