//! Everything the simulated Twilio knows, behind one lock that is never held across a wait.

mod by_sid;
mod conferences;
mod keeping;
mod log;
mod numbers;
mod owned;
mod queues;
mod watched;

use std::collections::HashMap;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, PoisonError};

use secrecy::ExposeSecret as _;
use time::OffsetDateTime;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use watched::WorldGuard;

pub(crate) use by_sid::BySid;
pub(crate) use log::Log;

use keeping::Finished;

use crate::call::{Call, DialQueue};
use crate::callbacks::{Cache, Cookies, HttpClients, Swapped};
use crate::callee::{Behaviour, Callee, Pickup};
use crate::clock::{Timeline, instant_of};
use crate::config::SimulatorConfig;
use crate::fault::Faults;
use crate::hooks::Hooks;
use crate::journal::Entry;
use crate::messages::Messages;
use crate::random::{Counters, Random};
use crate::record::{
    AlertReport, CallReport, DeliveryReport, KeyPress, RecordingReport, RequestReport,
};
use crate::recording::Recording;
use crate::scenario::RefusedCall;

use conferences::Conferences;
pub(crate) use conferences::{Conference, ConferenceCallback, Parted, Participant};
use owned::OwnedBySid;
use queues::Queues;
pub(crate) use queues::Taken;

/// How many records of each kind are kept for each call that is kept.
const ALERTS_OF_A_CALL: usize = 4;
const REQUESTS_OF_A_CALL: usize = 16;
const DELIVERIES_OF_A_CALL: usize = 32;
const JOURNAL_LINES_OF_A_CALL: usize = 64;
/// How many may listen to events at once.
const LISTENERS_AT_MOST: usize = 16;

/// Form or query parameters, in order.
pub(crate) type Params = Vec<(String, String)>;

/// What all parts of the simulator share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) config: SimulatorConfig,
    pub(crate) timeline: Timeline,
    /// `http://127.0.0.1:port`, without a trailing slash.
    pub(crate) base_url: String,
    pub(crate) http: HttpClients,
    pub(crate) cache: Cache,
    /// How many requests the REST API is serving now.
    pub(crate) concurrent_requests: AtomicUsize,
    world: Mutex<World>,
    changes: watch::Sender<u64>,
    listening_places: Arc<Semaphore>,
}

/// What has happened and what is set to happen.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) hooks: Hooks,
    pub(crate) messages: Messages,
    pub(crate) dial_queue: DialQueue,
    pub(crate) faults: Faults,
    /// Callbacks that wait to change places with the next one of their call.
    pub(crate) swapped: Swapped,
    pub(crate) cookies: Cookies,
    pub(crate) alerts: Log<AlertReport>,
    pub(crate) requests: Log<RequestReport>,
    pub(crate) deliveries: Log<DeliveryReport>,
    /// Lines of JSON.
    pub(crate) journal: Log<String>,
    /// At most as many as the scenarios played have calls.
    pub(crate) refused_calls: Vec<RefusedCall>,
    pub(crate) recordings: OwnedBySid<Recording>,
    pub(crate) transcriptions: OwnedBySid<Transcription>,
    queues: Queues,
    conferences: Conferences,
    calls: BySid<Call>,
    finished: Finished,
    /// How many calls that are over are kept.
    records_kept: usize,
    phones: HashMap<String, Phone>,
    ids_made: Counters,
}

/// What is known of a number that was set up or dialled.
#[derive(Debug, Default)]
struct Phone {
    behaviour: Option<Behaviour>,
    dials_of_behaviour: u32,
    rings: usize,
}

/// A transcription, made when it is done.
#[derive(Clone, Debug)]
pub(crate) struct Transcription {
    pub(crate) sid: String,
    pub(crate) recording_sid: String,
    /// The text, or `None` when it failed.
    pub(crate) text: Option<String>,
    pub(crate) duration_ms: u64,
    pub(crate) created_ms: i64,
}

impl Transcription {
    pub(crate) const fn status(&self) -> &'static str {
        match self.text {
            Some(_) => "completed",
            None => "failed",
        }
    }
}

