//! Calls that wait in a queue, and calls that wait for somebody in it.

use std::collections::{BTreeMap, VecDeque};

use super::{Params, World};
use crate::call::DocumentSource;

/// The most queues that are kept although nobody is in them.
const EMPTY_QUEUES_AT_MOST: usize = 1_000;

/// The queues that somebody has entered, by name.
#[derive(Debug, Default)]
pub(crate) struct Queues(BTreeMap<String, Queue>);

impl Queues {
    /// The queue with this name, which is made when there is none.
    fn open(&mut self, name: &str, new_sid: String, max_size: usize) -> &mut Queue {
        if self.0.len() > EMPTY_QUEUES_AT_MOST && !self.0.contains_key(name) {
            self.0
                .retain(|_, queue| !(queue.waiting.is_empty() && queue.takers.is_empty()));
        }
        self.0.entry(name.to_owned()).or_insert_with(|| Queue {
            sid: new_sid,
            max_size,
            waiting: VecDeque::new(),
            takers: Vec::new(),
        })
    }
}

#[derive(Debug)]
struct Queue {
    sid: String,
    max_size: usize,
    waiting: VecDeque<Waiting>,
    /// Calls that want the next who enters.
    takers: Vec<String>,
}

#[derive(Debug)]
struct Waiting {
    call_sid: String,
    since_ms: i64,
}

/// Who takes a call out of a queue.
#[derive(Clone, Debug)]
pub(crate) struct Taken {
    pub(crate) by_sid: String,
    /// What is run for the one who waited before the two are connected.
    pub(crate) announcement: Option<DocumentSource>,
}

impl World {
    /// Lets a call enter a queue; `false` when it is full.
    pub(crate) fn enter_queue(
        &mut self,
        name: &str,
        new_sid: String,
        max_size: usize,
        call_sid: &str,
        now_ms: i64,
    ) -> bool {
        let queue = self.queues.open(name, new_sid, max_size);
        queue.max_size = max_size;
        if queue.waiting.len() >= max_size {
            return false;
        }
        queue.waiting.push_back(Waiting {
            call_sid: call_sid.to_owned(),
            since_ms: now_ms,
        });
        if let Some(call) = self.call_mut(call_sid) {
            call.on_hold = true;
            call.taken = None;
        }
        true
    }

    /// Takes a call out of a queue, when it is still in it.
    pub(crate) fn leave_queue(&mut self, name: &str, call_sid: &str) {
        if let Some(queue) = self.queues.0.get_mut(name) {
            queue.waiting.retain(|waiting| waiting.call_sid != call_sid);
        }
        if let Some(call) = self.call_mut(call_sid) {
            call.on_hold = false;
        }
    }

    /// Takes the first who waits for a call that dials the queue; until there is one, it is a taker.
    pub(crate) fn take_from_queue(&mut self, name: &str, taken: Taken) -> Option<String> {
        let queue = self.queues.0.get_mut(name)?;
        if !queue.takers.contains(&taken.by_sid) {
            queue.takers.push(taken.by_sid.clone());
        }
        let first = queue.waiting.pop_front()?;
        queue.takers.retain(|taker| *taker != taken.by_sid);
        let call = self.call_mut(&first.call_sid)?;
        call.on_hold = false;
        call.taken = Some(taken);
        Some(first.call_sid)
    }

    /// The calls that want the next who enters.
    pub(crate) fn takers_of(&self, queue: &str) -> Vec<String> {
        self.queues
            .0
            .get(queue)
            .map(|queue| queue.takers.clone())
            .unwrap_or_default()
    }

    /// Forgets that a call wants somebody from a queue.
    pub(crate) fn stop_taking(&mut self, name: &str, call_sid: &str) {
        if let Some(queue) = self.queues.0.get_mut(name) {
            queue.takers.retain(|taker| taker != call_sid);
        }
    }

    /// Makes sure that a queue is there to be watched, as one that is dialled before anybody is in it.
    pub(crate) fn open_queue(&mut self, name: &str, new_sid: String, max_size: usize) {
        self.queues.open(name, new_sid, max_size);
    }

    pub(crate) fn queue_sid(&self, name: &str) -> String {
        self.queues
            .0
            .get(name)
            .map(|queue| queue.sid.clone())
            .unwrap_or_default()
    }

    /// What a document for somebody waiting is told. Source: Twilio, Enqueue, "waitUrl".
    pub(crate) fn wait_params(&self, name: &str, call_sid: &str, now_ms: i64) -> Params {
        let Some(queue) = self.queues.0.get(name) else {
            return Vec::new();
        };
        let waited = |waiting: &Waiting| (now_ms - waiting.since_ms) / 1000;
        let place = queue
            .waiting
            .iter()
            .position(|waiting| waiting.call_sid == call_sid);
        let own = place.and_then(|place| queue.waiting.get(place));
        let size = queue.waiting.len();
        let total: i64 = queue.waiting.iter().map(waited).sum();
        let average = i64::try_from(size)
            .ok()
            .and_then(|size| total.checked_div(size));
        [
            ("QueueSid", queue.sid.clone()),
            (
                "QueuePosition",
                place.map_or(0, |place| place + 1).to_string(),
            ),
            ("QueueTime", own.map_or(0, waited).to_string()),
            ("AvgQueueTime", average.unwrap_or_default().to_string()),
            ("CurrentQueueSize", size.to_string()),
            ("MaxQueueSize", queue.max_size.to_string()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    }
}
