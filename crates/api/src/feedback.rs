//! Feedback: how somebody rated a call.

pub(crate) mod give;
pub(crate) mod read;
