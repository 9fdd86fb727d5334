//! Virtual time: the handle that tests and other services hold on the simulator's clock.
//!
//! The simulator owns time. Everything that will happen is in one queue ordered by (time, sequence).
//! In [`ClockMode::Fast`] and [`ClockMode::Stepped`] one thing runs at a time, and time advances only when
//!
//! * nothing of the simulator is running, HTTP exchanges of its own (a callback, a TwiML fetch) included,
//! * no request is being served by its REST API, and
//! * no [`Participant`] is busy.
//!
//! A participant is someone else who lives by this clock, a background loop of the service under test for
//! example. It is *asleep* while a sleep of it is pending, and *busy* from the end of its sleep (the time
//! was reached, or the sleep future was dropped because something else woke it) until it sleeps again or is
//! dropped, but for at most five real seconds: then it is forgotten until it sleeps again. One participant
//! is one loop: two loops need two names. Before its first sleep nobody waits for it, so it should sleep
//! before calls are made.
//!
//! A request that ends may have woken a participant that still counts as asleep, because its task has not
//! run yet. Therefore, where participants exist, the clock waits one real millisecond after an exchange
//! has closed before it advances: a wake-up is a task switch away. Where a participant follows the clock
//! over HTTP it waits five, because there a wake-up is a connection that closes.

mod state;
mod timeline;
mod turn;

use std::time::Duration;

use time::OffsetDateTime;

pub(crate) use timeline::{Exchange, Presence, Timeline, instant_of, millis_of};
pub(crate) use turn::Turn;

use crate::config::ClockMode;

/// A handle on the simulator's clock; cheap to clone.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// use std::time::Duration;
/// use twilio_sim::{Simulator, SimulatorConfig};
///
/// let sim = Simulator::start(SimulatorConfig::stepped()).await?;
/// let before = sim.clock().now();
/// sim.clock().advance(Duration::from_secs(90)).await;
/// assert_eq!(sim.clock().now() - before, Duration::from_secs(90));
/// # sim.shutdown().await;
/// # Ok::<(), twilio_sim::StartError>(()) }).unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct SimClock {
    timeline: Timeline,
}

impl SimClock {
    pub(crate) const fn new(timeline: Timeline) -> Self {
        Self { timeline }
    }

    /// Returns the virtual time, UTC, in whole milliseconds.
    #[must_use]
    pub fn now(&self) -> OffsetDateTime {
        instant_of(self.timeline.now_ms())
    }

    /// Returns how time moves here.
    #[must_use]
    pub fn mode(&self) -> ClockMode {
        self.timeline.mode()
    }

    /// Returns the instant at which the next thing is due, of the simulator or of anybody who sleeps.
    #[must_use]
    pub fn next_due(&self) -> Option<OffsetDateTime> {
        self.timeline.next_due().map(instant_of)
    }

    /// Waits until virtual time has reached `until`, without becoming a [`Participant`]: the clock moves
    /// on to this instant, but waits for nobody afterwards.
    ///
    /// Never returns when the simulator stops first, or when it is stepped and nobody advances it.
    pub async fn sleep_until(&self, until: OffsetDateTime) {
        self.timeline.visit(millis_of(until)).await;
    }

    /// Registers (or joins) the participant with this name, see the [module](self) rules.
    #[must_use]
    pub fn participant(&self, name: impl Into<String>) -> Participant {
        Participant {
            timeline: self.timeline.clone(),
            name: name.into(),
        }
    }

    /// Says whether the participant with this name is asleep now, see the [module](self) rules.
    ///
    /// Tests wait for it before they move the clock, when a service has just been started.
    #[must_use]
    pub fn is_asleep(&self, participant: &str) -> bool {
        self.timeline.is_asleep(participant)
    }

    /// Moves a stepped clock on and returns when everything due in between has run, in order.
    ///
    /// In the other modes it waits until that much virtual time has passed. While an exchange is open
    /// (a held request, for instance) a stepped clock does not move and this does not return.
    pub async fn advance(&self, by: Duration) {
        let by_ms = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        match self.mode() {
            ClockMode::Stepped => self.timeline.advance_to(None, by_ms).await,
            ClockMode::Real | ClockMode::Speed(_) | ClockMode::Fast => {
                let until = self.timeline.now_ms().saturating_add(by_ms);
                self.timeline.visit(until).await;
            }
        }
    }

    /// Moves on to the next instant at which anything is due, runs all of it, and returns that instant;
    /// `None` when nothing is waiting.
    pub async fn advance_to_next(&self) -> Option<OffsetDateTime> {
        self.timeline.settle().await;
        let next = self.timeline.next_due()?;
        match self.mode() {
            ClockMode::Stepped => self.timeline.advance_to(Some(next), 0).await,
            ClockMode::Real | ClockMode::Speed(_) | ClockMode::Fast => {
                self.timeline.visit(next).await
            }
        }
        Some(instant_of(next))
    }

    /// Runs until the simulator itself has nothing left to do: no call in progress, no callback due.
    ///
    /// Sleepers of others do not count, but those due in between are woken. A stepped clock is advanced;
    /// in the other modes this only waits.
    pub async fn run_until_idle(&self) {
        match self.mode() {
            ClockMode::Stepped => {
                self.timeline.settle().await;
                while self.timeline.has_own_work() {
                    if self.advance_to_next().await.is_none() {
                        break;
                    }
                }
            }
            ClockMode::Real | ClockMode::Speed(_) | ClockMode::Fast => self.timeline.quiet().await,
        }
    }

    /// Waits until the simulator has nothing to do that its clock would let it do now.
    ///
    /// With a stepped clock that is the end of everything due at or before the present instant; in the
    /// other modes it is the end of every call and every callback.
    pub async fn wait_until_quiet(&self) {
        match self.mode() {
            ClockMode::Stepped => self.timeline.settle().await,
            ClockMode::Real | ClockMode::Speed(_) | ClockMode::Fast => self.timeline.quiet().await,
        }
    }
}

/// Someone outside the simulator who lives by its clock; dropping it lets the clock go on without it.
#[derive(Debug)]
pub struct Participant {
    timeline: Timeline,
    name: String,
}

impl Participant {
    /// Waits until virtual time has reached `until`, which is at the earliest now.
    ///
    /// Afterwards, also when the returned future is dropped, the clock waits for this participant to
    /// sleep again (see the [module](self) for the bounds).
    pub async fn sleep_until(&self, until: OffsetDateTime) {
        self.timeline
            .sleep_as_participant(&self.name, millis_of(until))
            .await;
    }

    /// Returns the virtual time, UTC, in whole milliseconds.
    #[must_use]
    pub fn now(&self) -> OffsetDateTime {
        instant_of(self.timeline.now_ms())
    }
}

impl Drop for Participant {
    fn drop(&mut self) {
        self.timeline.forget_participant(&self.name);
    }
}
