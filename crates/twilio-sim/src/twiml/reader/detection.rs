//! Answering machine detection of whom a Dial calls.

use super::super::attributes::Attributes;
use super::super::document::CalleeDetection;
use crate::call::{DetectionMode, DetectionSettings};

/// Reads the attributes of answering machine detection; what is out of range keeps its default.
///
/// Source: Twilio, Number and Sip, "machineDetection" and the attributes that follow it.
pub(super) fn read(attributes: &Attributes<'_, '_>) -> Option<CalleeDetection> {
    let mode = attributes.value("machineDetection", None, |text| {
        DetectionMode::parse(text).map(Some)
    })?;
    let number = |name: &str, default: u64, least: u64, most: u64| {
        attributes.value(name, default, |text| {
            let number = text.parse().ok();
            number.filter(|number| (least..=most).contains(number))
        })
    };
    let settings = DetectionSettings {
        mode,
        timeout_ms: number("machineDetectionTimeout", 30, 3, 59) * 1000,
        speech_threshold_ms: number("machineDetectionSpeechThreshold", 2_400, 1_000, 6_000),
        speech_end_threshold_ms: number("machineDetectionSpeechEndThreshold", 1_200, 500, 5_000),
        silence_timeout_ms: number("machineDetectionSilenceTimeout", 5_000, 2_000, 10_000),
    };
    let method = attributes.method("amdStatusCallbackMethod");
    let callback = attributes.url("amdStatusCallback").map(|url| (url, method));
    Some(CalleeDetection { settings, callback })
}
