//! Cookies: what a service sets in a call, or in a thread of messages, comes back with its later requests.
//!
//! Source: Twilio, "Security", HTTP sessions; RFC 6265. They expire in the simulator's own time and go back
//! to the host that set them only.

use std::collections::{HashMap, VecDeque};
use std::fmt;

use cookie::Cookie;
use time::OffsetDateTime;
use url::Url;

use super::Outgoing;
use crate::messages::Messages;

/// The most sessions that are kept; the oldest is dropped.
const SESSIONS_AT_MOST: usize = 10_000;
/// The most cookies of one session, and the most bytes of one: what RFC 6265, section 6.1, asks for.
const COOKIES_AT_MOST: usize = 50;
const COOKIE_BYTES_AT_MOST: usize = 4096;
/// The most bytes of all cookies of one session.
const SESSION_BYTES_AT_MOST: usize = 16 * 1024;

/// What shares its cookies: the requests of one call, or those of all messages between two numbers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Session(String);

impl Session {
    pub(super) fn of(outgoing: &Outgoing, messages: &Messages) -> Self {
        let Some(message) = messages.get(&outgoing.call_sid) else {
            return Self::of_call(&outgoing.call_sid);
        };
        let (one, other) = (message.from.as_deref().unwrap_or_default(), &*message.to);
        let (first, second) = (one.min(other), one.max(other));
        Self(format!("{first} {second}"))
    }

    pub(crate) fn of_call(sid: &str) -> Self {
        Self(sid.to_owned())
    }
}

/// The cookies of all sessions.
#[derive(Default)]
pub(crate) struct Cookies {
    jars: HashMap<Session, Jar>,
    /// The sessions in the order in which they got their first cookie.
    order: VecDeque<Session>,
}

/// Says nothing of the cookies, which are secrets of the service.
impl fmt::Debug for Cookies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cookies")
            .field("sessions", &self.jars.len())
            .finish_non_exhaustive()
    }
}

impl Cookies {
    /// Keeps what a `Set-Cookie` header in the answer from this URL says.
    pub(super) fn set(&mut self, session: &Session, url: &Url, header: &str, now: OffsetDateTime) {
        let Some(kept) = Kept::read(url, header, now) else {
            return;
        };
        if !self.jars.contains_key(session) {
            self.order.push_back(session.clone());
        }
        self.jars.entry(session.clone()).or_default().put(kept, now);
        if self.order.len() > SESSIONS_AT_MOST
            && let Some(oldest) = self.order.pop_front()
        {
            self.jars.remove(&oldest);
        }
    }

    /// The value of the `Cookie` header of a request to this URL, if there is anything to say.
    pub(super) fn header(
        &self,
        session: &Session,
        url: &Url,
        now: OffsetDateTime,
    ) -> Option<String> {
        self.jars.get(session)?.header(url, now)
    }

    /// Forgets what was set in a call.
    pub(crate) fn forget_call(&mut self, sid: &str) {
        let session = Session::of_call(sid);
        if self.jars.remove(&session).is_some() {
            self.order.retain(|other| *other != session);
        }
    }
}

/// The cookies of one session, oldest first.
#[derive(Default)]
struct Jar(VecDeque<Kept>);

impl Jar {
    /// Puts a cookie in the place of its former self, or takes that out when it has expired.
    fn put(&mut self, kept: Kept, now: OffsetDateTime) {
        let former = self.0.iter().position(|other| other.is_former(&kept));
        match former.and_then(|index| self.0.get_mut(index)) {
            Some(former) => *former = kept,
            None => self.0.push_back(kept),
        }
        self.0.retain(|kept| kept.is_alive(now));
        while self.0.len() > COOKIES_AT_MOST || self.bytes() > SESSION_BYTES_AT_MOST {
            self.0.pop_front();
        }
    }

    fn bytes(&self) -> usize {
        self.0.iter().map(Kept::bytes).sum()
    }

