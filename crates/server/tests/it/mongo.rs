//! What is about Mongo alone, whichever store the other tests use. Needs the server that
//! `MONGO_TEST_URI` names.
#![cfg(unix)]

mod legacy;
mod outage;
mod server;
mod two_instances;
