//! Placing calls and watching them.

use std::sync::{Arc, Mutex};

use actix_web::App;
use actix_web::test::TestRequest;
use atlas_domain::carrier::{PlaceOutcome, Refusal, RefusalKind};
use atlas_storage::{IdempotencyBegin, RecordedResponse};
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::support::{CALL_ID, CALL_SID, USER_ID, World, ask, call, interface};

fn order() -> TestRequest {
    TestRequest::post()
        .uri("/calls/outbound")
        .set_json(json!({"to": "+15550100042", "user_external_id": "crm-17"}))
}

fn refusal(kind: RefusalKind) -> PlaceOutcome {
    PlaceOutcome::Refused(Refusal {
        kind,
        code: Some(21211),
        message: "The number is not valid.".to_owned(),
    })
}

#[actix_web::test]
async fn a_call_is_placed() {
    let mut world = World::new();
    let kept = world.keep_call(None);
    let asked = Arc::clone(&world.carrier.asked);
    let service = world.serve().await;
    let answer = ask(&service, order()).await;
    assert_eq!(answer.status, 201);
    assert_eq!(
        answer.header("location"),
        Some(format!("/atlas/calls/{CALL_ID}").as_str())
    );
    let expected = json!({
        "call_id": CALL_ID, "user_external_id": "crm-17", "to_number": "+15550100042",
        "from_number": "+15005550006", "status": "initiated", "twilio_sid": CALL_SID,
        "call_sid": CALL_SID, "recording_enabled": true,
        "created_at": "2026-01-02T03:04:05.678Z",
    });
    assert_eq!(answer.json(), expected);
    assert_eq!(asked.lock().unwrap().dials, 1);
    assert!(kept.lock().unwrap().is_some());
}

#[actix_web::test]
async fn a_call_whose_answer_was_lost_is_being_looked_up() {
    let mut world = World::new();
    world.keep_call(None);
    world.carrier.place = PlaceOutcome::Unknown {
        reason: "timeout".to_owned(),
    };
    let service = world.serve().await;
    let answer = ask(&service, order()).await;
    assert_eq!(answer.status, 202);
    let placed = answer.json();
    assert_eq!(placed["pending"], "lookup");
    assert!(placed["twilio_sid"].is_null() && placed["call_sid"].is_null());
    assert!(placed.as_object().unwrap().contains_key("twilio_sid"));
}

#[actix_web::test]
async fn what_the_carrier_refuses_is_told_with_its_call() {
    let limited = RefusalKind::RateLimited {
        retry_after_seconds: None,
    };
    let not_sent = PlaceOutcome::NotSent {
        reason: "dns".to_owned(),
    };
    for (outcome, status, code, twilio_code) in [
        (
            refusal(RefusalKind::Number),
            400,
            "carrier_refused",
            json!(21211),
        ),
        (
            refusal(RefusalKind::Permission),
            503,
            "carrier_not_authorized",
            json!(21211),
        ),
        (refusal(limited), 429, "carrier_rate_limited", json!(21211)),
        (not_sent, 503, "carrier_unreachable", Value::Null),
    ] {
        let mut world = World::new();
        world.keep_call(None);
        world.carrier.place = outcome;
        let service = world.serve().await;
        let answer = ask(&service, order()).await;
        assert_eq!(answer.problem(), (status, code.to_owned()));
        assert_eq!(answer.json()["twilio_code"], twilio_code);
        assert_eq!(answer.json()["call_id"], CALL_ID);
        assert_eq!(answer.header("retry-after").is_some(), status == 429);
    }
}

#[actix_web::test]
async fn a_stored_user_must_be_there() {
    let mut world = World::new();
    world.users.expect_find().returning(|_, _| Ok(None));
    let service = world.serve().await;
    let body = json!({"to_number": "+15550100042", "user_id": USER_ID});
    let request = TestRequest::post().uri("/calls/outbound").set_json(body);
    let answer = ask(&service, request).await;
    assert_eq!(answer.problem(), (404, "not_found".to_owned()));
}

