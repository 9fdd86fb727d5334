//! What a new call needs (<https://www.twilio.com/docs/voice/api/call-resource#create-a-call-resource>).

use super::form::{Form, WriteForm as _};
use super::parameter::{check_conflict, check_length, check_range};
use super::webhook_url::{check_status_callback, check_url};
use super::{CallInstructions, CreateCallBuilder, ParameterError};
use crate::private_text::PrivateText;

/// The most characters of the digits played on answer.
const MAX_SEND_DIGITS: usize = 32;
/// The most characters of a SIP URI without its headers; no other address is longer.
const MAX_ADDRESS_CHARACTERS: usize = 255;
/// The most characters of the headers behind a SIP URI.
const MAX_SIP_HEADERS_CHARACTERS: usize = 1023;
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

impl CreateCall {
    /// Begins a call to a number, `client:` or `sip:` address, from a number of the account.
    #[must_use]
    pub fn builder(to: &str, from: &str, instructions: CallInstructions) -> CreateCallBuilder {
        CreateCallBuilder::new(to.into(), from.into(), instructions)
    }

    /// Checks all limits.
    pub(super) fn checked(order: CreateCallBuilder) -> Result<Self, ParameterError> {
        check_address("To", &order.to)?;
        check_address("From", &order.from)?;
        order.instructions.check()?;
        check_what_applications_bring(&order)?;
        check_url("FallbackUrl", order.fallback_url.as_deref())?;
        check_status_callback("StatusCallback", order.status_callback.as_deref())?;
        let has_events = !order.status_callback_events.is_empty();
        check_needs(
            "StatusCallbackEvent",
            has_events,
            order.status_callback.is_some(),
        )?;
        check_range("Timeout", order.timeout_seconds, 1, 600)?;
        check_range("TimeLimit", order.time_limit_seconds, 1, u32::MAX)?;
        if let Some(recording) = &order.record {
            recording.check()?;
        }
        if let Some(detection) = &order.machine_detection {
            detection.check()?;
        }
        if let Some(digits) = &order.send_digits {
            check_send_digits(digits)?;
            // Twilio leaves out the detection where digits are played.
            let is_detecting = order.machine_detection.is_some();
            check_conflict("MachineDetection", is_detecting, "SendDigits", true)?;
        }
        if let Some(reason) = &order.call_reason {
            check_length("CallReason", reason, MAX_REASON_CHARACTERS)?;
        }
        check_url(
            "ClientNotificationUrl",
            order.client_notification_url.as_deref(),
        )?;
        Ok(Self(order))
    }

    /// The form that is sent; a parameter with several values is repeated.
    pub(super) fn form(&self) -> Form {
        let order = &self.0;
        let mut form = Form::new();
        form.add_private("To", Some(&order.to));
        form.add_private("From", Some(&order.from));
        order.instructions.write(&mut form);
        form.add("FallbackUrl", order.fallback_url.as_ref());
        form.add("FallbackMethod", order.fallback_method);
        form.add("StatusCallback", order.status_callback.as_ref());
        form.add_each("StatusCallbackEvent", &order.status_callback_events);
        form.add("StatusCallbackMethod", order.status_callback_method);
        form.add("Timeout", order.timeout_seconds);
        form.add("TimeLimit", order.time_limit_seconds);
        form.add_private("SendDigits", order.send_digits.as_ref());
        if let Some(recording) = &order.record {
            form.add("Record", Some(true));
            recording.write(&mut form);
        }
        if let Some(detection) = &order.machine_detection {
            detection.write(&mut form);
        }
        form.add_private("SipAuthUsername", order.sip_auth_username.as_ref());
        form.add_private("SipAuthPassword", order.sip_auth_password.as_ref());
        form.add("Byoc", order.byoc.as_ref());
        form.add_private("CallerId", order.caller_id.as_ref());
        form.add_private("CallReason", order.call_reason.as_ref());
        form.add_private("CallToken", order.call_token.as_ref());
        form.add(
            "ClientNotificationUrl",
            order.client_notification_url.as_ref(),
        );
        form.add_private("Passports", order.passports.as_ref());
        form
    }
}

