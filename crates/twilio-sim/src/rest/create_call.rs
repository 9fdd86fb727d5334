//! Creating a call: checks in Twilio's order, and the points where a test can stop it.

use std::sync::Arc;

use serde_json::Value;
use url::Url;

use super::calls::call_json;
use super::detection_params::check_detection;
use super::recording_options::{check_method, check_recording};
use super::reply::Reply;
use super::{Asked, Outcome, param, trial};
use crate::call::{Call, CallRequest, DocumentSource, QUEUE_TIME_MS, StatusEvent, start};
use crate::callbacks::HttpMethod;
use crate::config::is_e164;
use crate::hooks::{Hold, HoldDecision, HoldPoint};
use crate::recording::{RecordingOptions, RecordingSource};
use crate::world::{Params, Shared};

/// The longest `Twiml` parameter, in characters (error 32018).
pub(super) const TWIML_CHARACTERS_AT_MOST: usize = 4000;
/// How long a call may last when no `TimeLimit` is given, in seconds.
const TIME_LIMIT_SECONDS: u32 = 14_400;

/// A refusal: HTTP status 400 with this code and message.
pub(crate) struct Refusal {
    pub(crate) code: u32,
    pub(crate) message: String,
}

impl Refusal {
    pub(super) fn new(code: u32, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }

    pub(super) fn reply(&self) -> Reply {
        Reply::error(400, self.code, &self.message)
    }
}

/// `POST /Calls.json`.
pub(super) async fn create(shared: &Arc<Shared>, asked: &Asked) -> Outcome {
    let hold = shared.world().hooks.next_hold();
    let Some(Hold {
        point,
        reached,
        decision,
    }) = hold
    else {
        return create_now(shared, asked).into();
    };
    let created = match point {
        HoldPoint::BeforeCreate => None,
        HoldPoint::AfterCreate => Some(create_now(shared, asked)),
    };
    reached.send_replace(true);
    // A test that dropped its `Held` has no objection.
    match decision.await.unwrap_or(HoldDecision::Release) {
        HoldDecision::Release => created.unwrap_or_else(|| create_now(shared, asked)).into(),
        HoldDecision::DropConnection => Outcome::DropConnection,
    }
}

fn create_now(shared: &Arc<Shared>, asked: &Asked) -> Reply {
    let sid = match place_call(shared, &asked.params) {
        Ok(sid) => sid,
        Err(refusal) => return refusal.reply(),
    };
    let world = shared.world();
    match world.call(&sid) {
        Some(call) => Reply::json(201, call_json(shared, call)),
        None => Reply::not_found(&shared.path_of(&format!("Calls/{sid}.json"))),
    }
}

/// Queues a call and returns its SID.
pub(crate) fn place_call(shared: &Arc<Shared>, params: &Params) -> Result<String, Refusal> {
    let request = check(shared, params)?;
    trial::check_call(shared, &request.to)?;
    let now_ms = shared.timeline.now_ms();
    let calls_per_second = shared.config.limits.calls_per_second;
    let place = shared.world().dial_queue.take(now_ms, calls_per_second);
    let at_ms = place.map_err(|_| Refusal::new(22005, "More than 24 hours of calls are queued"))?;
    let sid = shared.new_sid_of(&request.to, "CA");
    let mut call = Call::new(sid.clone(), request, now_ms);
    call.queue_time_ms = at_ms - now_ms.saturating_add_unsigned(QUEUE_TIME_MS);
    tracing::info!(call.sid = sid, "call is queued");
    start(shared, call, at_ms);
    Ok(sid)
}

/// Checks a request and says what the answer would be.
pub(super) fn dry_run(shared: &Shared, params: &Params) -> Result<Value, Refusal> {
    let request = check(shared, params)?;
    let call = Call::new(shared.new_sid("CA"), request, shared.timeline.now_ms());
    Ok(call_json(shared, &call))
}

fn check(shared: &Shared, params: &Params) -> Result<CallRequest, Refusal> {
    let (to, from) = (check_to(shared, params)?, check_from(shared, params)?);
    let document = check_document(params)?;
    let document_method = check_method(params, "Method")?;
    let document = match document {
        DocumentSource::Fetch(url, _) => DocumentSource::Fetch(url, document_method),
        DocumentSource::Inline(text) => DocumentSource::Inline(text),
    };
    let fallback_method = check_method(params, "FallbackMethod")?;
    let fallback = check_url(params, "FallbackUrl", 21205)?.map(|url| (url, fallback_method));
    let callback_method = check_method(params, "StatusCallbackMethod")?;
    let status_callback =
        check_url(params, "StatusCallback", 21609)?.map(|url| (url, callback_method));
    Ok(CallRequest {
        to,
        from,
        document: Some(document),
        fallback,
        status_callback,
        status_events: check_events(params)?,
        timeout_seconds: check_number(params, "Timeout", 21208, 60, 600)?,
        send_digits: check_digits(params)?,
        time_limit_seconds: check_number(params, "TimeLimit", 20001, TIME_LIMIT_SECONDS, u32::MAX)?,
        record: check_record(params)?,
        machine_detection: check_detection(params)?,
    })
}

