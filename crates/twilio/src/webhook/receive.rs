//! Verify, then parse.

use super::{Form, FormError, FromForm, SignatureError, SignedRequest, Verifier};

/// Why a request was not received.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReceiveError {
    /// It is not Twilio's: answer 403 and do nothing.
    #[error("the request is not Twilio's")]
    Signature(#[from] SignatureError),
    /// It is Twilio's, but not the request expected here.
    #[error("the request is not the one expected")]
    Form(#[from] FormError),
}

/// Verifies a request, then reads its parameters: those of a form body, else those of the query.
///
/// A parameter of the query never hides or joins one of the body.
///
/// # Errors
/// [`ReceiveError::Signature`] when the request does not verify, then nothing of it was parsed for you;
/// [`ReceiveError::Form`] when it does but is not the request asked for.
pub fn receive<Request: FromForm>(
    verifier: &Verifier,
    request: &SignedRequest<'_>,
) -> Result<Request, ReceiveError> {
    let body = verifier.verified_form(request)?;
    let form = if request.body.is_empty() {
        query_form(request.url)
    } else {
        body
    };
    Ok(Request::from_form(form)?)
}

fn query_form(url: &str) -> Form {
    let url = super::signature::without_fragment(url);
    url.split_once('?')
        .map(|(_, query)| Form::parse(query.as_bytes()))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::sign;
    use super::*;

    #[test]
    fn a_get_request_has_its_parameters_in_the_query() {
        let url = "https://h.example/cb?CallSid=CA1&To=%2B1#rc=2";
        let signature = sign(url, &[], "token");
        let verifier = Verifier::new("token".into(), None).unwrap();
        let request = SignedRequest {
            url,
            content_type: None,
            body: b"",
            signature: Some(&signature),
            signature_settings: None,
        };
        let form: Form = receive(&verifier, &request).unwrap();
        assert_eq!(
            form.iter().collect::<Vec<_>>(),
            [("CallSid", "CA1"), ("To", "+1")]
        );
    }

    #[test]
    fn a_query_does_not_join_the_body() {
        let url = "https://h.example/cb?To=attacker";
        let signature = sign(url, &[("From", "x")], "token");
        let verifier = Verifier::new("token".into(), None).unwrap();
        let request = SignedRequest {
            url,
            content_type: Some("application/x-www-form-urlencoded"),
            body: b"From=x",
            signature: Some(&signature),
            signature_settings: None,
        };
        let form: Form = receive(&verifier, &request).unwrap();
        assert_eq!(form.get("To"), None);
        assert_eq!(form.get("From"), Some("x"));
    }
}
