//! Any bytes are read as TwiML or refused, and what is written again means the same.
#![no_main]

use atlas_twilio::twiml::{MessagingResponse, Response};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|document: &[u8]| {
    if let Ok(read) = Response::read(document) {
        if let Ok(xml) = read.document.to_xml() {
            let again = Response::read(&xml).expect("a document that was written");
            assert_eq!(again.document, read.document, "{xml}");
        }
    }
    if let Ok(read) = MessagingResponse::read(document) {
        if let Ok(xml) = read.document.to_xml() {
            let again = MessagingResponse::read(&xml).expect("a document that was written");
            assert_eq!(again.document, read.document, "{xml}");
        }
    }
});
