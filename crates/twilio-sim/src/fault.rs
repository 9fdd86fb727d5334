//! Faults: what goes wrong on purpose, for whom, and when.
//!
//! ```
//! use twilio_sim::{Fault, FaultKind};
//!
//! // Every tenth callback is lost.
//! let lossy = Fault::rate(0.1, FaultKind::DropCallback);
//! // The next call is created, but the connection breaks before the answer.
//! let lost = Fault::next_create(FaultKind::ResetConnection { executed: true });
//! // Calls to one number are rate limited until this is cleared.
//! let limited = Fault::always(FaultKind::Answer {
//!     http_status: 429,
//!     code: 20429,
//!     retry_after_seconds: Some(2),
//!     executed: false,
//! })
//! .on_number("+15550100042")
//! .on_route("POST Calls.json");
//! # assert!(lossy.check().is_ok() && lost.check().is_ok() && limited.check().is_ok());
//! ```

mod active;
mod route;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use active::FaultReport;
pub(crate) use active::{Faults, Occasion};
pub use route::Route;

/// Something that goes wrong on purpose.
///
/// Of all faults that fit a thing only one befalls it: those set for the next few come first, in the order
/// in which they were set; then the others, the one set last first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// What goes wrong.
    pub kind: FaultKind,
    /// For whom; default for everybody.
    #[serde(default)]
    pub target: FaultTarget,
    /// How often; default always.
    #[serde(default)]
    pub when: FaultWhen,
}

/// What goes wrong.
///
/// *Callbacks* are those for call status, recording status, transcriptions and the like: requests whose
/// answer decides nothing. *Documents* are requests for TwiML, actions included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, ToSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum FaultKind {
    /// A callback is never sent.
    DropCallback,
    /// A callback is delivered more than once, with the same idempotency token.
    RepeatCallback {
        /// How many times more.
        times: u32,
    },
    /// A callback is sent later, so that others may overtake it.
    DelayCallback {
        /// How much later, in virtual milliseconds.
        by_ms: u64,
    },
    /// A callback changes places with the next one of its call; when the call is over and none has come
    /// for a minute, it is sent all the same.
    SwapCallback,
    /// A callback carries a signature made with another token.
    ForgeSignature,
    /// The REST API answers an error.
    Answer {
        /// The HTTP status, 400 to 599.
        http_status: u16,
        /// Twilio's error code, for example 20429 or 20500.
        code: u32,
        /// Seconds for a `Retry-After` header.
        #[serde(default)]
        retry_after_seconds: Option<u32>,
        /// Whether the request takes effect all the same.
        #[serde(default)]
        executed: bool,
    },
    /// The REST API closes the connection without an answer.
    ResetConnection {
        /// Whether the request takes effect.
        #[serde(default)]
        executed: bool,
    },
    /// The REST API answers nothing until the client gives up; in virtual time nothing else happens
    /// meanwhile.
    NoAnswer {
        /// Whether the request takes effect.
        #[serde(default)]
        executed: bool,
    },
    /// The REST API does what is asked and answers late.
    SlowAnswer {
        /// How much later, in real milliseconds.
        by_ms: u64,
    },
    /// A document arrives late; after more than 15 s it is too late (error 11200).
    SlowDocument {
        /// How much later, in virtual milliseconds.
        by_ms: u64,
    },
    /// A document is requested more than once, with the same idempotency token, and the last answer counts.
    RepeatDocumentRequest {
        /// How many times more.
        times: u32,
    },
    /// Whoever answers hangs up at a random moment.
    HangUp {
        /// The latest moment, in virtual milliseconds from the answer.
        within_ms: u64,
    },
}

/// For whom a fault is; what is not said fits everything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FaultTarget {
    /// Only calls to this number, and REST requests about them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Only REST requests of this kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<Route>,
}

/// How often a fault happens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FaultWhen {
    /// Every time.
    #[default]
    Always,
    /// The next so many times, at least 1.
    Next(u32),
    /// With this probability, 0 to 1, drawn from the simulator's seed.
    Rate(f64),
}

/// Why a fault was refused.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FaultError {
    /// An answer with a status that is no error.
    #[error("http_status {0} is not from 400 to 599")]
    HttpStatus(u16),
    /// A rate that is no probability.
    #[error("rate {0} is not from 0 to 1")]
    Rate(f64),
    /// A fault for the next 0 times.
    #[error("next is 0, a fault that never happens")]
    Never,
    /// A route for a fault that befalls no REST request.
    #[error("a route is for faults of REST answers only")]
    RouteWithoutRequest,
    /// A route that cannot be read.
    #[error("route {0:?} is not a method and a path, such as \"POST Calls.json\"")]
    Route(String),
}

/// What a fault can befall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Victim {
    Callback,
    Request,
    Document,
    Callee,
}

impl Fault {
    /// A fault that happens every time.
    #[must_use]
    pub const fn always(kind: FaultKind) -> Self {
        Self::new(kind, FaultWhen::Always)
    }

