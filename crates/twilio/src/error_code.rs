//! Twilio's error codes: what each means, what kind of problem it is and whether trying again can help.
//!
//! From <https://www.twilio.com/docs/api/errors>: the general codes and those of calls. Branch on the
//! code, not on the HTTP status: Twilio's pages give several statuses for some codes.
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

/// Finds a code in the table; `None` when it is not one of those that calls can meet.
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

const TABLE: &[ErrorCode] = &[
    lasting(
        10002,
        Class::Authorization,
        "trial account does not allow this",
    ),
    passing(10004, Class::RateLimit, "limit of concurrent calls reached"),
    lasting(20001, Class::Parameter, "unknown parameters"),
    lasting(20003, Class::Authorization, "wrong or missing credentials"),
    lasting(20004, Class::Parameter, "method not allowed"),
    lasting(20005, Class::Authorization, "account suspended or closed"),
    lasting(
        20008,
        Class::Authorization,
        "not reachable with test credentials",
    ),
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
    lasting(
        21203,
        Class::Authorization,
        "international calling not enabled",
    ),
    lasting(21205, Class::Parameter, "a URL is not valid"),
    lasting(21206, Class::Parameter, "SendDigits is not valid"),
    lasting(21208, Class::Parameter, "Timeout is not valid"),
    lasting(21209, Class::Parameter, "an HTTP method is not valid"),
    lasting(21210, Class::Number, "calling number not owned or verified"),
    lasting(21211, Class::Number, "number to call is not valid"),
    lasting(21212, Class::Number, "calling number is not valid"),
    lasting(21213, Class::Number, "no calling number given"),
    lasting(21214, Class::Number, "number to call cannot be reached"),
    lasting(
        21215,
        Class::Authorization,
        "geographic permission denies the country",
    ),
    lasting(21216, Class::Number, "number blocked by Twilio"),
    lasting(21217, Class::Number, "number does not look valid"),
    lasting(21218, Class::Parameter, "ApplicationSid is not valid"),
    lasting(
        21219,
        Class::Number,
        "trial account: number to call not verified",
    ),
    lasting(21220, Class::State, "call state does not allow it"),
    lasting(21221, Class::Parameter, "SIP credentials or URI not valid"),
    lasting(21222, Class::Parameter, "SIP credentials or URI not valid"),
    lasting(21223, Class::Parameter, "SIP credentials or URI not valid"),
    lasting(21224, Class::Parameter, "SIP credentials or URI not valid"),
    lasting(21225, Class::Parameter, "SIP credentials or URI not valid"),
    lasting(21226, Class::Parameter, "SIP credentials or URI not valid"),
    lasting(21227, Class::Parameter, "SIP credentials or URI not valid"),
    lasting(21228, Class::Parameter, "SIP credentials or URI not valid"),
    lasting(
        21234,
        Class::Parameter,
        "answering machine detection not valid",
    ),
    lasting(
        21262,
        Class::Parameter,
        "asynchronous detection without a callback URL",
    ),
    lasting(
        21263,
        Class::Parameter,
        "answering machine detection not valid",
    ),
    lasting(21401, Class::Number, "phone number is not valid"),
    lasting(21402, Class::Parameter, "URL is not valid"),
    lasting(21403, Class::Parameter, "method is not valid"),
    lasting(21609, Class::Parameter, "StatusCallback is not valid"),
    passing(
        22005,
        Class::RateLimit,
        "more than 24 hours of calls already queued",
    ),
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
