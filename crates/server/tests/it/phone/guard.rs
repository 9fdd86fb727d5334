//! `twiml_url` is no way into private networks.

use serde_json::{Value, json};

use super::playing;
use crate::support::{Setup, TestAtlas};

const PRIVATE: &str = "must not name a host in a private network";
const RESOLVES: &str = "must not name a host that resolves to an address in a private network";
const SCHEME: &str = "must begin with http:// or https://";
const CREDENTIALS: &str = "must not hold a user name or password";
const NO_URL: &str = "must be an absolute URL, without spaces or control characters";

/// The address of the document that Twilio was last told.
fn told(atlas: &TestAtlas) -> String {
    let requests = atlas.sim.requests();
    let create = requests.iter().rfind(|request| request.method == "POST");
    let url = create.expect("a request").param("Url");
    url.expect("a document").to_owned()
}

async fn refused(atlas: &TestAtlas, twiml_url: &Value, why: &str) {
    let mut body = playing("");
    body["twiml_url"] = twiml_url.clone();
    let answer = atlas.client.post("/phone/call", &body).await;
    assert_eq!(
        answer.status.as_u16(),
        400,
        "{twiml_url}: {}",
        answer.text()
    );
    let problem = answer.expect_invalid(&["/twiml_url"]);
    assert_eq!(problem["errors"][0]["detail"], why, "{twiml_url}");
}

#[tokio::test]
async fn what_leads_into_a_private_network_is_refused_and_nothing_is_stored() {
    let atlas = Setup::stepped()
        .with_name("inside.example", &["10.1.2.3"])
        .with_name("both.example", &["93.184.216.34", "192.168.0.1"])
        .with_name("six.example", &["fd00::1"])
        .with_name("mapped.example", &["::ffff:169.254.169.254"])
        .with_name("xn--bcher-kva.example", &["127.0.0.1"])
        .start()
        .await;
    for (twiml_url, why) in [
        ("http://localhost/", PRIVATE),
        ("http://localhost.:8000/calls", PRIVATE),
        ("https://app.LocalHost/", PRIVATE),
        ("https://printer.local/", PRIVATE),
        (
            "http://metadata.google.internal/computeMetadata/v1/",
            PRIVATE,
        ),
        ("https://router.home.arpa/", PRIVATE),
        ("http://127.0.0.1:8000/users", PRIVATE),
        ("http://127.1/", PRIVATE),
        ("http://2130706433/", PRIVATE),
        ("http://0x7f000001/", PRIVATE),
        ("http://0177.0.0.1/", PRIVATE),
        ("http://0/", PRIVATE),
        ("http://10.0.0.1/", PRIVATE),
        ("http://100.64.0.1/", PRIVATE),
        ("http://169.254.169.254/latest/meta-data/", PRIVATE),
        ("http://172.31.255.255/", PRIVATE),
        ("http://192.168.1.1/", PRIVATE),
        ("http://198.18.0.1/", PRIVATE),
        ("http://224.0.0.1/", PRIVATE),
        ("http://255.255.255.255/", PRIVATE),
        ("http://[::1]/", PRIVATE),
        ("http://[::]/", PRIVATE),
        ("http://[::ffff:127.0.0.1]/", PRIVATE),
        ("http://[::ffff:a9fe:a9fe]/", PRIVATE),
        ("http://[::10.0.0.1]/", PRIVATE),
        ("http://[64:ff9b::a00:1]/", PRIVATE),
        ("http://[2002:a00:1::]/", PRIVATE),
        ("http://[fd12::1]/", PRIVATE),
        ("http://[fe80::1]/", PRIVATE),
        (r"http://127.0.0.1\@example.com/", PRIVATE),
        ("http://127。0。0。1/", PRIVATE),
        ("https://inside.example/a.xml", RESOLVES),
        ("https://INSIDE.example/a.xml", RESOLVES),
        ("https://both.example/", RESOLVES),
        ("https://six.example/", RESOLVES),
        ("https://mapped.example/", RESOLVES),
        ("https://bücher.example/", RESOLVES),
        ("http://user:secret@example.com/", CREDENTIALS),
        ("http://@example.com/", CREDENTIALS),
        ("http://example.com@127.0.0.1/", CREDENTIALS),
        ("ftp://example.com/", SCHEME),
        ("file:///etc/passwd", SCHEME),
        ("javascript:alert(1)", SCHEME),
        ("data:text/xml,<Response/>", SCHEME),
        ("", NO_URL),
        ("/docs/voice.xml", NO_URL),
        ("demo.twilio.com/docs/voice.xml", NO_URL),
        (" https://example.com/", NO_URL),
        ("https://exa mple.com/", NO_URL),
        ("https://example.com/\n", NO_URL),
        ("http://256.1.1.1/", NO_URL),
    ] {
        refused(&atlas, &json!(twiml_url), why).await;
    }
    refused(&atlas, &json!(7), "must be a string").await;
    let long = format!("https://example.com/{}", "a".repeat(2048));
    refused(&atlas, &json!(long), "must have at most 2048 characters").await;
    assert_eq!(atlas.database().count("calls").await, 0);
    assert_eq!(atlas.sim.requests(), [], "Twilio is not asked");
    atlas.finish(0).await;
}

