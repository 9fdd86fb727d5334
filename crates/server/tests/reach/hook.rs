//! The receiver of the webhook: it notes every delivery, and fails at random until it is healed.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use sha2::Sha256;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::crash::front_door::Moment;
use crate::stop::Stops;

/// How long a delivery is kept waiting that gets no answer, in real time; longer than virtual time
/// waits for it.
const HANG: Duration = Duration::from_millis(300);

/// A listening receiver; it ends with its handle.
pub(crate) struct Hook {
    /// Where it listens.
    pub(crate) url: String,
    pub(crate) stops: Arc<Stops>,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

struct Shared {
    rng: Mutex<StdRng>,
    healed: AtomicBool,
    received: Mutex<Vec<Received>>,
    stops: Arc<Stops>,
}

/// One try to deliver.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) id: String,
    pub(crate) timestamp: String,
    pub(crate) signatures: Vec<String>,
    pub(crate) body: String,
    /// Whether it was answered as taken.
    pub(crate) taken: bool,
}

impl Received {
    /// Whether one of its signatures was made with this secret, `whsec_` and base64.
    pub(crate) fn is_signed_with(&self, secret: &str) -> bool {
        let key = secret.strip_prefix("whsec_").expect("the prefix");
        let key = STANDARD.decode(key).expect("base64");
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("a key");
        mac.update(format!("{}.{}.{}", self.id, self.timestamp, self.body).as_bytes());
        let signature = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
        self.signatures.contains(&signature)
    }
}

/// What the receiver does with a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    Take,
    Refuse,
    AskLater,
    SendElsewhere,
    /// It has the delivery, and its answer gets lost.
    TakeUnheard,
    Hang,
}

impl Hook {
    /// One that fails as this seed says.
    pub(crate) async fn start(seed: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("its address");
        let stops = Arc::<Stops>::default();
        let shared = Arc::new(Shared {
            rng: Mutex::new(StdRng::seed_from_u64(seed)),
            healed: AtomicBool::new(false),
            received: Mutex::default(),
            stops: Arc::clone(&stops),
        });
        let accepting = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Self {
            url: format!("http://{address}/acknowledged"),
            stops,
            shared,
            accepting,
        }
    }

    /// Takes everything from now on.
    pub(crate) fn heal(&self) {
        self.shared.healed.store(true, Ordering::Relaxed);
    }

    /// Every try so far, in order.
    pub(crate) fn received(&self) -> Vec<Received> {
        lock(&self.shared.received).clone()
    }
}

impl Drop for Hook {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((connection, _)) = listener.accept().await {
        tokio::spawn(serve(connection, Arc::clone(&shared)));
    }
}

/// Serves one delivery, and closes its connection.
async fn serve(connection: TcpStream, shared: Arc<Shared>) {
    let mut connection = BufReader::new(connection);
    let Ok(mut received) = read(&mut connection).await else {
        // The sender has died in the middle of it.
        return;
    };
    shared.stops.come_by(Moment::Come, "").await;
    let manner = shared.manner();
    received.taken = matches!(manner, Manner::Take | Manner::TakeUnheard);
    lock(&shared.received).push(received);
    let stopped = shared.stops.come_by(Moment::Served, "").await;
    let answer = match manner {
        Manner::Take => "200 OK\r\n",
        Manner::Refuse => "500 Internal Server Error\r\n",
        Manner::AskLater => "503 Service Unavailable\r\nRetry-After: 7\r\n",
        Manner::SendElsewhere => "302 Found\r\nLocation: http://127.0.0.1:9/\r\n",
        Manner::TakeUnheard => return,
        Manner::Hang => return tokio::time::sleep(HANG).await,
    };
    if !stopped {
        let answer = format!("HTTP/1.1 {answer}Content-Length: 0\r\nConnection: close\r\n\r\n");
        // The sender may have gone.
        let _sent = connection.write_all(answer.as_bytes()).await;
    }
}

async fn read(connection: &mut BufReader<TcpStream>) -> std::io::Result<Received> {
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        if connection.read_line(&mut line).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(": ") {
            headers.push((name.to_ascii_lowercase(), value.to_owned()));
        }
    }
    let header = |name: &str| {
        let found = headers.iter().find(|(other, _)| other == name);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let length = header("content-length").parse().expect("a length");
    let mut body = vec![0; length];
    connection.read_exact(&mut body).await?;
    Ok(Received {
        id: header("webhook-id"),
        timestamp: header("webhook-timestamp"),
        signatures: header("webhook-signature")
            .split(' ')
            .map(str::to_owned)
            .collect(),
        body: String::from_utf8(body).expect("text"),
        taken: false,
    })
}

impl Shared {
    fn manner(&self) -> Manner {
        let mut rng = lock(&self.rng);
        if self.healed.load(Ordering::Relaxed) || rng.random_bool(0.5) {
            return Manner::Take;
        }
        match rng.random_range(0..10) {
            0..4 => Manner::Refuse,
            4..6 => Manner::AskLater,
            6 => Manner::SendElsewhere,
            7..9 => Manner::TakeUnheard,
            _ => Manner::Hang,
        }
    }
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
