//! Ways for a test to make things go wrong on purpose.

use std::collections::VecDeque;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::{oneshot, watch};

/// Where a request to create a call is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HoldPoint {
    /// Before the call exists.
    BeforeCreate,
    /// After the call exists, before the answer is sent.
    AfterCreate,
}

/// A request to create a call that is, or will be, stopped at a [`HoldPoint`].
///
/// While it is stopped it is an open exchange: in virtual time nothing else happens. Dropping this
/// without a decision lets the request go on.
#[derive(Debug)]
pub struct Held {
    reached: watch::Receiver<bool>,
    decision: oneshot::Sender<HoldDecision>,
}

impl Held {
    /// Waits until a request has come and stands at the hold point.
    pub async fn reached(&self) {
        // An error means that the simulator has stopped, and then nothing will come any more.
        drop(self.reached.clone().wait_for(|reached| *reached).await);
    }

    /// Lets the request go on and be answered as usual.
    pub fn release(self) {
        let _ = self.decision.send(HoldDecision::Release);
    }

    /// Closes the connection without an answer; stopped at [`HoldPoint::BeforeCreate`], the call never
    /// comes into being.
    pub fn drop_connection(self) {
        let _ = self.decision.send(HoldDecision::DropConnection);
    }
}

/// What became of a held request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HoldDecision {
    Release,
    DropConnection,
}

/// What is wrong with the answer to a request that creates a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum CreateFault {
    /// An error is answered.
    Status {
        /// The HTTP status, 400 to 599.
        http_status: u16,
        /// Twilio's error code, for example 20429 or 20500.
        code: u32,
        /// Seconds for a `Retry-After` header.
        retry_after: Option<u32>,
        /// Whether the call comes into being all the same.
        created: bool,
    },
    /// The connection is closed without an answer.
    ResetConnection {
        /// Whether the call comes into being.
        created: bool,
    },
    /// Nothing is answered until the client gives up; in virtual time nothing else happens meanwhile.
    NoAnswer {
        /// Whether the call comes into being.
        created: bool,
    },
}

/// What is done to callbacks; TwiML requests are never touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum CallbackFault {
    /// Each callback is delivered this many times more, with the same idempotency token.
    Repeat {
        /// How many times more.
        times: u32,
    },
    /// Callbacks are never sent.
    Drop,
    /// Callbacks are sent this much virtual time later, so that others overtake them.
    Late {
        /// How much later.
        by: Duration,
    },
    /// Callbacks carry a signature made with another token.
    ForgedSignature,
}

/// Which phone a fault is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallbackTarget {
    /// Calls to any number.
    All,
    /// Calls to this number.
    Number(String),
}

impl From<&str> for CallbackTarget {
    fn from(number: &str) -> Self {
        Self::Number(number.to_owned())
    }
}

/// What waits for the next requests.
#[derive(Debug, Default)]
pub(crate) struct Hooks {
    creates: VecDeque<CreateHook>,
    callbacks: Vec<(CallbackTarget, CallbackFault)>,
    slow_answers: VecDeque<Duration>,
}

/// What happens to the next request that creates a call.
#[derive(Debug)]
pub(crate) enum CreateHook {
    Hold {
        point: HoldPoint,
        reached: watch::Sender<bool>,
        decision: oneshot::Receiver<HoldDecision>,
    },
    Fault(CreateFault),
}

impl Hooks {
    pub(crate) fn hold_create(&mut self, point: HoldPoint) -> Held {
        let (reached_sender, reached) = watch::channel(false);
        let (decision, decision_receiver) = oneshot::channel();
        self.creates.push_back(CreateHook::Hold {
            point,
            reached: reached_sender,
            decision: decision_receiver,
        });
        Held { reached, decision }
    }

    pub(crate) fn fault_creates(&mut self, fault: CreateFault, times: usize) {
        self.creates
            .extend(std::iter::repeat_with(|| CreateHook::Fault(fault)).take(times));
    }

    pub(crate) fn next_create(&mut self) -> Option<CreateHook> {
        self.creates.pop_front()
    }

    pub(crate) fn slow_answer(&mut self, delay: Duration) {
        self.slow_answers.push_back(delay);
    }

    pub(crate) fn next_delay(&mut self) -> Option<Duration> {
        self.slow_answers.pop_front()
    }

    pub(crate) fn fault_callbacks(&mut self, target: CallbackTarget, fault: CallbackFault) {
        self.callbacks.push((target, fault));
    }

    pub(crate) fn clear_callback_faults(&mut self) {
        self.callbacks.clear();
    }

    /// The fault for callbacks of calls to a number; the one set last wins.
    pub(crate) fn callback_fault(&self, to: &str) -> Option<CallbackFault> {
        let meant = |target: &CallbackTarget| match target {
            CallbackTarget::All => true,
            CallbackTarget::Number(number) => number == to,
        };
        self.callbacks
            .iter()
            .rev()
            .find(|(target, _)| meant(target))
            .map(|(_, fault)| *fault)
    }
}
