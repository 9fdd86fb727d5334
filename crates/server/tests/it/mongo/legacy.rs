//! A database that an older service left behind, over HTTP: taken over at the start, and served in
//! the shape it has. No route fails on any row, nothing is dialled, and no field is lost.

use std::collections::BTreeSet;

use atlas_storage::contract::{MongoDatabase, OldDatabase};
use serde_json::{Value, json};

use crate::support::{Answer, Setup, TestAtlas, TestStore};

/// An old database and an Atlas on it.
struct OldAtlas {
    atlas: TestAtlas,
    old: OldDatabase,
}

impl OldAtlas {
    async fn start(setup: Setup) -> Self {
        let own = MongoDatabase::fresh();
        let old = OldDatabase::write(&own).await;
        let atlas = setup.start_on(TestStore::Mongo(own)).await;
        Self { atlas, old }
    }

    async fn taken_over() -> Self {
        Self::start(Setup::stepped()).await
    }

    async fn as_it_was() -> Self {
        Self::start(Setup::stepped().without_migrating()).await
    }

    /// A list, walked by cursor and by page; each item once, the same in both.
    async fn walk(&self, path: &str, id: &str) -> Vec<Value> {
        let client = &self.atlas.client;
        let mut by_cursor = Vec::new();
        let mut next = String::new();
        loop {
            let page = client.get(&format!("{path}page_size=20{next}")).await;
            let page = page.expect(200);
            by_cursor.extend(page["data"].as_array().unwrap().clone());
            match page["next_cursor"].as_str() {
                Some(cursor) => next = format!("&cursor={cursor}"),
                None => break,
            }
        }
        let mut by_page = Vec::new();
        for number in 1.. {
            let path = format!("{path}page_size=20&page={number}");
            let page = client.get(&path).await.expect(200);
            let items = page["data"].as_array().unwrap().clone();
            if items.is_empty() {
                break;
            }
            by_page.extend(items);
        }
        assert_eq!(by_page, by_cursor);
        let ids: BTreeSet<_> = by_page.iter().map(|item| text(item, id)).collect();
        assert_eq!(ids.len(), by_page.len());
        by_page
    }

    async fn calls(&self) -> Vec<Value> {
        let calls = self.walk("/calls?", "call_id").await;
        assert_eq!(calls.len(), self.old.calls.len());
        calls
    }

    async fn users(&self) -> Vec<Value> {
        let users = self.walk("/users?", "id").await;
        assert_eq!(users.len(), self.old.users.len());
        users
    }

    async fn read_everything(&self) {
        let client = &self.atlas.client;
        for call in self.calls().await {
            let call_id = text(&call, "call_id");
            assert_eq!(client.call(&call_id).await, call);
            for sid in sids_of(&call) {
                client.call(&sid).await;
            }
            let path = format!("/calls/{call_id}");
            let attempts = client.get(&format!("{path}/attempts")).await.expect(200);
            assert_eq!(attempts["attempts"], call["attempts"]);
            let recordings = client.get(&format!("{path}/recordings")).await.expect(200);
            for recording in recordings["data"].as_array().unwrap() {
                assert_eq!(recording["call_id"], call["call_id"]);
            }
            let feedback = client.get(&format!("{path}/feedback")).await;
            let given = call.get("feedback").is_some();
            feedback.expect(if given { 200 } else { 404 });
        }
        for row in &self.old.recordings {
            let id = row.get_object_id("_id").unwrap().to_hex();
            let recording = client.get(&format!("/recordings/{id}")).await.expect(200);
            assert_eq!(recording["id"], json!(id));
            honest(&client.get(&format!("/recordings/{id}/media")).await);
        }
        for user in self.users().await {
            let id = text(&user, "id");
            let read = client.get(&format!("/users/{id}")).await.expect(200);
            assert_eq!(read, user);
            client.get(&format!("/users/{id}/calls")).await.expect(200);
        }
    }

    /// What Twilio tells of old calls, without a query of ours.
    async fn report_on_every_call(&self) {
        for call in self.calls().await {
            let Some(sid) = call["twilio_sid"].as_str() else {
                continue;
            };
            let before = self.atlas.client.call(sid).await;
            if before["call_id"] != call["call_id"] {
                // An early callback had left a row behind; its SID is another call's.
                continue;
            }
            let form = [
                ("CallSid", sid),
                ("AccountSid", "AC00000000000000000000000000000001"),
                ("CallStatus", "completed"),
                ("SequenceNumber", "3"),
                ("CallDuration", "7"),
            ];
            for _ in 0..2 {
                let answer = self.atlas.callback("/twilio/status", &form).send().await;
                answer.expect(200);
            }
            let after = self.atlas.client.call(sid).await;
            assert_eq!(after["status"], "completed", "{after}");
            let attempts = |call: &Value| call["attempt_count"].as_u64().unwrap();
            assert_eq!(attempts(&after), attempts(&before) + 1, "{after}");
        }
    }

