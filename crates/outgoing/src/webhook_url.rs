//! Where acknowledgements are sent.

use std::fmt;
use std::net::IpAddr;

use atlas_domain::{PrivateHosts, is_public_address};
use url::{Host, Url};

/// The address of a receiver: `https`, without credentials, and no address in a private network. Where
/// private hosts are allowed, `http` is, too.
///
/// It is normalised when it is read (WHATWG URL), so that what was checked is what is asked, however
/// it was spelled. Names are checked whenever a connection is made. `Debug` shows the host alone,
/// since people put secrets into paths.
///
/// ```
/// use atlas_domain::PrivateHosts;
/// use atlas_outgoing::WebhookUrl;
///
/// let url = WebhookUrl::parse("https://hooks.example.com/atlas", PrivateHosts::Refused)?;
/// assert_eq!(format!("{url:?}"), "WebhookUrl(hooks.example.com)");
/// for private in ["https://127.0.0.1/", "https://2130706433/", "https://[::ffff:10.0.0.1]/"] {
///     assert!(WebhookUrl::parse(private, PrivateHosts::Refused).is_err());
/// }
/// # Ok::<(), atlas_outgoing::InvalidWebhookUrl>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookUrl {
    url: Url,
    private_hosts: PrivateHosts,
}

/// Why a text is no [`WebhookUrl`]; says what is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidWebhookUrl {
    /// Not an absolute URL with a host.
    #[error("must be an absolute URL, such as https://hooks.example.com/atlas")]
    NotAUrl,
    /// Another scheme than `https`; `http` is allowed only where private hosts are.
    #[error("must begin with https:// (or http:// while ALLOW_PRIVATE_WEBHOOK_URLS is true)")]
    Scheme,
    /// A user name or password.
    #[error("must hold no user name or password")]
    Credentials,
    /// A port that nothing listens on.
    #[error("must not name port 0")]
    Port,
    /// The machine itself, or an address in somebody's own network.
    #[error(
        "must not name a host in a private network (unless ALLOW_PRIVATE_WEBHOOK_URLS is true)"
    )]
    PrivateHost,
}

impl WebhookUrl {
    /// Reads one.
    ///
    /// # Errors
    /// [`InvalidWebhookUrl`] when it is none, or must not be used.
    pub fn parse(text: &str, private_hosts: PrivateHosts) -> Result<Self, InvalidWebhookUrl> {
        // Readers of URLs disagree about what to do with these.
        if text.contains(|char: char| char.is_whitespace() || char.is_control()) {
            return Err(InvalidWebhookUrl::NotAUrl);
        }
        let mut url = Url::parse(text).map_err(|_| InvalidWebhookUrl::NotAUrl)?;
        match (url.scheme(), private_hosts) {
            ("https", PrivateHosts::Refused | PrivateHosts::Allowed)
            | ("http", PrivateHosts::Allowed) => {}
            (_, PrivateHosts::Refused | PrivateHosts::Allowed) => {
                return Err(InvalidWebhookUrl::Scheme);
            }
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(InvalidWebhookUrl::Credentials);
        }
        if url.port() == Some(0) {
            return Err(InvalidWebhookUrl::Port);
        }
        let host = url.host().ok_or(InvalidWebhookUrl::NotAUrl)?;
        match private_hosts {
            PrivateHosts::Refused if !may_be_public(&host) => {
                return Err(InvalidWebhookUrl::PrivateHost);
            }
            PrivateHosts::Refused | PrivateHosts::Allowed => {}
        }
        // It is never sent.
        url.set_fragment(None);
        Ok(Self { url, private_hosts })
    }

    /// Whether the receiver may be in somebody's own network.
    #[must_use]
    pub const fn private_hosts(&self) -> PrivateHosts {
        self.private_hosts
    }

    pub(crate) const fn url(&self) -> &Url {
        &self.url
    }
}

/// Whether a host may be one that everybody reaches. Names are looked up later, but that of the
/// machine itself (RFC 6761, section 6.3) is known.
fn may_be_public(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => {
            let name = name.strip_suffix('.').unwrap_or(name);
            name != "localhost" && !name.ends_with(".localhost")
        }
        Host::Ipv4(address) => is_public_address(IpAddr::V4(*address)),
        Host::Ipv6(address) => is_public_address(IpAddr::V6(*address)),
    }
}

impl fmt::Debug for WebhookUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = self.url.host_str().unwrap_or_default();
        write!(formatter, "WebhookUrl({host})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn receivers_that_everybody_reaches_are_accepted() {
        for text in [
            "https://hooks.example.com",
            "https://hooks.example.com:8443/atlas?tenant=a&b=%20#part",
            "https://93.184.216.34/",
            "https://[2606:2800:220:1:248:1893:25c8:1946]/",
            "https://bücher.example/",
            "https://internal_name.example/",
            "https://localhost.example.com/",
        ] {
            let url = WebhookUrl::parse(text, PrivateHosts::Refused);
            assert!(url.is_ok(), "{text}: {url:?}");
        }
    }

    #[test]
    fn what_leads_elsewhere_is_refused() {
        use InvalidWebhookUrl::{Credentials, NotAUrl, Port, PrivateHost, Scheme};
        for (text, why) in [
            ("", NotAUrl),
            ("hooks.example.com", NotAUrl),
            ("https://", NotAUrl),
            ("https:// example.com/", NotAUrl),
            ("https://example.com/\n", NotAUrl),
            ("https://256.1.1.1/", NotAUrl),
            ("http://hooks.example.com/", Scheme),
            ("ftp://hooks.example.com/", Scheme),
            ("file:///etc/passwd", Scheme),
            ("https://user@hooks.example.com/", Credentials),
            ("https://:pw@hooks.example.com/", Credentials),
            ("https://hooks.example.com:0/", Port),
            ("https://localhost/", PrivateHost),
            ("https://LOCALHOST./", PrivateHost),
            ("https://atlas.localhost:8443/", PrivateHost),
            ("https://127.0.0.1/", PrivateHost),
            ("https://127.1/", PrivateHost),
            ("https://2130706433/", PrivateHost),
            ("https://0x7f.1/", PrivateHost),
            ("https://0177.0.0.1/", PrivateHost),
            ("https://①②⑦.0.0.1/", PrivateHost),
            ("https://0/", PrivateHost),
            ("https://10.0.0.1/", PrivateHost),
            ("https://169.254.169.254/latest/meta-data/", PrivateHost),
            ("https://[::1]/", PrivateHost),
            ("https://[::ffff:192.168.0.1]/", PrivateHost),
            ("https://[fd00::1]/", PrivateHost),
        ] {
            assert_eq!(
                WebhookUrl::parse(text, PrivateHosts::Refused).err(),
                Some(why),
                "{text}"
            );
        }
    }

    #[test]
    fn where_private_hosts_are_allowed_http_is_too() {
        for text in [
            "http://127.0.0.1:8080/",
            "http://receiver/",
            "https://10.0.0.1/",
        ] {
            let url = WebhookUrl::parse(text, PrivateHosts::Allowed);
            assert!(url.is_ok(), "{text}: {url:?}");
        }
        for text in ["ftp://127.0.0.1/", "http://user@127.0.0.1/", "http://:0/"] {
            assert!(
                WebhookUrl::parse(text, PrivateHosts::Allowed).is_err(),
                "{text}"
            );
        }
    }
}
