//! Users.

use actix_web::test::TestRequest;
use atlas_domain::{Cursor, Page, PageStart};
use atlas_storage::{StorageError, Unique};
use serde_json::{Value, json};

use crate::support::{USER_ID, World, ask, start, user};

fn ann() -> Value {
    json!({"name": "Ann O'Neil", "email": "ann@example.com", "phone_number": "+15550100042"})
}

#[actix_web::test]
async fn a_user_is_stored_and_shown() {
    let mut world = World::new();
    world
        .users
        .expect_insert()
        .times(1)
        .returning(|_, _| Ok(()));
    let service = world.serve().await;
    let mut body = ann();
    body["external_id"] = json!(null);
    body["favourite_colour"] = json!("green");
    let answer = ask(&service, TestRequest::post().uri("/users").set_json(body)).await;
    assert_eq!(answer.status, 201);
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(
        answer.header("location"),
        Some(format!("/atlas/users/{id}").as_str())
    );
    let expected = json!({
        "id": id, "name": "Ann O'Neil", "email": "ann@example.com",
        "phone_number": "+15550100042",
        "created_at": "2026-01-02T03:04:05.678Z", "updated_at": "2026-01-02T03:04:05.678Z",
    });
    assert_eq!(answer.json(), expected);
}

#[actix_web::test]
async fn every_wrong_field_is_told() {
    let service = World::new().serve().await;
    let body = json!({"name": "", "email": "ann", "phone_number": 15550100042_u64,
        "external_id": ""});
    let answer = ask(&service, TestRequest::post().uri("/users").set_json(body)).await;
    assert_eq!(answer.problem(), (400, "validation_failed".to_owned()));
    let pointers = ["/name", "/email", "/phone_number", "/external_id"];
    assert_eq!(answer.pointers(), pointers);
    let body = json!({"email": "x", "external_id": 1});
    let request = TestRequest::patch()
        .uri(&format!("/users/{USER_ID}"))
        .set_json(body);
    assert_eq!(
        ask(&service, request).await.pointers(),
        ["/email", "/external_id"]
    );
}

#[actix_web::test]
async fn what_another_user_has_is_a_conflict() {
    for (unique, code) in [
        (Unique::Email, "email_taken"),
        (Unique::ExternalId, "external_id_taken"),
    ] {
        let mut world = World::new();
        world
            .users
            .expect_insert()
            .returning(move |_, _| Err(StorageError::Duplicate(unique)));
        let service = world.serve().await;
        let answer = ask(&service, TestRequest::post().uri("/users").set_json(ann())).await;
        assert_eq!(answer.problem(), (409, code.to_owned()));
    }
}

#[actix_web::test]
async fn a_user_that_is_not_there_or_cannot_be_is_not_found() {
    let mut world = World::new();
    world
        .users
        .expect_find()
        .times(1)
        .returning(|_, _| Ok(None));
    world
        .users
        .expect_update()
        .times(1)
        .returning(|_, _, _, _| Ok(None));
    world
        .users
        .expect_delete()
        .times(1)
        .returning(|_, _| Ok(false));
    let service = world.serve().await;
    let uri = format!("/users/{USER_ID}");
    for request in [
        TestRequest::get().uri(&uri),
        TestRequest::patch().uri(&uri).set_json(json!({})),
        TestRequest::delete().uri(&uri),
        TestRequest::get().uri("/users/42"),
        TestRequest::get().uri("/users/42/calls"),
    ] {
        let answer = ask(&service, request).await;
        assert_eq!(answer.problem(), (404, "not_found".to_owned()));
        assert_eq!(answer.json()["detail"], "User not found");
    }
}

#[actix_web::test]
async fn a_user_is_changed_and_deleted() {
    let mut world = World::new();
    world
        .users
        .expect_update()
        .returning(|_, _, changes, now| Ok(Some(changes.apply_to(&user(), now))));
    world.users.expect_delete().returning(|_, _| Ok(true));
    let service = world.serve().await;
    let uri = format!("/users/{USER_ID}");
    let request = TestRequest::patch()
        .uri(&uri)
        .set_json(json!({"name": "Ann", "email": null}));
    let answer = ask(&service, request).await;
    assert_eq!(answer.json()["name"], "Ann");
    assert_eq!(answer.json()["email"], "ann@example.com");
    let answer = ask(&service, TestRequest::delete().uri(&uri)).await;
    assert_eq!((answer.status.as_u16(), answer.text()), (204, ""));
}

#[actix_web::test]
async fn a_list_is_an_envelope_by_page_and_by_cursor() {
    let mut world = World::new();
    world.users.expect_list().returning(|_, page| {
        let counted = matches!(page.start, PageStart::Number(_));
        Ok(Page {
            items: vec![user()],
            total: counted.then_some(7),
            next_cursor: Some(Cursor::after(start(), USER_ID)),
        })
    });
    let service = world.serve().await;
    let answer = ask(
        &service,
        TestRequest::get().uri("/users?page_size=1&page=2"),
    )
    .await;
    let envelope = answer.json();
    assert_eq!(envelope["total"], 7);
    assert_eq!(envelope["page"], 2);
    assert_eq!(envelope["page_size"], 1);
    assert_eq!(envelope["data"][0]["id"], USER_ID);
    let cursor = envelope["next_cursor"].as_str().unwrap();
    let uri = format!("/users?cursor={cursor}");
    let envelope = ask(&service, TestRequest::get().uri(&uri)).await.json();
    assert_eq!(envelope["total"], Value::Null);
    assert_eq!(envelope["page"], Value::Null);
    assert_eq!(envelope["page_size"], 10);
}

#[actix_web::test]
async fn a_page_that_cannot_be_is_refused_with_every_reason() {
    let service = World::new().serve().await;
    let uri = "/users?page=0&page_size=1000&cursor=x";
    let answer = ask(&service, TestRequest::get().uri(uri)).await;
    assert_eq!(answer.problem().0, 400);
    assert_eq!(answer.pointers(), ["/page", "/page_size", "/cursor"]);
}

#[actix_web::test]
async fn a_database_that_is_away_is_told_without_its_secrets() {
    let mut world = World::new();
    world
        .users
        .expect_find()
        .returning(|_, _| Err(StorageError::Unavailable("mongodb://u:p@host".into())));
    let service = world.serve().await;
    let request = TestRequest::get().uri(&format!("/users/{USER_ID}"));
    let answer = ask(&service, request).await;
    assert_eq!(answer.problem(), (503, "storage_unavailable".to_owned()));
    assert_eq!(answer.header("retry-after"), Some("1"));
    assert!(!answer.text().contains("mongodb"));
}
