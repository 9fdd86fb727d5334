//! What calls are for, and notifications.

use atlas_domain::call::{AskedBy, Call, CallEvent, CallPurpose, NewCall, Placed, RetryPlan};
use atlas_domain::notification::{AnsweredBy, DeliveryOutcome, Notification};
use atlas_domain::{DialNo, TenantId, Timestamp, TwimlUrl};
use atlas_storage::CallRepository;
use mongodb::bson::{Bson, DateTime, Document, doc};

use super::{Written, set};

#[tokio::test]
async fn a_notification_without_a_part_that_the_domain_needs_is_refused() {
    let written = Written::fresh().await;
    let valid = notification(&written).await;
    assert!(!written.is_refused("calls", valid.clone()).await);
    for path in [
        "purpose",
        "notification",
        "notification.task_title",
        "notification.acknowledged",
        "notification.acknowledgement",
        "notification.acknowledgement.acknowledged_at",
        "notification.acknowledgement.via",
        "notification.acknowledgement.dial_no",
        "notification.acknowledgement.call_sid",
        "notification.acknowledgement.digits",
        "notification.acknowledgement.pressed_at",
        "notification.acknowledgement.superseded_dials",
        "notification.acknowledgement.end_others_at",
        "notification.delivery.webhook_id",
        "notification.delivery.state",
        "notification.delivery.tries",
        "notification.delivery.next_try_at",
        "dials.0.detection.answered_by",
        "dials.0.detection.at",
        "dials.0.first_key_press.digits",
        "dials.0.first_key_press.pressed_at",
    ] {
        let mut document = valid.clone();
        set(&mut document, path, None);
        assert!(
            written.is_refused("calls", document).await,
            "without {path}"
        );
    }
}

#[tokio::test]
async fn a_notification_with_a_value_that_the_domain_refuses_is_refused() {
    let written = Written::fresh().await;
    let valid = notification(&written).await;
    let date = Bson::DateTime(DateTime::from_millis(0));
    let delivery = |state: &str, time: &str| {
        let id = format!("ack_{}", "0".repeat(32));
        Bson::from(doc! { "webhook_id": id, "state": state, "tries": 1_i64, time: date.clone() })
    };
    let cases: Vec<(&str, Bson)> = vec![
        ("purpose", "script".into()),
        ("purpose", "document".into()),
        ("purpose", "sales".into()),
        ("twiml_url", "https://example.com/".into()),
        ("notification", "a text".into()),
        ("notification.task_id", "".into()),
        ("notification.task_id", "x".repeat(129).into()),
        ("notification.task_title", "".into()),
        ("notification.task_title", "🎉".repeat(501).into()),
        ("notification.task_title", 7.into()),
        ("notification.canceled_at", "2026-01-01".into()),
        ("notification.acknowledged", false.into()),
        ("notification.acknowledged", 1.into()),
        ("notification.acknowledgement.via", "phone".into()),
        ("notification.acknowledgement.dial_no", 0.into()),
        ("notification.acknowledgement.call_sid", "CA 1".into()),
        ("notification.acknowledgement.digits", "".into()),
        ("notification.acknowledgement.digits", "1".repeat(33).into()),
        (
            "notification.acknowledgement.superseded_dials",
            Bson::from(-1),
        ),
        ("notification.delivery.webhook_id", "ack_1".into()),
        ("notification.delivery.state", "lost".into()),
        ("notification.delivery.tries", Bson::from(-1)),
        ("notification.delivery.last_error", 1.into()),
        ("notification.delivery", delivery("pending", "at")),
        (
            "notification.delivery",
            delivery("delivered", "next_try_at"),
        ),
        ("notification.delivery", delivery("dead", "next_try_at")),
        ("dials.0.sid_known_at", 1.into()),
        ("dials.0.detection.answered_by", "answered".into()),
        ("dials.0.first_key_press.digits", "".into()),
        ("dials.0.machine_message_at", "now".into()),
    ];
    for (path, value) in cases {
        let mut document = valid.clone();
        set(&mut document, path, Some(value.clone()));
        let refused = written.is_refused("calls", document).await;
        assert!(refused, "{path}: {value}");
    }
    assert!(!written.is_refused("calls", valid).await);
}

