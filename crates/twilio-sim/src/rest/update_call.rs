//! Changing a call that is under way: ending it, or making it run another document.

use super::calls::call_json;
use super::create_call::{Refusal, check_twiml, check_url};
use super::recording_options::check_method;
use super::reply::Reply;
use super::{Asked, param};
use crate::call::{Call, DocumentSource, Interruption};
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
    let change = match read(&asked.params) {
        Ok(change) => change,
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
