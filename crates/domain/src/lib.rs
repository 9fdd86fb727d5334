//! What Atlas is about, without any I/O: users, calls, dials, attempts, recordings, feedback and
//! notifications; which moves are legal; what is due next; and the ports to the outside.
//!
//! # The words
//! * A **call** is what an API user asked for; it keeps one [`CallId`] for its whole life.
//! * A **dial** is one ring of the phone for that call: one request to the carrier, one
//!   [`CallSid`]. A call has one dial, plus one for each **redial**.
//! * An **attempt** is one status update received for the call.
//! * An **intent** is a dial as stored before the carrier is asked.
//! * A [`Notification`] is a call that reads a critical task aloud and rings until somebody presses
//!   1; its **acknowledgement** is that key press, or the word of an API user, committed.
//!
//! # The one function
//! Everything that changes a call is a [`call::CallEvent`], and [`call::apply`] is the one pure
//! function that says what it does. Storage back ends load a call, call it, and write what comes
//! out, atomically. [`call::next_work`] then names what the call still needs, and when.
//!
//! ```
//! use atlas_domain::call::{self, CallEvent, Effect, Placed};
//! use atlas_domain::{DialNo, Timestamp};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let now = Timestamp::parse_rfc3339("2026-01-02T03:04:05Z")?;
//! let call = call::Call::begin(
//!     call::NewCall {
//!         call_id: "6f2cbf1c-53d2-4e4b-9d8c-2d6f2f6f0a11".parse()?,
//!         user_id: None,
//!         user_external_id: Some("crm-17".parse()?),
//!         to_number: "+15550100042".parse()?,
//!         from_number: "+15005550006".parse()?,
//!         script: Some("Hello.".parse()?),
//!         recording_enabled: true,
//!         purpose: call::CallPurpose::Script,
//!         retry_plan: call::RetryPlan::default(),
//!     },
//!     now,
//! );
//! let accepted = CallEvent::Placed {
//!     dial_no: DialNo::FIRST,
//!     outcome: Placed::Accepted { sid: "CA0123".parse()? },
//!     asked_by: call::AskedBy::Caller,
//! };
//! let applied = call::apply(&call, &accepted, now);
//! assert_eq!(applied.effect, Effect::Changed);
//! // Nothing to do until the carrier reports; if it never does, it is asked.
//! let due = call::next_work(&applied.call).map(|due| due.at);
//! assert_eq!(due, Some(now.plus(call::POLL_AFTER)));
//! # Ok(())
//! # }
//! ```
//!
//! # Notifications
//! A notification is a call with the purpose [`call::CallPurpose::Notification`]. The first key
//! press is committed as its acknowledgement, together with an entry of the outbox when somebody
//! outside listens; a press on a dial that the carrier judged a machine is doubted until it is
//! confirmed; nothing is dialled after the commit.
//!
//! ```
//! use atlas_domain::call::{self, CallEvent, CallPurpose, Placed, Work};
//! use atlas_domain::notification::NotificationStatus;
//! use atlas_domain::{DialNo, Notification, Timestamp};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let now = Timestamp::parse_rfc3339("2026-01-02T03:04:05Z")?;
//! let call = call::Call::begin(
//!     call::NewCall {
//!         call_id: "6f2cbf1c-53d2-4e4b-9d8c-2d6f2f6f0a11".parse()?,
//!         user_id: None,
//!         user_external_id: None,
//!         to_number: "+15550100042".parse()?,
//!         from_number: "+15005550006".parse()?,
//!         purpose: CallPurpose::Notification(Notification::new(None, "Restart the pump".parse()?)),
//!         script: None,
//!         recording_enabled: false,
//!         retry_plan: call::RetryPlan::default(),
//!     },
//!     now,
//! );
//! let pressed = CallEvent::KeyPressed {
//!     sid: "CA0123".parse()?,
//!     dial_no: Some(DialNo::FIRST),
//!     digits: "1".parse()?,
//!     confirmed: false,
//!     pressed_at: now,
//!     deliver: true,
//! };
//! let acknowledged = call::apply(&call, &pressed, now).call;
//! assert_eq!(acknowledged.notification_status(), Some(NotificationStatus::Acknowledged));
//! assert_eq!(call::next_work(&acknowledged).map(|due| due.work), Some(Work::Deliver));
//! # Ok(())
//! # }
//! ```
//!
//! # The ports
//! [`Clock`], [`IdGenerator`], [`Resolver`], [`Carrier`] and [`AcknowledgementSink`] are what this
//! crate needs of the world. Time and randomness always come in through them.

mod address;
mod backoff;
pub mod call;
pub mod carrier;
mod feedback;
mod id;
pub mod notification;
mod page;
mod ports;
mod recording;
mod stored;
mod text;
mod timestamp;
mod twiml_url;
mod user;

pub use address::is_public_address;
pub use carrier::{Carrier, DialReference};
pub use feedback::{Feedback, InvalidScore, Score};
pub use id::{
    CallId, CallSid, DialNo, InvalidId, ObjectId, RecordingId, RecordingSid, TenantId, UserId,
};
pub use notification::{AcknowledgementSink, Notification};
pub use page::{Cursor, InvalidPage, Page, PageNumber, PageRequest, PageSize, PageStart};
pub use ports::{Clock, IdGenerator, Resolver};
pub use recording::{
    Recording, RecordingEvent, RecordingEventKind, RecordingProgress, RecordingStatus,
    RecordingUpdate, TranscriptionStatus, TranscriptionUpdate,
};
pub use stored::Stored;
pub use text::{
    Digits, EmailAddress, ExternalId, FeedbackNotes, InvalidText, PhoneNumber, Script, TaskId,
    TaskTitle, UserName, Who, Why,
};
pub use timestamp::{InvalidTimestamp, Timestamp};
pub use twiml_url::{InvalidTwimlUrl, PrivateHosts, TwimlUrl};
pub use user::{NewUser, User, UserChanges};

/// Keeps the examples of the README compiling.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadmeExamples;
