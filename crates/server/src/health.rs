//! Asks the server on this machine how it is: the command `health`, for images without a shell.

use std::time::Duration;

use crate::settings::Listening;

/// How long the server may take to answer. Its own checks take at most 2 s.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(3);

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Probe {
    /// `GET /livez`: the process answers. When it does not, a restart may help.
    Liveness,
    /// `GET /readyz`: calls can be stored. When they cannot, requests belong elsewhere.
    Readiness,
}

impl Probe {
    const fn path(self) -> &'static str {
        match self {
            Self::Liveness => "/livez",
            Self::Readiness => "/readyz",
        }
    }
}

/// Why the answer is no.
#[derive(Debug, thiserror::Error)]
pub enum NotHealthy {
    /// `PORT` is 0, so nobody knows where the server listens.
    #[error("PORT is 0, which takes any free port; say which one to ask")]
    NoPort,
    /// Nobody answered in time.
    #[error("{url} does not answer")]
    NoAnswer {
        /// What was asked.
        url: String,
        /// Why.
        #[source]
        source: reqwest::Error,
    },
    /// The server says no.
    #[error("{url} answered {status}")]
    Refused {
        /// What was asked.
        url: String,
        /// The status of the answer.
        status: u16,
    },
}

/// Asks the server that listens there, over loopback where it listens on every address.
///
/// # Errors
/// [`NotHealthy`] when it does not answer 200 within 3 seconds.
pub async fn ask(listening: &Listening, probe: Probe) -> Result<(), NotHealthy> {
    if listening.port == 0 {
        return Err(NotHealthy::NoPort);
    }
    let url = format!("{}{}", listening.local_url(), probe.path());
    let no_answer = |source: reqwest::Error| NotHealthy::NoAnswer {
        url: url.clone(),
        source: source.without_url(),
    };
    // A proxy of the environment is for the world outside.
    let client = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(ANSWER_TIMEOUT)
        .build()
        .map_err(no_answer)?;
    let answer = client.get(&url).send().await.map_err(no_answer)?;
    match answer.status().as_u16() {
        200 => Ok(()),
        status => Err(NotHealthy::Refused { url, status }),
    }
}
