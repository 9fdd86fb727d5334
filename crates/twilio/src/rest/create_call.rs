//! What a new call needs (<https://www.twilio.com/docs/voice/api/call-resource#create-a-call-resource>).

use super::parameter::{check_length, check_range, check_url};
use super::update_call::MAX_TWIML_CHARACTERS;
use super::{
    CallInstructions, MachineDetection, ParameterError, RecordingChannels, StatusCallbackEvent,
};
use crate::private_text::PrivateText;

/// The most characters of the digits played on answer.
const MAX_SEND_DIGITS: usize = 32;
/// More than any number or SIP URI that Twilio takes, extra SIP headers included.
const MAX_ADDRESS_CHARACTERS: usize = 1400;
/// The most characters of a reason shown with branded calling.
const MAX_REASON_CHARACTERS: usize = 50;

/// A call to be made, its parameters checked.
///
/// ```
/// use atlas_twilio::rest::{CallInstructions, CreateCall, StatusCallbackEvent};
///
/// let order = CreateCall::builder(
///     "+14155550123",
///     "+14155550100",
///     CallInstructions::Url { url: "https://example.com/voice".to_owned(), method: None },
/// )
/// .status_callback("https://example.com/status")
/// .status_callback_events(&[StatusCallbackEvent::Answered, StatusCallbackEvent::Completed])
/// .timeout_seconds(30)
/// .build()?;
/// # drop(order);
/// # Ok::<(), atlas_twilio::rest::ParameterError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateCall(CreateCallBuilder);

/// Collects the parameters of a [`CreateCall`]; what is not set is left to Twilio.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateCallBuilder {
    to: PrivateText,
    from: PrivateText,
    instructions: CallInstructions,
    fallback_url: Option<String>,
    status_callback: Option<String>,
    status_callback_events: Vec<StatusCallbackEvent>,
    timeout_seconds: Option<u32>,
    time_limit_seconds: Option<u32>,
    send_digits: Option<PrivateText>,
    record: Option<RecordingChannels>,
    recording_status_callback: Option<String>,
    machine_detection: Option<MachineDetection>,
    machine_detection_timeout_seconds: Option<u32>,
    async_amd_status_callback: Option<String>,
    caller_id: Option<PrivateText>,
    call_reason: Option<PrivateText>,
}

impl CreateCall {
    /// Begins a call to a number, `client:` or `sip:` address, from a number of the account.
    #[must_use]
    pub fn builder(to: &str, from: &str, instructions: CallInstructions) -> CreateCallBuilder {
        CreateCallBuilder {
            to: to.into(),
            from: from.into(),
            instructions,
            fallback_url: None,
            status_callback: None,
            status_callback_events: Vec::new(),
            timeout_seconds: None,
            time_limit_seconds: None,
            send_digits: None,
            record: None,
            recording_status_callback: None,
            machine_detection: None,
            machine_detection_timeout_seconds: None,
            async_amd_status_callback: None,
            caller_id: None,
            call_reason: None,
        }
    }

    /// The form that is sent; a parameter with several values is repeated.
    pub(super) fn form(&self) -> Vec<(&'static str, String)> {
        let order = &self.0;
        let mut form = vec![
            ("To", order.to.as_str().to_owned()),
            ("From", order.from.as_str().to_owned()),
        ];
        match &order.instructions {
            CallInstructions::Url { url, method } => {
                form.push(("Url", url.clone()));
                form.extend(method.map(|method| ("Method", method.to_string())));
            }
            CallInstructions::Twiml(document) => form.push(("Twiml", document.as_str().to_owned())),
            CallInstructions::Application(sid) => form.push(("ApplicationSid", sid.to_string())),
        }
        let mut add = |name, value: Option<String>| form.extend(value.map(|value| (name, value)));
        let private = |text: &Option<PrivateText>| text.clone().map(PrivateText::into_string);
        add("FallbackUrl", order.fallback_url.clone());
        add("StatusCallback", order.status_callback.clone());
        for event in &order.status_callback_events {
            add("StatusCallbackEvent", Some(event.as_str().to_owned()));
        }
        add(
            "Timeout",
            order.timeout_seconds.map(|seconds| seconds.to_string()),
        );
        add(
            "TimeLimit",
            order.time_limit_seconds.map(|seconds| seconds.to_string()),
        );
        add("SendDigits", private(&order.send_digits));
        if let Some(channels) = order.record {
            add("Record", Some("true".to_owned()));
            add("RecordingChannels", Some(channels.as_str().to_owned()));
        }
        add(
            "RecordingStatusCallback",
            order.recording_status_callback.clone(),
        );
        add(
            "MachineDetection",
            order.machine_detection.map(|kind| kind.as_str().to_owned()),
        );
        add(
            "MachineDetectionTimeout",
            order
                .machine_detection_timeout_seconds
                .map(|seconds| seconds.to_string()),
        );
        add(
            "AsyncAmd",
            order
                .async_amd_status_callback
                .as_ref()
                .map(|_| "true".to_owned()),
        );
        add(
            "AsyncAmdStatusCallback",
            order.async_amd_status_callback.clone(),
        );
        add("CallerId", private(&order.caller_id));
        add("CallReason", private(&order.call_reason));
        form
    }
}

impl CreateCallBuilder {
    /// Where Twilio turns when the URL fails.
    #[must_use]
    pub fn fallback_url(mut self, url: impl Into<String>) -> Self {
        self.fallback_url = Some(url.into());
        self
    }

