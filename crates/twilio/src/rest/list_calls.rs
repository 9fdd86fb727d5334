//! Which calls to list (<https://www.twilio.com/docs/voice/api/call-resource#read-multiple-call-resources>).

use time::Date;

use super::ParameterError;
use super::parameter::check_range;
use crate::private_text::PrivateText;
use crate::sid::CallSid;
use crate::vocabulary::CallStatus;

/// The most calls Twilio puts on a page.
const MAX_PAGE_SIZE: u32 = 1000;

/// A day, in UTC, to compare with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateFilter {
    /// On this day.
    On(Date),
    /// Before this day.
    Before(Date),
    /// On this day or later.
    OnOrAfter(Date),
}

/// A filter for calls; without any, all of the account, newest first.
///
/// A queued call has no start time yet, so that a filter on the start misses it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListCalls {
    /// To this number.
    pub to: Option<PrivateText>,
    /// From this number.
    pub from: Option<PrivateText>,
    /// Made by this leg.
    pub parent_call_sid: Option<CallSid>,
    /// In this status; `initiated` is none Twilio filters by.
    pub status: Option<CallStatus>,
    /// When it was dialled.
    pub start_time: Option<DateFilter>,
    /// When it ended.
    pub end_time: Option<DateFilter>,
    /// How many on a page, 1 to 1000; 50 without.
    pub page_size: Option<u32>,
}

impl ListCalls {
    /// The parameters of the query.
    pub(super) fn query(&self) -> Result<Vec<(String, String)>, ParameterError> {
        check_range("PageSize", self.page_size, 1, MAX_PAGE_SIZE)?;
        let mut query = Vec::new();
        let mut add = |name: &str, value: Option<String>| {
            query.extend(value.map(|value| (name.to_owned(), value)));
        };
        add("To", self.to.as_ref().map(|to| to.as_str().to_owned()));
        add(
            "From",
            self.from.as_ref().map(|from| from.as_str().to_owned()),
        );
        add(
            "ParentCallSid",
            self.parent_call_sid.as_ref().map(ToString::to_string),
        );
        add("Status", self.status.as_ref().map(ToString::to_string));
        add("PageSize", self.page_size.map(|size| size.to_string()));
        query.extend(self.start_time.map(|filter| filter.parameter("StartTime")));
        query.extend(self.end_time.map(|filter| filter.parameter("EndTime")));
        Ok(query)
    }
}

impl DateFilter {
    /// The comparison belongs to the name: `StartTime>=2026-01-02` is the name `StartTime>`.
    fn parameter(self, name: &str) -> (String, String) {
        let (comparison, date) = match self {
            Self::On(date) => ("", date),
            Self::Before(date) => ("<", date),
            Self::OnOrAfter(date) => (">", date),
        };
        let (year, month, day) = (date.year(), u8::from(date.month()), date.day());
        (
            format!("{name}{comparison}"),
            format!("{year:04}-{month:02}-{day:02}"),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn the_comparison_is_a_part_of_the_name() {
        let filter = ListCalls {
            to: Some("+14155550123".into()),
            status: Some(CallStatus::NoAnswer),
            start_time: Some(DateFilter::OnOrAfter(date!(2026 - 01 - 02))),
            end_time: Some(DateFilter::Before(date!(2026 - 11 - 20))),
            page_size: Some(1000),
            ..ListCalls::default()
        };
        let expected = [
            ("To", "+14155550123"),
            ("Status", "no-answer"),
            ("PageSize", "1000"),
            ("StartTime>", "2026-01-02"),
            ("EndTime<", "2026-11-20"),
        ];
        assert_eq!(
            filter.query().unwrap(),
            expected.map(|(name, value)| (name.to_owned(), value.to_owned()))
        );
    }

    #[test]
    fn a_page_has_one_to_a_thousand_entries() {
        for page_size in [0, 1001] {
            let filter = ListCalls {
                page_size: Some(page_size),
                ..ListCalls::default()
            };
            assert!(filter.query().is_err());
        }
    }
}
