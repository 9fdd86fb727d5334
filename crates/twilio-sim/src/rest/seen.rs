//! A call as a read of the REST API sees it, which may lag behind what has happened.

use crate::call::Call;
use crate::clock::millis_of;
use crate::record::CallStatus;
use crate::world::Shared;

/// What of a call changes with time.
pub(super) struct Seen {
    pub(super) status: CallStatus,
    pub(super) updated_ms: i64,
    pub(super) dialled_ms: Option<i64>,
    pub(super) ended_ms: Option<i64>,
    pub(super) duration_seconds: Option<u64>,
}

impl Seen {
    /// As it is.
    pub(super) fn now(call: &Call) -> Self {
        Self {
            status: call.rest_status(),
            updated_ms: call.updated_ms,
            dialled_ms: call.dialled_ms,
            ended_ms: call.ended_ms,
            duration_seconds: call.duration_seconds(),
        }
    }

    /// As it was when the lag began, or as it was made.
    pub(super) fn lagging(shared: &Shared, call: &Call) -> Self {
        let Some(at_ms) = horizon_ms(shared) else {
            return Self::now(call);
        };
        let known = |time: Option<i64>| time.filter(|time_ms| *time_ms <= at_ms);
        let changes = call.history.iter();
        let last = changes
            .take_while(|change| millis_of(change.at) <= at_ms)
            .last();
        let ended_ms = known(call.ended_ms);
        Self {
            status: match last.map(|change| change.status) {
                // `initiated` exists in callbacks only.
                None | Some(CallStatus::Queued | CallStatus::Initiated) => CallStatus::Queued,
                Some(
                    status @ (CallStatus::Ringing
                    | CallStatus::InProgress
                    | CallStatus::Completed
                    | CallStatus::Busy
                    | CallStatus::NoAnswer
                    | CallStatus::Failed
                    | CallStatus::Canceled),
                ) => status,
            },
            updated_ms: last.map_or(call.created_ms, |change| millis_of(change.at)),
            dialled_ms: known(call.dialled_ms),
            ended_ms,
            duration_seconds: ended_ms.and_then(|_| call.duration_seconds()),
        }
    }
}

/// Whether a list shows a call already.
pub(super) fn is_listed(shared: &Shared, call: &Call) -> bool {
    !call.deleted && horizon_ms(shared).is_none_or(|at_ms| call.created_ms <= at_ms)
}

/// Up to when reads know what has happened; `None` without a lag.
fn horizon_ms(shared: &Shared) -> Option<i64> {
    let lag = shared.config.limits.consistency_lag;
    let lag_ms = i64::try_from(lag.as_millis()).unwrap_or(i64::MAX);
    (lag_ms > 0).then(|| shared.timeline.now_ms().saturating_sub(lag_ms))
}
