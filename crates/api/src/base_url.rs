//! The public address of the service.

use std::fmt;
use std::str::FromStr;

use crate::loopback::names_loopback;

/// The public URL under which Twilio and API users reach the routes, a path prefix included.
///
/// Twilio signs the URLs that are made from it, so the text is kept byte for byte; only slashes at
/// its end are cut off.
///
/// ```
/// use atlas_api::BaseUrl;
///
/// let base = BaseUrl::parse("https://calls.example.com/atlas/")?;
/// assert_eq!(base.as_str(), "https://calls.example.com/atlas");
/// assert_eq!(base.path_prefix(), "/atlas");
/// assert!(!base.is_loopback());
/// assert!(BaseUrl::parse("https://user@calls.example.com").is_err());
/// # Ok::<(), atlas_api::InvalidBaseUrl>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl {
    text: String,
    /// Where in `text` the path begins.
    path_at: usize,
    loopback: bool,
}

/// Why a text is no base URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidBaseUrl {
    /// Another scheme, or none.
    #[error("must begin with http:// or https://")]
    Scheme,
    /// A user name or password, which would end up in every callback URL.
    #[error("must have no user name or password")]
    UserInfo,
    /// No host, or one that is neither a name nor an address.
    #[error("must name a host of letters, digits, dots and dashes, or an IPv6 address in brackets")]
    Host,
    /// An underscore, which Twilio refuses in a host (error 21205).
    #[error("must have no underscore in its host")]
    Underscore,
    /// A port that is no number from 1 to 65535.
    #[error("must have a port from 1 to 65535, or none")]
    Port,
    /// A query or fragment.
    #[error("must have neither a query nor a fragment")]
    QueryOrFragment,
    /// A path with characters that a URL does not hold as they are.
    #[error("must have a path of visible ASCII characters only")]
    Path,
}

impl BaseUrl {
    /// Reads `http(s)://host[:port][/prefix]`.
    ///
    /// # Errors
    /// [`InvalidBaseUrl`] says which part is wrong.
    pub fn parse(text: &str) -> Result<Self, InvalidBaseUrl> {
        let authority_at = ["https://", "http://"]
            .into_iter()
            .find(|scheme| text.starts_with(scheme))
            .map(str::len)
            .ok_or(InvalidBaseUrl::Scheme)?;
        if text.contains(['?', '#']) {
            return Err(InvalidBaseUrl::QueryOrFragment);
        }
        let after_scheme = text.get(authority_at..).unwrap_or_default();
        let authority = after_scheme.split('/').next().unwrap_or_default();
        check_authority(authority)?;
        let text = text.trim_end_matches('/');
        let path_at = authority_at + authority.len();
        let path = text.get(path_at..).unwrap_or_default();
        let fits = |byte: u8| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte);
        if !path.bytes().all(fits) {
            return Err(InvalidBaseUrl::Path);
        }
        Ok(Self {
            text: text.to_owned(),
            path_at,
            loopback: names_loopback(authority),
        })
    }

    /// The URL, without a slash at its end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Its path: empty, or beginning with a slash and not ending in one.
    #[must_use]
    pub fn path_prefix(&self) -> &str {
        self.text.get(self.path_at..).unwrap_or_default()
    }

    /// Whether only this machine can reach it.
    #[must_use]
    pub const fn is_loopback(&self) -> bool {
        self.loopback
    }
}

impl FromStr for BaseUrl {
    type Err = InvalidBaseUrl;

