//! Which network addresses belong to everybody, and which lead into somebody's own network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The blocks of IPv4 that are not reached from the whole Internet: address and prefix length.
///
/// Source: IANA IPv4 Special-Purpose Address Registry (RFC 6890), and RFC 1112 and RFC 5771 for
/// multicast.
const PRIVATE_V4: &[(Ipv4Addr, u32)] = &[
    // "This network" and the unspecified address (RFC 791, section 3.2).
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    // Private use (RFC 1918).
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    // Shared by carriers and their customers (RFC 6598).
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    // Loopback (RFC 1122, section 3.2.1.3).
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    // Link-local, where clouds keep their metadata (RFC 3927).
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    // IETF protocol assignments (RFC 6890, section 2.1).
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    // Documentation (RFC 5737).
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    // Relays of 6to4, no longer in use (RFC 7526).
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    // Benchmarking (RFC 2544).
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    // Multicast (RFC 5771).
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    // Reserved, and the limited broadcast (RFC 1112, section 4; RFC 919).
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];

/// All that is assigned for the whole Internet (IANA IPv6 Address Space): what lies outside is
/// loopback, unspecified, unique local (RFC 4193), link-local (RFC 4291), site-local (RFC 3879),
/// multicast, discarded (RFC 6666), a segment (RFC 9602), or nobody's.
const GLOBAL_UNICAST_V6: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// The blocks of it that are not reached from the whole Internet.
///
/// Source: IANA IPv6 Special-Purpose Address Registry (RFC 6890).
const PRIVATE_V6: &[(Ipv6Addr, u32)] = &[
    // IETF protocol assignments (RFC 2928), benchmarking among them (RFC 5180).
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    // Documentation (RFC 3849, RFC 9637).
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// IPv4 addresses written as IPv6 (RFC 4291, section 2.5.5), the older compatible form included.
const MAPPED: (Ipv6Addr, u32) = (Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0, 0), 96);
const COMPATIBLE: (Ipv6Addr, u32) = (Ipv6Addr::new(0, 0, 0, 0, 0, 0, 0, 0), 96);
/// What a NAT64 translates (RFC 6052). Its local prefix, 64:ff9b:1::/48 (RFC 8215), is private
/// whatever it holds.
const NAT64: (Ipv6Addr, u32) = (Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96);
/// 6to4 (RFC 3056): bits 16 to 47 are the IPv4 address of the site.
const SIX_TO_FOUR: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16);
/// Teredo (RFC 4380, section 4): the server, and the client with its bits turned over.
const TEREDO: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 32);

/// Says whether an address can be reached from the whole Internet, so that it leads into nobody's
/// own network: neither loopback, private, shared, link-local, multicast, reserved nor set aside
/// for documentation and tests.
///
/// An IPv6 address that holds an IPv4 address is as public as that.
///
/// ```
/// use atlas_domain::is_public_address;
///
/// assert!(is_public_address("8.8.8.8".parse()?));
/// assert!(!is_public_address("169.254.169.254".parse()?));
/// assert!(!is_public_address("::ffff:10.0.0.1".parse()?));
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
#[must_use]
pub fn is_public_address(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    !PRIVATE_V4.iter().any(|(network, length)| {
        let host_bits = u32::BITS - length;
        address.to_bits() >> host_bits == network.to_bits() >> host_bits
    })
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [_, site_high, site_low, _, _, _, high, low] = address.segments();
    let translated = [MAPPED, COMPATIBLE, NAT64];
    if translated.iter().any(|block| within(address, *block)) {
        is_public_v4(v4(high, low))
    } else if within(address, SIX_TO_FOUR) {
        is_public_v4(v4(site_high, site_low))
    } else if within(address, TEREDO) {
        let [_, _, server_high, server_low, ..] = address.segments();
        is_public_v4(v4(server_high, server_low)) && is_public_v4(v4(!high, !low))
    } else {
        within(address, GLOBAL_UNICAST_V6)
            && !PRIVATE_V6.iter().any(|block| within(address, *block))
    }
}

const fn within(address: Ipv6Addr, (network, length): (Ipv6Addr, u32)) -> bool {
    let host_bits = u128::BITS - length;
    address.to_bits() >> host_bits == network.to_bits() >> host_bits
}

fn v4(high: u16, low: u16) -> Ipv4Addr {
    Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn public(text: &str) -> bool {
        is_public_address(text.parse().unwrap())
    }

    #[test]
    fn addresses_of_the_whole_internet_are_public() {
        for address in [
            "1.1.1.1",
            "8.8.8.8",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "169.253.255.255",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "192.167.255.255",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "2001:4860:4860::8888",
            "2600::",
            "2a00:1450::1",
            "3ffe:ffff::1",
            "::ffff:8.8.8.8",
            "::8.8.8.8",
            "64:ff9b::8.8.8.8",
            "2002:808:808::1",
            // Teredo: server 8.8.8.8, client 1.1.1.1 turned over.
            "2001:0:808:808:0:0:fefe:fefe",
        ] {
            assert!(public(address), "{address}");
        }
    }

    #[test]
    fn every_other_address_is_not() {
        for address in [
            "0.0.0.0",
            "0.255.255.255",
            "10.0.0.0",
            "10.255.255.255",
            "100.64.0.0",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.255",
            "169.254.169.254",
            "172.16.0.0",
            "172.31.255.255",
            "192.0.0.170",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.0.0",
            "192.168.255.255",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.7",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::10.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:192.168.1.1",
            "::ffff:0:8.8.8.8",
            "64:ff9b::10.0.0.1",
            "64:ff9b::127.0.0.1",
            "64:ff9b:1::8.8.8.8",
            "64:ff9b:1:2::10.0.0.1",
            "100::1",
            "2001:0:a00:1::fefe:fefe",
            "2001:0:808:808:0:0:f5ff:fffe",
            "2001:2::1",
            "2001:10::1",
            "2001:db8::1",
            "2002:7f00:1::1",
            "2002:c0a8:101::1",
            "3fff::1",
            "3fff:fff:ffff::1",
            "4000::1",
            "5f00::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!public(address), "{address}");
        }
    }
}
