//! Reading the parameters that several requests share; what cannot be is refused.

use url::Url;

use super::param;
use super::refusal::Refusal;
use crate::call::StatusEvent;
use crate::callbacks::HttpMethod;
use crate::world::Params;

/// The longest `Twiml` parameter, in characters (error 32018).
const TWIML_CHARACTERS_AT_MOST: usize = 4000;

/// Reads `GET` or `POST`, which is the default.
pub(super) fn check_method(params: &Params, name: &str) -> Result<HttpMethod, Refusal> {
    match param(params, name) {
        None => Ok(HttpMethod::Post),
        Some(text) => HttpMethod::parse(text)
            .ok_or_else(|| Refusal::new(21209, format!("{name} is not GET or POST"))),
    }
}

/// Reads one of several words.
pub(super) fn check_word<T>(
    params: &Params,
    name: &str,
    default: T,
    read: impl FnOnce(&str) -> Option<T>,
) -> Result<T, Refusal> {
    match param(params, name) {
        None => Ok(default),
        Some(text) => {
            read(text).ok_or_else(|| Refusal::new(20001, format!("{name} {text} is unknown")))
        }
    }
}

/// Reads a URL and the method it is requested with.
pub(super) fn check_webhook(
    params: &Params,
    name: &str,
    code: u32,
    method_name: &str,
) -> Result<Option<(Url, HttpMethod)>, Refusal> {
    let method = check_method(params, method_name)?;
    Ok(check_url(params, name, code)?.map(|url| (url, method)))
}

/// Reads a document that is given as it is.
pub(super) fn check_twiml(params: &Params) -> Result<Option<String>, Refusal> {
    match param(params, "Twiml") {
        Some(twiml) if twiml.chars().count() > TWIML_CHARACTERS_AT_MOST => {
            Err(Refusal::new(32018, "Twiml is longer than 4000 characters"))
        }
        twiml => Ok(twiml.map(ToOwned::to_owned)),
    }
}

/// Reads an absolute http or https URL whose host has no underscore.
pub(super) fn check_url(params: &Params, name: &str, code: u32) -> Result<Option<Url>, Refusal> {
    let Some(text) = param(params, name) else {
        return Ok(None);
    };
    let fits = |url: &Url| {
        matches!(url.scheme(), "http" | "https")
            && url.host_str().is_some_and(|host| !host.contains('_'))
    };
    match Url::parse(text).ok().filter(fits) {
        Some(url) => Ok(Some(url)),
        None => Err(Refusal::new(code, format!("{name} is not a valid URL"))),
    }
}

/// Reads the repeated parameter; several words in one value are taken as well.
pub(super) fn check_events(params: &Params) -> Result<Vec<StatusEvent>, Refusal> {
    let values = params
        .iter()
        .filter(|(name, _)| name == "StatusCallbackEvent");
    let mut events = Vec::new();
    for word in values.flat_map(|(_, value)| value.split_whitespace()) {
        let event = StatusEvent::parse(word)
            .ok_or_else(|| Refusal::new(20001, format!("StatusCallbackEvent {word} is unknown")))?;
        events.push(event);
    }
    Ok(if events.is_empty() {
        vec![StatusEvent::Completed]
    } else {
        events
    })
}

/// Reads a whole number from 1 to `most`.
pub(super) fn check_number<N>(
    params: &Params,
    name: &str,
    code: u32,
    default: N,
    most: N,
) -> Result<N, Refusal>
where
    N: std::str::FromStr + PartialOrd + From<u8>,
{
    let Some(text) = param(params, name) else {
        return Ok(default);
    };
    let number = text
        .parse()
        .ok()
        .filter(|number| *number >= N::from(1) && *number <= most);
    number.ok_or_else(|| Refusal::new(code, format!("{name} is out of range")))
}

/// Reads `TimeLimit`, in seconds.
pub(super) fn check_time_limit(params: &Params) -> Result<Option<u32>, Refusal> {
    match param(params, "TimeLimit") {
        Some(_) => check_number(params, "TimeLimit", 20001, u32::MAX, u32::MAX).map(Some),
        None => Ok(None),
    }
}

/// Reads `SendDigits`.
pub(super) fn check_digits(params: &Params) -> Result<String, Refusal> {
    let digits = param(params, "SendDigits").unwrap_or_default();
    let known = digits.chars().all(|key| "0123456789ABCD#*wW".contains(key));
    if digits.len() > 32 || !known {
        return Err(Refusal::new(21206, "SendDigits is not valid"));
    }
    Ok(digits.to_owned())
}
