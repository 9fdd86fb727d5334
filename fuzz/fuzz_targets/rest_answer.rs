//! Any answer is read as what was asked for, or as one of the ways in which a request fails.
#![no_main]

use atlas_twilio::rest::{Call, RawAnswer, ReadError, Recording, UnknownOutcome, WriteError};
use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;

#[derive(Debug, Arbitrary)]
struct Answer<'bytes> {
    http_status: u16,
    headers: Vec<(Header, &'bytes [u8])>,
    body: &'bytes [u8],
}

#[derive(Debug, Clone, Copy, Arbitrary)]
enum Header {
    RequestId,
    ConcurrentRequests,
    RetryAfter,
    Date,
}

impl Header {
    fn name(self) -> &'static str {
        match self {
            Self::RequestId => "Twilio-Request-Id",
            Self::ConcurrentRequests => "Twilio-Concurrent-Requests",
            Self::RetryAfter => "Retry-After",
            Self::Date => "Date",
        }
    }
}

fuzz_target!(|answer: Answer<'_>| {
    let headers = answer
        .headers
        .iter()
        .map(|(header, value)| (header.name(), *value));
    let answer = RawAnswer::new(answer.http_status, headers, answer.body.to_vec());
    match answer.written::<Call>() {
        // What can be read says yes, and so does what cannot be read behind a yes.
        Ok(call) => {
            assert_eq!(answer.failure(), None);
            assert_eq!(answer.read::<Call>().ok().flatten().as_ref(), Some(&call));
        }
        Err(WriteError::Unknown(UnknownOutcome::Unreadable { .. })) => {
            assert_eq!(answer.failure(), None);
            assert!(matches!(
                answer.read::<Call>(),
                Err(ReadError::Unreadable { .. })
            ));
        }
        Err(WriteError::Refused(_) | WriteError::Unknown(UnknownOutcome::NoVerdict { .. })) => {
            assert!(answer.failure().is_some());
        }
        Err(error) => panic!("there was an answer: {error}"),
    }
    let _ = answer.written::<Recording>();
    let _ = answer.read_page::<Call>();
    let _ = answer.read_page::<Recording>();
});