#[actix_web::test]
async fn wrong_fields_and_a_wrong_key_are_told_together_and_nothing_is_dialled() {
    let service = World::new().serve().await;
    let request = TestRequest::post()
        .uri("/calls/outbound")
        .insert_header(("idempotency-key", "a b"))
        .set_json(json!({"to": "0", "retry_limit": -1}));
    let answer = ask(&service, request).await;
    assert_eq!(answer.problem(), (400, "validation_failed".to_owned()));
    let pointers = [
        "/headers/idempotency-key",
        "/to",
        "/user_external_id",
        "/retry_limit",
    ];
    assert_eq!(answer.pointers(), pointers);
}

#[actix_web::test]
async fn answers_that_are_final_are_kept_for_their_key_and_others_release_it() {
    for (outcome, kept_status) in [
        (World::new().carrier.place, Some(201)),
        (
            PlaceOutcome::Unknown {
                reason: "timeout".to_owned(),
            },
            Some(202),
        ),
        (refusal(RefusalKind::Number), Some(400)),
        (refusal(RefusalKind::Credentials), None),
        (
            refusal(RefusalKind::RateLimited {
                retry_after_seconds: Some(2),
            }),
            None,
        ),
    ] {
        let mut world = World::new();
        world.keep_call(None);
        world.carrier.place = outcome;
        world.idempotency.expect_begin().returning(|_, claim, _| {
            assert_eq!(claim.key.key, "key-1");
            assert_eq!(claim.key.route, "POST /calls/outbound");
            Ok(IdempotencyBegin::Proceed {
                call_id: claim.call_id,
            })
        });
        let kept = Arc::new(Mutex::new(None));
        let here = Arc::clone(&kept);
        world
            .idempotency
            .expect_complete()
            .returning(move |_, _, _, response| {
                *here.lock().unwrap() = Some(response.clone());
                Ok(())
            });
        let releases = usize::from(kept_status.is_none());
        world
            .idempotency
            .expect_release()
            .times(releases)
            .returning(|_, _, _| Ok(()));
        let service = world.serve().await;
        let request = order().insert_header(("idempotency-key", "key-1"));
        let answer = ask(&service, request).await;
        assert_eq!(answer.header("idempotent-replayed"), None);
        let kept: Option<RecordedResponse> = kept.lock().unwrap().take();
        assert_eq!(kept.as_ref().map(|kept| kept.http_status), kept_status);
        if let Some(kept) = kept {
            assert_eq!(kept.body, answer.body, "what is kept is what was answered");
            assert_eq!(
                Some(kept.content_type.as_str()),
                answer.header("content-type")
            );
            assert_eq!(kept.location.as_deref(), answer.header("location"));
        }
    }
}

#[actix_web::test]
async fn a_kept_answer_is_given_again_and_nothing_is_dialled() {
    let mut world = World::new();
    let asked = Arc::clone(&world.carrier.asked);
    world.idempotency.expect_begin().returning(|_, _, _| {
        Ok(IdempotencyBegin::Replay(RecordedResponse {
            http_status: 201,
            location: Some("/atlas/calls/x".to_owned()),
            content_type: "application/json".to_owned(),
            body: b"{\"call_id\":\"x\"}".to_vec(),
        }))
    });
    let service = world.serve().await;
    let answer = ask(
        &service,
        order().insert_header(("idempotency-key", "key-1")),
    )
    .await;
    assert_eq!(answer.status, 201);
    assert_eq!(answer.header("idempotent-replayed"), Some("true"));
    assert_eq!(answer.header("location"), Some("/atlas/calls/x"));
    assert_eq!(answer.json(), json!({"call_id": "x"}));
    assert_eq!(asked.lock().unwrap().dials, 0);
}

#[actix_web::test]
async fn a_key_in_use_is_a_conflict() {
    for (begun, code) in [
        (IdempotencyBegin::InProgress, "idempotency_in_progress"),
        (IdempotencyBegin::Reused, "idempotency_key_reused"),
    ] {
        let mut world = World::new();
        world
            .idempotency
            .expect_begin()
            .returning(move |_, _, _| Ok(begun.clone()));
        let service = world.serve().await;
        let answer = ask(
            &service,
            order().insert_header(("idempotency-key", "key-1")),
        )
        .await;
        assert_eq!(answer.problem(), (409, code.to_owned()));
    }
}

