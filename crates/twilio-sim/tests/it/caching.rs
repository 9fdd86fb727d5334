//! Documents that are requested with GET and kept.

use twilio_sim::CallReport;

use crate::app::{Bench, Canned};
use crate::webhooks::is_signed;

const AGAIN: &str = "<Response><Say>Kept</Say><Pause length=\"25\"/>\
                     <Redirect method=\"GET\">/document</Redirect></Response>";
const NEW: &str = "<Response><Say>New</Say></Response>";

fn canned(status: u16, body: &str, headers: &[(&'static str, &str)]) -> Canned {
    Canned {
        status,
        content_type: "text/xml",
        body: body.to_owned(),
        headers: headers
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()))
            .collect(),
        ..Canned::default()
    }
}

/// Runs a call whose document asks for itself again until the answer is another.
async fn call(bench: &Bench, answers: impl IntoIterator<Item = Canned>) -> CallReport {
    let first = "<Redirect method=\"GET\">/document</Redirect>";
    bench.app.twiml("/voice", first);
    for answer in answers {
        bench.app.answer_with("/document", answer);
    }
    bench.whole_call("+15550100042").await
}

fn asked(bench: &Bench, header: &str) -> Vec<Option<String>> {
    let requests = bench.app.received("/document");
    assert!(requests.iter().all(|request| is_signed(bench, request)));
    requests
        .iter()
        .map(|request| request.headers.get(header).cloned())
        .collect()
}

#[tokio::test]
async fn the_service_is_asked_whether_a_copy_is_still_good() {
    for (validator, condition, value) in [
        ("etag", "if-none-match", "\"v1\""),
        (
            "last-modified",
            "if-modified-since",
            "Fri, 01 May 2026 12:00:00 GMT",
        ),
    ] {
        let bench = Bench::fast().await;
        let answers = [
            // An age that nothing can have does no harm.
            canned(
                200,
                AGAIN,
                &[(validator, value), ("age", "18446744073709551615")],
            ),
            canned(304, "", &[(validator, value)]),
            canned(304, "", &[]),
            canned(200, NEW, &[(validator, "\"v2\"")]),
        ];
        let call = call(&bench, answers).await;
        assert_eq!(call.said(), ["Kept", "Kept", "Kept", "New"], "{validator}");
        let sent = Some(value.to_owned());
        assert_eq!(
            asked(&bench, condition),
            [None, sent.clone(), sent.clone(), sent],
            "{validator}"
        );
        let statuses: Vec<Option<u16>> = bench
            .sim
            .deliveries()
            .iter()
            .filter(|delivery| delivery.url.starts_with(&bench.app.at("/document")))
            .map(twilio_sim::DeliveryReport::answer_status)
            .collect();
        assert_eq!(statuses, [Some(200), Some(304), Some(304), Some(200)]);
        assert!(bench.alert_codes().is_empty(), "{validator}");
    }
}

#[tokio::test]
async fn a_fresh_copy_is_used_without_asking_until_it_is_old() {
    for control in ["max-age=60", "max-age=5, s-maxage=60", "public, max-age=60"] {
        let bench = Bench::fast().await;
        let answers = [
            canned(200, AGAIN, &[("cache-control", control)]),
            canned(200, NEW, &[]),
        ];
        let call = call(&bench, answers).await;
        assert_eq!(call.said(), ["Kept", "Kept", "Kept", "New"], "{control}");
        assert_eq!(bench.app.received("/document").len(), 2, "{control}");
        assert_eq!(call.documents.len(), 5, "{control}");
    }
}

#[tokio::test]
async fn nothing_is_kept_that_may_not_be() {
    let etag = ("etag", "\"v1\"");
    for headers in [
        &[etag, ("cache-control", "no-store")][..],
        &[etag, ("cache-control", "private, max-age=60")],
        &[
            etag,
            ("vary", "X-Twilio-Signature, I-Twilio-Idempotency-Token"),
        ],
    ] {
        let bench = Bench::fast().await;
        let call = call(&bench, [canned(200, AGAIN, headers), canned(200, NEW, &[])]).await;
        assert_eq!(call.said(), ["Kept", "New"], "{headers:?}");
        assert_eq!(asked(&bench, "if-none-match"), [None, None], "{headers:?}");
    }
}

#[tokio::test]
async fn what_is_requested_with_post_is_not_kept() {
    let bench = Bench::fast().await;
    let body = AGAIN.replace("GET", "POST");
    let headers = [("etag", "\"v1\""), ("cache-control", "max-age=60")];
    let first = "<Redirect method=\"POST\">/document</Redirect>";
    bench.app.twiml("/voice", first);
    bench
        .app
        .answer_with("/document", canned(200, &body, &headers));
    bench.app.answer_with("/document", canned(200, NEW, &[]));
    let call = bench.whole_call("+15550100042").await;
    assert_eq!(call.said(), ["Kept", "New"]);
    assert_eq!(asked(&bench, "if-none-match"), [None, None]);
}