    /// Where news of the call go, with POST.
    #[must_use]
    pub fn status_callback(mut self, url: impl Into<String>) -> Self {
        self.status_callback = Some(url.into());
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

    /// Tones to play on answer, at most 32 of `0-9 A-D # * w W`.
    #[must_use]
    pub fn send_digits(mut self, digits: &str) -> Self {
        self.send_digits = Some(digits.into());
        self
    }

    /// Records the whole call, from its first second, which is before any notice.
    #[must_use]
    pub const fn record(mut self, channels: RecordingChannels) -> Self {
        self.record = Some(channels);
        self
    }

    /// Where news of that recording go, with POST.
    #[must_use]
    pub fn recording_status_callback(mut self, url: impl Into<String>) -> Self {
        self.recording_status_callback = Some(url.into());
        self
    }

    /// Listens for an answering machine, at extra cost; the URL is asked after the verdict.
    #[must_use]
    pub const fn machine_detection(mut self, detection: MachineDetection) -> Self {
        self.machine_detection = Some(detection);
        self
    }

    /// How long it listens, 3 to 59 seconds; 30 without.
    #[must_use]
    pub const fn machine_detection_timeout_seconds(mut self, seconds: u32) -> Self {
        self.machine_detection_timeout_seconds = Some(seconds);
        self
    }

    /// Has the verdict sent to this URL, while the call goes on.
    #[must_use]
    pub fn async_amd_status_callback(mut self, url: impl Into<String>) -> Self {
        self.async_amd_status_callback = Some(url.into());
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

    /// Checks all limits.
    ///
    /// # Errors
    /// [`ParameterError`] names the first parameter that Twilio would not take.
    pub fn build(self) -> Result<CreateCall, ParameterError> {
        check_length("To", &self.to, MAX_ADDRESS_CHARACTERS)?;
        check_length("From", &self.from, MAX_ADDRESS_CHARACTERS)?;
        match &self.instructions {
            CallInstructions::Url { url, .. } => check_url("Url", Some(url))?,
            CallInstructions::Twiml(document) => {
                check_length("Twiml", document, MAX_TWIML_CHARACTERS)?
            }
            CallInstructions::Application(_) => {}
        }
        check_url("FallbackUrl", self.fallback_url.as_deref())?;
        check_url("StatusCallback", self.status_callback.as_deref())?;
        check_url(
            "RecordingStatusCallback",
            self.recording_status_callback.as_deref(),
        )?;
        check_url(
            "AsyncAmdStatusCallback",
            self.async_amd_status_callback.as_deref(),
        )?;
        check_range("Timeout", self.timeout_seconds, 1, 600)?;
        check_range("TimeLimit", self.time_limit_seconds, 1, u32::MAX)?;
        check_range(
            "MachineDetectionTimeout",
            self.machine_detection_timeout_seconds,
            3,
            59,
        )?;
        if let Some(digits) = &self.send_digits {
            check_length("SendDigits", digits, MAX_SEND_DIGITS)?;
            if !digits
                .bytes()
                .all(|byte| b"0123456789ABCD#*wW".contains(&byte))
            {
                return Err(ParameterError::SendDigits);
            }
        }
        if let Some(reason) = &self.call_reason {
            check_length("CallReason", reason, MAX_REASON_CHARACTERS)?;
        }
        Ok(CreateCall(self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn builder() -> CreateCallBuilder {
        let url = "https://example.com/voice".to_owned();
        CreateCall::builder(
            "+14155550123",
            "+14155550100",
            CallInstructions::Url { url, method: None },
        )
    }

    #[test]
    fn events_are_repeated_and_what_is_not_set_is_not_sent() {
        let order = builder()
            .status_callback("https://example.com/status#rc=2")
            .status_callback_events(&[
                StatusCallbackEvent::Initiated,
                StatusCallbackEvent::Completed,
            ])
            .timeout_seconds(30)
            .build()
            .unwrap();
        let expected = [
            ("To", "+14155550123"),
            ("From", "+14155550100"),
            ("Url", "https://example.com/voice"),
            ("StatusCallback", "https://example.com/status#rc=2"),
            ("StatusCallbackEvent", "initiated"),
            ("StatusCallbackEvent", "completed"),
            ("Timeout", "30"),
        ];
        assert_eq!(
            order.form(),
            expected.map(|(name, value)| (name, value.to_owned()))
        );
    }

    #[test]
    fn limits_are_checked_before_anything_is_sent() {
        let wrong = [
            (
                "no URL",
                CreateCall::builder(
                    "+1",
                    "+2",
                    CallInstructions::Url {
                        url: "/voice".to_owned(),
                        method: None,
                    },
                ),
            ),
            (
                "no number",
                CreateCall::builder("", "+2", CallInstructions::Twiml("<Response/>".into())),
            ),
            (
                "long TwiML",
                CreateCall::builder("+1", "+2", CallInstructions::Twiml("x".repeat(4001).into())),
            ),
            (
                "odd scheme",
                builder().status_callback("ftp://example.com/"),
            ),
            ("never rings", builder().timeout_seconds(0)),
            ("rings too long", builder().timeout_seconds(601)),
            ("odd digits", builder().send_digits("12x")),
            ("many digits", builder().send_digits(&"1".repeat(33))),
            (
                "long detection",
                builder().machine_detection_timeout_seconds(60),
            ),
            ("long reason", builder().call_reason(&"x".repeat(51))),
        ];
        for (what, builder) in wrong {
            assert!(builder.build().is_err(), "{what}");
        }
        assert!(
            builder()
                .timeout_seconds(600)
                .send_digits("wW09AD*#")
                .build()
                .is_ok()
        );
    }

    #[test]
    fn numbers_do_not_show_in_debug_output() {
        assert!(!format!("{:?}", builder().build().unwrap()).contains("1415"));
    }
}
