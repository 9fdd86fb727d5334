//! The guard, held against a table of URLs and every spelling of private addresses.

use std::net::{Ipv4Addr, Ipv6Addr};

use proptest::prelude::*;

use super::InvalidTwimlUrl::{
    Credentials, NotAUrl, Port, PrivateHost, Scheme, TooLong, Underscore,
};
use super::*;

#[test]
fn urls_that_lead_outside_are_accepted_and_sent_normalised() {
    for (text, sent) in [
        ("http://demo.twilio.com/docs/voice.xml", None),
        ("https://example.com/hello.xml", None),
        ("https://example.com", Some("https://example.com/")),
        ("HTTPS://EXAMPLE.com/A", Some("https://example.com/A")),
        ("https://example.com:8443/a?b=c&d=%20#rc=2", None),
        ("https://example.com:443/", Some("https://example.com/")),
        ("http://example.com./a", None),
        (
            "https://a-b.example.co.uk/a/b/../c",
            Some("https://a-b.example.co.uk/a/c"),
        ),
        ("http:example.com/a", Some("http://example.com/a")),
        (r"http:\\example.com\a", Some("http://example.com/a")),
        ("http://8.8.8.8/", None),
        ("http://134744072/", Some("http://8.8.8.8/")),
        ("http://[2606:4700:4700::1111]/a", None),
        ("http://[::ffff:8.8.8.8]/", Some("http://[::ffff:808:808]/")),
        (
            "http://bücher.example/ü",
            Some("http://xn--bcher-kva.example/%C3%BC"),
        ),
        ("https://localhost.example.com/", None),
        ("https://notlocalhost/", None),
        ("https://mylocal.example/", None),
        ("https://internal.example.com/", None),
        ("https://example.com/@user", None),
        ("https://example.com/?next=http://user@127.0.0.1/", None),
        ("https://127.0.0.1.example.com/", None),
        ("https://10-0-0-1.example.com/", None),
    ] {
        let url = TwimlUrl::parse(text, PrivateHosts::Refused);
        assert_eq!(url.as_ref().map(TwimlUrl::as_str), Ok(sent.unwrap_or(text)));
    }
}

#[test]
fn urls_that_lead_inside_are_refused_however_they_are_spelled() {
    for text in [
        "http://localhost/",
        "http://LOCALHOST/",
        "http://localhost./",
        "http://localhost:8000/users",
        "http://app.localhost/",
        "http://printer.local/",
        "http://printer.LOCAL./",
        "http://metadata.google.internal/",
        "http://internal/",
        "http://router.home.arpa/",
        "http://ｌｏｃａｌｈｏｓｔ/",
        "http://loc%61lhost/",
        "http://loc\u{ad}alhost/",
        "http://127.0.0.1/",
        "http://127.0.0.1./",
        "http://127.1/",
        "http://127.0.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.0.0.1/",
        "http://0177.0.0.1/",
        "http://017700000001/",
        "http://0x7f.1/",
        "http://1２7.0.0.1/",
        "http://127。0。0。1/",
        "http://%31%32%37.0.0.1/",
        "http:127.0.0.1/",
        "http:////127.0.0.1/",
        r"http:\\127.0.0.1\",
        r"http://127.0.0.1\@example.com/",
        "http://0/",
        "http://0.0.0.0:8000/",
        "http://10.0.0.1/",
        "http://100.64.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://0xa9fea9fe/",
        "http://172.16.0.1/",
        "http://172.31.255.255/",
        "http://192.168.0.1/",
        "http://198.18.0.1/",
        "http://203.0.113.7/",
        "http://224.0.0.1/",
        "http://255.255.255.255/",
        "http://[::]/",
        "http://[::1]/",
        "http://[0:0:0:0:0:0:0:1]/",
        "http://[::127.0.0.1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:a00:1]/",
        "http://[64:ff9b::10.0.0.1]/",
        "http://[64:ff9b:1::1]/",
        "http://[2002:7f00:1::]/",
        "http://[2001:0:7f00:1::1]/",
        "http://[2001:db8::1]/",
        "http://[fc00::1]/",
        "http://[fd00:ec2::254]/",
        "http://[fe80::1]/",
        "http://[fec0::1]/",
        "http://[ff02::1]/",
    ] {
        let refused = TwimlUrl::parse(text, PrivateHosts::Refused);
        assert_eq!(refused, Err(PrivateHost), "{text}");
        let allowed = TwimlUrl::parse(text, PrivateHosts::Allowed);
        assert!(allowed.is_ok(), "{text}: {allowed:?}");
    }
}

