//! What a receiver does before it believes a message.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use subtle::{Choice, ConstantTimeEq as _};

use super::signature::{VERSION_PREFIX, code};
use super::{SigningSecrets, WEBHOOK_ID, WEBHOOK_SIGNATURE, WEBHOOK_TIMESTAMP};

/// How far the sender's clock and the receiver's may be apart, in seconds: five minutes.
pub const TOLERANCE_SECONDS: i64 = 300;

/// Why a message is not to be believed. Answer such a request with 400 or 401.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unverified {
    /// A header is missing, or is no text.
    #[error("the header {0} is missing")]
    Missing(&'static str),
    /// The id is empty or holds a full stop.
    #[error("the header {WEBHOOK_ID} holds no id")]
    Id,
    /// The timestamp is no number of seconds.
    #[error("the header {WEBHOOK_TIMESTAMP} holds no number of seconds")]
    Timestamp,
    /// It was sent more than five minutes ago: somebody may be repeating what they overheard.
    #[error("the message is too old")]
    TooOld,
    /// It was sent more than five minutes from now.
    #[error("the message is from the future")]
    TooNew,
    /// No signature was made with one of the secrets over this message.
    #[error("no signature fits the message")]
    Signature,
}

/// The three headers of a message, as they came.
#[derive(Debug, Clone, Copy, Default)]
pub struct WebhookHeaders<'a> {
    /// `webhook-id`.
    pub id: Option<&'a str>,
    /// `webhook-timestamp`.
    pub timestamp: Option<&'a str>,
    /// `webhook-signature`.
    pub signature: Option<&'a str>,
}

impl<'a> WebhookHeaders<'a> {
    /// Reads the headers of a request of any HTTP library, by their names in lower case.
    ///
    /// ```
    /// use std::collections::HashMap;
    /// use atlas_outgoing::standard_webhooks::WebhookHeaders;
    ///
    /// let request = HashMap::from([("webhook-id", "ack_1"), ("webhook-timestamp", "1614265330")]);
    /// let headers = WebhookHeaders::read(|name| request.get(name).copied());
    /// assert_eq!(headers.id, Some("ack_1"));
    /// assert_eq!(headers.signature, None);
    /// ```
    #[must_use]
    pub fn read(value_of: impl Fn(&'static str) -> Option<&'a str>) -> Self {
        Self {
            id: value_of(WEBHOOK_ID),
            timestamp: value_of(WEBHOOK_TIMESTAMP),
            signature: value_of(WEBHOOK_SIGNATURE),
        }
    }
}

/// Checks that a message was signed with one of `secrets`, and within five minutes of
/// `now_unix_seconds`, the receiver's time in seconds since 1970.
///
/// `body` must be the bytes that came, before anything parsed them. Signatures are compared in
/// constant time. A message that is verified may still be a duplicate: remember its id.
///
/// # Errors
/// [`Unverified`] when a header is missing or malformed, the time is too far away, or no signature
/// fits.
pub fn verify(
    headers: &WebhookHeaders<'_>,
    body: &[u8],
    secrets: &SigningSecrets,
    now_unix_seconds: i64,
) -> Result<(), Unverified> {
    let id = headers.id.ok_or(Unverified::Missing(WEBHOOK_ID))?;
    let timestamp = headers
        .timestamp
        .ok_or(Unverified::Missing(WEBHOOK_TIMESTAMP))?;
    let signatures = headers
        .signature
        .ok_or(Unverified::Missing(WEBHOOK_SIGNATURE))?;
    // With a full stop in it, what was signed could be cut into id, time and body in another way.
    if id.is_empty() || id.contains('.') {
        return Err(Unverified::Id);
    }
    let sent_at = seconds(timestamp).ok_or(Unverified::Timestamp)?;
    if sent_at < now_unix_seconds.saturating_sub(TOLERANCE_SECONDS) {
        return Err(Unverified::TooOld);
    }
    if sent_at > now_unix_seconds.saturating_add(TOLERANCE_SECONDS) {
        return Err(Unverified::TooNew);
    }
    let codes: Vec<[u8; 32]> = secrets
        .iter()
        .map(|secret| code(secret, id, timestamp, body))
        .collect();
    let fits = signatures
        .split(' ')
        .filter_map(|signature| signature.strip_prefix(VERSION_PREFIX))
        .filter_map(|encoded| STANDARD.decode(encoded).ok())
        .flat_map(|given| codes.iter().map(move |code| code.ct_eq(given.as_slice())))
        .fold(Choice::from(0), |any, one| any | one);
    if bool::from(fits) {
        Ok(())
    } else {
        Err(Unverified::Signature)
    }
}

/// Digits alone: a sign or a fraction would be other bytes for the same time.
fn seconds(text: &str) -> Option<i64> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        text.parse().ok()
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::sign;
    use super::*;

