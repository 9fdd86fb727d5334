//! How an acknowledgement gets to the outside: the entry of the outbox, and when it is tried.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use uuid::Uuid;

use crate::backoff::doubled_with_jitter;
use crate::{CallId, InvalidId, Timestamp};

/// How long after an acknowledgement its delivery is tried again; a failure later than that is the
/// last.
pub const DELIVERY_TRIED_FOR: Duration = Duration::from_secs(24 * 3600);
/// How long after the first failure the delivery is tried again, in seconds; doubled each time.
const FIRST_DELAY_SECONDS: u64 = 5;
/// The longest such wait, and the longest that a receiver may ask for, in seconds.
const LONGEST_DELAY_SECONDS: u64 = 3600;

/// The id of what is delivered: the same at every try, so that a receiver knows a repetition.
///
/// It is made of the call's id and needs no storing to be found again.
///
/// ```
/// use atlas_domain::notification::WebhookId;
///
/// let call_id = "6f2cbf1c-53d2-4e4b-9d8c-2d6f2f6f0a11".parse()?;
/// assert_eq!(WebhookId::of(call_id).to_string(), "ack_6f2cbf1c53d24e4b9d8c2d6f2f6f0a11");
/// # Ok::<(), atlas_domain::InvalidId>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct WebhookId(CallId);

impl WebhookId {
    const PREFIX: &'static str = "ack_";

    /// The id of the acknowledgement of this call.
    #[must_use]
    pub const fn of(call_id: CallId) -> Self {
        Self(call_id)
    }
}

impl FromStr for WebhookId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        text.strip_prefix(Self::PREFIX)
            .filter(|hex| hex.len() == 32)
            .and_then(|hex| Uuid::try_parse(hex).ok())
            .map(|uuid| Self(CallId::new(uuid)))
            .ok_or(InvalidId::of("ack_ and 32 hexadecimal digits"))
    }
}

impl fmt::Display for WebhookId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}{}", Self::PREFIX, self.0.as_uuid().simple())
    }
}

/// The entry of the outbox: stored with the acknowledgement, in the same write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Its id, the same at every try.
    pub webhook_id: WebhookId,
    /// How often it was tried.
    pub tries: u32,
    /// How it stands.
    pub state: DeliveryState,
    /// Why the last try failed; none before the first failure and once it is delivered.
    pub last_error: Option<String>,
}

/// How a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DeliveryState {
    /// It is to be tried.
    Pending {
        /// When.
        next_try_at: Timestamp,
    },
    /// The receiver has it.
    Delivered {
        /// Since when.
        at: Timestamp,
    },
    /// It failed for a day and is not tried any more.
    Dead {
        /// Since when.
        at: Timestamp,
    },
}

/// What one try to deliver came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeliveryOutcome {
    /// The receiver has it.
    Delivered,
    /// It may not have it.
    Failed {
        /// Why, in words for an operator, without secrets.
        reason: String,
        /// How long the receiver asked to be left alone; at most an hour of it counts.
        retry_after: Option<Duration>,
    },
}

impl Delivery {
    /// An entry that is due at `now`, untried.
    #[must_use]
    pub const fn begin(call_id: CallId, now: Timestamp) -> Self {
        Self {
            webhook_id: WebhookId::of(call_id),
            tries: 0,
            state: DeliveryState::Pending { next_try_at: now },
            last_error: None,
        }
    }

    /// When it is to be tried next, if it is.
    #[must_use]
    pub const fn next_try_at(&self) -> Option<Timestamp> {
        match self.state {
            DeliveryState::Pending { next_try_at } => Some(next_try_at),
            DeliveryState::Delivered { .. } | DeliveryState::Dead { .. } => None,
        }
    }

    /// Notes what a try came to that ended at `now`.
    ///
    /// A success counts whenever it is told. A failure counts only for a try that was due, so that
    /// two workers that tried at the same time make it one.
    pub(crate) fn note_try(
        &mut self,
        call_id: CallId,
        acknowledged_at: Timestamp,
        outcome: &DeliveryOutcome,
        now: Timestamp,
    ) {
        let due = self.next_try_at().is_some_and(|at| at <= now);
        let delivered = matches!(self.state, DeliveryState::Delivered { .. });
        match outcome {
            DeliveryOutcome::Delivered if !delivered => {
                self.tries = self.tries.saturating_add(1);
                self.state = DeliveryState::Delivered { at: now };
                self.last_error = None;
            }
            DeliveryOutcome::Failed {
                reason,
                retry_after,
            } if due => {
                self.tries = self.tries.saturating_add(1);
                self.last_error = Some(reason.clone());
                self.state = if now > acknowledged_at.plus(DELIVERY_TRIED_FOR) {
                    DeliveryState::Dead { at: now }
                } else {
                    let wait = delay_after(call_id, self.tries, *retry_after);
                    DeliveryState::Pending {
                        next_try_at: now.plus(wait),
                    }
                };
            }
            DeliveryOutcome::Delivered | DeliveryOutcome::Failed { .. } => {}
        }
    }
}

/// How long after failure number `tries` (from 1) the next try is due.
fn delay_after(call_id: CallId, tries: u32, retry_after: Option<Duration>) -> Duration {
    let own = doubled_with_jitter(call_id, tries, FIRST_DELAY_SECONDS, LONGEST_DELAY_SECONDS);
    let longest = Duration::from_secs(LONGEST_DELAY_SECONDS);
    own.max(retry_after.unwrap_or_default().min(longest))
}