#[test]
fn what_nobody_may_fetch_is_refused_whatever_is_allowed() {
    let long = format!("https://example.com/{}", "a".repeat(2029));
    let grows = format!("https://example.com/{}", "ü".repeat(1000));
    for (text, why) in [
        ("", NotAUrl),
        ("demo.twilio.com/docs/voice.xml", NotAUrl),
        ("//example.com/", NotAUrl),
        ("/docs/voice.xml", NotAUrl),
        ("http://", NotAUrl),
        ("http:///", NotAUrl),
        ("http://?a", NotAUrl),
        ("http://.", NotAUrl),
        ("http://.example.com/", NotAUrl),
        ("http://example..com/", NotAUrl),
        ("http://localhost../", NotAUrl),
        ("http://exa mple.com/", NotAUrl),
        (" http://example.com/", NotAUrl),
        ("http://example.com/\n", NotAUrl),
        ("ht\ttp://example.com/", NotAUrl),
        ("http://example.com/\u{0}", NotAUrl),
        ("http://example.com/a b", NotAUrl),
        ("http://example.com:65536/", NotAUrl),
        ("http://256.256.256.256/", NotAUrl),
        ("http://1.2.3.4.5/", NotAUrl),
        ("http://[::1", NotAUrl),
        ("http://[fe80::1%25eth0]/", NotAUrl),
        ("http://example.com%00/", NotAUrl),
        ("http://example.com:0/", Port),
        ("ftp://example.com/", Scheme),
        ("file:///etc/passwd", Scheme),
        ("javascript:alert(1)", Scheme),
        ("data:text/xml,<Response/>", Scheme),
        ("gopher://example.com/", Scheme),
        ("ws://example.com/", Scheme),
        ("http+unix://%2Fvar%2Frun%2Fdocker.sock/", Scheme),
        ("localhost:8000", Scheme),
        ("http://user@example.com/", Credentials),
        ("http://user:secret@example.com/", Credentials),
        ("http://:secret@example.com/", Credentials),
        ("http://@example.com/", Credentials),
        ("http://:@example.com/", Credentials),
        ("http:@example.com/", Credentials),
        (r"http:\\@example.com/", Credentials),
        ("http://example.com@127.0.0.1/", Credentials),
        ("http://example.com:80@127.0.0.1/", Credentials),
        ("http://my_host.example.com/", Underscore),
        (&long, TooLong),
        (&grows, TooLong),
    ] {
        for private_hosts in [PrivateHosts::Refused, PrivateHosts::Allowed] {
            assert_eq!(TwimlUrl::parse(text, private_hosts), Err(why), "{text:?}");
        }
    }
    let label = "a".repeat(60);
    let host = [label.as_str(); 40].join(".");
    let without_path = format!("https://{}", &host[..2040]);
    let query_alone = format!("https://example.com?{}", "a".repeat(2028));
    for longest in [&long[..2048], &without_path, &query_alone] {
        assert_eq!(longest.len(), 2048);
        let url = TwimlUrl::parse(longest, PrivateHosts::Refused).unwrap();
        assert_eq!(url.check(PrivateHosts::Refused), Ok(()));
        assert_eq!(TwimlUrl::from_stored(url.as_str()), Some(url));
    }
}

#[test]
fn names_have_to_be_resolved_and_the_default_has_not() {
    let host = |text| {
        let url = TwimlUrl::parse(text, PrivateHosts::Allowed).unwrap();
        assert_eq!(TwimlUrl::from_stored(url.as_str()), Some(url.clone()));
        url.host_to_resolve().map(str::to_owned)
    };
    assert_eq!(
        host("https://Example.com:8443/a").as_deref(),
        Some("example.com")
    );
    assert_eq!(
        host("https://bücher.example/").as_deref(),
        Some("xn--bcher-kva.example")
    );
    assert_eq!(host("https://8.8.8.8/"), None);
    assert_eq!(host("https://[2600::1]/"), None);
    assert_eq!(host("http://demo.twilio.com/docs/voice.xml"), None);
    assert_eq!(host("HTTP://demo.twilio.com:80/docs/./voice.xml"), None);
    assert!(host("https://demo.twilio.com/docs/voice.xml").is_some());
    assert_eq!(
        TwimlUrl::parse(TwimlUrl::DEFAULT.as_str(), PrivateHosts::Refused),
        Ok(TwimlUrl::DEFAULT)
    );
}

#[test]
fn debug_keeps_path_and_query_to_itself() {
    let url = TwimlUrl::parse("https://example.com/a?token=s3cret", PrivateHosts::Refused);
    assert_eq!(format!("{url:?}"), "Ok(TwimlUrl(example.com))");
}

/// Every way to write an IPv4 address into the host of a URL.
fn spellings(address: Ipv4Addr) -> Vec<String> {
    let [a, b, c, d] = address.octets();
    let bits = address.to_bits();
    let low24 = bits & 0x00ff_ffff;
    let low16 = bits & 0xffff;
    let mapped = address.to_ipv6_mapped();
    let (high, low) = (bits >> 16, low16);
    vec![
        address.to_string(),
        format!("{address}."),
        format!("{bits}"),
        format!("{bits:#x}"),
        format!("0{bits:o}"),
        format!("{a}.{low24}"),
        format!("{a}.{b}.{low16}"),
        format!("{a:#x}.{b:#X}.{c:#x}.{d:#x}").replace("0X", "0x"),
        format!("0{a:o}.0{b:o}.0{c:o}.0{d:o}"),
        format!("000{a:o}.{b:#x}.{low16}"),
        address.to_string().replace('.', "%2E"),
        address.to_string().replace('.', "。"),
        format!("[{mapped}]"),
        format!("[::ffff:{high:x}:{low:x}]"),
        format!("[::{high:x}:{low:x}]"),
        format!("[64:ff9b::{high:x}:{low:x}]"),
        format!("[2002:{high:x}:{low:x}::1]"),
        format!("[2001:0:{high:x}:{low:x}::]"),
        format!("[2001:0:808:808::{:x}:{:x}]", high ^ 0xffff, low ^ 0xffff),
    ]
}