    /// Longer paths come first, then earlier cookies (RFC 6265, section 5.4).
    fn header(&self, url: &Url, now: OffsetDateTime) -> Option<String> {
        let mut sent: Vec<&Kept> = self
            .0
            .iter()
            .filter(|kept| kept.is_alive(now) && kept.is_for(url))
            .collect();
        sent.sort_by_key(|kept| std::cmp::Reverse(kept.path.len()));
        let pairs: Vec<String> = sent
            .iter()
            .map(|kept| format!("{}={}", kept.name, kept.value))
            .collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }
}

/// One cookie.
struct Kept {
    name: String,
    value: String,
    host: String,
    path: String,
    secure: bool,
    expires: Option<OffsetDateTime>,
}

impl Kept {
    fn read(url: &Url, header: &str, now: OffsetDateTime) -> Option<Self> {
        let host = url.host_str()?.to_owned();
        let cookie = Cookie::parse(header).ok()?;
        if cookie.domain().is_some_and(|domain| !covers(domain, &host)) {
            return None;
        }
        let path = cookie.path().filter(|path| path.starts_with('/'));
        // `Max-Age` is stronger than `Expires` (RFC 6265, section 5.3).
        let expires = match cookie.max_age() {
            Some(age) => Some(now.checked_add(age).unwrap_or(OffsetDateTime::new_utc(
                time::Date::MAX,
                time::Time::MIDNIGHT,
            ))),
            None => cookie.expires_datetime(),
        };
        let kept = Self {
            name: cookie.name().to_owned(),
            value: cookie.value().to_owned(),
            path: path.unwrap_or_else(|| folder(url.path())).to_owned(),
            host,
            secure: cookie.secure() == Some(true),
            expires,
        };
        (kept.bytes() <= COOKIE_BYTES_AT_MOST).then_some(kept)
    }

    const fn bytes(&self) -> usize {
        self.name.len() + self.value.len() + self.path.len()
    }

    fn is_former(&self, other: &Self) -> bool {
        (&self.name, &self.host, &self.path) == (&other.name, &other.host, &other.path)
    }

    fn is_alive(&self, now: OffsetDateTime) -> bool {
        self.expires.is_none_or(|expires| now < expires)
    }

    fn is_for(&self, url: &Url) -> bool {
        let below = url.path().strip_prefix(self.path.as_str());
        let path_matches = below.is_some_and(|rest| {
            rest.is_empty() || rest.starts_with('/') || self.path.ends_with('/')
        });
        url.host_str() == Some(self.host.as_str())
            && path_matches
            && (!self.secure || url.scheme() == "https")
    }
}

/// Whether a domain is this host or one above it.
fn covers(domain: &str, host: &str) -> bool {
    let domain = domain.trim_start_matches('.').to_ascii_lowercase();
    let above = host.strip_suffix(&domain);
    above.is_some_and(|above| above.is_empty() || above.ends_with('.'))
}

