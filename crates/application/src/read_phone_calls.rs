//! Reading calls as the carrier has them now.

use std::time::Duration;

use atlas_domain::CallSid;
use atlas_domain::carrier::{CarrierCall, CarrierError};
use tokio::time::timeout;

use crate::{Application, ApplicationError, CallReference};

/// How long the carrier may take to answer somebody who waits.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);

impl Application {
    /// How a call of the account stands at the carrier now. Answers within five seconds.
    ///
    /// # Errors
    /// * [`ApplicationError::CallNotFound`] when the carrier does not know it;
    /// * [`ApplicationError::Carrier`] when the carrier refused, or did not answer in time.
    pub async fn phone_call_status(&self, sid: &CallSid) -> Result<CarrierCall, ApplicationError> {
        in_time(self.ports.carrier.fetch(sid))
            .await?
            .ok_or_else(|| ApplicationError::CallNotFound(CallReference::Sid(sid.clone())))
    }

    /// The newest calls of the account as the carrier has them now, newest first, at most `limit`.
    /// Answers within five seconds.
    ///
    /// # Errors
    /// [`ApplicationError::Carrier`] when the carrier refused, or did not answer in time.
    pub async fn recent_phone_calls(
        &self,
        limit: u32,
    ) -> Result<Vec<CarrierCall>, ApplicationError> {
        Ok(in_time(self.ports.carrier.recent(limit)).await?)
    }
}

async fn in_time<T>(
    asking: impl Future<Output = Result<T, CarrierError>>,
) -> Result<T, CarrierError> {
    match timeout(ANSWER_TIMEOUT, asking).await {
        Ok(answer) => answer,
        Err(_) => Err(CarrierError::NotReached {
            reason: format!("no answer within {} s", ANSWER_TIMEOUT.as_secs()),
        }),
    }
}
