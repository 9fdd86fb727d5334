//! Signed status callbacks of many calls against a whole server, beside two floors of the same
//! run: a handler that does nothing, over the same client and connections, and a bare append to
//! SQLite in transactions as large as the server's. Then the same on the Mongo server that
//! `MONGO_TEST_URI` names, beside a bare `find_one_and_update` of the same size.
//!
//! `BENCH_SECONDS` (5 by default) is how long each is measured.
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a bench that cannot go on ends, and its table is what it is for"
)]

#[path = "callbacks/mongo.rs"]
mod mongo;

use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use actix_web::dev::{Server, ServerHandle};
use actix_web::{App, HttpServer, web};
use atlas_api::{ApiAuth, ApiSettings, ApiState, BaseUrl};
use atlas_application::system::{RandomIds, SystemClock, SystemResolver};
use atlas_application::{Application, CallDefaults, NotificationDefaults, Ports};
use atlas_domain::call::{
    AskedBy, Call, CallEvent, CallPurpose, NewCall, Placed, RetryPlan, apply,
};
use atlas_domain::carrier::NoCarrier;
use atlas_domain::{CallId, CallSid, Clock as _, DialNo, PrivateHosts, TenantId};
use atlas_storage::sqlite::{SqliteOptions, SqliteStore};
use atlas_storage::{CallRepository, Store as _};
use atlas_twilio::webhook::{Verifier, sign};
use futures_util::StreamExt as _;
use tokio_util::task::TaskTracker;
use web::Bytes;

const CONNECTIONS: usize = 64;
const AUTH_TOKEN: &str = "0123456789abcdef0123456789abcdef";
/// What one call reports, in order.
const STATUSES: [&str; 4] = ["initiated", "ringing", "in-progress", "completed"];
/// How many calls there are for each second: more than their callbacks can be taken in it.
const CALLS_PER_SECOND: usize = 4000;
/// How many calls are under way at once.
const CALLS_AT_ONCE: usize = 500;

#[tokio::main]
async fn main() {
    let measured_for = measured_for();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = SqliteStore::open(&folder.path().join("atlas.db"), SqliteOptions::default());
    let store = store.expect("a database");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let base_url = format!("http://{}", listener.local_addr().expect("its address"));
    let call_ids = store_calls(&store, CALLS_PER_SECOND, measured_for).await;
    let callbacks: Arc<[Callback]> = callbacks(&base_url, &call_ids).into();

    let ports = Ports::over(
        Arc::new(store.clone()),
        Arc::new(NoCarrier),
        Arc::new(SystemClock),
        Arc::new(RandomIds),
        Arc::new(SystemResolver),
    );
    let atlas = start(serve_atlas(ports, &base_url, listener));
    let commits_before = store.commits();
    let atlas_load = Load::run(&base_url, &callbacks, measured_for).await;
    let commits = store.commits() - commits_before;
    atlas.stop(true).await;
    check_stored(&store, &call_ids, atlas_load.answered).await;
    store.close().await;

    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let empty_url = format!("http://{}", listener.local_addr().expect("its address"));
    let empty = start(serve_nothing(listener));
    let empty_load = Load::run(&empty_url, &callbacks, measured_for).await;
    empty.stop(true).await;

    let batch = mean_batch(atlas_load.answered, commits);
    let body = callbacks.first().expect("a callback").body.clone();
    let appended = append(&folder.path().join("floor.db"), batch, &body, measured_for);

    let rate = atlas_load.per_second();
    println!("\n{CONNECTIONS} connections, mean batch of {batch} callbacks a transaction");
    print_columns();
    atlas_load.print("status callbacks", rate);
    empty_load.print("floor: empty handler", rate);
    println!(
        "{:<34}{appended:>10.0}{:>9.2}",
        "floor: grouped SQLite append",
        appended / rate
    );
    mongo::measure(measured_for).await;
}

fn print_columns() {
    println!(
        "{:<34}{:>10}{:>9}{:>10}{:>10}",
        "", "per second", "ratio", "p50", "p99"
    );
}

#[expect(clippy::disallowed_methods, reason = "a bench has no settings")]
fn measured_for() -> Duration {
    let seconds = std::env::var("BENCH_SECONDS")
        .ok()
        .and_then(|seconds| seconds.parse().ok())
        .filter(|seconds| *seconds > 0)
        .unwrap_or(5);
    Duration::from_secs(seconds)
}

/// Stores calls whose first dial Twilio has taken.
async fn store_calls(
    store: &impl CallRepository,
    calls_per_second: usize,
    measured_for: Duration,
) -> Vec<CallId> {
    let seconds = usize::try_from(measured_for.as_secs()).expect("few seconds");
    let numbers = 0..calls_per_second * seconds;
    let stored = futures_util::stream::iter(numbers).map(async |number| {
        let call = taken_call(number);
        let inserted = store.insert(&TenantId::default(), &call).await;
        inserted.expect("a stored call");
        call.call_id
    });
    stored.buffered(CALLS_AT_ONCE).collect().await
}

