//! Where a carrier fetches what to say from somebody else than Atlas.

use std::borrow::Cow;
use std::fmt;

use url::{Host, Url};

use crate::is_public_address;

/// The address of a TwiML document that the carrier fetches, as it is sent to the carrier: `http`
/// or `https`, without credentials, normalised (WHATWG URL), so that what was checked is what is
/// fetched, however it was spelled.
///
/// `Debug` leaves out the path and query, where people put secrets.
///
/// ```
/// use atlas_domain::{PrivateHosts, TwimlUrl};
///
/// let url = TwimlUrl::parse("https://example.com/hello.xml", PrivateHosts::Refused)?;
/// assert_eq!(url.host_to_resolve(), Some("example.com"));
/// for private in ["http://127.0.0.1/", "http://2130706433/", "http://[::ffff:7f00:1]/"] {
///     assert!(TwimlUrl::parse(private, PrivateHosts::Refused).is_err());
/// }
/// # Ok::<(), atlas_domain::InvalidTwimlUrl>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct TwimlUrl {
    text: Cow<'static, str>,
    host_to_resolve: Option<Box<str>>,
}

/// Whether a URL may name a host of somebody's own network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum PrivateHosts {
    /// It may not, so that nobody can have the carrier, or a proxy of ours, ask inside.
    #[default]
    Refused,
    /// It may.
    Allowed,
}

/// Why a text is no [`TwimlUrl`]; says what is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum InvalidTwimlUrl {
    /// Not an absolute URL.
    #[error("must be an absolute URL, without spaces or control characters")]
    NotAUrl,
    /// Longer than allowed, as it would be sent.
    #[error("must have at most {} characters", TwimlUrl::MAX_CHARS)]
    TooLong,
    /// Another scheme.
    #[error("must begin with http:// or https://")]
    Scheme,
    /// A user name or password.
    #[error("must not hold a user name or password")]
    Credentials,
    /// A host name with an underscore, which Twilio does not take.
    #[error("must not have an underscore in its host")]
    Underscore,
    /// A port that nothing listens on.
    #[error("must not name port 0")]
    Port,
    /// A name that is known in private networks only, or an address in one.
    #[error("must not name a host in a private network")]
    PrivateHost,
    /// A name that resolves to an address in a private network.
    #[error("must not name a host that resolves to an address in a private network")]
    ResolvesToPrivateHost,
}

/// Names that never lead outside: those of the machine itself (RFC 6761), of the local link (RFC
/// 6762), of homes (RFC 8375) and of private networks (reserved by ICANN, 2024).
const PRIVATE_NAMES: &[&str] = &["localhost", "local", "home.arpa", "internal"];

impl TwimlUrl {
    /// The longest one, in characters.
    pub const MAX_CHARS: usize = 2048;

    /// Twilio's own demo document, which says that it works and plays music.
    pub const DEFAULT: Self = Self {
        text: Cow::Borrowed("http://demo.twilio.com/docs/voice.xml"),
        host_to_resolve: None,
    };

    /// Reads one.
    ///
    /// # Errors
    /// [`InvalidTwimlUrl`] when it cannot be fetched by everybody, or must not be.
    pub fn parse(text: &str, private_hosts: PrivateHosts) -> Result<Self, InvalidTwimlUrl> {
        if text.chars().count() > Self::MAX_CHARS {
            return Err(InvalidTwimlUrl::TooLong);
        }
        let url = read(text, private_hosts)?;
        // The slash of an empty path is not counted: nobody wrote it.
        let slash = usize::from(url.path() == "/");
        if url.as_str().len() > Self::MAX_CHARS + slash {
            return Err(InvalidTwimlUrl::TooLong);
        }
        Ok(Self::of(&url))
    }

    /// One that was read and stored before; `None` for what cannot have been.
    #[must_use]
    pub fn from_stored(text: &str) -> Option<Self> {
        let url = read(text, PrivateHosts::Allowed).ok()?;
        Some(Self::of(&url))
    }

    /// Checks one that may have been read where private hosts were allowed.
    ///
    /// # Errors
    /// [`InvalidTwimlUrl::PrivateHost`] when its host is one, and `private_hosts` are refused.
    pub fn check(&self, private_hosts: PrivateHosts) -> Result<(), InvalidTwimlUrl> {
        read(&self.text, private_hosts).map(drop)
    }

    fn of(url: &Url) -> Self {
        if url.as_str() == Self::DEFAULT.text {
            return Self::DEFAULT;
        }
        Self {
            text: Cow::Owned(url.to_string()),
            host_to_resolve: url.domain().map(Into::into),
        }
    }

    /// The URL as it is sent to the carrier.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The name that has to be looked up before it is known whether it leads into a private
    /// network; `None` when the host is an address, or the URL is [`TwimlUrl::DEFAULT`].
    #[must_use]
    pub fn host_to_resolve(&self) -> Option<&str> {
        self.host_to_resolve.as_deref()
    }
}

impl Default for TwimlUrl {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl fmt::Display for TwimlUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl fmt::Debug for TwimlUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = self.host_to_resolve.as_deref().unwrap_or("…");
        write!(formatter, "TwimlUrl({host})")
    }
}

/// Reads a URL of any length.
fn read(text: &str, private_hosts: PrivateHosts) -> Result<Url, InvalidTwimlUrl> {
    // Readers of URLs disagree about what to do with these.
    if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(InvalidTwimlUrl::NotAUrl);
    }
    let url = Url::parse(text).map_err(|_| InvalidTwimlUrl::NotAUrl)?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(InvalidTwimlUrl::Scheme);
    }
    // An empty user name leaves no trace in what was read.
    if !url.username().is_empty() || url.password().is_some() || has_userinfo(text) {
        return Err(InvalidTwimlUrl::Credentials);
    }
    if url.port() == Some(0) {
        return Err(InvalidTwimlUrl::Port);
    }
    let host = url.host().ok_or(InvalidTwimlUrl::NotAUrl)?;
    let public = match host {
        Host::Domain(name) if name.contains('_') => return Err(InvalidTwimlUrl::Underscore),
        Host::Domain(name) => is_public_name(name)?,
        Host::Ipv4(address) => is_public_address(address.into()),
        Host::Ipv6(address) => is_public_address(address.into()),
    };
    match private_hosts {
        PrivateHosts::Refused if !public => Err(InvalidTwimlUrl::PrivateHost),
        PrivateHosts::Refused | PrivateHosts::Allowed => Ok(url),
    }
}

/// Whether there is an `@` before the path (a backslash ends the host, too: WHATWG URL).
fn has_userinfo(text: &str) -> bool {
    let after_scheme = text.split_once(':').map_or(text, |(_, rest)| rest);
    after_scheme
        .trim_start_matches(['/', '\\'])
        .split(['/', '\\', '?', '#'])
        .next()
        .is_some_and(|authority| authority.contains('@'))
}

/// Whether a name may lead outside; a dot at its end only says that it is whole.
fn is_public_name(name: &str) -> Result<bool, InvalidTwimlUrl> {
    let name = name.strip_suffix('.').unwrap_or(name);
    if name.split('.').any(str::is_empty) {
        return Err(InvalidTwimlUrl::NotAUrl);
    }
    Ok(!PRIVATE_NAMES.iter().any(|private| {
        name.strip_suffix(private)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    }))
}

#[cfg(test)]
mod tests;
