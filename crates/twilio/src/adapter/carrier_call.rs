//! A call of Twilio's is a dial as the carrier sees it.

use atlas_domain::carrier::{CarrierCall, CarrierError};
use atlas_domain::{Timestamp, call};

use crate::rest::Call;
use crate::vocabulary::Direction;

/// Says the same in the domain's words.
pub(super) fn carrier_call(call: &Call) -> Result<CarrierCall, CarrierError> {
    let sid = call
        .sid
        .as_str()
        .parse()
        .map_err(|error| CarrierError::Unreadable {
            reason: super::carrier_error::chain(&error),
        })?;
    Ok(CarrierCall {
        sid,
        status: call::CallStatus::from_carrier_word(call.status.as_str()).ok(),
        status_word: call.status.as_str().to_owned(),
        to: call.to.as_ref().map(|to| to.as_str().to_owned()),
        from: call.from.as_ref().map(|from| from.as_str().to_owned()),
        outbound_api: call.direction == Some(Direction::OutboundApi),
        created_at: call.date_created.map(Timestamp::from_offset_date_time),
        started_at: call.start_time.map(Timestamp::from_offset_date_time),
        ended_at: call.end_time.map(Timestamp::from_offset_date_time),
        duration_seconds: call.duration_seconds,
        answered_by: call.answered_by.as_ref().map(ToString::to_string),
    })
}
