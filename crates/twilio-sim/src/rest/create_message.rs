//! Sending a message: checks in Twilio's order.

use std::sync::Arc;

use serde_json::Value;
use url::Url;

use super::date_filter::instant;
use super::messages::message_json;
use super::parameters::check_url;
use super::refusal::Refusal;
use super::reply::Reply;
use super::{Asked, param, trial};
use crate::config::{is_e164, is_sid};
use crate::messages::{
    self, Media, Message, MessageDirection, MessageStatus, segment_count, smart_encoded,
};
use crate::world::{Params, Shared};

/// The longest text, in characters (error 21617).
const BODY_CHARACTERS_AT_MOST: usize = 1600;
/// The most media of one message.
const MEDIA_AT_MOST: usize = 10;
/// The longest `StatusCallback`, in characters (error 21609).
const CALLBACK_CHARACTERS_AT_MOST: usize = 4000;
/// The longest `ValidityPeriod`, in seconds.
const VALIDITY_SECONDS_AT_MOST: u32 = 36_000;
/// How far ahead a message can be scheduled: 5 minutes to 35 days.
const SCHEDULE_MS: std::ops::RangeInclusive<i64> = 300_000..=35 * 86_400_000;

/// `POST /Messages.json`.
pub(super) fn create(shared: &Arc<Shared>, asked: &Asked) -> Reply {
    let message = check(shared, &asked.params).and_then(|mut message| {
        trial::check_message(shared, &message.to)?;
        if shared.config.limits.trial.is_some() {
            message.body.insert_str(0, trial::PREFIX);
            message.segments = segment_count(&message.body);
        }
        Ok(message)
    });
    match message {
        Ok(message) => {
            let reply = Reply::json(201, message_json(shared, &message));
            messages::start(shared, message);
            reply
        }
        Err(refusal) => refusal.reply(),
    }
}

/// Checks a request and says what the answer would be.
pub(super) fn dry_run(shared: &Shared, params: &Params) -> Result<Value, Refusal> {
    check(shared, params).map(|message| message_json(shared, &message))
}

fn check(shared: &Shared, params: &Params) -> Result<Message, Refusal> {
    let to = check_to(shared, params)?;
    let sender = check_sender(shared, params)?;
    let (body, media_urls) = check_content(params)?;
    check_options(params)?;
    let status_callback = check_callback(params)?;
    let now_ms = shared.timeline.now_ms();
    let send_at_ms = check_schedule(params, &sender, now_ms)?;
    let opted_out = match &sender {
        Sender::Number(from) => shared.world().messages.has_opted_out(from, &to),
        Sender::Service(_) => {
            let numbers = &shared.config.from_numbers;
            let world = shared.world();
            let mut numbers = numbers.iter();
            numbers.any(|from| world.messages.has_opted_out(from, &to))
        }
    };
    if opted_out {
        return Err(Refusal::new(
            21610,
            "Attempt to send to unsubscribed recipient",
        ));
    }
    let media: Vec<Media> = media_urls
        .into_iter()
        .map(|url| Media {
            sid: shared.new_sid("ME"),
            url,
        })
        .collect();
    let is_mms = !media.is_empty() || param(params, "SendAsMms") == Some("true");
    let (first, from, service_sid) = match sender {
        _ if send_at_ms.is_some() => (MessageStatus::Scheduled, None, sender.service()),
        Sender::Number(from) => (MessageStatus::Queued, Some(from), None),
        Sender::Service(sid) => (MessageStatus::Accepted, None, Some(sid)),
    };
    let mut message = Message {
        sid: shared.new_sid(if is_mms { "MM" } else { "SM" }),
        direction: MessageDirection::OutboundApi,
        from,
        to,
        segments: segment_count(&body),
        body,
        media,
        service_sid,
        status_callback,
        error_code: None,
        created_ms: now_ms,
        sent_ms: None,
        send_at_ms,
        history: Vec::new(),
        task: None,
        deleted: false,
    };
    message.enter(first, now_ms);
    Ok(message)
}

/// Who sends.
enum Sender {
    Number(String),
    /// The messaging service with this SID.
    Service(String),
}

impl Sender {
    fn service(self) -> Option<String> {
        match self {
            Self::Service(sid) => Some(sid),
            Self::Number(_) => None,
        }
    }
}

/// Source: Twilio, "Test Credentials", magic input for `To` of messages.
fn check_to(shared: &Shared, params: &Params) -> Result<String, Refusal> {
    let to = param(params, "To")
        .ok_or_else(|| Refusal::new(21604, "'To' phone number is required to send a message"))?;
    let invalid = || {
        Refusal::new(
            21211,
            format!("The 'To' number {to} is not a valid phone number."),
        )
    };
    if !is_e164(to) {
        return Err(invalid());
    }
    if !shared.config.magic_numbers {
        return Ok(to.to_owned());
    }
    match to {
        "+15005550001" => Err(invalid()),
        "+15005550002" => Err(Refusal::new(21612, "'To' and 'From' cannot be routed")),
        "+15005550003" => Err(Refusal::new(
            21408,
            "Permission to send to this region is not enabled",
        )),
        "+15005550004" => Err(Refusal::new(
            21610,
            "Attempt to send to unsubscribed recipient",
        )),
        "+15005550009" => Err(Refusal::new(
            21614,
            "'To' number is not a valid mobile number",
        )),
        _ => Ok(to.to_owned()),
    }
}

