//! The same callbacks on a Mongo server, beside the least that any implementation must ask of it.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use atlas_application::Ports;
use atlas_application::system::{RandomIds, SystemClock, SystemResolver};
use atlas_domain::carrier::NoCarrier;
use atlas_storage::Store as _;
use atlas_storage::contract::MongoDatabase;
use atlas_storage::mongo::{MongoOptions, MongoStore};
use mongodb::bson::{Bson, Document, doc};
use mongodb::options::{Acknowledgment, ClientOptions, WriteConcern};
use mongodb::{Client, Collection};

use super::{
    CONNECTIONS, Callback, Load, callbacks, check_stored, print_columns, serve_atlas, start,
    store_calls,
};

/// How many calls there are for each second: more than their callbacks can be taken in it.
const CALLS_PER_SECOND: usize = 1000;

/// Measures both on the server that `MONGO_TEST_URI` names, where it names one.
pub(super) async fn measure(measured_for: Duration) {
    if std::env::var_os("MONGO_TEST_URI").is_none() {
        println!(
            "\nNOT MEASURED: status callbacks on MongoDB, as MONGO_TEST_URI names no server \
             (scripts/with-mongo gives a command one)"
        );
        return;
    }
    let database = MongoDatabase::fresh();
    let options = MongoOptions {
        answer_timeout: Duration::from_secs(60),
    };
    let connected = MongoStore::connect(&database.uri().into(), database.name(), options).await;
    let store = connected.expect("a Mongo server");
    store.migrate().await.expect("a database up to date");
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
    let atlas_load = Load::run(&base_url, &callbacks, measured_for).await;
    atlas.stop(true).await;
    check_stored(&store, &call_ids, atlas_load.answered).await;
    store.close().await;
    let floor = bare_updates(&database, measured_for).await;

    let rate = atlas_load.per_second();
    println!("\non MongoDB, {CONNECTIONS} connections");
    print_columns();
    atlas_load.print("status callbacks", rate);
    floor.print("floor: bare find_one_and_update", rate);
}

/// One update for each callback, guarded and as large as Atlas's own, and nothing beside it.
async fn bare_updates(database: &MongoDatabase, measured_for: Duration) -> Load {
    let mut options = ClientOptions::parse(database.uri()).await.expect("a URI");
    options.write_concern = Some(
        WriteConcern::builder()
            .w(Acknowledgment::Majority)
            .journal(true)
            .build(),
    );
    let client = Client::with_options(options).expect("a client");
    let database = client.database(database.name());
    let calls: Collection<Document> = database.collection("calls");
    // What Atlas has written for the call that most was reported of.
    let found = calls.find_one(doc! {}).sort(doc! { "attempt_count": -1 });
    let ended = found.await.expect("an answer").expect("a stored call");
    let rows: Collection<Document> = database.collection("floor");
    let count = calls.count_documents(doc! {}).await.expect("a count");
    let count = usize::try_from(count).expect("few calls");
    let mut row = ended.clone();
    row.insert("attempts", Vec::<Bson>::new());
    row.insert("revision", 0_i64);
    for first in (0..count).step_by(1000) {
        let numbers = first..count.min(first + 1000);
        let rows_of = numbers.map(|number| {
            let mut row = row.clone();
            row.insert("_id", id(number));
            row
        });
        rows.insert_many(rows_of).await.expect("stored rows");
    }
    let next = Arc::new(AtomicUsize::new(0));
    let began = Instant::now();
    let until = began + measured_for;
    let connections: Vec<_> = (0..CONNECTIONS)
        .map(|_| {
            tokio::spawn(update_until(
                until,
                rows.clone(),
                ended.clone(),
                Arc::clone(&next),
                count,
            ))
        })
        .collect();
    let mut latencies = Vec::new();
    for connection in connections {
        latencies.extend(connection.await.expect("updates without failures"));
    }
    Load::of(latencies, began.elapsed())
}

fn id(number: usize) -> i64 {
    i64::try_from(number).expect("few rows")
}

async fn update_until(
    until: Instant,
    rows: Collection<Document>,
    ended: Document,
    next: Arc<AtomicUsize>,
    count: usize,
) -> Vec<Duration> {
    let field = |name: &str| ended.get(name).cloned().unwrap_or(Bson::Null);
    let attempts = ended.get_array("attempts").expect("attempts");
    let attempt = attempts.last().expect("an attempt").clone();
    let changed = [
        "status",
        "dials",
        "attempt_count",
        "ended_at",
        "duration_sec",
        "updated_at",
    ];
    let mut latencies = Vec::new();
    while Instant::now() < until {
        let number = next.fetch_add(1, Ordering::Relaxed);
        let revision = id(number / count);
        let mut set: Document = changed
            .iter()
            .map(|name| ((*name).to_owned(), field(name)))
            .collect();
        set.insert("revision", revision + 1);
        let sent = Instant::now();
        let updated = rows
            .find_one_and_update(
                doc! { "_id": id(number % count), "revision": revision },
                doc! { "$set": set, "$push": { "attempts": attempt.clone() } },
            )
            .await;
        updated.expect("an answer").expect("a row as it was left");
        latencies.push(sent.elapsed());
    }
    latencies
}
