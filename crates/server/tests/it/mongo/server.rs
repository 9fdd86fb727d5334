//! A Mongo server that a test may kill and start again.

use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use atlas_storage::contract::MongoDatabase;
use mongodb::Client;
use mongodb::bson::doc;
use tempfile::TempDir;

use crate::support::{MongoProxy, free_port, until_async};

/// The variable that names the program, as `scripts/with-mongo` sets it.
const MONGO_TEST_PROGRAM: &str = "MONGO_TEST_PROGRAM";
/// The replica set of a `mongod`.
const REPLICA_SET: &str = "atlas";
/// How long to wait for a server that may not be there yet.
const LOOK_FOR: Duration = Duration::from_secs(2);

/// A Mongo server of the test's own; where only a server that runs already is named, that one,
/// behind a proxy that cuts it off.
pub(super) struct OwnMongo(Kind);

enum Kind {
    Program(MongoProgram),
    Proxy(MongoProxy, MongoDatabase),
}

impl OwnMongo {
    pub(super) async fn start() -> Self {
        #[expect(clippy::disallowed_methods, reason = "a test has no settings")]
        let program = std::env::var(MONGO_TEST_PROGRAM);
        Self(match program {
            Ok(program) => Kind::Program(MongoProgram::start(program.into()).await),
            Err(_) => {
                let database = MongoDatabase::fresh();
                Kind::Proxy(MongoProxy::before(database.uri()).await, database)
            }
        })
    }

    /// The variables by which Atlas finds a database on it.
    pub(super) fn variables(&self) -> [(&'static str, String); 2] {
        let (uri, name) = match &self.0 {
            Kind::Program(program) => (program.uri(), "atlas"),
            Kind::Proxy(proxy, database) => (proxy.uri().to_owned(), database.name()),
        };
        [("MONGO_URI", uri), ("MONGO_DB", name.to_owned())]
    }

    /// Ends it as `kill -9` does.
    pub(super) fn kill(&mut self) {
        match &mut self.0 {
            Kind::Program(program) => program.kill(),
            Kind::Proxy(proxy, _) => proxy.refuse(),
        }
    }

    /// Starts it on what it had stored.
    pub(super) async fn start_again(&mut self) {
        match &mut self.0 {
            Kind::Program(program) => program.start_again().await,
            Kind::Proxy(proxy, _) => proxy.pass(),
        }
    }
}

struct MongoProgram {
    path: PathBuf,
    port: u16,
    folder: TempDir,
    child: Option<Child>,
}

impl MongoProgram {
    async fn start(path: PathBuf) -> Self {
        let mut program = Self {
            path,
            port: free_port(),
            folder: tempfile::tempdir().expect("a temporary folder"),
            child: None,
        };
        program.start_again().await;
        if program.is_mongod() {
            program.initiate().await;
        }
        program
    }

    fn uri(&self) -> String {
        let options = if self.is_mongod() {
            format!("?replicaSet={REPLICA_SET}")
        } else {
            String::new()
        };
        format!("mongodb://127.0.0.1:{}/{options}", self.port)
    }

    async fn start_again(&mut self) {
        let port = self.port.to_string();
        let mut command = Command::new(&self.path);
        if self.is_mongod() {
            command
                .args(["--bind_ip", "127.0.0.1", "--replSet", REPLICA_SET])
                .args(["--port", &port, "--dbpath"]);
        } else {
            // Acknowledged is durable, as with a real server's journal.
            command
                .args(["--sync-on-commit", "--cache-size", "256M"])
                .args(["--port", &port, "--storage-path"]);
        }
        let child = command
            .arg(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the Mongo server starts");
        self.child = Some(child);
        until_async(async || TcpStream::connect(("127.0.0.1", self.port)).is_ok()).await;
    }

    fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("a child that can be killed");
            child.wait().expect("a child that ends");
        }
    }

    fn is_mongod(&self) -> bool {
        self.path.file_name().is_some_and(|name| name == "mongod")
    }

    /// Makes it a replica set of one, and waits until it can be written to.
    async fn initiate(&self) {
        let host = format!("127.0.0.1:{}", self.port);
        let uri = format!(
            "mongodb://{host}/?directConnection=true&serverSelectionTimeoutMS={}",
            LOOK_FOR.as_millis()
        );
        let client = Client::with_uri_str(uri)
            .await
            .expect("a connection string");
        let admin = client.database("admin");
        let members = doc! {"_id": REPLICA_SET, "members": [{"_id": 0, "host": host}]};
        let initiated = admin.run_command(doc! {"replSetInitiate": members}).await;
        initiated.expect("a replica set");
        until_async(async || {
            let hello = admin.run_command(doc! {"hello": 1}).await;
            hello.is_ok_and(|hello| hello.get_bool("isWritablePrimary").unwrap_or(false))
        })
        .await;
    }
}

impl Drop for MongoProgram {
    fn drop(&mut self) {
        self.kill();
    }
}
