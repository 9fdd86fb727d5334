//! The simulator as its users see it: over HTTP, beside a small service under test.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod answering_machines;
mod answers;
mod app;
mod caching;
mod calls;
mod chance;
mod clocks;
mod conferences;
mod control;
mod control_calls;
mod dial;
mod endings;
mod faults;
mod faults_in_calls;
mod gather;
mod journal;
mod late_and_hasty;
mod limits;
mod lists;
mod media;
mod messages;
mod page;
mod person;
mod placing;
mod program;
mod queues;
mod recordings;
mod resources;
mod scale;
mod scenarios;
mod streams;
mod strictness;
mod texts;
mod twiml;
mod webhooks;
