//! What every back end must pass, one clause a function; [`contract_tests!`](crate::contract_tests)
//! makes a test of each.
//!
//! A clause gets an empty store and nothing else: times and ids are fixed, and no clause waits for
//! a clock. A new back end names itself once:
//!
//! ```
//! # #[cfg(feature = "sqlite")]
//! # mod example {
//! use atlas_storage::contract::Backend;
//! use atlas_storage::sqlite::{SqliteOptions, SqliteStore};
//!
//! /// A store that nobody has used yet.
//! async fn fresh() -> Backend {
//!     let folder = tempfile::tempdir().unwrap();
//!     let path = folder.path().join("atlas.db");
//!     let store = SqliteStore::open(&path, SqliteOptions::default()).unwrap();
//!     Backend::new(store, folder)
//! }
//!
//! atlas_storage::contract_tests!(fresh);
//! # }
//! ```

pub mod calls;
pub mod directory;
pub mod idempotency;
pub mod listing;
#[cfg(feature = "mongo")]
mod mongo_database;
pub mod moving;
pub mod notifications;
#[cfg(feature = "mongo")]
mod old_database;
pub mod recordings;
pub mod rows;
mod samples;
pub mod store;
pub mod users;

use std::any::Any;
use std::sync::Arc;

#[cfg(feature = "mongo")]
pub use mongo_database::{MONGO_TEST_URI, MongoDatabase};
#[cfg(feature = "mongo")]
pub use old_database::OldDatabase;

use crate::{
    CallRepository, Directory, IdempotencyRepository, RecordingRepository, Store, UserRepository,
};

/// One empty store, by each of its traits.
#[derive(Clone)]
pub struct Backend {
    /// Its calls.
    pub calls: Arc<dyn CallRepository>,
    /// Its users.
    pub users: Arc<dyn UserRepository>,
    /// Its recordings.
    pub recordings: Arc<dyn RecordingRepository>,
    /// Its idempotency keys.
    pub idempotency: Arc<dyn IdempotencyRepository>,
    /// Its directory.
    pub directory: Arc<dyn Directory>,
    /// The store as a whole.
    pub store: Arc<dyn Store>,
    /// Held, never used: what must outlive the store.
    _guard: Arc<dyn Any + Send + Sync>,
}

impl Backend {
    /// The back end `store`; `guard` is kept as long as it, such as the folder it lives in.
    pub fn new<S>(store: S, guard: impl Any + Send + Sync) -> Self
    where
        S: CallRepository
            + UserRepository
            + RecordingRepository
            + IdempotencyRepository
            + Directory
            + Store
            + 'static,
    {
        let store = Arc::new(store);
        Self {
            calls: Arc::clone(&store) as Arc<dyn CallRepository>,
            users: Arc::clone(&store) as Arc<dyn UserRepository>,
            recordings: Arc::clone(&store) as Arc<dyn RecordingRepository>,
            idempotency: Arc::clone(&store) as Arc<dyn IdempotencyRepository>,
            directory: Arc::clone(&store) as Arc<dyn Directory>,
            store,
            _guard: Arc::new(guard),
        }
    }
}

impl std::fmt::Debug for Backend {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Backend").finish_non_exhaustive()
    }
}

