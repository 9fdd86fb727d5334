//! Placing a call, and asking the carrier for a dial.

use std::time::{Duration, Instant};

use atlas_domain::call::{
    Applied, AskedBy, Call, CallEvent, CallPurpose, FailureCause, NewCall, Placed, Placement,
    RetryPlan,
};
use atlas_domain::carrier::{DialContent, DialOrder, PlaceOutcome, Refusal, RefusalKind};
use atlas_domain::{
    CallId, CallSid, DialNo, DialReference, ExternalId, PhoneNumber, Script, TenantId, UserId,
};
use atlas_storage::{StorageError, Unique};

use crate::{Application, ApplicationError, CarrierTrouble};

/// How often the carrier's answer is offered to a store that does not take it.
const STORE_TRIES: u32 = 3;
/// How long after the first offer another may begin while somebody waits: a store that is away may
/// take seconds to say so, and the answer is not to take a multiple of that.
const CALLER_PATIENCE: Duration = Duration::from_millis(250);

/// Whom a call is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserReference {
    /// A stored user.
    Stored(UserId),
    /// A user that only another system knows; needs not be stored.
    External(ExternalId),
    /// Both.
    Both(UserId, ExternalId),
}

impl UserReference {
    fn parts(self) -> (Option<UserId>, Option<ExternalId>) {
        match self {
            Self::Stored(id) => (Some(id), None),
            Self::External(external) => (None, Some(external)),
            Self::Both(id, external) => (Some(id), Some(external)),
        }
    }
}

/// A call to be placed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceCall {
    /// The id it is to have; the same id twice is the same call, dialled once.
    pub call_id: CallId,
    /// Whom to ring.
    pub to_number: PhoneNumber,
    /// Whom it is for.
    pub user: UserReference,
    /// What to say.
    pub script: Option<Script>,
    /// Whether to ask for consent and record.
    pub recording_enabled: bool,
    /// How often and when to redial.
    pub retry_plan: RetryPlan,
}

/// What became of a dial that an API user asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DialAnswer {
    /// The carrier has it.
    Accepted {
        /// The call as it stands.
        call: Call,
        /// The carrier's id of this dial.
        sid: CallSid,
    },
    /// The carrier's answer was lost; what became of the dial is being looked up.
    Pending {
        /// The call as it stands.
        call: Call,
    },
}

impl DialAnswer {
    /// How this dial of the call stands.
    fn of(call: Call, dial_no: DialNo) -> Self {
        match call.dial(dial_no).and_then(|dial| dial.sid.clone()) {
            Some(sid) => Self::Accepted { call, sid },
            None => Self::Pending { call },
        }
    }

    /// The call as it stands.
    #[must_use]
    pub fn call(&self) -> &Call {
        match self {
            Self::Accepted { call, .. } | Self::Pending { call } => call,
        }
    }
}

impl Application {
    /// Makes an id for a call that is about to be placed.
    #[must_use]
    pub fn new_call_id(&self) -> CallId {
        self.ports.ids.call_id()
    }

    /// Stores a call with its first dial as an intent, asks the carrier, and stores the answer.
    ///
    /// When a call with this id exists, nothing is dialled and the answer is how that call stands.
    ///
    /// # Errors
    /// * [`ApplicationError::UserNotFound`] when the stored user does not exist;
    /// * [`ApplicationError::Carrier`] when the carrier refused or was not reached: the call is
    ///   stored as failed and never rings afterwards;
    /// * [`ApplicationError::Storage`] when the intent could not be stored: nothing was dialled.
    #[tracing::instrument(skip_all, fields(call.id = %request.call_id))]
    pub async fn place_call(
        &self,
        tenant: &TenantId,
        request: PlaceCall,
    ) -> Result<DialAnswer, ApplicationError> {
        let from_number = self.shown_number()?;
        let (user_id, user_external_id) = request.user.parts();
        if let Some(id) = user_id
            && self.ports.users.find(tenant, id).await?.is_none()
        {
            return Err(ApplicationError::UserNotFound(id));
        }
        let new = NewCall {
            call_id: request.call_id,
            user_id,
            user_external_id,
            to_number: request.to_number,
            from_number,
            purpose: CallPurpose::Script,
            script: request.script,
            recording_enabled: request.recording_enabled,
            retry_plan: request.retry_plan,
        };
        self.place_new_call(tenant, new).await
    }

