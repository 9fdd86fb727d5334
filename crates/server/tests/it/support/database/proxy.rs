//! What stands between a server under test and Mongo: it can hold writes back, or be gone.

use std::time::Duration;

use mongodb::Client;
use mongodb::bson::doc;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// How long the server under test looks for its database before it gives up.
const SELECTION_TIMEOUT: Duration = Duration::from_millis(1000);
/// The commands that change something, as the driver spells them.
const WRITES: [&[u8]; 5] = [
    b"insert",
    b"update",
    b"delete",
    b"findAndModify",
    b"createIndexes",
];
/// The length of a message's header, the opcode of `OP_MSG` and where its first command begins
/// (MongoDB Wire Protocol): after the flags and the kind of the first section.
const HEADER_BYTES: usize = 16;
const OP_MSG: [u8; 4] = 2013_i32.to_le_bytes();
const DOCUMENT_AT: usize = 5;
/// In a BSON document: after its length and the type of its first element comes that one's name.
const NAME_AT: usize = DOCUMENT_AT + 5;
/// Longer than any message of Mongo's (`maxMessageSizeBytes`).
const LONGEST_MESSAGE: usize = 64 << 20;

/// A proxy in front of a Mongo server, without TLS. It ends with its handle.
pub(crate) struct MongoProxy {
    uri: String,
    gate: watch::Sender<Gate>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gate {
    /// Everything passes.
    Open,
    /// Writes wait.
    Reading,
    /// Connections are cut, and new ones refused.
    Closed,
}

impl MongoProxy {
    /// A proxy in front of the primary of the servers that a connection string names.
    pub(crate) async fn before(uri: &str) -> Self {
        let primary = primary_of(uri).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("its address");
        let (gate, state) = watch::channel(Gate::Open);
        tokio::spawn(accept(listener, primary, state));
        // Connected directly, the driver does not ask the server for its address, which would be
        // that behind the proxy.
        let options = format!(
            "directConnection=true&serverSelectionTimeoutMS={}",
            SELECTION_TIMEOUT.as_millis()
        );
        let (before, after) = around_hosts(uri);
        let separator = match (after.contains('?'), after.contains('/')) {
            (true, _) => "&",
            (false, true) => "?",
            (false, false) => "/?",
        };
        Self {
            uri: format!("{before}{address}{after}{separator}{options}"),
            gate,
        }
    }

    /// The connection string that leads through the proxy.
    pub(crate) fn uri(&self) -> &str {
        &self.uri
    }

    /// Lets everything pass.
    pub(crate) fn pass(&self) {
        self.gate.send_replace(Gate::Open);
    }

    /// Lets writes wait.
    pub(crate) fn hold_writes(&self) {
        self.gate.send_replace(Gate::Reading);
    }

    /// Cuts every connection and takes no new one.
    pub(crate) fn refuse(&self) {
        self.gate.send_replace(Gate::Closed);
    }
}

/// The address of the server that takes writes.
async fn primary_of(uri: &str) -> String {
    let client = Client::with_uri_str(uri)
        .await
        .expect("a connection string");
    let hello = client
        .database("admin")
        .run_command(doc! {"hello": 1})
        .await;
    let hello = hello.expect("a Mongo server");
    match hello.get_str("primary") {
        Ok(primary) => primary.to_owned(),
        Err(_) => {
            let (before, after) = around_hosts(uri);
            let hosts = &uri[before.len()..uri.len() - after.len()];
            hosts.split(',').next().expect("a host").to_owned()
        }
    }
}

/// What a connection string has before its hosts, and after them.
fn around_hosts(uri: &str) -> (&str, &str) {
    let scheme = uri.find("://").expect("a scheme") + "://".len();
    let hosts = uri.rfind('@').map_or(scheme, |at| at + 1);
    let end = uri[hosts..]
        .find(['/', '?'])
        .map_or(uri.len(), |at| hosts + at);
    (&uri[..hosts], &uri[end..])
}

async fn accept(listener: TcpListener, primary: String, mut gate: watch::Receiver<Gate>) {
    let ended = gate.clone();
    let accepting = async {
        while let Ok((client, _)) = listener.accept().await {
            if *gate.borrow_and_update() == Gate::Closed {
                continue;
            }
            let Ok(server) = TcpStream::connect(&primary).await else {
                continue;
            };
            tokio::spawn(relay(client, server, gate.clone()));
        }
    };
    tokio::select! {
        () = accepting => {}
        () = dropped(ended) => {}
    }
}

/// Waits until the handle is gone.
async fn dropped(mut gate: watch::Receiver<Gate>) {
    while gate.changed().await.is_ok() {}
}

async fn relay(client: TcpStream, server: TcpStream, mut gate: watch::Receiver<Gate>) {
    // Whatever the proxy adds to the time a command takes, tests would take for the server's.
    drop((client.set_nodelay(true), server.set_nodelay(true)));
    let (from_client, mut to_client) = client.into_split();
    let (mut from_server, to_server) = server.into_split();
    let commands = commands(from_client, to_server, gate.clone());
    let answers = tokio::io::copy(&mut from_server, &mut to_client);
    tokio::select! {
        _ = commands => {}
        _ = answers => {}
        // Closed, or the handle is gone.
        _ = gate.wait_for(|gate| *gate == Gate::Closed) => {}
    }
}

/// Passes messages on, one by one, until the connection ends.
async fn commands(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut gate: watch::Receiver<Gate>,
) -> std::io::Result<()> {
    loop {
        let mut header = [0; HEADER_BYTES];
        from.read_exact(&mut header).await?;
        let length = header[..4].try_into().map(u32::from_le_bytes);
        let length = length.ok().and_then(|length| usize::try_from(length).ok());
        let length = length.filter(|length| (HEADER_BYTES..LONGEST_MESSAGE).contains(length));
        let mut body = vec![0; length.expect("a message") - HEADER_BYTES];
        from.read_exact(&mut body).await?;
        if header[12..] == OP_MSG && is_write(&body) {
            let passed = gate.wait_for(|gate| *gate != Gate::Reading).await;
            drop(passed.map_err(std::io::Error::other)?);
        }
        to.write_all(&header).await?;
        to.write_all(&body).await?;
    }
}

/// Whether an `OP_MSG` holds a command that changes something.
fn is_write(body: &[u8]) -> bool {
    let name = body.get(NAME_AT..).unwrap_or_default();
    let name = name.split(|byte| *byte == 0).next().unwrap_or_default();
    WRITES.contains(&name)
}
