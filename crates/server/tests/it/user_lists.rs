//! `GET /users`, `GET /users/{user_id}/calls`

use serde_json::{Value, json};

use crate::support::{Setup, TestAtlas, outbound};

/// Stores users `U0`, `U1`, …, a second apart.
async fn with_users(count: usize) -> TestAtlas {
    let atlas = Setup::stepped().start().await;
    for number in 0..count {
        let body = json!({
            "name": format!("U{number}"),
            "email": format!("u{number}@example.com"),
            "phone_number": "+15550100042"
        });
        atlas.client.create_user(&body).await;
        atlas.advance(1).await;
    }
    atlas
}

fn names(page: &Value) -> Vec<&str> {
    let data = page["data"].as_array().expect("a list");
    data.iter()
        .map(|user| user["name"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn users_are_listed_newest_first_in_pages() {
    let atlas = with_users(12).await;
    let first = atlas.client.get("/users").await.expect(200);
    assert_eq!(
        names(&first),
        ["U11", "U10", "U9", "U8", "U7", "U6", "U5", "U4", "U3", "U2"]
    );
    assert_eq!(first["total"], 12);
    assert_eq!(first["page"], 1);
    assert_eq!(first["page_size"], 10);
    assert!(first["next_cursor"].is_string());
    let mut fields: Vec<_> = first
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    fields.sort_unstable();
    assert_eq!(
        fields,
        ["data", "next_cursor", "page", "page_size", "total"]
    );

    let cases: [(&str, &[&str], bool); 5] = [
        ("?page=2", &["U1", "U0"], false),
        ("?page=3", &[], false),
        ("?page=2&page_size=5", &["U6", "U5", "U4", "U3", "U2"], true),
        ("?page_size=1", &["U11"], true),
        ("?page=4&page_size=3&other=x", &["U2", "U1", "U0"], false),
    ];
    for (query, expected, more) in cases {
        let page = atlas
            .client
            .get(&format!("/users{query}"))
            .await
            .expect(200);
        assert_eq!(names(&page), expected, "{query}");
        assert_eq!(page["total"], 12, "{query}");
        assert_eq!(page["next_cursor"].is_string(), more, "{query}: {page}");
    }
    let all = atlas.client.get("/users?page_size=100").await.expect(200);
    assert_eq!(names(&all).len(), 12);
    atlas.finish(0).await;
}

#[tokio::test]
async fn an_empty_list_is_a_page_too() {
    let atlas = with_users(0).await;
    let page = atlas.client.get("/users").await.expect(200);
    assert_eq!(
        page,
        json!({"total": 0, "page": 1, "page_size": 10, "data": [], "next_cursor": null})
    );
    atlas.finish(0).await;
}

#[tokio::test]
async fn a_cursor_walks_over_every_user_once_while_others_are_added() {
    let atlas = with_users(7).await;
    let mut seen = Vec::new();
    let mut page = atlas.client.get("/users?page_size=2").await.expect(200);
    loop {
        seen.extend(names(&page).into_iter().map(str::to_owned));
        let Some(cursor) = page["next_cursor"].as_str() else {
            break;
        };
        let body = json!({
            "name": "late", "phone_number": "+15550100042",
            "email": format!("late{}@example.com", seen.len())
        });
        atlas.client.create_user(&body).await;
        page = atlas
            .client
            .get(&format!("/users?page_size=2&cursor={cursor}"))
            .await
            .expect(200);
        assert_eq!(page["total"], Value::Null);
        assert_eq!(page["page"], Value::Null);
        assert_eq!(page["page_size"], 2);
    }
    assert_eq!(seen, ["U6", "U5", "U4", "U3", "U2", "U1", "U0"]);
    atlas.finish(0).await;
}

#[tokio::test]
async fn a_page_that_cannot_be_is_refused_by_every_list() {
    let atlas = with_users(1).await;
    let user = atlas.client.get("/users").await.expect(200)["data"][0]["id"].clone();
    let lists = [
        "/users".to_owned(),
        "/calls".to_owned(),
        format!("/users/{}/calls", user.as_str().unwrap()),
    ];
    let cases: [(&str, &[&str]); 10] = [
        ("page=0", &["/page"]),
        ("page=-1", &["/page"]),
        ("page=x", &["/page"]),
        ("page=1.0", &["/page"]),
        ("page=", &["/page"]),
        ("page_size=0", &["/page_size"]),
        ("page_size=101&page=0", &["/page", "/page_size"]),
        ("page=1&page=2", &["/page"]),
        ("cursor=nonsense", &["/cursor"]),
        ("cursor=", &["/cursor"]),
    ];
    for list in &lists {
        for (query, pointers) in cases {
            let answer = atlas.client.get(&format!("{list}?{query}")).await;
            assert_eq!(
                answer.status.as_u16(),
                400,
                "{list}?{query}: {}",
                answer.text()
            );
            answer.expect_invalid(pointers);
        }
    }
    atlas.finish(0).await;
}

#[tokio::test]
async fn a_cursor_goes_before_a_page() {
    let atlas = with_users(3).await;
    let first = atlas.client.get("/users?page_size=1").await.expect(200);
    let cursor = first["next_cursor"].as_str().unwrap();
    let by_cursor = atlas
        .client
        .get(&format!("/users?cursor={cursor}"))
        .await
        .expect(200);
    assert_eq!(names(&by_cursor), ["U1", "U0"]);
    let by_both = atlas
        .client
        .get(&format!("/users?page=1&cursor={cursor}"))
        .await
        .expect(200);
    assert_eq!(by_both, by_cursor);
    let answer = atlas
        .client
        .get(&format!("/users?page=0&cursor={cursor}"))
        .await;
    answer.expect_invalid(&["/page"]);
    atlas.finish(0).await;
}

#[tokio::test]
async fn a_user_has_the_calls_that_name_it_in_any_way() {
    let atlas = Setup::stepped().start().await;
    let user = json!({
        "name": "Ann", "email": "ann@example.com", "phone_number": "+15550100042",
        "external_id": "crm-17"
    });
    let id = atlas.client.create_user(&user).await;
    let naming = [
        json!({"to": "+15550100042", "retry_limit": 0, "user_id": id}),
        json!({"to": "+15550100004", "retry_limit": 0, "user_external_id": id}),
        json!({"to": "+15550100042", "retry_limit": 0, "user_external_id": "crm-17"}),
        json!({"to": "+15550100042", "retry_limit": 0, "user_id": id, "user_external_id": "other"}),
        json!({"to": "+15550100042", "retry_limit": 0, "user_external_id": "other"}),
    ];
    let mut placed = Vec::new();
    for body in &naming {
        placed.push(atlas.client.place(body).await);
        atlas.advance(100).await;
    }
    let path = format!("/users/{id}/calls");
    let page = atlas.client.get(&path).await.expect(200);
    let ids: Vec<_> = page["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|call| call["call_id"].clone())
        .collect();
    let newest_first: Vec<_> = placed.iter().take(4).rev().map(|id| json!(id)).collect();
    assert_eq!(ids, newest_first, "all but the one of another user");
    assert_eq!(page["total"], 4);
    assert_eq!(page["page"], 1);

    let busy = atlas
        .client
        .get(&format!("{path}?status=busy"))
        .await
        .expect(200);
    assert_eq!(busy["total"], 1);
    assert_eq!(busy["data"][0]["call_id"], placed[1].as_str());
    let none = atlas
        .client
        .get(&format!("{path}?status=canceled"))
        .await
        .expect(200);
    assert_eq!(none["data"], json!([]));
    let half = atlas
        .client
        .get(&format!("{path}?page_size=3"))
        .await
        .expect(200);
    let cursor = half["next_cursor"].as_str().unwrap();
    let rest = atlas
        .client
        .get(&format!("{path}?cursor={cursor}"))
        .await
        .expect(200);
    assert_eq!(rest["data"].as_array().unwrap().len(), 1);
    assert_eq!(rest["total"], Value::Null);
    let answer = atlas.client.get(&format!("{path}?status=queued")).await;
    answer.expect_invalid(&["/status"]);
    atlas.finish(5).await;
}

#[tokio::test]
async fn a_user_without_calls_has_an_empty_list() {
    let atlas = with_users(1).await;
    atlas.client.place(&outbound("+15550100042")).await;
    let user = atlas.client.get("/users").await.expect(200)["data"][0]["id"].clone();
    let path = format!("/users/{}/calls", user.as_str().unwrap());
    let page = atlas.client.get(&path).await.expect(200);
    assert_eq!(
        page,
        json!({"total": 0, "page": 1, "page_size": 10, "data": [], "next_cursor": null})
    );
    atlas.finish(1).await;
}
