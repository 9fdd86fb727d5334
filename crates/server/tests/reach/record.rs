//! What a run was told, and what it saw on the way.

use std::collections::BTreeMap;

use atlas_domain::Timestamp;
use serde_json::Value;

use crate::crash::support::NoAnswer;
use crate::plan::Act;
use crate::row::instant;

/// What a run was told, and what it saw on the way.
#[derive(Default)]
pub(crate) struct Record {
    /// The notifications that were answered with 201 or 202, by index.
    pub(crate) placed: BTreeMap<usize, String>,
    /// When a request to cancel one was answered with 200.
    pub(crate) canceled: BTreeMap<String, Timestamp>,
    /// When a request to acknowledge one was answered with 200.
    pub(crate) acknowledged: BTreeMap<String, Timestamp>,
    /// Who acknowledged, and when, as first seen.
    seen: BTreeMap<String, Value>,
    /// What must not have been seen.
    pub(crate) violations: Vec<String>,
}

impl Record {
    /// Looks at what the API shows of a notification now: who acknowledged it never changes.
    pub(crate) fn look(&mut self, notification: &Value, now: Timestamp) {
        let id = notification["notification_id"].as_str().expect("an id");
        let by = &notification["acknowledged_by"];
        let at = &notification["acknowledged_at"];
        let shown = serde_json::json!({"by": by, "at": at});
        if let Some(seen) = self.seen.get(id) {
            if *seen != shown {
                self.violations.push(format!(
                    "{id} was acknowledged as {seen}, and then as {shown}"
                ));
            }
        } else if notification["acknowledged"] == true {
            if at.as_str().is_none_or(|at| instant(at) > now) {
                self.violations
                    .push(format!("{id} is acknowledged in the future: {shown}"));
            }
            self.seen.insert(id.to_owned(), shown);
        }
    }

    /// Notes what came of an act.
    pub(crate) fn note(
        &mut self,
        act: Act,
        id: &str,
        answer: Result<(u16, Value), NoAnswer>,
        now: Timestamp,
    ) {
        // Without an answer: Atlas was killed meanwhile.
        let Ok((status, body)) = answer else { return };
        match (act, status) {
            (Act::Acknowledge, 200) => {
                self.acknowledged.entry(id.to_owned()).or_insert(now);
            }
            (Act::Cancel, 200) => {
                self.canceled.entry(id.to_owned()).or_insert(now);
            }
            (_, 200..300 | 409 | 429 | 500 | 503) => {}
            (_, _) => panic!("{act:?} answered {status}: {body}"),
        }
    }
}
