//! Where Twilio's APIs are (<https://www.twilio.com/docs/global-infrastructure>).

use std::fmt;
use std::str::FromStr;

use reqwest::Url;

use super::ConfigError;

/// The region that an edge leads to when none is named.
const DEFAULT_REGION: &str = "us1";
/// The longest label of a host name (RFC 1035, section 2.3.4).
const MAX_LABEL_CHARACTERS: usize = 63;

/// A text that is no name of a region or an edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a name of a region or an edge: expected lower-case letters, digits and hyphens")]
pub struct InvalidPlace;

macro_rules! place {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub struct $name(String);

        impl FromStr for $name {
            type Err = InvalidPlace;

            fn from_str(text: &str) -> Result<Self, InvalidPlace> {
                if is_label(text) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(InvalidPlace)
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }
    };
}

place!(
    /// Where Twilio processes and keeps data: `us1`, `ie1`, `au1`. Credentials belong to one region.
    ///
    /// ```
    /// use atlas_twilio::rest::Region;
    ///
    /// let ireland: Region = "ie1".parse()?;
    /// assert!("ie1.evil.example/".parse::<Region>().is_err());
    /// # drop(ireland);
    /// # Ok::<(), atlas_twilio::rest::InvalidPlace>(())
    /// ```
    Region
);
place!(
    /// Where requests enter Twilio's network: `ashburn`, `dublin`, `frankfurt`, `sao-paulo`, `singapore`,
    /// `sydney`, `tokyo`, `umatilla`, `roaming`.
    Edge
);

/// One of Twilio's products with a host of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Product {
    /// Calls, recordings, messages, accounts; version 2010-04-01.
    Api,
    /// What is known about a phone number; version 2.
    Lookups,
}

/// The addresses that credentials go to; each without a slash at its end.
#[derive(Debug, Clone)]
pub(super) struct Addresses {
    api: String,
    lookups: String,
}

impl Addresses {
    /// Twilio's own hosts.
    pub(super) fn of_twilio(edge: Option<&Edge>, region: Option<&Region>) -> Self {
        let place = match (edge, region) {
            (None, None) => String::new(),
            (None, Some(region)) => format!(".{region}"),
            (Some(edge), None) => format!(".{edge}.{DEFAULT_REGION}"),
            (Some(edge), Some(region)) => format!(".{edge}.{region}"),
        };
        Self {
            api: format!("https://api{place}.twilio.com"),
            lookups: format!("https://lookups{place}.twilio.com"),
        }
    }

    /// One address for all products.
    pub(super) fn of_base_url(base_url: &str) -> Result<Self, ConfigError> {
        let base_url = check_base_url(base_url)?;
        Ok(Self {
            api: base_url.clone(),
            lookups: base_url,
        })
    }

    pub(super) fn base(&self, product: Product) -> &str {
        match product {
            Product::Api => &self.api,
            Product::Lookups => &self.lookups,
        }
    }

    /// The URL of a path of a product; none for what lies at another address, for credentials go to the
    /// API's address and nowhere else. A whole URL is taken when it is below that address.
    pub(super) fn url(&self, product: Product, path: &str) -> Option<Url> {
        let base = self.base(product);
        let path = path.strip_prefix(base).unwrap_or(path);
        if !path.starts_with('/') {
            return None;
        }
        let url = Url::parse(&format!("{base}{path}")).ok()?;
        // Dots in a path may have led out of the base URL's own.
        let below = url.as_str().strip_prefix(base)?;
        below.starts_with('/').then_some(url)
    }
}

/// The path of a URL for a log: SIDs stay, what may be about a person does not.
pub(super) fn masked_path(url: &Url) -> String {
    let mut after_phone_numbers = false;
    let segments = url.path().split('/').map(|segment| {
        let number = std::mem::replace(&mut after_phone_numbers, segment == "PhoneNumbers");
        let plain = segment
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte));
        let wordy = segment.len() <= 2 || segment.bytes().any(|byte| byte.is_ascii_alphabetic());
        if plain && !number && (wordy || segment == super::API_VERSION) {
            segment
        } else {
            "[private]"
        }
    });
    segments.collect::<Vec<_>>().join("/")
}