    /// The number that new calls show.
    ///
    /// # Errors
    /// [`ApplicationError::Carrier`] when no carrier is configured.
    pub(crate) fn shown_number(&self) -> Result<PhoneNumber, ApplicationError> {
        self.defaults
            .from_number
            .clone()
            .ok_or(ApplicationError::Carrier {
                call_id: None,
                trouble: CarrierTrouble::NotConfigured,
            })
    }

    /// Stores a call of any kind with its first dial as an intent, asks the carrier, and stores the
    /// answer; the same id twice is the same call, dialled once.
    ///
    /// # Errors
    /// As those of [`Application::place_call`].
    pub(crate) async fn place_new_call(
        &self,
        tenant: &TenantId,
        new: NewCall,
    ) -> Result<DialAnswer, ApplicationError> {
        let call = Call::begin(new, self.now());
        match self.ports.calls.insert(tenant, &call).await {
            Ok(()) => self.place_for_caller(tenant, call, DialNo::FIRST).await,
            Err(StorageError::Duplicate(Unique::CallId)) => {
                self.answer_of_earlier_request(tenant, call).await
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Asks the carrier for a dial that is stored as an intent, for somebody who waits.
    pub(crate) async fn place_for_caller(
        &self,
        tenant: &TenantId,
        call: Call,
        dial_no: DialNo,
    ) -> Result<DialAnswer, ApplicationError> {
        let call_id = call.call_id;
        let (outcome, stored) = self
            .place_dial(tenant, &call, dial_no, AskedBy::Caller)
            .await;
        // What could not be stored is settled by a callback or by lookup, like a lost answer.
        let call = stored.unwrap_or(call);
        let trouble = match outcome {
            PlaceOutcome::Accepted { .. } | PlaceOutcome::Unknown { .. } => {
                return Ok(DialAnswer::of(call, dial_no));
            }
            PlaceOutcome::Refused(refusal) => CarrierTrouble::Refused(refusal),
            PlaceOutcome::NotSent { reason } => CarrierTrouble::NotReached { reason },
        };
        Err(ApplicationError::Carrier {
            call_id: Some(call_id),
            trouble,
        })
    }

    /// Asks the carrier for a dial that is stored as an intent, and stores what it answered.
    /// Returns the call as stored, or `None` when that could not be stored.
    pub(crate) async fn place_dial(
        &self,
        tenant: &TenantId,
        call: &Call,
        dial_no: DialNo,
        asked_by: AskedBy,
    ) -> (PlaceOutcome, Option<Call>) {
        let outcome = match self.numbers_of(call) {
            Some((to_number, from_number)) => {
                let order = DialOrder {
                    dial: DialReference {
                        call_id: call.call_id,
                        dial_no,
                    },
                    to_number,
                    from_number,
                    content: self.content_of(call),
                };
                self.ports.carrier.place(&order).await
            }
            None => PlaceOutcome::Refused(no_number_to_ring()),
        };
        match &outcome {
            PlaceOutcome::Accepted { sid } => {
                tracing::info!(call.id = %call.call_id, dial.no = %dial_no, %sid, "dial accepted");
            }
            PlaceOutcome::Refused(refusal) => {
                tracing::warn!(call.id = %call.call_id, dial.no = %dial_no, code = refusal.code,
                    kind = ?refusal.kind, "dial refused");
            }
            PlaceOutcome::NotSent { reason } => {
                tracing::warn!(call.id = %call.call_id, dial.no = %dial_no, reason,
                    "the carrier could not be asked for a dial");
            }
            PlaceOutcome::Unknown { reason } => {
                tracing::warn!(call.id = %call.call_id, dial.no = %dial_no, reason,
                    "the carrier's answer was lost; the dial will be looked up");
            }
        }
        let event = CallEvent::Placed {
            dial_no,
            outcome: Placed::from(&outcome),
            asked_by,
        };
        let applied = self
            .store_answer(tenant, call.call_id, &event, asked_by)
            .await;
        match applied {
            Ok(Some(applied)) => {
                let call = self.end_if_unwanted(tenant, applied.call, dial_no).await;
                self.announce_work_of(&call);
                (outcome, Some(call))
            }
            Ok(None) => (outcome, None),
            Err(error) => {
                tracing::error!(call.id = %call.call_id, dial.no = %dial_no,
                    error = &error as &dyn std::error::Error,
                    "the carrier's answer could not be stored; the dial will be looked up");
                (outcome, None)
            }
        }
    }

    /// What whoever answers this call is to hear.
    fn content_of(&self, call: &Call) -> DialContent {
        match &call.purpose {
            CallPurpose::Script => DialContent::Script {
                recording_enabled: call.recording_enabled,
            },
            CallPurpose::Document(url) => DialContent::Document(url.clone()),
            CallPurpose::Notification(_) => DialContent::Notification {
                machine_detection: self.defaults.notification.machine_detection,
            },
        }
    }

    /// Whom to ring and which number to show; `None` when what is stored can never be rung. An
    /// older version stored calls without a number to show; those show the configured one.
    pub(crate) fn numbers_of(&self, call: &Call) -> Option<(PhoneNumber, PhoneNumber)> {
        let from_number = call
            .from_number
            .valid()
            .or(self.defaults.from_number.as_ref())?;
        Some((call.to_number.valid()?.clone(), from_number.clone()))
    }

    /// Stores what the carrier answered, trying again: an answer that is not stored has to be
    /// found out anew.
    async fn store_answer(
        &self,
        tenant: &TenantId,
        call_id: CallId,
        event: &CallEvent,
        asked_by: AskedBy,
    ) -> Result<Option<Applied>, StorageError> {
        let begun = Instant::now();
        for _ in 1..STORE_TRIES {
            let tried = self.apply_carrier_event(tenant, call_id, event).await;
            let too_late = match asked_by {
                AskedBy::Caller => begun.elapsed() > CALLER_PATIENCE,
                AskedBy::Worker => false,
            };
            match tried {
                Err(StorageError::Unavailable(_)) if !too_late => {}
                settled => return settled,
            }
        }
        self.apply_carrier_event(tenant, call_id, event).await
    }

    /// How the call of an earlier request with the same id stands.
    async fn answer_of_earlier_request(
        &self,
        tenant: &TenantId,
        wanted: Call,
    ) -> Result<DialAnswer, ApplicationError> {
        let call = self
            .ports
            .calls
            .find(tenant, wanted.call_id)
            .await?
            .unwrap_or(wanted);
        // The request asked for the first dial; what redials came to is another matter.
        let failure = call.dials.first().and_then(|dial| match &dial.placement {
            Placement::Failed {
                cause,
                code,
                reason,
            } if dial.sid.is_none() => Some(trouble_of(*cause, *code, reason)),
            Placement::Intended
            | Placement::Accepted
            | Placement::Unknown { .. }
            | Placement::Held { .. }
            | Placement::Deferred { .. }
            | Placement::Failed { .. }
            | Placement::Withdrawn => None,
        });
        match failure {
            None => Ok(DialAnswer::of(call, DialNo::FIRST)),
            Some(trouble) => Err(ApplicationError::Carrier {
                call_id: Some(call.call_id),
                trouble,
            }),
        }
    }
}

/// Why a call is not dialled whose number the carrier need not be asked about: an older version
/// stored it, and it is not in E.164.
pub(crate) fn no_number_to_ring() -> Refusal {
    Refusal {
        kind: RefusalKind::Number,
        code: None,
        message: "the stored number is not in E.164".to_owned(),
    }
}

/// What the carrier's answer was, as far as it was stored.
fn trouble_of(cause: FailureCause, code: Option<u32>, reason: &str) -> CarrierTrouble {
    let message = reason.to_owned();
    match cause.refusal_kind() {
        Some(kind) => CarrierTrouble::Refused(Refusal {
            kind,
            code,
            message,
        }),
        None => CarrierTrouble::NotReached { reason: message },
    }
}
