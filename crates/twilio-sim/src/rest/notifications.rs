//! The debugger's alerts of a call. Source: Twilio, Call notifications subresource.

use serde_json::{Value, json};

use super::date_filter::DateFilter;
use super::paging::page_of;
use super::reply::{Reply, rfc2822};
use super::{Asked, param};
use crate::clock::millis_of;
use crate::record::{AlertReport, DeliveryOutcome, DeliveryReport};
use crate::world::{Shared, World};

/// `GET /Calls/{CA}/Notifications.json`, newest first.
pub(super) fn list(shared: &Shared, call_sid: &str, asked: &Asked) -> Reply {
    let path = shared.path_of(&format!("Calls/{call_sid}/Notifications.json"));
    let date = match DateFilter::read(&asked.params, "MessageDate") {
        Ok(date) => date,
        Err(reply) => return reply,
    };
    let log = param(&asked.params, "Log");
    let world = shared.world();
    if world.call(call_sid).is_none_or(|call| call.deleted) {
        return Reply::not_found(&path);
    }
    let entries = alerts_of(&world, call_sid).rev().map(|alert| {
        let fits = log.is_none_or(|log| log == log_level(alert.code))
            && date.fits(Some(millis_of(alert.at)));
        let row = || notification_json(shared, &world, alert);
        (alert.sid.clone(), fits.then_some(row))
    });
    page_of(&path, "notifications", entries.collect(), asked)
}

/// `GET /Calls/{CA}/Notifications/{NO}.json`: the same with the request and its answer.
pub(super) fn fetch(shared: &Shared, call_sid: &str, sid: &str) -> Reply {
    let world = shared.world();
    let alert = alerts_of(&world, call_sid).find(|alert| alert.sid == sid);
    let shown = world.call(call_sid).is_some_and(|call| !call.deleted);
    let Some(alert) = alert.filter(|_| shown) else {
        let tail = format!("Calls/{call_sid}/Notifications/{sid}.json");
        return Reply::not_found(&shared.path_of(&tail));
    };
    let mut body = notification_json(shared, &world, alert);
    let delivery = delivery_of(&world, alert);
    let variables = delivery.map(|delivery| {
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&delivery.params)
            .finish()
    });
    let answer = delivery.and_then(|delivery| match &delivery.outcome {
        DeliveryOutcome::Answered { body, .. } => Some(body.clone()),
        DeliveryOutcome::Failed { .. } | DeliveryOutcome::Dropped => None,
    });
    if let Some(body) = body.as_object_mut() {
        body.insert("request_variables".to_owned(), variables.into());
        body.insert("response_body".to_owned(), answer.into());
        body.insert("response_headers".to_owned(), Value::Null);
    }
    Reply::json(200, body)
}

fn alerts_of<'a>(
    world: &'a World,
    call_sid: &str,
) -> impl DoubleEndedIterator<Item = &'a AlertReport> {
    world
        .alerts
        .iter()
        .filter(move |alert| alert.call_sid == call_sid)
}

/// The request an alert is about: the last one to its URL before it.
fn delivery_of<'a>(world: &'a World, alert: &AlertReport) -> Option<&'a DeliveryReport> {
    let url = alert.url.as_deref()?;
    world.deliveries.iter().rev().find(|delivery| {
        delivery.call_sid == alert.call_sid && delivery.url == url && delivery.at <= alert.at
    })
}

fn notification_json(shared: &Shared, world: &World, alert: &AlertReport) -> Value {
    let code = alert.code.to_string();
    let log = log_level(alert.code);
    let text = form_urlencoded::Serializer::new(String::new())
        .append_pair("Msg", &alert.message)
        .append_pair("ErrorCode", &code)
        .append_pair("LogLevel", if log == WARNING { "WARN" } else { "ERROR" })
        .finish();
    let at = rfc2822(millis_of(alert.at));
    let tail = format!("Calls/{}/Notifications/{}.json", alert.call_sid, alert.sid);
    json!({
        "sid": alert.sid,
        "account_sid": shared.config.account_sid,
        "call_sid": alert.call_sid,
        "api_version": "2010-04-01",
        "error_code": code,
        "log": log,
        "message_date": at,
        "message_text": text,
        "more_info": format!("https://www.twilio.com/docs/errors/{code}"),
        "request_method": delivery_of(world, alert).map(|delivery| delivery.method.as_str()),
        "request_url": alert.url.as_deref().unwrap_or_default(),
        "date_created": at,
        "date_updated": at,
        "uri": shared.path_of(&tail),
    })
}

/// `log` of an error and of a warning.
const ERROR: &str = "0";
const WARNING: &str = "1";

/// Source: Twilio, "Error and Warning Dictionary", log levels.
const fn log_level(code: u32) -> &'static str {
    match code {
        13201 | 13238 | 13621 => ERROR,
        12200 | 13000..=13999 | 15003 | 20001 | 21262 => WARNING,
        _ => ERROR,
    }
}
