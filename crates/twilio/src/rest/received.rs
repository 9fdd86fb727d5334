//! What Twilio sent, beyond what this library knows.

use std::fmt;

use serde_json::{Map, Value};

use super::AnswerInfo;

/// Fields that are never kept: Twilio sends the account's auth token along with the account.
const DROPPED_FIELDS: [&str; 1] = ["auth_token"];

/// The JSON a resource was read from, unknown fields included, and the head of the answer it came with.
///
/// Two are equal when their JSON is. `Debug` shows nothing of the JSON, which may hold numbers and texts.
///
/// ```no_run
/// # async fn example(client: atlas_twilio::rest::Client, sid: atlas_twilio::sid::CallSid)
/// # -> Result<(), atlas_twilio::rest::ReadError> {
/// if let Some(call) = client.calls().fetch(&sid).await? {
///     let annotation = call.received.field("annotation").and_then(|value| value.as_str());
///     println!("{annotation:?} by request {:?}", call.received.answer().request_id);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Received {
    json: Map<String, Value>,
    answer: AnswerInfo,
}

impl Received {
    pub(super) fn new(json: &Map<String, Value>, answer: &AnswerInfo) -> Self {
        let mut json = json.clone();
        json.retain(|name, _| !DROPPED_FIELDS.contains(&name.as_str()));
        Self {
            json,
            answer: answer.clone(),
        }
    }

    /// One field as Twilio sent it; none when it was not sent.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Value> {
        self.json.get(name)
    }

    /// All fields as Twilio sent them, secrets left out.
    #[must_use]
    pub const fn json(&self) -> &Map<String, Value> {
        &self.json
    }

    /// What the head of the answer told.
    #[must_use]
    pub const fn answer(&self) -> &AnswerInfo {
        &self.answer
    }
}

impl PartialEq for Received {
    fn eq(&self, other: &Self) -> bool {
        self.json == other.json
    }
}

impl Eq for Received {}

impl fmt::Debug for Received {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Received")
            .field("answer", &self.answer)
            .finish_non_exhaustive()
    }
}
