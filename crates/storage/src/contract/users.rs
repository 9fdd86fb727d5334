//! Clauses of [`UserRepository`](crate::UserRepository).

#![expect(missing_docs, reason = "the name of a clause says what it checks")]
#![expect(
    clippy::unwrap_used,
    reason = "these are tests: they panic when they fail"
)]

use std::sync::Arc;

use atlas_domain::{EmailAddress, ExternalId, PageStart, Stored, User, UserChanges, UserId};

use super::Backend;
use super::samples::*;
use crate::{CallFilter, StorageError, Unique, UserCalls};

pub async fn a_user_is_found_as_it_was_stored(backend: Backend) {
    let plain = user(1, at(0));
    let full = User {
        name: Stored::read(Some("Zoë 🎉 O'Neil".to_owned())),
        email: email("Zoë@Example.COM"),
        external_id: Some(UNICODE.parse().unwrap()),
        updated_at: at(9),
        ..user(2, at(1))
    };
    for user in [&plain, &full] {
        backend.users.insert(&tenant(), user).await.unwrap();
        assert_eq!(find(&backend, user.id).await.as_ref(), Some(user));
    }
    assert_eq!(find(&backend, user_id(3)).await, None);
}

pub async fn a_user_of_an_older_version_is_found_and_listed_as_it_was_stored(backend: Backend) {
    let odd = User {
        name: Stored::read(Some("x".repeat(101))),
        email: email("Ann@localhost"),
        phone_number: Stored::Other("030 / 1234567".to_owned()),
        external_id: Some(ExternalId::from_stored("x".repeat(256))),
        ..user(1, at(0))
    };
    let empty = |number| User {
        name: Stored::Missing,
        email: Stored::Missing,
        phone_number: Stored::Missing,
        ..user(number, at(i64::from(number)))
    };
    let stored = [empty(3), empty(2), odd];
    for user in &stored {
        backend.users.insert(&tenant(), user).await.unwrap();
        assert_eq!(find(&backend, user.id).await.as_ref(), Some(user));
    }
    let listed = backend.users.list(&tenant(), &page_number(1, 10)).await;
    assert_eq!(listed.unwrap().items, stored);
    let again = User {
        email: email("ANN@Localhost"),
        ..user(4, at(0))
    };
    let refused = backend.users.insert(&tenant(), &again).await;
    assert_duplicate(refused, Unique::Email);
    let changes = UserChanges {
        name: Some("Ann".parse().unwrap()),
        ..UserChanges::default()
    };
    let updated = update_user(&backend, 1, &changes, 5)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(updated.phone_number.text(), Some("030 / 1234567"));
    assert_eq!(find(&backend, user_id(1)).await, Some(updated));
}

pub async fn an_email_address_is_given_once_whatever_its_case(backend: Backend) {
    let with_email = |number, text: &str| User {
        email: email(text),
        ..user(number, at(0))
    };
    let first = with_email(1, "Zoë.ÄÖ@Example.com");
    backend.users.insert(&tenant(), &first).await.unwrap();
    let second = with_email(2, "ZOË.äö@example.COM");
    let refused = backend.users.insert(&tenant(), &second).await;
    assert_duplicate(refused, Unique::Email);
    assert_eq!(find(&backend, second.id).await, None);
    assert_eq!(find(&backend, first.id).await, Some(first));
    let elsewhere = backend.users.insert(&other_tenant(), &second).await;
    assert!(elsewhere.is_ok(), "{elsewhere:?}");
}

pub async fn fifty_users_with_one_email_address_at_once_are_one(backend: Backend) {
    let stored = at_once(50, |number| {
        let users = Arc::clone(&backend.users);
        async move {
            let user = User {
                email: email("ann@example.com"),
                ..user(number, at(0))
            };
            users.insert(&tenant(), &user).await.is_ok()
        }
    })
    .await;
    assert_eq!(stored.into_iter().filter(|stored| *stored).count(), 1);
}

pub async fn an_external_id_is_given_once_and_has_a_case(backend: Backend) {
    let with_id = |number, id: Option<&str>| User {
        external_id: id.map(|id| id.parse().unwrap()),
        ..user(number, at(0))
    };
    let accepted = [
        with_id(1, Some("crm-1")),
        with_id(2, Some("CRM-1")),
        with_id(3, None),
        with_id(4, None),
    ];
    for user in &accepted {
        backend.users.insert(&tenant(), user).await.unwrap();
    }
    let again = with_id(5, Some("crm-1"));
    let refused = backend.users.insert(&tenant(), &again).await;
    assert_duplicate(refused, Unique::ExternalId);
    let elsewhere = backend.users.insert(&other_tenant(), &again).await;
    assert!(elsewhere.is_ok(), "{elsewhere:?}");
}

pub async fn an_update_changes_what_it_names_and_nothing_else(backend: Backend) {
    let before = User {
        external_id: Some("crm-1".parse().unwrap()),
        ..user(1, at(0))
    };
    backend.users.insert(&tenant(), &before).await.unwrap();
    let every_change = UserChanges {
        name: Some("New".parse().unwrap()),
        email: Some("New@example.com".parse().unwrap()),
        phone_number: Some("+4930123456".parse().unwrap()),
        external_id: Some("crm-2".parse().unwrap()),
    };
    let name_only = UserChanges {
        name: Some("Newer".parse().unwrap()),
        ..UserChanges::default()
    };
    let mut expected = before;
    for (changes, seconds) in [(every_change, 5), (name_only, 6)] {
        expected = changes.apply_to(&expected, at(seconds));
        let updated = update_user(&backend, 1, &changes, seconds).await.unwrap();
        assert_eq!(updated.as_ref(), Some(&expected));
        assert_eq!(find(&backend, user_id(1)).await.as_ref(), Some(&expected));
    }
}

