//! Signatures computed by Twilio's own library.

use atlas_twilio::webhook::{
    SIGNATURE_HEADER, SIGNATURE_SETTINGS_HEADER, SignatureError, Verifier, WebhookHeaders,
    WebhookRequest, sign,
};
use serde_json::Value;

const VECTORS: &str = include_str!("../fixtures/signature-vectors.json");

fn vectors() -> Vec<Value> {
    let file: Value = serde_json::from_str(VECTORS).unwrap();
    let vectors = file["vectors"].as_array().unwrap().clone();
    assert_eq!(vectors.len(), 33);
    vectors
}

fn pairs(value: &Value) -> Vec<(&str, &str)> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|pair| (pair[0].as_str().unwrap(), pair[1].as_str().unwrap()))
        .collect()
}

fn verifier(vector: &Value) -> Verifier {
    let mut keys = vector["verify_tokens"]
        .as_array()
        .unwrap()
        .iter()
        .map(|key| key.as_str().unwrap().into());
    if vector["algorithm"] == "HMAC_SHA256" {
        let verifier = Verifier::new("another secret".into(), None).unwrap();
        verifier.with_shared_key(keys.next().unwrap()).unwrap()
    } else {
        Verifier::new(keys.next().unwrap(), keys.next()).unwrap()
    }
}

fn verify(verifier: &Verifier, vector: &Value) -> Result<(), SignatureError> {
    let headers: WebhookHeaders = [
        ("content-type", &vector["content_type"]),
        (SIGNATURE_HEADER, &vector["header_x_twilio_signature"]),
        (
            SIGNATURE_SETTINGS_HEADER,
            &vector["header_x_twilio_webhooks_signature_settings"],
        ),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name, value.as_str()?)))
    .collect();
    verifier.verify(&WebhookRequest {
        method: vector["method"].as_str().unwrap().parse().unwrap(),
        url: vector["url_received"].as_str().unwrap(),
        headers: &headers,
        body: vector["raw_body"].as_str().unwrap().as_bytes(),
    })
}

#[test]
fn every_vector_verifies_as_expected() {
    for vector in vectors() {
        let outcome = verify(&verifier(&vector), &vector);
        assert_eq!(
            outcome.is_ok(),
            vector["expect_valid"].as_bool().unwrap(),
            "{}: {} ({outcome:?})",
            vector["id"],
            vector["note"]
        );
    }
}

#[test]
fn a_vector_with_another_token_never_verifies() {
    for vector in vectors() {
        let verifier = Verifier::new("another secret".into(), None).unwrap();
        assert!(verify(&verifier, &vector).is_err(), "{}", vector["id"]);
    }
}

#[test]
fn what_is_signed_here_equals_every_vector() {
    for vector in vectors()
        .iter()
        .filter(|vector| vector["algorithm"] == "HMAC_SHA1")
    {
        let signature = sign(
            vector["url_signed"].as_str().unwrap(),
            &pairs(&vector["params_signed"]),
            vector["auth_token"].as_str().unwrap(),
        );
        assert_eq!(
            vector["signature_of_signed_string"], signature,
            "{}",
            vector["id"]
        );
    }
}