    fn from_str(text: &str) -> Result<Self, InvalidBaseUrl> {
        Self::parse(text)
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

fn check_authority(authority: &str) -> Result<(), InvalidBaseUrl> {
    if authority.contains('@') {
        return Err(InvalidBaseUrl::UserInfo);
    }
    let (host, port) = if authority.starts_with('[') {
        let end = authority.find(']').ok_or(InvalidBaseUrl::Host)?;
        let (host, rest) = authority.split_at(end + 1);
        let address = host.trim_start_matches('[').trim_end_matches(']');
        address
            .parse::<std::net::Ipv6Addr>()
            .map_err(|_| InvalidBaseUrl::Host)?;
        match rest.strip_prefix(':') {
            Some(port) => (None, Some(port)),
            None if rest.is_empty() => (None, None),
            None => return Err(InvalidBaseUrl::Host),
        }
    } else {
        match authority.split_once(':') {
            Some((host, port)) => (Some(host), Some(port)),
            None => (Some(authority), None),
        }
    };
    if let Some(host) = host {
        check_host_name(host)?;
    }
    if let Some(port) = port {
        let digits_only = port.bytes().all(|byte| byte.is_ascii_digit());
        if !digits_only || !port.parse::<u16>().is_ok_and(|port| port > 0) {
            return Err(InvalidBaseUrl::Port);
        }
    }
    Ok(())
}

fn check_host_name(host: &str) -> Result<(), InvalidBaseUrl> {
    if host.contains('_') {
        return Err(InvalidBaseUrl::Underscore);
    }
    let label_fits = |label: &str| {
        !label.is_empty()
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    if host.len() <= 253 && host.split('.').all(label_fits) {
        Ok(())
    } else {
        Err(InvalidBaseUrl::Host)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_kept_byte_for_byte_but_for_slashes_at_the_end() {
        for (given, kept, prefix, loopback) in [
            ("http://localhost:8000", "http://localhost:8000", "", true),
            ("http://localhost:8000/", "http://localhost:8000", "", true),
            (
                "https://A.Example.com/x//",
                "https://A.Example.com/x",
                "/x",
                false,
            ),
            (
                "https://h.example:443/a%20b/c",
                "https://h.example:443/a%20b/c",
                "/a%20b/c",
                false,
            ),
            ("http://127.8.9.1/p", "http://127.8.9.1/p", "/p", true),
            ("http://[::1]:80/p", "http://[::1]:80/p", "/p", true),
            ("http://[2001:db8::1]", "http://[2001:db8::1]", "", false),
            (
                "https://localhost.example.com",
                "https://localhost.example.com",
                "",
                false,
            ),
        ] {
            let base = BaseUrl::parse(given).unwrap();
            assert_eq!(base.as_str(), kept, "{given}");
            assert_eq!(base.path_prefix(), prefix, "{given}");
            assert_eq!(base.is_loopback(), loopback, "{given}");
        }
    }

    #[test]
    fn what_is_no_base_url_is_refused_with_its_reason() {
        for (text, reason) in [
            ("", InvalidBaseUrl::Scheme),
            ("ftp://h.example", InvalidBaseUrl::Scheme),
            ("h.example", InvalidBaseUrl::Scheme),
            ("https://", InvalidBaseUrl::Host),
            ("https:///path", InvalidBaseUrl::Host),
            ("https://a..b", InvalidBaseUrl::Host),
            ("https://h example", InvalidBaseUrl::Host),
            ("https://[::1", InvalidBaseUrl::Host),
            ("https://[::1]x", InvalidBaseUrl::Host),
            ("https://[h]", InvalidBaseUrl::Host),
            ("https://u:p@h.example", InvalidBaseUrl::UserInfo),
            ("https://my_host.example", InvalidBaseUrl::Underscore),
            ("https://h.example:", InvalidBaseUrl::Port),
            ("https://h.example:0", InvalidBaseUrl::Port),
            ("https://h.example:+80", InvalidBaseUrl::Port),
            ("https://h.example:65536", InvalidBaseUrl::Port),
            ("https://h.example?a=b", InvalidBaseUrl::QueryOrFragment),
            ("https://h.example/#a", InvalidBaseUrl::QueryOrFragment),
            ("https://h.example/a b", InvalidBaseUrl::Path),
            ("https://h.example/é", InvalidBaseUrl::Path),
        ] {
            assert_eq!(BaseUrl::parse(text), Err(reason), "{text}");
        }
    }
}
