//! Whether a request comes from Twilio.

use secrecy::{ExposeSecret as _, SecretString};
use subtle::{Choice, ConstantTimeEq as _};

use super::signature::{Algorithm, body_hash, without_fragment};
use super::signed_url::other_spellings;
use super::{Form, WebhookRequest};

/// Why a request is not taken for Twilio's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// There is no signature.
    #[error("the request is not signed")]
    Missing,
    /// The signature belongs to another request, or was made with another secret.
    #[error("the signature does not match the request")]
    Mismatch,
    /// The request asks for an algorithm, or for a kind of key, that is not known here.
    #[error("the signature uses an unknown algorithm or key")]
    UnknownAlgorithm,
    /// A body that is no form is only signed through `bodySHA256` in the URL, which is not there.
    #[error("the signature does not cover the body")]
    BodyNotCovered,
    /// The body is not the one whose hash was signed.
    #[error("the body is not the one that was signed")]
    BodyMismatch,
}

/// An empty secret would let anyone sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a signing secret is empty")]
pub struct EmptySecret;

/// Verifies signatures with the account's auth token; with two of them while they are being rotated.
#[derive(Debug, Clone)]
pub struct Verifier {
    auth_tokens: Vec<SecretString>,
    shared_keys: Vec<SecretString>,
}

impl Verifier {
    /// Accepts what was signed with the auth token, or with the secondary one.
    ///
    /// Nothing in a request names the token used, so both are tried.
    ///
    /// # Errors
    /// [`EmptySecret`] when a token is empty.
    pub fn new(
        auth_token: SecretString,
        secondary: Option<SecretString>,
    ) -> Result<Self, EmptySecret> {
        let auth_tokens: Vec<_> = std::iter::once(auth_token).chain(secondary).collect();
        if auth_tokens.iter().any(is_empty) {
            return Err(EmptySecret);
        }
        Ok(Self {
            auth_tokens,
            shared_keys: Vec::new(),
        })
    }

    /// Accepts HMAC-SHA256 signatures made with a shared key of the Webhooks configuration API as well.
    ///
    /// # Errors
    /// [`EmptySecret`] when the key is empty.
    pub fn with_shared_key(mut self, key: SecretString) -> Result<Self, EmptySecret> {
        if is_empty(&key) {
            return Err(EmptySecret);
        }
        self.shared_keys.push(key);
        Ok(self)
    }

    /// Checks that the request was signed, in time that does not depend on where a signature differs.
    ///
    /// The scheme has no date: a request that was seen before verifies again. Names and values are signed
    /// without anything between them, so that a signature is one of their text, not of where it is cut.
    ///
    /// # Errors
    /// [`SignatureError`] says why not; to the sender, every reason should look the same.
    pub fn verify(&self, request: &WebhookRequest<'_>) -> Result<(), SignatureError> {
        self.verified_form(request).map(|_| ())
    }

    /// Checks the request and hands out the parameters of its body that the signature covers.
    pub(super) fn verified_form(
        &self,
        request: &WebhookRequest<'_>,
    ) -> Result<Form, SignatureError> {
        let signature = request.headers.signature().ok_or(SignatureError::Missing)?;
        let algorithm = algorithm(request.headers.signature_settings())?;
        let keys = match algorithm {
            Algorithm::HmacSha1 => &self.auth_tokens,
            Algorithm::HmacSha256 => &self.shared_keys,
        };
        if keys.is_empty() {
            return Err(SignatureError::UnknownAlgorithm);
        }
        let url = without_fragment(request.url);
        let form = if request.has_form_body() {
            Form::parse(request.body)
        } else {
            Form::default()
        };
        let tail = Algorithm::signed_tail(&form);
        let is_signed = |url: &str| {
            // Every key is tried, and each is compared in constant time.
            let mut matches = Choice::from(0);
            for key in keys {
                let expected = algorithm.signature(key.expose_secret(), url, &tail);
                matches |= expected.as_bytes().ct_eq(signature.as_bytes());
            }
            bool::from(matches)
        };
        // The URL as it is, is nearly always the one. That it was another one is no secret.
        if !is_signed(url) && !other_spellings(url).iter().any(|url| is_signed(url)) {
            return Err(SignatureError::Mismatch);
        }
        if !request.has_form_body() && !request.body.is_empty() {
            check_body_hash(url, request.body)?;
        }
        Ok(form)
    }
}

/// Reads `key=…,algorithm=…`; without the header it is the auth token's algorithm.
fn algorithm(settings: Option<&str>) -> Result<Algorithm, SignatureError> {
    let Some(settings) = settings else {
        return Ok(Algorithm::HmacSha1);
    };
    let named = settings
        .split(',')
        .filter_map(|setting| setting.split_once('='))
        .find(|(name, _)| name.trim() == "algorithm")
        .map(|(_, value)| value.trim());
    match named {
        Some("HMAC_SHA1") => Ok(Algorithm::HmacSha1),
        Some("HMAC_SHA256") => Ok(Algorithm::HmacSha256),
        Some(_) | None => Err(SignatureError::UnknownAlgorithm),
    }
}