/// A call whose first dial Twilio has taken.
fn taken_call(number: usize) -> Call {
    let call_id = call_id(number);
    let now = SystemClock.now();
    let new = NewCall {
        call_id,
        user_id: None,
        user_external_id: Some("crm-17".parse().expect("an id")),
        to_number: "+14155550123".parse().expect("a number"),
        from_number: "+15005550006".parse().expect("a number"),
        purpose: CallPurpose::Script,
        script: Some("Hello, this is a reminder.".parse().expect("a script")),
        recording_enabled: true,
        retry_plan: RetryPlan::default(),
    };
    let sid: CallSid = sid(number).parse().expect("a SID");
    let accepted = CallEvent::Placed {
        dial_no: DialNo::FIRST,
        outcome: Placed::Accepted { sid },
        asked_by: AskedBy::Caller,
    };
    apply(&Call::begin(new, now), &accepted, now).call
}

fn call_id(number: usize) -> CallId {
    let text = format!("6f2cbf1c-53d2-4e4b-9d8c-{number:012x}");
    text.parse().expect("an id")
}

fn sid(number: usize) -> String {
    format!("CA{number:032x}")
}

/// A request, ready to be sent.
struct Callback {
    path_and_query: String,
    body: Bytes,
    signature: String,
}

/// Every callback of every call, those of [`CALLS_AT_ONCE`] calls mixed.
fn callbacks(base_url: &str, call_ids: &[CallId]) -> Vec<Callback> {
    let numbered: Vec<_> = call_ids.iter().enumerate().collect();
    let mut callbacks = Vec::new();
    for together in numbered.chunks(CALLS_AT_ONCE) {
        for (sequence_number, status) in STATUSES.iter().enumerate() {
            callbacks.extend(together.iter().map(|(number, call_id)| {
                Callback::new(base_url, call_id, &sid(*number), status, sequence_number)
            }));
        }
    }
    callbacks
}

impl Callback {
    fn new(
        base_url: &str,
        call_id: &CallId,
        sid: &str,
        status: &str,
        sequence_number: usize,
    ) -> Self {
        let path_and_query = format!("/twilio/status?call_id={call_id}&dial=1");
        let number = sequence_number.to_string();
        let parameters = [
            ("AccountSid", "AC0123456789abcdef0123456789abcdef"),
            ("ApiVersion", "2010-04-01"),
            ("CallSid", sid),
            ("CallStatus", status),
            ("CallbackSource", "call-progress-events"),
            ("Called", "+14155550123"),
            ("CalledCountry", "US"),
            ("Caller", "+15005550006"),
            ("CallerCountry", "US"),
            ("Direction", "outbound-api"),
            ("From", "+15005550006"),
            ("SequenceNumber", &number),
            ("Timestamp", "Sun, 25 Mar 2018 09:53:19 +0000"),
            ("To", "+14155550123"),
            ("ToCountry", "US"),
        ];
        let url = format!("{base_url}{path_and_query}");
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(parameters)
            .finish();
        Self {
            path_and_query,
            body: body.into(),
            signature: sign(&url, &parameters, AUTH_TOKEN),
        }
    }
}

/// The whole HTTP interface over this store; no worker and no carrier, since callbacks need none.
fn serve_atlas(ports: Ports, base_url: &str, listener: TcpListener) -> Server {
    let defaults = CallDefaults {
        from_number: None,
        retry_plan: RetryPlan::default(),
        private_hosts: PrivateHosts::Refused,
        notification: NotificationDefaults::default(),
    };
    let base_url = BaseUrl::parse(base_url).expect("a URL");
    let settings = ApiSettings {
        verifier: Some(Verifier::new(AUTH_TOKEN.into(), None).expect("a token")),
        ..ApiSettings::new(base_url, ApiAuth::OpenOnLoopback)
    };
    let application = Application::new(ports, defaults);
    let state = ApiState::new(application, settings, TaskTracker::new());
    HttpServer::new(move || App::new().configure(atlas_api::configure(state.clone())))
        .disable_signals()
        .listen(listener)
        .expect("a listening server")
        .run()
}

/// A handler that takes the body and says yes.
fn serve_nothing(listener: TcpListener) -> Server {
    HttpServer::new(|| App::new().default_service(web::to(async |_: Bytes| "{\"status\": \"ok\"}")))
        .disable_signals()
        .listen(listener)
        .expect("a listening server")
        .run()
}