/// Makes a test of every clause, each with an empty store from `$fresh`, an async function without
/// arguments that gives a [`Backend`](crate::contract::Backend).
///
/// The crate that uses it needs `tokio` with `macros` and `rt-multi-thread`.
#[macro_export]
macro_rules! contract_tests {
    ($fresh:path) => {
        $crate::contract_tests! { @clauses $fresh;
            calls::a_call_is_found_as_it_was_stored,
            calls::a_call_of_an_older_version_is_found_and_listed_as_it_was_stored,
            calls::times_keep_their_milliseconds,
            calls::a_call_id_is_given_once_in_a_tenant,
            calls::a_sid_belongs_to_one_call_of_a_tenant,
            calls::what_every_kind_of_event_changes_is_stored,
            calls::an_event_that_changes_nothing_stores_nothing,
            calls::an_event_about_a_missing_call_gives_none,
            calls::fifty_updates_at_once_are_numbered_without_a_gap,
            calls::two_hundred_updates_at_once_are_numbered_without_a_gap,
            calls::one_update_received_two_hundred_times_at_once_is_one_attempt,
            calls::a_call_is_found_by_each_sid_of_its_dials,
            calls::a_sid_given_back_finds_nothing_and_is_free,
            calls::a_sid_that_was_replaced_finds_nothing,
            calls::a_sid_can_move_to_a_later_dial,
            calls::a_sid_can_move_to_an_earlier_dial,
            calls::a_sid_looked_up_twice_is_one_attempt,
            calls::a_tenant_sees_no_call_of_another,
            directory::a_call_and_its_sid_are_located_with_their_tenant,
            directory::a_sid_given_back_locates_nothing,
            directory::the_longest_due_work_of_all_tenants_is_claimed_first,
            directory::work_is_not_claimed_before_it_is_due,
            directory::fifty_claimants_at_once_never_share_a_call,
            directory::a_lease_that_expired_is_given_to_another_with_a_larger_fence,
            directory::a_released_call_is_free_at_once_and_its_fence_still_grows,
            directory::an_event_leaves_the_lease_alone,
            directory::work_that_is_done_is_not_due_any_more,
            directory::an_event_can_make_new_work_due,
            directory::the_next_due_time_is_when_a_claim_would_find_something,
            directory::work_due_later_than_an_old_lease_is_due_then,
            idempotency::the_first_request_with_a_key_proceeds_with_its_own_call_id,
            idempotency::of_fifty_requests_with_one_key_at_once_one_proceeds,
            idempotency::an_answer_is_given_again_as_it_was,
            idempotency::a_key_with_another_body_is_reused,
            idempotency::a_request_that_ended_without_an_answer_is_taken_over_with_its_call_id,
            idempotency::the_first_answer_stays,
            idempotency::a_released_key_is_free_for_any_body,
            idempotency::who_was_overtaken_can_neither_answer_nor_release,
            idempotency::answering_or_releasing_a_missing_key_does_nothing,
            idempotency::a_key_counts_as_absent_once_its_time_is_over,
            idempotency::keys_whose_time_is_over_are_deleted_over_all_tenants,
            idempotency::keys_differ_by_tenant_api_key_route_and_text,
            listing::calls_are_listed_newest_first_and_by_id_within_a_millisecond,
            listing::listed_calls_are_whole,
            listing::walking_by_cursor_meets_the_same_calls_as_walking_by_page,
            listing::a_page_beyond_the_end_is_empty,
            listing::a_cursor_after_the_last_call_gives_nothing_and_counts_nothing,
            listing::calls_are_filtered_by_each_field_and_by_all_together,
            listing::the_calls_of_a_user_are_those_of_its_two_ids,
            notifications::a_call_of_every_purpose_is_found_and_listed_as_it_was_stored,
            notifications::what_every_kind_of_event_changes_of_a_notification_is_stored,
            notifications::fifty_presses_at_once_from_different_dials_acknowledge_once,
            notifications::no_redial_is_begun_after_the_acknowledgement,
            notifications::the_outbox_entry_is_there_whenever_the_acknowledgement_is,
            notifications::a_delivery_that_is_due_is_claimed_once_until_it_is_done,
            notifications::notifications_are_listed_by_task_and_by_whether_they_are_acknowledged,
            notifications::a_tenant_sees_no_notification_of_another,
            recordings::callbacks_in_any_order_give_the_same_recording,
            recordings::a_recording_is_found_as_its_callbacks_left_it,
            recordings::a_repeated_callback_changes_nothing,
            recordings::fifty_first_callbacks_at_once_make_one_recording,
            recordings::the_recordings_of_a_call_are_listed_oldest_first,
            recordings::a_link_is_noted_only_for_the_content_that_was_seen,
            recordings::unlinked_recordings_of_all_tenants_come_oldest_change_first,
            recordings::a_tenant_sees_no_recording_of_another,
            store::an_open_store_is_writable,
            store::a_closed_store_is_unavailable_to_every_repository,
            store::a_store_that_closes_leaves_nobody_without_an_answer,
            users::a_user_is_found_as_it_was_stored,
            users::a_user_of_an_older_version_is_found_and_listed_as_it_was_stored,
            users::an_email_address_is_given_once_whatever_its_case,
            users::fifty_users_with_one_email_address_at_once_are_one,
            users::an_external_id_is_given_once_and_has_a_case,
            users::an_update_changes_what_it_names_and_nothing_else,
            users::an_update_to_what_another_user_has_is_refused_and_changes_nothing,
            users::an_update_of_a_missing_user_gives_none,
            users::a_user_is_deleted_once_and_its_email_address_is_free_again,
            users::the_calls_of_a_deleted_user_stay,
            users::users_are_listed_newest_first_by_page_and_by_cursor,
            users::a_tenant_sees_no_user_of_another,
        }
    };
    (@clauses $fresh:path; $($subject:ident::$clause:ident,)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $clause() {
                $crate::contract::$subject::$clause($fresh().await).await;
            }
        )*
    };
}
