//! `<Sip>` (<https://www.twilio.com/docs/voice/twiml/sip>).

use super::super::element::{children, element};
use super::super::findings::{Findings, SCHEMA};
use super::super::problem::{text_of, value_of};
use super::super::values::{SipUri, Text, Url, Whole, Words};
use super::super::{Problem, TwimlError};
use super::{CallProgressEvent, MachineDetection};
use crate::http_method::HttpMethod;

element! {
    /// A SIP address that is called.
    Sip = "Sip" {
        /// Who asks to be let in.
        "username" checked username(&str): Text<256>;
        /// The secret of who asks to be let in.
        "password" checked password(&str): Text<256>;
        /// A document that runs for who answered, before the two are connected.
        "url" checked url(&str): Url;
        /// The method of [`url`](Self::url); POST without.
        "method" set method(HttpMethod): HttpMethod;
        /// Which news of this call are sent; only `completed` without.
        "statusCallbackEvent" list status_callback_events(&[CallProgressEvent]): Words<CallProgressEvent>;
        /// Where news of this call go.
        "statusCallback" checked status_callback(&str): Url;
        /// The method for news of this call; POST without.
        "statusCallbackMethod" set status_callback_method(HttpMethod): HttpMethod;
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
    children {
        /// The address, or several of them, and what is sent along.
        parts: SipPart
    }
    rules look_at
}

children! {
    /// What a [`Sip`] holds.
    SipPart with texts Address(SipUri) {
        /// One of several addresses.
        Uri(Uri),
        /// What is sent along.
        Headers(Headers),
    }
}

element! {
    /// One of several addresses of a [`Sip`].
    Uri = "Uri" {
        /// Which comes first: the smallest.
        "priority" checked priority(u32): Whole<0, 65_535>;
        /// How often it is chosen among those of the same priority.
        "weight" checked weight(u32): Whole<0, 65_535>;
        /// Who asks to be let in.
        "username" checked username(&str): Text<256>;
        /// The secret of who asks to be let in.
        "password" checked password(&str): Text<256>;
    }
    text {
        /// The address.
        required uri: SipUri
    }
}

element! {
    /// What is sent along with a call to a SIP address.
    Headers = "Headers" {}
    children {
        /// One header each.
        headers: HeaderPart
    }
}

children! {
    /// What may stand in [`Headers`].
    HeaderPart {
        /// One header.
        Header(Header),
    }
}

element! {
    /// A header that is sent along with a call to a SIP address.
    Header = "Header" {
        /// Its name, which begins with `X-`.
        "name" required name: Text<128>;
        /// Its value.
        "value" required value: Text<1024>;
    }
}

impl Sip {
    /// Calls a SIP address such as `sip:alice@example.com`.
    ///
    /// # Errors
    /// [`Problem::Malformed`] for what is no SIP address, [`Problem::TooLong`] above 255 characters, and
    /// above 1024 of headers after a `?`.
    pub fn new(uri: &str) -> Result<Self, TwimlError> {
        let uri: Option<SipUri> = text_of("Sip", uri)?;
        Ok(Self::blank().with_all(uri))
    }

    /// Calls the addresses that are added.
    #[must_use]
    pub const fn of_parts() -> Self {
        Self::blank()
    }
}

impl Uri {
    /// A SIP address such as `sip:alice@example.com`.
    ///
    /// # Errors
    /// As [`Sip::new`].
    pub fn new(uri: &str) -> Result<Self, TwimlError> {
        Ok(Self {
            uri: text_of("Uri", uri)?,
            ..Self::blank()
        })
    }
}

impl Headers {
    /// What is added.
    #[must_use]
    pub const fn new() -> Self {
        Self::blank()
    }
}

impl Default for Headers {
    fn default() -> Self {
        Self::new()
    }
}

impl Header {
    /// A header.
    ///
    /// # Errors
    /// [`Problem::Empty`] and [`Problem::TooLong`] when the name has not 1 to 128 characters or the value not
    /// 1 to 1024.
    pub fn new(name: &str, value: &str) -> Result<Self, TwimlError> {
        Ok(Self {
            name: value_of("Header", "name", name)?,
            value: value_of("Header", "value", value)?,
        })
    }
}

fn look_at(sip: &Sip, found: &mut Findings<'_>) {
    let mut plain = 0;
    let mut uris = 0;
    for part in &sip.parts {
        match part {
            SipPart::Address(_) => plain += 1,
            SipPart::Uri(_) => uris += 1,
            SipPart::Headers(_) => {}
        }
    }
    let problem = match (plain, uris) {
        (0, 0) => Problem::Missing,
        (0, _) | (1, 0) => return,
        (_, 0) => Problem::TooMany {
            count: plain,
            maximum: 1,
        },
        (_, _) => Problem::Conflict { other: "Uri" },
    };
    found.refuse(SCHEMA, "Sip", None, problem);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_sip_uri_of_a_limited_length() {
        assert!(Sip::new("sip:alice@example.com?X-Id=1").is_ok());
        assert!(Sip::new("sips:alice@example.com").is_ok());
        for uri in [
            "",
            "alice@example.com",
            "sip:",
            "sip:a b@c",
            "https://example.com",
        ] {
            assert!(Sip::new(uri).is_err(), "{uri}");
        }
        let of_length = |length: usize| format!("sip:{}", "a".repeat(length - 4));
        assert!(Sip::new(&of_length(255)).is_ok());
        assert!(Sip::new(&of_length(256)).is_err());
        let headers = |length: usize| format!("sip:a@b?{}", "x".repeat(length));
        assert!(Sip::new(&headers(1024)).is_ok());
        assert!(Sip::new(&headers(1025)).is_err());
    }
}
