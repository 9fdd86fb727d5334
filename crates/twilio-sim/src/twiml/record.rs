//! Record: the beep, what the callee says, and where the call goes on.

use super::document::{Base, Record};
use super::run::{Flow, go_to, tell_action};
use super::{live, start, transcribe};
use crate::call::{Leg, LegEnd};
use crate::config::SilentRecord;
use crate::record::{DeliveryKind, HeardKind};
use crate::recording::{
    self, RecordingChannels, RecordingOptions, RecordingSource, RecordingTrack,
};
use crate::world::Params;

/// Length of the beep.
pub(super) const BEEP_MS: u64 = 500;
/// How long a callee takes from the last word to the first key, and from key to key.
const KEY_MS: u64 = 500;
/// What was captured.
#[derive(Debug, Default)]
pub(super) struct Captured {
    pub(super) spoken_ms: u64,
    pub(super) total_ms: u64,
    /// The key that ended it.
    pub(super) digits: String,
    /// Why it ended, when the call was cut short.
    pub(super) cut: Option<LegEnd>,
}

/// Runs a Record: control goes to the action, and never to the next verb unless nothing was said and the
/// simulator is set to fall through then.
pub(super) async fn run(leg: &mut Leg, record: &Record, base: &Base) -> Result<Flow, LegEnd> {
    if record.play_beep {
        leg.hear(HeardKind::Beep);
        leg.wait_ms(BEEP_MS).await?;
    }
    let options = RecordingOptions {
        source: RecordingSource::RecordVerb,
        name: None,
        channels: RecordingChannels::Mono,
        track: RecordingTrack::Inbound,
        trim_silence: record.trim_silence,
        callback: start::callback(leg, record.status_callback.as_ref(), base),
        conference_sid: None,
    };
    let sid = recording::begin_within(leg, options).await;
    let mut captured = if leg.is_person() {
        live::record(leg, record).await
    } else {
        capture(leg, record).await
    };
    if matches!(
        captured.cut,
        Some(LegEnd::CalleeHungUp | LegEnd::TimeLimit | LegEnd::ApiHungUp)
    ) {
        "hangup".clone_into(&mut captured.digits);
        leg.close();
    }
    let silent = captured.spoken_ms == 0;
    let falls_through = silent && leg.shared.config.silent_record == SilentRecord::FallsThrough;
    let length_ms = if record.trim_silence {
        captured.spoken_ms
    } else {
        captured.total_ms
    };
    let length_ms = if silent { 0 } else { length_ms };
    recording::end_with(&leg.shared, &sid, length_ms, &captured.digits);

    let outcome = match captured.cut {
        None if falls_through => Ok(Flow::Continue),
        None => Ok(go_to(
            leg,
            &record.action,
            base,
            DeliveryKind::Action,
            action_params(leg, &sid),
        )),
        Some(cut @ LegEnd::Redirected(_)) => Err(cut),
        Some(cut) => {
            if !falls_through {
                tell_action(leg, &record.action, base, action_params(leg, &sid)).await;
            }
            Err(cut)
        }
    };
    if record.transcribe && !falls_through {
        transcribe::schedule(leg, record, base, &sid);
    }
    outcome
}

async fn capture(leg: &mut Leg, record: &Record) -> Captured {
    let started_ms = leg.now_ms();
    let most_ms = record.max_length_seconds.saturating_mul(1000);
    let talk_ms = leg
        .callee
        .speech
        .as_ref()
        .map_or(0, |speech| millis(speech.duration))
        .min(most_ms);
    let elapsed = |leg: &Leg| u64::try_from(leg.now_ms() - started_ms).unwrap_or_default();

    leg.sound(talk_ms);
    let talked = leg.wait_ms(talk_ms).await;
    let spoken_ms = if talked.is_ok() {
        talk_ms
    } else {
        elapsed(leg).min(talk_ms)
    };
    let (digits, cut) = match talked {
        Err(cut) => (String::new(), Some(cut)),
        Ok(()) => match until_it_ends(leg, record, started_ms).await {
            Ok(digits) => (digits, None),
            Err(cut) => (String::new(), Some(cut)),
        },
    };
    Captured {
        spoken_ms,
        total_ms: elapsed(leg).min(most_ms),
        digits,
        cut,
    }
}

/// After the last word: keys, then silence, up to the greatest length; returns the key that ended it.
async fn until_it_ends(leg: &mut Leg, record: &Record, started_ms: i64) -> Result<String, LegEnd> {
    let most_ms = record.max_length_seconds.saturating_mul(1000);
    let left_ms = |leg: &Leg| {
        most_ms.saturating_sub(u64::try_from(leg.now_ms() - started_ms).unwrap_or_default())
    };
    for key in leg.next_digits().chars() {
        let pause_ms = KEY_MS.min(left_ms(leg));
        leg.wait_ms(pause_ms).await?;
        if left_ms(leg) == 0 {
            return Ok(String::new());
        }
        leg.press(key);
        if record.finish_on_key.contains(key) {
            return Ok(key.to_string());
        }
    }
    let silence_ms = match record.timeout_seconds {
        0 => u64::MAX,
        seconds => seconds.saturating_mul(1000),
    };
    let silence_ms = silence_ms.min(left_ms(leg));
    leg.wait_ms(silence_ms).await?;
    Ok(String::new())
}

/// Source: Twilio, Record, "action".
fn action_params(leg: &Leg, sid: &str) -> Params {
    let world = leg.shared.world();
    let Some(recording) = world.recording(sid) else {
        return Vec::new();
    };
    [
        ("RecordingUrl", leg.shared.recording_url(sid)),
        ("RecordingSid", sid.to_owned()),
        (
            "RecordingDuration",
            recording.duration_seconds().to_string(),
        ),
        ("Digits", recording.digits.clone()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

fn millis(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
