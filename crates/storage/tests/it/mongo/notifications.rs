//! Notifications on several instances, and beside other programs.

use std::sync::Arc;

use atlas_domain::call::{Call, CallEvent, CallPurpose, Effect};
use atlas_domain::notification::{DeliveryOutcome, Notification};
use atlas_storage::CallRepository;
use atlas_storage::contract::MongoDatabase;
use mongodb::bson::{Bson, doc};

use super::sharing::{apply, call, call_id, documents, feedback, instance, store_accepted, tenant};
use crate::instances::{self, Instances};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_presses_over_three_instances_acknowledge_once() {
    let database = MongoDatabase::fresh();
    instances::fifty_presses_acknowledge_once(several(&database, 3).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_instance_begins_a_redial_after_the_acknowledgement_of_another() {
    let database = MongoDatabase::fresh();
    let instances = several(&database, 2).await;
    instances::no_redial_is_begun_after_the_acknowledgement(instances).await;
}

#[tokio::test]
async fn fields_that_other_programs_added_to_a_notification_survive_every_change() {
    let database = MongoDatabase::fresh();
    let store = instance(&database).await;
    let task = Notification::new(None, "Restart the pump".parse().unwrap());
    let begun = Call {
        purpose: CallPurpose::Notification(task),
        ..call(1)
    };
    store.insert(&tenant(), &begun).await.unwrap();
    let calls = documents(&database).await;
    let of_call = doc! { "call_id": call_id(1).to_string() };
    let add = async |path: &str| {
        let added = doc! { "$set": { path: { "case": 17 } } };
        calls.update_one(of_call.clone(), added).await.unwrap();
    };
    add("notification.crm").await;
    let acknowledged = CallEvent::AcknowledgedByApi {
        who: None,
        why: None,
        deliver: true,
    };
    assert_eq!(apply(&store, 1, &acknowledged).await, Effect::Changed);
    add("notification.acknowledgement.crm").await;
    add("notification.delivery.crm").await;
    let failed = DeliveryOutcome::Failed {
        reason: "no answer".to_owned(),
        retry_after: None,
    };
    for outcome in [failed, DeliveryOutcome::Delivered] {
        let tried = CallEvent::DeliveryTried { outcome };
        assert_eq!(apply(&store, 1, &tried).await, Effect::Changed, "{tried:?}");
    }
    let stored = calls.find_one(of_call.clone()).await.unwrap().unwrap();
    let notification = stored.get_document("notification").unwrap();
    let delivery = notification.get_document("delivery").unwrap();
    assert_eq!(delivery.get_str("state").unwrap(), "delivered");
    let acknowledgement = notification.get_document("acknowledgement").unwrap();
    for kept in [notification, acknowledgement, delivery] {
        assert_eq!(kept.get_document("crm").unwrap(), &doc! { "case": 17 });
    }
}

#[tokio::test]
async fn a_call_of_before_says_a_script_whatever_others_called_its_purpose() {
    let database = MongoDatabase::fresh();
    let store = instance(&database).await;
    store_accepted(&store, 1).await;
    let calls = documents(&database).await;
    let of_call = doc! { "call_id": call_id(1).to_string() };
    let stored = calls.find_one(of_call.clone()).await.unwrap().unwrap();
    assert!(!stored.contains_key("purpose"), "as a call of before");
    for (mark, purpose) in [(1, Bson::from("sales")), (2, Bson::from(7))] {
        let others = doc! { "purpose": purpose, "notification": "by mail", "twiml_url": 1 };
        calls
            .update_one(of_call.clone(), doc! { "$set": others.clone() })
            .bypass_document_validation(true)
            .await
            .unwrap();
        let call = store.find(&tenant(), call_id(1)).await.unwrap().unwrap();
        assert_eq!(call.purpose, CallPurpose::Script);
        let rated = CallEvent::FeedbackGiven(feedback(mark));
        assert_eq!(apply(&store, 1, &rated).await, Effect::Changed);
        let stored = calls.find_one(of_call.clone()).await.unwrap().unwrap();
        for (name, value) in others {
            assert_eq!(stored.get(&name), Some(&value));
        }
    }
}

async fn several(database: &MongoDatabase, count: usize) -> Instances {
    let mut instances = Instances::new();
    for _ in 0..count {
        instances.push(Arc::new(instance(database).await));
    }
    instances
}
