//! `<Number>` and `<Sim>` (<https://www.twilio.com/docs/voice/twiml/number>).

use super::super::TwimlError;
use super::super::element::element;
use super::super::problem::text_of;
use super::super::values::{PhoneNumber, Text, Tones, Url, Whole, Words};
use super::{CallProgressEvent, MachineDetection};
use crate::http_method::HttpMethod;

element! {
    /// A phone number that is called.
    Number = "Number" {
        /// Keys pressed when it is answered, such as an extension.
        "sendDigits" checked send_digits(&str): Tones;
        /// A document that runs for who answered, before the two are connected; without [`Dial`](super::Dial).
        "url" checked url(&str): Url;
        /// The method of [`url`](Self::url); POST without.
        "method" set method(HttpMethod): HttpMethod;
        /// Which news of this call are sent; only `completed` without.
        "statusCallbackEvent" list status_callback_events(&[CallProgressEvent]): Words<CallProgressEvent>;
        /// Where news of this call go.
        "statusCallback" checked status_callback(&str): Url;
        /// The method for news of this call; POST without.
        "statusCallbackMethod" set status_callback_method(HttpMethod): HttpMethod;
        /// The trunk of another carrier to use, `BY…`.
        "byoc" checked byoc(&str): Text<34>;
        /// Whether Twilio finds out if a machine answered; not without.
        "machineDetection" set machine_detection(MachineDetection): MachineDetection;
        /// The method of [`amd_status_callback`](Self::amd_status_callback); POST without.
        "amdStatusCallbackMethod" set amd_status_callback_method(HttpMethod): HttpMethod;
        /// Where it goes whether a machine answered.
        "amdStatusCallback" checked amd_status_callback(&str): Url;
        /// How many seconds Twilio listens for a machine, 3 to 59; 30 without.
        "machineDetectionTimeout" checked machine_detection_timeout_seconds(u32): Whole<3, 59>;
        /// How many milliseconds of speech make a machine, 1000 to 6000; 2400 without.
        "machineDetectionSpeechThreshold" checked machine_detection_speech_threshold_ms(u32): Whole<1000, 6000>;
        /// How many milliseconds of silence end speech, 500 to 5000; 1200 without.
        "machineDetectionSpeechEndThreshold" checked machine_detection_speech_end_threshold_ms(u32): Whole<500, 5000>;
        /// How many milliseconds of silence at the beginning mean nothing is known, 2000 to 10000; 5000 without.
        "machineDetectionSilenceTimeout" checked machine_detection_silence_timeout_ms(u32): Whole<2000, 10_000>;
    }
    text {
        /// The number.
        required number: PhoneNumber
    }
}

element! {
    /// A device of Twilio's Internet of things that is called.
    Sim = "Sim" {}
    text {
        /// The identifier or name of its SIM card.
        required sim: Text<64>
    }
}

impl Number {
    /// Calls a number, best as `+` and digits.
    ///
    /// # Errors
    /// [`Problem::Malformed`](super::Problem::Malformed) for what is no phone number (13223).
    pub fn new(number: &str) -> Result<Self, TwimlError> {
        Ok(Self {
            number: text_of("Number", number)?,
            ..Self::blank()
        })
    }
}

impl Sim {
    /// Calls the device with a SIM card, `DE…` or its unique name.
    ///
    /// # Errors
    /// [`Problem::Empty`](super::Problem::Empty) and [`Problem::TooLong`](super::Problem::TooLong) when it
    /// has not 1 to 64 characters.
    pub fn new(sim: &str) -> Result<Self, TwimlError> {
        Ok(Self {
            sim: text_of("Sim", sim)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_checked() {
        let number = || Number::new("+14155550123").unwrap();
        assert!(Number::new("nobody").is_err());
        assert!(number().send_digits("12x").is_err());
        assert!(number().machine_detection_timeout_seconds(2).is_err());
        assert!(number().machine_detection_timeout_seconds(60).is_err());
        assert!(number().machine_detection_speech_threshold_ms(999).is_err());
        assert!(
            number()
                .machine_detection_speech_end_threshold_ms(5001)
                .is_err()
        );
        assert!(number().machine_detection_silence_timeout_ms(1999).is_err());
        assert!(number().byoc("").is_err());
    }
}
