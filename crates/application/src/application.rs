//! The ports that every use case works with.

use std::sync::Arc;

use atlas_domain::call::{Backoff, Call, InvalidRetryPlan, RetryPlan, next_work};
use atlas_domain::carrier::MachineDetection;
use atlas_domain::notification::NoSink;
use atlas_domain::{
    AcknowledgementSink, Carrier, Clock, IdGenerator, PhoneNumber, PrivateHosts, Resolver,
};
use atlas_storage::{
    CallRepository, Directory, IdempotencyRepository, RecordingRepository, Store, UserRepository,
};
use tokio_util::task::TaskTracker;

use crate::Tasks;
use crate::alarm::Alarm;
use crate::pending_presses::PendingPresses;

/// Everything outside that the use cases need.
#[derive(Clone)]
pub struct Ports {
    /// Keeps calls.
    pub calls: Arc<dyn CallRepository>,
    /// Keeps users.
    pub users: Arc<dyn UserRepository>,
    /// Keeps recordings.
    pub recordings: Arc<dyn RecordingRepository>,
    /// Keeps idempotency keys.
    pub idempotency: Arc<dyn IdempotencyRepository>,
    /// Finds owners and due work.
    pub directory: Arc<dyn Directory>,
    /// The store behind them.
    pub store: Arc<dyn Store>,
    /// Rings phones.
    pub carrier: Arc<dyn Carrier>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes identifiers.
    pub ids: Arc<dyn IdGenerator>,
    /// Finds the addresses of host names.
    pub resolver: Arc<dyn Resolver>,
    /// Is told of acknowledgements.
    pub sink: Arc<dyn AcknowledgementSink>,
}

impl Ports {
    /// Ports whose repositories are all the same back end. Nobody is told of acknowledgements
    /// before [`Ports::with_sink`].
    ///
    /// ```no_run
    /// # use std::sync::Arc;
    /// # fn ports<S>(store: S, carrier: Arc<dyn atlas_domain::Carrier>,
    /// #     clock: Arc<dyn atlas_domain::Clock>, ids: Arc<dyn atlas_domain::IdGenerator>,
    /// #     resolver: Arc<dyn atlas_domain::Resolver>)
    /// # where S: atlas_storage::CallRepository + atlas_storage::UserRepository
    /// #     + atlas_storage::RecordingRepository + atlas_storage::IdempotencyRepository
    /// #     + atlas_storage::Directory + atlas_storage::Store + 'static {
    /// let ports = atlas_application::Ports::over(Arc::new(store), carrier, clock, ids, resolver);
    /// # }
    /// ```
    #[must_use]
    pub fn over<S>(
        store: Arc<S>,
        carrier: Arc<dyn Carrier>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdGenerator>,
        resolver: Arc<dyn Resolver>,
    ) -> Self
    where
        S: CallRepository
            + UserRepository
            + RecordingRepository
            + IdempotencyRepository
            + Directory
            + Store
            + 'static,
    {
        Self {
            calls: store.clone(),
            users: store.clone(),
            recordings: store.clone(),
            idempotency: store.clone(),
            directory: store.clone(),
            store,
            carrier,
            clock,
            ids,
            resolver,
            sink: Arc::new(NoSink),
        }
    }

    /// The same ports, with a sink that is told of acknowledgements.
    #[must_use]
    pub fn with_sink(self, sink: Arc<dyn AcknowledgementSink>) -> Self {
        Self { sink, ..self }
    }
}

/// What a call gets when its request does not say, and what it may ask for.
#[derive(Debug, Clone)]
pub struct CallDefaults {
    /// The number shown; without one no call can be placed.
    pub from_number: Option<PhoneNumber>,
    /// How often and when to redial.
    pub retry_plan: RetryPlan,
    /// Whether a TwiML document of somebody else may be on a host in a private network.
    pub private_hosts: PrivateHosts,
    /// What a notification gets.
    pub notification: NotificationDefaults,
}

/// What every notification gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotificationDefaults {
    /// How often and when to ring again while nobody has acknowledged.
    pub retry_plan: RetryPlan,
    /// Whether and when the carrier finds out that a machine answered.
    pub machine_detection: MachineDetection,
}

impl NotificationDefaults {
    /// How often a notification is rung again.
    const RETRY_LIMIT: i64 = 3;
    /// How long after one ring the next is due, in seconds.
    const RETRY_DELAY_SECONDS: i64 = 60;
}

impl Default for NotificationDefaults {
    /// Three redials, a minute apart; machines are detected while the message plays.
    fn default() -> Self {
        let (limit, delay) = (Self::RETRY_LIMIT, Self::RETRY_DELAY_SECONDS);
        Self {
            retry_plan: RetryPlan::new(limit, delay, Backoff::Fixed).unwrap_or_default(),
            machine_detection: MachineDetection::Asynchronous,
        }
    }
}

impl CallDefaults {
    /// The retry plan of a request that may give a limit and a delay of its own.
    ///
    /// # Errors
    /// [`InvalidRetryPlan`] when one of them is out of range.
    pub fn retry_plan(
        &self,
        limit: Option<i64>,
        delay_seconds: Option<i64>,
    ) -> Result<RetryPlan, InvalidRetryPlan> {
        let default = self.retry_plan;
        RetryPlan::new(
            limit.unwrap_or_else(|| i64::from(default.limit())),
            delay_seconds.unwrap_or_else(|| i64::from(default.delay_seconds())),
            default.backoff(),
        )
    }
}

/// The use cases, over one set of ports. Cheap to clone.
#[derive(Clone)]
pub struct Application {
    pub(crate) ports: Ports,
    pub(crate) defaults: CallDefaults,
    pub(crate) alarm: Arc<Alarm>,
    pub(crate) tasks: Tasks,
    pub(crate) pending_presses: PendingPresses,
}

impl Application {
    /// The use cases over these ports.
    #[must_use]
    pub fn new(ports: Ports, defaults: CallDefaults) -> Self {
        Self {
            ports,
            defaults,
            alarm: Arc::new(Alarm::default()),
            tasks: Tasks::new(TaskTracker::new()),
            pending_presses: PendingPresses::default(),
        }
    }

    /// The same use cases, whose work that nobody may cut short is counted there.
    #[must_use]
    pub fn with_tasks(self, tasks: Tasks) -> Self {
        Self { tasks, ..self }
    }

    /// What a call gets when its request does not say.
    #[must_use]
    pub fn defaults(&self) -> &CallDefaults {
        &self.defaults
    }

    /// The present instant, by the port.
    #[must_use]
    pub fn now(&self) -> atlas_domain::Timestamp {
        self.ports.clock.now()
    }

    /// Makes an id for a request whose client sent none.
    #[must_use]
    pub fn new_request_id(&self) -> atlas_domain::ObjectId {
        self.ports.ids.object_id(self.now())
    }

    /// Tells the worker of this process when the next work of this call is due.
    pub(crate) fn announce_work_of(&self, call: &Call) {
        if let Some(due) = next_work(call) {
            self.alarm.announce(due.at);
        }
    }
}