    const NOW: i64 = 1_767_323_045;
    const ID: &str = "ack_6f2cbf1c53d24e4b9d8c2d6f2f6f0a11";
    const BODY: &[u8] = br#"{"type":"notification.acknowledged"}"#;

    fn secrets(seeds: &[u8]) -> SigningSecrets {
        let texts: Vec<String> = seeds
            .iter()
            .map(|seed| format!("whsec_{}", STANDARD.encode([*seed; 32])))
            .collect();
        texts.join(" ").parse().unwrap()
    }

    fn verified(signed: &str, at: &str, with: &SigningSecrets) -> Result<(), Unverified> {
        let headers = WebhookHeaders {
            id: Some(ID),
            timestamp: Some(at),
            signature: Some(signed),
        };
        verify(&headers, BODY, with, NOW)
    }

    #[test]
    fn a_message_is_taken_within_five_minutes_and_not_beyond() {
        let cases = [
            (-301, Err(Unverified::TooOld)),
            (-300, Ok(())),
            (0, Ok(())),
            (300, Ok(())),
            (301, Err(Unverified::TooNew)),
        ];
        for (away, expected) in cases {
            let at = NOW + away;
            let signed = sign(ID, at, BODY, &secrets(&[1]));
            assert_eq!(
                verified(&signed, &at.to_string(), &secrets(&[1])),
                expected,
                "{away} s"
            );
        }
    }

    #[test]
    fn the_time_that_was_signed_counts_and_no_other_spelling_of_it() {
        let signed = sign(ID, NOW, BODY, &secrets(&[1]));
        let later = (NOW + 1).to_string();
        assert_eq!(
            verified(&signed, &later, &secrets(&[1])),
            Err(Unverified::Signature)
        );
        let padded = format!("0{NOW}");
        assert_eq!(
            verified(&signed, &padded, &secrets(&[1])),
            Err(Unverified::Signature)
        );
        for spelled in [
            format!("+{NOW}"),
            format!("{NOW}.0"),
            format!(" {NOW}"),
            String::new(),
            "soon".to_owned(),
            "9".repeat(30),
        ] {
            assert_eq!(
                verified(&signed, &spelled, &secrets(&[1])),
                Err(Unverified::Timestamp),
                "{spelled:?}"
            );
        }
    }

    #[test]
    fn while_secrets_are_rotated_either_end_may_change_first() {
        let at = NOW.to_string();
        let (old, new, both) = (secrets(&[1]), secrets(&[2]), secrets(&[2, 1]));
        for (sender, receiver, fits) in [
            (&old, &old, true),
            (&both, &old, true),
            (&both, &new, true),
            (&old, &both, true),
            (&new, &both, true),
            (&both, &both, true),
            (&new, &old, false),
            (&old, &new, false),
        ] {
            let signed = sign(ID, NOW, BODY, sender);
            assert_eq!(
                verified(&signed, &at, receiver).is_ok(),
                fits,
                "{sender:?} {receiver:?}"
            );
        }
    }

