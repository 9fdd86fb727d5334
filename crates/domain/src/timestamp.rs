//! The one kind of time Atlas stores and shows: UTC, in milliseconds.

use std::fmt;
use std::time::Duration;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// An instant in UTC with millisecond precision, within the years 1970 to 9999.
///
/// It is shown as RFC 3339 with three decimals and `Z`.
///
/// ```
/// use atlas_domain::Timestamp;
///
/// let at = Timestamp::parse_rfc3339("2026-01-02T03:04:05.678+00:00")?;
/// assert_eq!(at.to_string(), "2026-01-02T03:04:05.678Z");
/// # Ok::<(), atlas_domain::InvalidTimestamp>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// A text or number that names no instant between the years 1970 and 9999.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be an RFC 3339 time between 1970 and 9999, such as 2026-01-02T03:04:05.678Z")]
pub struct InvalidTimestamp;

/// 9999-12-31T23:59:59.999Z, the last instant that RFC 3339 can write.
const LAST_UNIX_MILLIS: i64 = 253_402_300_799_999;

impl Timestamp {
    /// The first instant, 1970-01-01T00:00:00.000Z.
    pub const EPOCH: Self = Self(0);
    /// The last instant, 9999-12-31T23:59:59.999Z.
    pub const MAX: Self = Self(LAST_UNIX_MILLIS);

    /// Makes a timestamp from milliseconds since 1970.
    ///
    /// # Errors
    /// [`InvalidTimestamp`] when it lies before 1970 or after 9999.
    pub const fn from_unix_millis(millis: i64) -> Result<Self, InvalidTimestamp> {
        if millis < 0 || millis > LAST_UNIX_MILLIS {
            Err(InvalidTimestamp)
        } else {
            Ok(Self(millis))
        }
    }

    /// Converts from `time`'s type; what is finer than a millisecond is cut off, and what lies
    /// outside 1970 to 9999 is moved to the nearer end.
    #[must_use]
    pub fn from_offset_date_time(at: OffsetDateTime) -> Self {
        let millis = at.unix_timestamp_nanos().div_euclid(1_000_000);
        let bounded = millis.clamp(0, i128::from(LAST_UNIX_MILLIS));
        Self(i64::try_from(bounded).unwrap_or(LAST_UNIX_MILLIS))
    }

    /// Reads an RFC 3339 time with any offset.
    ///
    /// # Errors
    /// [`InvalidTimestamp`] when the text is not RFC 3339 or out of range.
    pub fn parse_rfc3339(text: &str) -> Result<Self, InvalidTimestamp> {
        let at = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| InvalidTimestamp)?;
        let millis = at.unix_timestamp_nanos().div_euclid(1_000_000);
        Self::from_unix_millis(i64::try_from(millis).map_err(|_| InvalidTimestamp)?)
    }

    /// Milliseconds since 1970.
    #[must_use]
    pub const fn unix_millis(self) -> i64 {
        self.0
    }

    /// Converts to `time`'s type, in UTC.
    #[must_use]
    pub fn to_offset_date_time(self) -> OffsetDateTime {
        OffsetDateTime::UNIX_EPOCH + time::Duration::milliseconds(self.0)
    }

    /// The instant `later` after this one, or [`Timestamp::MAX`] when that is out of range.
    #[must_use]
    pub fn plus(self, later: Duration) -> Self {
        let millis = i64::try_from(later.as_millis()).unwrap_or(i64::MAX);
        Self(self.0.saturating_add(millis).min(LAST_UNIX_MILLIS))
    }

    /// The instant `earlier` before this one, or [`Timestamp::EPOCH`] when that is out of range.
    #[must_use]
    pub fn minus(self, earlier: Duration) -> Self {
        let millis = i64::try_from(earlier.as_millis()).unwrap_or(i64::MAX);
        Self(self.0.saturating_sub(millis).max(0))
    }

    /// How long after `earlier` this is; zero when it is not after it.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.to_offset_date_time();
        write!(
            formatter,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
            at.year(),
            u8::from(at.month()),
            at.day(),
            at.hour(),
            at.minute(),
            at.second(),
            at.millisecond()
        )
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_converted_and_finer_parts_cut_off() {
        let at = Timestamp::parse_rfc3339("2026-01-02T05:04:05.678999+02:00").unwrap();
        assert_eq!(at.to_string(), "2026-01-02T03:04:05.678Z");
    }

    #[test]
    fn the_ends_of_the_range_are_shown_and_read_back() {
        for end in [Timestamp::EPOCH, Timestamp::MAX] {
            assert_eq!(Timestamp::parse_rfc3339(&end.to_string()), Ok(end));
        }
        assert_eq!(Timestamp::MAX.plus(Duration::from_secs(1)), Timestamp::MAX);
        assert_eq!(Timestamp::EPOCH.minus(Duration::MAX), Timestamp::EPOCH);
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in ["", "yesterday", "1969-12-31T23:59:59Z", "2026-01-02"] {
            assert_eq!(
                Timestamp::parse_rfc3339(text),
                Err(InvalidTimestamp),
                "{text}"
            );
        }
    }
}
