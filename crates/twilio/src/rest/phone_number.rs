//! What Lookup tells about a phone number (<https://www.twilio.com/docs/lookup/v2-api>).

use serde_json::Value;

use super::Received;
use super::fields::{Fields, MalformedResource, Resource};
use crate::private_text::PrivateText;
use crate::vocabulary::{LookupPackage, NumberValidationError};

/// A phone number as Lookup knows it; one that is not valid is an answer, too.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PhoneNumber {
    /// Whether it can be a number at all.
    pub is_valid: bool,
    /// Why it cannot.
    pub validation_errors: Vec<NumberValidationError>,
    /// In E.164.
    pub phone_number: Option<PrivateText>,
    /// As people of its country write it.
    pub national_format: Option<PrivateText>,
    /// Its country, ISO 3166-1 alpha-2.
    pub country_code: Option<String>,
    /// What is dialled before it from abroad, without the plus.
    pub calling_country_code: Option<String>,
    /// All that Twilio sent.
    pub received: Received,
}

impl PhoneNumber {
    /// What a package tells, as Twilio sent it; none when it was not asked for or nothing is known.
    #[must_use]
    pub fn package(&self, package: &LookupPackage) -> Option<&Value> {
        self.received
            .field(package.as_str())
            .filter(|value| !value.is_null())
    }
}

impl Resource for PhoneNumber {
    fn from_fields(fields: &Fields<'_>) -> Result<Self, MalformedResource> {
        Ok(Self {
            is_valid: fields
                .flag("valid")
                .ok_or(MalformedResource::Field { field: "valid" })?,
            validation_errors: fields.words("validation_errors"),
            phone_number: fields.private("phone_number"),
            national_format: fields.private("national_format"),
            country_code: fields.text("country_code"),
            calling_country_code: fields.text("calling_country_code"),
            received: fields.received(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::fields::parse_bare;
    use super::*;

    #[test]
    fn a_package_that_was_not_asked_for_is_null_and_none() {
        let number: PhoneNumber = parse_bare(
            br#"{"calling_country_code":"1","country_code":"US","phone_number":"+14155550123",
                "national_format":"(415) 555-0123","valid":true,"validation_errors":[],
                "caller_name":null,"line_type_intelligence":{"type":"mobile","error_code":null}}"#,
        )
        .unwrap();
        assert!(number.is_valid);
        assert_eq!(number.package(&LookupPackage::CallerName), None);
        let line = number
            .package(&LookupPackage::LineTypeIntelligence)
            .unwrap();
        assert_eq!(line["type"], "mobile");
        assert!(!format!("{number:?}").contains("555"));
    }

    #[test]
    fn a_number_that_is_not_valid_says_why() {
        let number: PhoneNumber = parse_bare(
            br#"{"phone_number":"+1415","valid":false,"national_format":null,"country_code":null,
                "validation_errors":["TOO_SHORT","BAD_LUCK",7]}"#,
        )
        .unwrap();
        assert!(!number.is_valid);
        assert_eq!(
            number.validation_errors,
            [
                NumberValidationError::TooShort,
                NumberValidationError::Other("BAD_LUCK".to_owned())
            ]
        );
        assert!(parse_bare::<PhoneNumber>(br#"{"phone_number":"+1415"}"#).is_err());
    }
}
