//! Verify, then parse.

use super::{Form, FormError, FromForm, SignatureError, Verifier, WebhookRequest};
use crate::http_method::HttpMethod;

/// Why a request was not received.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReceiveError {
    /// It is not Twilio's: answer 403 and do nothing.
    #[error("the request is not Twilio's")]
    Signature(#[from] SignatureError),
    /// It is Twilio's, but not the request expected here: answer 400.
    #[error("the request is not the one expected")]
    Form(#[from] FormError),
}

/// Verifies a request, then reads it: every request of this module, a bare [`Form`], or a [`JsonBody`].
///
/// The parameters of a GET are those of the query, the parameters of a POST those of its form: a query
/// never hides or joins them.
///
/// # Errors
/// [`ReceiveError::Signature`] when the request does not verify, then nothing of it was parsed for you;
/// [`ReceiveError::Form`] when it does but is not the request asked for.
pub fn receive<Request: FromWebhook>(
    verifier: &Verifier,
    request: &WebhookRequest<'_>,
) -> Result<Request, ReceiveError> {
    let body = verifier.verified_form(request)?;
    let form = match request.method {
        HttpMethod::Get => query_form(request.url),
        HttpMethod::Post => body,
    };
    Ok(Request::from_webhook(form, request)?)
}

/// What [`receive`] can make of a request; everything that can be made from a form is.
pub trait FromWebhook: Sized {
    /// Reads a request that was verified, with its parameters.
    ///
    /// # Errors
    /// [`FormError`] when it is not the request asked for.
    fn from_webhook(form: Form, request: &WebhookRequest<'_>) -> Result<Self, FormError>;
}

impl<Request: FromForm> FromWebhook for Request {
    fn from_webhook(form: Form, _request: &WebhookRequest<'_>) -> Result<Self, FormError> {
        Self::from_form(form)
    }
}

/// A body that is no form, as some newer products of Twilio post: JSON, covered by its hash in the URL.
///
/// ```
/// use atlas_twilio::webhook::{JsonBody, Verifier, WebhookSigner, receive};
///
/// let signed = WebhookSigner::with_auth_token("the auth token".into())
///     .post_json("https://example.com/twilio/events?tenant=7", br#"[{"type":"example"}]"#);
/// let verifier = Verifier::new("the auth token".into(), None)?;
/// let events: JsonBody = receive(&verifier, &signed.request())?;
/// assert_eq!(events.bytes(), br#"[{"type":"example"}]"#);
/// assert_eq!(events.query().get("tenant"), Some("7"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct JsonBody {
    bytes: Vec<u8>,
    query: Form,
}

impl JsonBody {
    /// The body as it came. That it was signed does not make it well-formed.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The parameters of the query, Twilio's `bodySHA256` among them.
    #[must_use]
    pub const fn query(&self) -> &Form {
        &self.query
    }
}

impl FromWebhook for JsonBody {
    fn from_webhook(_form: Form, request: &WebhookRequest<'_>) -> Result<Self, FormError> {
        match request.method {
            HttpMethod::Post if !request.has_form_body() => Ok(Self {
                bytes: request.body.to_vec(),
                query: query_form(request.url),
            }),
            HttpMethod::Get | HttpMethod::Post => Err(FormError::NotJson),
        }
    }
}

impl std::fmt::Debug for JsonBody {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("JsonBody")
            .field("bytes", &self.bytes.len())
            .field("query", &self.query)
            .finish()
    }
}

fn query_form(url: &str) -> Form {
    let url = super::signature::without_fragment(url);
    url.split_once('?')
        .map(|(_, query)| Form::parse(query.as_bytes()))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::WebhookSigner;
    use super::*;

    fn verifier() -> Verifier {
        Verifier::new("token".into(), None).unwrap()
    }

    fn signer() -> WebhookSigner {
        WebhookSigner::with_auth_token("token".into())
    }

    #[test]
    fn a_get_request_has_its_parameters_in_the_query() {
        let signed = signer().get("https://h.example/cb?CallSid=CA1#rc=2", &[("To", "+1")]);
        let form: Form = receive(&verifier(), &signed.request()).unwrap();
        assert_eq!(
            form.iter().collect::<Vec<_>>(),
            [("CallSid", "CA1"), ("To", "+1")]
        );
    }

    #[test]
    fn a_query_does_not_join_the_body() {
        let signed = signer().post_form("https://h.example/cb?To=attacker", &[("From", "x")]);
        let form: Form = receive(&verifier(), &signed.request()).unwrap();
        assert_eq!(form.get("To"), None);
        assert_eq!(form.get("From"), Some("x"));
    }

    #[test]
    fn a_query_does_not_replace_an_empty_body() {
        let signed = signer().post_form("https://h.example/cb?To=attacker", &[]);
        let form: Form = receive(&verifier(), &signed.request()).unwrap();
        assert!(form.is_empty());
    }

    #[test]
    fn a_json_body_is_no_form_and_a_form_is_no_json_body() {
        let json = signer().post_json("https://h.example/cb?a=1", br#"{"CallSid":"CA1"}"#);
        let form: Form = receive(&verifier(), &json.request()).unwrap();
        assert!(form.is_empty());
        let form = signer().post_form("https://h.example/cb", &[("CallSid", "CA1")]);
        assert_eq!(
            receive::<JsonBody>(&verifier(), &form.request()),
            Err(ReceiveError::Form(FormError::NotJson))
        );
    }

    #[test]
    fn a_shared_key_signs_every_kind_of_request() {
        let signer = WebhookSigner::with_shared_key("webhooks_sharedkey_1", "key".into());
        let verifier = verifier().with_shared_key("key".into()).unwrap();
        for signed in [
            signer.post_form("https://h.example/cb", &[("a", "b")]),
            signer.get("https://h.example/cb", &[("a", "b")]),
            signer.post_json("https://h.example/cb", b"[]"),
        ] {
            assert_eq!(verifier.verify(&signed.request()), Ok(()), "{signed:?}");
            assert!(self::verifier().verify(&signed.request()).is_err());
        }
    }

    #[test]
    fn either_token_is_believed_while_they_are_rotated() {
        let verifier = Verifier::new("new".into(), Some("old".into())).unwrap();
        for (token, believed) in [("new", true), ("old", true), ("older", false)] {
            let signer = WebhookSigner::with_auth_token(token.into());
            let signed = signer.post_form("https://h.example/cb", &[("a", "b")]);
            assert_eq!(
                verifier.verify(&signed.request()).is_ok(),
                believed,
                "{token}"
            );
        }
    }
}
