//! Who calls whom: `To` and `From` of a new call. Source: Twilio, Call resource, "Create a Call".

use super::param;
use super::refusal::Refusal;
use crate::address::{SIP_HEADERS_AT_MOST, is_client, is_sip_user, sip_address};
use crate::config::is_e164;
use crate::world::{Params, Shared};

/// Twilio has 21221 to 21228 for SIP addresses and credentials that cannot be; for a URI the simulator
/// answers the first of them.
const INVALID_SIP_URI: u32 = 21221;

/// Reads `To`: a number, `client:NAME`, or a SIP URI, which is returned without the headers in its query.
pub(super) fn check_to(shared: &Shared, params: &Params) -> Result<String, Refusal> {
    let to =
        param(params, "To").ok_or_else(|| Refusal::new(21201, "No 'To' number is specified"))?;
    let own = param(params, "From") == Some(to);
    if is_sip(to) {
        let address = sip_address(to).filter(|_| !own && headers_fit(to));
        return address
            .ok_or_else(|| Refusal::new(INVALID_SIP_URI, "The 'To' SIP URI is not valid."));
    }
    if own || !(is_e164(to) || is_client(to)) {
        return Err(Refusal::new(
            21211,
            format!("The 'To' number {to} is not a valid phone number."),
        ));
    }
    if shared.config.magic_numbers {
        refuse_magic(to)?;
    }
    Ok(to.to_owned())
}

/// Source: Twilio, "Test Credentials", magic input for `To`.
fn refuse_magic(to: &str) -> Result<(), Refusal> {
    let (code, message) = match to {
        "+15005550001" => (21217, "Phone number does not appear to be valid"),
        "+15005550002" => (21214, "'To' phone number cannot be reached"),
        "+15005550003" => (21215, "Account not authorized to call this number"),
        "+15005550004" => (21216, "Account not allowed to call this number"),
        _ => return Ok(()),
    };
    Err(Refusal::new(code, message))
}

/// Reads `From`. Phones see a number of the account; a client or a SIP phone may also be called by
/// `client:NAME`, and a SIP phone by a user name, which has no `@` (error 21212).
///
/// Source: Twilio, Call resource, `From`; "Test Credentials", magic input for `From`.
pub(super) fn check_from(shared: &Shared, params: &Params, to: &str) -> Result<String, Refusal> {
    let from = param(params, "From")
        .ok_or_else(|| Refusal::new(21213, "No 'From' number is specified"))?;
    let fits = match (is_e164(to), is_sip(to)) {
        (true, _) => false,
        (false, false) => is_client(from),
        (false, true) => is_client(from) || is_sip_user(from),
    };
    if fits {
        return Ok(from.to_owned());
    }
    let magic = shared.config.magic_numbers;
    if !is_e164(from) || (magic && from == "+15005550001") {
        return Err(Refusal::new(
            21212,
            format!("The 'From' number {from} is not a valid phone number."),
        ));
    }
    let owned = shared
        .config
        .from_numbers
        .iter()
        .any(|number| number == from);
    if owned || (magic && from == "+15005550006") {
        return Ok(from.to_owned());
    }
    Err(Refusal::new(
        21210,
        format!("The source phone number {from} is not yet verified for your account."),
    ))
}

fn is_sip(address: &str) -> bool {
    address.starts_with("sip:") || address.starts_with("sips:")
}

fn headers_fit(uri: &str) -> bool {
    uri.split_once('?')
        .is_none_or(|(_, headers)| headers.chars().count() <= SIP_HEADERS_AT_MOST)
}
