//! Which calls to list (<https://www.twilio.com/docs/voice/api/call-resource#read-multiple-call-resources>).

use super::date_filter::Query;
use super::{DateFilter, ParameterError};
use crate::private_text::PrivateText;
use crate::sid::CallSid;
use crate::vocabulary::CallStatus;

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
        if self.status == Some(CallStatus::Initiated) {
            return Err(ParameterError::NoFilterValue {
                parameter: "Status",
            });
        }
        let mut query = Query::default();
        query.add("To", self.to.as_deref());
        query.add("From", self.from.as_deref());
        query.add("ParentCallSid", self.parent_call_sid.as_ref());
        query.add("Status", self.status.as_ref());
        query.add_page_size(self.page_size)?;
        query.add_date("StartTime", self.start_time);
        query.add_date("EndTime", self.end_time);
        Ok(query.into_pairs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn every_filter_has_its_name() {
        let filter = ListCalls {
            to: Some("+14155550123".into()),
            from: Some("client:anna".into()),
            parent_call_sid: Some("CA0123456789abcdef0123456789abcdef".parse().unwrap()),
            status: Some(CallStatus::NoAnswer),
            start_time: Some(DateFilter::OnOrAfter(date!(2026 - 01 - 02))),
            end_time: Some(DateFilter::Before(date!(2026 - 11 - 20))),
            page_size: Some(1000),
        };
        let expected = [
            ("To", "+14155550123"),
            ("From", "client:anna"),
            ("ParentCallSid", "CA0123456789abcdef0123456789abcdef"),
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
    fn what_twilio_does_not_filter_by_is_refused() {
        let filter = ListCalls {
            status: Some(CallStatus::Initiated),
            ..ListCalls::default()
        };
        assert!(filter.query().is_err());
    }
}
