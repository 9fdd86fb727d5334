//! Answering machine detection (<https://www.twilio.com/docs/voice/answering-machine-detection>).

use super::ParameterError;
use super::call_options::words;
use super::form::{Form, WriteForm as _};
use super::parameter::check_range;
use super::webhook_url::check_status_callback;
use crate::http_method::HttpMethod;

words!(
    /// What answering machine detection waits for.
    MachineDetection {
        /// A verdict as soon as possible.
        Enable = "Enable",
        /// For a machine, the end of its greeting.
        DetectMessageEnd = "DetectMessageEnd",
    }
);

/// How to listen for an answering machine, at extra cost; what is not set is left to Twilio.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnsweringMachineDetection {
    /// What it waits for.
    pub detection: MachineDetection,
    /// How long it listens, 3 to 59 seconds; 30 without.
    pub timeout_seconds: Option<u32>,
    /// Speech shorter than this is a person's, 1000 to 6000 ms; 2400 without.
    pub speech_threshold_ms: Option<u32>,
    /// Silence after which speech is over, 500 to 5000 ms; 1200 without.
    pub speech_end_threshold_ms: Option<u32>,
    /// Silence at the beginning after which there is no verdict, 2000 to 10000 ms; 5000 without.
    pub silence_timeout_ms: Option<u32>,
    /// Where the verdict goes while the call goes on; without, the URL of the call is asked after the
    /// verdict, and told.
    pub asynchronous: Option<AsyncAmd>,
}

/// Where the verdict goes when the call does not wait for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AsyncAmd {
    /// An absolute URL.
    pub status_callback: String,
    /// POST without.
    pub status_callback_method: Option<HttpMethod>,
}

impl AnsweringMachineDetection {
    /// Detection with Twilio's own thresholds, before the URL is asked.
    #[must_use]
    pub const fn new(detection: MachineDetection) -> Self {
        Self {
            detection,
            timeout_seconds: None,
            speech_threshold_ms: None,
            speech_end_threshold_ms: None,
            silence_timeout_ms: None,
            asynchronous: None,
        }
    }

    pub(super) fn check(&self) -> Result<(), ParameterError> {
        for (parameter, value, minimum, maximum) in [
            ("MachineDetectionTimeout", self.timeout_seconds, 3, 59),
            (
                "MachineDetectionSpeechThreshold",
                self.speech_threshold_ms,
                1000,
                6000,
            ),
            (
                "MachineDetectionSpeechEndThreshold",
                self.speech_end_threshold_ms,
                500,
                5000,
            ),
            (
                "MachineDetectionSilenceTimeout",
                self.silence_timeout_ms,
                2000,
                10_000,
            ),
        ] {
            check_range(parameter, value, minimum, maximum)?;
        }
        let callback = self.asynchronous.as_ref().map(|it| &*it.status_callback);
        check_status_callback("AsyncAmdStatusCallback", callback)
    }

    pub(super) fn write(&self, form: &mut Form) {
        form.add("MachineDetection", Some(self.detection));
        form.add("MachineDetectionTimeout", self.timeout_seconds);
        form.add("MachineDetectionSpeechThreshold", self.speech_threshold_ms);
        form.add(
            "MachineDetectionSpeechEndThreshold",
            self.speech_end_threshold_ms,
        );
        form.add("MachineDetectionSilenceTimeout", self.silence_timeout_ms);
        if let Some(asynchronous) = &self.asynchronous {
            form.add("AsyncAmd", Some(true));
            form.add(
                "AsyncAmdStatusCallback",
                Some(&asynchronous.status_callback),
            );
            form.add(
                "AsyncAmdStatusCallbackMethod",
                asynchronous.status_callback_method,
            );
        }
    }
}
