//! Twilio's error codes: what each means, what kind of problem it is and whether trying again can help.
//!
//! From <https://www.twilio.com/docs/api/errors>: the general codes, those of calls and messages, and
//! those of the debugger (11xxx to 15xxx), which stand in a call's notifications and never in an answer of
//! the REST API. Codes 30xxx come with a message that failed after it was accepted. Branch on the code,
//! not on the HTTP status: Twilio's pages give several statuses for some codes.
//!
//! ```
//! use atlas_twilio::error_code::{Class, find};
//!
//! let unverified = find(21219).ok_or("not in the table")?;
//! assert_eq!(unverified.class, Class::Number);
//! assert!(!unverified.curable);
//! assert!(find(20429).is_some_and(|too_many| too_many.curable));
//! # Ok::<(), &str>(())
//! ```

/// What kind of problem a code reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// The number called or calling: invalid, blocked, unverified, not reachable.
    Number,
    /// Another parameter of the request.
    Parameter,
    /// Credentials, permissions, or the state of the account.
    Authorization,
    /// Too much at once.
    RateLimit,
    /// The resource is not in a state that allows it.
    State,
    /// A URL of the user's own could not be fetched, or refused.
    Fetch,
    /// A TwiML document that says what Twilio does not understand.
    Document,
    /// A message on its way: the carrier, the handset or the content.
    Delivery,
    /// Anything else.
    Other,
}

/// One code of Twilio's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorCode {
    /// The number Twilio sends as `code`.
    pub code: u32,
    /// What it means, in a few words.
    pub meaning: &'static str,
    /// What kind of problem it is.
    pub class: Class,
    /// Whether the same request may succeed later although nobody changed the request or the account.
    pub curable: bool,
}

/// Finds a code in the table; `None` when it is not one of them.
#[must_use]
pub fn find(code: u32) -> Option<&'static ErrorCode> {
    TABLE
        .binary_search_by_key(&code, |entry| entry.code)
        .ok()
        .map(|index| &TABLE[index])
}

/// Every code known here, in ascending order.
#[must_use]
pub const fn all() -> &'static [ErrorCode] {
    TABLE
}

const fn lasting(code: u32, class: Class, meaning: &'static str) -> ErrorCode {
    ErrorCode {
        code,
        meaning,
        class,
        curable: false,
    }
}

const fn passing(code: u32, class: Class, meaning: &'static str) -> ErrorCode {
    ErrorCode {
        code,
        meaning,
        class,
        curable: true,
    }
}