impl Shared {
    pub(crate) fn new(config: SimulatorConfig, timeline: Timeline, base_url: String) -> Arc<Self> {
        let mut world = World::new(config.records_kept);
        world.messages.webhook = config.message_webhook();
        let world = Mutex::new(world);
        Arc::new(Self {
            config,
            timeline,
            base_url,
            http: HttpClients::default(),
            cache: Cache::default(),
            concurrent_requests: AtomicUsize::new(0),
            world,
            changes: watch::Sender::new(0),
            listening_places: Arc::new(Semaphore::new(LISTENERS_AT_MOST)),
        })
    }

    pub(crate) fn world(&self) -> WorldGuard<'_> {
        let world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        WorldGuard::new(world, &self.changes)
    }

    /// Learns of every change of the world from now on.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// A place among those who listen to events, while there is one.
    pub(crate) fn take_listening_place(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.listening_places).try_acquire_owned().ok()
    }

    pub(crate) fn now(&self) -> OffsetDateTime {
        instant_of(self.timeline.now_ms())
    }

    pub(crate) fn auth_token(&self) -> &str {
        self.config.auth_token.expose_secret()
    }

    /// The source of chance.
    pub(crate) fn random(&self) -> Random {
        Random::new(self.config.seed.unwrap_or_default())
    }

    /// Makes a SID: two letters and 32 hexadecimal digits that no other SID here has.
    pub(crate) fn new_sid(&self, prefix: &str) -> String {
        self.new_sid_of("", prefix)
    }

    /// Makes the SID of the next thing of this kind that belongs to an owner: a number, a call.
    ///
    /// It depends on the owner and on how many it has, so that it is the same in every run with one seed,
    /// whatever else happens in between.
    pub(crate) fn new_sid_of(&self, owner: &str, prefix: &str) -> String {
        format!("{prefix}{}", self.new_id_of(owner, prefix))
    }

    /// Makes 32 hexadecimal digits for the next thing of this kind that belongs to an owner.
    pub(crate) fn new_id_of(&self, owner: &str, kind: &str) -> String {
        let number = self.world().ids_made.next(owner, kind);
        self.random().id(&["id", owner, kind, &number.to_string()])
    }

    /// Wakes the task that lives a call, in its turn: something has happened that concerns it.
    pub(crate) fn poke_call(&self, sid: &str) {
        let task = self.world().call(sid).and_then(|call| call.task);
        if let Some(task) = task {
            self.timeline.poke(task);
        }
    }

    /// The path of a resource of the account, from `/2010-04-01` on.
    pub(crate) fn path_of(&self, tail: &str) -> String {
        format!("/2010-04-01/Accounts/{}/{tail}", self.config.account_sid)
    }

    pub(crate) fn recording_url(&self, sid: &str) -> String {
        format!(
            "{}{}",
            self.base_url,
            self.path_of(&format!("Recordings/{sid}"))
        )
    }

    /// Writes an alert into the debugger.
    pub(crate) fn alert(
        &self,
        call_sid: &str,
        code: u32,
        message: impl Into<String>,
        url: Option<&str>,
    ) {
        let message = message.into();
        tracing::warn!(call.sid = call_sid, code, "alert: {message}");
        let alert = AlertReport {
            sid: self.new_sid_of(call_sid, "NO"),
            at: self.now(),
            code,
            message,
            call_sid: call_sid.to_owned(),
            url: url.map(ToOwned::to_owned),
        };
        let mut world = self.world();
        let entry = Entry::Alert {
            code,
            message: &alert.message,
            url,
        };
        self.write_in(&mut world, Some(call_sid), entry);
        world.alerts.push(alert);
        let ends = self.condemn(&mut world, call_sid);
        drop(world);
        if ends {
            self.poke_call(call_sid);
        }
    }

    pub(crate) fn call_report(&self, call: &Call, world: &World) -> CallReport {
        let recordings = world.recordings.of(&call.sid);
        let line = call.person.as_ref();
        CallReport {
            sid: call.sid.clone(),
            parent_sid: call.parent_sid().map(ToOwned::to_owned),
            to: call.request.to.clone(),
            from: call.request.from.clone(),
            created_at: instant_of(call.created_ms),
            history: call.history.clone(),
            heard: call.heard.clone(),
            keys_pressed: call.keys.iter().map(|(_, key)| *key).collect(),
            key_presses: call.keys.iter().map(KeyPress::of).collect(),
            answered_by: call.answered_by.map(|found| found.as_str().to_owned()),
            voicemail_at: call.voicemail_ms.map(instant_of),
            person: call.person.is_some(),
            acts: line.map(|line| line.acts.clone()).unwrap_or_default(),
            listening: line.and_then(|line| line.listening),
            recordings: recordings
                .map(|recording| self.recording_report(recording, world))
                .collect(),
            streams: (call.streams.iter())
                .map(|stream| stream.report.clone())
                .collect(),
            documents: call.documents.clone(),
            status: call.status,
            duration_seconds: call.duration_seconds(),
        }
    }

    fn recording_report(&self, recording: &Recording, world: &World) -> RecordingReport {
        let transcription = world.transcriptions.of(&recording.sid).next();
        RecordingReport {
            sid: recording.sid.clone(),
            call_sid: recording.call_sid.clone(),
            source: recording.options.source.as_str().to_owned(),
            channels: recording.options.channels.count(),
            track: recording.options.track.as_str().to_owned(),
            status: recording.status.as_str().to_owned(),
            started_at: instant_of(recording.started_ms),
            duration_ms: recording.duration_ms,
            digits: recording.digits.clone(),
            url: self.recording_url(&recording.sid),
            transcription_text: transcription.map(|done| done.text.clone().unwrap_or_default()),
        }
    }
}

