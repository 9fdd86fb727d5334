//! Changing a call that is under way: ending it, or making it run another document.

use url::Url;

use super::calls::call_json;
use super::create_call::{Refusal, check_twiml, check_url};
use super::recording_options::check_method;
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
        settings.apply(&mut call.request);
        let task = interruption.is_some().then_some(call.task).flatten();
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

/// Callbacks given with the change, which take the place of those the call was made with.
struct Settings {
    fallback: Option<(Url, HttpMethod)>,
    status_callback: Option<(Url, HttpMethod)>,
}

impl Settings {
    fn read(params: &Params) -> Result<Self, Refusal> {
        let fallback_method = check_method(params, "FallbackMethod")?;
        let callback_method = check_method(params, "StatusCallbackMethod")?;
        let fallback = check_url(params, "FallbackUrl", 21205)?;
        let status_callback = check_url(params, "StatusCallback", 21609)?;
        Ok(Self {
            fallback: fallback.map(|url| (url, fallback_method)),
            status_callback: status_callback.map(|url| (url, callback_method)),
        })
    }

    fn apply(self, request: &mut CallRequest) {
        request.fallback = self.fallback.or_else(|| request.fallback.take());
        request.status_callback = self
            .status_callback
            .or_else(|| request.status_callback.take());
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