pub async fn an_update_to_what_another_user_has_is_refused_and_changes_nothing(backend: Backend) {
    let first = User {
        external_id: Some("crm-1".parse().unwrap()),
        ..user(1, at(0))
    };
    let second = user(2, at(0));
    for user in [&first, &second] {
        backend.users.insert(&tenant(), user).await.unwrap();
    }
    let email = UserChanges {
        email: Some("USER1@example.com".parse().unwrap()),
        name: Some("Changed".parse().unwrap()),
        ..UserChanges::default()
    };
    let external_id = UserChanges {
        external_id: Some("crm-1".parse().unwrap()),
        name: Some("Changed".parse().unwrap()),
        ..UserChanges::default()
    };
    let refused = update_user(&backend, 2, &email, 5).await;
    assert_duplicate(refused, Unique::Email);
    let refused = update_user(&backend, 2, &external_id, 5).await;
    assert_duplicate(refused, Unique::ExternalId);
    assert_eq!(find(&backend, second.id).await, Some(second));

    let own = update_user(&backend, 1, &email, 5).await;
    assert!(own.is_ok(), "one's own address in another case: {own:?}");
}

pub async fn an_update_of_a_missing_user_gives_none(backend: Backend) {
    let user = user(1, at(0));
    backend.users.insert(&other_tenant(), &user).await.unwrap();
    let updated = update_user(&backend, 1, &UserChanges::default(), 5).await;
    assert_eq!(updated.unwrap(), None);
}

pub async fn a_user_is_deleted_once_and_its_email_address_is_free_again(backend: Backend) {
    let user = user(1, at(0));
    backend.users.insert(&tenant(), &user).await.unwrap();
    let elsewhere = backend.users.delete(&other_tenant(), user.id).await;
    assert!(!elsewhere.unwrap(), "another tenant's");
    assert!(backend.users.delete(&tenant(), user.id).await.unwrap());
    assert!(!backend.users.delete(&tenant(), user.id).await.unwrap());
    assert_eq!(find(&backend, user.id).await, None);
    backend.users.insert(&tenant(), &user).await.unwrap();
}

pub async fn the_calls_of_a_deleted_user_stay(backend: Backend) {
    let user = user(1, at(0));
    backend.users.insert(&tenant(), &user).await.unwrap();
    let mut call = call_begun(1, at(0));
    call.user_id = Some(user.id);
    backend.calls.insert(&tenant(), &call).await.unwrap();
    backend.users.delete(&tenant(), user.id).await.unwrap();
    let filter = CallFilter {
        user: Some(UserCalls {
            user_id: user.id,
            external_id: None,
        }),
        ..CallFilter::default()
    };
    let page = backend
        .calls
        .list(&tenant(), &filter, &page_number(1, 10))
        .await
        .unwrap();
    assert_eq!(page.items, [call]);
}

pub async fn users_are_listed_newest_first_by_page_and_by_cursor(backend: Backend) {
    // Three users in each second, so that pages break within one.
    for number in 0..8 {
        let user = user(number, at(i64::from(number / 3)));
        backend.users.insert(&tenant(), &user).await.unwrap();
    }
    let elsewhere = user(100, at(50));
    let inserted = backend.users.insert(&other_tenant(), &elsewhere).await;
    inserted.unwrap();

    let expected: Vec<_> = (0..8).rev().map(user_id).collect();
    for size in [1, 2, 8, 100] {
        assert_eq!(walk(&backend, size, false).await, expected, "page, {size}");
        assert_eq!(walk(&backend, size, true).await, expected, "cursor, {size}");
    }
}

pub async fn a_tenant_sees_no_user_of_another(backend: Backend) {
    let user = user(1, at(0));
    backend.users.insert(&tenant(), &user).await.unwrap();
    let found = backend.users.find(&other_tenant(), user.id).await.unwrap();
    let list = backend
        .users
        .list(&other_tenant(), &page_number(1, 10))
        .await;
    assert_eq!(found, None);
    assert_eq!(list.unwrap().total, Some(0));
}

/// Walks the whole list, by page numbers or by cursors.
async fn walk(backend: &Backend, size: i64, by_cursor: bool) -> Vec<UserId> {
    let mut walked = Vec::new();
    let mut request = page_number(1, size);
    for number in 2..20 {
        let page = backend.users.list(&tenant(), &request).await.unwrap();
        let counted = matches!(request.start, PageStart::Number(_));
        assert_eq!(page.total, counted.then_some(8));
        walked.extend(page.items.iter().map(|user| user.id));
        let Some(cursor) = page.next_cursor else {
            return walked;
        };
        if by_cursor {
            request.start = PageStart::After(cursor.to_string().parse().unwrap());
        } else {
            request = page_number(number, size);
        }
    }
    // Longer than the list is: the walk has no end.
    walked
}

async fn find(backend: &Backend, id: UserId) -> Option<User> {
    backend.users.find(&tenant(), id).await.unwrap()
}

async fn update_user(
    backend: &Backend,
    number: u32,
    changes: &UserChanges,
    seconds: i64,
) -> Result<Option<User>, StorageError> {
    backend
        .users
        .update(&tenant(), user_id(number), changes, at(seconds))
        .await
}

fn email(text: &str) -> Stored<EmailAddress> {
    Stored::read(Some(text.to_owned()))
}
