//! Dialling a conference: the call joins it and stays until it leaves or the conference ends.

use super::super::document::{Base, ConferenceEvent, ConferenceRecord, Dial, DialConference, Wait};
use super::super::run::resolve;
use super::super::start::callback;
use super::super::wait::{Waited, wait_on_hold};
use super::conference_events::tell;
use super::recording::end as end_recording;
use super::{Dialled, star_at};
use crate::call::{Leg, LegEnd, Scope};
use crate::record::HeardKind;
use crate::recording::{
    self, RecordingChannels, RecordingOptions, RecordingSource, RecordingTrack,
};
use crate::world::{Conference, ConferenceCallback, Params, Parted, Participant};

/// Joins a conference.
pub(super) async fn dial(
    leg: &mut Leg,
    dial: &Dial,
    conference: &DialConference,
    base: &Base,
) -> Dialled {
    let participant = Participant {
        call_sid: leg.sid.clone(),
        label: conference.label.clone(),
        muted: conference.muted,
        starts_on_enter: conference.starts_on_enter,
        ends_on_exit: conference.ends_on_exit,
    };
    let joined = join(leg, conference, participant.clone(), base);
    let outcome = if joined {
        let (name, event) = (&conference.name, ConferenceEvent::Join);
        tell(leg, name, event, Some(&participant), Params::new()).await;
        start(leg, conference, base).await;
        let outcome = stay(leg, dial, conference, base).await;
        part(leg, name, &participant).await;
        outcome
    } else {
        leg.alert(12200, "conference has no room for one more", None);
        Ok(())
    };
    Dialled {
        outcome,
        // Source: Twilio, Dial, "DialCallStatus": a conference is answered, and has no DialCallSid.
        status: if joined { "answered" } else { "failed" },
        call: None,
        bridged: joined,
        recording_sid: None,
    }
}

/// The first to join says who is told about the conference.
fn join(leg: &Leg, conference: &DialConference, participant: Participant, base: &Base) -> bool {
    let name = &conference.name;
    let callback = conference.callback.as_ref().and_then(|callback| {
        Some(ConferenceCallback {
            url: resolve(leg, Some(&callback.url), base)?,
            method: callback.method,
            events: callback.events.clone(),
        })
    });
    let new = Conference::new(leg.shared.new_sid_of(&leg.sid, "CF"), callback);
    let mut world = leg.shared.world();
    world.join_conference(name, new, conference.max_participants, participant)
}

/// Starts the conference when this call is the one that was still missing.
async fn start(leg: &Leg, conference: &DialConference, base: &Base) {
    let present = leg.shared.world().start_conference(&conference.name);
    let Some(present) = present else { return };
    if let Some(record) = &conference.record {
        let options = recording_options(leg, conference, record, base);
        let sid = recording::begin_within(leg, options).await;
        leg.shared.world().record_conference(&conference.name, sid);
    }
    let (name, event) = (&conference.name, ConferenceEvent::Start);
    tell(leg, name, event, None, Params::new()).await;
    for sid in present.iter().filter(|sid| **sid != leg.sid) {
        leg.shared.poke_call(sid);
    }
}

fn recording_options(
    leg: &Leg,
    conference: &DialConference,
    record: &ConferenceRecord,
    base: &Base,
) -> RecordingOptions {
    let world = leg.shared.world();
    let found = world.conference(&conference.name);
    let conference_sid = found.map(|conference| conference.sid.clone());
    drop(world);
    RecordingOptions {
        source: RecordingSource::Conference,
        name: None,
        channels: RecordingChannels::Mono,
        track: RecordingTrack::Both,
        // Somebody is taken to be talking all the time: there is no silence to trim.
        trim_silence: false,
        callback: callback(leg, record.callback.as_ref(), base),
        conference_sid,
    }
}

/// Waits for the start and takes part until the end.
async fn stay(
    leg: &mut Leg,
    dial: &Dial,
    conference: &DialConference,
    base: &Base,
) -> Result<(), LegEnd> {
    if wait(leg, &conference.wait, base).await? {
        talk(leg, dial, conference).await
    } else {
        Ok(())
    }
}

