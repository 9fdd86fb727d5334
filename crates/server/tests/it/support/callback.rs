//! Webhook requests, signed by a signer of the tests' own.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;

use super::{Answer, TestClient};

/// A webhook request as Twilio would make it.
#[derive(Clone)]
pub(crate) struct Callback {
    client: TestClient,
    /// Path and query, as they are requested.
    path: String,
    body: String,
    content_type: String,
    signature: Option<String>,
}

impl Callback {
    /// A request to `path` below `public_url`, signed with `auth_token`.
    pub(crate) fn new(
        client: TestClient,
        public_url: &str,
        auth_token: &str,
        path: &str,
        form: &[(&str, &str)],
    ) -> Self {
        Self {
            client,
            path: path.to_owned(),
            body: form_urlencoded::Serializer::new(String::new())
                .extend_pairs(form)
                .finish(),
            content_type: "application/x-www-form-urlencoded; charset=UTF-8".to_owned(),
            signature: Some(sign(auth_token, &format!("{public_url}{path}"), form)),
        }
    }

    /// The same with another signature, or none.
    pub(crate) fn signed_as(mut self, signature: Option<&str>) -> Self {
        self.signature = signature.map(str::to_owned);
        self
    }

    /// The same with another body, under the signature of the first one.
    pub(crate) fn with_body(mut self, body: &str) -> Self {
        body.clone_into(&mut self.body);
        self
    }

    /// The same asked of another path, under the signature of the first one.
    pub(crate) fn at_path(mut self, path: &str) -> Self {
        path.clone_into(&mut self.path);
        self
    }

    /// The same with another content type.
    pub(crate) fn with_content_type(mut self, content_type: &str) -> Self {
        content_type.clone_into(&mut self.content_type);
        self
    }

    pub(crate) async fn send(self) -> Answer {
        self.send_with(&[]).await
    }

    /// Sends it with more headers.
    pub(crate) async fn send_with(self, headers: &[(&str, &str)]) -> Answer {
        let mut request = self
            .client
            .request("POST", &self.path)
            .header("content-type", self.content_type)
            .body(self.body);
        if let Some(signature) = self.signature {
            request = request.header("x-twilio-signature", signature);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.client.send(request).await
    }
}

/// Signs a form POST: HMAC-SHA1 with the auth token over the URL and the parameters in the order of
/// their names, in base64 (<https://www.twilio.com/docs/usage/security>).
pub(crate) fn sign(auth_token: &str, url: &str, form: &[(&str, &str)]) -> String {
    let mut parameters = form.to_vec();
    parameters.sort_unstable();
    let mut mac = Hmac::<Sha1>::new_from_slice(auth_token.as_bytes()).expect("a key of any length");
    mac.update(url.as_bytes());
    for (name, value) in parameters {
        mac.update(name.as_bytes());
        mac.update(value.as_bytes());
    }
    STANDARD.encode(mac.finalize().into_bytes())
}

#[test]
fn the_signer_makes_the_signature_of_twilios_own_example() {
    let form = [
        ("CallSid", "CA1234567890ABCDE"),
        ("Caller", "+14158675309"),
        ("Digits", "1234"),
        ("From", "+14158675309"),
        ("To", "+18005551212"),
    ];
    assert_eq!(
        sign(
            "12345",
            "https://mycompany.com/myapp.php?foo=1&bar=2",
            &form
        ),
        "RSOYDt4T1cUTdK1PDd93/VVr8B8="
    );
}
