//! Calls: placing them, watching them, ending them.

pub(crate) mod give_up_redials;
pub(crate) mod hang_up;
pub(crate) mod list;
pub(crate) mod list_attempts;
pub(crate) mod list_recordings;
mod order;
mod order_schema;
pub(crate) mod place;
mod placed;
pub(crate) mod read;
pub(crate) mod redial;
