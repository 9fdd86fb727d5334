//! The requests that tell about a recording.

use std::sync::Arc;

use time::format_description::well_known::Rfc2822;

use super::{Recording, RecordingStatus};
use crate::callbacks::{self, Outgoing};
use crate::clock::instant_of;
use crate::record::DeliveryKind;
use crate::world::{Params, Shared};

/// Tells the present status of a recording to its callback, when that wants to know it.
pub(super) async fn tell(shared: &Arc<Shared>, sid: &str) {
    let outgoing = {
        let world = shared.world();
        world.recording(sid).and_then(|recording| {
            let to = world.call(&recording.call_sid)?.request.to.clone();
            outgoing(shared, recording, to)
        })
    };
    if let Some(outgoing) = outgoing {
        callbacks::deliver(shared, outgoing).await;
    }
}

fn outgoing(shared: &Shared, recording: &Recording, to: String) -> Option<Outgoing> {
    let callback = recording.options.callback.as_ref()?;
    let wanted = match recording.status {
        RecordingStatus::InProgress => callback.events.in_progress,
        RecordingStatus::Completed => callback.events.completed,
        RecordingStatus::Absent => callback.events.absent,
        RecordingStatus::Paused | RecordingStatus::Stopped | RecordingStatus::Processing => false,
    };
    wanted.then(|| Outgoing {
        kind: DeliveryKind::RecordingStatus,
        call_sid: recording.call_sid.clone(),
        to,
        method: callback.method,
        url: callback.url.clone(),
        params: params(shared, recording),
    })
}

/// Source: Twilio, Recordings resource, "RecordingStatusCallback".
fn params(shared: &Shared, recording: &Recording) -> Params {
    let started = instant_of(recording.started_ms).replace_nanosecond(0).ok();
    let started = started.and_then(|at| at.format(&Rfc2822).ok());
    let options = &recording.options;
    let mut params: Params = [
        ("AccountSid", shared.config.account_sid.clone()),
        ("CallSid", recording.call_sid.clone()),
        ("RecordingSid", recording.sid.clone()),
        ("RecordingUrl", shared.recording_url(&recording.sid)),
        ("RecordingStatus", recording.status.as_str().to_owned()),
        ("RecordingChannels", options.channels.count().to_string()),
        ("RecordingStartTime", started.unwrap_or_default()),
        ("RecordingSource", options.source.as_str().to_owned()),
        ("RecordingTrack", options.track.as_str().to_owned()),
        ("ErrorCode", "0".to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    if recording.status == RecordingStatus::Completed {
        let seconds = recording.duration_seconds().to_string();
        params.push(("RecordingDuration".to_owned(), seconds));
    }
    params
}
