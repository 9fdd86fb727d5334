//! The journal: everything that can be observed, in order, in words that are the same in every equal run.
//!
//! It leaves out ports, dates and signatures. The simulator's address is written `{sim}`, any other
//! address on this machine `{app}`, and a date that is sent `{date}`.

use serde::Serialize;
use time::OffsetDateTime;
use time::format_description::well_known::{Rfc2822, Rfc3339};

use crate::messages::MessageStatus;
use crate::person::Act;
use crate::record::{CallStatus, DeliveryKind, DeliveryOutcome, HeardKind};
use crate::world::{Params, Shared, World};

/// Something that happened.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub(crate) enum Entry<'a> {
    /// The REST API was asked for something.
    Request {
        method: &'a str,
        path: &'a str,
        params: Vec<(&'a str, &'a str)>,
        /// The HTTP status answered; none when there was no answer.
        answer: Option<u16>,
        #[serde(skip_serializing_if = "Option::is_none")]
        code: Option<u64>,
    },
    /// A call has a new status.
    Status { status: CallStatus },
    /// A call runs a document.
    Document {
        url: Option<&'a str>,
        twiml: &'a str,
    },
    /// A callee begins to hear something.
    Heard { heard: &'a HeardKind },
    /// A callee presses a key.
    Key { key: char },
    /// A person does something.
    Act { act: &'a Act },
    /// It has been found out who or what has answered.
    AnsweredBy { answered_by: &'a str },
    /// A recording has a new status.
    Recording {
        recording: &'a str,
        status: &'a str,
        duration_ms: u64,
    },
    /// A recording has been transcribed, or cannot be.
    Transcription {
        recording: &'a str,
        text: Option<&'a str>,
    },
    /// A message, whose SID stands for the call's, has a new status.
    Message { status: MessageStatus },
    /// The service was asked for a document, or told something.
    Sent {
        kind: DeliveryKind,
        method: &'a str,
        url: &'a str,
        params: Vec<(&'a str, &'a str)>,
        attempt: u32,
        /// The HTTP status answered.
        #[serde(skip_serializing_if = "Option::is_none")]
        answer: Option<u16>,
        /// Why there was no answer.
        #[serde(skip_serializing_if = "Option::is_none")]
        failed: Option<&'a str>,
    },
    /// The debugger has an alert.
    Alert {
        code: u32,
        message: &'a str,
        url: Option<&'a str>,
    },
}

#[derive(Serialize)]
struct Line<'a> {
    /// Virtual milliseconds since the start.
    at_ms: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    call: Option<&'a str>,
    #[serde(flatten)]
    entry: Entry<'a>,
}

impl Shared {
    /// Writes something into the journal.
    pub(crate) fn write(&self, call_sid: Option<&str>, entry: Entry<'_>) {
        self.write_in(&mut self.world(), call_sid, entry);
    }

    /// The same for whoever has the world in hand.
    pub(crate) fn write_in(&self, world: &mut World, call_sid: Option<&str>, entry: Entry<'_>) {
        let line = Line {
            at_ms: self.timeline.now_ms() - self.timeline.start_ms(),
            call: call_sid.filter(|sid| !sid.is_empty()),
            entry,
        };
        // Nothing in it can fail to be written: all keys are texts.
        if let Ok(text) = serde_json::to_string(&line) {
            world.journal.push(without_addresses(&text, &self.base_url));
        }
    }

    /// The journal, a line of JSON for each thing.
    pub(crate) fn journal(&self) -> String {
        let world = self.world();
        let mut text = String::new();
        for line in world.journal.iter() {
            text.push_str(line);
            text.push('\n');
        }
        text
    }
}

/// The one date that is sent as bare digits: when a message was delivered.
const BARE_DATE: &str = "RawDlrDoneDate";

/// Parameters with `{date}` in place of dates.
pub(crate) fn without_dates(params: &Params) -> Vec<(&str, &str)> {
    params
        .iter()
        .map(|(name, value)| {
            let is_date = name == BARE_DATE || is_date(value);
            let value = if is_date { "{date}" } else { value };
            (name.as_str(), value)
        })
        .collect()
}

/// The status answered to a request of the simulator, or why there is none.
pub(crate) fn outcome_words(outcome: &DeliveryOutcome) -> (Option<u16>, Option<&str>) {
    match outcome {
        DeliveryOutcome::Answered { status, .. } => (Some(*status), None),
        DeliveryOutcome::Failed { error } => (None, Some(error)),
        DeliveryOutcome::Dropped => (None, Some("never sent")),
    }
}

fn is_date(text: &str) -> bool {
    (20..=40).contains(&text.len())
        && text.contains(':')
        && (OffsetDateTime::parse(text, &Rfc2822).is_ok()
            || OffsetDateTime::parse(text, &Rfc3339).is_ok())
}

/// How addresses on this machine begin, as they are and as they stand in a query.
const LOCAL: [(&str, &str); 6] = [
    ("http://127.0.0.1", ":"),
    ("http://localhost", ":"),
    ("http://[::1]", ":"),
    ("http%3A%2F%2F127.0.0.1", "%3A"),
    ("http%3A%2F%2Flocalhost", "%3A"),
    ("http%3A%2F%2F%5B%3A%3A1%5D", "%3A"),
];

fn without_addresses(text: &str, sim_url: &str) -> String {
    let sim_port = sim_url.rsplit(':').next().unwrap_or_default();
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    loop {
        let found = LOCAL
            .iter()
            .filter_map(|(host, colon)| Some((rest.find(host)?, *host, *colon)))
            .min_by_key(|(at, _, _)| *at);
        let Some((at, host, colon)) = found else {
            clean.push_str(rest);
            return clean;
        };
        let (before, from_host) = rest.split_at(at);
        clean.push_str(before);
        let after_host = from_host.get(host.len()..).unwrap_or_default();
        let (port, after) = split_port(after_host, colon);
        clean.push_str(if port == sim_port { "{sim}" } else { "{app}" });
        rest = after;
    }
}

/// The port that a text begins with, and what follows it.
fn split_port<'a>(text: &'a str, colon: &str) -> (&'a str, &'a str) {
    let Some(number) = text.strip_prefix(colon) else {
        return ("", text);
    };
    let end = number
        .find(|letter: char| !letter.is_ascii_digit())
        .unwrap_or(number.len());
    number.split_at(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_on_this_machine_lose_their_ports() {
        let clean = |text: &str| without_addresses(text, "http://127.0.0.1:8001");
        assert_eq!(clean("a http://127.0.0.1:8001/x b"), "a {sim}/x b");
        assert_eq!(clean("http://127.0.0.1:80010/x"), "{app}/x");
        assert_eq!(
            clean("http://localhost/x http://[::1]:5/y"),
            "{app}/x {app}/y"
        );
        assert_eq!(
            clean("?to=http%3A%2F%2F127.0.0.1%3A8001%2Fx"),
            "?to={sim}%2Fx"
        );
        assert_eq!(
            clean("https://example.com:8001/"),
            "https://example.com:8001/"
        );
    }

    #[test]
    fn dates_are_left_out_and_nothing_else() {
        let params: Params = [
            ("Timestamp", "Fri, 20 Nov 2026 10:00:00 +0000"),
            ("StartTime", "2026-11-20T10:00:00Z"),
            ("SpeechResult", "call me at 10:00, on Friday"),
            ("RawDlrDoneDate", "2611201000"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        let values: Vec<&str> = without_dates(&params)
            .into_iter()
            .map(|(_, value)| value)
            .collect();
        assert_eq!(
            values,
            ["{date}", "{date}", "call me at 10:00, on Friday", "{date}"]
        );
    }
}
