//! No query reads a whole table.

use atlas_domain::call::CallStatus;
use atlas_domain::{Cursor, ObjectId, PageNumber, PageStart, TenantId, Timestamp, UserId};
use rusqlite::Connection;

use super::{calls, directory, idempotency, listing::Listing, open, recordings, store, users};
use crate::{CallFilter, NotificationFilter, UserCalls};

#[test]
fn every_lookup_uses_an_index() {
    let folder = tempfile::tempdir().unwrap();
    let connection = open_in(folder.path());
    let statements = [
        calls::FIND_BY_SID,
        calls::record::LOAD,
        calls::record::UPDATE,
        calls::purpose::STORE,
        calls::dials::LOAD,
        calls::dials::FORGET_SID,
        calls::attempts::LOAD,
        calls::attempts::REPLACE,
        directory::LOCATE_CALL,
        directory::LOCATE_SID,
        directory::RELEASE,
        idempotency::FIND,
        idempotency::TAKE_OVER,
        idempotency::COMPLETE,
        idempotency::RELEASE,
        idempotency::DELETE_EXPIRED,
        recordings::FIND,
        recordings::FIND_BY_SID,
        recordings::LIST_OF_CALL,
        recordings::UNLINKED,
        recordings::MARK_LINKED,
        store::CHECK,
        users::FIND,
        users::UPDATE,
        users::DELETE,
    ];
    for sql in statements {
        let plan = plan_of(&connection, sql);
        assert!(!plan.contains("SCAN"), "{sql}\n{plan}");
        assert!(!plan.contains("TEMP B-TREE"), "{sql}\n{plan}");
    }
}

#[test]
fn due_work_is_found_through_the_indexes_of_due_work() {
    let folder = tempfile::tempdir().unwrap();
    let connection = open_in(folder.path());
    let claim = plan_of(&connection, directory::CLAIM);
    assert!(
        claim.contains("USING COVERING INDEX calls_due ("),
        "{claim}"
    );
    assert!(!claim.contains("SCAN"), "{claim}");
    let free = plan_of(&connection, directory::NEXT_FREE);
    assert!(
        free.starts_with("SEARCH calls USING COVERING INDEX calls_due ("),
        "{free}"
    );
    assert!(!free.contains("TEMP B-TREE"), "{free}");
    // Reads a partial index from end to end: the few calls that somebody works on.
    let leased = plan_of(&connection, directory::NEXT_LEASED);
    assert!(
        leased.contains("USING COVERING INDEX calls_due_leased"),
        "{leased}"
    );
}

#[test]
fn every_list_is_read_in_order_from_an_index() {
    let folder = tempfile::tempdir().unwrap();
    let connection = open_in(folder.path());
    let tenant = TenantId::default();
    let mut lists = vec![("users".to_owned(), users::listing(&tenant))];
    for (name, filter) in filters() {
        lists.push((format!("calls, {name}"), calls::listing(&tenant, &filter)));
    }
    for (name, list) in lists {
        for sql in statements_of(&list) {
            let plan = plan_of(&connection, &sql);
            // A list over several indexes is merged, and counted from what is merged.
            let scans = plan
                .lines()
                .filter(|line| line.contains("SCAN") && !line.contains("SCAN (subquery"));
            assert_eq!(scans.count(), 0, "{name}\n{sql}\n{plan}");
            if !sql.contains("COUNT") {
                assert!(!plan.contains("TEMP B-TREE"), "{name}\n{sql}\n{plan}");
            }
        }
    }
}

#[test]
fn every_list_of_notifications_is_read_from_the_index_made_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let connection = open_in(folder.path());
    let cases = [
        (None, None, "calls_notifications (tenant=?"),
        (
            None,
            Some(false),
            "calls_notifications_by_acknowledged (tenant=? AND acknowledged=?",
        ),
        (
            Some("7"),
            None,
            "calls_notifications_by_task (tenant=? AND task_id=?",
        ),
        (
            Some("7"),
            Some(true),
            "calls_notifications_by_task_and_acknowledged (tenant=? AND task_id=? AND acknowledged=?",
        ),
    ];
    for (task_id, acknowledged, index) in cases {
        let filter = notifications(task_id, acknowledged);
        let list = calls::listing(&TenantId::default(), &filter);
        let [by_number, by_cursor, _] = statements_of(&list).map(|sql| plan_of(&connection, &sql));
        assert!(by_number.contains(&format!("{index})")), "{by_number}");
        let after = format!("{index} AND (created_at,call_id)<(?,?))");
        assert!(by_cursor.contains(&after), "{by_cursor}");
    }
}

fn notifications(task_id: Option<&str>, acknowledged: Option<bool>) -> CallFilter {
    CallFilter {
        notifications: Some(NotificationFilter {
            task_id: task_id.map(|id| id.parse().unwrap()),
            acknowledged,
        }),
        ..CallFilter::default()
    }
}

fn statements_of(list: &Listing) -> [String; 3] {
    let by_number = PageStart::Number(PageNumber::FIRST);
    let by_cursor = PageStart::After(Cursor::after(Timestamp::EPOCH, "id"));
    [
        list.page_sql(&by_number),
        list.page_sql(&by_cursor),
        list.count_sql(),
    ]
}

fn filters() -> Vec<(&'static str, CallFilter)> {
    let all = CallFilter::default();
    let number = || Some("+15550100042".parse().unwrap());
    let user = |external_id: Option<&str>| {
        Some(UserCalls {
            user_id: UserId::new(ObjectId::from_bytes([0; 12])),
            external_id: external_id.map(|id| id.parse().unwrap()),
        })
    };
    let held = |held| CallFilter {
        held: Some(held),
        ..CallFilter::default()
    };
    vec![
        (
            "by status",
            CallFilter {
                status: Some(CallStatus::Busy),
                ..all.clone()
            },
        ),
        (
            "by number rung",
            CallFilter {
                to_number: number(),
                ..all.clone()
            },
        ),
        (
            "by number shown",
            CallFilter {
                from_number: number(),
                ..all.clone()
            },
        ),
        (
            "by time",
            CallFilter {
                created_after: Some(Timestamp::EPOCH),
                created_before: Some(Timestamp::MAX),
                ..all.clone()
            },
        ),
        ("held", held(true)),
        ("not held", held(false)),
        (
            "by user",
            CallFilter {
                user: user(None),
                ..all.clone()
            },
        ),
        (
            "by everything",
            CallFilter {
                status: Some(CallStatus::Busy),
                to_number: number(),
                from_number: number(),
                created_after: Some(Timestamp::EPOCH),
                created_before: Some(Timestamp::MAX),
                held: Some(false),
                user: user(Some("crm-1")),
                notifications: None,
            },
        ),
        ("notifications", notifications(None, None)),
        ("acknowledged", notifications(None, Some(true))),
        ("not acknowledged", notifications(None, Some(false))),
        ("by task", notifications(Some("7"), None)),
        (
            "by task, acknowledged",
            notifications(Some("7"), Some(true)),
        ),
        ("all", all),
    ]
}

fn open_in(folder: &std::path::Path) -> Connection {
    open::open_for_writing(&folder.join("atlas.db"), std::time::Duration::from_secs(1)).unwrap()
}

/// The plan of a statement, a line for each of its steps.
fn plan_of(connection: &Connection, sql: &str) -> String {
    let mut statement = connection
        .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
        .unwrap();
    let steps = statement.raw_query().mapped(|row| row.get::<_, String>(3));
    steps.map(|step| step.unwrap() + "\n").collect()
}