    #[test]
    fn every_header_is_needed() {
        let signed = sign(ID, NOW, BODY, &secrets(&[1]));
        let at = NOW.to_string();
        let whole = WebhookHeaders {
            id: Some(ID),
            timestamp: Some(&at),
            signature: Some(&signed),
        };
        assert_eq!(verify(&whole, BODY, &secrets(&[1]), NOW), Ok(()));
        let cases = [
            (WebhookHeaders { id: None, ..whole }, WEBHOOK_ID),
            (
                WebhookHeaders {
                    timestamp: None,
                    ..whole
                },
                WEBHOOK_TIMESTAMP,
            ),
            (
                WebhookHeaders {
                    signature: None,
                    ..whole
                },
                WEBHOOK_SIGNATURE,
            ),
        ];
        for (headers, name) in cases {
            assert_eq!(
                verify(&headers, BODY, &secrets(&[1]), NOW),
                Err(Unverified::Missing(name))
            );
        }
    }

    #[test]
    fn other_kinds_of_signatures_are_passed_over() {
        let at = NOW.to_string();
        let signed = sign(ID, NOW, BODY, &secrets(&[1]));
        let among_others = format!("v1a,AAAA v1 v1, v2,AAAA nonsense v1,!!! {signed} v1,AAAA");
        assert_eq!(verified(&among_others, &at, &secrets(&[1])), Ok(()));
        let code = signed.strip_prefix("v1,").unwrap();
        for nothing in [
            String::new(),
            "v1,".to_owned(),
            code.to_owned(),
            format!("v2,{code}"),
            format!("v1,{}", &code[..20]),
            format!("v1,{code}AAAA"),
        ] {
            assert_eq!(
                verified(&nothing, &at, &secrets(&[1])),
                Err(Unverified::Signature),
                "{nothing:?}"
            );
        }
    }

    #[test]
    fn what_was_signed_cannot_be_cut_in_another_way() {
        let at = NOW - 100;
        let signed = sign(&format!("ack.{NOW}"), at, BODY, &secrets(&[1]));
        let body = [format!("{at}.").as_bytes(), BODY].concat();
        let now = NOW.to_string();
        let cut = |id: &'static str, body: &[u8]| {
            let headers = WebhookHeaders {
                id: Some(id),
                timestamp: Some(&now),
                signature: Some(&signed),
            };
            verify(&headers, body, &secrets(&[1]), NOW)
        };
        assert_eq!(
            cut("ack", &body),
            Ok(()),
            "which is why senders use no full stop"
        );
        assert_eq!(cut("a.ck", &body), Err(Unverified::Id));
        assert_eq!(cut("", &body), Err(Unverified::Id));
    }

    proptest! {
        #[test]
        fn whatever_is_signed_is_verified_and_any_change_of_it_is_not(
            id in "[a-zA-Z0-9_-]{1,40}",
            body in proptest::collection::vec(any::<u8>(), 0..200),
            changed in any::<proptest::sample::Index>(),
            bit in 0..8_u8,
        ) {
            let signed = sign(&id, NOW, &body, &secrets(&[1]));
            let at = NOW.to_string();
            let headers = WebhookHeaders { id: Some(&id), timestamp: Some(&at), signature: Some(&signed) };
            prop_assert_eq!(verify(&headers, &body, &secrets(&[1]), NOW), Ok(()));
            prop_assert_eq!(verify(&headers, &body, &secrets(&[2]), NOW), Err(Unverified::Signature));
            let mut longer = body.clone();
            longer.push(b' ');
            prop_assert_eq!(verify(&headers, &longer, &secrets(&[1]), NOW), Err(Unverified::Signature));
            if !body.is_empty() {
                let mut other = body.clone();
                let at = changed.index(body.len());
                other[at] ^= 1 << bit;
                prop_assert_eq!(verify(&headers, &other, &secrets(&[1]), NOW), Err(Unverified::Signature));
            }
        }
    }
}