#[rustfmt::skip]
const TABLE: &[ErrorCode] = &[
    lasting(10002, Class::Authorization, "trial account does not allow this"),
    passing(10004, Class::RateLimit, "limit of concurrent calls reached"),
    lasting(11100, Class::Fetch, "a URL is not valid"),
    passing(11200, Class::Fetch, "a URL could not be fetched"),
    passing(11201, Class::Fetch, "connecting to a URL took too long"),
    passing(11202, Class::Fetch, "the server of a URL refused the connection"),
    passing(11203, Class::Fetch, "fetching a URL took too long in all"),
    passing(11205, Class::Fetch, "no connection to the server of a URL"),
    passing(11206, Class::Fetch, "the server of a URL does not keep to HTTP"),
    passing(11210, Class::Fetch, "the host of a URL has no address"),
    lasting(11215, Class::Fetch, "a URL redirects too often"),
    passing(11220, Class::Fetch, "the TLS handshake with the server of a URL failed"),
    lasting(11235, Class::Fetch, "the certificate of a URL is for another host"),
    lasting(11236, Class::Fetch, "the certificate of a URL has expired"),
    lasting(11237, Class::Fetch, "the certificate of a URL leads to no known authority"),
    lasting(11240, Class::Fetch, "a connection override of a URL is not valid"),
    lasting(11241, Class::Fetch, "a connection override of a URL is not valid"),
    lasting(11242, Class::Fetch, "a connection override of a URL is not valid"),
    lasting(11243, Class::Fetch, "a connection override of a URL is not valid"),
    lasting(11750, Class::Document, "document larger than 64 kB"),
    lasting(11770, Class::Document, "empty document"),
    lasting(12100, Class::Document, "document is not XML"),
    lasting(12101, Class::Document, "wrong XML version"),
    lasting(12102, Class::Document, "the root of the document is not Response"),
    lasting(12200, Class::Document, "unknown verb, attribute or value"),
    lasting(12300, Class::Document, "content type not usable"),
    passing(12400, Class::Other, "internal failure at Twilio"),
    lasting(13201, Class::Document, "Dial within a Dial"),
    lasting(13214, Class::Document, "Dial: callerId is not valid"),
    lasting(13223, Class::Document, "Dial: number is not written as one"),
    lasting(13224, Class::Number, "Dial: number unsupported or not valid"),
    lasting(13225, Class::Number, "Dial: number blocked by Twilio"),
    lasting(13226, Class::Number, "Dial: country code is not valid"),
    lasting(13227, Class::Authorization, "Dial: geographic permission denies the country"),
    lasting(13238, Class::Document, "Conference: verb not allowed while waiting"),
    lasting(13310, Class::Document, "Gather: finishOnKey is not valid"),
    lasting(13311, Class::Document, "Gather: finishOnKey is not valid"),
    lasting(13312, Class::Document, "Gather: method is not valid"),
    lasting(13313, Class::Document, "Gather: timeout is not valid"),
    lasting(13314, Class::Document, "Gather: numDigits is not valid"),
    lasting(13320, Class::Document, "Gather: verb not allowed within"),
    lasting(13330, Class::Document, "Gather: hints are not valid"),
    lasting(13331, Class::Document, "Gather: language is not valid"),
    lasting(13332, Class::Document, "Gather: bargeIn is not valid"),
    lasting(13333, Class::Document, "Gather: profanityFilter is not valid"),
    lasting(13334, Class::Document, "Gather: speechModel is not valid"),
    lasting(13335, Class::Document, "Gather: speechTimeout auto does not go with the model"),
    lasting(13510, Class::Document, "Say: loop is not valid"),
    lasting(13520, Class::Document, "Say: nothing to say"),
    lasting(13521, Class::Document, "Say: text too long"),
    lasting(13610, Class::Document, "Record: method is not valid"),
    lasting(13611, Class::Document, "Record: timeout is not valid"),
    lasting(13612, Class::Document, "Record: maxLength is not valid"),
    lasting(13613, Class::Document, "Record: finishOnKey is not valid"),
    lasting(13614, Class::Document, "Record: transcribe is not valid"),
    lasting(13615, Class::Document, "Record: maxLength too high for transcription"),
    lasting(13616, Class::Document, "Record: playBeep is not valid"),
    lasting(13617, Class::Document, "Record: recording too short or too long for transcription"),
    lasting(13618, Class::Document, "Record: transcription not available"),
    lasting(13619, Class::Document, "Record: transcription not available"),
    lasting(13620, Class::Document, "Record: transcription not available"),
    lasting(13621, Class::Document, "Record: recordingStatusCallbackEvent is not valid"),
    lasting(13710, Class::Document, "Redirect: method is not valid"),
    lasting(13910, Class::Document, "Pause: length is not valid"),
    passing(15003, Class::Fetch, "a status callback was refused by its server"),
    lasting(20001, Class::Parameter, "unknown parameters"),
    lasting(20003, Class::Authorization, "wrong or missing credentials"),
    lasting(20004, Class::Parameter, "method not allowed"),
    lasting(20005, Class::Authorization, "account suspended or closed"),
    lasting(20008, Class::Authorization, "not reachable with test credentials"),
    passing(20009, Class::State, "resource not finished yet"),
    lasting(20403, Class::Authorization, "forbidden"),
    lasting(20404, Class::State, "not found"),
    passing(20409, Class::State, "conflict"),
    lasting(20422, Class::Parameter, "unprocessable"),
    passing(20429, Class::RateLimit, "too many concurrent requests"),
    passing(20500, Class::Other, "internal error at Twilio"),
    passing(20503, Class::Other, "Twilio temporarily unavailable"),
    lasting(21201, Class::Number, "no number to call given"),
    lasting(21202, Class::Number, "premium number"),
    lasting(21203, Class::Authorization, "international calling not enabled"),
    lasting(21205, Class::Parameter, "a URL is not valid"),
    lasting(21206, Class::Parameter, "SendDigits is not valid"),
    lasting(21208, Class::Parameter, "Timeout is not valid"),
    lasting(21209, Class::Parameter, "an HTTP method is not valid"),
    lasting(21210, Class::Number, "calling number not owned or verified"),
    lasting(21211, Class::Number, "number to call is not valid"),
    lasting(21212, Class::Number, "calling number is not valid"),
    lasting(21213, Class::Number, "no calling number given"),
    lasting(21214, Class::Number, "number to call cannot be reached"),
    lasting(21215, Class::Authorization, "geographic permission denies the country"),
    lasting(21216, Class::Number, "number blocked by Twilio"),
    lasting(21217, Class::Number, "number does not look valid"),
    lasting(21218, Class::Parameter, "ApplicationSid is not valid"),
    lasting(21219, Class::Number, "trial account: number to call not verified"),
    lasting(21220, Class::State, "call state does not allow it"),
    lasting(21221, Class::Parameter, "SIP credentials or URI not valid"),
    lasting(21222, Class::Parameter, "SIP credentials or URI not valid"),
    lasting(21223, Class::Parameter, "SIP credentials or URI not valid"),
    lasting(21224, Class::Parameter, "SIP credentials or URI not valid"),
    lasting(21225, Class::Parameter, "SIP credentials or URI not valid"),
    lasting(21226, Class::Parameter, "SIP credentials or URI not valid"),
    lasting(21227, Class::Parameter, "SIP credentials or URI not valid"),
    lasting(21228, Class::Parameter, "SIP credentials or URI not valid"),
    lasting(21234, Class::Parameter, "answering machine detection not valid"),
    lasting(21262, Class::Parameter, "asynchronous detection without a callback URL"),
    lasting(21263, Class::Parameter, "answering machine detection not valid"),
    lasting(21401, Class::Number, "phone number is not valid"),
    lasting(21402, Class::Parameter, "URL is not valid"),
    lasting(21403, Class::Parameter, "method is not valid"),
    lasting(21408, Class::Authorization, "geographic permission denies messages to the country"),
    lasting(21421, Class::Number, "phone number to buy is not valid"),
    lasting(21422, Class::Number, "phone number to buy is not available"),
    lasting(21452, Class::Number, "no phone number in the area code"),
    lasting(21601, Class::Number, "number cannot receive messages"),
    lasting(21602, Class::Parameter, "no body given"),
    lasting(21603, Class::Parameter, "no sender given"),
    lasting(21604, Class::Parameter, "no recipient given"),
    lasting(21606, Class::Number, "sender cannot send this message"),
    lasting(21608, Class::Number, "trial account: recipient not verified"),
    lasting(21609, Class::Parameter, "StatusCallback is not valid"),
    lasting(21610, Class::Number, "recipient has opted out"),
    passing(21611, Class::RateLimit, "queue of the sender is full"),
    lasting(21612, Class::Number, "no route from this sender to this recipient"),
    lasting(21614, Class::Number, "recipient is not a mobile number"),
    lasting(21617, Class::Parameter, "body too long"),
    lasting(21619, Class::Parameter, "message could not be created"),
    lasting(21620, Class::Parameter, "a media URL is not valid"),
    lasting(21703, Class::Parameter, "messaging service has no usable sender"),
    passing(22005, Class::RateLimit, "more than 24 hours of calls already queued"),
    passing(30001, Class::RateLimit, "queue overflow"),
    lasting(30002, Class::Authorization, "account suspended"),
    passing(30003, Class::Delivery, "handset cannot be reached"),
    lasting(30004, Class::Delivery, "message blocked"),
    lasting(30005, Class::Delivery, "handset unknown"),
    lasting(30006, Class::Delivery, "landline, or carrier cannot be reached"),
    lasting(30007, Class::Delivery, "filtered by the carrier"),
    passing(30008, Class::Delivery, "unknown failure of delivery"),
    passing(30009, Class::Delivery, "a segment is missing"),
    lasting(30010, Class::Delivery, "price above the maximum"),
    passing(30022, Class::RateLimit, "rate of the sender exceeded in the United States"),
    passing(30023, Class::RateLimit, "daily cap of the sender reached in the United States"),
    lasting(30032, Class::Delivery, "toll-free number not verified"),
    lasting(30034, Class::Delivery, "sender not registered in the United States"),
    passing(30035, Class::Delivery, "sender still being configured"),
    passing(30410, Class::Delivery, "provider timed out"),
    lasting(30450, Class::Delivery, "delivery of the message blocked"),
    lasting(32018, Class::Parameter, "Twiml parameter too long"),
    lasting(573_002, Class::Authorization, "trial account limit"),
    lasting(573_005, Class::Authorization, "trial account limit"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_ascending_order_without_doubles() {
        assert!(all().windows(2).all(|pair| pair[0].code < pair[1].code));
    }

    #[test]
    fn every_code_of_the_table_is_found() {
        for entry in all() {
            assert_eq!(find(entry.code), Some(entry));
        }
        assert_eq!(find(1), None);
    }

    #[test]
    fn what_is_too_much_at_once_passes() {
        assert!(
            all()
                .iter()
                .filter(|entry| entry.class == Class::RateLimit)
                .all(|entry| entry.curable)
        );
    }
}
