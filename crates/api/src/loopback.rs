//! Which hosts are this machine itself.

use std::net::{Ipv4Addr, Ipv6Addr};

/// Whether `host`, `host:port` or `[host]:port` names this machine: `localhost`, 127.0.0.0/8, `::1`.
pub(crate) fn names_loopback(authority: &str) -> bool {
    if let Some(rest) = authority.strip_prefix('[') {
        return rest
            .split_once(']')
            .and_then(|(address, _)| address.parse::<Ipv6Addr>().ok())
            .is_some_and(|address| address.is_loopback());
    }
    let host = authority.split(':').next().unwrap_or_default();
    host.eq_ignore_ascii_case("localhost")
        || host
            .parse::<Ipv4Addr>()
            .is_ok_and(|address| address.is_loopback())
}

/// Whether an `Origin` header names this machine, with any scheme and port.
pub(crate) fn is_loopback_origin(origin: &str) -> bool {
    origin
        .split_once("://")
        .is_some_and(|(_, authority)| names_loopback(authority))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_loopback() {
        for (origin, loopback) in [
            ("http://localhost", true),
            ("https://LOCALHOST:3000", true),
            ("http://127.0.0.1:5173", true),
            ("http://[::1]:8000", true),
            ("http://localhost.evil.example", false),
            ("http://127.0.0.1.evil.example", false),
            ("http://evil.example", false),
            ("http://[::2]", false),
            ("null", false),
            ("", false),
        ] {
            assert_eq!(is_loopback_origin(origin), loopback, "{origin}");
        }
    }
}
