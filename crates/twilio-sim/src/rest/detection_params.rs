//! The parameters of answering machine detection.

use super::param;
use super::parameters::{check_method, check_url};
use super::refusal::Refusal;
use crate::call::{DetectionMode, DetectionReport, DetectionSettings, MachineDetection};
use crate::world::Params;

/// Reads how machines are to be detected, if at all.
///
/// Source: Twilio, "Answering Machine Detection", parameters; error 21234. Together with `SendDigits` it is
/// ignored.
pub(super) fn check_detection(params: &Params) -> Result<Option<MachineDetection>, Refusal> {
    let Some(mode) = param(params, "MachineDetection") else {
        return Ok(None);
    };
    let mode = DetectionMode::parse(mode).ok_or_else(|| invalid("MachineDetection"))?;
    let number = |name: &str, default: u64, least: u64, most: u64| match param(params, name) {
        None => Ok(default),
        Some(text) => {
            let number = text.parse().ok();
            number
                .filter(|number| (least..=most).contains(number))
                .ok_or_else(|| invalid(name))
        }
    };
    let timeout_seconds = number("MachineDetectionTimeout", 30, 3, 59)?;
    let report = match param(params, "AsyncAmd")
        .map(str::to_ascii_lowercase)
        .as_deref()
    {
        None | Some("false") => DetectionReport::Synchronous,
        Some("true") => {
            let method = check_method(params, "AsyncAmdStatusCallbackMethod")?;
            let url = check_url(params, "AsyncAmdStatusCallback", 21205)?;
            DetectionReport::Asynchronous(url.map(|url| (url, method)))
        }
        Some(_) => return Err(invalid("AsyncAmd")),
    };
    let settings = DetectionSettings {
        mode,
        timeout_ms: timeout_seconds * 1000,
        speech_threshold_ms: number("MachineDetectionSpeechThreshold", 2_400, 1_000, 6_000)?,
        speech_end_threshold_ms: number("MachineDetectionSpeechEndThreshold", 1_200, 500, 5_000)?,
        silence_timeout_ms: number("MachineDetectionSilenceTimeout", 5_000, 2_000, 10_000)?,
    };
    Ok(Some(MachineDetection { settings, report })
        .filter(|_| param(params, "SendDigits").is_none()))
}

fn invalid(name: &str) -> Refusal {
    Refusal::new(
        21234,
        format!("Invalid Machine Detection configuration value: {name}"),
    )
}
