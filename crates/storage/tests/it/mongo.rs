//! The Mongo back end, on the server that `MONGO_TEST_URI` names: each test in a database of its
//! own.

mod contract;
mod databases;
mod histories;
mod legacy;
mod listing;
mod migrating;
mod notifications;
mod old_indexes;
mod sharing;
mod validators;