/// Waits until the conference has started or is over; `false` when the document hung up.
async fn wait(leg: &mut Leg, wait: &Wait, base: &Base) -> Result<bool, LegEnd> {
    let on_hold = leg
        .shared
        .world()
        .call(&leg.sid)
        .is_some_and(|call| call.on_hold);
    if !on_hold {
        return Ok(true);
    }
    let no_params = |_: &Leg| Params::new();
    Ok(
        match wait_on_hold(leg, wait, base, Scope::ConferenceWait, no_params).await? {
            Waited::Over => true,
            Waited::Left | Waited::HangUp => false,
        },
    )
}

async fn talk(leg: &mut Leg, dial: &Dial, conference: &DialConference) -> Result<(), LegEnd> {
    let began_ms = leg.now_ms();
    let limit_ms = i64::from(dial.time_limit_seconds).saturating_mul(1000);
    let limit_ms = began_ms.saturating_add(limit_ms);
    let star_ms = star_at(leg, dial);
    let until_ms = star_ms.map_or(limit_ms, |star_ms| star_ms.min(limit_ms));
    let is_in = |leg: &Leg| {
        let world = leg.shared.world();
        world.is_in_conference(&conference.name, &leg.sid)
    };
    if !is_in(leg) {
        // It ended before it started.
        return Ok(());
    }
    leg.hang_up_after_talk();
    let place = note(leg, conference);
    let outcome = loop {
        if let Err(end) = leg.look() {
            break Err(end);
        }
        if !is_in(leg) || leg.now_ms() >= until_ms {
            break Ok(());
        }
        leg.doze(Some(until_ms)).await;
    };
    let lasted_ms = u64::try_from(leg.now_ms() - began_ms).unwrap_or_default();
    complete_note(leg, place, lasted_ms);
    leg.sound_since(began_ms);
    if star_ms.is_some_and(|at_ms| at_ms <= leg.now_ms()) && outcome.is_ok() {
        leg.press('*');
    }
    outcome
}

/// Notes that the call hears the conference from now on; returns the place of the note.
fn note(leg: &Leg, conference: &DialConference) -> usize {
    let (place, conference_sid) = {
        let world = leg.shared.world();
        let sid = world
            .conference(&conference.name)
            .map(|conference| conference.sid.clone());
        let place = world.call(&leg.sid).map_or(0, |call| call.heard.len());
        (place, sid.unwrap_or_default())
    };
    leg.hear(HeardKind::Conference {
        conference_sid,
        name: conference.name.clone(),
        with: Vec::new(),
        duration_ms: 0,
    });
    place
}

fn complete_note(leg: &Leg, place: usize, lasted_ms: u64) {
    let mut world = leg.shared.world();
    if let Some(call) = world.call_mut(&leg.sid)
        && let Some(heard) = call.heard.get_mut(place)
        && let HeardKind::Conference {
            with, duration_ms, ..
        } = &mut heard.kind
    {
        *duration_ms = lasted_ms;
        *with = std::mem::take(&mut call.met);
    }
}

/// Leaves, and ends the conference when that is its end: then the others have left as well.
async fn part(leg: &Leg, name: &str, participant: &Participant) {
    let parted = {
        let mut world = leg.shared.world();
        if let Some(call) = world.call_mut(&leg.sid) {
            call.on_hold = false;
        }
        world.leave_conference(name, &leg.sid)
    };
    // Nothing when somebody else has ended it.
    let Some(parted) = parted else { return };
    let leave = ConferenceEvent::Leave;
    tell(leg, name, leave, Some(participant), Params::new()).await;
    let Parted::Ended {
        others,
        recording_sid,
    } = parted
    else {
        return;
    };
    for other in &others {
        tell(leg, name, leave, Some(other), Params::new()).await;
    }
    end_recording(leg, recording_sid.as_ref());
    let reason = if participant.ends_on_exit {
        "participant-with-end-conference-on-exit-left"
    } else {
        "last-participant-left"
    };
    let extra = [
        ("Reason", reason),
        ("ReasonConferenceEnded", reason),
        ("CallSidEndingConference", &leg.sid),
    ];
    let extra = extra
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
    tell(leg, name, ConferenceEvent::End, None, extra).await;
    leg.shared.world().forget_conference(name);
    for other in &others {
        leg.shared.poke_call(&other.call_sid);
    }
}
