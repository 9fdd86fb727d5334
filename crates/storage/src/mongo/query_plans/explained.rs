//! A store whose commands are explained.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mongodb::bson::{Bson, Document, doc};
use mongodb::event::EventHandler;
use mongodb::event::command::CommandEvent;
use mongodb::options::ClientOptions;
use mongodb::{Client, Database};

use super::rows;
use crate::contract::MongoDatabase;
use crate::mongo::MongoStore;

/// The commands that look for rows.
const LOOKING: [&str; 6] = [
    "find",
    "update",
    "findAndModify",
    "aggregate",
    "delete",
    "count",
];
/// What belongs to the session and not to the command.
const NOT_EXPLAINED: [&str; 9] = [
    "lsid",
    "txnNumber",
    "$db",
    "$clusterTime",
    "$readPreference",
    "readConcern",
    "writeConcern",
    "maxTimeMS",
    "apiVersion",
];

/// A migrated database with rows in it, and a store whose commands are kept.
pub(super) struct Explained {
    pub(super) store: MongoStore,
    /// Beside the store, so that what explains is not explained.
    database: Database,
    sent: Arc<Mutex<Vec<Document>>>,
    _own: MongoDatabase,
}

/// How the server runs a command.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) stages: BTreeSet<String>,
    pub(super) indexes: BTreeSet<String>,
    pub(super) rows_examined: i64,
    pub(super) sort: Option<Document>,
    #[expect(dead_code, reason = "shown when a test fails")]
    command: Document,
}

impl Explained {
    pub(super) async fn fresh() -> Self {
        let own = MongoDatabase::fresh();
        let sent = Arc::new(Mutex::new(Vec::new()));
        let mut options = ClientOptions::parse(own.uri()).await.unwrap();
        let unheard = Client::with_options(options.clone()).unwrap();
        let database = unheard.database(own.name());
        let heard = Arc::clone(&sent);
        options.command_event_handler = Some(EventHandler::callback(move |event| {
            keep(&heard, event);
        }));
        let client = Client::with_options(options).unwrap();
        let store = MongoStore::over(client, own.name(), Duration::from_secs(30));
        store.migrate().await.unwrap();
        rows::insert(&store, &database).await;
        sent.lock().unwrap().clear();
        Self {
            store,
            database,
            sent,
            _own: own,
        }
    }

    /// The plans of the commands that were sent since the last time.
    pub(super) async fn plans(&self) -> Vec<Plan> {
        let commands = std::mem::take(&mut *self.sent.lock().unwrap());
        let mut plans = Vec::new();
        for command in commands {
            plans.push(self.plan_of(command).await);
        }
        plans
    }

    async fn plan_of(&self, command: Document) -> Plan {
        let explain = doc! { "explain": command.clone(), "verbosity": "executionStats" };
        let explained = self.database.run_command(explain).await.unwrap();
        let explained = Bson::Document(explained);
        let sort = command.get_document("sort").ok().cloned();
        let examined = values(&explained, "totalDocsExamined");
        Plan {
            stages: texts(&explained, "stage"),
            indexes: texts(&explained, "indexName"),
            rows_examined: examined.iter().filter_map(number).max().unwrap(),
            sort,
            command,
        }
    }
}

fn keep(sent: &Mutex<Vec<Document>>, event: CommandEvent) {
    if let CommandEvent::Started(started) = event
        && LOOKING.contains(&&*started.command_name)
    {
        let mut command = started.command;
        for name in NOT_EXPLAINED {
            command.remove(name);
        }
        sent.lock().unwrap().push(command);
    }
}

fn number(value: &Bson) -> Option<i64> {
    value.as_i64().or_else(|| value.as_i32().map(i64::from))
}

fn texts(explained: &Bson, name: &str) -> BTreeSet<String> {
    let texts = values(explained, name);
    let texts = texts.iter().filter_map(|value| value.as_str());
    texts.map(str::to_owned).collect()
}

/// Every value of fields of this name, at any depth, but for plans that were not chosen.
fn values(explained: &Bson, name: &str) -> Vec<Bson> {
    if let Some(document) = explained.as_document() {
        let fields = document.iter();
        let chosen = fields.filter(|(field, _)| *field != "rejectedPlans" && *field != "command");
        chosen
            .flat_map(|(field, value)| {
                let own = (field == name).then(|| value.clone());
                own.into_iter()
                    .chain(values(value, name))
                    .collect::<Vec<_>>()
            })
            .collect()
    } else if let Some(entries) = explained.as_array() {
        let inside = entries.iter().flat_map(|entry| values(entry, name));
        inside.collect()
    } else {
        Vec::new()
    }
}
