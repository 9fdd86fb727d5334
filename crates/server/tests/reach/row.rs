//! A notification as the API shows it.

use atlas_domain::Timestamp;
use serde_json::Value;
use time::OffsetDateTime;

/// A notification: `GET /notifications/{id}`.
#[derive(Debug, Clone)]
pub(crate) struct Row(pub(crate) Value);

/// One of its dials.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DialOf<'row>(&'row Value);

impl Row {
    pub(crate) fn id(&self) -> &str {
        text(&self.0, "notification_id")
    }

    pub(crate) fn number(&self) -> &str {
        text(&self.0, "phone_number")
    }

    pub(crate) fn status(&self) -> &str {
        text(&self.0, "status")
    }

    pub(crate) fn is_acknowledged(&self) -> bool {
        self.0["acknowledged"] == true
    }

    pub(crate) fn acknowledged_at(&self) -> Option<Timestamp> {
        let text = self.0["acknowledged_at"].as_str()?;
        Some(instant(text))
    }

    /// `keypress` or `api`.
    pub(crate) fn acknowledged_via(&self) -> Option<&str> {
        self.0["acknowledged_by"]["via"].as_str()
    }

    /// The dial on which the key was pressed.
    pub(crate) fn acknowledged_on(&self) -> Option<DialOf<'_>> {
        let dial_no = &self.0["acknowledged_by"]["dial_no"];
        self.dials().find(|dial| dial.0["dial_no"] == *dial_no)
    }

    /// Whether nothing is left to be done for it, but what a person must decide.
    pub(crate) fn has_come_to_rest(&self) -> bool {
        let delivering = self.0["delivery"]["status"] == "pending";
        (self.0["finished"] == true || self.is_held()) && !delivering
    }

    pub(crate) fn is_held(&self) -> bool {
        self.0["held"] == true
    }

    pub(crate) fn dials(&self) -> impl Iterator<Item = DialOf<'_>> {
        let dials = self.0["dials"].as_array().expect("a list of dials");
        dials.iter().map(DialOf)
    }

    /// When a machine was found to have answered the call with this SID.
    pub(crate) fn judged_machine_at(&self, sid: &str) -> Option<Timestamp> {
        let is_machine = |verdict: &str| verdict.starts_with("machine_") || verdict == "fax";
        self.steps("answered")
            .filter(|(_, step)| step["call_sid"] == sid)
            .find(|(_, step)| step["answered_by"].as_str().is_some_and(is_machine))
            .map(|(at, _)| at)
    }

    /// The steps of the proof of reach of this kind, with the time of each.
    pub(crate) fn steps(&self, kind: &'static str) -> impl Iterator<Item = (Timestamp, &Value)> {
        let steps = self.0["proof"].as_array();
        let steps = steps.expect("a list of steps").iter();
        steps
            .filter(move |step| step["step"] == kind)
            .map(|step| (instant(text(step, "at")), step))
    }
}

impl<'row> DialOf<'row> {
    pub(crate) fn sid(self) -> Option<&'row str> {
        self.0["twilio_sid"].as_str()
    }

    pub(crate) fn status(self) -> &'row str {
        text(self.0, "status")
    }
}

/// A time as the API shows it.
pub(crate) fn instant(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).expect("a time")
}

/// A time of the simulator's.
pub(crate) fn instant_of(at: OffsetDateTime) -> Timestamp {
    Timestamp::from_offset_date_time(at)
}

fn text<'a>(body: &'a Value, field: &str) -> &'a str {
    body[field]
        .as_str()
        .unwrap_or_else(|| panic!("no {field}: {body}"))
}
