//! `GET /calls`: order, pages and filters.

use serde_json::{Value, json};
use twilio_sim::{Fault, FaultKind};

use crate::support::{Setup, TestAtlas, outbound};

/// One call of every kind, ten minutes apart; `times[i]` is when the i-th was placed.
struct Calls {
    atlas: TestAtlas,
    ids: Vec<String>,
    times: Vec<String>,
}

async fn with_calls() -> Calls {
    let atlas = Setup::stepped().start().await;
    let (mut ids, mut times) = (Vec::new(), Vec::new());
    for to in [
        "+15550100042",
        "+15550100004",
        "+15550100005",
        "+15550103503",
        "+15550100042",
    ] {
        let call_id = atlas.client.place(&outbound(to)).await;
        let call = atlas.client.call(&call_id).await;
        times.push(call["created_at"].as_str().unwrap().to_owned());
        ids.push(call_id);
        atlas.advance(600).await;
    }
    atlas
        .sim
        .add_fault(Fault::next_create(FaultKind::ResetConnection {
            executed: false,
        }))
        .unwrap();
    let answer = atlas
        .client
        .post("/calls/outbound", &outbound("+15550100077"))
        .await;
    let lost = answer.expect(202);
    ids.push(lost["call_id"].as_str().unwrap().to_owned());
    times.push(lost["created_at"].as_str().unwrap().to_owned());
    atlas.advance(660).await;
    Calls { atlas, ids, times }
}

/// The positions of the calls in a page.
fn positions(calls: &Calls, page: &Value) -> Vec<usize> {
    let data = page["data"].as_array().expect("a list");
    let position = |call: &Value| {
        let id = call["call_id"].as_str().unwrap();
        calls.ids.iter().position(|known| known == id).unwrap()
    };
    data.iter().map(position).collect()
}

#[tokio::test]
async fn calls_are_listed_newest_first_and_filtered_by_everything_given() {
    let calls = with_calls().await;
    let cases: Vec<(String, &[usize])> = vec![
        (String::new(), &[5, 4, 3, 2, 1, 0]),
        ("status=completed".to_owned(), &[4, 0]),
        ("status=busy".to_owned(), &[1]),
        ("status=no-answer".to_owned(), &[2]),
        ("status=failed".to_owned(), &[3]),
        ("status=initiated".to_owned(), &[5]),
        ("status=ringing".to_owned(), &[]),
        ("to=%2B15550100042".to_owned(), &[4, 0]),
        ("to=+15550100042".to_owned(), &[4, 0]),
        ("from=%2B15005550006".to_owned(), &[5, 4, 3, 2, 1, 0]),
        ("from=%2B15005550007".to_owned(), &[]),
        ("held=true".to_owned(), &[5]),
        ("held=false".to_owned(), &[4, 3, 2, 1, 0]),
        (format!("created_after={}", calls.times[3]), &[5, 4, 3]),
        (format!("created_before={}", calls.times[1]), &[1, 0]),
        (
            format!(
                "created_after={}&created_before={}",
                calls.times[1], calls.times[3]
            ),
            &[3, 2, 1],
        ),
        (
            format!(
                "created_after={}&created_before={}",
                calls.times[3], calls.times[1]
            ),
            &[],
        ),
        (
            format!(
                "to=%2B15550100042&status=completed&held=false&created_after={}",
                calls.times[1]
            ),
            &[4],
        ),
        ("status=completed&held=true".to_owned(), &[]),
    ];
    for (query, expected) in cases {
        let page = calls
            .atlas
            .client
            .get(&format!("/calls?{query}"))
            .await
            .expect(200);
        assert_eq!(positions(&calls, &page), expected, "{query}");
        assert_eq!(page["total"], expected.len(), "{query}");
        assert_eq!(page["page"], 1, "{query}");
        assert_eq!(page["next_cursor"], Value::Null, "{query}");
    }
    calls.atlas.finish(6).await;
}

#[tokio::test]
async fn pages_and_cursors_keep_the_filter_and_the_order() {
    let calls = with_calls().await;
    let second = calls
        .atlas
        .client
        .get("/calls?page=2&page_size=4")
        .await
        .expect(200);
    assert_eq!(positions(&calls, &second), [1, 0]);
    assert_eq!(second["total"], 6);
    assert_eq!(second["page"], 2);
    assert_eq!(second["page_size"], 4);

    let filter = "held=false&page_size=2";
    let mut page = calls
        .atlas
        .client
        .get(&format!("/calls?{filter}"))
        .await
        .expect(200);
    let mut seen = positions(&calls, &page);
    while let Some(cursor) = page["next_cursor"].as_str() {
        page = calls
            .atlas
            .client
            .get(&format!("/calls?{filter}&cursor={cursor}"))
            .await
            .expect(200);
        assert_eq!(page["total"], Value::Null);
        assert_eq!(page["page"], Value::Null);
        seen.extend(positions(&calls, &page));
    }
    assert_eq!(seen, [4, 3, 2, 1, 0]);
    calls.atlas.finish(6).await;
}

#[tokio::test]
async fn calls_of_the_same_instant_have_an_order_too() {
    let atlas = Setup::stepped().start().await;
    for _ in 0..5 {
        atlas.client.place(&outbound("+15550100042")).await;
    }
    let all = atlas.client.get("/calls").await.expect(200);
    let id = |call: &Value| call["call_id"].as_str().unwrap().to_owned();
    let all: Vec<_> = all["data"].as_array().unwrap().iter().map(id).collect();
    let mut descending = all.clone();
    descending.sort_unstable_by(|left, right| right.cmp(left));
    assert_eq!(all, descending, "by id, descending");
    let mut walked = Vec::new();
    let mut page = atlas.client.get("/calls?page_size=2").await.expect(200);
    loop {
        walked.extend(page["data"].as_array().unwrap().iter().map(id));
        let Some(cursor) = page["next_cursor"].as_str() else {
            break;
        };
        page = atlas
            .client
            .get(&format!("/calls?page_size=2&cursor={cursor}"))
            .await
            .expect(200);
    }
    assert_eq!(walked, all);
    atlas.finish(5).await;
}

#[tokio::test]
async fn every_wrong_filter_is_named() {
    let atlas = Setup::stepped().start().await;
    let cases: [(&str, &[&str]); 12] = [
        ("status=queued", &["/status"]),
        ("status=", &["/status"]),
        ("status=COMPLETED", &["/status"]),
        ("to=15550100042", &["/to"]),
        ("from=x", &["/from"]),
        ("held=1", &["/held"]),
        ("held=True", &["/held"]),
        ("created_after=yesterday", &["/created_after"]),
        ("created_before=2026-01-02", &["/created_before"]),
        ("created_before=2026-13-02T00:00:00Z", &["/created_before"]),
        ("status=busy&status=busy", &["/status"]),
        (
            "status=x&to=x&from=x&held=x&created_after=x&created_before=x&page=x&page_size=x",
            &[
                "/created_after",
                "/created_before",
                "/from",
                "/held",
                "/page",
                "/page_size",
                "/status",
                "/to",
            ],
        ),
    ];
    for (query, pointers) in cases {
        let answer = atlas.client.get(&format!("/calls?{query}")).await;
        assert_eq!(answer.status.as_u16(), 400, "{query}: {}", answer.text());
        answer.expect_invalid(pointers);
    }
    let page = atlas.client.get("/calls?anything=else&x").await.expect(200);
    assert_eq!(page["data"], json!([]), "unknown parameters are ignored");
    atlas.finish(0).await;
}
