//! Status events: numbering, keeping and posting them.

use std::sync::Arc;

use time::format_description::well_known::Rfc2822;

use super::{Call, StatusEvent, common_params};
use crate::callbacks::{self, Outgoing};
use crate::clock::{Turn, instant_of};
use crate::journal::Entry;
use crate::record::{CallStatus, DeliveryKind, StatusChange};
use crate::recording::{RecordingSource, RecordingStatus};
use crate::world::{Params, Shared, World};

/// Gives a call its next status; does nothing once the call is over.
pub(super) fn change(
    shared: &Shared,
    sid: &str,
    status: CallStatus,
    sip_code: Option<u16>,
    now_ms: i64,
) {
    let mut world = shared.world();
    let Some(call) = world.call_mut(sid) else {
        return;
    };
    if call.status.is_terminal() {
        return;
    }
    call.status = status;
    call.sip_code = sip_code;
    call.updated_ms = now_ms;
    call.history.push(StatusChange {
        at: instant_of(now_ms),
        status,
    });
    call.events += 1;
    match status {
        CallStatus::Queued | CallStatus::Ringing => {}
        CallStatus::Initiated => call.dialled_ms = Some(now_ms),
        CallStatus::InProgress => call.answered_ms = Some(now_ms),
        CallStatus::Completed
        | CallStatus::Busy
        | CallStatus::NoAnswer
        | CallStatus::Failed
        | CallStatus::Canceled => call.ended_ms = Some(now_ms),
    }
    let seconds = call.duration_seconds();
    if status.is_terminal() {
        world.finish(sid, now_ms);
    }
    shared.write_in(&mut world, Some(sid), Entry::Status { status });
    tracing::info!(call.sid = sid, status = %status, duration_seconds = seconds, "call is {status}");
}

/// Posts the present status to the status callback, when that is subscribed to it.
pub(super) async fn announce(shared: &Arc<Shared>, turn: &Turn, sid: &str) {
    let outgoing = {
        let world = shared.world();
        world
            .call(sid)
            .and_then(|call| status_callback(shared, call, &world))
    };
    if let Some(outgoing) = outgoing {
        let shared = Arc::clone(shared);
        turn.beside(async move { callbacks::deliver(&shared, outgoing).await })
            .await;
    }
}

fn status_callback(shared: &Shared, call: &Call, world: &World) -> Option<Outgoing> {
    let (url, method) = call.request.status_callback.clone()?;
    let event = event_of(call.status)?;
    call.request
        .status_events
        .contains(&event)
        .then(|| Outgoing {
            kind: DeliveryKind::CallStatus,
            call_sid: call.sid.clone(),
            to: call.request.to.clone(),
            method,
            url,
            params: status_params(shared, call, world),
        })
}

/// The event a status is posted as.
const fn event_of(status: CallStatus) -> Option<StatusEvent> {
    match status {
        CallStatus::Queued => None,
        CallStatus::Initiated => Some(StatusEvent::Initiated),
        CallStatus::Ringing => Some(StatusEvent::Ringing),
        CallStatus::InProgress => Some(StatusEvent::Answered),
        CallStatus::Completed
        | CallStatus::Busy
        | CallStatus::NoAnswer
        | CallStatus::Failed
        | CallStatus::Canceled => Some(StatusEvent::Completed),
    }
}

/// Source: Twilio, Call resource, "StatusCallback"; `Duration` is in minutes, `CallDuration` in seconds.
fn status_params(shared: &Shared, call: &Call, world: &World) -> Params {
    let mut params = common_params(shared, call);
    let mut add = |name: &str, value: String| params.push((name.to_owned(), value));
    let at = call.history.last().map(|change| change.at);
    let timestamp = at.and_then(|at| at.replace_nanosecond(0).ok()?.format(&Rfc2822).ok());
    add("CallbackSource", "call-progress-events".to_owned());
    // Every event is numbered, from 0, also those nobody subscribed to.
    add("SequenceNumber", call.events.saturating_sub(1).to_string());
    add("Timestamp", timestamp.unwrap_or_default());
    if let Some(seconds) = call.duration_seconds() {
        add("Duration", seconds.div_ceil(60).to_string());
        add("CallDuration", seconds.to_string());
    }
    if let Some(sip_code) = call.sip_code {
        add("SipResponseCode", sip_code.to_string());
    }
    if let Some(answered_by) = call.answered_by {
        params.push(("AnsweredBy".to_owned(), answered_by.as_str().to_owned()));
    }
    if call.status == CallStatus::Completed && call.request.record.is_some() {
        params.extend(recording_params(shared, call, world));
    }
    params
}

/// What `Record=true` has made. Source: Twilio, Call resource, "StatusCallback".
fn recording_params(shared: &Shared, call: &Call, world: &World) -> Params {
    let made = world
        .recordings
        .of(&call.sid)
        .find(|recording| recording.options.source == RecordingSource::OutboundApi);
    let Some(recording) = made.filter(|made| made.status != RecordingStatus::Absent) else {
        return Vec::new();
    };
    vec![
        (
            "RecordingUrl".to_owned(),
            shared.recording_url(&recording.sid),
        ),
        ("RecordingSid".to_owned(), recording.sid.clone()),
        (
            "RecordingDuration".to_owned(),
            recording.duration_seconds().to_string(),
        ),
    ]
}
