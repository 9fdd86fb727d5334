//! Media streams: what was asked for; no sound is streamed.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use url::Url;
use utoipa::ToSchema;

use crate::callbacks::HttpMethod;

/// A media stream that `<Start><Stream>` asked for; nothing connects to its address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StreamReport {
    /// `MZ…`.
    pub sid: String,
    /// The name it was given.
    pub name: Option<String>,
    /// Where it was to go, as written.
    pub url: String,
    /// Twilio's word for whose sound: `inbound_track`, `outbound_track` or `both_tracks`.
    pub track: String,
    /// The names and values of its parameters.
    pub parameters: Vec<(String, String)>,
    /// When it began.
    #[serde(with = "time::serde::rfc3339")]
    pub started_at: OffsetDateTime,
    /// When it was stopped, by `<Stop>` or by the end of the call.
    #[serde(with = "time::serde::rfc3339::option")]
    pub stopped_at: Option<OffsetDateTime>,
}

/// A stream as the call keeps it.
#[derive(Clone, Debug)]
pub(crate) struct Stream {
    pub(crate) report: StreamReport,
    pub(crate) callback: Option<(Url, HttpMethod)>,
}
