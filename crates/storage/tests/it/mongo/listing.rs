//! Lists of rows of which some cannot be ordered: every row is met once.

use atlas_domain::{PageNumber, PageRequest, PageSize, PageStart, TenantId};
use atlas_storage::contract::MongoDatabase;
use atlas_storage::mongo::{MongoOptions, MongoStore};
use atlas_storage::{CallFilter, CallRepository, UserRepository};
use mongodb::bson::{Bson, DateTime, Document, doc, oid::ObjectId};
use mongodb::{Client, Collection};
use secrecy::SecretString;

const CALLS: u64 = 24;
const USERS: u64 = 21;

#[tokio::test]
async fn rows_of_an_older_version_without_a_date_or_an_id_are_each_listed_once() {
    for migrate in [false, true] {
        let database = MongoDatabase::fresh();
        let uri = SecretString::from(database.uri());
        let store = MongoStore::connect(&uri, database.name(), MongoOptions::default())
            .await
            .unwrap();
        let rows = |name| collection(&database, name);
        rows("calls").await.insert_many(calls()).await.unwrap();
        rows("users").await.insert_many(users()).await.unwrap();
        if migrate {
            store.migrate().await.unwrap();
        }
        for size in [1, 4, 7, 100] {
            for by_cursor in [false, true] {
                let what = format!("migrated {migrate}, {size} a page, by cursor {by_cursor}");
                let mut walked = walk_calls(&store, size, by_cursor).await;
                assert_eq!(walked.len(), usize::try_from(CALLS).unwrap(), "{what}");
                walked.sort_unstable();
                walked.dedup();
                assert_eq!(walked.len(), usize::try_from(CALLS).unwrap(), "{what}");
                let mut walked = walk_users(&store, size, by_cursor).await;
                assert_eq!(walked.len(), usize::try_from(USERS).unwrap(), "{what}");
                walked.sort_unstable();
                walked.dedup();
                assert_eq!(walked.len(), usize::try_from(USERS).unwrap(), "{what}");
            }
        }
    }
}

/// Dates of every kind: the same millisecond often, out of range, of other types, none.
fn created_at(number: u64) -> Option<Bson> {
    match number % 7 {
        0..=2 => Some(DateTime::from_millis(1_700_000_000_123).into()),
        3 => Some(DateTime::from_millis(-5).into()),
        4 => Some("2025-01-02T03:04:05.678901".into()),
        5 => Some(1_700_000_000.5.into()),
        _ => None,
    }
}

fn row(number: u64) -> Document {
    let id = ObjectId::from_bytes(
        [&[1; 4][..], &number.to_be_bytes()]
            .concat()
            .try_into()
            .unwrap(),
    );
    let mut row = doc! { "_id": id };
    if let Some(at) = created_at(number) {
        row.insert("created_at", at);
    }
    row
}

fn users() -> Vec<Document> {
    (0..USERS).map(row).collect()
}

/// With an id of their own, with one that is none, and without.
fn calls() -> Vec<Document> {
    let call = |number| {
        let mut call = row(number);
        match number / 7 % 3 {
            0 => {
                let id = format!("6f2cbf1c-53d2-4e4b-9d8c-{number:012x}");
                call.insert("call_id", id);
            }
            1 => {
                call.insert("call_id", format!("call_{number}"));
            }
            _ => {}
        }
        call
    };
    (0..CALLS).map(call).collect()
}

async fn collection(database: &MongoDatabase, name: &str) -> Collection<Document> {
    let client = Client::with_uri_str(database.uri()).await.unwrap();
    client.database(database.name()).collection(name)
}

async fn walk_calls(store: &MongoStore, size: i64, by_cursor: bool) -> Vec<String> {
    let (tenant, filter) = (TenantId::default(), CallFilter::default());
    let mut walked = Vec::new();
    for number in 1.. {
        let request = request(number, size);
        let mut page = CallRepository::list(store, &tenant, &filter, &request)
            .await
            .unwrap();
        assert_eq!(page.total, Some(CALLS));
        loop {
            walked.extend(page.items.iter().map(|call| call.call_id.to_string()));
            let Some(cursor) = page.next_cursor.filter(|_| by_cursor) else {
                break;
            };
            let request = PageRequest {
                start: PageStart::After(cursor.to_string().parse().unwrap()),
                ..request.clone()
            };
            page = CallRepository::list(store, &tenant, &filter, &request)
                .await
                .unwrap();
        }
        if by_cursor || page.items.is_empty() {
            break;
        }
    }
    walked
}

async fn walk_users(store: &MongoStore, size: i64, by_cursor: bool) -> Vec<String> {
    let tenant = TenantId::default();
    let mut walked = Vec::new();
    for number in 1.. {
        let request = request(number, size);
        let mut page = UserRepository::list(store, &tenant, &request)
            .await
            .unwrap();
        assert_eq!(page.total, Some(USERS));
        loop {
            walked.extend(page.items.iter().map(|user| user.id.to_string()));
            let Some(cursor) = page.next_cursor.filter(|_| by_cursor) else {
                break;
            };
            let request = PageRequest {
                start: PageStart::After(cursor.to_string().parse().unwrap()),
                ..request.clone()
            };
            page = UserRepository::list(store, &tenant, &request)
                .await
                .unwrap();
        }
        if by_cursor || page.items.is_empty() {
            break;
        }
    }
    walked
}

fn request(number: i64, size: i64) -> PageRequest {
    PageRequest {
        start: PageStart::Number(PageNumber::new(number).unwrap()),
        size: PageSize::new(size).unwrap(),
    }
}
