//! `POST /users`, `GET`, `PATCH` and `DELETE /users/{user_id}`

use serde_json::{Value, json};

use crate::support::{Setup, TestAtlas, outbound};

fn ann() -> Value {
    json!({
        "name": "Ann O'Neil",
        "email": "Ann@example.com",
        "phone_number": "+15550100042",
        "external_id": "crm-17"
    })
}

/// A body with one field changed.
fn with(mut body: Value, field: &str, value: Value) -> Value {
    body[field] = value;
    body
}

async fn start() -> TestAtlas {
    Setup::stepped().start().await
}

#[tokio::test]
async fn a_user_is_stored_and_shown_as_it_was_given() {
    let atlas = start().await;
    let answer = atlas.client.post("/users", &ann()).await;
    let user = answer.expect(201);
    let id = user["id"].as_str().unwrap();
    assert!(id.len() == 24 && id.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let now = user["created_at"].clone();
    assert_eq!(
        user,
        json!({
            "id": id,
            "name": "Ann O'Neil",
            "email": "Ann@example.com",
            "phone_number": "+15550100042",
            "external_id": "crm-17",
            "created_at": now,
            "updated_at": now
        })
    );
    assert!(
        now.as_str().unwrap().ends_with('Z') && now.as_str().unwrap().len() == 24,
        "RFC 3339 with milliseconds: {now}"
    );
    assert_eq!(
        atlas.client.get(&format!("/users/{id}")).await.expect(200),
        user
    );
    atlas.finish(0).await;
}

#[tokio::test]
async fn a_user_needs_no_external_id_and_unknown_fields_are_ignored() {
    let atlas = start().await;
    let bodies = [
        json!({"name": "A", "email": "a@x.org", "phone_number": "+491", "more": {"x": 1}}),
        json!({"name": "B", "email": "b@x.org", "phone_number": "+491", "external_id": null}),
    ];
    for body in bodies {
        let user = atlas.client.post("/users", &body).await.expect(201);
        assert_eq!(user.get("external_id"), None, "{user}");
        assert_eq!(user.get("more"), None, "{user}");
    }
    atlas.finish(0).await;
}

#[tokio::test]
async fn lengths_count_characters_and_not_bytes() {
    let atlas = start().await;
    let longest = with(ann(), "name", json!("é".repeat(100)));
    let user = atlas.client.post("/users", &longest).await.expect(201);
    assert_eq!(user["name"], longest["name"]);
    let path = format!("/users/{}", user["id"].as_str().unwrap());
    let too_long = json!({"name": "é".repeat(101), "external_id": "é".repeat(256)});
    let answer = atlas.client.patch(&path, &too_long).await;
    answer.expect_invalid(&["/name", "/external_id"]);
    let fits = json!({"external_id": "é".repeat(255)});
    atlas.client.patch(&path, &fits).await.expect(200);
    atlas.finish(0).await;
}

#[tokio::test]
async fn every_wrong_field_of_a_new_user_is_named() {
    let atlas = start().await;
    let cases: [(&str, Value, &[&str]); 17] = [
        ("nothing", json!({}), &["/email", "/name", "/phone_number"]),
        (
            "null is absent",
            json!({"name": null, "email": null, "phone_number": null}),
            &["/email", "/name", "/phone_number"],
        ),
        ("an empty name", with(ann(), "name", json!("")), &["/name"]),
        (
            "a number as name",
            with(ann(), "name", json!(7)),
            &["/name"],
        ),
        (
            "no @",
            with(ann(), "email", json!("ann.example.com")),
            &["/email"],
        ),
        (
            "two @",
            with(ann(), "email", json!("a@b@example.com")),
            &["/email"],
        ),
        (
            "no dot in the domain",
            with(ann(), "email", json!("a@example")),
            &["/email"],
        ),
        (
            "a space",
            with(ann(), "email", json!("a b@example.com")),
            &["/email"],
        ),
        (
            "nothing before @",
            with(ann(), "email", json!("@example.com")),
            &["/email"],
        ),
        (
            "no +",
            with(ann(), "phone_number", json!("15550100042")),
            &["/phone_number"],
        ),
        (
            "a first digit 0",
            with(ann(), "phone_number", json!("+05550100042")),
            &["/phone_number"],
        ),
        (
            "16 digits",
            with(ann(), "phone_number", json!("+1234567890123456")),
            &["/phone_number"],
        ),
        (
            "a newline",
            with(ann(), "phone_number", json!("+15550100042\n")),
            &["/phone_number"],
        ),
        (
            "blanks",
            with(ann(), "phone_number", json!("+1 555 010 0042")),
            &["/phone_number"],
        ),
        (
            "a number as number",
            with(ann(), "phone_number", json!(15_550_100_042_u64)),
            &["/phone_number"],
        ),
        (
            "an empty external_id",
            with(ann(), "external_id", json!("")),
            &["/external_id"],
        ),
        (
            "everything",
            json!({"name": [], "email": {}, "phone_number": true, "external_id": 1}),
            &["/email", "/external_id", "/name", "/phone_number"],
        ),
    ];
    for (what, body, pointers) in cases {
        let answer = atlas.client.post("/users", &body).await;
        assert_eq!(answer.status.as_u16(), 400, "{what}: {}", answer.text());
        let problem = answer.expect_invalid(pointers);
        for error in problem["errors"].as_array().unwrap() {
            assert!(
                !error["detail"].as_str().unwrap().is_empty(),
                "{what}: {problem}"
            );
        }
    }
    let list = atlas.client.get("/users").await.expect(200);
    assert_eq!(list["total"], 0, "nothing was stored");
    atlas.finish(0).await;
}

#[tokio::test]
async fn two_users_have_neither_the_same_email_address_nor_the_same_external_id() {
    let atlas = start().await;
    let first = atlas.client.create_user(&ann()).await;
    let same_email = json!({"name": "B", "email": "aNN@EXAMPLE.com", "phone_number": "+4930123"});
    let answer = atlas.client.post("/users", &same_email).await;
    answer.expect_problem(409, "email_taken");
    let same_external_id = with(
        with(ann(), "email", json!("b@example.com")),
        "name",
        json!("B"),
    );
    let answer = atlas.client.post("/users", &same_external_id).await;
    answer.expect_problem(409, "external_id_taken");
    let other_case = with(same_external_id, "external_id", json!("CRM-17"));
    let second = atlas.client.create_user(&other_case).await;

    let path = format!("/users/{second}");
    let answer = atlas
        .client
        .patch(&path, &json!({"email": "ANN@example.com"}))
        .await;
    answer.expect_problem(409, "email_taken");
    let answer = atlas
        .client
        .patch(&path, &json!({"external_id": "crm-17"}))
        .await;
    answer.expect_problem(409, "external_id_taken");
    let own = json!({"email": "ANN@EXAMPLE.COM", "external_id": "crm-17"});
    let changed = atlas
        .client
        .patch(&format!("/users/{first}"), &own)
        .await
        .expect(200);
    assert_eq!(
        changed["email"], "ANN@EXAMPLE.COM",
        "its own address may change its case"
    );
    atlas.finish(0).await;
}

#[tokio::test]
async fn a_user_is_changed_field_by_field() {
    let atlas = start().await;
    let id = atlas.client.create_user(&ann()).await;
    let path = format!("/users/{id}");
    let before = atlas.client.get(&path).await.expect(200);
    atlas.advance(5).await;
    let changes = [
        ("name", json!("Ann Smith")),
        ("email", json!("ann.smith@example.org")),
        ("phone_number", json!("+4930123456")),
        ("external_id", json!("crm-18")),
    ];
    let mut expected = before.clone();
    for (field, value) in changes {
        expected[field] = value.clone();
        let changed = atlas
            .client
            .patch(&path, &json!({field: value, "unknown": 1}))
            .await
            .expect(200);
        assert_ne!(changed["updated_at"], before["updated_at"], "{field}");
        expected["updated_at"] = changed["updated_at"].clone();
        assert_eq!(changed, expected, "{field}");
    }
    let nothing = json!({"name": null, "email": null, "phone_number": null, "external_id": null});
    let unchanged = atlas.client.patch(&path, &nothing).await.expect(200);
    assert_eq!(unchanged["name"], "Ann Smith", "null is the same as absent");
    assert_eq!(unchanged["external_id"], "crm-18");
    let wrong = json!({"name": "", "email": "x", "phone_number": 1, "external_id": ""});
    let answer = atlas.client.patch(&path, &wrong).await;
    answer.expect_invalid(&["/email", "/external_id", "/name", "/phone_number"]);
    let shown = atlas.client.get(&path).await.expect(200);
    assert_eq!(
        shown["email"], "ann.smith@example.org",
        "nothing of a wrong request is done"
    );
    atlas.finish(0).await;
}

#[tokio::test]
async fn a_deleted_user_is_gone_and_their_calls_stay() {
    let atlas = start().await;
    let id = atlas.client.create_user(&ann()).await;
    let mut body = outbound("+15550100042");
    body["user_id"] = json!(id);
    let call_id = atlas.client.place(&body).await;
    let path = format!("/users/{id}");
    let answer = atlas.client.delete(&path).await;
    assert_eq!(answer.expect(204), Value::Null);
    assert!(answer.header("x-request-id").is_some());
    for method in ["GET", "DELETE"] {
        let answer = atlas.client.send(atlas.client.request(method, &path)).await;
        let problem = answer.expect_problem(404, "not_found");
        assert_eq!(problem["detail"], "User not found", "{method}");
    }
    let call = atlas.client.call(&call_id).await;
    assert_eq!(
        call["user_id"],
        id.as_str(),
        "the call still says whose it was"
    );
    atlas.client.create_user(&ann()).await;
    atlas.finish(1).await;
}

#[tokio::test]
async fn an_id_of_nobody_is_not_found_by_any_route() {
    let atlas = start().await;
    for id in [
        "000000000000000000000000",
        "nobody",
        "%20",
        "6f2cbf1c-53d2-4e4b-9d8c-2d6f2f6f0a11",
    ] {
        let path = format!("/users/{id}");
        let change = json!({"name": "B"});
        let answers = [
            atlas.client.get(&path).await,
            atlas.client.patch(&path, &change).await,
            atlas.client.delete(&path).await,
            atlas.client.get(&format!("{path}/calls")).await,
        ];
        for answer in answers {
            let problem = answer.expect_problem(404, "not_found");
            assert_eq!(problem["detail"], "User not found", "{id}");
        }
    }
    atlas.finish(0).await;
}