/// Reads `Record` and, when it is true, what belongs to it.
fn check_record(params: &Params) -> Result<Option<RecordingOptions>, Refusal> {
    if param(params, "Record").is_none_or(|text| !text.eq_ignore_ascii_case("true")) {
        return Ok(None);
    }
    check_recording(params, RecordingSource::OutboundApi, true).map(Some)
}

/// Source: Twilio, "Test Credentials", magic input for `To`.
fn check_to(shared: &Shared, params: &Params) -> Result<String, Refusal> {
    let to =
        param(params, "To").ok_or_else(|| Refusal::new(21201, "No 'To' number is specified"))?;
    if !is_e164(to) || param(params, "From") == Some(to) {
        return Err(Refusal::new(
            21211,
            format!("The 'To' number {to} is not a valid phone number."),
        ));
    }
    if shared.config.magic_numbers {
        let (code, message) = match to {
            "+15005550001" => (21217, "Phone number does not appear to be valid"),
            "+15005550002" => (21214, "'To' phone number cannot be reached"),
            "+15005550003" => (21215, "Account not authorized to call this number"),
            "+15005550004" => (21216, "Account not allowed to call this number"),
            _ => return Ok(to.to_owned()),
        };
        return Err(Refusal::new(code, message));
    }
    Ok(to.to_owned())
}

/// Source: Twilio, "Test Credentials", magic input for `From`.
fn check_from(shared: &Shared, params: &Params) -> Result<String, Refusal> {
    let from = param(params, "From")
        .ok_or_else(|| Refusal::new(21213, "No 'From' number is specified"))?;
    let magic = shared.config.magic_numbers;
    if !is_e164(from) || (magic && from == "+15005550001") {
        return Err(Refusal::new(
            21212,
            format!("The 'From' number {from} is not a valid phone number."),
        ));
    }
    let owned = shared
        .config
        .from_numbers
        .iter()
        .any(|number| number == from);
    if owned || (magic && from == "+15005550006") {
        return Ok(from.to_owned());
    }
    Err(Refusal::new(
        21210,
        format!("The source phone number {from} is not yet verified for your account."),
    ))
}

fn check_document(params: &Params) -> Result<DocumentSource, Refusal> {
    if param(params, "ApplicationSid").is_some() {
        return Err(Refusal::new(
            21218,
            "Invalid ApplicationSid: this account has no applications",
        ));
    }
    let twiml = check_twiml(params)?;
    match (check_url(params, "Url", 21205)?, twiml) {
        (Some(url), _) => Ok(DocumentSource::Fetch(url, HttpMethod::Post)),
        (None, Some(twiml)) => Ok(DocumentSource::Inline(twiml)),
        (None, None) => Err(Refusal::new(21205, "Url parameter is required.")),
    }
}

pub(super) fn check_twiml(params: &Params) -> Result<Option<String>, Refusal> {
    match param(params, "Twiml") {
        Some(twiml) if twiml.chars().count() > TWIML_CHARACTERS_AT_MOST => {
            Err(Refusal::new(32018, "Twiml is longer than 4000 characters"))
        }
        twiml => Ok(twiml.map(ToOwned::to_owned)),
    }
}

/// Reads an absolute http or https URL whose host has no underscore.
pub(super) fn check_url(params: &Params, name: &str, code: u32) -> Result<Option<Url>, Refusal> {
    let Some(text) = param(params, name) else {
        return Ok(None);
    };
    let fits = |url: &Url| {
        matches!(url.scheme(), "http" | "https")
            && url.host_str().is_some_and(|host| !host.contains('_'))
    };
    match Url::parse(text).ok().filter(fits) {
        Some(url) => Ok(Some(url)),
        None => Err(Refusal::new(code, format!("{name} is not a valid URL"))),
    }
}

/// Reads the repeated parameter; several words in one value are taken as well.
fn check_events(params: &Params) -> Result<Vec<StatusEvent>, Refusal> {
    let values = params
        .iter()
        .filter(|(name, _)| name == "StatusCallbackEvent");
    let mut events = Vec::new();
    for word in values.flat_map(|(_, value)| value.split_whitespace()) {
        let event = StatusEvent::parse(word)
            .ok_or_else(|| Refusal::new(20001, format!("StatusCallbackEvent {word} is unknown")))?;
        events.push(event);
    }
    Ok(if events.is_empty() {
        vec![StatusEvent::Completed]
    } else {
        events
    })
}

/// Reads a whole number from 1 to `most`.
fn check_number<N>(
    params: &Params,
    name: &str,
    code: u32,
    default: N,
    most: N,
) -> Result<N, Refusal>
where
    N: std::str::FromStr + PartialOrd + From<u8>,
{
    let Some(text) = param(params, name) else {
        return Ok(default);
    };
    let number = text
        .parse()
        .ok()
        .filter(|number| *number >= N::from(1) && *number <= most);
    number.ok_or_else(|| Refusal::new(code, format!("{name} is out of range")))
}

fn check_digits(params: &Params) -> Result<String, Refusal> {
    let digits = param(params, "SendDigits").unwrap_or_default();
    let known = digits.chars().all(|key| "0123456789ABCD#*wW".contains(key));
    if digits.len() > 32 || !known {
        return Err(Refusal::new(21206, "SendDigits is not valid"));
    }
    Ok(digits.to_owned())
}
