//! The parameters that ask for a recording, alike for new calls and for calls under way.

use super::parameters::{check_method, check_url, check_word};
use super::refusal::Refusal;
use crate::recording::{
    RecordingCallback, RecordingChannels, RecordingEvents, RecordingOptions, RecordingSource,
    RecordingTrack, parse_trim,
};
use crate::world::Params;

/// Reads how a recording is to be made.
///
/// Source: Twilio, Call resource, "Create a Call", and Recordings resource, "Start a recording": the
/// former trims silence by default, the latter does not.
pub(super) fn check_recording(
    params: &Params,
    source: RecordingSource,
    trims_by_default: bool,
) -> Result<RecordingOptions, Refusal> {
    Ok(RecordingOptions {
        source,
        name: None,
        channels: check_word(
            params,
            "RecordingChannels",
            RecordingChannels::Mono,
            RecordingChannels::parse,
        )?,
        track: check_word(
            params,
            "RecordingTrack",
            RecordingTrack::Both,
            RecordingTrack::parse,
        )?,
        trim_silence: check_word(params, "Trim", trims_by_default, parse_trim)?,
        callback: check_callback(params)?,
        conference_sid: None,
    })
}

/// Events may come as a repeated parameter or as several words in one value.
fn check_callback(params: &Params) -> Result<Option<RecordingCallback>, Refusal> {
    const EVENT: &str = "RecordingStatusCallbackEvent";
    let method = check_method(params, "RecordingStatusCallbackMethod")?;
    let values = params.iter().filter(|(name, _)| name == EVENT);
    let words = values.flat_map(|(_, value)| value.split_whitespace());
    let events = RecordingEvents::read(words)
        .ok_or_else(|| Refusal::new(20001, format!("{EVENT} is unknown")))?;
    let url = check_url(params, "RecordingStatusCallback", 21609)?;
    Ok(url.map(|url| RecordingCallback {
        url,
        method,
        events,
    }))
}
