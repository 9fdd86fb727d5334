//! Changing a call that is under way: ending it, or making it run another document.

use url::Url;

use super::calls::call_json;
use super::parameters::{check_method, check_time_limit, check_twiml, check_url, check_webhook};
use super::refusal::Refusal;
use super::reply::Reply;
use super::{Asked, param};
use crate::call::{Call, CallRequest, DocumentSource, Interruption};
use crate::callbacks::HttpMethod;
use crate::record::CallStatus;
use crate::world::{Params, Shared};

/// What is asked for.
enum Change {
    Cancel,
    Complete,
    Redirect(DocumentSource),
    Nothing,
}

/// `POST /Calls/{CA}.json`. Source: Twilio, Call resource, "Update a call"; error 21220.
pub(super) fn update(shared: &Shared, sid: &str, asked: &Asked) -> Reply {
    let status = {
        let world = shared.world();
        world
            .call(sid)
            .filter(|call| !call.deleted)
            .map(Call::rest_status)
    };
    let Some(status) = status else {
        return Reply::not_found(&shared.path_of(&format!("Calls/{sid}.json")));
    };
    let read = read(&asked.params)
        .and_then(|change| Settings::read(&asked.params).map(|settings| (change, settings)));
    let (change, settings) = match read {
        Ok(read) => read,
        Err(refusal) => return refusal.reply(),
    };
    let interruption = match change {
        Change::Nothing => None,
        Change::Cancel | Change::Complete | Change::Redirect(_) if status.is_terminal() => {
            return wrong_state("Call is already over.");
        }
        // Canceled is for calls that nobody has answered and does nothing to others.
        Change::Cancel if status == CallStatus::InProgress => None,
        Change::Cancel | Change::Complete => Some(Interruption::End),
        Change::Redirect(_) if status != CallStatus::InProgress => {
            return wrong_state("Call is not in-progress. Cannot redirect.");
        }
        Change::Redirect(source) => Some(Interruption::Redirect(source)),
    };
    let (reply, task) = {
        let mut world = shared.world();
        let Some(call) = world.call_mut(sid) else {
            return Reply::not_found(&shared.path_of(&format!("Calls/{sid}.json")));
        };
        let wakes = interruption.is_some() || settings.time_limit_seconds.is_some();
        settings.apply(&mut call.request);
        let task = wakes.then_some(call.task).flatten();
        if let Some(interruption) = interruption {
            call.interruption = Some(interruption);
        }
        (Reply::json(200, call_json(shared, call)), task)
    };
    if let Some(task) = task {
        shared.timeline.poke(task);
    }
    reply
}

/// What is given with the change and takes the place of what the call was made with.
struct Settings {
    fallback: Option<(Url, HttpMethod)>,
    status_callback: Option<(Url, HttpMethod)>,
    time_limit_seconds: Option<u32>,
}

impl Settings {
    fn read(params: &Params) -> Result<Self, Refusal> {
        Ok(Self {
            fallback: check_webhook(params, "FallbackUrl", 21205, "FallbackMethod")?,
            status_callback: check_webhook(
                params,
                "StatusCallback",
                21609,
                "StatusCallbackMethod",
            )?,
            time_limit_seconds: check_time_limit(params)?,
        })
    }

    fn apply(self, request: &mut CallRequest) {
        request.fallback = self.fallback.or_else(|| request.fallback.take());
        request.status_callback = self
            .status_callback
            .or_else(|| request.status_callback.take());
        request.time_limit_seconds = self
            .time_limit_seconds
            .unwrap_or(request.time_limit_seconds);
    }
}

fn wrong_state(message: &str) -> Reply {
    Reply::error(400, 21220, message)
}

fn read(params: &Params) -> Result<Change, Refusal> {
    let (url, twiml) = (check_url(params, "Url", 21205)?, check_twiml(params)?);
    let method = check_method(params, "Method")?;
    match (param(params, "Status"), url, twiml) {
        (_, Some(_), Some(_)) => Err(Refusal::new(20001, "Url and Twiml are mutually exclusive")),
        (Some("canceled"), ..) => Ok(Change::Cancel),
        (Some("completed"), ..) => Ok(Change::Complete),
        (Some(_), ..) => Err(Refusal::new(20001, "Status is not canceled or completed")),
        (None, Some(url), None) => Ok(Change::Redirect(DocumentSource::Fetch(url, method))),
        (None, None, Some(twiml)) => Ok(Change::Redirect(DocumentSource::Inline(twiml))),
        (None, None, None) => Ok(Change::Nothing),
    }
}
