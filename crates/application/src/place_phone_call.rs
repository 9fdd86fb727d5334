//! Placing a call that plays a TwiML document of somebody else.

use atlas_domain::call::{CallPurpose, NewCall, RetryPlan};
use atlas_domain::{
    CallId, InvalidTwimlUrl, PhoneNumber, PrivateHosts, TenantId, TwimlUrl, is_public_address,
};

use crate::{Application, ApplicationError, DialAnswer};

/// A call to be placed that plays a TwiML document which the carrier fetches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacePhoneCall {
    /// The id it is to have; the same id twice is the same call, dialled once.
    pub call_id: CallId,
    /// Whom to ring.
    pub to_number: PhoneNumber,
    /// Where the document is.
    pub twiml_url: TwimlUrl,
}

impl Application {
    /// Stores a call with its first dial as an intent, asks the carrier, and stores the answer. It
    /// is not redialled, and not recorded.
    ///
    /// Unless [`CallDefaults::private_hosts`](crate::CallDefaults::private_hosts) allows it, no
    /// document is fetched from a host that is, or resolves to, an address in a private network. A
    /// host that does not resolve here may do so at the carrier, who fetches it.
    ///
    /// # Errors
    /// * [`ApplicationError::TwimlUrlRefused`] when the document must not be fetched: nothing was
    ///   stored and nothing dialled;
    /// * [`ApplicationError::Carrier`] when the carrier refused or was not reached: the call is
    ///   stored as failed and never rings afterwards;
    /// * [`ApplicationError::Storage`] when the intent could not be stored: nothing was dialled.
    #[tracing::instrument(skip_all, fields(call.id = %request.call_id))]
    pub async fn place_phone_call(
        &self,
        tenant: &TenantId,
        request: PlacePhoneCall,
    ) -> Result<DialAnswer, ApplicationError> {
        let from_number = self.shown_number()?;
        self.check_twiml_url(&request.twiml_url).await?;
        let new = NewCall {
            call_id: request.call_id,
            user_id: None,
            user_external_id: None,
            to_number: request.to_number,
            from_number,
            purpose: CallPurpose::Document(request.twiml_url),
            script: None,
            recording_enabled: false,
            retry_plan: RetryPlan::without_redials(),
        };
        self.place_new_call(tenant, new).await
    }

    /// Checks that a document may be fetched.
    async fn check_twiml_url(&self, twiml_url: &TwimlUrl) -> Result<(), InvalidTwimlUrl> {
        let private_hosts = self.defaults.private_hosts;
        twiml_url.check(private_hosts)?;
        let host = match private_hosts {
            PrivateHosts::Refused => twiml_url.host_to_resolve(),
            PrivateHosts::Allowed => None,
        };
        if let Some(host) = host {
            let addresses = self.ports.resolver.addresses_of(host).await;
            if !addresses.into_iter().all(is_public_address) {
                return Err(InvalidTwimlUrl::ResolvesToPrivateHost);
            }
        }
        Ok(())
    }
}
