//! The use cases of Atlas, one file each, over the ports of [`atlas_domain`] and the repository
//! traits of [`atlas_storage`]: no HTTP, no driver, no carrier's words.
//!
//! [`Application`] holds the ports; every use case is a method of it.
//!
//! | file | does |
//! |---|---|
//! | `place_call` | stores a call with its first dial as an intent, then asks the carrier |
//! | `place_phone_call` | the same for a call that plays a TwiML document of somebody else |
//! | `redial_call`, `hang_up_call` | what an API user may still do to it |
//! | `record_status` | folds a status callback into the call |
//! | `answer_voice_request` | says what a leg that was answered is to hear |
//! | `place_notification` | rings somebody about a critical task until it is acknowledged |
//! | `answer_notification`, `report_machine` | what a person and a machine hear of it |
//! | `press_key` | commits the acknowledgement, and only then says so |
//! | `settle_notification` | cancels a notification, or acknowledges it by the API |
//! | `deliver_acknowledgement` | tells the outside, through a sink |
//! | `store_recording` | puts recordings together, and shows them on their call |
//! | `give_feedback` | keeps how somebody rated a call |
//! | `do_due_work` | redials, lookups, hang-ups and deliveries that are due, a batch at a time |
//! | `reconcile` | finds out what became of a dial whose answer was lost |
//! | `poll_dial` | finds out what became of a dial whose callbacks were lost |
//! | `manage_users`, `read_calls`, `read_notifications` | users, and everything that only reads |
//! | `read_phone_calls` | calls as the carrier has them now |
//! | `keep_idempotency` | makes a repeated request get the same answer |
//!
//! With the feature `worker`, [`worker::Worker`] is the loop that does due work until it is told
//! to stop, and [`system`] has the system's clock, randomness and host names as ports.
//!
//! # Work that nobody may cut short
//! What a key press acknowledges is committed even when the connection it came by is gone. Such
//! work runs in [`Tasks`], on the runtime that [`Application::new`] is called in; give it a tracker
//! of your own with [`Application::with_tasks`] to wait for it before the process ends.
//!
//! # The order of steps
//! What can ring a phone is always stored before the carrier is asked, and what the carrier
//! answers is stored by a guarded write afterwards. A process that ends between any two steps
//! leaves a row that `reconcile` settles.

mod alarm;
mod answer_notification;
mod answer_voice_request;
mod application;
mod call_reference;
mod check_health;
mod deliver_acknowledgement;
mod do_due_work;
mod error;
mod give_feedback;
mod hang_up_call;
mod keep_idempotency;
mod manage_users;
mod pending_presses;
mod place_call;
mod place_notification;
mod place_phone_call;
mod poll_dial;
mod press_key;
mod read_calls;
mod read_notifications;
mod read_phone_calls;
mod reconcile;
mod record_status;
mod redial_call;
mod report_machine;
mod settle_notification;
pub mod sinks;
mod store_recording;
#[cfg(feature = "worker")]
pub mod system;
mod tasks;
#[cfg(test)]
mod testing;
#[cfg(feature = "worker")]
pub mod worker;

pub use answer_notification::NotificationAnswer;
pub use answer_voice_request::VoiceAnswer;
pub use application::{Application, CallDefaults, NotificationDefaults, Ports};
pub use call_reference::CallReference;
pub use do_due_work::DueWorkDone;
pub use error::{ApplicationError, CarrierTrouble};
pub use give_feedback::NewFeedback;
pub use keep_idempotency::{IdempotentRequest, IdempotentStart};
pub use place_call::{DialAnswer, PlaceCall, UserReference};
pub use place_notification::PlaceNotification;
pub use place_phone_call::PlacePhoneCall;
pub use press_key::{KeyPressRequest, PressAnswer};
pub use record_status::StatusRecorded;
pub use store_recording::RecordingStored;
pub use tasks::Tasks;

/// The storage types that use cases take and return, so that callers need not name that crate.
pub mod storage {
    pub use atlas_storage::{
        CallFilter, IdempotencyKey, NotificationFilter, RecordedResponse, RequestDigest,
        StorageError, Unique,
    };
}
