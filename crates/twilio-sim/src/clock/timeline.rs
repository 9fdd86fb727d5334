//! The queue of everything that will happen, and the rule for when time may go on.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use time::OffsetDateTime;
use tokio::sync::{Notify, oneshot};

use super::Turn;
use super::state::{Sleeper, State, Step};
use crate::config::ClockMode;

/// Turns milliseconds since 1970 into an instant.
pub(crate) fn instant_of(unix_ms: i64) -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH.saturating_add(time::Duration::milliseconds(unix_ms))
}

/// Turns an instant into milliseconds since 1970, rounded up so that a sleeper never wakes early.
pub(crate) fn millis_of(instant: OffsetDateTime) -> i64 {
    let nanos = instant.unix_timestamp_nanos();
    let millis = nanos.div_euclid(1_000_000) + i128::from(nanos.rem_euclid(1_000_000) > 0);
    i64::try_from(millis).unwrap_or(i64::MAX)
}

/// The shared queue; cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Timeline {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    mode: ClockMode,
    start_ms: i64,
    started: Instant,
    runtime: tokio::runtime::Handle,
    state: Mutex<State>,
    /// Tells the driver that something changed.
    changed: Notify,
    /// Tells those who wait for quiet that it may have come.
    looked: Notify,
}

/// Counts as a request being served by the REST API until it is dropped.
#[derive(Debug)]
pub(crate) struct Exchange {
    timeline: Timeline,
}

/// A person is on the line until this is dropped: a fast clock goes at real speed meanwhile.
#[derive(Debug)]
pub(crate) struct Presence {
    timeline: Timeline,
}

impl Drop for Presence {
    fn drop(&mut self) {
        let mut state = self.timeline.lock();
        state.people = state.people.saturating_sub(1);
        drop(state);
        self.timeline.inner.changed.notify_one();
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        let mut state = self.timeline.lock();
        state.exchanges = state.exchanges.saturating_sub(1);
        state.exchange_closed = true;
        // What a participant waited for in this exchange was not its own time.
        for busy_since in state.participants.values_mut().flatten() {
            *busy_since = Instant::now();
        }
        drop(state);
        self.timeline.inner.changed.notify_one();
    }
}

impl Timeline {
    /// Starts the queue; must be called inside the runtime that is to run the simulator's tasks.
    pub(crate) fn start(mode: ClockMode, start_at: OffsetDateTime) -> Self {
        let start_ms = millis_of(start_at);
        let state = State::new(start_ms);
        let timeline = Self {
            inner: Arc::new(Inner {
                mode,
                start_ms,
                started: Instant::now(),
                runtime: tokio::runtime::Handle::current(),
                state: Mutex::new(state),
                changed: Notify::new(),
                looked: Notify::new(),
            }),
        };
        tokio::spawn(timeline.clone().drive());
        timeline
    }

    /// The instant at which it began.
    pub(crate) fn start_ms(&self) -> i64 {
        self.inner.start_ms
    }

    pub(crate) fn mode(&self) -> ClockMode {
        self.inner.mode
    }

    pub(crate) fn now_ms(&self) -> i64 {
        match self.inner.mode {
            ClockMode::Real => self.elapsed_ms(1.0),
            ClockMode::Speed(factor) => self.elapsed_ms(factor),
            ClockMode::Fast | ClockMode::Stepped => self.lock().flow(),
        }
    }

    /// Notes that a request of the simulator's own has been answered: somebody may have been woken by it.
    pub(crate) fn exchange_closed(&self) {
        self.lock().exchange_closed = true;
    }

    /// Opens an exchange: in virtual modes time stands still until it is dropped.
    pub(crate) fn open_exchange(&self) -> Exchange {
        let mut state = self.lock();
        state.stand_still();
        state.exchanges += 1;
        drop(state);
        Exchange {
            timeline: self.clone(),
        }
    }

    /// Lets time go no faster than real time until the guard is dropped, in [`ClockMode::Fast`].
    pub(crate) fn enter_person(&self) -> Presence {
        self.lock().people += 1;
        Presence {
            timeline: self.clone(),
        }
    }