/// Checks a number or an address; a SIP URI may have headers behind it.
fn check_address(parameter: &'static str, address: &str) -> Result<(), ParameterError> {
    let (address, headers) = match address.split_once('?') {
        Some((uri, headers)) if uri.starts_with("sip:") || uri.starts_with("sips:") => {
            (uri, headers)
        }
        Some(_) | None => (address, ""),
    };
    check_length(parameter, address, MAX_ADDRESS_CHARACTERS)?;
    if headers.is_empty() {
        Ok(())
    } else {
        check_length(parameter, headers, MAX_SIP_HEADERS_CHARACTERS)
    }
}

/// Checks that nothing is given that Twilio takes from the application instead.
fn check_what_applications_bring(order: &CreateCallBuilder) -> Result<(), ParameterError> {
    let is_application = match order.instructions {
        CallInstructions::Application(_) => true,
        CallInstructions::Url { .. } | CallInstructions::Twiml(_) => false,
    };
    for (parameter, is_given) in [
        ("FallbackUrl", order.fallback_url.is_some()),
        ("FallbackMethod", order.fallback_method.is_some()),
        ("StatusCallback", order.status_callback.is_some()),
        (
            "StatusCallbackMethod",
            order.status_callback_method.is_some(),
        ),
    ] {
        check_conflict(parameter, is_given, "ApplicationSid", is_application)?;
    }
    Ok(())
}

fn check_needs(
    parameter: &'static str,
    is_given: bool,
    has_callback: bool,
) -> Result<(), ParameterError> {
    if is_given && !has_callback {
        Err(ParameterError::Needs {
            parameter,
            needed: "StatusCallback",
        })
    } else {
        Ok(())
    }
}

