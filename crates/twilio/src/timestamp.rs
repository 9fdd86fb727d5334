//! Twilio's dates.

use time::OffsetDateTime;
use time::format_description::well_known::{Rfc2822, Rfc3339};

/// Reads a date of the 2010 API or of a callback: RFC 2822, `Tue, 31 Aug 2010 20:36:28 +0000`.
///
/// Newer products write RFC 3339, which is read too. The answer is in UTC; `None` when the text is neither.
///
/// ```
/// use atlas_twilio::timestamp::parse_timestamp;
///
/// let moment = parse_timestamp("Tue, 31 Aug 2010 20:36:28 +0000").ok_or("no date")?;
/// assert_eq!(moment.unix_timestamp(), 1_283_286_988);
/// assert_eq!(parse_timestamp("yesterday"), None);
/// # Ok::<(), &str>(())
/// ```
#[must_use]
pub fn parse_timestamp(text: &str) -> Option<OffsetDateTime> {
    let text = text.trim();
    OffsetDateTime::parse(text, &Rfc2822)
        .or_else(|_| OffsetDateTime::parse(text, &Rfc3339))
        .ok()
        .and_then(|moment| moment.checked_to_offset(time::UtcOffset::UTC))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_zone_may_be_a_number_or_gmt() {
        let expected = parse_timestamp("Sun, 25 Mar 2018 09:53:19 +0000").unwrap();
        assert_eq!(
            parse_timestamp("Sun, 25 Mar 2018 09:53:19 GMT"),
            Some(expected)
        );
        assert_eq!(
            parse_timestamp("Sun, 25 Mar 2018 11:53:19 +0200"),
            Some(expected)
        );
        assert_eq!(parse_timestamp("2018-03-25T09:53:19Z"), Some(expected));
    }

    #[test]
    fn nonsense_is_no_date() {
        for text in [
            "",
            " ",
            "null",
            "2018-03-25",
            "Sun, 99 Mar 2018 09:53:19 +0000",
        ] {
            assert_eq!(parse_timestamp(text), None, "{text:?}");
        }
    }
}