#[tokio::test]
async fn other_states_of_a_notification_and_fields_that_atlas_does_not_know_are_stored() {
    let written = Written::fresh().await;
    let valid = notification(&written).await;
    let date = Bson::DateTime(DateTime::from_millis(0));
    let by_api = doc! {
        "acknowledged_at": date.clone(),
        "via": "api",
        "who": "Ann",
        "superseded_dials": 0,
        "end_others_at": date.clone(),
    };
    let undelivered = doc! { "task_title": "🎉".repeat(500), "acknowledged": false };
    let cases: Vec<(&str, Bson)> = vec![
        ("notification", undelivered.into()),
        ("notification.acknowledgement", by_api.into()),
        ("notification.canceled_at", date),
        ("notification.note", doc! { "by": "ann" }.into()),
        ("notification.acknowledgement.note", 1.into()),
        ("notification.delivery.note", 1.into()),
        ("dials.0.detection.note", 1.into()),
    ];
    for (path, value) in cases {
        let mut document = valid.clone();
        set(&mut document, path, Some(value));
        assert!(!written.is_refused("calls", document).await, "{path}");
    }
}

#[tokio::test]
async fn a_document_call_has_its_url_and_no_notification() {
    let written = Written::fresh().await;
    let url = TwimlUrl::from_stored("https://example.com/").unwrap();
    let valid = stored(&written, CallPurpose::Document(url), &[]).await;
    assert!(!written.is_refused("calls", valid.clone()).await);
    let cases = [
        ("twiml_url", None),
        ("twiml_url", Some("".into())),
        ("purpose", None),
        ("notification", Some(doc! {}.into())),
    ];
    for (path, value) in cases {
        let mut document = valid.clone();
        set(&mut document, path, value.clone());
        let refused = written.is_refused("calls", document).await;
        assert!(refused, "{path}: {value:?}");
    }
}

/// The document of a notification that was acknowledged by a key press and not delivered yet.
async fn notification(written: &Written) -> Document {
    let accepted = CallEvent::Placed {
        dial_no: DialNo::FIRST,
        outcome: Placed::Accepted {
            sid: "CA2".parse().unwrap(),
        },
        asked_by: AskedBy::Worker,
    };
    let judged = CallEvent::MachineDetected {
        sid: "CA2".parse().unwrap(),
        dial_no: None,
        answered_by: AnsweredBy::Human,
    };
    let pressed = CallEvent::KeyPressed {
        sid: "CA2".parse().unwrap(),
        dial_no: None,
        digits: "1".parse().unwrap(),
        confirmed: false,
        pressed_at: Timestamp::EPOCH,
        deliver: true,
    };
    let failed = CallEvent::DeliveryTried {
        outcome: DeliveryOutcome::Failed {
            reason: "no answer".to_owned(),
            retry_after: None,
        },
    };
    let task = Notification::new(Some("7".parse().unwrap()), "Pump".parse().unwrap());
    let purpose = CallPurpose::Notification(task);
    stored(written, purpose, &[accepted, judged, pressed, failed]).await
}

/// The document of a call for this, after these events.
async fn stored(written: &Written, purpose: CallPurpose, events: &[CallEvent]) -> Document {
    let (tenant, now) = (TenantId::default(), Timestamp::EPOCH);
    let new = NewCall {
        call_id: "6f2cbf1c-53d2-4e4b-9d8c-000000000002".parse().unwrap(),
        user_id: None,
        user_external_id: None,
        to_number: "+15550100042".parse().unwrap(),
        from_number: "+15005550006".parse().unwrap(),
        purpose,
        script: None,
        recording_enabled: false,
        retry_plan: RetryPlan::default(),
    };
    let call = Call::begin(new, now);
    CallRepository::insert(&written.store, &tenant, &call)
        .await
        .unwrap();
    for event in events {
        let applied = CallRepository::apply(&written.store, &tenant, call.call_id, event, now);
        applied.await.unwrap().unwrap();
    }
    let calls = written.database.collection::<Document>("calls");
    let found = calls.find_one(doc! { "call_id": call.call_id.to_string() });
    found.await.unwrap().unwrap()
}
