//! A running Atlas for tests: random port, fresh database, simulated Twilio, a small client.

mod answer;
mod atlas;
mod callback;
mod client;
mod database;
mod host_names;
mod program;
mod receiver;
mod served;
mod setup;
mod store;
mod twiml;

pub(crate) use answer::Answer;
pub(crate) use atlas::TestAtlas;
pub(crate) use callback::{Callback, sign};
pub(crate) use client::{TestClient, outbound};
pub(crate) use database::{Database, MongoProxy};
pub(crate) use host_names::HostNames;
pub(crate) use program::{Ended, Program};
pub(crate) use receiver::{Answering, Receiver, WEBHOOK_SECRET};
pub(crate) use served::{Served, free_port, until, until_async};
pub(crate) use setup::{Setup, key_line, twilio_variables};
pub(crate) use store::TestStore;
pub(crate) use twiml::{Verb, read_verbs, verb};

/// What the callee is told before a recording.
pub(crate) const CONSENT_NOTICE: &str = "This call may be recorded for quality assurance and training \
    purposes. By remaining on the line, you consent to this recording. If you do not consent, please \
    hang up now.";

/// What the callee is told when there is no script and the call is recorded.
pub(crate) const DEFAULT_MESSAGE: &str =
    "Thank you for answering. Please leave a message after the beep.";

/// What the callee is told when there is no script and nothing is recorded.
pub(crate) const DEFAULT_GOODBYE: &str = "Thank you for answering. Goodbye.";

/// What Twilio is told about trying again, behind every URL it is given.
pub(crate) const CONNECTION_OVERRIDES: &str = "#rc=2&rp=ct,rt,5xx&ct=2000&rt=4500&tt=15000";