fn private_v4() -> impl Strategy<Value = Ipv4Addr> {
    let within = |network: [u8; 4], length: u32| {
        let network = u32::from_be_bytes(network);
        any::<u32>().prop_map(move |bits| Ipv4Addr::from(network | (bits & (u32::MAX >> length))))
    };
    prop_oneof![
        any::<u32>().prop_map(|bits| Ipv4Addr::from(bits & 0x00ff_ffff)),
        within([10, 0, 0, 0], 8),
        within([100, 64, 0, 0], 10),
        within([127, 0, 0, 0], 8),
        within([169, 254, 0, 0], 16),
        within([172, 16, 0, 0], 12),
        within([192, 168, 0, 0], 16),
        within([198, 18, 0, 0], 15),
        within([224, 0, 0, 0], 4),
        within([240, 0, 0, 0], 4),
    ]
}

fn private_v6() -> impl Strategy<Value = Ipv6Addr> {
    let within = |network: Ipv6Addr, length: u32| {
        any::<u128>().prop_map(move |bits| {
            Ipv6Addr::from_bits(network.to_bits() | (bits & (u128::MAX >> length)))
        })
    };
    prop_oneof![
        within("fc00::".parse().unwrap(), 7),
        within("fe80::".parse().unwrap(), 10),
        within("fec0::".parse().unwrap(), 10),
        within("ff00::".parse().unwrap(), 8),
        within("2001:db8::".parse().unwrap(), 32),
        within("64:ff9b:1::".parse().unwrap(), 48),
        within("100::".parse().unwrap(), 64),
    ]
}

proptest! {
    #[test]
    fn no_spelling_of_a_private_address_is_accepted(
        address in private_v4(),
        scheme in prop_oneof![Just("http"), Just("HTTPS")],
        port in prop_oneof![Just(""), Just(":80"), Just(":8443")],
        path in "[a-z/]{0,8}",
    ) {
        for host in spellings(address) {
            let text = format!("{scheme}://{host}{port}/{path}");
            let read = TwimlUrl::parse(&text, PrivateHosts::Refused);
            prop_assert_eq!(read, Err(PrivateHost), "{}", text);
        }
    }

    #[test]
    fn no_private_address_of_ipv6_is_accepted(address in private_v6()) {
        let [a, b, c, d, e, f, g, h] = address.segments();
        for host in [
            format!("[{address}]"),
            format!("[{a:x}:{b:x}:{c:x}:{d:x}:{e:x}:{f:x}:{g:x}:{h:x}]"),
            format!("[{a:04X}:{b:04X}:{c:04X}:{d:04X}:{e:04X}:{f:04X}:{g:04X}:{h:04X}]"),
        ] {
            let read = TwimlUrl::parse(&format!("http://{host}/"), PrivateHosts::Refused);
            prop_assert_eq!(read, Err(PrivateHost), "{}", host);
        }
    }

    /// What was accepted is found again in a database, whatever characters it was spelled in.
    #[test]
    fn whatever_is_accepted_is_read_the_same_when_it_was_stored(
        host in r"(xn--[a-z0-9-]{1,12}|[a-z0-9.-]|\PC|[\u{ad}\u{200b}-\u{200d}\u{2024}\u{3002}\u{ff01}-\u{ff5e}\u{1d400}-\u{1d7ff}]){1,12}",
        rest in r"([/?#][!-~]{0,8}|[/?#]\PC{0,8}){0,3}",
    ) {
        let text = format!("http://{host}{rest}");
        for private_hosts in [PrivateHosts::Refused, PrivateHosts::Allowed] {
            if let Ok(url) = TwimlUrl::parse(&text, private_hosts) {
                prop_assert_eq!(url.check(private_hosts), Ok(()));
                prop_assert_eq!(TwimlUrl::from_stored(url.as_str()), Some(url));
            }
        }
    }

    /// What was read is read the same again, and leads to no address inside.
    #[test]
    fn nothing_that_is_accepted_leads_inside(text in "https?:[/\\\\]{0,3}[!-~]{0,30}") {
        if let Ok(url) = TwimlUrl::parse(&text, PrivateHosts::Refused) {
            prop_assert_eq!(&TwimlUrl::parse(url.as_str(), PrivateHosts::Refused), &Ok(url.clone()));
            let sent = Url::parse(url.as_str()).unwrap();
            prop_assert!(sent.username().is_empty() && sent.password().is_none());
            match sent.host() {
                Some(Host::Ipv4(address)) => prop_assert!(is_public_address(address.into())),
                Some(Host::Ipv6(address)) => prop_assert!(is_public_address(address.into())),
                Some(Host::Domain(_)) | None => {}
            }
        }
    }
}
