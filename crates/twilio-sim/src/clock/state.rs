//! What is waiting and who is busy, and what may happen next: the rules of time without any waiting.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

/// How long the clock waits for a busy participant, in real time.
const BUSY_AT_MOST: Duration = Duration::from_secs(5);
/// How long participants get to react after an exchange has closed, in real time: a task switch.
const REACTION_TIME: Duration = Duration::from_millis(1);
/// The same when one of them is another process, whose sleep must be broken off over HTTP first.
const REMOTE_REACTION_TIME: Duration = Duration::from_millis(5);

/// The state of a timeline.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) now_ms: i64,
    /// How far a stepped clock may go.
    pub(super) limit_ms: i64,
    /// Everything waiting, by instant and then in the order of asking.
    pub(super) queue: BTreeMap<(i64, u64), Entry>,
    /// Tasks of the simulator that are running now.
    pub(super) turns: usize,
    /// Requests being served by the REST API now.
    pub(super) exchanges: usize,
    /// Whether an exchange has closed since participants were last given time to react.
    pub(super) exchange_closed: bool,
    /// Since when participants have time to react to it.
    reacting: Option<Instant>,
    /// Those of the participants that live in other processes.
    pub(super) remote: HashSet<String>,
    /// Everybody who lives by this clock, and since when they are busy.
    pub(super) participants: HashMap<String, Option<Instant>>,
    /// People on the line: a fast clock goes at real speed for them.
    pub(super) people: usize,
    /// Since when time flows for them, and from which instant.
    flowing: Option<(Instant, i64)>,
    /// Where the tasks of the simulator are, from their start to their end.
    tasks: HashMap<u64, TaskPlace>,
    /// Those who wait until the simulator has no work of its own.
    pub(super) waiting_for_quiet: Vec<oneshot::Sender<()>>,
    sequence: u64,
}

/// Where a task of the simulator is.
#[derive(Clone, Copy, Debug)]
enum TaskPlace {
    /// Waiting at this place in the queue.
    Asleep((i64, u64)),
    /// Running; when it was poked meanwhile, its next sleep is over at once.
    Awake { poked: bool },
}

/// Somebody waiting.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) sleeper: Sleeper,
    wake: oneshot::Sender<()>,
}

/// Who waits.
#[derive(Debug)]
pub(super) enum Sleeper {
    /// A task of the simulator; it has the turn when it wakes.
    Own(u64),
    /// Someone who only wants to know the time.
    Visitor,
    /// The participant with this name; it is busy when it wakes.
    Participant(String),
}

/// What there is to do.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Somebody was woken; look again.
    Woke,
    /// Nothing to do before this much real time, or before something changes.
    Wait(Option<Duration>),
}

impl State {
    pub(super) fn new(start_ms: i64) -> Self {
        Self {
            now_ms: start_ms,
            limit_ms: start_ms,
            ..Self::default()
        }
    }

    pub(super) const fn next_sequence(&mut self) -> u64 {
        let sequence = self.sequence;
        self.sequence += 1;
        sequence
    }

    /// Lets somebody wait for an instant, which is at the earliest now; returns the place in the queue.
    pub(super) fn enqueue(
        &mut self,
        at_ms: i64,
        sleeper: Sleeper,
    ) -> ((i64, u64), oneshot::Receiver<()>) {
        let (wake, due) = oneshot::channel();
        let mut key = (at_ms.max(self.now_ms), self.next_sequence());
        if let Sleeper::Own(task) = sleeper {
            if let Some(TaskPlace::Awake { poked: true }) = self.tasks.get(&task) {
                key.0 = self.now_ms;
            }
            self.tasks.insert(task, TaskPlace::Asleep(key));
        }
        self.queue.insert(key, Entry { sleeper, wake });
        (key, due)
    }

    /// Wakes a sleeping task in its turn; one that is awake finds its next sleep over at once.
    pub(super) fn poke(&mut self, task: u64, now_ms: i64) {
        let sequence = self.next_sequence();
        let Some(place) = self.tasks.get_mut(&task) else {
            return;
        };
        match place {
            TaskPlace::Asleep(key) => {
                if let Some(entry) = self.queue.remove(key) {
                    *key = (now_ms, sequence);
                    self.queue.insert(*key, entry);
                }
            }
            TaskPlace::Awake { poked } => *poked = true,
        }
    }

