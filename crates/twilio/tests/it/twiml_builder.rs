//! Whatever is built of valid values is written, and read as it was built.

mod chooser;
mod dial;
mod services;
mod speech;
mod verbs;

use atlas_twilio::twiml::{MessagingResponse, Response};
use chooser::Chooser;
use proptest::prelude::*;

fn numbers() -> impl Strategy<Value = Vec<u16>> {
    prop::collection::vec(any::<u16>(), 1..300)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_document_is_read_as_it_was_built(numbers in numbers()) {
        let document = verbs::response(&mut Chooser::new(numbers));
        let xml = document.to_xml().unwrap();
        let read = Response::read(&xml).unwrap();
        prop_assert_eq!(&read.warnings, &[], "{}", &xml);
        prop_assert_eq!(read.document.to_xml().unwrap(), xml);
        prop_assert_eq!(read.document, document);
    }

    #[test]
    fn a_reply_to_a_message_is_read_as_it_was_built(numbers in numbers()) {
        let document = verbs::messaging_response(&mut Chooser::new(numbers));
        let xml = document.to_xml().unwrap();
        let read = MessagingResponse::read(&xml).unwrap();
        prop_assert_eq!(&read.warnings, &[], "{}", &xml);
        prop_assert_eq!(read.document.to_xml().unwrap(), xml);
        prop_assert_eq!(read.document, document);
    }
}
