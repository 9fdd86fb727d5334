//! Values as an older service stored them: each in several types, or not at all.

use std::str::FromStr;

use atlas_domain::Timestamp;
use atlas_domain::call::CallStatus;
use mongodb::bson::{Bson, Document};

/// Numbers above it are milliseconds, those below it seconds: the year 5138, or March 1973.
const FIRST_MILLIS: i64 = 100_000_000_000;

/// A text, or what is written as one; never empty.
pub(super) fn text(row: &Document, name: &str) -> Option<String> {
    let value = row.get(name)?;
    let text = value
        .as_str()
        .map(str::to_owned)
        .or_else(|| value.as_object_id().map(|id| id.to_hex()))
        .or_else(|| number_of(value).map(|number| number.to_string()))?;
    (!text.is_empty()).then_some(text)
}

/// A text with a syntax of its own.
pub(super) fn parsed<T: FromStr>(row: &Document, name: &str) -> Option<T> {
    text(row, name)?.parse().ok()
}

/// A whole number; what is behind the point is cut off.
pub(super) fn number(row: &Document, name: &str) -> Option<i64> {
    number_of(row.get(name)?)
}

/// A number from 0.
pub(super) fn count(row: &Document, name: &str) -> Option<u32> {
    u32::try_from(number(row, name)?).ok()
}

fn number_of(value: &Bson) -> Option<i64> {
    value
        .as_i64()
        .or_else(|| value.as_i32().map(i64::from))
        .or_else(|| value.as_f64().and_then(whole))
        .or_else(|| value.as_str().and_then(number_in))
        .or_else(|| {
            let Bson::Decimal128(number) = value else {
                return None;
            };
            number_in(&number.to_string())
        })
}

fn number_in(text: &str) -> Option<i64> {
    let text = text.trim();
    text.parse()
        .ok()
        .or_else(|| text.parse().ok().and_then(whole))
}

fn whole(number: f64) -> Option<i64> {
    /// Beyond it not every whole number has a double of its own.
    const LAST_EXACT: f64 = 9_007_199_254_740_992.0;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "checked to be in range; what is behind the point is to be cut off"
    )]
    let cut = |number: f64| number as i64;
    (number.abs() <= LAST_EXACT).then(|| cut(number))
}

pub(super) fn boolean(row: &Document, name: &str) -> Option<bool> {
    let value = row.get(name)?;
    value
        .as_bool()
        .or_else(|| value.as_str()?.trim().to_ascii_lowercase().parse().ok())
        .or_else(|| number_of(value).map(|number| number != 0))
}

/// A date, or a text or number that means one, in UTC unless it says otherwise.
pub(super) fn timestamp(row: &Document, name: &str) -> Option<Timestamp> {
    let value = row.get(name)?;
    if let Some(at) = value.as_datetime() {
        return Timestamp::from_unix_millis(at.timestamp_millis()).ok();
    }
    if let Some(at) = value.as_timestamp() {
        return Timestamp::from_unix_millis(i64::from(at.time) * 1000).ok();
    }
    let as_date = value.as_str().and_then(date_in);
    as_date.or_else(|| {
        let number = number_of(value)?;
        let fraction = value.as_f64().map_or(0.0, f64::fract);
        let millis = if number < FIRST_MILLIS {
            number.checked_mul(1000)? + whole(fraction * 1000.0)?
        } else {
            number
        };
        Timestamp::from_unix_millis(millis).ok()
    })
}