#[tokio::test]
async fn what_everybody_can_fetch_is_handed_to_twilio_as_it_was_checked() {
    let atlas = Setup::stepped()
        .with_name("documents.example", &["93.184.216.34", "2606:2800:220::1"])
        .start()
        .await;
    let query = "a".repeat(2048 - "https://documents.example/".len());
    let longest = format!("https://documents.example?{query}");
    let longest_sent = format!("https://documents.example/?{query}");
    let cases = [
        (longest.as_str(), Some(longest_sent.as_str())),
        ("https://documents.example/a?b=c&d=%20", None),
        ("https://does.not.resolve.example/a.xml", None),
        (
            "HTTPS://Documents.EXAMPLE:443/A",
            Some("https://documents.example/A"),
        ),
        (
            "http://documents.example:8080/ü",
            Some("http://documents.example:8080/%C3%BC"),
        ),
        (
            "https://bücher.example/",
            Some("https://xn--bcher-kva.example/"),
        ),
        ("https://documents.example/a#rc=2", None),
        ("http://8.8.8.8/", None),
        ("http://134744072/", Some("http://8.8.8.8/")),
        ("http://[2606:4700:4700::1111]/", None),
        ("https://localhost.example.com/", None),
        ("https://example.com/?next=http://127.0.0.1/", None),
        ("http://demo.twilio.com/docs/voice.xml", None),
    ];
    for (twiml_url, sent) in cases {
        let answer = atlas.client.post("/phone/call", &playing(twiml_url)).await;
        assert_eq!(
            answer.status.as_u16(),
            200,
            "{twiml_url}: {}",
            answer.text()
        );
        let sent = sent.unwrap_or(twiml_url);
        assert_eq!(told(&atlas), sent, "{twiml_url}");
        let call_id = answer.json()["call_id"].as_str().unwrap().to_owned();
        assert_eq!(atlas.client.call(&call_id).await["twiml_url"], sent);
    }
    atlas.finish(cases.len()).await;
}

#[tokio::test]
async fn private_hosts_can_be_allowed() {
    let atlas = Setup::stepped()
        .with("ALLOW_PRIVATE_TWIML_URLS", "true")
        .with_name("inside.example", &["10.1.2.3"])
        .start()
        .await;
    let cases = [
        "http://localhost:8000/a.xml",
        "http://10.0.0.1/",
        "http://inside.example/",
        "http://[::1]/",
    ];
    for twiml_url in cases {
        let answer = atlas.client.post("/phone/call", &playing(twiml_url)).await;
        assert_eq!(
            answer.status.as_u16(),
            200,
            "{twiml_url}: {}",
            answer.text()
        );
        assert_eq!(told(&atlas), twiml_url);
    }
    refused(&atlas, &json!("http://user@localhost/"), CREDENTIALS).await;
    refused(&atlas, &json!("file:///etc/passwd"), SCHEME).await;
    atlas.finish(cases.len()).await;
}
