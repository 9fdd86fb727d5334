//! URLs that Twilio is to ask, checked before they are handed to it.

use reqwest::Url;

use super::ParameterError;

/// Twilio's ranges of connection overrides
/// (<https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides>).
const RETRY_COUNT: (u32, u32) = (0, 5);
const CONNECT_TIMEOUT_MS: (u32, u32) = (100, 10_000);
const OTHER_TIMEOUT_MS: (u32, u32) = (100, 15_000);
const RETRY_ON: [&str; 5] = ["4xx", "5xx", "ct", "rt", "all"];

/// Checks that a URL, when given, is absolute and of the web, and that its fragment, which Twilio reads as
/// connection overrides, holds only what Twilio takes (errors 11240 to 11243).
pub(super) fn check_url(parameter: &'static str, url: Option<&str>) -> Result<(), ParameterError> {
    let Some(url) = url else { return Ok(()) };
    let parsed = parse(url).ok_or(ParameterError::NotAUrl { parameter })?;
    let overrides = parsed.fragment().unwrap_or_default();
    if overrides.split('&').all(is_override) {
        Ok(())
    } else {
        Err(ParameterError::ConnectionOverride { parameter })
    }
}

/// Checks a URL for status callbacks, whose host may not have an underscore.
pub(super) fn check_status_callback(
    parameter: &'static str,
    url: Option<&str>,
) -> Result<(), ParameterError> {
    check_url(parameter, url)?;
    let host_has_underscore = url
        .and_then(parse)
        .is_some_and(|url| url.host_str().is_some_and(|host| host.contains('_')));
    if host_has_underscore {
        Err(ParameterError::UnderscoreInHost { parameter })
    } else {
        Ok(())
    }
}

fn parse(url: &str) -> Option<Url> {
    Url::parse(url)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// Whether Twilio takes one part of a fragment; a part without `=` is none of its business.
fn is_override(part: &str) -> bool {
    let Some((key, value)) = part.split_once('=') else {
        return true;
    };
    let number_within = |(minimum, maximum): (u32, u32)| {
        value
            .parse()
            .is_ok_and(|number: u32| (minimum..=maximum).contains(&number))
    };
    match key {
        "rc" => number_within(RETRY_COUNT),
        "rp" => value.split(',').all(|word| RETRY_ON.contains(&word)),
        "ct" => number_within(CONNECT_TIMEOUT_MS),
        "rt" | "tt" => number_within(OTHER_TIMEOUT_MS),
        "sni" => matches!(value, "y" | "n"),
        "e" => !value.is_empty(),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_absolute_and_of_the_web() {
        assert!(check_url("Url", None).is_ok());
        assert!(check_url("Url", Some("https://example.com/voice?a=1#")).is_ok());
        for url in [
            "",
            "/voice",
            "example.com",
            "ftp://example.com/",
            "https://",
        ] {
            assert!(check_url("Url", Some(url)).is_err(), "{url}");
        }
    }

    #[test]
    fn connection_overrides_keep_to_their_ranges() {
        for (overrides, is_sound) in [
            ("rc=2&rp=all&ct=2000&rt=5000&tt=15000", true),
            ("rc=0", true),
            ("rc=5&rp=4xx,5xx,ct,rt&sni=n&e=ashburn", true),
            ("section", true),
            ("rc=6", false),
            ("rc=-1", false),
            ("rc=", false),
            ("rp=3xx", false),
            ("ct=99", false),
            ("ct=10001", false),
            ("rt=15001", false),
            ("tt=99", false),
            ("sni=yes", false),
            ("e=", false),
        ] {
            let url = format!("https://example.com/voice#{overrides}");
            assert_eq!(check_url("Url", Some(&url)).is_ok(), is_sound, "{url}");
        }
    }

    #[test]
    fn the_host_of_a_status_callback_has_no_underscore() {
        let check = |url| check_status_callback("StatusCallback", Some(url));
        assert!(check("https://my_host.example.com/status").is_err());
        assert!(check("https://example.com/my_status").is_ok());
        assert!(check_url("Url", Some("https://my_host.example.com/")).is_ok());
    }
}
