//! Filters of lists by day or by instant: `Name`, `Name<` and `Name>`.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;

use super::param;
use super::reply::Reply;
use crate::clock::millis_of;
use crate::world::Params;

const DAY_MS: i64 = 86_400_000;

/// Bounds in milliseconds: from the first to before the second.
#[derive(Default)]
pub(super) struct DateFilter {
    from_ms: Option<i64>,
    before_ms: Option<i64>,
}

impl DateFilter {
    /// Reads `Name`, `Name<` and `Name>`: that day, before, on or after.
    ///
    /// Source: Twilio's OpenAPI document, `StartTime` of the Calls list.
    pub(super) fn read(params: &Params, name: &str) -> Result<Self, Reply> {
        let bound = |name: &str| match param(params, name) {
            None => Ok(None),
            Some(text) => instant(text).map(Some).ok_or_else(|| {
                Reply::error(400, 20001, &format!("{name} is not YYYY-MM-DD or ISO 8601"))
            }),
        };
        let mut filter = Self::default();
        if let Some(from_ms) = bound(name)? {
            filter.from_ms = Some(from_ms);
            filter.before_ms = Some(from_ms.saturating_add(DAY_MS));
        }
        filter.from_ms = bound(&format!("{name}>"))?.or(filter.from_ms);
        filter.before_ms = bound(&format!("{name}<"))?.or(filter.before_ms);
        Ok(filter)
    }

    /// Whether an instant lies within; what has not happened lies within no bounds.
    pub(super) fn fits(&self, at_ms: Option<i64>) -> bool {
        let after = self
            .from_ms
            .is_none_or(|from| at_ms.is_some_and(|at| at >= from));
        let before = self
            .before_ms
            .is_none_or(|before| at_ms.is_some_and(|at| at < before));
        after && before
    }
}

/// Reads `YYYY-MM-DD` or a full ISO 8601 time, as milliseconds since 1970.
pub(super) fn instant(text: &str) -> Option<i64> {
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
        let read = |name: &str, text: &str| {
            DateFilter::read(&vec![(name.to_owned(), text.to_owned())], "StartTime")
        };
        for (name, expected) in [
            ("StartTime", [false, true, false]),
            ("StartTime<", [true, false, false]),
            ("StartTime>", [false, true, true]),
        ] {
            let filter = read(name, "1970-01-02").ok().unwrap();
            assert_eq!(
                [0, DAY_MS, 2 * DAY_MS].map(|at| filter.fits(Some(at))),
                expected,
                "{name}"
            );
            assert!(
                !filter.fits(None),
                "a queued call has no start time and fits no filter"
            );
        }
        assert!(read("StartTime", "yesterday").is_err());
        assert!(read("EndTime", "yesterday").is_ok(), "another filter");
    }
}
