//! Creating a call: checks in Twilio's order, and the points where a test can stop it.

use std::sync::Arc;

use serde_json::Value;
use url::Url;

use super::addresses::{check_from, check_to};
use super::calls::call_json;
use super::detection_params::check_detection;
use super::parameters::{
    check_digits, check_events, check_number, check_time_limit, check_twiml, check_webhook,
};
use super::recording_options::check_recording;
use super::refusal::Refusal;
use super::reply::Reply;
use super::{Asked, Outcome, param, trial};
use crate::call::{Call, CallRequest, DocumentSource, QUEUE_TIME_MS, start};
use crate::callbacks::HttpMethod;
use crate::hooks::{Hold, HoldDecision, HoldPoint};
use crate::recording::{RecordingOptions, RecordingSource};
use crate::world::{Params, Shared};

/// How long a call may last when no `TimeLimit` is given, in seconds.
const TIME_LIMIT_SECONDS: u32 = 14_400;

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
    let to = check_to(shared, params)?;
    let from = check_from(shared, params, &to)?;
    let webhooks = Webhooks::read(shared, params)?;
    Ok(CallRequest {
        to,
        from,
        document: Some(webhooks.document),
        fallback: webhooks.fallback,
        status_callback: webhooks.status_callback,
        status_events: check_events(params)?,
        timeout_seconds: check_number(params, "Timeout", 21208, 60, 600)?,
        send_digits: check_digits(params)?,
        time_limit_seconds: check_time_limit(params)?.unwrap_or(TIME_LIMIT_SECONDS),
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

/// What a call runs and where its events go.
struct Webhooks {
    document: DocumentSource,
    fallback: Option<(Url, HttpMethod)>,
    status_callback: Option<(Url, HttpMethod)>,
}

impl Webhooks {
    /// Those of the application, if one is named, whatever else is given; otherwise those given.
    fn read(shared: &Shared, params: &Params) -> Result<Self, Refusal> {
        match param(params, "ApplicationSid") {
            Some(sid) => Self::of_application(shared, sid),
            None => Self::given(params),
        }
    }

    /// Source: Twilio, Call resource, `ApplicationSid`; error 21218.
    fn of_application(shared: &Shared, sid: &str) -> Result<Self, Refusal> {
        let mut applications = shared.config.applications.iter();
        let found = applications.find(|application| application.sid == sid);
        let webhooks = found
            .and_then(|application| application.webhooks().ok())
            .ok_or_else(|| Refusal::new(21218, format!("Invalid ApplicationSid {sid}")))?;
        let (url, method) = webhooks.voice;
        Ok(Self {
            document: DocumentSource::Fetch(url, method),
            fallback: webhooks.fallback,
            status_callback: webhooks.status_callback,
        })
    }

    fn given(params: &Params) -> Result<Self, Refusal> {
        let twiml = check_twiml(params)?;
        let document = match (check_webhook(params, "Url", 21205, "Method")?, twiml) {
            (Some((url, method)), _) => DocumentSource::Fetch(url, method),
            (None, Some(twiml)) => DocumentSource::Inline(twiml),
            (None, None) => return Err(Refusal::new(21205, "Url parameter is required.")),
        };
        Ok(Self {
            document,
            fallback: check_webhook(params, "FallbackUrl", 21205, "FallbackMethod")?,
            status_callback: check_webhook(
                params,
                "StatusCallback",
                21609,
                "StatusCallbackMethod",
            )?,
        })
    }
}
