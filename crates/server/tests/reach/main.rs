//! Whether an acknowledgement that was heard is one that is stored, and one that is stored is one that
//! somebody pressed: the real binary on a real database (SQLite, or Mongo with `TEST_STORE=mongo`)
//! rings random people on a simulated Twilio, while callbacks, answers, the database, the receiver of
//! the webhook and the process itself fail at random moments.
//!
//! A run is made from its seed. `RUNS` says how many there are (25 without it), `SEED` the first one
//! (random without it): the runs after it have the seeds after it. A failure prints the seed of its
//! run, and `SEED=… RUNS=1` repeats it.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use support::store;
use tally::Tally;

mod acts;
mod check;
mod hook;
mod people;
mod plan;
mod record;
mod rest;
mod row;
mod run;
mod stop;
mod tally;
mod world;

#[path = "../crash"]
#[expect(dead_code, unused_imports, reason = "shared with the tests of `crash`")]
mod crash {
    pub(crate) mod front_door;
    pub(crate) mod support;
}
#[path = "../it/support"]
#[expect(dead_code, reason = "shared with the tests of `it`")]
mod support {
    mod database;
    pub(crate) mod store;

    pub(crate) use database::Database;
    pub(crate) use store::TestStore;
}

/// How many runs there are when nothing is said.
const RUNS: u64 = 25;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_heard_is_what_is_stored_whatever_goes_wrong() {
    let first = variable("SEED").unwrap_or_else(|| u64::from(rand::random::<u32>()));
    let runs = variable("RUNS").unwrap_or(RUNS);
    let mut failed = Vec::new();
    let mut all = Tally::default();
    for seed in (0..runs).map(|run| first.wrapping_add(run)) {
        // One failure must not hide another.
        match AssertUnwindSafe(run::run(seed)).catch_unwind().await {
            Ok(tally) => {
                println!("SEED={seed}: {tally}");
                all.merge(&tally);
            }
            Err(_) => {
                println!("SEED={seed}: FAILED");
                failed.push(seed);
            }
        }
    }
    println!("{all}");
    assert!(failed.is_empty(), "repeat with SEED=… RUNS=1: {failed:?}");
    if runs >= RUNS {
        assert_eq!(all.missing(), Vec::<&str>::new(), "never happened: {all}");
    }
}

/// A number that the environment says.
#[expect(clippy::disallowed_methods, reason = "a test has no settings")]
fn variable(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(
        text.parse()
            .unwrap_or_else(|_| panic!("{name} is {text:?}: it must be a number")),
    )
}
