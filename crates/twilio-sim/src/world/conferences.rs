//! Conferences that somebody is in.

use std::collections::BTreeMap;

use url::Url;

use super::World;
use crate::callbacks::HttpMethod;
use crate::twiml::ConferenceEvent;

/// The conferences under way or about to start, by name.
#[derive(Debug, Default)]
pub(crate) struct Conferences(BTreeMap<String, Conference>);

#[derive(Clone, Debug)]
pub(crate) struct Conference {
    pub(crate) sid: String,
    pub(crate) started: bool,
    pub(crate) recording_sid: Option<String>,
    pub(crate) callback: Option<ConferenceCallback>,
    /// Those who are in it, in the order in which they came.
    pub(crate) participants: Vec<Participant>,
    events: u32,
}

impl Conference {
    /// A conference that nobody is in yet.
    pub(crate) const fn new(sid: String, callback: Option<ConferenceCallback>) -> Self {
        Self {
            sid,
            started: false,
            recording_sid: None,
            callback,
            participants: Vec::new(),
            events: 0,
        }
    }
}

/// Who is told about a conference, and about what.
#[derive(Clone, Debug)]
pub(crate) struct ConferenceCallback {
    pub(crate) url: Url,
    pub(crate) method: HttpMethod,
    pub(crate) events: Vec<ConferenceEvent>,
}

#[derive(Clone, Debug)]
pub(crate) struct Participant {
    pub(crate) call_sid: String,
    pub(crate) label: Option<String>,
    pub(crate) muted: bool,
    pub(crate) starts_on_enter: bool,
    pub(crate) ends_on_exit: bool,
}

/// What came of a call that left.
#[derive(Debug)]
pub(crate) enum Parted {
    /// The others go on.
    GoesOn,
    /// That was the end; these were still there.
    Ended {
        others: Vec<Participant>,
        recording_sid: Option<String>,
    },
}

impl World {
    pub(crate) fn conference(&self, name: &str) -> Option<&Conference> {
        self.conferences.0.get(name)
    }

    /// Lets a call in; `false` when there is no room. It is on hold until the conference has started.
    pub(crate) fn join_conference(
        &mut self,
        name: &str,
        new: Conference,
        at_most: usize,
        participant: Participant,
    ) -> bool {
        let call_sid = participant.call_sid.clone();
        let conference = self.conferences.0.entry(name.to_owned()).or_insert(new);
        if conference.participants.len() >= at_most {
            return false;
        }
        conference.participants.push(participant);
        let started = conference.started;
        if let Some(call) = self.call_mut(&call_sid) {
            call.on_hold = !started;
            call.met.clear();
        }
        if started {
            self.introduce(name);
        }
        true
    }

    /// Starts a conference that can start now; returns those who are in it then.
    ///
    /// It starts when two are there, one of whom starts it. Source: Twilio, Conference,
    /// "startConferenceOnEnter".
    pub(crate) fn start_conference(&mut self, name: &str) -> Option<Vec<String>> {
        let conference = self.conferences.0.get_mut(name)?;
        let participants = &conference.participants;
        let can_start =
            participants.len() >= 2 && participants.iter().any(|present| present.starts_on_enter);
        if conference.started || !can_start {
            return None;
        }
        conference.started = true;
        let present: Vec<String> = participants
            .iter()
            .map(|present| present.call_sid.clone())
            .collect();
        for sid in &present {
            if let Some(call) = self.call_mut(sid) {
                call.on_hold = false;
            }
        }
        self.introduce(name);
        Some(present)
    }

    pub(crate) fn record_conference(&mut self, name: &str, recording_sid: String) {
        if let Some(conference) = self.conferences.0.get_mut(name) {
            conference.recording_sid = Some(recording_sid);
        }
    }

    pub(crate) fn is_in_conference(&self, name: &str, call_sid: &str) -> bool {
        self.conferences.0.get(name).is_some_and(|conference| {
            let mut present = conference.participants.iter();
            present.any(|present| present.call_sid == call_sid)
        })
    }

    /// Counts an event, from 1.
    pub(crate) fn next_conference_event(&mut self, name: &str) -> u32 {
        let conference = self.conferences.0.get_mut(name);
        conference.map_or(0, |conference| {
            conference.events += 1;
            conference.events
        })
    }

    /// Takes a call out; `None` when it was not in it any more.
    pub(crate) fn leave_conference(&mut self, name: &str, call_sid: &str) -> Option<Parted> {
        let conference = self.conferences.0.get_mut(name)?;
        let place = conference
            .participants
            .iter()
            .position(|present| present.call_sid == call_sid)?;
        let gone = conference.participants.remove(place);
        if !gone.ends_on_exit && !conference.participants.is_empty() {
            return Some(Parted::GoesOn);
        }
        let others = std::mem::take(&mut conference.participants);
        let recording_sid = conference.recording_sid.take();
        for other in &others {
            if let Some(call) = self.call_mut(&other.call_sid) {
                call.on_hold = false;
            }
        }
        Some(Parted::Ended {
            others,
            recording_sid,
        })
    }

    /// Forgets a conference that has ended, unless somebody has come again.
    pub(crate) fn forget_conference(&mut self, name: &str) {
        let is_over = |conference: &Conference| conference.participants.is_empty();
        if self.conference(name).is_some_and(is_over) {
            self.conferences.0.remove(name);
        }
    }

    /// Everybody present hears everybody else.
    fn introduce(&mut self, name: &str) {
        let present: Vec<String> = self.conference(name).map_or_else(Vec::new, |conference| {
            let participants = conference.participants.iter();
            participants
                .map(|present| present.call_sid.clone())
                .collect()
        });
        for sid in &present {
            if let Some(call) = self.call_mut(sid) {
                for other in present.iter().filter(|other| *other != sid) {
                    if !call.met.contains(other) {
                        call.met.push(other.clone());
                    }
                }
            }
        }
    }
}
