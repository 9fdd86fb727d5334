//! Addresses that are no numbers: those of clients and of SIP phones.

use crate::config::is_e164;

/// The longest SIP URI, in characters. Source: Twilio, Sip.
const SIP_CHARACTERS_AT_MOST: usize = 255;
/// How many characters of headers a SIP URI may carry in its query. Source: Twilio, Sip.
pub(crate) const SIP_HEADERS_AT_MOST: usize = 1023;

/// Reads a SIP URI; headers to send travel in its query, they are no part of the address.
pub(crate) fn sip_address(uri: &str) -> Option<String> {
    let address = uri.split('?').next().unwrap_or_default();
    let (scheme, rest) = address.split_once(':')?;
    let (user, host) = rest.split_once('@')?;
    let fits = matches!(scheme, "sip" | "sips")
        && !user.is_empty()
        && !host.is_empty()
        && !address.contains(char::is_whitespace)
        && address.chars().count() <= SIP_CHARACTERS_AT_MOST;
    fits.then(|| address.to_owned())
}

/// Says whether a text can be dialled: a number in E.164, a client or a SIP address without headers.
pub(crate) fn is_dialled(text: &str) -> bool {
    is_e164(text) || is_client(text) || sip_address(text).is_some_and(|address| address == text)
}

/// Says whether a text is `client:` and a name.
pub(crate) fn is_client(text: &str) -> bool {
    let name = text.strip_prefix("client:").unwrap_or_default();
    !name.is_empty() && !name.contains(char::is_whitespace)
}

/// Says whether a text can be the user of a SIP address: neither a number nor a whole address.
pub(crate) fn is_sip_user(text: &str) -> bool {
    let known = |letter: char| letter.is_ascii_alphanumeric() || "-_.!~*'()".contains(letter);
    !text.is_empty() && text.len() <= SIP_CHARACTERS_AT_MOST && text.chars().all(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sip_addresses_have_a_user_and_a_host() {
        assert_eq!(
            sip_address("sip:kate@example.com?X-Order=7").as_deref(),
            Some("sip:kate@example.com")
        );
        assert!(sip_address("sips:kate@example.com:5061").is_some());
        let long = format!("sip:{}@example.com", "k".repeat(255));
        for wrong in [
            "sip:example.com",
            "sip:@example.com",
            "sip:kate@",
            "kate@example.com",
            "sip:k te@example.com",
            &long,
        ] {
            assert_eq!(sip_address(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn clients_and_users_have_names() {
        assert!(is_client("client:joe") && is_sip_user("joe.b"));
        assert!(!is_client("client:") && !is_client("joe") && !is_client("client:j e"));
        assert!(!is_sip_user("") && !is_sip_user("joe@example.com") && !is_sip_user("+1555"));
    }
}
