//! URLs inside a document.

use std::borrow::Cow;
use std::sync::LazyLock;

use crate::twiml::Problem;
use crate::twiml::element::Value;
use crate::twiml::write::without_forbidden;

/// A URL that Twilio asks: `http` or `https`, or relative to the current document.
///
/// It is written as it was given. White space around it is left out, white space inside is refused.
///
/// ```
/// use atlas_twilio::twiml::Url;
///
/// assert!(Url::try_from("../next?step=2")?.is_relative());
/// assert!(!Url::try_from("https://example.com/next")?.is_relative());
/// assert!(Url::try_from("mailto:somebody@example.com").is_err());
/// # Ok::<(), atlas_twilio::twiml::Problem>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Url(String);

impl Url {
    /// The URL as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it needs the URL of a document to be complete.
    #[must_use]
    pub fn is_relative(&self) -> bool {
        scheme(&self.0).is_none()
    }
}

impl TryFrom<&str> for Url {
    type Error = Problem;

    fn try_from(url: &str) -> Result<Self, Problem> {
        let url = without_blanks(url)?;
        match scheme(&url) {
            None if is_relative_reference(&url) => Ok(Self(url)),
            Some((scheme, rest)) if is_web(scheme) && has_host(rest) && is_url(&url, rest) => {
                Ok(Self(url))
            }
            None | Some(_) => Err(Problem::Malformed {
                expected: "an `http` or `https` URL",
            }),
        }
    }
}

impl Value for Url {
    fn write(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.0)
    }

    fn read(text: &str) -> Result<Self, Problem> {
        Self::try_from(text)
    }

    fn is_relative_url(&self) -> bool {
        self.is_relative()
    }
}

/// What is heard while nobody is there yet: what a URL answers, or nothing.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum WaitUrl {
    /// Nothing; written as an empty text.
    Silence,
    /// What this URL answers.
    Url(Url),
}

impl TryFrom<&str> for WaitUrl {
    type Error = Problem;

    fn try_from(url: &str) -> Result<Self, Problem> {
        if url.trim().is_empty() {
            Ok(Self::Silence)
        } else {
            Url::try_from(url).map(Self::Url)
        }
    }
}

impl Value for WaitUrl {
    fn write(&self) -> Cow<'_, str> {
        match self {
            Self::Silence => Cow::Borrowed(""),
            Self::Url(url) => url.write(),
        }
    }

    fn read(text: &str) -> Result<Self, Problem> {
        Self::try_from(text)
    }

    fn is_relative_url(&self) -> bool {
        match self {
            Self::Silence => false,
            Self::Url(url) => url.is_relative(),
        }
    }
}

/// The URL of a WebSocket: `wss` and absolute, with a query or without.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct WebSocketUrl<const QUERY: bool>(String);

/// The URL of a stream, without a query, which Twilio would not send.
pub type StreamUrl = WebSocketUrl<false>;

/// The URL of a conversation relay, which may have a query.
pub type RelayUrl = WebSocketUrl<true>;

impl<const QUERY: bool> WebSocketUrl<QUERY> {
    /// The URL as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const QUERY: bool> TryFrom<&str> for WebSocketUrl<QUERY> {
    type Error = Problem;

    fn try_from(url: &str) -> Result<Self, Problem> {
        let url = without_blanks(url)?;
        let sound = scheme(&url).is_some_and(|(scheme, rest)| {
            scheme.eq_ignore_ascii_case("wss")
                && has_host(rest)
                && (QUERY || !rest.contains('?'))
                && is_url(&url, rest)
        });
        let expected = if QUERY {
            "a `wss` URL"
        } else {
            "a `wss` URL without a query"
        };
        if sound {
            Ok(Self(url))
        } else {
            Err(Problem::Malformed { expected })
        }
    }
}

impl<const QUERY: bool> Value for WebSocketUrl<QUERY> {
    fn write(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.0)
    }

    fn read(text: &str) -> Result<Self, Problem> {
        Self::try_from(text)
    }
}

fn without_blanks(url: &str) -> Result<String, Problem> {
    let url = without_forbidden(url);
    let url = url.trim();
    if url.is_empty() {
        Err(Problem::Empty)
    } else if url.contains(|character: char| character.is_whitespace() || character.is_control()) {
        Err(Problem::Malformed {
            expected: "a URL without white space",
        })
    } else {
        Ok(url.to_owned())
    }
}

/// The scheme, and what comes after its colon (RFC 3986, section 3.1).
fn scheme(url: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = url.split_once(':')?;
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    is_scheme.then_some((scheme, rest))
}

/// Whether it is a URL (11100); `rest` is what follows its scheme and colon.
fn is_url(text: &str, rest: &str) -> bool {
    has_plain_host(rest) || url::Url::parse(text).is_ok()
}

/// Whether it leads from the URL of a document to another one (11100).
fn is_relative_reference(text: &str) -> bool {
    static DOCUMENT: LazyLock<Option<url::Url>> =
        LazyLock::new(|| url::Url::parse("https://example.com").ok());
    DOCUMENT
        .as_ref()
        .is_some_and(|document| document.join(text).is_ok())
}

/// Whether the host is letters, digits, hyphens and dots, and no number: then a URL parser takes whatever
/// comes behind it. Nearly all are, and parsing takes longer than all else that is done with a URL.
fn has_plain_host(rest: &str) -> bool {
    let Some(rest) = rest.strip_prefix("//") else {
        return false;
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
    let last_label = host.rsplit('.').next().unwrap_or_default();
    host.bytes().all(is_plain)
        && last_label.starts_with(|first: char| first.is_ascii_alphabetic())
        // Names in Punycode may be wrong (RFC 3492).
        && !host.contains("--")
}

fn is_web(scheme: &str) -> bool {
    scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")
}

fn has_host(rest: &str) -> bool {
    rest.strip_prefix("//")
        .is_some_and(|rest| !rest.is_empty() && !rest.starts_with(['/', '?', '#']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_for_the_web_or_relative() {
        for url in [
            "a",
            "/a?b=c:d",
            "../a",
            "?a",
            "HTTPS://example.com",
            "https://é.com/\"q\"",
        ] {
            assert!(Url::try_from(url).is_ok(), "{url}");
        }
        for url in [
            "",
            " ",
            "a b",
            "a\nb",
            "ftp://a",
            "https:/a",
            "https://",
            "https:///a",
            "https://a:99999",
            "https://[::1",
            "//a:b",
            "javascript:alert(1)",
            "data:text/xml,<Response/>",
            "x:y",
        ] {
            assert!(Url::try_from(url).is_err(), "{url}");
        }
    }

    proptest::proptest! {
        #[test]
        fn whoever_has_a_plain_host_is_a_url(url in "https?://[a-zA-Z0-9.-]{1,12}([/?#:@][ -~é]{0,12})?") {
            let (_, rest) = scheme(&url).unwrap();
            if has_plain_host(rest) {
                proptest::prop_assert!(url::Url::parse(&url).is_ok(), "{}", url);
            }
        }
    }

    #[test]
    fn a_stream_is_encrypted_and_has_no_query() {
        assert!(StreamUrl::try_from("wss://example.com/stream").is_ok());
        for url in [
            "ws://example.com",
            "wss://example.com?a=b",
            "/stream",
            "https://example.com",
        ] {
            assert!(StreamUrl::try_from(url).is_err(), "{url}");
        }
        assert!(RelayUrl::try_from("wss://example.com?a=b").is_ok());
    }
}
