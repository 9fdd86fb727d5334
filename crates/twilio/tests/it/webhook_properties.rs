//! What holds for every request: signed ones verify, changed ones do not, and none stops the process.

use atlas_twilio::http_method::HttpMethod;
use atlas_twilio::webhook::{
    Form, JsonBody, SignatureError, SignedWebhook, StatusCallback, Verifier, WebhookHeaders,
    WebhookRequest, WebhookSigner, receive,
};
use proptest::prelude::*;

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

fn url() -> impl Strategy<Value = String> {
    "https?://[a-z]{1,8}\\.example/[a-z0-9/]{0,12}(\\?[a-z]=[a-z0-9%]{0,6})?"
}

fn parameters() -> impl Strategy<Value = Vec<(String, String)>> {
    prop::collection::vec(("\\PC{0,8}", "\\PC{0,12}"), 0..6)
}

fn borrowed(parameters: &[(String, String)]) -> Vec<(&str, &str)> {
    parameters
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

fn signer(token: &str) -> WebhookSigner {
    WebhookSigner::with_auth_token(token.into())
}

fn verify(signed: &SignedWebhook) -> Result<(), SignatureError> {
    Verifier::new(TOKEN.into(), None)
        .unwrap()
        .with_shared_key("a shared key".into())
        .unwrap()
        .verify(&signed.request())
}

/// The text that Twilio signs behind the URL.
fn signed_text(body: &[u8]) -> String {
    let form = Form::parse(body);
    let mut pairs: Vec<_> = form.iter().collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
        .into_iter()
        .flat_map(|(name, value)| [name, value])
        .collect()
}

/// The text with one byte replaced by another letter or digit.
fn with_another_letter(text: &str, index: prop::sample::Index, letter: char) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let at = index.index(bytes.len());
    bytes[at] = u8::try_from(letter).unwrap();
    String::from_utf8(bytes).unwrap()
}

proptest! {
    #[test]
    fn whatever_is_signed_verifies(
        url in url(), parameters in parameters(), json in prop::collection::vec(any::<u8>(), 1..40)
    ) {
        let parameters = borrowed(&parameters);
        for signer in [signer(TOKEN), WebhookSigner::with_shared_key("k", "a shared key".into())] {
            let form = signer.post_form(&url, &parameters);
            prop_assert_eq!(verify(&form), Ok(()));
            prop_assert_eq!(verify(&signer.get(&url, &parameters)), Ok(()));
            prop_assert_eq!(verify(&signer.post_json(&url, &json)), Ok(()));
            let read = Form::parse(&form.body);
            prop_assert_eq!(read.iter().collect::<Vec<_>>(), parameters.clone());
        }
    }

    #[test]
    fn a_form_with_one_byte_changed_verifies_only_where_the_signed_text_is_the_same(
        url in url(), parameters in parameters(), index in any::<prop::sample::Index>(), byte in any::<u8>()
    ) {
        let mut signed = signer(TOKEN).post_form(&url, &borrowed(&parameters));
        prop_assume!(!signed.body.is_empty());
        let before = signed_text(&signed.body);
        let at = index.index(signed.body.len());
        signed.body[at] = byte;
        let expected = if signed_text(&signed.body) == before {
            Ok(())
        } else {
            Err(SignatureError::Mismatch)
        };
        prop_assert_eq!(verify(&signed), expected);
    }

    #[test]
    fn a_value_with_one_letter_changed_never_verifies(
        url in url(), value in "[a-z0-9]{1,12}", index in any::<prop::sample::Index>(),
        letter in prop::char::ranges(vec!['a'..='z', '0'..='9'].into())
    ) {
        let other = with_another_letter(&value, index, letter);
        prop_assume!(other != value);
        let mut signed = signer(TOKEN).post_form(&url, &[("Digits", &value)]);
        signed.body = format!("Digits={other}").into_bytes();
        prop_assert_eq!(verify(&signed), Err(SignatureError::Mismatch));
    }

    #[test]
    fn a_json_body_with_one_byte_changed_never_verifies(
        url in url(), json in prop::collection::vec(any::<u8>(), 1..40),
        index in any::<prop::sample::Index>(), byte in any::<u8>()
    ) {
        let mut signed = signer(TOKEN).post_json(&url, &json);
        let at = index.index(json.len());
        prop_assume!(json[at] != byte);
        signed.body[at] = byte;
        prop_assert_eq!(verify(&signed), Err(SignatureError::BodyMismatch));
    }

    #[test]
    fn a_url_with_one_letter_changed_never_verifies(
        url in url(), parameters in parameters(), index in any::<prop::sample::Index>(),
        letter in prop::char::ranges(vec!['a'..='z', '0'..='9'].into())
    ) {
        let mut signed = signer(TOKEN).post_form(&url, &borrowed(&parameters));
        signed.url = with_another_letter(&url, index, letter);
        prop_assume!(signed.url != url);
        prop_assert_eq!(verify(&signed), Err(SignatureError::Mismatch));
    }

    #[test]
    fn a_token_with_one_letter_changed_signs_nothing_that_verifies(
        url in url(), parameters in parameters(), index in any::<prop::sample::Index>(),
        letter in prop::char::ranges(vec!['a'..='z', '0'..='9'].into())
    ) {
        let other = with_another_letter(TOKEN, index, letter);
        prop_assume!(other != TOKEN);
        let signed = signer(&other).post_form(&url, &borrowed(&parameters));
        prop_assert_eq!(verify(&signed), Err(SignatureError::Mismatch));
    }

    #[test]
    fn no_request_stops_the_verifier(
        is_get in any::<bool>(), url in "\\PC{0,40}",
        body in prop::collection::vec(any::<u8>(), 0..60),
        headers in prop::collection::vec(
            (
                prop::sample::select(vec![
                    "Content-Type", "X-Twilio-Signature", "X-Twilio-Webhooks-Signature-Settings", "Host",
                ]),
                prop_oneof![
                    prop::collection::vec(any::<u8>(), 0..20),
                    Just(b"application/x-www-form-urlencoded".to_vec()),
                    Just(b"algorithm=HMAC_SHA256".to_vec()),
                ],
            ),
            0..5,
        ),
    ) {
        let headers: WebhookHeaders = headers.into_iter().collect();
        let request = WebhookRequest {
            method: if is_get { HttpMethod::Get } else { HttpMethod::Post },
            url: &url,
            headers: &headers,
            body: &body,
        };
        let verifier = Verifier::new(TOKEN.into(), None).unwrap();
        prop_assert!(receive::<StatusCallback>(&verifier, &request).is_err());
        prop_assert!(receive::<JsonBody>(&verifier, &request).is_err());
    }
}