/// Source: Twilio, "Test Credentials", magic input for `From` of messages.
fn check_sender(shared: &Shared, params: &Params) -> Result<Sender, Refusal> {
    let config = &shared.config;
    if let Some(service_sid) = param(params, "MessagingServiceSid") {
        if !is_sid(service_sid, "MG") {
            return Err(Refusal::new(20001, "MessagingServiceSid is not a SID"));
        }
        if config.from_numbers.is_empty() {
            return Err(Refusal::new(
                21703,
                "The Messaging Service contains no phone numbers",
            ));
        }
        return Ok(Sender::Service(service_sid.to_owned()));
    }
    let from = param(params, "From").ok_or_else(|| {
        Refusal::new(
            21603,
            "A 'From' phone number or MessagingServiceSid is required",
        )
    })?;
    let magic = config.magic_numbers;
    if !is_e164(from) || (magic && from == "+15005550001") {
        return Err(Refusal::new(
            21212,
            format!("The 'From' number {from} is not a valid phone number."),
        ));
    }
    if magic && from == "+15005550008" {
        return Err(Refusal::new(
            21611,
            "This 'From' number has exceeded the maximum number of queued messages",
        ));
    }
    let owned = config.from_numbers.iter().any(|number| number == from);
    if owned || (magic && from == "+15005550006") {
        return Ok(Sender::Number(from.to_owned()));
    }
    Err(Refusal::new(
        21606,
        format!("The 'From' phone number {from} is not a message-capable number of this account."),
    ))
}

fn check_content(params: &Params) -> Result<(String, Vec<Url>), Refusal> {
    let body = param(params, "Body").unwrap_or_default();
    let body = if param(params, "SmartEncoded") == Some("true") {
        smart_encoded(body)
    } else {
        body.to_owned()
    };
    let media: Vec<&str> = params
        .iter()
        .filter(|(name, value)| name == "MediaUrl" && !value.is_empty())
        .map(|(_, value)| value.as_str())
        .collect();
    let content_sid = param(params, "ContentSid");
    if body.is_empty() && media.is_empty() && content_sid.is_none() {
        return Err(Refusal::new(21602, "Message body is required"));
    }
    if body.chars().count() > BODY_CHARACTERS_AT_MOST {
        return Err(Refusal::new(
            21617,
            "The message body exceeds the 1600 character limit",
        ));
    }
    if content_sid.is_some_and(|sid| !is_sid(sid, "HX")) {
        return Err(Refusal::new(20001, "ContentSid is not a SID"));
    }
    let urls: Vec<Url> = media
        .iter()
        .filter_map(|text| Url::parse(text).ok())
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        .collect();
    if urls.len() != media.len() || urls.len() > MEDIA_AT_MOST {
        return Err(Refusal::new(21620, "Invalid media URL(s)"));
    }
    Ok((body, urls))
}

/// Checks the parameters that change nothing here.
fn check_options(params: &Params) -> Result<(), Refusal> {
    const CHOICES: [(&str, &[&str]); 11] = [
        ("SmartEncoded", &["true", "false"]),
        ("ProvideFeedback", &["true", "false"]),
        ("ForceDelivery", &["true", "false"]),
        ("ShortenUrls", &["true", "false"]),
        ("SendAsMms", &["true", "false"]),
        ("ContentRetention", &["retain", "discard"]),
        ("AddressRetention", &["retain", "obfuscate"]),
        ("RiskCheck", &["enable", "disable"]),
        ("TrafficType", &["free"]),
        ("ScheduleType", &["fixed"]),
        ("Attempt", &["1", "2", "3", "4", "5"]),
    ];
    for (name, choices) in CHOICES {
        if param(params, name).is_some_and(|value| !choices.contains(&value)) {
            return Err(Refusal::new(20001, format!("{name} is invalid")));
        }
    }
    let validity = param(params, "ValidityPeriod").map(str::parse::<u32>);
    let validity_fits = match validity {
        None => true,
        Some(Ok(seconds)) => (1..=VALIDITY_SECONDS_AT_MOST).contains(&seconds),
        Some(Err(_)) => false,
    };
    if !validity_fits {
        return Err(Refusal::new(20001, "ValidityPeriod is not 1 to 36000"));
    }
    let variables = param(params, "ContentVariables");
    if variables.is_some_and(|text| serde_json::from_str::<Value>(text).is_err()) {
        return Err(Refusal::new(20001, "ContentVariables is not JSON"));
    }
    if param(params, "ApplicationSid").is_some() {
        return Err(Refusal::new(
            21218,
            "Invalid ApplicationSid: this account has no applications",
        ));
    }
    Ok(())
}

fn check_callback(params: &Params) -> Result<Option<Url>, Refusal> {
    let text = param(params, "StatusCallback").unwrap_or_default();
    if text.chars().count() > CALLBACK_CHARACTERS_AT_MOST {
        return Err(Refusal::new(21609, "StatusCallback is too long"));
    }
    check_url(params, "StatusCallback", 21609)
}

fn check_schedule(params: &Params, sender: &Sender, now_ms: i64) -> Result<Option<i64>, Refusal> {
    let (at, kind) = (param(params, "SendAt"), param(params, "ScheduleType"));
    let (Some(at), Some(_)) = (at, kind) else {
        return match (at, kind) {
            (None, None) => Ok(None),
            _ => Err(Refusal::new(
                20001,
                "SendAt and ScheduleType belong together",
            )),
        };
    };
    if matches!(sender, Sender::Number(_)) {
        return Err(Refusal::new(20001, "SendAt needs a MessagingServiceSid"));
    }
    instant(at)
        .filter(|at_ms| SCHEDULE_MS.contains(&at_ms.saturating_sub(now_ms)))
        .map(Some)
        .ok_or_else(|| Refusal::new(20001, "SendAt is not 5 minutes to 35 days ahead"))
}
