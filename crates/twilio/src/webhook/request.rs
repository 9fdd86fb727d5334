//! The raw parts of a request, from whatever server took it.

use std::fmt;

use crate::http_method::HttpMethod;

/// The header that carries the signature.
pub const SIGNATURE_HEADER: &str = "x-twilio-signature";
/// The header that names another way of signing than the auth token's.
pub const SIGNATURE_SETTINGS_HEADER: &str = "x-twilio-webhooks-signature-settings";
/// The header that is the same on every retry of one request.
pub const IDEMPOTENCY_TOKEN_HEADER: &str = "i-twilio-idempotency-token";
const CONTENT_TYPE_HEADER: &str = "content-type";

/// A request as it came.
#[derive(Clone, Copy)]
pub struct WebhookRequest<'request> {
    /// How it asks; the handshake of a web socket is a GET.
    pub method: HttpMethod,
    /// The public URL Twilio asked for: scheme, host, path and query, byte for byte.
    ///
    /// Put it together from your own configuration and the raw request line.
    pub url: &'request str,
    /// Its headers, as far as they matter here.
    pub headers: &'request WebhookHeaders,
    /// The body as it came, empty for GET.
    pub body: &'request [u8],
}

impl WebhookRequest<'_> {
    /// Whether the body is a form.
    ///
    /// Only the content type says so: a `bodySHA256` in the URL may be the user's own.
    pub(super) fn has_form_body(&self) -> bool {
        self.headers
            .content_type()
            .and_then(|value| value.split(';').next())
            .is_some_and(|media_type| {
                media_type
                    .trim()
                    .eq_ignore_ascii_case("application/x-www-form-urlencoded")
            })
    }
}

impl fmt::Debug for WebhookRequest<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("WebhookRequest")
            .field("method", &self.method)
            .field("headers", &self.headers)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// The headers of a request that matter here, collected from all of them.
///
/// Any pairs of names and values do: those of `http::HeaderMap`, of actix, or of texts. Names are
/// compared without regard to case (RFC 9110, 5.1); of a repeated header the first value counts.
///
/// ```
/// use atlas_twilio::webhook::WebhookHeaders;
///
/// let headers: WebhookHeaders =
///     [("Host", "example.com"), ("X-Twilio-Signature", "RSOYDt4T1cUTdK1PDd93/VVr8B8=")]
///         .into_iter()
///         .collect();
/// assert!(headers.is_signed());
/// assert_eq!(headers.content_type(), None);
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct WebhookHeaders {
    content_type: Option<String>,
    signature: Option<String>,
    signature_settings: Option<String>,
    idempotency_token: Option<String>,
}

impl WebhookHeaders {
    /// Whether there is a signature, which may still be wrong: without one, no body need be read.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        self.signature().is_some()
    }

    /// `Content-Type`
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    /// `I-Twilio-Idempotency-Token`, the same on every retry of one request. It is not signed.
    #[must_use]
    pub fn idempotency_token(&self) -> Option<&str> {
        self.idempotency_token.as_deref()
    }

    /// The headers that are there, by their names in lower case.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [
            (CONTENT_TYPE_HEADER, &self.content_type),
            (SIGNATURE_HEADER, &self.signature),
            (SIGNATURE_SETTINGS_HEADER, &self.signature_settings),
            (IDEMPOTENCY_TOKEN_HEADER, &self.idempotency_token),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.as_deref()?)))
    }

    pub(super) fn signature(&self) -> Option<&str> {
        self.signature.as_deref().filter(|text| !text.is_empty())
    }

    pub(super) fn signature_settings(&self) -> Option<&str> {
        self.signature_settings.as_deref()
    }

    fn slot(&mut self, name: &str) -> Option<&mut Option<String>> {
        let slots = [
            (CONTENT_TYPE_HEADER, &mut self.content_type),
            (SIGNATURE_HEADER, &mut self.signature),
            (SIGNATURE_SETTINGS_HEADER, &mut self.signature_settings),
            (IDEMPOTENCY_TOKEN_HEADER, &mut self.idempotency_token),
        ];
        slots
            .into_iter()
            .find(|(known, _)| name.eq_ignore_ascii_case(known))
            .map(|(_, slot)| slot)
    }
}

impl<Name: AsRef<str>, Value: AsRef<[u8]>> FromIterator<(Name, Value)> for WebhookHeaders {
    fn from_iter<Pairs: IntoIterator<Item = (Name, Value)>>(pairs: Pairs) -> Self {
        let mut headers = Self::default();
        for (name, value) in pairs {
            if let Some(slot) = headers.slot(name.as_ref()) {
                slot.get_or_insert_with(|| String::from_utf8_lossy(value.as_ref()).into_owned());
            }
        }
        headers
    }
}

impl fmt::Debug for WebhookHeaders {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("WebhookHeaders")
            .field("content_type", &self.content_type)
            .field("signed", &self.is_signed())
            .field("signature_settings", &self.signature_settings)
            .field("idempotency_token", &self.idempotency_token)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_case_and_the_first_value_counts() {
        let headers: WebhookHeaders = [
            ("CONTENT-TYPE", "a/b"),
            ("content-type", "c/d"),
            ("I-Twilio-Idempotency-Token", "t"),
        ]
        .into_iter()
        .collect();
        assert_eq!(headers.content_type(), Some("a/b"));
        assert_eq!(headers.idempotency_token(), Some("t"));
        assert_eq!(
            headers.iter().collect::<Vec<_>>(),
            [("content-type", "a/b"), (IDEMPOTENCY_TOKEN_HEADER, "t")]
        );
    }

    #[test]
    fn an_empty_signature_is_none() {
        let headers: WebhookHeaders = [(SIGNATURE_HEADER, "")].into_iter().collect();
        assert!(!headers.is_signed());
    }

    #[test]
    fn a_value_that_is_no_text_is_taken_and_means_nothing() {
        let headers: WebhookHeaders = [("content-type", b"\xff")].into_iter().collect();
        assert_eq!(headers.content_type(), Some("\u{fffd}"));
    }

    #[test]
    fn only_the_content_type_makes_a_form() {
        for (content_type, is_form) in [
            ("application/x-www-form-urlencoded", true),
            ("Application/X-WWW-Form-Urlencoded ; charset=UTF-8", true),
            ("application/json", false),
            ("", false),
        ] {
            let headers: WebhookHeaders = [("content-type", content_type)].into_iter().collect();
            let request = WebhookRequest {
                method: HttpMethod::Post,
                url: "https://h.example",
                headers: &headers,
                body: b"a=b",
            };
            assert_eq!(request.has_form_body(), is_form, "{content_type}");
        }
    }
}
