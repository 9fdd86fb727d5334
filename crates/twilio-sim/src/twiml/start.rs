//! Start and Stop: recordings and streams of the call that run beside its verbs.

use super::document::{Base, RecordCallback, StartNoun, StopNoun};
use super::run::{Flow, resolve};
use super::stream;
use crate::call::{Leg, LegEnd};
use crate::recording::{self, RecordingCallback, RecordingOptions, RecordingSource};

/// Runs a Start; the next verb follows at once.
pub(super) async fn start(leg: &Leg, nouns: &[StartNoun], base: &Base) -> Result<Flow, LegEnd> {
    for noun in nouns {
        match noun {
            StartNoun::Recording(asked) => {
                let options = RecordingOptions {
                    source: RecordingSource::StartCallRecordingTwiml,
                    name: asked.name.clone(),
                    channels: asked.channels,
                    track: asked.track,
                    trim_silence: asked.trim_silence,
                    callback: callback(leg, asked.status_callback.as_ref(), base),
                    conference_sid: None,
                };
                recording::begin_within(leg, options).await;
            }
            StartNoun::Stream(asked) => stream::start(leg, asked, base).await,
        }
    }
    Ok(Flow::Continue)
}

/// Runs a Stop: ends what has that name, or all that `<Start>` began.
pub(super) async fn stop(leg: &Leg, nouns: &[StopNoun]) -> Flow {
    for noun in nouns {
        match noun {
            StopNoun::Recording { name } => {
                for sid in started(leg, name.as_deref()) {
                    recording::stop(&leg.shared, &sid);
                }
            }
            StopNoun::Stream { name } => stream::stop_streams(leg, name.as_deref()).await,
        }
    }
    Flow::Continue
}

fn started(leg: &Leg, name: Option<&str>) -> Vec<String> {
    let world = leg.shared.world();
    let fits = world.recordings.of(&leg.sid).filter(|recording| {
        let options = &recording.options;
        recording.status.is_active()
            && options.source == RecordingSource::StartCallRecordingTwiml
            && (name.is_none() || options.name.as_deref() == name)
    });
    fits.map(|recording| recording.sid.clone()).collect()
}

/// A recording status callback with its URL made absolute; none when that is of no use.
pub(super) fn callback(
    leg: &Leg,
    asked: Option<&RecordCallback>,
    base: &Base,
) -> Option<RecordingCallback> {
    let asked = asked?;
    Some(RecordingCallback {
        url: resolve(leg, Some(&asked.url), base)?,
        method: asked.method,
        events: asked.events,
    })
}
