//! A tiny server on loopback that does with each connection exactly what it is told, well-behaved or not.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use atlas_twilio::rest::{Client, ClientConfig, Credentials, RetryPolicy};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

/// What the server does with one request.
pub(crate) enum Act {
    /// Writes these bytes and closes.
    Answer(String),
    /// Writes the first bytes, waits to be told, writes the others and closes.
    AnswerInTwo(String, oneshot::Receiver<()>, String),
    /// Answers, takes another request on the same connection, then closes it without an answer.
    AnswerOnceThenReset(String),
    /// Closes with a reset, without an answer.
    Reset,
    /// Never answers.
    Hang,
    /// Writes the first bytes, then one more ten times a second for as long as anybody listens.
    Drip(String),
}

/// A running server, and the requests it got so far.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Starts a server that acts once for each request, then refuses every further connection.
    pub(crate) async fn start(acts: Vec<Act>) -> Self {
        Self::on(TcpListener::bind("127.0.0.1:0").await.unwrap(), acts)
    }

    /// The same at an address that is known before.
    pub(crate) fn on(listener: TcpListener, acts: Vec<Act>) -> Self {
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        tokio::spawn(async move {
            let mut hanging = Vec::new();
            for act in acts {
                let (mut stream, _) = listener.accept().await.unwrap();
                let request = read_request(&mut stream).await;
                seen.lock().unwrap().push(request);
                match act {
                    Act::Answer(answer) => stream.write_all(answer.as_bytes()).await.unwrap(),
                    Act::AnswerInTwo(first, go_on, second) => {
                        stream.write_all(first.as_bytes()).await.unwrap();
                        stream.flush().await.unwrap();
                        go_on.await.unwrap();
                        stream.write_all(second.as_bytes()).await.unwrap();
                    }
                    Act::AnswerOnceThenReset(answer) => {
                        stream.write_all(answer.as_bytes()).await.unwrap();
                        let request = read_request(&mut stream).await;
                        seen.lock().unwrap().push(request);
                        stream.set_zero_linger().unwrap();
                    }
                    Act::Reset => stream.set_zero_linger().unwrap(),
                    Act::Hang => hanging.push(stream),
                    Act::Drip(head) => {
                        let mut sent = stream.write_all(head.as_bytes()).await;
                        while sent.is_ok() {
                            tokio::time::sleep(Duration::from_millis(100)).await;
                            sent = stream.write_all(b"x").await;
                        }
                    }
                }
            }
            if !hanging.is_empty() {
                std::future::pending::<()>().await;
            }
        });
        Self { address, requests }
    }

    /// Starts a server that gives these answers.
    pub(crate) async fn answering(answers: &[String]) -> Self {
        Self::start(answers.iter().cloned().map(Act::Answer).collect()).await
    }

    /// The requests that came so far, each as text.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    /// A client of this server.
    pub(crate) fn client(&self) -> Client {
        client(&self.base_url())
    }

    /// Where this server is.
    pub(crate) fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }
}

/// A client of an address, patient enough for a busy machine.
pub(crate) fn client(base_url: &str) -> Client {
    client_with_patience(base_url, Duration::from_secs(30))
}

/// A client that gives up soon.
pub(crate) fn impatient_client(base_url: &str) -> Client {
    client_with_patience(base_url, Duration::from_secs(1))
}

fn client_with_patience(base_url: &str, request_timeout: Duration) -> Client {
    let config = ClientConfig::new(
        "AC0123456789abcdef0123456789abcdef".parse().unwrap(),
        Credentials::AuthToken("token".into()),
    );
    Client::new(ClientConfig {
        base_url: Some(base_url.to_owned()),
        retry: RetryPolicy::never(),
        connect_timeout: request_timeout.mul_f32(0.9),
        request_timeout,
        ..config
    })
    .unwrap()
}

/// An answer with a body.
pub(crate) fn answer(status: &str, headers: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

async fn read_request(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).to_ascii_lowercase();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "))
                .map_or(0, |length| length.parse().unwrap());
            if body.len() >= length {
                return String::from_utf8(bytes).unwrap();
            }
        }
        assert_ne!(
            stream.read_buf(&mut bytes).await.unwrap(),
            0,
            "the request was cut off"
        );
    }
}
