//! Collecting what a new call needs.

use super::{
    AnsweringMachineDetection, CallInstructions, CallRecording, CreateCall, ParameterError,
    StatusCallbackEvent,
};
use crate::http_method::HttpMethod;
use crate::private_text::PrivateText;
use crate::sid::ByocTrunkSid;

/// Collects the parameters of a [`CreateCall`]; what is not set is left to Twilio.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateCallBuilder {
    pub(super) to: PrivateText,
    pub(super) from: PrivateText,
    pub(super) instructions: CallInstructions,
    pub(super) fallback_url: Option<String>,
    pub(super) fallback_method: Option<HttpMethod>,
    pub(super) status_callback: Option<String>,
    pub(super) status_callback_method: Option<HttpMethod>,
    pub(super) status_callback_events: Vec<StatusCallbackEvent>,
    pub(super) timeout_seconds: Option<u32>,
    pub(super) time_limit_seconds: Option<u32>,
    pub(super) send_digits: Option<PrivateText>,
    pub(super) record: Option<CallRecording>,
    pub(super) machine_detection: Option<AnsweringMachineDetection>,
    pub(super) sip_auth_username: Option<PrivateText>,
    pub(super) sip_auth_password: Option<PrivateText>,
    pub(super) byoc: Option<ByocTrunkSid>,
    pub(super) caller_id: Option<PrivateText>,
    pub(super) call_reason: Option<PrivateText>,
    pub(super) call_token: Option<PrivateText>,
    pub(super) client_notification_url: Option<String>,
    pub(super) passports: Option<PrivateText>,
}

impl CreateCallBuilder {
    pub(super) const fn new(
        to: PrivateText,
        from: PrivateText,
        instructions: CallInstructions,
    ) -> Self {
        Self {
            to,
            from,
            instructions,
            fallback_url: None,
            fallback_method: None,
            status_callback: None,
            status_callback_method: None,
            status_callback_events: Vec::new(),
            timeout_seconds: None,
            time_limit_seconds: None,
            send_digits: None,
            record: None,
            machine_detection: None,
            sip_auth_username: None,
            sip_auth_password: None,
            byoc: None,
            caller_id: None,
            call_reason: None,
            call_token: None,
            client_notification_url: None,
            passports: None,
        }
    }

    /// Where Twilio turns when the URL fails; not with an application, which brings its own.
    #[must_use]
    pub fn fallback_url(mut self, url: impl Into<String>) -> Self {
        self.fallback_url = Some(url.into());
        self
    }

    /// How it turns there; POST without.
    #[must_use]
    pub const fn fallback_method(mut self, method: HttpMethod) -> Self {
        self.fallback_method = Some(method);
        self
    }

    /// Where news of the call go; not with an application, which brings its own. The host may not have an
    /// underscore.
    #[must_use]
    pub fn status_callback(mut self, url: impl Into<String>) -> Self {
        self.status_callback = Some(url.into());
        self
    }

    /// How they go there; POST without.
    #[must_use]
    pub const fn status_callback_method(mut self, method: HttpMethod) -> Self {
        self.status_callback_method = Some(method);
        self
    }

    /// Which news; only `completed` without.
    #[must_use]
    pub fn status_callback_events(mut self, events: &[StatusCallbackEvent]) -> Self {
        self.status_callback_events = events.to_vec();
        self
    }

    /// How long it rings, 1 to 600 seconds; 60 without. Twilio may add about 5.
    #[must_use]
    pub const fn timeout_seconds(mut self, seconds: u32) -> Self {
        self.timeout_seconds = Some(seconds);
        self
    }

    /// How long the call may last, in seconds, at least one.
    #[must_use]
    pub const fn time_limit_seconds(mut self, seconds: u32) -> Self {
        self.time_limit_seconds = Some(seconds);
        self
    }

    /// Tones to play on answer, at most 32 of `0-9 A-D # * w W`; not with answering machine detection.
    #[must_use]
    pub fn send_digits(mut self, digits: &str) -> Self {
        self.send_digits = Some(digits.into());
        self
    }

    /// Records the whole call, from its first second, which is before any notice.
    #[must_use]
    pub fn record(mut self, recording: CallRecording) -> Self {
        self.record = Some(recording);
        self
    }

    /// Listens for an answering machine, at extra cost.
    #[must_use]
    pub fn machine_detection(mut self, detection: AnsweringMachineDetection) -> Self {
        self.machine_detection = Some(detection);
        self
    }

    /// Who signs in at the callee's SIP server, and by what.
    #[must_use]
    pub fn sip_auth(mut self, username: &str, password: &str) -> Self {
        self.sip_auth_username = Some(username.into());
        self.sip_auth_password = Some(password.into());
        self
    }

    /// The trunk of an own carrier to go through; only to a phone number.
    #[must_use]
    pub fn byoc(mut self, trunk: ByocTrunkSid) -> Self {
        self.byoc = Some(trunk);
        self
    }

    /// The caller id shown, for SIP and own carriers.
    #[must_use]
    pub fn caller_id(mut self, caller_id: &str) -> Self {
        self.caller_id = Some(caller_id.into());
        self
    }

    /// The reason shown with branded calling, at most 50 characters.
    #[must_use]
    pub fn call_reason(mut self, reason: &str) -> Self {
        self.call_reason = Some(reason.into());
        self
    }

    /// The token of an inbound call that this one forwards; `From` is then the original caller.
    #[must_use]
    pub fn call_token(mut self, token: &str) -> Self {
        self.call_token = Some(token.into());
        self
    }

    /// Where Twilio announces a call to a `client:` that is not connected.
    #[must_use]
    pub fn client_notification_url(mut self, url: impl Into<String>) -> Self {
        self.client_notification_url = Some(url.into());
        self
    }

    /// Proofs of the caller's identity to pass on.
    #[must_use]
    pub fn passports(mut self, passports: &str) -> Self {
        self.passports = Some(passports.into());
        self
    }

    /// Checks all limits.
    ///
    /// # Errors
    /// [`ParameterError`] names the first parameter that Twilio would not take, or would ignore.
    pub fn build(self) -> Result<CreateCall, ParameterError> {
        CreateCall::checked(self)
    }
}