/// A date as Python writes it: with `T` or a space, with or without a fraction, seconds and zone.
fn date_in(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let (date, time) = (text.get(..10)?, text.get(10..)?);
    let time = time.strip_prefix(['T', 't', ' ']).unwrap_or(time);
    let zone_at = time.find(['Z', 'z', '+', '-']).unwrap_or(time.len());
    let (clock, zone) = (time.get(..zone_at)?, time.get(zone_at..)?);
    let clock = match clock.len() {
        0 => "00:00:00".to_owned(),
        5 => format!("{clock}:00"),
        _ => clock.to_owned(),
    };
    let zone = match zone.len() {
        0 => "Z".to_owned(),
        3 => format!("{zone}:00"),
        5 => format!("{}:{}", zone.get(..3)?, zone.get(3..)?),
        _ => zone.to_owned(),
    };
    Timestamp::parse_rfc3339(&format!("{date}T{clock}{zone}")).ok()
}

/// A status in any of the carrier's words, in any case.
pub(super) fn status(row: &Document, name: &str) -> Option<CallStatus> {
    let word = row.get(name)?.as_str()?.trim().to_ascii_lowercase();
    let word = word.replace(['_', ' '], "-");
    match word.as_str() {
        // The name of the callback that tells of `in-progress`.
        "answered" => Some(CallStatus::InProgress),
        "cancelled" => Some(CallStatus::Canceled),
        word => CallStatus::from_carrier_word(word).ok(),
    }
}

#[cfg(test)]
mod tests {
    use mongodb::bson::{DateTime, Decimal128, doc};

    use super::*;

    #[test]
    fn numbers_are_read_in_every_type() {
        let decimal: Decimal128 = "30.5".parse().unwrap();
        for value in [
            Bson::Int32(30),
            Bson::Int64(30),
            Bson::Double(30.9),
            Bson::from("30"),
            Bson::from(" 30.2 "),
            Bson::Decimal128(decimal),
        ] {
            assert_eq!(number_of(&value), Some(30), "{value:?}");
        }
        let bug = Bson::from(doc! { "$ifNull": ["$attempt_count", 0] });
        for value in [bug, Bson::from("x"), Bson::Double(f64::NAN), Bson::Null] {
            assert_eq!(number_of(&value), None, "{value:?}");
        }
    }

    #[test]
    fn dates_are_read_in_every_way_python_writes_them() {
        let expected = Timestamp::parse_rfc3339("2025-01-02T03:04:05.678Z").unwrap();
        for value in [
            Bson::from(DateTime::from_millis(expected.unix_millis())),
            Bson::from("2025-01-02T03:04:05.678901"),
            Bson::from("2025-01-02T03:04:05.678901+00:00"),
            Bson::from("2025-01-02 03:04:05.678901"),
            Bson::from("2025-01-02T03:04:05.678Z"),
            Bson::from("2025-01-02T05:04:05.678+0200"),
            Bson::from(expected.unix_millis()),
            Bson::from("1735787045678"),
        ] {
            let row = doc! { "at": value.clone() };
            assert_eq!(timestamp(&row, "at"), Some(expected), "{value:?}");
        }
        let whole = Timestamp::parse_rfc3339("2025-01-02T03:04:00Z").unwrap();
        for value in [
            Bson::from("2025-01-02 03:04"),
            Bson::from(1_735_787_040),
            Bson::from(1_735_787_040.0),
        ] {
            let row = doc! { "at": value.clone() };
            assert_eq!(timestamp(&row, "at"), Some(whole), "{value:?}");
        }
        for value in ["", "soon", "2025-13-02", "2025-01-02T03:04:05é", "ééééééé"] {
            assert_eq!(timestamp(&doc! { "at": value }, "at"), None, "{value}");
        }
    }

    #[test]
    fn statuses_are_read_in_every_word_and_case() {
        let cases = [
            ("queued", Some(CallStatus::Initiated)),
            ("Answered", Some(CallStatus::InProgress)),
            ("IN_PROGRESS", Some(CallStatus::InProgress)),
            ("no-answer", Some(CallStatus::NoAnswer)),
            ("cancelled", Some(CallStatus::Canceled)),
            ("lost", None),
        ];
        for (word, expected) in cases {
            assert_eq!(
                status(&doc! { "status": word }, "status"),
                expected,
                "{word}"
            );
        }
    }
}
