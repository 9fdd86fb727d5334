//! Start and Stop of a Stream: it is noted and its callback is told; no sound is streamed.

use std::sync::Arc;

use time::format_description::well_known::Rfc3339;

use super::document::{Base, StartStream};
use super::run::resolve;
use crate::call::Leg;
use crate::callbacks::{self, Outgoing};
use crate::clock::instant_of;
use crate::record::DeliveryKind;
use crate::stream::{Stream, StreamReport};
use crate::world::Params;

/// Begins a stream.
pub(super) async fn start(leg: &Leg, asked: &StartStream, base: &Base) {
    let callback = asked
        .callback
        .as_ref()
        .and_then(|(url, method)| resolve(leg, Some(url), base).map(|url| (url, *method)));
    let report = StreamReport {
        sid: leg.shared.new_sid_of(&leg.sid, "MZ"),
        name: asked.name.clone(),
        url: asked.url.clone(),
        track: asked.track.clone(),
        parameters: asked.parameters.clone(),
        started_at: instant_of(leg.now_ms()),
        stopped_at: None,
    };
    let stream = Stream { report, callback };
    if let Some(call) = leg.shared.world().call_mut(&leg.sid) {
        call.streams.push(stream.clone());
    }
    tell(leg, &stream, "stream-started").await;
}

/// Ends the streams with a name, or all of them.
pub(crate) async fn stop_streams(leg: &Leg, name: Option<&str>) {
    let now = instant_of(leg.now_ms());
    let mut stopped = Vec::new();
    if let Some(call) = leg.shared.world().call_mut(&leg.sid) {
        for stream in &mut call.streams {
            let report = &mut stream.report;
            let meant = name.is_none() || report.name.as_deref() == name;
            if meant && report.stopped_at.is_none() {
                report.stopped_at = Some(now);
                stopped.push(stream.clone());
            }
        }
    }
    for stream in &stopped {
        tell(leg, stream, "stream-stopped").await;
    }
}

/// Source: Twilio, Stream, "statusCallback".
async fn tell(leg: &Leg, stream: &Stream, event: &str) {
    let Some((url, method)) = stream.callback.clone() else {
        return;
    };
    let report = &stream.report;
    let params: Params = [
        ("AccountSid", leg.shared.config.account_sid.clone()),
        ("CallSid", leg.sid.clone()),
        ("StreamSid", report.sid.clone()),
        ("StreamName", report.name.clone().unwrap_or_default()),
        ("StreamEvent", event.to_owned()),
        (
            "Timestamp",
            instant_of(leg.now_ms())
                .format(&Rfc3339)
                .unwrap_or_default(),
        ),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    let outgoing = Outgoing {
        kind: DeliveryKind::StreamStatus,
        call_sid: leg.sid.clone(),
        to: leg.to.clone(),
        method,
        url,
        params,
    };
    let shared = Arc::clone(&leg.shared);
    leg.beside(async move { callbacks::deliver(&shared, outgoing).await })
        .await;
}
