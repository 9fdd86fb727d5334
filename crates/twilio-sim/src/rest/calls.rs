//! Calls as the REST API shows them. Source: Twilio, Call resource.

use serde_json::{Value, json};

use super::date_filter::DateFilter;
use super::paging::page_of;
use super::reply::{Reply, rfc2822};
use super::seen::{Seen, is_listed};
use super::{Asked, param};
use crate::call::Call;
use crate::record::CallStatus;
use crate::world::{Params, Shared};

/// The keys of `subresource_uris` and the path segments they lead to.
const SUBRESOURCES: [(&str, &str); 9] = [
    ("notifications", "Notifications"),
    ("recordings", "Recordings"),
    ("payments", "Payments"),
    ("events", "Events"),
    ("siprec", "Siprec"),
    ("streams", "Streams"),
    ("transcriptions", "Transcriptions"),
    (
        "user_defined_message_subscriptions",
        "UserDefinedMessageSubscriptions",
    ),
    ("user_defined_messages", "UserDefinedMessages"),
];

/// `GET /Calls/{CA}.json`.
pub(super) fn fetch(shared: &Shared, sid: &str) -> Reply {
    let world = shared.world();
    match world.call(sid).filter(|call| !call.deleted) {
        Some(call) => {
            let seen = Seen::lagging(shared, call);
            Reply::json(200, seen_json(shared, call, &seen))
        }
        None => not_found(shared, sid),
    }
}

/// `GET /Calls.json`, newest first.
pub(super) fn list(shared: &Shared, asked: &Asked) -> Reply {
    let filter = match Filter::read(&asked.params) {
        Ok(filter) => filter,
        Err(reply) => return reply,
    };
    let world = shared.world();
    let entries = world.calls().iter().rev().map(|call| {
        let seen = Seen::lagging(shared, call);
        let fits = is_listed(shared, call) && filter.fits(call, &seen);
        let row = move || seen_json(shared, call, &seen);
        (call.sid.clone(), fits.then_some(row))
    });
    page_of(
        &shared.path_of("Calls.json"),
        "calls",
        entries.collect(),
        asked,
    )
}

/// `DELETE /Calls/{CA}.json`. Source: Twilio, Call resource; error 20009.
pub(super) fn delete(shared: &Shared, sid: &str) -> Reply {
    let mut world = shared.world();
    match world.call_mut(sid).filter(|call| !call.deleted) {
        Some(call) if call.rest_status().is_terminal() => {
            call.deleted = true;
            Reply::no_content()
        }
        Some(_) => Reply::error(409, 20009, "Call is not finished and cannot be deleted"),
        None => not_found(shared, sid),
    }
}

fn not_found(shared: &Shared, sid: &str) -> Reply {
    Reply::not_found(&shared.path_of(&format!("Calls/{sid}.json")))
}

/// The Call resource as it is now.
pub(super) fn call_json(shared: &Shared, call: &Call) -> Value {
    seen_json(shared, call, &Seen::now(call))
}

fn seen_json(shared: &Shared, call: &Call, seen: &Seen) -> Value {
    let uri = shared.path_of(&format!("Calls/{}", call.sid));
    let time = |at: Option<i64>| at.map_or(Value::Null, rfc2822);
    let subresource_uris: serde_json::Map<String, Value> = SUBRESOURCES
        .iter()
        .map(|(key, name)| {
            (
                (*key).to_owned(),
                Value::String(format!("{uri}/{name}.json")),
            )
        })
        .collect();
    json!({
        "sid": call.sid,
        "account_sid": shared.config.account_sid,
        "parent_call_sid": call.parent_sid(),
        "phone_number_sid": null,
        "group_sid": null,
        "trunk_sid": null,
        "to": call.request.to,
        "to_formatted": formatted(&call.request.to),
        "from": call.request.from,
        "from_formatted": formatted(&call.request.from),
        "status": seen.status.as_str(),
        "date_created": rfc2822(call.created_ms),
        "date_updated": rfc2822(seen.updated_ms),
        "start_time": time(seen.dialled_ms),
        "end_time": time(seen.ended_ms),
        "duration": seen.duration_seconds.map(|seconds| seconds.to_string()),
        "price": null,
        "price_unit": "USD",
        "direction": call.direction(),
        "answered_by": call.answered_by.map(crate::call::AnsweredBy::as_str),
        "forwarded_from": null,
        "caller_name": null,
        "queue_time": call.queue_time_ms.to_string(),
        "api_version": "2010-04-01",
        "uri": format!("{uri}.json"),
        "subresource_uris": subresource_uris,
    })
}

/// A US number as people write it; others as they are.
pub(super) fn formatted(number: &str) -> String {
    let digits = number
        .strip_prefix("+1")
        .filter(|digits| digits.len() == 10);
    let parts =
        digits.and_then(|digits| Some((digits.get(..3)?, digits.get(3..6)?, digits.get(6..)?)));
    parts.map_or_else(
        || number.to_owned(),
        |(area, exchange, line)| format!("({area}) {exchange}-{line}"),
    )
}

/// The filters of the list.
struct Filter<'a> {
    to: Option<&'a str>,
    from: Option<&'a str>,
    status: Option<&'a str>,
    parent: Option<&'a str>,
    start: DateFilter,
    end: DateFilter,
}

impl<'a> Filter<'a> {
    fn read(params: &'a Params) -> Result<Self, Reply> {
        Ok(Self {
            to: param(params, "To"),
            from: param(params, "From"),
            status: param(params, "Status"),
            parent: param(params, "ParentCallSid"),
            start: DateFilter::read(params, "StartTime")?,
            end: DateFilter::read(params, "EndTime")?,
        })
    }

    fn fits(&self, call: &Call, seen: &Seen) -> bool {
        self.to.is_none_or(|to| to == call.request.to)
            && self.from.is_none_or(|from| from == call.request.from)
            && self
                .status
                .is_none_or(|wanted| wanted == CallStatus::as_str(seen.status))
            && self
                .parent
                .is_none_or(|parent| call.parent_sid() == Some(parent))
            && self.start.fits(seen.dialled_ms)
            && self.end.fits(seen.ended_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn us_numbers_are_formatted() {
        assert_eq!(formatted("+15550100042"), "(555) 010-0042");
        assert_eq!(formatted("+4930123"), "+4930123");
    }
}
