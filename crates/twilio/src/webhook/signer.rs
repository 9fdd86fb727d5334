//! Requests signed as Twilio signs them, for tests of your own handlers.

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};

use super::request::{SIGNATURE_HEADER, SIGNATURE_SETTINGS_HEADER};
use super::signature::{Algorithm, body_hash, without_fragment};
use super::{Form, WebhookHeaders, WebhookRequest};
use crate::http_method::HttpMethod;

/// Makes requests that a [`Verifier`](super::Verifier) with the same secret believes.
///
/// ```
/// use atlas_twilio::webhook::{StatusCallback, Verifier, WebhookSigner, receive};
///
/// let signer = WebhookSigner::with_auth_token("the auth token".into());
/// let signed = signer.post_form(
///     "https://example.com/twilio/status",
///     &[("CallSid", "CA0123456789abcdef0123456789abcdef"), ("CallStatus", "busy")],
/// );
/// let verifier = Verifier::new("the auth token".into(), None)?;
/// let callback: StatusCallback = receive(&verifier, &signed.request())?;
/// assert_eq!(callback.call.call_sid.as_str(), "CA0123456789abcdef0123456789abcdef");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct WebhookSigner {
    algorithm: Algorithm,
    key: SecretString,
    settings: Option<String>,
}

impl WebhookSigner {
    /// Signs with an auth token, by HMAC-SHA1.
    #[must_use]
    pub const fn with_auth_token(auth_token: SecretString) -> Self {
        Self {
            algorithm: Algorithm::HmacSha1,
            key: auth_token,
            settings: None,
        }
    }

    /// Signs with a shared key of the Webhooks configuration API, by HMAC-SHA256.
    ///
    /// `key_name` is what Twilio calls the key, `webhooks_sharedkey_…`; it travels in a header.
    #[must_use]
    pub fn with_shared_key(key_name: &str, key: SecretString) -> Self {
        Self {
            algorithm: Algorithm::HmacSha256,
            key,
            settings: Some(format!("key={key_name},algorithm=HMAC_SHA256")),
        }
    }

    /// A POST with a form, as nearly every webhook is.
    #[must_use]
    pub fn post_form(&self, url: &str, parameters: &[(&str, &str)]) -> SignedWebhook {
        let form: Form = parameters.iter().copied().collect();
        SignedWebhook {
            method: HttpMethod::Post,
            url: without_fragment(url).to_owned(),
            headers: self.headers(
                Some("application/x-www-form-urlencoded; charset=UTF-8"),
                url,
                &form,
            ),
            body: encoded(parameters).into_bytes(),
        }
    }

    /// A GET, its parameters added to the query; also the handshake of a web socket.
    #[must_use]
    pub fn get(&self, url: &str, parameters: &[(&str, &str)]) -> SignedWebhook {
        let url = with_query(url, &encoded(parameters));
        SignedWebhook {
            method: HttpMethod::Get,
            headers: self.headers(None, &url, &Form::default()),
            url,
            body: Vec::new(),
        }
    }

    /// A POST with a JSON body, whose hash Twilio adds to the query.
    #[must_use]
    pub fn post_json(&self, url: &str, body: &[u8]) -> SignedWebhook {
        let url = with_query(url, &format!("bodySHA256={}", body_hash(body)));
        SignedWebhook {
            method: HttpMethod::Post,
            headers: self.headers(Some("application/json"), &url, &Form::default()),
            url,
            body: body.to_vec(),
        }
    }

    fn headers(&self, content_type: Option<&str>, url: &str, form: &Form) -> WebhookHeaders {
        let tail = Algorithm::signed_tail(form);
        let url = without_fragment(url);
        let signature = self
            .algorithm
            .signature(self.key.expose_secret(), url, &tail);
        [
            ("content-type", content_type),
            (SIGNATURE_HEADER, Some(signature.as_str())),
            (SIGNATURE_SETTINGS_HEADER, self.settings.as_deref()),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
    }
}

/// A signed request, ready to be sent by any client or handed to [`receive`](super::receive).
#[derive(Clone, PartialEq, Eq)]
pub struct SignedWebhook {
    /// How it asks.
    pub method: HttpMethod,
    /// The URL to ask for, without a fragment, which is never sent.
    pub url: String,
    /// All headers it needs: [`WebhookHeaders::iter`] hands out names and values.
    pub headers: WebhookHeaders,
    /// The body, empty for GET.
    pub body: Vec<u8>,
}

impl SignedWebhook {
    /// The request as a server sees it.
    #[must_use]
    pub fn request(&self) -> WebhookRequest<'_> {
        WebhookRequest {
            method: self.method,
            url: &self.url,
            headers: &self.headers,
            body: &self.body,
        }
    }
}

impl fmt::Debug for SignedWebhook {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.request().fmt(formatter)
    }
}

fn encoded(parameters: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(parameters)
        .finish()
}

fn with_query(url: &str, query: &str) -> String {
    let url = without_fragment(url);
    let mark = match (query.is_empty(), url.contains('?')) {
        (true, _) => "",
        (false, true) => "&",
        (false, false) => "?",
    };
    format!("{url}{mark}{query}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shared_key_is_named_in_a_header() {
        let signer = WebhookSigner::with_shared_key("webhooks_sharedkey_1", "s3cret".into());
        let signed = signer.get("https://h.example/a#rc=2", &[("b", "c d")]);
        assert_eq!(signed.url, "https://h.example/a?b=c+d");
        assert!(signed.headers.iter().any(|(name, value)| {
            name == SIGNATURE_SETTINGS_HEADER
                && value == "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"
        }));
        assert!(!format!("{signer:?}").contains("s3cret"));
    }

    #[test]
    fn a_query_that_is_there_is_kept() {
        let signer = WebhookSigner::with_auth_token("token".into());
        let signed = signer.get("https://h.example/a?x=1", &[("b", "c")]);
        assert_eq!(signed.url, "https://h.example/a?x=1&b=c");
        let signed = signer.post_json("https://h.example/a?x=1", b"{}");
        assert!(
            signed
                .url
                .starts_with("https://h.example/a?x=1&bodySHA256=")
        );
    }

    #[test]
    fn parameters_do_not_show_in_debug_output() {
        let signer = WebhookSigner::with_auth_token("token".into());
        let signed = signer.get("https://h.example/a", &[("To", "14155550123")]);
        assert!(!format!("{signed:?}").contains("1415"));
    }
}