    /// Forgets a task that has ended.
    pub(super) fn forget_task(&mut self, task: u64) {
        self.tasks.remove(&task);
    }

    pub(super) fn next_due(&self) -> Option<i64> {
        self.queue.first_key_value().map(|((at_ms, _), _)| *at_ms)
    }

    /// Goes on in real time: whatever is due wakes, and nobody is waited for.
    pub(super) fn real_step(&mut self, now_ms: i64, factor: f64) -> Step {
        self.now_ms = now_ms;
        self.exchange_closed = false;
        self.reacting = None;
        self.participants.clear();
        self.remote.clear();
        match self.next_due() {
            Some(at_ms) if at_ms <= now_ms => {
                self.wake_first();
                Step::Woke
            }
            Some(at_ms) => {
                #[expect(clippy::cast_precision_loss, reason = "waits are far below 2^52 ms")]
                let real_seconds = (at_ms - now_ms) as f64 / factor / 1000.0;
                Step::Wait(Some(Duration::from_secs_f64(
                    real_seconds.clamp(0.0005, 3600.0),
                )))
            }
            None => Step::Wait(None),
        }
    }

    /// Goes on in virtual time: one thing, when nothing is open and nobody is busy.
    pub(super) fn virtual_step(&mut self, stepped: bool) -> Step {
        if self.turns > 0 || self.exchanges > 0 {
            self.stand_still();
            return Step::Wait(None);
        }
        if let Some(at_most) = self.longest_wait_for_busy() {
            self.stand_still();
            return Step::Wait(Some(at_most));
        }
        if let Some(left) = self.time_to_react() {
            return Step::Wait(Some(left));
        }
        match self.next_due() {
            Some(at_ms) if !stepped && self.people > 0 && self.flow_on() < at_ms => {
                let left_ms = u64::try_from(at_ms - self.now_ms).unwrap_or_default();
                Step::Wait(Some(Duration::from_millis(left_ms)))
            }
            Some(at_ms) if !stepped || at_ms <= self.limit_ms => {
                self.now_ms = self.now_ms.max(at_ms);
                self.wake_first();
                Step::Woke
            }
            Some(_) | None => {
                if stepped {
                    self.now_ms = self.now_ms.max(self.limit_ms);
                }
                Step::Wait(None)
            }
        }
    }

    /// How much longer participants have to react to the exchanges that have closed.
    fn time_to_react(&mut self) -> Option<Duration> {
        let closed = std::mem::take(&mut self.exchange_closed);
        if self.participants.is_empty() {
            self.reacting = None;
        } else if closed {
            self.reacting = Some(Instant::now());
        }
        let reaction_time = if self.remote.is_empty() {
            REACTION_TIME
        } else {
            REMOTE_REACTION_TIME
        };
        let left = reaction_time.saturating_sub(self.reacting?.elapsed());
        if left.is_zero() {
            self.reacting = None;
            return None;
        }
        Some(left)
    }

    /// The present instant: time that flows for a person flows until the next thing due.
    pub(super) fn flow(&mut self) -> i64 {
        if let Some((since, from_ms)) = self.flowing {
            let real_ms = i64::try_from(since.elapsed().as_millis()).unwrap_or(i64::MAX);
            let reached_ms = from_ms.saturating_add(real_ms);
            let due_ms = self.next_due().unwrap_or(i64::MAX);
            self.now_ms = self.now_ms.max(reached_ms.min(due_ms));
        }
        self.now_ms
    }

    /// Lets time flow from here on, unless it does already; returns the present instant.
    fn flow_on(&mut self) -> i64 {
        let now_ms = self.now_ms;
        self.flowing.get_or_insert_with(|| (Instant::now(), now_ms));
        self.flow()
    }

    /// Stops time that flows.
    pub(super) fn stand_still(&mut self) {
        self.flow();
        self.flowing = None;
    }

