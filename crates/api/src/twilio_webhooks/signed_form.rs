//! The extractor of every webhook: nothing is parsed, and no handler runs, before the signature
//! has been verified.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use atlas_domain::DialReference;
use atlas_twilio::http_method::HttpMethod;
use atlas_twilio::webhook::{
    Form, ReceiveError, SignatureError, Verifier, WebhookHeaders, WebhookRequest, receive,
};

use crate::body::{declared_length, read_body};
use crate::error::ApiError;
use crate::routes::RoutePath;
use crate::state::ApiState;

/// The parameters of a request that Twilio signed, and what our own callback URL said.
pub(crate) struct SignedForm {
    /// What Twilio says.
    pub(crate) form: Form,
    /// The dial that our URL named.
    pub(crate) named: Option<DialReference>,
    /// How often Twilio was asked to come again, by our URL.
    pub(crate) earlier_tries: u32,
    /// What else our URL said.
    pub(crate) query: Form,
}

impl SignedForm {
    /// Puts the form together with what our own URL said; parts of it that make no sense count as
    /// absent, since Twilio must get an answer all the same.
    fn new(form: Form, query: &str) -> Self {
        let query = Form::parse(query.as_bytes());
        let call_id = query.get("call_id").and_then(|id| id.parse().ok());
        let dial_no = query.get("dial").and_then(|number| number.parse().ok());
        Self {
            form,
            named: call_id
                .zip(dial_no)
                .map(|(call_id, dial_no)| DialReference { call_id, dial_no }),
            earlier_tries: query
                .get("tries")
                .and_then(|number| number.parse().ok())
                .unwrap_or(0),
            query,
        }
    }
}

impl FromRequest for SignedForm {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let payload = payload.take();
        Box::pin(async move {
            let state = ApiState::of(&request)?;
            let verifier = state.settings().verifier.as_ref();
            let verifier = verifier.ok_or(ApiError::NotSigned(None))?;
            // Nobody's body is read who does not even claim to be Twilio.
            let headers: WebhookHeaders = request.headers().iter().collect();
            if !headers.is_signed() {
                return Err(ApiError::NotSigned(Some(SignatureError::Missing)));
            }
            let body = read_body(payload, declared_length(&request)).await?;
            let url = signed_url(state, &request)?;
            let form = verified(verifier, &headers, &url, &body)?;
            Ok(Self::new(form, request.query_string()))
        })
    }
}

/// The URL that Twilio signed: the public base, the route, and the query as it came. What the
/// sender claims by `Host` or `X-Forwarded-*` has no part in it.
fn signed_url(state: &ApiState, request: &HttpRequest) -> Result<String, ApiError> {
    let RoutePath(path) = request
        .app_data::<RoutePath>()
        .ok_or(ApiError::NotConfigured)?;
    let base_url = &state.settings().base_url;
    let query = request.query_string();
    let mark = if query.is_empty() { "" } else { "?" };
    Ok(format!("{base_url}{path}{mark}{query}"))
}

fn verified(
    verifier: &Verifier,
    headers: &WebhookHeaders,
    url: &str,
    body: &[u8],
) -> Result<Form, ApiError> {
    let signed = WebhookRequest {
        method: HttpMethod::Post,
        url,
        headers,
        body,
    };
    receive::<Form>(verifier, &signed).map_err(|error| match error {
        ReceiveError::Signature(error) => {
            let asked = url.split('?').next().unwrap_or_default();
            tracing::warn!(%error, url = asked, "a webhook request was not believed; is BASE_URL \
                the address that Twilio calls, and the token its account's?");
            ApiError::NotSigned(Some(error))
        }
        ReceiveError::Form(error) => ApiError::Unwritable(error.into()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_our_own_url_said_is_read_and_nonsense_counts_as_absent() {
        let call_id = "6f2cbf1c-53d2-4e4b-9d8c-2d6f2f6f0a11";
        let query = format!("call_id={call_id}&dial=2&ask=1&tries=1");
        let form = SignedForm::new(Form::default(), &query);
        let named = form.named.unwrap();
        assert_eq!(named.call_id.to_string(), call_id);
        assert_eq!(named.dial_no.get(), 2);
        assert_eq!((form.query.get("ask"), form.earlier_tries), (Some("1"), 1));

        let query = format!("call_id={call_id}&dial=0&tries=-1");
        let form = SignedForm::new(Form::default(), &query);
        assert!(form.named.is_none());
        assert_eq!((form.query.get("ask"), form.earlier_tries), (None, 0));
    }
}
