//! Which recordings to list (<https://www.twilio.com/docs/voice/api/recording#read-multiple-recording-resources>).

use super::date_filter::Query;
use super::{DateFilter, ParameterError};
use crate::sid::{CallSid, ConferenceSid};

/// A filter for the account's recordings; without any, all of them, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListRecordings {
    /// When it was made.
    pub date_created: Option<DateFilter>,
    /// Of this call.
    pub call_sid: Option<CallSid>,
    /// Of this conference.
    pub conference_sid: Option<ConferenceSid>,
    /// Whether deleted ones are listed, too, for the 40 days that Twilio keeps their metadata.
    pub include_soft_deleted: Option<bool>,
    /// How many on a page, 1 to 1000; 50 without.
    pub page_size: Option<u32>,
}

/// A filter for one call's recordings; without any, all of them, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListCallRecordings {
    /// When it was made.
    pub date_created: Option<DateFilter>,
    /// How many on a page, 1 to 1000; 50 without.
    pub page_size: Option<u32>,
}

impl ListRecordings {
    pub(super) fn query(&self) -> Result<Vec<(String, String)>, ParameterError> {
        let mut query = Query::default();
        query.add_date("DateCreated", self.date_created);
        query.add("CallSid", self.call_sid.as_ref());
        query.add("ConferenceSid", self.conference_sid.as_ref());
        query.add("IncludeSoftDeleted", self.include_soft_deleted);
        query.add_page_size(self.page_size)?;
        Ok(query.into_pairs())
    }
}

impl ListCallRecordings {
    pub(super) fn query(&self) -> Result<Vec<(String, String)>, ParameterError> {
        let mut query = Query::default();
        query.add_date("DateCreated", self.date_created);
        query.add_page_size(self.page_size)?;
        Ok(query.into_pairs())
    }
}
