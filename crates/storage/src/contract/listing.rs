//! Clauses of [`CallRepository::list`](crate::CallRepository::list).

#![expect(missing_docs, reason = "the name of a clause says what it checks")]
#![expect(
    clippy::unwrap_used,
    reason = "these are tests: they panic when they fail"
)]

use atlas_domain::call::{Call, CallEvent, CallStatus, LookupResult};
use atlas_domain::{CallId, Cursor, PageRequest, PageSize, PageStart, Stored};

use super::Backend;
use super::samples::*;
use crate::{CallFilter, UserCalls};

pub async fn calls_are_listed_newest_first_and_by_id_within_a_millisecond(backend: Backend) {
    for (number, seconds) in [(2, 5), (4, 5), (1, 9), (3, 5), (5, 1)] {
        insert(&backend, &call_begun(number, at(seconds))).await;
    }
    let page = backend
        .calls
        .list(&tenant(), &CallFilter::default(), &page_number(1, 10))
        .await
        .unwrap();
    assert_eq!(ids(&page.items), [1, 4, 3, 2, 5].map(call_id));
    assert_eq!((page.total, page.next_cursor), (Some(5), None));
}

pub async fn listed_calls_are_whole(backend: Backend) {
    let call = call_with_everything(1);
    insert(&backend, &call).await;
    let page = backend
        .calls
        .list(&tenant(), &CallFilter::default(), &page_number(1, 1))
        .await
        .unwrap();
    assert_eq!(page.items, [call]);
}

pub async fn walking_by_cursor_meets_the_same_calls_as_walking_by_page(backend: Backend) {
    // Three calls in each second, so that pages break within one.
    for number in 0..23 {
        insert(&backend, &call_begun(number, at(i64::from(number / 3)))).await;
    }
    let filter = CallFilter::default();
    let expected: Vec<_> = (0..8)
        .rev()
        .flat_map(|second| (0..3).rev().map(move |place| second * 3 + place))
        .filter(|number| *number < 23)
        .map(call_id)
        .collect();
    for size in [1, 4, 23, 100] {
        let by_cursor = walk_by_cursor(&backend, &filter, size).await;
        assert_eq!(by_cursor, expected, "cursor, size {size}");

        let mut by_page = Vec::new();
        for number in 1.. {
            let page = backend
                .calls
                .list(&tenant(), &filter, &page_number(number, size))
                .await
                .unwrap();
            assert_eq!(page.total, Some(23));
            by_page.extend(ids(&page.items));
            if page.next_cursor.is_none() {
                break;
            }
        }
        assert_eq!(by_page, expected, "page, size {size}");
    }
}

pub async fn a_page_beyond_the_end_is_empty(backend: Backend) {
    insert(&backend, &call_begun(1, at(0))).await;
    let filter = CallFilter::default();
    let request = page_number(1_000_000, 100);
    let page = backend
        .calls
        .list(&tenant(), &filter, &request)
        .await
        .unwrap();
    assert_eq!((page.items.len(), page.total), (0, Some(1)));
    assert_eq!(page.next_cursor, None);
}

pub async fn a_cursor_after_the_last_call_gives_nothing_and_counts_nothing(backend: Backend) {
    insert(&backend, &call_begun(1, at(5))).await;
    let request = PageRequest {
        start: PageStart::After(Cursor::after(at(5), call_id(1))),
        size: PageSize::default(),
    };
    let filter = CallFilter::default();
    let page = backend
        .calls
        .list(&tenant(), &filter, &request)
        .await
        .unwrap();
    assert_eq!((page.items.len(), page.total), (0, None));
}

pub async fn calls_are_filtered_by_each_field_and_by_all_together(backend: Backend) {
    let to_number = "+15550100099".parse().unwrap();
    let from_number = "+15550100001".parse().unwrap();
    for number in 1..=6 {
        let mut call = call_begun(number, at(i64::from(number)));
        if number == 2 || number == 6 {
            call.to_number = Stored::Valid("+15550100099".parse().unwrap());
        }
        if number == 3 || number == 6 {
            call.from_number = Stored::Valid("+15550100001".parse().unwrap());
        }
        insert(&backend, &call).await;
    }
    ring(&backend, 4).await;
    ring(&backend, 6).await;
    hold(&backend, 5).await;

    let all = CallFilter::default();
    let cases: [(&str, CallFilter, &[u32]); 10] = [
        ("none", all.clone(), &[6, 5, 4, 3, 2, 1]),
        (
            "status",
            CallFilter {
                status: Some(CallStatus::Ringing),
                ..all.clone()
            },
            &[6, 4],
        ),
        (
            "status of nobody",
            CallFilter {
                status: Some(CallStatus::Busy),
                ..all.clone()
            },
            &[],
        ),
        (
            "number rung",
            CallFilter {
                to_number: Some(to_number),
                ..all.clone()
            },
            &[6, 2],
        ),
        (
            "number shown",
            CallFilter {
                from_number: Some(from_number),
                ..all.clone()
            },
            &[6, 3],
        ),
        (
            "created at or after",
            CallFilter {
                created_after: Some(at(5)),
                ..all.clone()
            },
            &[6, 5],
        ),
        (
            "created at or before",
            CallFilter {
                created_before: Some(at(2)),
                ..all.clone()
            },
            &[2, 1],
        ),
        (
            "held",
            CallFilter {
                held: Some(true),
                ..all.clone()
            },
            &[5],
        ),
        (
            "not held",
            CallFilter {
                held: Some(false),
                ..all.clone()
            },
            &[6, 4, 3, 2, 1],
        ),
        (
            "all",
            CallFilter {
                status: Some(CallStatus::Ringing),
                to_number: Some("+15550100099".parse().unwrap()),
                from_number: Some("+15550100001".parse().unwrap()),
                created_after: Some(at(6)),
                created_before: Some(at(6)),
                held: Some(false),
                user: None,
                notifications: None,
            },
            &[6],
        ),
    ];
    for (what, filter, expected) in cases {
        let expected: Vec<_> = expected.iter().copied().map(call_id).collect();
        assert_lists(&backend, &filter, &expected, what).await;
    }
}

