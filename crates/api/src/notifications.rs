//! Notifications of critical tasks: placing them, watching, acknowledging and canceling them.

pub(crate) mod acknowledge;
mod body;
pub(crate) mod cancel;
pub(crate) mod list;
mod order;
mod path;
pub(crate) mod place;
mod placed;
pub(crate) mod read;
