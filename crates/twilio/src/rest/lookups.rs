//! What can be asked about phone numbers (<https://www.twilio.com/docs/lookup/v2-api>).

use super::address::Product;
use super::client::Client;
use super::parameter::check_length;
use super::request::Request;
use super::{ParameterError, PhoneNumber, ReadError};
use crate::private_text::PrivateText;
use crate::vocabulary::LookupPackage;

/// More than any number has, however it is written.
const MAX_NUMBER_CHARACTERS: usize = 64;

/// Lookup, version 2; see [`Client::lookups`].
#[derive(Debug, Clone, Copy)]
pub struct Lookups<'client> {
    pub(super) client: &'client Client,
}

/// A number to look up.
///
/// ```
/// use atlas_twilio::rest::LookupNumber;
/// use atlas_twilio::vocabulary::LookupPackage;
///
/// let number = LookupNumber {
///     country_code: Some("US".to_owned()),
///     packages: vec![LookupPackage::LineTypeIntelligence],
///     ..LookupNumber::new("(415) 555-0123")
/// };
/// # drop(number);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookupNumber {
    /// In E.164, or as people of its country write it.
    pub number: PrivateText,
    /// The country of a number that is not in E.164, ISO 3166-1 alpha-2.
    pub country_code: Option<String>,
    /// What to ask besides whether it is valid; each costs extra.
    pub packages: Vec<LookupPackage>,
}

impl LookupNumber {
    /// Asks only whether a number is valid, which is free.
    #[must_use]
    pub fn new(number: &str) -> Self {
        Self {
            number: number.into(),
            country_code: None,
            packages: Vec::new(),
        }
    }

    fn request(&self) -> Result<Request, ParameterError> {
        check_length("PhoneNumber", &self.number, MAX_NUMBER_CHARACTERS)?;
        let parameter = "PhoneNumber";
        if !self.number.bytes().any(|byte| byte.is_ascii_digit()) {
            return Err(ParameterError::NotANumber { parameter });
        }
        let mut query = Vec::new();
        if let Some(country) = &self.country_code {
            if country.len() != 2 || !country.bytes().all(|byte| byte.is_ascii_uppercase()) {
                return Err(ParameterError::CountryCode);
            }
            query.push(("CountryCode".to_owned(), country.clone()));
        }
        if !self.packages.is_empty() {
            let names: Vec<_> = self.packages.iter().map(LookupPackage::as_str).collect();
            query.push(("Fields".to_owned(), names.join(",")));
        }
        // A form writes a space as a plus, which in a path is a plus.
        let number: String = form_urlencoded::byte_serialize(self.number.as_bytes()).collect();
        let path = format!("/v2/PhoneNumbers/{}", number.replace('+', "%20"));
        let mut request = Request::get(path).query(query);
        request.product = Product::Lookups;
        Ok(request)
    }
}

impl Lookups<'_> {
    /// Looks a number up. One that is not valid is found, too, and says why; none stands for a 404.
    ///
    /// # Errors
    /// [`ReadError`] when there is no readable answer or the number is none.
    pub async fn phone_number(
        &self,
        number: &LookupNumber,
    ) -> Result<Option<PhoneNumber>, ReadError> {
        self.client.get(number.request()?).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_is_one_segment_of_the_path() {
        for (number, path) in [
            ("+14155550123", "/v2/PhoneNumbers/%2B14155550123"),
            ("(415) 555-0123", "/v2/PhoneNumbers/%28415%29%20555-0123"),
            ("1/../x?y#z", "/v2/PhoneNumbers/1%2F..%2Fx%3Fy%23z"),
        ] {
            let request = LookupNumber::new(number).request().unwrap();
            assert_eq!(request.path, path);
        }
    }

    #[test]
    fn what_is_no_number_or_no_country_is_not_sent() {
        for number in ["", "..", ".", "number", &"1".repeat(65)] {
            assert!(LookupNumber::new(number).request().is_err(), "{number:?}");
        }
        for country in ["", "us", "USA", "U&"] {
            let number = LookupNumber {
                country_code: Some(country.to_owned()),
                ..LookupNumber::new("4155550123")
            };
            assert!(number.request().is_err(), "{country:?}");
        }
    }
}
