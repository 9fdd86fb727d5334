//! Every acknowledgement reaches the receiver, under one id, and nothing else does.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Remains;
use crate::hook::Received;
use crate::row::Row;

pub(super) fn violations(remains: &Remains<'_>, received: &[Received]) -> Vec<String> {
    let secrets = &remains.plan.settings.secrets;
    let mut violations = Vec::new();
    if secrets.is_empty() && !received.is_empty() {
        violations.push("delivered, though nobody listens".to_owned());
    }
    let mut bodies: BTreeMap<&str, &str> = BTreeMap::new();
    for delivery in received {
        let id = &delivery.id;
        if !secrets.iter().all(|secret| delivery.is_signed_with(secret)) {
            violations.push(format!("{id} is not signed with every secret"));
        }
        if *bodies.entry(id).or_insert(&delivery.body) != delivery.body {
            violations.push(format!(
                "{id} has two bodies: {bodies:?}, {}",
                delivery.body
            ));
        }
        let owner = remains
            .rows
            .iter()
            .find(|row| row.is_acknowledged() && webhook_id(row) == *id);
        match owner {
            None => violations.push(format!("{id} is of no acknowledgement")),
            Some(row) if !is_in_time(delivery, row) => {
                violations.push(format!("{id} was sent at {}", delivery.timestamp));
            }
            Some(row) if !says(&delivery.body, row) => {
                violations.push(format!("{id} says something else: {}", delivery.body));
            }
            Some(_) => {}
        }
    }
    if !secrets.is_empty() {
        let acknowledged = remains.rows.iter().filter(|row| row.is_acknowledged());
        for row in acknowledged {
            let id = webhook_id(row);
            let taken = |delivery: &&Received| delivery.id == id && delivery.taken;
            if received.iter().filter(taken).count() == 0 {
                violations.push(format!("{id} was never taken"));
            }
            if row.steps("delivered").count() != 1 || row.0["delivery"]["webhook_id"] != id {
                violations.push(format!("{id} is not shown as delivered"));
            }
        }
    }
    violations
}

fn webhook_id(row: &Row) -> String {
    format!("ack_{}", row.id().replace('-', ""))
}

/// Whether it was sent after the acknowledgement, by the second.
fn is_in_time(delivery: &Received, row: &Row) -> bool {
    let sent = delivery.timestamp.parse::<i64>().ok();
    let acknowledged = row.acknowledged_at().map(|at| at.unix_millis() / 1000);
    sent.is_some() && sent >= acknowledged
}

/// Whether a body says who acknowledged which notification, and when.
fn says(body: &str, row: &Row) -> bool {
    let Ok(body) = serde_json::from_str::<Value>(body) else {
        return false;
    };
    let (data, shown) = (&body["data"], &row.0);
    body["type"] == "notification.acknowledged"
        && [
            "notification_id",
            "acknowledged_at",
            "task_title",
            "phone_number",
            "task_id",
        ]
        .iter()
        .all(|field| data[field] == shown[field])
        && data["acknowledged_by"]["via"] == shown["acknowledged_by"]["via"]
}
