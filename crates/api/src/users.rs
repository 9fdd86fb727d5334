//! Users: the people an API client calls.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod list;
pub(crate) mod list_calls;
pub(crate) mod read;
pub(crate) mod update;
