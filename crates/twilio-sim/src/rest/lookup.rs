//! Lookup v2: what is known of a number. Source: Twilio, Lookup v2 API, basic lookup.
//!
//! The simulator serves it on its one origin, where Twilio has `lookups.twilio.com`.

use serde_json::{Value, json};

use super::reply::Reply;
use super::{Asked, param};
use crate::world::Shared;

/// The packages that cost money; each is null unless it is asked for.
const PACKAGES: [&str; 10] = [
    "caller_name",
    "sim_swap",
    "call_forwarding",
    "line_status",
    "line_type_intelligence",
    "identity_match",
    "reassigned_number",
    "sms_pumping_risk",
    "phone_number_quality_score",
    "pre_fill",
];

/// The number in a path of Lookup v2.
pub(super) fn number_in(path: &str) -> Option<String> {
    let segment = path.strip_prefix("/v2/PhoneNumbers/")?;
    // A plus sign stands for itself in a path; only in a query it is a space.
    let query = format!("={}", segment.replace('+', "%2B"));
    let number = form_urlencoded::parse(query.as_bytes()).next();
    number
        .map(|(_, number)| number.into_owned())
        .filter(|_| !segment.contains('/'))
}

/// `GET /v2/PhoneNumbers/{number}`: always 200, with `valid` and why not.
pub(super) fn fetch(shared: &Shared, number: &str, asked: &Asked) -> Reply {
    let country = param(&asked.params, "CountryCode").unwrap_or("US");
    let known = Number::read(number, country);
    let fields: Vec<&str> = param(&asked.params, "Fields")
        .unwrap_or_default()
        .split(',')
        .map(str::trim)
        .collect();
    let mut body = json!({
        "calling_country_code": known.calling_code,
        "country_code": known.country,
        "phone_number": known.e164,
        "national_format": known.national,
        "valid": known.errors.is_empty(),
        "validation_errors": known.errors,
        "url": format!("{}/v2/PhoneNumbers/{}", shared.base_url, known.e164),
    });
    if let Some(body) = body.as_object_mut() {
        for package in PACKAGES {
            let asked_for = fields.contains(&package);
            let value = match package {
                "line_type_intelligence" if asked_for => json!({
                    "type": "mobile",
                    "carrier_name": "Simulated carrier",
                    "mobile_country_code": "310",
                    "mobile_network_code": "000",
                    "error_code": null,
                }),
                "caller_name" if asked_for => json!({
                    "caller_name": "SIMULATED PERSON",
                    "caller_type": "CONSUMER",
                    "error_code": null,
                }),
                _ => Value::Null,
            };
            body.insert(package.to_owned(), value);
        }
    }
    Reply::json(200, body)
}

/// What can be told from the digits.
struct Number {
    e164: String,
    calling_code: Option<&'static str>,
    country: Option<&'static str>,
    national: String,
    errors: Vec<&'static str>,
}

impl Number {
    fn read(text: &str, country: &str) -> Self {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let e164 = if text.starts_with('+') {
            format!("+{digits}")
        } else {
            let code = COUNTRIES
                .iter()
                .find(|(_, other)| *other == country)
                .map_or("1", |(code, _)| code);
            format!("+{code}{}", digits.strip_prefix('0').unwrap_or(&digits))
        };
        let whole = e164.trim_start_matches('+');
        let found = COUNTRIES.iter().find(|(code, _)| whole.starts_with(code));
        let is_number = !digits.is_empty() && !text.chars().any(|letter| letter.is_alphabetic());
        let errors = match (is_number, found, whole.len()) {
            (false, ..) => vec!["NOT_A_NUMBER"],
            (true, None, _) => vec!["INVALID_COUNTRY_CODE"],
            (true, Some(("1", _)), ..=10) | (true, Some(_), ..=7) => vec!["TOO_SHORT"],
            (true, Some(("1", _)), 12..) | (true, Some(_), 16..) => vec!["TOO_LONG"],
            (true, Some(_), _) => Vec::new(),
        };
        Self {
            national: national(whole, found.map(|(code, _)| *code)),
            calling_code: found.map(|(code, _)| *code),
            country: found.map(|(_, country)| *country),
            e164,
            errors,
        }
    }
}

/// Calling codes that are told apart here.
const COUNTRIES: [(&str, &str); 9] = [
    ("1", "US"),
    ("33", "FR"),
    ("34", "ES"),
    ("39", "IT"),
    ("44", "GB"),
    ("49", "DE"),
    ("52", "MX"),
    ("61", "AU"),
    ("91", "IN"),
];

fn national(whole: &str, code: Option<&str>) -> String {
    let rest = code.and_then(|code| whole.strip_prefix(code));
    match (code, rest) {
        (Some("1"), Some(rest)) if rest.len() == 10 => {
            super::calls::formatted(&format!("+1{rest}"))
        }
        (Some(_), Some(rest)) => format!("0{rest}"),
        (None, _) | (Some(_), None) => whole.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_judged_by_their_digits() {
        let cases: [(&str, &str, &str, &[&str]); 8] = [
            ("+14159929960", "US", "+14159929960", &[]),
            ("4159929960", "US", "+14159929960", &[]),
            ("030123456", "DE", "+4930123456", &[]),
            ("+1415", "US", "+1415", &["TOO_SHORT"]),
            ("+141599299601", "US", "+141599299601", &["TOO_LONG"]),
            ("+999123456", "US", "+999123456", &["INVALID_COUNTRY_CODE"]),
            ("hello", "US", "+1", &["NOT_A_NUMBER"]),
            ("", "US", "+1", &["NOT_A_NUMBER"]),
        ];
        for (text, country, e164, errors) in cases {
            let number = Number::read(text, country);
            assert_eq!(number.e164, e164, "{text}");
            assert_eq!(number.errors, errors, "{text}");
        }
        assert_eq!(
            Number::read("+14159929960", "US").national,
            "(415) 992-9960"
        );
    }
}