pub async fn the_calls_of_a_user_are_those_of_its_two_ids(backend: Backend) {
    type Change = fn(&mut Call);
    let ann = user_id(7);
    let set: [(u32, Change); 6] = [
        (1, |call| call.user_id = Some(user_id(7))),
        (2, |call| {
            call.user_external_id = Some(user_id(7).to_string().parse().unwrap());
        }),
        (3, |call| {
            call.user_external_id = Some("crm-7".parse().unwrap())
        }),
        (4, |call| {
            call.user_id = Some(user_id(7));
            call.user_external_id = Some("crm-7".parse().unwrap());
        }),
        (5, |call| {
            call.user_external_id = Some("CRM-7".parse().unwrap())
        }),
        (6, |call| call.user_id = Some(user_id(8))),
    ];
    for (number, change) in set {
        let mut call = call_begun(number, at(i64::from(number % 2)));
        change(&mut call);
        insert(&backend, &call).await;
    }
    ring(&backend, 3).await;
    let of = |external_id: Option<&str>, status| CallFilter {
        user: Some(UserCalls {
            user_id: ann,
            external_id: external_id.map(|id| id.parse().unwrap()),
        }),
        status,
        ..CallFilter::default()
    };
    let ringing = Some(CallStatus::Ringing);
    let cases = [
        (
            "with external id",
            of(Some("crm-7"), None),
            vec![3, 1, 4, 2],
        ),
        ("without external id", of(None, None), vec![1, 4, 2]),
        ("and a status", of(Some("crm-7"), ringing), vec![3]),
    ];
    for (what, filter, expected) in cases {
        let expected: Vec<_> = expected.into_iter().map(call_id).collect();
        assert_lists(&backend, &filter, &expected, what).await;
    }
}

/// Checks a list in one page, its total, and the same walked one by one.
pub(super) async fn assert_lists(
    backend: &Backend,
    filter: &CallFilter,
    expected: &[CallId],
    what: &str,
) {
    let page = backend
        .calls
        .list(&tenant(), filter, &page_number(1, 100))
        .await
        .unwrap();
    assert_eq!(ids(&page.items), expected, "{what}");
    let total = u64::try_from(expected.len()).unwrap();
    assert_eq!(page.total, Some(total), "{what}");
    let walked = walk_by_cursor(backend, filter, 1).await;
    assert_eq!(walked, expected, "{what}, one by one");
}

async fn walk_by_cursor(backend: &Backend, filter: &CallFilter, size: i64) -> Vec<CallId> {
    let mut request = page_number(1, size);
    let mut walked = Vec::new();
    loop {
        let page = backend
            .calls
            .list(&tenant(), filter, &request)
            .await
            .unwrap();
        walked.extend(ids(&page.items));
        assert!(walked.len() < 100, "the walk has no end");
        let Some(cursor) = page.next_cursor else {
            return walked;
        };
        // As a client hands it back.
        let cursor = cursor.to_string().parse().unwrap();
        request.start = PageStart::After(cursor);
    }
}

async fn insert(backend: &Backend, call: &Call) {
    backend.calls.insert(&tenant(), call).await.unwrap();
}

async fn ring(backend: &Backend, number: u32) {
    let sid_text = format!("CA{number}");
    for event in [
        accepted(1, &sid_text),
        received(&sid_text, CallStatus::Ringing, 1),
    ] {
        apply(backend, number, &event, 10).await;
    }
}

async fn hold(backend: &Backend, number: u32) {
    apply(backend, number, &lost(1), 10).await;
    let not_found = CallEvent::LookedUp {
        dial_no: dial_no(1),
        found: LookupResult::NotFound,
    };
    apply(backend, number, &not_found, 10_000).await;
}

async fn apply(backend: &Backend, number: u32, event: &CallEvent, seconds: i64) {
    let applied = backend
        .calls
        .apply(&tenant(), call_id(number), event, at(seconds))
        .await;
    assert!(applied.unwrap().is_some());
}

fn ids(calls: &[Call]) -> Vec<CallId> {
    calls.iter().map(|call| call.call_id).collect()
}