/// The path a cookie without one is for (RFC 6265, section 5.1.4).
fn folder(path: &str) -> &str {
    match path.rfind('/') {
        None | Some(0) => "/",
        Some(end) => path.get(..end).unwrap_or("/"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: OffsetDateTime = time::macros::datetime!(2026-05-01 12:00 UTC);

    fn url(text: &str) -> Url {
        text.parse().unwrap()
    }

    /// What is sent to a URL after these headers have come from another.
    fn sent(from: &str, headers: &[&str], to: &str, after_seconds: i64) -> Option<String> {
        let mut cookies = Cookies::default();
        let session = Session::of_call("CA1");
        for header in headers {
            cookies.set(&session, &url(from), header, NOW);
        }
        let other = Session::of_call("CA2");
        assert_eq!(cookies.header(&other, &url(to), NOW), None);
        let at = NOW + time::Duration::seconds(after_seconds);
        cookies.header(&session, &url(to), at)
    }

    #[test]
    fn a_cookie_goes_where_its_attributes_say() {
        let from = "https://app.example/voice/answer";
        for (header, to, after_seconds, expected) in [
            ("a=1", "https://app.example/voice/next", 0, Some("a=1")),
            ("a=1", "https://app.example/voice", 0, Some("a=1")),
            ("a=1", "https://app.example/voices", 0, None),
            ("a=1", "https://app.example/", 0, None),
            ("a=1", "https://other.example/voice/next", 0, None),
            ("a=1", "https://sub.app.example/voice/next", 0, None),
            ("a=1; Path=/", "http://app.example/status", 0, Some("a=1")),
            ("a=1; Path=/; Secure", "http://app.example/status", 0, None),
            (
                "a=1; Path=/; Secure",
                "https://app.example/",
                0,
                Some("a=1"),
            ),
            (
                "a=1; Path=/; Domain=.Example",
                "https://app.example/",
                0,
                Some("a=1"),
            ),
            (
                "a=1; Path=/; Domain=other.example",
                "https://app.example/",
                0,
                None,
            ),
            (
                "a=1; Path=/; Domain=pp.example",
                "https://app.example/",
                0,
                None,
            ),
            (
                "a=1; Path=/; Max-Age=60",
                "https://app.example/",
                59,
                Some("a=1"),
            ),
            ("a=1; Path=/; Max-Age=60", "https://app.example/", 60, None),
            ("a=1; Path=/; Max-Age=0", "https://app.example/", 0, None),
            (
                "a=1; Path=/; Expires=Fri, 01 May 2026 12:01:00 GMT",
                "https://app.example/",
                59,
                Some("a=1"),
            ),
            (
                "a=1; Path=/; Expires=Fri, 01 May 2026 12:01:00 GMT",
                "https://app.example/",
                60,
                None,
            ),
            ("nonsense", "https://app.example/voice/next", 0, None),
        ] {
            let found = sent(from, &[header], to, after_seconds);
            assert_eq!(
                found.as_deref(),
                expected,
                "{header} to {to} after {after_seconds} s"
            );
        }
    }

    #[test]
    fn a_cookie_takes_the_place_of_its_former_self_and_longer_paths_come_first() {
        let from = "https://app.example/";
        let headers = ["a=1", "b=2", "c=3; Path=/voice", "a=4", "b=; Max-Age=-1"];
        assert_eq!(
            sent(from, &headers, "https://app.example/voice", 0).as_deref(),
            Some("c=3; a=4")
        );
    }

    #[test]
    fn cookies_are_bounded_in_number_and_size() {
        let from = "https://app.example/";
        let large = format!("large={}", "x".repeat(COOKIE_BYTES_AT_MOST));
        assert_eq!(sent(from, &[&large], from, 0), None);
        let many: Vec<String> = (0..2 * COOKIES_AT_MOST)
            .map(|number| format!("n{number}=x"))
            .collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let kept = sent(from, &many, from, 0).unwrap();
        assert_eq!(kept.split("; ").count(), COOKIES_AT_MOST);
        assert!(kept.ends_with("n99=x"));
        let heavy: Vec<String> = (0..10)
            .map(|number| format!("n{number}={}", "x".repeat(4000)))
            .collect();
        let heavy: Vec<&str> = heavy.iter().map(String::as_str).collect();
        let kept = sent(from, &heavy, from, 0).unwrap();
        assert!(kept.len() <= SESSION_BYTES_AT_MOST && kept.contains("n9="));

        let mut cookies = Cookies::default();
        for number in 0..=SESSIONS_AT_MOST {
            let session = Session::of_call(&number.to_string());
            cookies.set(&session, &url(from), "a=1", NOW);
        }
        assert_eq!(cookies.jars.len(), SESSIONS_AT_MOST);
        assert_eq!(
            cookies.header(&Session::of_call("0"), &url(from), NOW),
            None
        );
    }
}