    fn wake_first(&mut self) {
        let Some((_, entry)) = self.queue.pop_first() else {
            return;
        };
        match entry.sleeper {
            Sleeper::Own(task) => {
                self.turns += 1;
                self.tasks.insert(task, TaskPlace::Awake { poked: false });
                if entry.wake.send(()).is_err() {
                    self.turns -= 1;
                    self.tasks.remove(&task);
                }
            }
            Sleeper::Visitor => {
                let _ = entry.wake.send(());
            }
            Sleeper::Participant(name) => {
                if !self.sleeps(&name) {
                    self.participants.insert(name, Some(Instant::now()));
                }
                // Nobody listens when the sleep was dropped meanwhile, which makes it busy as well.
                let _ = entry.wake.send(());
            }
        }
    }

    /// Ends the sleep of a participant before its time, which makes it busy.
    pub(super) fn break_sleep_off(&mut self, key: (i64, u64)) {
        if let Some(entry) = self.queue.remove(&key)
            && let Sleeper::Participant(name) = entry.sleeper
            && !self.sleeps(&name)
            && let Some(busy_since) = self.participants.get_mut(&name)
        {
            *busy_since = Some(Instant::now());
        }
    }

    /// Whether the participant sleeps; over HTTP a sleep may begin before the end of another is noticed.
    fn sleeps(&self, name: &str) -> bool {
        let is_its =
            |entry: &Entry| matches!(&entry.sleeper, Sleeper::Participant(of) if of == name);
        self.queue.values().any(is_its)
    }

    /// Forgets participants that have been busy for too long; how long to wait for the others.
    fn longest_wait_for_busy(&mut self) -> Option<Duration> {
        let now = Instant::now();
        self.participants.retain(|name, busy_since| {
            let patient = busy_since.is_none_or(|since| now.duration_since(since) < BUSY_AT_MOST);
            if !patient {
                tracing::warn!(participant = %name, "participant did not sleep again in time, going on without it");
            }
            patient
        });
        let participants = &self.participants;
        self.remote.retain(|name| participants.contains_key(name));
        let busy = self.participants.values().flatten();
        busy.map(|since| BUSY_AT_MOST.saturating_sub(now.duration_since(*since)))
            .max()
    }

    pub(super) fn has_own_entry(&self) -> bool {
        self.queue
            .values()
            .any(|entry| matches!(entry.sleeper, Sleeper::Own(_)))
    }

    /// Whether nothing is open and nobody is busy.
    pub(super) fn is_undisturbed(&self) -> bool {
        self.turns == 0
            && self.exchanges == 0
            && self.participants.values().all(Option::is_none)
            && (self.participants.is_empty() || (!self.exchange_closed && self.reacting.is_none()))
    }

    /// Tells those who wait for it when the simulator has no work of its own at all. To be asked
    /// before every step: where a participant never sleeps long, that moment is over right after it.
    pub(super) fn tell_when_quiet(&mut self) {
        if self.is_undisturbed() && !self.has_own_entry() {
            for waiting in self.waiting_for_quiet.drain(..) {
                // Who has gone does not want to know.
                let _gone_or_told = waiting.send(());
            }
        }
    }