fn is_label(text: &str) -> bool {
    (1..=MAX_LABEL_CHARACTERS).contains(&text.len())
        && !text.starts_with('-')
        && !text.ends_with('-')
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// Takes a base URL that credentials can be sent to, without the slash at its end.
fn check_base_url(base_url: &str) -> Result<String, ConfigError> {
    let url = Url::parse(base_url).map_err(|_| ConfigError::BaseUrl)?;
    let sound = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    if sound {
        Ok(url.as_str().trim_end_matches('/').to_owned())
    } else {
        Err(ConfigError::BaseUrl)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_follow_edge_and_region() {
        let edge: Edge = "sydney".parse().unwrap();
        let region: Region = "au1".parse().unwrap();
        for (edge, region, api, lookups) in [
            (
                None,
                None,
                "https://api.twilio.com",
                "https://lookups.twilio.com",
            ),
            (
                Some(&edge),
                Some(&region),
                "https://api.sydney.au1.twilio.com",
                "https://lookups.sydney.au1.twilio.com",
            ),
            (
                Some(&edge),
                None,
                "https://api.sydney.us1.twilio.com",
                "https://lookups.sydney.us1.twilio.com",
            ),
            (
                None,
                Some(&region),
                "https://api.au1.twilio.com",
                "https://lookups.au1.twilio.com",
            ),
        ] {
            let addresses = Addresses::of_twilio(edge, region);
            assert_eq!(addresses.base(Product::Api), api);
            assert_eq!(addresses.base(Product::Lookups), lookups);
        }
    }

    #[test]
    fn a_place_cannot_lead_elsewhere() {
        for text in ["", "IE1", "ie1.", "a/b", "a@b", "-a", "a-", "é", " ie1"] {
            assert!(text.parse::<Region>().is_err(), "{text:?}");
            assert!(text.parse::<Edge>().is_err(), "{text:?}");
        }
        assert!("a".repeat(64).parse::<Edge>().is_err());
        assert!("sao-paulo".parse::<Edge>().is_ok());
    }

    #[test]
    fn a_base_url_is_checked_and_serves_all_products() {
        for base_url in [
            "",
            "api.twilio.com",
            "ftp://api.twilio.com",
            "https://user@api.twilio.com",
            "https://:x@h",
            "https://api.twilio.com?x",
            "https://api.twilio.com#x",
            "https://",
        ] {
            assert!(Addresses::of_base_url(base_url).is_err(), "{base_url:?}");
        }
        let addresses = Addresses::of_base_url("http://localhost:4010/twilio/").unwrap();
        for product in [Product::Api, Product::Lookups] {
            let url = addresses.url(product, "/v2/x").unwrap();
            assert_eq!(url.as_str(), "http://localhost:4010/twilio/v2/x");
        }
    }

    #[test]
    fn a_path_of_another_address_is_not_followed() {
        let addresses = Addresses::of_twilio(None, None);
        for path in [
            "",
            "@evil.example/",
            ".evil.example/",
            "https://evil.example/",
            "http://api.twilio.com/x",
            "https://api.twilio.com.evil.example/",
            "https://api.twilio.com@evil.example/",
            "https://api.twilio.com",
            "evil",
        ] {
            assert_eq!(addresses.url(Product::Api, path), None, "{path:?}");
        }
        for path in [
            "//evil.example/",
            "/\\evil.example/",
            "https://api.twilio.com/2010-04-01/x?Page=1",
        ] {
            let url = addresses.url(Product::Api, path).unwrap();
            assert_eq!(url.host_str(), Some("api.twilio.com"), "{path:?}");
        }
    }

    #[test]
    fn a_path_does_not_lead_out_of_the_base_url() {
        let addresses = Addresses::of_base_url("https://gateway.example/twilio").unwrap();
        for path in ["/../other", "/%2e%2e/other", "/a/../../twilio2", "/.."] {
            assert_eq!(addresses.url(Product::Api, path), None, "{path:?}");
        }
        for path in ["/a/../b", "/..a", "/?../.."] {
            assert!(addresses.url(Product::Api, path).is_some(), "{path:?}");
        }
    }

    #[test]
    fn a_path_in_a_log_keeps_sids_and_hides_numbers() {
        for (path, shown) in [
            (
                "/2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef/Calls.json?To=%2B14155550123",
                "/2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef/Calls.json",
            ),
            (
                "/v2/PhoneNumbers/+14155550123",
                "/v2/PhoneNumbers/[private]",
            ),
            ("/v2/PhoneNumbers/4155550123", "/v2/PhoneNumbers/[private]"),
            ("/v2/PhoneNumbers/415FLOWERS", "/v2/PhoneNumbers/[private]"),
            ("/elsewhere/4155550123", "/elsewhere/[private]"),
            (
                "/v2/PhoneNumbers/(415) 555-0123",
                "/v2/PhoneNumbers/[private]",
            ),
            (
                "/v2/PhoneNumbers/415-555-0123",
                "/v2/PhoneNumbers/[private]",
            ),
        ] {
            let url = Addresses::of_twilio(None, None)
                .url(Product::Lookups, path)
                .unwrap();
            assert_eq!(masked_path(&url), shown);
        }
    }
}