    /// A fault that happens the next `times` times.
    #[must_use]
    pub const fn next(times: u32, kind: FaultKind) -> Self {
        Self::new(kind, FaultWhen::Next(times))
    }

    /// A fault of the next request that creates a call.
    #[must_use]
    pub fn next_create(kind: FaultKind) -> Self {
        Self::next(1, kind).on_creates()
    }

    /// A fault that happens with a probability, 0 to 1.
    #[must_use]
    pub const fn rate(rate: f64, kind: FaultKind) -> Self {
        Self::new(kind, FaultWhen::Rate(rate))
    }

    /// The same, for calls to this number only.
    #[must_use]
    pub fn on_number(mut self, number: impl Into<String>) -> Self {
        self.target.number = Some(number.into());
        self
    }

    /// The same, for requests that create a call only.
    #[must_use]
    pub fn on_creates(self) -> Self {
        self.on_route("POST Calls.json")
    }

    /// The same, for REST requests of this kind only, see [`Route`].
    #[must_use]
    pub fn on_route(mut self, route: impl Into<Route>) -> Self {
        self.target.route = Some(route.into());
        self
    }

    /// Says whether the fault can be set.
    ///
    /// # Errors
    ///
    /// [`FaultError`] says what is wrong with it.
    pub fn check(&self) -> Result<(), FaultError> {
        if let FaultKind::Answer { http_status, .. } = self.kind
            && !(400..=599).contains(&http_status)
        {
            return Err(FaultError::HttpStatus(http_status));
        }
        match self.when {
            FaultWhen::Next(0) => return Err(FaultError::Never),
            FaultWhen::Rate(rate) if !(0.0..=1.0).contains(&rate) => {
                return Err(FaultError::Rate(rate));
            }
            FaultWhen::Always | FaultWhen::Next(_) | FaultWhen::Rate(_) => {}
        }
        if let Some(route) = &self.target.route {
            if self.kind.victim() != Victim::Request {
                return Err(FaultError::RouteWithoutRequest);
            }
            route.check()?;
        }
        Ok(())
    }

    const fn new(kind: FaultKind, when: FaultWhen) -> Self {
        let target = FaultTarget {
            number: None,
            route: None,
        };
        Self { kind, target, when }
    }
}

impl FaultKind {
    pub(crate) const fn victim(self) -> Victim {
        match self {
            Self::DropCallback
            | Self::RepeatCallback { .. }
            | Self::DelayCallback { .. }
            | Self::SwapCallback
            | Self::ForgeSignature => Victim::Callback,
            Self::Answer { .. }
            | Self::ResetConnection { .. }
            | Self::NoAnswer { .. }
            | Self::SlowAnswer { .. } => Victim::Request,
            Self::SlowDocument { .. } | Self::RepeatDocumentRequest { .. } => Victim::Document,
            Self::HangUp { .. } => Victim::Callee,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_that_make_no_sense_are_refused() {
        let answer = |http_status| FaultKind::Answer {
            http_status,
            code: 1,
            retry_after_seconds: None,
            executed: false,
        };
        let cases = [
            (Fault::always(answer(200)), FaultError::HttpStatus(200)),
            (Fault::next(0, answer(500)), FaultError::Never),
            (Fault::rate(1.5, answer(500)), FaultError::Rate(1.5)),
            (
                Fault::always(FaultKind::DropCallback).on_creates(),
                FaultError::RouteWithoutRequest,
            ),
            (
                Fault::always(answer(500)).on_route("Calls.json"),
                FaultError::Route("Calls.json".into()),
            ),
        ];
        for (fault, error) in cases {
            assert_eq!(fault.check(), Err(error), "{fault:?}");
        }
        assert!(Fault::rate(f64::NAN, answer(500)).check().is_err());
    }

    #[test]
    fn faults_are_written_and_read_as_json() {
        let text = r#"{"kind":{"delay_callback":{"by_ms":5}},"target":{"number":"+15550100042"},"when":{"rate":0.5}}"#;
        let fault: Fault = serde_json::from_str(text).unwrap();
        let made = Fault::rate(0.5, FaultKind::DelayCallback { by_ms: 5 });
        assert_eq!(fault, made.on_number("+15550100042"));
        assert_eq!(serde_json::to_string(&fault).unwrap(), text);
        let short: Fault = serde_json::from_str(r#"{"kind":"drop_callback"}"#).unwrap();
        assert_eq!(short, Fault::always(FaultKind::DropCallback));
        for wrong in [
            r#"{"kind":"drop_callback","whom":1}"#,
            r#"{"kind":{"delay_callback":{"by_ms":5,"and":1}}}"#,
            r#"{"kind":"drop_callback","target":{"nummer":"+1"}}"#,
        ] {
            assert!(serde_json::from_str::<Fault>(wrong).is_err(), "{wrong}");
        }
    }
}
