//! What answers show of users, calls, notifications and recordings.
//!
//! What is marked optional in the API is left out when it is absent; what clients look for in any
//! case is `null` then.

mod attempt;
mod call;
mod dial;
mod envelope;
mod feedback;
mod notification;
mod reach_step;
mod recording;
mod user;

pub(crate) use attempt::AttemptView;
pub(crate) use call::CallView;
pub(crate) use dial::DialView;
pub(crate) use envelope::Envelope;
pub(crate) use feedback::FeedbackView;
pub(crate) use notification::NotificationView;
pub(crate) use reach_step::ReachStepView;
pub(crate) use recording::RecordingView;
pub(crate) use user::UserView;
