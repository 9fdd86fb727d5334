//! Signatures made by the library `standardwebhooks` for Python; `make webhook-check` makes them anew.

use atlas_outgoing::standard_webhooks::{SigningSecrets, WebhookHeaders, sign, verify};
use serde_json::Value;

#[test]
fn signatures_are_those_of_the_standard_webhooks_library() {
    let vectors: Vec<Value> = serde_json::from_str(include_str!("vectors.json")).unwrap();
    assert_eq!(vectors.len(), 50, "the file has lost some");
    for vector in vectors {
        let what = &vector["what"];
        let text = |name: &str| vector[name].as_str().unwrap().to_owned();
        let (id, body, signature) = (text("id"), text("body"), text("signature"));
        let secrets: SigningSecrets = text("secret").parse().unwrap();
        let at = vector["timestamp"].as_i64().unwrap();
        assert_eq!(
            sign(&id, at, body.as_bytes(), &secrets),
            signature,
            "{what}"
        );
        let timestamp = at.to_string();
        let headers = WebhookHeaders {
            id: Some(&id),
            timestamp: Some(&timestamp),
            signature: Some(&signature),
        };
        assert_eq!(
            verify(&headers, body.as_bytes(), &secrets, at),
            Ok(()),
            "{what}"
        );
    }
}