#[actix_web::test]
async fn a_call_is_shown_by_its_id_and_by_its_sid() {
    let mut world = World::new();
    world.keep_call(None);
    let service = world.serve().await;
    ask(&service, order()).await;
    for name in [CALL_ID, CALL_SID] {
        let uri = format!("/calls/{name}");
        let shown = ask(&service, TestRequest::get().uri(&uri)).await.json();
        let expected = json!({
            "call_id": CALL_ID, "user_external_id": "crm-17", "to_number": "+15550100042",
            "from_number": "+15005550006", "status": "initiated", "finished": false,
            "held": false, "twilio_sid": CALL_SID, "call_sid": CALL_SID,
            "purpose": "script", "recording_enabled": true, "direction": "outbound-api",
            "attempts": [],
            "attempt_count": 0, "retry_limit": 3, "retry_delay_sec": 10, "redial_count": 0,
            "dials": [{"dial_no": 1, "twilio_sid": CALL_SID, "status": "initiated",
                "started_at": null}],
            "created_at": "2026-01-02T03:04:05.678Z", "updated_at": "2026-01-02T03:04:05.678Z",
        });
        assert_eq!(shown, expected);
    }
    let uri = format!("/calls/{CALL_ID}/attempts");
    let attempts = ask(&service, TestRequest::get().uri(&uri)).await.json();
    assert_eq!(
        attempts,
        json!({"call_id": CALL_ID, "attempt_count": 0, "attempts": []})
    );
}

#[actix_web::test]
async fn a_call_that_is_not_there_is_not_found_by_its_own_name() {
    let mut world = World::new();
    world.keep_call(None);
    let service = world.serve().await;
    for (name, shown) in [(CALL_ID, CALL_ID), (CALL_SID, CALL_SID), ("a%20b", "a b")] {
        for request in [
            TestRequest::get().uri(&format!("/calls/{name}")),
            TestRequest::post().uri(&format!("/calls/{name}/hangup")),
            TestRequest::delete().uri(&format!("/calls/{name}/retry")),
            TestRequest::get().uri(&format!("/calls/{name}/feedback")),
        ] {
            let answer = ask(&service, request).await;
            assert_eq!(answer.problem(), (404, "not_found".to_owned()));
            assert_eq!(answer.json()["detail"], format!("Call not found: {shown}"));
        }
    }
}

#[actix_web::test]
async fn a_call_is_hung_up_once_and_its_redials_can_be_given_up() {
    let mut world = World::new();
    world.keep_call(Some(call()));
    let service = world.serve().await;
    let retry = format!("/calls/{CALL_ID}/retry");
    let answer = ask(&service, TestRequest::post().uri(&retry)).await;
    assert_eq!(answer.problem(), (409, "dial_under_way".to_owned()));
    assert_eq!(
        ask(&service, TestRequest::delete().uri(&retry))
            .await
            .status,
        200
    );
    let hang_up = format!("/calls/{CALL_ID}/hangup");
    assert_eq!(
        ask(&service, TestRequest::post().uri(&hang_up))
            .await
            .status,
        200
    );
}

#[actix_web::test]
async fn a_client_that_goes_away_cannot_stop_a_dial_between_two_steps() {
    let mut world = World::new();
    let kept = world.keep_call(None);
    world.carrier.gate = Arc::new(Semaphore::new(0));
    let (gate, dial_asked) = (
        Arc::clone(&world.carrier.gate),
        Arc::clone(&world.carrier.dial_asked),
    );
    let state = world.state();
    let tasks = state.tasks().clone();
    let service = interface!(App::new().configure(atlas_api::configure(state)));
    let mut request = Box::pin(ask(&service, order()));
    tokio::select! {
        answer = &mut request => panic!("answered too early: {answer:?}"),
        () = dial_asked.notified() => {}
    }
    drop(request);
    gate.add_permits(1);
    tasks.close();
    tasks.wait().await;
    let call = kept.lock().unwrap().clone().unwrap();
    assert_eq!(
        call.twilio_sid().map(ToString::to_string),
        Some(CALL_SID.to_owned())
    );
}
