//! Stopping a request that creates a call, for a test to look around.

use std::collections::VecDeque;

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

/// The holds that wait for requests.
#[derive(Debug, Default)]
pub(crate) struct Hooks {
    holds: VecDeque<Hold>,
}

/// What happens to the next request that creates a call.
#[derive(Debug)]
pub(crate) struct Hold {
    pub(crate) point: HoldPoint,
    pub(crate) reached: watch::Sender<bool>,
    pub(crate) decision: oneshot::Receiver<HoldDecision>,
}

impl Hooks {
    pub(crate) fn hold_create(&mut self, point: HoldPoint) -> Held {
        let (reached_sender, reached) = watch::channel(false);
        let (decision, decision_receiver) = oneshot::channel();
        self.holds.push_back(Hold {
            point,
            reached: reached_sender,
            decision: decision_receiver,
        });
        Held { reached, decision }
    }

    pub(crate) fn next_hold(&mut self) -> Option<Hold> {
        self.holds.pop_front()
    }
}
