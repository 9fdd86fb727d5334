//! `GET /notifications`: pages and filters.

use serde_json::{Value, json};

use super::{LISTENS, PRESSES_1, notify, start};
use crate::support::{TestAtlas, outbound};

async fn place(atlas: &TestAtlas, to: &str, task_id: Option<&str>) -> String {
    let body = json!({"phone_number": to, "task_title": "x", "task_id": task_id});
    let answer = atlas.client.post("/notifications/call", &body).await;
    let id = answer.expect(201)["notification_id"].clone();
    // Newest first is told by the time: the next one is later.
    atlas.advance_ms(10).await;
    id.as_str().unwrap().to_owned()
}

async fn list(atlas: &TestAtlas, query: &str) -> Value {
    atlas
        .client
        .get(&format!("/notifications{query}"))
        .await
        .expect(200)
}

fn ids(list: &Value) -> Vec<&str> {
    let data = list["data"].as_array().unwrap();
    data.iter()
        .map(|one| one["notification_id"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn notifications_are_found_by_task_and_by_whether_they_are_acknowledged() {
    let atlas = start().await;
    let first = place(&atlas, PRESSES_1, Some("a")).await;
    let second = place(&atlas, LISTENS, Some("a")).await;
    let third = place(&atlas, PRESSES_1, Some("a&acknowledged=true ü")).await;
    let fourth = place(&atlas, LISTENS, None).await;
    let call = atlas.client.place(&outbound(LISTENS)).await;
    atlas.advance(120).await;
    for (query, expected) in [
        ("", vec![&fourth, &third, &second, &first]),
        ("?task_id=a", vec![&second, &first]),
        ("?task_id=A", vec![]),
        ("?task_id=a%26acknowledged%3Dtrue%20%C3%BC", vec![&third]),
        ("?acknowledged=true", vec![&third, &first]),
        ("?acknowledged=false", vec![&fourth, &second]),
        ("?acknowledged=true&task_id=a", vec![&first]),
        ("?acknowledged=false&task_id=a&other=1", vec![&second]),
    ] {
        let found = list(&atlas, query).await;
        assert_eq!(ids(&found), expected, "{query}");
        assert_eq!(found["total"], expected.len(), "{query}");
    }
    let calls = atlas.client.get("/calls").await.expect(200);
    assert_eq!(calls["total"], 5, "notifications are calls, too");
    assert_eq!(calls["data"][0]["call_id"], call.as_str());
    atlas.finish(5).await;
}

#[tokio::test]
async fn notifications_come_in_pages_newest_first() {
    let atlas = start().await;
    let mut placed = Vec::new();
    for _ in 0..5 {
        placed.push(place(&atlas, LISTENS, Some("t")).await);
    }
    placed.reverse();
    let first = list(&atlas, "?page_size=2&task_id=t").await;
    assert_eq!(ids(&first), &placed[..2]);
    assert_eq!(first["page"], 1);
    assert_eq!(first["page_size"], 2);
    let third = list(&atlas, "?page_size=2&page=3").await;
    assert_eq!(ids(&third), &placed[4..]);
    assert_eq!(third["next_cursor"], Value::Null);
    let mut seen: Vec<String> = ids(&first).into_iter().map(str::to_owned).collect();
    let mut cursor = first["next_cursor"].clone();
    while let Some(at) = cursor.as_str() {
        let page = list(&atlas, &format!("?page_size=2&task_id=t&cursor={at}")).await;
        assert_eq!(
            (&page["total"], &page["page"]),
            (&Value::Null, &Value::Null)
        );
        seen.extend(ids(&page).into_iter().map(str::to_owned));
        cursor = page["next_cursor"].clone();
    }
    assert_eq!(seen, placed);
    atlas.finish(5).await;
}

#[tokio::test]
async fn a_notification_belongs_to_no_user() {
    let atlas = start().await;
    let id = notify(&atlas, LISTENS).await;
    let call = atlas.client.call(&id).await;
    assert_eq!(call.get("user_id"), None);
    assert_eq!(call.get("user_external_id"), None);
    atlas.finish(1).await;
}
