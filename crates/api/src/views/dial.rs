//! One ring of the phone.

use atlas_domain::call::{Call, Dial};
use serde::Serialize;
use utoipa::ToSchema;

/// One ring of the phone for a call.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Dial)]
pub(crate) struct DialView {
    /// Its number, from 1.
    #[schema(minimum = 1, example = 1)]
    dial_no: u32,
    /// Its SID; null until it is known.
    #[schema(required, example = "CA0123456789abcdef0123456789abcdef")]
    twilio_sid: Option<String>,
    /// How it stands.
    #[schema(example = "completed")]
    status: &'static str,
    /// When it started; null until that is known.
    #[schema(required, format = DateTime, example = "2026-01-02T03:04:05.678Z")]
    started_at: Option<String>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime, example = "2026-01-02T03:04:35.000Z")]
    ended_at: Option<String>,
    /// Why it ended as it did, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "answered")]
    reason: Option<String>,
    /// Who answered, in Twilio's word.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "human")]
    answered_by: Option<String>,
}

impl DialView {
    /// The dials of a call, in order.
    pub(crate) fn all_of(call: &Call) -> Vec<Self> {
        call.dials.iter().map(|dial| Self::of(call, dial)).collect()
    }

    fn of(call: &Call, dial: &Dial) -> Self {
        let state = dial.state();
        let verdict = dial.detection.map(|detection| detection.answered_by);
        Self {
            dial_no: dial.dial_no.get(),
            twilio_sid: dial.sid.as_ref().map(ToString::to_string),
            status: dial.status().as_str(),
            started_at: state.started_at.map(|at| at.to_string()),
            ended_at: state.ended_at.map(|at| at.to_string()),
            reason: call.reason_of_dial(dial),
            answered_by: verdict
                .map(|verdict| verdict.as_str().to_owned())
                .or(state.answered_by),
        }
    }
}