    /// Runs a task of the simulator at an instant, at the earliest now; returns its number for [`Self::poke`].
    pub(crate) fn spawn_at<F, Fut>(&self, at_ms: i64, task: F) -> u64
    where
        F: FnOnce(Turn) -> Fut + Send + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        let mut state = self.lock();
        let number = state.next_sequence();
        let (_, due) = state.enqueue(at_ms, Sleeper::Own(number));
        drop(state);
        self.inner.changed.notify_one();
        let timeline = self.clone();
        self.inner.runtime.spawn(async move {
            if due.await.is_ok() {
                task(Turn::new(timeline, number)).await;
            }
        });
        number
    }

    /// Wakes a task now, in its turn; one that is awake finds its next sleep over at once.
    pub(crate) fn poke(&self, task: u64) {
        let now_ms = self.now_ms();
        self.lock().poke(task, now_ms);
        self.inner.changed.notify_one();
    }

    /// Gives the turn back and takes it again at an instant.
    pub(super) fn hand_over(&self, task: u64, at_ms: i64) -> oneshot::Receiver<()> {
        let mut state = self.lock();
        let (_, due) = state.enqueue(at_ms, Sleeper::Own(task));
        state.turns = state.turns.saturating_sub(1);
        drop(state);
        self.inner.changed.notify_one();
        due
    }

    pub(super) fn end_turn(&self, task: u64) {
        let mut state = self.lock();
        state.turns = state.turns.saturating_sub(1);
        state.forget_task(task);
        drop(state);
        self.inner.changed.notify_one();
    }

    /// Takes a turn beside the present one, for work that runs by itself.
    pub(super) fn extra_turn(&self) -> Turn {
        let mut state = self.lock();
        state.turns += 1;
        let number = state.next_sequence();
        drop(state);
        Turn::new(self.clone(), number)
    }

    pub(super) fn runtime(&self) -> &tokio::runtime::Handle {
        &self.inner.runtime
    }

    /// Waits for an instant as nobody in particular.
    pub(crate) async fn visit(&self, until_ms: i64) {
        let (_, due) = self.lock().enqueue(until_ms, Sleeper::Visitor);
        self.inner.changed.notify_one();
        if due.await.is_err() {
            // The simulator has stopped: its time will never come.
            std::future::pending::<()>().await;
        }
    }

    /// Waits for an instant as a participant.
    pub(crate) async fn sleep_as_participant(&self, name: &str, until_ms: i64) {
        let (key, due) = {
            let mut state = self.lock();
            state.participants.insert(name.to_owned(), None);
            state.enqueue(until_ms, Sleeper::Participant(name.to_owned()))
        };
        self.inner.changed.notify_one();
        let sleep = PendingSleep {
            timeline: self.clone(),
            key,
        };
        if due.await.is_err() {
            std::future::pending::<()>().await;
        }
        drop(sleep);
    }

    /// The same for a participant in another process, which takes longer to react.
    pub(crate) async fn sleep_remotely(&self, name: &str, until_ms: i64) {
        self.lock().remote.insert(name.to_owned());
        self.sleep_as_participant(name, until_ms).await;
    }

    pub(crate) fn forget_participant(&self, name: &str) {
        self.lock().participants.remove(name);
        self.inner.changed.notify_one();
    }

    pub(crate) fn is_asleep(&self, name: &str) -> bool {
        self.lock().participants.get(name) == Some(&None)
    }

    /// The instant of the first thing waiting, own or not.
    pub(crate) fn next_due(&self) -> Option<i64> {
        self.lock().queue.keys().next().map(|(at_ms, _)| *at_ms)
    }

    pub(crate) fn has_own_work(&self) -> bool {
        let state = self.lock();
        state.turns > 0 || state.has_own_entry()
    }

    /// Lets a stepped clock go on, to an instant or by a duration, and waits until it is there.
    pub(crate) async fn advance_to(&self, at_ms: Option<i64>, by_ms: i64) {
        let target = {
            let mut state = self.lock();
            let target = at_ms.unwrap_or_else(|| state.limit_ms.saturating_add(by_ms));
            state.limit_ms = state.limit_ms.max(target);
            target
        };
        self.wait_for(|state| state.now_ms >= target && state.is_settled())
            .await;
    }

    /// Waits until a stepped clock has run everything due up to its present limit.
    pub(crate) async fn settle(&self) {
        match self.inner.mode {
            ClockMode::Stepped => self.wait_for(State::is_settled).await,
            ClockMode::Real | ClockMode::Speed(_) | ClockMode::Fast => {}
        }
    }

    /// Waits until the simulator has no work of its own at all.
    pub(crate) async fn quiet(&self) {
        let (quiet, is_quiet) = oneshot::channel();
        self.lock().waiting_for_quiet.push(quiet);
        self.inner.changed.notify_one();
        // Dropped only with the timeline itself.
        let _told = is_quiet.await;
    }

    async fn wait_for(&self, reached: impl Fn(&State) -> bool) {
        // The driver says after every look that it has looked; this asks for the first one.
        self.inner.changed.notify_one();
        loop {
            let looked = self.inner.looked.notified();
            tokio::pin!(looked);
            looked.as_mut().enable();
            if reached(&self.lock()) {
                return;
            }
            looked.await;
        }
    }

    async fn drive(self) {
        loop {
            let step = self.next_step();
            match step {
                Step::Woke => {}
                Step::Wait(at_most) => {
                    self.inner.looked.notify_waiters();
                    let changed = self.inner.changed.notified();
                    match at_most {
                        // A timeout only means that it is time to look again.
                        Some(at_most) => drop(tokio::time::timeout(at_most, changed).await),
                        None => changed.await,
                    }
                }
            }
        }
    }

    fn next_step(&self) -> Step {
        self.lock().tell_when_quiet();
        match self.inner.mode {
            ClockMode::Real => self.lock().real_step(self.elapsed_ms(1.0), 1.0),
            ClockMode::Speed(factor) => self.lock().real_step(self.elapsed_ms(factor), factor),
            ClockMode::Fast => self.lock().virtual_step(false),
            ClockMode::Stepped => self.lock().virtual_step(true),
        }
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "a run of the simulator is far below 2^52 ms"
    )]
    fn elapsed_ms(&self, factor: f64) -> i64 {
        let real_ms = self.inner.started.elapsed().as_millis() as f64;
        self.inner
            .start_ms
            .saturating_add((real_ms * factor) as i64)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.inner
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// A participant's sleep; when it ends before its time the participant has become busy.
struct PendingSleep {
    timeline: Timeline,
    key: (i64, u64),
}

impl Drop for PendingSleep {
    fn drop(&mut self) {
        self.timeline.lock().break_sleep_off(self.key);
        self.timeline.inner.changed.notify_one();
    }
}