    /// Whether a stepped clock has run everything up to its limit.
    pub(super) fn is_settled(&self) -> bool {
        let due = self.next_due().is_some_and(|at_ms| at_ms <= self.limit_ms);
        self.is_undisturbed() && !due && self.now_ms >= self.limit_ms
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_due_wakes_by_time_and_then_in_the_order_of_asking() {
        let mut state = State::new(1000);
        let (_, mut late) = state.enqueue(3000, Sleeper::Visitor);
        let (_, mut first) = state.enqueue(2000, Sleeper::Visitor);
        let (_, mut second) = state.enqueue(2000, Sleeper::Own(7));
        let (_, mut past) = state.enqueue(5, Sleeper::Visitor);
        assert_eq!(state.virtual_step(false), Step::Woke);
        assert!(past.try_recv().is_ok());
        assert_eq!(state.now_ms, 1000, "time never goes back");
        assert_eq!(state.virtual_step(false), Step::Woke);
        assert!(first.try_recv().is_ok() && second.try_recv().is_err());
        assert_eq!(state.virtual_step(false), Step::Woke);
        assert!(second.try_recv().is_ok());
        assert_eq!(
            state.virtual_step(false),
            Step::Wait(None),
            "one task runs at a time"
        );
        state.turns = 0;
        assert_eq!(state.virtual_step(false), Step::Woke);
        assert!(late.try_recv().is_ok());
        assert_eq!(state.now_ms, 3000);
    }

    #[test]
    fn nothing_happens_while_an_exchange_is_open_or_a_participant_is_busy() {
        let mut state = State::new(0);
        let (_, mut due) = state.enqueue(10, Sleeper::Visitor);
        state.exchanges = 1;
        assert_eq!(state.virtual_step(false), Step::Wait(None));
        state.exchanges = 0;
        state
            .participants
            .insert("worker".into(), Some(Instant::now()));
        assert!(matches!(state.virtual_step(false), Step::Wait(Some(_))));
        state.participants.insert("worker".into(), None);
        state.exchange_closed = true;
        for _ in 0..2 {
            assert!(matches!(state.virtual_step(false), Step::Wait(Some(_))));
            assert!(!state.is_undisturbed(), "somebody may be about to react");
            assert!(due.try_recv().is_err());
        }
        state.reacting = Instant::now().checked_sub(REACTION_TIME);
        assert_eq!(state.virtual_step(false), Step::Woke);
        assert!(due.try_recv().is_ok());
    }

    #[test]
    fn a_participant_that_sleeps_again_is_not_busy_when_its_earlier_sleep_ends() {
        let mut state = State::new(0);
        let worker = || Sleeper::Participant("worker".into());
        state.participants.insert("worker".into(), None);
        let (earlier, _due) = state.enqueue(10, worker());
        let (later, _due) = state.enqueue(20, worker());
        state.break_sleep_off(earlier);
        assert!(state.is_undisturbed());
        state.break_sleep_off(later);
        assert!(!state.is_undisturbed());
    }

    #[test]
    fn participants_in_other_processes_have_longer_to_react() {
        let mut state = State::new(0);
        let (_, mut due) = state.enqueue(10, Sleeper::Visitor);
        state.participants.insert("server".into(), None);
        state.remote.insert("server".into());
        state.exchange_closed = true;
        assert!(
            matches!(state.virtual_step(false), Step::Wait(Some(left)) if left > REACTION_TIME)
        );
        state.participants.clear();
        assert_eq!(state.virtual_step(false), Step::Woke);
        assert!(due.try_recv().is_ok(), "nobody is left to wait for");
    }

    #[test]
    fn a_stepped_clock_goes_no_further_than_its_limit() {
        let mut state = State::new(0);
        let (_, mut due) = state.enqueue(10, Sleeper::Visitor);
        state.limit_ms = 9;
        assert_eq!(state.virtual_step(true), Step::Wait(None));
        assert_eq!(state.now_ms, 9);
        assert!(state.is_settled() && due.try_recv().is_err());
        state.limit_ms = 10;
        assert!(!state.is_settled());
        assert_eq!(state.virtual_step(true), Step::Woke);
    }

    #[test]
    fn a_task_poked_while_it_runs_does_not_oversleep() {
        let mut state = State::new(0);
        let (_, _due) = state.enqueue(10, Sleeper::Own(7));
        assert_eq!(state.virtual_step(false), Step::Woke);
        state.poke(7, 10);
        let (key, _due) = state.enqueue(5000, Sleeper::Own(7));
        assert_eq!(key.0, 10);
        state.poke(8, 10);
        assert_eq!(state.next_due(), Some(10), "nobody is task 8");
    }

    #[test]
    fn real_time_waits_for_as_long_as_the_factor_says() {
        let mut state = State::new(0);
        let (_, _due) = state.enqueue(10_000, Sleeper::Visitor);
        assert_eq!(
            state.real_step(5_000, 10.0),
            Step::Wait(Some(Duration::from_millis(500)))
        );
        assert_eq!(state.real_step(10_000, 10.0), Step::Woke);
        assert_eq!(state.real_step(10_000, 10.0), Step::Wait(None));
    }
}