fn check_body_hash(url: &str, body: &[u8]) -> Result<(), SignatureError> {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    // Twilio appends its hash, so that the last one is Twilio's.
    let signed = query
        .split('&')
        .filter_map(|pair| pair.strip_prefix("bodySHA256="))
        .next_back()
        .ok_or(SignatureError::BodyNotCovered)?;
    if bool::from(body_hash(body).as_bytes().ct_eq(signed.as_bytes())) {
        Ok(())
    } else {
        Err(SignatureError::BodyMismatch)
    }
}

fn is_empty(secret: &SecretString) -> bool {
    secret.expose_secret().is_empty()
}

#[cfg(test)]
mod tests {
    use super::super::request::{SIGNATURE_HEADER, SIGNATURE_SETTINGS_HEADER};
    use super::super::{WebhookHeaders, sign};
    use super::*;
    use crate::http_method::HttpMethod;

    const URL: &str = "https://h.example/cb";
    const FORM: &str = "application/x-www-form-urlencoded; charset=UTF-8";

    fn verifier() -> Verifier {
        Verifier::new("token".into(), None).unwrap()
    }

    fn headers(
        content_type: Option<&str>,
        signature: &str,
        settings: Option<&str>,
    ) -> WebhookHeaders {
        [
            ("content-type", content_type),
            (SIGNATURE_HEADER, Some(signature)),
            (SIGNATURE_SETTINGS_HEADER, settings),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
    }

    fn verify(url: &str, headers: &WebhookHeaders, body: &[u8]) -> Result<(), SignatureError> {
        verify_with(&verifier(), url, headers, body)
    }

    fn verify_with(
        verifier: &Verifier,
        url: &str,
        headers: &WebhookHeaders,
        body: &[u8],
    ) -> Result<(), SignatureError> {
        verifier.verify(&WebhookRequest {
            method: HttpMethod::Post,
            url,
            headers,
            body,
        })
    }

    #[test]
    fn an_empty_secret_is_refused() {
        assert!(Verifier::new("".into(), None).is_err());
        assert!(Verifier::new("a".into(), Some("".into())).is_err());
        assert!(verifier().with_shared_key("".into()).is_err());
    }

    #[test]
    fn without_a_signature_nothing_verifies() {
        for headers in [headers(Some(FORM), "", None), WebhookHeaders::default()] {
            assert_eq!(verify(URL, &headers, b""), Err(SignatureError::Missing));
        }
    }

    #[test]
    fn a_body_that_is_no_form_must_be_covered_by_its_hash() {
        let signature = sign(URL, &[], "token");
        for content_type in [
            None,
            Some("application/json"),
            Some("multipart/form-data"),
            Some(""),
        ] {
            assert_eq!(
                verify(
                    URL,
                    &headers(content_type, &signature, None),
                    b"CallSid=CA1"
                ),
                Err(SignatureError::BodyNotCovered),
                "{content_type:?}"
            );
        }
    }

    #[test]
    fn the_last_hash_in_the_url_is_the_one_that_counts() {
        let hash = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
        let url = format!("{URL}?bodySHA256=0&bodySHA256={hash}");
        let signature = sign(&url, &[], "token");
        let headers = headers(Some("application/json"), &signature, None);
        assert_eq!(verify(&url, &headers, b"{}"), Ok(()));
        assert_eq!(
            verify(&url, &headers, b"{ }"),
            Err(SignatureError::BodyMismatch)
        );
    }

    #[test]
    fn the_auth_token_makes_no_sha256_signature() {
        let signature = Algorithm::HmacSha256.signature("token", URL, "");
        let headers = headers(Some(FORM), &signature, Some("key=x,algorithm=HMAC_SHA256"));
        assert_eq!(
            verify(URL, &headers, b""),
            Err(SignatureError::UnknownAlgorithm)
        );
        let with_other_key = verifier().with_shared_key("other".into()).unwrap();
        assert_eq!(
            verify_with(&with_other_key, URL, &headers, b""),
            Err(SignatureError::Mismatch)
        );
    }

    #[test]
    fn an_algorithm_that_is_not_known_is_refused() {
        let signature = sign(URL, &[], "token");
        for settings in [
            "",
            "algorithm=",
            "algorithm=HMAC_MD5",
            "key=algorithm",
            ",,,=",
        ] {
            assert_eq!(
                verify(URL, &headers(Some(FORM), &signature, Some(settings)), b""),
                Err(SignatureError::UnknownAlgorithm),
                "{settings:?}"
            );
        }
    }

    #[test]
    fn secrets_and_bodies_do_not_show_in_debug_output() {
        let verifier = Verifier::new("s3cret".into(), None).unwrap();
        assert!(!format!("{verifier:?}").contains("s3cret"));
        let request = WebhookRequest {
            method: HttpMethod::Post,
            url: "https://h.example/?To=123",
            headers: &headers(Some(FORM), "the-signature", None),
            body: b"To=123",
        };
        let shown = format!("{request:?}");
        assert!(
            !shown.contains("123") && !shown.contains("the-signature"),
            "{shown}"
        );
    }
}