    /// Rates, hangs up and redials every call, and changes every user.
    async fn change_everything(&self) -> usize {
        let client = &self.atlas.client;
        let scores = json!({"call_quality": 5, "agent_helpfulness": 4, "resolution": 3,
            "call_ease": 2, "overall_satisfaction": 1, "notes": "Fine."});
        let mut redialled = 0;
        for call in self.calls().await {
            let path = format!("/calls/{}", text(&call, "call_id"));
            let rated = client.patch(&format!("{path}/feedback"), &scores).await;
            assert_eq!(rated.expect(200)["call_quality"], 5);
            honest(&client.post_empty(&format!("{path}/hangup")).await);
            honest(&client.delete(&format!("{path}/retry")).await);
            let redial = client.post_empty(&format!("{path}/retry")).await;
            honest(&redial);
            redialled += usize::from(redial.status.is_success());
            client.get(&path).await.expect(200);
        }
        for user in self.users().await {
            let path = format!("/users/{}", text(&user, "id"));
            let changed = client.patch(&path, &json!({"name": "New"})).await;
            assert_eq!(changed.expect(200)["name"], "New");
        }
        redialled
    }
}

/// An answer that is no failure of the server.
#[track_caller]
fn honest(answer: &Answer) {
    assert!(answer.status.as_u16() < 500, "{answer:?} {}", answer.text());
}

fn text(item: &Value, name: &str) -> String {
    item[name].as_str().unwrap().to_owned()
}

fn sids_of(call: &Value) -> Vec<String> {
    let dials = call["dials"].as_array().unwrap();
    let sids = dials.iter().filter_map(|dial| dial["twilio_sid"].as_str());
    sids.map(str::to_owned).collect()
}

#[tokio::test]
async fn every_route_serves_every_row_that_was_taken_over_and_nothing_is_dialled() {
    let old = OldAtlas::taken_over().await;
    old.read_everything().await;
    for status in [
        "initiated",
        "in-progress",
        "busy",
        "no-answer",
        "failed",
        "canceled",
        "completed",
    ] {
        let found = old
            .walk(&format!("/calls?status={status}&"), "call_id")
            .await;
        assert!(!found.is_empty(), "{status}");
        assert!(found.iter().all(|call| call["status"] == status));
    }
    old.atlas.advance(86_400).await;
    old.old.assert_nothing_is_lost(&[]).await;
    old.atlas.finish(0).await;
}

#[tokio::test]
async fn every_route_serves_every_row_as_the_older_service_left_it() {
    let old = OldAtlas::as_it_was().await;
    old.read_everything().await;
    old.atlas.advance(86_400).await;
    for (name, rows) in [("calls", &old.old.calls), ("users", &old.old.users)] {
        assert_eq!(old.old.rows(name).await, *rows, "reading changes nothing");
    }
    old.atlas.finish(0).await;
}

#[tokio::test]
async fn callbacks_for_old_calls_arrive_and_fold() {
    for old in [OldAtlas::taken_over().await, OldAtlas::as_it_was().await] {
        old.report_on_every_call().await;
        old.atlas.advance(86_400).await;
        old.old
            .assert_nothing_is_lost(&["status", "updated_at"])
            .await;
        old.atlas.finish(0).await;
    }
}

#[tokio::test]
async fn old_calls_are_rated_hung_up_and_redialled_by_hand_and_old_users_changed() {
    for old in [OldAtlas::taken_over().await, OldAtlas::as_it_was().await] {
        let redialled = old.change_everything().await;
        assert!(redialled > 0);
        assert_eq!(old.atlas.dials(), redialled);
        old.atlas.advance(86_400).await;
        assert_eq!(old.atlas.dials(), redialled, "only what was asked for");
        old.calls().await;
        let may_change = [
            "status",
            "updated_at",
            "name",
            "feedback",
            "twilio_sid",
            "call_sid",
            "started_at",
            "ended_at",
            "answered_by",
            "duration_sec",
            "attempts",
        ];
        old.old.assert_nothing_is_lost(&may_change).await;
        old.atlas.finish(redialled).await;
    }
}
