//! Whether a request comes from Twilio.

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use subtle::{Choice, ConstantTimeEq as _};

use super::Form;
use super::signature::{Algorithm, without_fragment};
use super::signed_url::signed_spellings;

/// The header that carries the signature.
pub const SIGNATURE_HEADER: &str = "x-twilio-signature";
/// The header that names another way of signing than the auth token's.
pub const SIGNATURE_SETTINGS_HEADER: &str = "x-twilio-webhooks-signature-settings";

/// What a signature is about: the parts of a request as they came.
#[derive(Clone, Copy)]
pub struct SignedRequest<'request> {
    /// The public URL Twilio asked for: scheme, host, path and query, byte for byte.
    pub url: &'request str,
    /// The `content-type` header.
    pub content_type: Option<&'request str>,
    /// The body as it came, empty for GET.
    pub body: &'request [u8],
    /// The header [`SIGNATURE_HEADER`].
    pub signature: Option<&'request str>,
    /// The header [`SIGNATURE_SETTINGS_HEADER`], which few requests have.
    pub signature_settings: Option<&'request str>,
}

impl fmt::Debug for SignedRequest<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SignedRequest")
            .field("content_type", &self.content_type)
            .field("body_bytes", &self.body.len())
            .field("signed", &self.signature.is_some())
            .finish_non_exhaustive()
    }
}

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
    /// The scheme has no date: a request that was seen before verifies again.
    ///
    /// # Errors
    /// [`SignatureError`] says why not; to the sender, every reason should look the same.
    pub fn verify(&self, request: &SignedRequest<'_>) -> Result<(), SignatureError> {
        self.verified_form(request).map(|_| ())
    }

    /// Checks the request and hands out the parameters of its body that the signature covers.
    pub(super) fn verified_form(
        &self,
        request: &SignedRequest<'_>,
    ) -> Result<Form, SignatureError> {
        let signature = request
            .signature
            .filter(|text| !text.is_empty())
            .ok_or(SignatureError::Missing)?;
        let algorithm = algorithm(request.signature_settings)?;
        let keys = match algorithm {
            Algorithm::HmacSha1 => &self.auth_tokens,
            Algorithm::HmacSha256 => &self.shared_keys,
        };
        if keys.is_empty() {
            return Err(SignatureError::UnknownAlgorithm);
        }
        let url = without_fragment(request.url);
        let form = if is_form(request.content_type) {
            Form::parse(request.body)
        } else {
            Form::default()
        };
        let tail = Algorithm::signed_tail(&form);
        let mut matches = Choice::from(0);
        for spelling in signed_spellings(url) {
            for key in keys {
                let expected = algorithm.signature(key.expose_secret(), &spelling, &tail);
                matches |= expected.as_bytes().ct_eq(signature.as_bytes());
            }
        }
        if !bool::from(matches) {
            return Err(SignatureError::Mismatch);
        }
        if !is_form(request.content_type) && !request.body.is_empty() {
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

/// Only the content type says whether a body is a form: a `bodySHA256` in the URL may be the user's own.
fn is_form(content_type: Option<&str>) -> bool {
    content_type
        .and_then(|value| value.split(';').next())
        .is_some_and(|media_type| {
            media_type
                .trim()
                .eq_ignore_ascii_case("application/x-www-form-urlencoded")
        })
}

fn check_body_hash(url: &str, body: &[u8]) -> Result<(), SignatureError> {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    // Twilio appends its hash, so that the last one is Twilio's.
    let signed = query
        .split('&')
        .filter_map(|pair| pair.strip_prefix("bodySHA256="))
        .next_back()
        .ok_or(SignatureError::BodyNotCovered)?;
    let hash: String = Sha256::digest(body)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    if bool::from(hash.as_bytes().ct_eq(signed.as_bytes())) {
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
    use super::super::sign;
    use super::*;

    const URL: &str = "https://h.example/cb";
    const FORM: &str = "application/x-www-form-urlencoded; charset=UTF-8";

    fn verifier() -> Verifier {
        Verifier::new("token".into(), None).unwrap()
    }

    fn request<'request>(
        signature: &'request str,
        body: &'request [u8],
    ) -> SignedRequest<'request> {
        SignedRequest {
            url: URL,
            content_type: Some(FORM),
            body,
            signature: Some(signature),
            signature_settings: None,
        }
    }

    #[test]
    fn an_empty_secret_is_refused() {
        assert!(Verifier::new("".into(), None).is_err());
        assert!(Verifier::new("a".into(), Some("".into())).is_err());
        assert!(verifier().with_shared_key("".into()).is_err());
    }

    #[test]
    fn a_body_that_is_no_form_must_be_covered_by_its_hash() {
        let signature = sign(URL, &[], "token");
        let mut request = request(&signature, b"CallSid=CA1");
        for content_type in [
            None,
            Some("application/json"),
            Some("multipart/form-data"),
            Some(""),
        ] {
            request.content_type = content_type;
            assert_eq!(
                verifier().verify(&request),
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
        let mut request = request(&signature, b"{}");
        request.url = &url;
        request.content_type = Some("application/json");
        assert_eq!(verifier().verify(&request), Ok(()));
        request.body = b"{ }";
        assert_eq!(
            verifier().verify(&request),
            Err(SignatureError::BodyMismatch)
        );
    }

    #[test]
    fn the_auth_token_makes_no_sha256_signature() {
        let signature = Algorithm::HmacSha256.signature("token", URL, "");
        let mut request = request(&signature, b"");
        request.signature_settings = Some("key=x,algorithm=HMAC_SHA256");
        assert_eq!(
            verifier().verify(&request),
            Err(SignatureError::UnknownAlgorithm)
        );
        let with_other_key = verifier().with_shared_key("other".into()).unwrap();
        assert_eq!(
            with_other_key.verify(&request),
            Err(SignatureError::Mismatch)
        );
    }

    #[test]
    fn an_algorithm_that_is_not_known_is_refused() {
        let signature = sign(URL, &[], "token");
        let mut request = request(&signature, b"");
        for settings in [
            "",
            "algorithm=",
            "algorithm=HMAC_MD5",
            "key=algorithm",
            ",,,=",
        ] {
            request.signature_settings = Some(settings);
            assert_eq!(
                verifier().verify(&request),
                Err(SignatureError::UnknownAlgorithm),
                "{settings:?}"
            );
        }
    }

    #[test]
    fn secrets_and_bodies_do_not_show_in_debug_output() {
        let verifier = Verifier::new("s3cret".into(), None).unwrap();
        assert!(!format!("{verifier:?}").contains("s3cret"));
        assert!(!format!("{:?}", request("sig", b"To=123")).contains("123"));
    }

    proptest::proptest! {
        #[test]
        fn no_request_stops_the_verifier(
            url in "\\PC{0,40}", body in proptest::collection::vec(proptest::num::u8::ANY, 0..60),
            content_type in proptest::option::of("\\PC{0,20}"), signature in "\\PC{0,40}",
            settings in proptest::option::of("\\PC{0,20}"),
        ) {
            let request = SignedRequest {
                url: &url, content_type: content_type.as_deref(), body: &body,
                signature: Some(&signature), signature_settings: settings.as_deref(),
            };
            proptest::prop_assert!(verifier().verify(&request).is_err());
        }

        #[test]
        fn what_was_signed_verifies_and_one_changed_value_does_not(
            name in "\\PC{1,10}", value in "\\PC{0,20}", other in "\\PC{0,20}"
        ) {
            let signature = sign(URL, &[(&name, &value)], "token");
            let body = |value: &str| {
                form_urlencoded::Serializer::new(String::new()).append_pair(&name, value).finish()
            };
            proptest::prop_assert!(verifier().verify(&request(&signature, body(&value).as_bytes())).is_ok());
            proptest::prop_assume!(other != value);
            proptest::prop_assert!(verifier().verify(&request(&signature, body(&other).as_bytes())).is_err());
        }
    }
}