impl World {
    /// A world in which nothing has happened, and that keeps this many calls that are over.
    pub(crate) fn new(records_kept: usize) -> Self {
        let of_each_call = |records: usize| records_kept.saturating_mul(records).max(records);
        Self {
            hooks: Hooks::default(),
            messages: Messages::default(),
            dial_queue: DialQueue::default(),
            queues: Queues::default(),
            conferences: Conferences::default(),
            faults: Faults::default(),
            swapped: Swapped::default(),
            cookies: Cookies::default(),
            alerts: Log::new(of_each_call(ALERTS_OF_A_CALL)),
            requests: Log::new(of_each_call(REQUESTS_OF_A_CALL)),
            deliveries: Log::new(of_each_call(DELIVERIES_OF_A_CALL)),
            journal: Log::new(of_each_call(JOURNAL_LINES_OF_A_CALL)),
            refused_calls: Vec::new(),
            recordings: OwnedBySid::default(),
            transcriptions: OwnedBySid::default(),
            calls: BySid::default(),
            finished: Finished::default(),
            records_kept,
            phones: HashMap::new(),
            ids_made: Counters::default(),
        }
    }

    /// All calls, oldest first.
    pub(crate) const fn calls(&self) -> &BySid<Call> {
        &self.calls
    }

    pub(crate) fn call(&self, sid: &str) -> Option<&Call> {
        self.calls.get(sid)
    }

    pub(crate) fn call_mut(&mut self, sid: &str) -> Option<&mut Call> {
        self.calls.get_mut(sid)
    }

    pub(crate) fn add_call(&mut self, call: Call) {
        let now_ms = call.created_ms;
        let sid = call.sid.clone();
        self.calls.push(&sid, call);
        self.tidy(now_ms);
    }

    pub(crate) fn recording(&self, sid: &str) -> Option<&Recording> {
        self.recordings.get(sid)
    }

    pub(crate) fn recording_mut(&mut self, sid: &str) -> Option<&mut Recording> {
        self.recordings.get_mut(sid)
    }

    pub(crate) fn set_behaviour(&mut self, number: &str, behaviour: Behaviour) {
        let phone = self.phones.entry(number.to_owned()).or_default();
        phone.behaviour = Some(behaviour);
        phone.dials_of_behaviour = 0;
    }

    /// Dials a number: counts it and says who is there this time.
    pub(crate) fn dial(&mut self, number: &str) -> Callee {
        let phone = self.phones.entry(number.to_owned()).or_default();
        let mut callee = phone
            .behaviour
            .clone()
            .unwrap_or_else(|| Behaviour::of_number(number))
            .callee();
        if phone.dials_of_behaviour < callee.busy_first {
            callee.pickup = Pickup::Busy;
        }
        phone.dials_of_behaviour += 1;
        phone.rings += 1;
        callee
    }

    pub(crate) fn rings(&self, number: &str) -> usize {
        self.phones.get(number).map_or(0, |phone| phone.rings)
    }
}

/// Milliseconds as Twilio's whole seconds: rounded, but at least 1 for anything that lasted.
pub(crate) const fn whole_seconds(ms: u64) -> u64 {
    let rounded = ms.saturating_add(500) / 1000;
    if ms > 0 && rounded == 0 { 1 } else { rounded }
}
