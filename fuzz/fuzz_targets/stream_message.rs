//! Any text is read as a message of a media stream or refused, and what is written again says the same.
#![no_main]

use atlas_twilio::media_streams::{FromTwilio, ToTwilio};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(message) = FromTwilio::read(text) {
        let again = FromTwilio::read(&message.to_json()).expect("a message that was written");
        assert_eq!(again, message);
    }
    if let Ok(message) = ToTwilio::read(text) {
        let again = ToTwilio::read(&message.to_json()).expect("a message that was written");
        assert_eq!(again, message);
    }
});
