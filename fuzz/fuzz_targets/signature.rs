//! No request verifies that was not signed, every one does that was, and none stops the verifier.
#![no_main]

use atlas_twilio::http_method::HttpMethod;
use atlas_twilio::webhook::{
    Form, JsonBody, Verifier, WebhookHeaders, WebhookRequest, WebhookSigner, receive,
};
use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;

#[derive(Debug, Arbitrary)]
struct Request<'bytes> {
    is_get: bool,
    is_form: bool,
    url: &'bytes str,
    headers: Vec<(Header, &'bytes [u8])>,
    body: &'bytes [u8],
}

#[derive(Debug, Clone, Copy, Arbitrary)]
enum Header {
    ContentType,
    Signature,
    SignatureSettings,
    Other,
}

impl Header {
    fn name(self) -> &'static str {
        match self {
            Self::ContentType => "Content-Type",
            Self::Signature => "X-Twilio-Signature",
            Self::SignatureSettings => "X-Twilio-Webhooks-Signature-Settings",
            Self::Other => "X-Other",
        }
    }
}

fuzz_target!(|request: Request<'_>| {
    let verifier = Verifier::new("token".into(), Some("older".into()))
        .and_then(|verifier| verifier.with_shared_key("key".into()))
        .expect("secrets");

    let form_type = (
        "Content-Type",
        b"application/x-www-form-urlencoded".as_slice(),
    );
    let claimed = request
        .headers
        .iter()
        .map(|(header, value)| (header.name(), *value));
    let headers: WebhookHeaders = request
        .is_form
        .then_some(form_type)
        .into_iter()
        .chain(claimed)
        .collect();
    let forged = WebhookRequest {
        method: if request.is_get {
            HttpMethod::Get
        } else {
            HttpMethod::Post
        },
        url: request.url,
        headers: &headers,
        body: request.body,
    };
    assert!(verifier.verify(&forged).is_err());
    assert!(receive::<Form>(&verifier, &forged).is_err());
    assert!(receive::<JsonBody>(&verifier, &forged).is_err());

    let form = Form::parse(request.body);
    let parameters: Vec<_> = form.iter().collect();
    for signer in [
        WebhookSigner::with_auth_token("token".into()),
        WebhookSigner::with_auth_token("older".into()),
        WebhookSigner::with_shared_key("name", "key".into()),
    ] {
        let posted = signer.post_form(request.url, &parameters);
        assert_eq!(receive(&verifier, &posted.request()), Ok(form.clone()));
        let asked = signer.get(request.url, &parameters);
        assert_eq!(verifier.verify(&asked.request()), Ok(()));
        let json = signer.post_json(request.url, request.body);
        assert_eq!(verifier.verify(&json.request()), Ok(()));
    }
});
