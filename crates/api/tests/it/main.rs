//! The HTTP interface over mocked ports, as a client sees it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod access;
mod calls;
mod feedback_and_recordings;
mod health;
mod logs;
mod mounting;
mod requests;
mod support;
mod users;
mod voice;
mod webhooks;