fn start(server: Server) -> ServerHandle {
    let handle = server.handle();
    tokio::spawn(server);
    handle
}

/// What came of sending callbacks to one server.
struct Load {
    answered: usize,
    took: Duration,
    /// How long each took, sorted.
    latencies: Vec<Duration>,
}

impl Load {
    /// Sends callbacks in order over all connections until the time is over.
    async fn run(url: &str, callbacks: &Arc<[Callback]>, measured_for: Duration) -> Self {
        let http = reqwest::Client::builder()
            .pool_max_idle_per_host(CONNECTIONS)
            .build()
            .expect("an HTTP client");
        let next = Arc::new(AtomicUsize::new(0));
        let began = Instant::now();
        let until = began + measured_for;
        let connections: Vec<_> = (0..CONNECTIONS)
            .map(|_| {
                let (http, url) = (http.clone(), url.to_owned());
                let (callbacks, next) = (Arc::clone(callbacks), Arc::clone(&next));
                tokio::spawn(send_until(until, http, url, callbacks, next))
            })
            .collect();
        let mut latencies = Vec::new();
        for connection in connections {
            latencies.extend(connection.await.expect("a connection without failures"));
        }
        let took = began.elapsed();
        assert!(
            latencies.len() < callbacks.len() || took < measured_for,
            "fewer callbacks than the time allowed were there to send"
        );
        Self::of(latencies, took)
    }

    fn of(mut latencies: Vec<Duration>, took: Duration) -> Self {
        latencies.sort_unstable();
        Self {
            answered: latencies.len(),
            took,
            latencies,
        }
    }

    fn per_second(&self) -> f64 {
        precise(self.answered) / self.took.as_secs_f64()
    }

    fn latency(&self, percent: usize) -> f64 {
        let index = self.latencies.len() * percent / 100;
        let latency = self.latencies.get(index).copied().unwrap_or_default();
        latency.as_secs_f64() * 1000.0
    }

    fn print(&self, name: &str, rate: f64) {
        println!(
            "{name:<34}{:>10.0}{:>9.2}{:>7.1} ms{:>7.1} ms",
            self.per_second(),
            self.per_second() / rate,
            self.latency(50),
            self.latency(99)
        );
    }
}

/// One connection; returns how long each callback took to be answered.
async fn send_until(
    until: Instant,
    http: reqwest::Client,
    url: String,
    callbacks: Arc<[Callback]>,
    next: Arc<AtomicUsize>,
) -> Vec<Duration> {
    let mut latencies = Vec::new();
    while Instant::now() < until
        && let Some(callback) = callbacks.get(next.fetch_add(1, Ordering::Relaxed))
    {
        let sent = Instant::now();
        let answer = http
            .post(format!("{url}{}", callback.path_and_query))
            .header("content-type", "application/x-www-form-urlencoded")
            .header("x-twilio-signature", &callback.signature)
            .body(callback.body.clone())
            .send()
            .await
            .expect("an answer");
        assert_eq!(answer.status(), 200);
        answer.bytes().await.expect("a whole answer");
        latencies.push(sent.elapsed());
    }
    latencies
}

/// Every callback that was answered is an attempt of its call.
async fn check_stored(store: &impl CallRepository, call_ids: &[CallId], answered: usize) {
    let mut attempts = 0;
    let reached = answered / STATUSES.len() + 2 * CALLS_AT_ONCE;
    for call_id in call_ids.iter().take(reached) {
        let call = store.find(&TenantId::default(), *call_id).await;
        let call = call.expect("a readable call").expect("a stored call");
        attempts += call.attempts.len();
    }
    assert_eq!(attempts, answered, "attempts stored and callbacks answered");
}

fn mean_batch(answered: usize, commits: u64) -> usize {
    let commits = usize::try_from(commits).expect("few commits").max(1);
    (answered + commits / 2) / commits
}

/// Appends rows in transactions of this many, each on disk before the next begins; per second.
fn append(path: &Path, batch: usize, body: &[u8], measured_for: Duration) -> f64 {
    let mut connection = rusqlite::Connection::open(path).expect("a database");
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
             CREATE TABLE log (id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;",
        )
        .expect("a table");
    let began = Instant::now();
    let mut rows = 0;
    while began.elapsed() < measured_for {
        let transaction = connection.transaction().expect("a transaction");
        let mut insert = transaction
            .prepare_cached("INSERT INTO log (body) VALUES (?1)")
            .expect("a statement");
        for _ in 0..batch {
            insert.execute([body]).expect("a row");
        }
        drop(insert);
        transaction.commit().expect("a commit");
        rows += batch;
    }
    precise(rows) / began.elapsed().as_secs_f64()
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn precise(count: usize) -> f64 {
    count as f64
}
