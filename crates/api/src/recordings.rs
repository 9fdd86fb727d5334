//! Recordings, and their audio.

pub(crate) mod media;
pub(crate) mod read;
