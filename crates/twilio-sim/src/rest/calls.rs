//! Calls as the REST API shows them. Source: Twilio, Call resource.

use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;

use super::paging::page;
use super::reply::{Reply, rfc2822};
use super::{Asked, param};
use crate::call::Call;
use crate::clock::millis_of;
use crate::record::CallStatus;
use crate::world::{Params, Shared};

/// `GET /Calls/{CA}.json`.
pub(super) fn fetch(shared: &Shared, sid: &str) -> Reply {
    let world = shared.world();
    match world.call(sid) {
        Some(call) => Reply::json(200, call_json(shared, call)),
        None => Reply::not_found(&shared.path_of(&format!("Calls/{sid}.json"))),
    }
}

/// `GET /Calls.json`, newest first.
pub(super) fn list(shared: &Shared, asked: &Asked) -> Reply {
    let Some(filter) = Filter::read(&asked.params) else {
        return Reply::error(400, 20001, "A date filter is not YYYY-MM-DD");
    };
    let rows = {
        let world = shared.world();
        let calls = world.calls().iter().rev().filter(|call| filter.fits(call));
        calls
            .map(|call| (call.sid.clone(), call_json(shared, call)))
            .collect()
    };
    page(&shared.path_of("Calls.json"), "calls", rows, asked)
}

/// The Call resource.
pub(super) fn call_json(shared: &Shared, call: &Call) -> Value {
    let uri = shared.path_of(&format!("Calls/{}", call.sid));
    let status = call.rest_status();
    let time = |at: Option<i64>| at.map_or(Value::Null, rfc2822);
    let subresources = [
        "notifications",
        "recordings",
        "payments",
        "events",
        "siprec",
        "streams",
        "transcriptions",
    ];
    let subresource_uris: serde_json::Map<String, Value> = subresources
        .map(|name| {
            let capital = name.get(..1).unwrap_or_default().to_ascii_uppercase();
            let rest = name.get(1..).unwrap_or_default();
            (
                name.to_owned(),
                Value::String(format!("{uri}/{capital}{rest}.json")),
            )
        })
        .into_iter()
        .collect();
    json!({
        "sid": call.sid,
        "account_sid": shared.config.account_sid,
        "parent_call_sid": null,
        "phone_number_sid": null,
        "group_sid": null,
        "trunk_sid": null,
        "to": call.request.to,
        "to_formatted": formatted(&call.request.to),
        "from": call.request.from,
        "from_formatted": formatted(&call.request.from),
        "status": status.as_str(),
        "date_created": rfc2822(call.created_ms),
        "date_updated": rfc2822(call.updated_ms),
        "start_time": time(call.dialled_ms),
        "end_time": time(call.ended_ms),
        "duration": call.duration_seconds().map(|seconds| seconds.to_string()),
        "price": null,
        "price_unit": "USD",
        "direction": "outbound-api",
        "answered_by": null,
        "forwarded_from": null,
        "caller_name": null,
        "queue_time": "0",
        "annotation": null,
        "api_version": "2010-04-01",
        "uri": format!("{uri}.json"),
        "subresource_uris": subresource_uris,
    })
}

/// A US number as people write it; others as they are.
fn formatted(number: &str) -> String {
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
    start: Times,
    end: Times,
}

/// Bounds in milliseconds: from the first to before the second.
#[derive(Default)]
struct Times {
    from_ms: Option<i64>,
    before_ms: Option<i64>,
}

impl<'a> Filter<'a> {
    fn read(params: &'a Params) -> Option<Self> {
        Some(Self {
            to: param(params, "To"),
            from: param(params, "From"),
            status: param(params, "Status"),
            parent: param(params, "ParentCallSid"),
            start: Times::read(params, "StartTime")?,
            end: Times::read(params, "EndTime")?,
        })
    }

    fn fits(&self, call: &Call) -> bool {
        let status = call.rest_status();
        self.to.is_none_or(|to| to == call.request.to)
            && self.from.is_none_or(|from| from == call.request.from)
            && self.status.is_none_or(|wanted| wanted == CallStatus::as_str(status))
            // No call here has a parent.
            && self.parent.is_none()
            && self.start.fit(call.dialled_ms)
            && self.end.fit(call.ended_ms)
    }
}

impl Times {
    /// Reads `Name`, `Name<` and `Name>`: that day, before, on or after.
    fn read(params: &Params, name: &str) -> Option<Self> {
        const DAY_MS: i64 = 86_400_000;
        let mut times = Self::default();
        if let Some(text) = param(params, name) {
            let from_ms = instant(text)?;
            times.from_ms = Some(from_ms);
            times.before_ms = Some(from_ms.saturating_add(DAY_MS));
        }
        if let Some(text) = param(params, &format!("{name}>")) {
            times.from_ms = Some(instant(text)?);
        }
        if let Some(text) = param(params, &format!("{name}<")) {
            times.before_ms = Some(instant(text)?);
        }
        Some(times)
    }

    fn fit(&self, at_ms: Option<i64>) -> bool {
        let after = self
            .from_ms
            .is_none_or(|from| at_ms.is_some_and(|at| at >= from));
        let before = self
            .before_ms
            .is_none_or(|before| at_ms.is_some_and(|at| at < before));
        after && before
    }
}

/// Reads `YYYY-MM-DD` or a full ISO 8601 time.
fn instant(text: &str) -> Option<i64> {
    if let Ok(at) = OffsetDateTime::parse(text, &Rfc3339) {
        return Some(millis_of(at));
    }
    let date = time::Date::parse(text, format_description!("[year]-[month]-[day]")).ok()?;
    Some(millis_of(date.midnight().assume_utc()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn date_filters_are_on_the_day_before_it_and_on_or_after_it() {
        let read = |name: &str| {
            let params = vec![(name.to_owned(), "1970-01-02".to_owned())];
            Times::read(&params, "StartTime").unwrap()
        };
        let day = 86_400_000;
        for (name, expected) in [
            ("StartTime", [false, true, false]),
            ("StartTime<", [true, false, false]),
            ("StartTime>", [false, true, true]),
        ] {
            let times = read(name);
            assert_eq!(
                [0, day, 2 * day].map(|at| times.fit(Some(at))),
                expected,
                "{name}"
            );
            assert!(
                !times.fit(None),
                "a queued call has no start time and fits no filter"
            );
        }
        assert!(
            Times::read(
                &vec![("StartTime".to_owned(), "yesterday".to_owned())],
                "StartTime"
            )
            .is_none()
        );
    }

    #[test]
    fn us_numbers_are_formatted() {
        assert_eq!(formatted("+15550100042"), "(555) 010-0042");
        assert_eq!(formatted("+4930123"), "+4930123");
    }
}