fn check_send_digits(digits: &PrivateText) -> Result<(), ParameterError> {
    check_length("SendDigits", digits, MAX_SEND_DIGITS)?;
    if digits
        .bytes()
        .all(|byte| b"0123456789ABCD#*wW".contains(&byte))
    {
        Ok(())
    } else {
        Err(ParameterError::SendDigits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http_method::HttpMethod;
    use crate::rest::{
        AnsweringMachineDetection, AsyncAmd, CallRecording, MachineDetection, RecordingChannels,
        RecordingStatusCallbackEvent, RecordingTrack, RecordingTrim, StatusCallbackEvent,
    };
    use crate::sid::ApplicationSid;

    fn application() -> ApplicationSid {
        "AP0123456789abcdef0123456789abcdef".parse().unwrap()
    }

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
    fn every_parameter_has_its_name() {
        let order = builder()
            .fallback_url("https://example.com/fallback")
            .fallback_method(HttpMethod::Get)
            .status_callback("https://example.com/status")
            .status_callback_method(HttpMethod::Get)
            .time_limit_seconds(60)
            .record(CallRecording {
                channels: Some(RecordingChannels::Dual),
                track: Some(RecordingTrack::Both),
                trim: Some(RecordingTrim::DoNotTrim),
                status_callback: Some("https://example.com/recording".to_owned()),
                status_callback_method: Some(HttpMethod::Post),
                status_callback_events: vec![
                    RecordingStatusCallbackEvent::InProgress,
                    RecordingStatusCallbackEvent::Absent,
                ],
                recording_configuration_id: Some("config".to_owned()),
            })
            .machine_detection(AnsweringMachineDetection {
                detection: MachineDetection::DetectMessageEnd,
                timeout_seconds: Some(59),
                speech_threshold_ms: Some(1000),
                speech_end_threshold_ms: Some(5000),
                silence_timeout_ms: Some(10_000),
                asynchronous: Some(AsyncAmd {
                    status_callback: "https://example.com/amd".to_owned(),
                    status_callback_method: Some(HttpMethod::Get),
                }),
            })
            .sip_auth("user", "password")
            .byoc("BY0123456789abcdef0123456789abcdef".parse().unwrap())
            .caller_id("Anna")
            .call_reason("Delivery")
            .call_token("call-token")
            .client_notification_url("https://example.com/push")
            .passports("passports")
            .build()
            .unwrap();
        let expected = [
            ("To", "+14155550123"),
            ("From", "+14155550100"),
            ("Url", "https://example.com/voice"),
            ("FallbackUrl", "https://example.com/fallback"),
            ("FallbackMethod", "GET"),
            ("StatusCallback", "https://example.com/status"),
            ("StatusCallbackMethod", "GET"),
            ("TimeLimit", "60"),
            ("Record", "true"),
            ("RecordingChannels", "dual"),
            ("RecordingTrack", "both"),
            ("Trim", "do-not-trim"),
            ("RecordingStatusCallback", "https://example.com/recording"),
            ("RecordingStatusCallbackMethod", "POST"),
            ("RecordingStatusCallbackEvent", "in-progress"),
            ("RecordingStatusCallbackEvent", "absent"),
            ("RecordingConfigurationId", "config"),
            ("MachineDetection", "DetectMessageEnd"),
            ("MachineDetectionTimeout", "59"),
            ("MachineDetectionSpeechThreshold", "1000"),
            ("MachineDetectionSpeechEndThreshold", "5000"),
            ("MachineDetectionSilenceTimeout", "10000"),
            ("AsyncAmd", "true"),
            ("AsyncAmdStatusCallback", "https://example.com/amd"),
            ("AsyncAmdStatusCallbackMethod", "GET"),
            ("SipAuthUsername", "user"),
            ("SipAuthPassword", "password"),
            ("Byoc", "BY0123456789abcdef0123456789abcdef"),
            ("CallerId", "Anna"),
            ("CallReason", "Delivery"),
            ("CallToken", "call-token"),
            ("ClientNotificationUrl", "https://example.com/push"),
            ("Passports", "passports"),
        ];
        assert_eq!(
            order.form(),
            expected.map(|(name, value)| (name, value.to_owned()))
        );
        let shown = format!("{order:?}");
        for secret in ["password", "call-token", "Anna"] {
            assert!(!shown.contains(&format!("\"{secret}")), "{shown}");
        }
    }

    #[test]
    fn a_sip_uri_may_have_long_headers_behind_it() {
        let uri = format!("sip:anna@example.com?X-Ticket={}", "x".repeat(900));
        let instructions = CallInstructions::Twiml("<Response/>".into());
        let order = CreateCall::builder(&uri, "+14155550100", instructions);
        assert!(order.build().is_ok());
        let longer = format!("{uri}{}", "x".repeat(200));
        let instructions = CallInstructions::Twiml("<Response/>".into());
        let order = CreateCall::builder(&longer, "+14155550100", instructions);
        assert!(order.build().is_err());
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
            ("long reason", builder().call_reason(&"x".repeat(51))),
            (
                "long detection",
                builder().machine_detection(AnsweringMachineDetection {
                    timeout_seconds: Some(60),
                    ..AnsweringMachineDetection::new(MachineDetection::Enable)
                }),
            ),
            (
                "early silence",
                builder().machine_detection(AnsweringMachineDetection {
                    silence_timeout_ms: Some(1999),
                    ..AnsweringMachineDetection::new(MachineDetection::Enable)
                }),
            ),
            (
                "detection that digits leave out",
                builder()
                    .send_digits("1")
                    .machine_detection(AnsweringMachineDetection::new(MachineDetection::Enable)),
            ),
            (
                "events for nobody",
                builder().status_callback_events(&[StatusCallbackEvent::Completed]),
            ),
            (
                "a callback that the application brings",
                CreateCall::builder("+1", "+2", CallInstructions::Application(application()))
                    .status_callback("https://example.com/"),
            ),
            (
                "a host with an underscore",
                builder().status_callback("https://my_host.example/"),
            ),
            (
                "many retries",
                builder().status_callback("https://example.com/#rc=6"),
            ),
            (
                "a long SIP URI",
                CreateCall::builder(
                    &format!("sip:{}@example.com", "x".repeat(240)),
                    "+2",
                    CallInstructions::Application(application()),
                ),
            ),
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
