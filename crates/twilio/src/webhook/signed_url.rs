//! Which spellings of a URL Twilio may have signed.

/// The URLs to try besides the one that came: without a port, with the one given, and with the default one
/// of the scheme, each as configured and without credentials.
///
/// Twilio's page and its libraries disagree on ports and credentials, and a proxy may hide the port; the
/// page says what is dropped for which kind of request (<https://www.twilio.com/docs/usage/security>). The
/// path and the query are never touched. At most six spellings come out, twelve for a web socket, each once.
pub(super) fn other_spellings(url: &str) -> Vec<String> {
    let Some(parts) = Parts::of(url) else {
        return Vec::new();
    };
    let mut ports = vec![None];
    ports.extend(parts.port.map(Some));
    ports.extend(parts.default_port().map(Some));
    let mut spellings = Vec::new();
    for userinfo in [parts.userinfo, ""] {
        for port in &ports {
            for tail in parts.tails() {
                let colon = if port.is_some() { ":" } else { "" };
                let port = port.unwrap_or_default();
                let spelling = format!(
                    "{}://{userinfo}{}{colon}{port}{tail}",
                    parts.scheme, parts.host
                );
                if spelling != url && !spellings.contains(&spelling) {
                    spellings.push(spelling);
                }
            }
        }
    }
    spellings
}

/// The parts of a URL, each as it was written.
struct Parts<'url> {
    scheme: &'url str,
    /// With its `@`, or empty.
    userinfo: &'url str,
    host: &'url str,
    port: Option<&'url str>,
    /// Path and query.
    tail: &'url str,
}

impl<'url> Parts<'url> {
    fn of(url: &'url str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let (authority, tail) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let (userinfo, host_and_port) =
            authority.split_at(authority.rfind('@').map_or(0, |at| at + '@'.len_utf8()));
        let (host, port) = split_port(host_and_port);
        Some(Self {
            scheme,
            userinfo,
            host,
            port,
            tail,
        })
    }

    fn default_port(&self) -> Option<&'static str> {
        match self.scheme {
            "https" | "wss" => Some("443"),
            "http" | "ws" => Some("80"),
            _ => None,
        }
    }

    /// Path and query as they are; of a web socket also with a slash at the end, which Twilio may append.
    fn tails(&self) -> Vec<String> {
        let mut tails = vec![self.tail.to_owned()];
        if matches!(self.scheme, "ws" | "wss") {
            match self.tail.strip_suffix('/') {
                Some(shorter) => tails.push(shorter.to_owned()),
                None => tails.push(format!("{}/", self.tail)),
            }
        }
        tails
    }
}

/// Takes the port off a host; the colons inside an IPv6 address in brackets are none of a port.
fn split_port(host_and_port: &str) -> (&str, Option<&str>) {
    match host_and_port.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => {
            (host, (!port.is_empty()).then_some(port))
        }
        Some(_) | None => (host_and_port, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_url_is_tried_with_its_default_port_too() {
        assert_eq!(
            other_spellings("https://h.example/p?q=1"),
            ["https://h.example:443/p?q=1"]
        );
        assert_eq!(other_spellings("http://h.example"), ["http://h.example:80"]);
    }

    #[test]
    fn an_explicit_port_may_have_been_dropped() {
        assert_eq!(
            other_spellings("https://h.example:8443/p"),
            ["https://h.example/p", "https://h.example:443/p"]
        );
    }

    #[test]
    fn credentials_are_tried_as_configured_and_stripped() {
        assert_eq!(
            other_spellings("https://user:p@ss@h.example/p"),
            [
                "https://user:p@ss@h.example:443/p",
                "https://h.example/p",
                "https://h.example:443/p"
            ]
        );
    }

    #[test]
    fn an_address_in_brackets_keeps_its_colons() {
        assert_eq!(
            other_spellings("http://[::1]:8000/p"),
            ["http://[::1]/p", "http://[::1]:80/p"]
        );
        assert_eq!(other_spellings("http://[::1]/p"), ["http://[::1]:80/p"]);
    }

    #[test]
    fn an_at_sign_or_a_colon_in_the_query_is_left_alone() {
        assert_eq!(
            other_spellings("https://h.example?a=b@c:9/d"),
            ["https://h.example:443?a=b@c:9/d"]
        );
    }

    #[test]
    fn only_a_web_socket_may_gain_a_slash() {
        assert!(other_spellings("wss://h.example/s").contains(&"wss://h.example/s/".to_owned()));
        assert!(
            !other_spellings("https://h.example/s").contains(&"https://h.example/s/".to_owned())
        );
    }

    proptest::proptest! {
        #[test]
        fn the_url_as_it_came_is_not_tried_again(url in "(https?|wss|x)?(://)?[a-z@:\\[\\]/?#é0-9]{0,30}") {
            let spellings = other_spellings(&url);
            proptest::prop_assert!(!spellings.contains(&url));
            proptest::prop_assert!(spellings.len() <= 12);
        }
    }
}
