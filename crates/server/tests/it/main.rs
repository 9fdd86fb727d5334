//! The whole service over HTTP, on a real database and the simulated Twilio.
//!
//! The database is SQLite, or with `TEST_STORE=mongo` that of the server which `MONGO_TEST_URI` names
//! (`scripts/with-mongo` gives a command one). Tests below `mongo::` always use that server.
//!
//! | modules | cover |
//! |---|---|
//! | `users`, `user_lists` | the routes below `/users` |
//! | `placing`, `placing_refused`, `idempotency` | `POST /calls/outbound` |
//! | `phone` | the routes below `/phone` |
//! | `call_lists`, `call_reads`, `feedback`, `recordings` | what is asked about calls |
//! | `redialling_by_hand` | `POST` and `DELETE /calls/{call}/retry` |
//! | `health`, `common`, `documents`, `cors` | what is the same everywhere |
//! | `access`, `signatures` | who may call, key or signature |
//! | `status_callbacks`, `recording_callbacks`, `voice_documents` | the webhooks, one by one |
//! | `life_…` | calls from beginning to end, with the clock in the test's hand |
//! | `notifications` | everything about notifications of critical tasks |
//! | `store_away` | what is answered while the database is away |
//! | `start_refused` | what is said when the database cannot be opened |
//! | `sqlite` | what is about the file itself |
//! | `copying` | `atlas-server copy` |
//! | `mongo` | what only Mongo promises: several servers on one database, a database that comes back, the rows of an older service |
//! | `webhook_delivery` | how an acknowledgement gets to the receiver that the settings name |
//! | `settings`, `program`, `health_command`, `migrate_command`, `shutdown`, `logs` | variables, the command line, stopping, log lines |
//! | `twilio_faults` | the Twilio client alone, against every fault of the simulated Twilio |
//! | `readme` | the examples of the README |
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed"
)]

mod access;
mod call_lists;
mod call_reads;
mod common;
mod copying;
mod cors;
mod documents;
mod feedback;
mod health;
mod health_command;
mod idempotency;
mod life_hang_up;
mod life_recorded;
mod life_redials;
mod life_spoken;
mod life_unknown;
mod logs;
mod migrate_command;
mod mongo;
mod notifications;
mod phone;
mod placing;
mod placing_refused;
mod program;
mod readme;
mod recording_callbacks;
mod recordings;
mod redialling_by_hand;
mod settings;
mod shutdown;
mod signatures;
mod sqlite;
mod start_refused;
mod status_callbacks;
mod store_away;
mod support;
mod twilio_faults;
mod user_lists;
mod users;
mod voice_documents;
mod webhook_delivery;
