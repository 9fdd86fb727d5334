//! Messages that a call sends.

use std::sync::Arc;

use url::Url;

use super::inbound::{IncomingMessage, make};
use super::{MessageDirection, life};
use crate::config::DEFAULT_FROM_NUMBER;
use crate::world::Shared;

/// The longest text, in characters (error 21617).
const BODY_CHARACTERS_AT_MOST: usize = 1600;

/// A message that a call is to send.
#[derive(Debug)]
pub(crate) struct CallText {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) body: String,
    pub(crate) status_callback: Option<Url>,
}

/// Sends a message; returns its SID, or the alert that says why it cannot be sent.
///
/// Source: Twilio, "Error and Warning Dictionary", 14101 to 14103; error 21610.
pub(crate) fn send_in_call(
    shared: &Arc<Shared>,
    text: CallText,
) -> Result<String, (u32, &'static str)> {
    let config = &shared.config;
    let owned = config.from_numbers.contains(&text.from)
        || (config.magic_numbers && text.from == DEFAULT_FROM_NUMBER);
    if !owned {
        return Err((14102, "Sms: invalid 'from' attribute"));
    }
    if !(1..=BODY_CHARACTERS_AT_MOST).contains(&text.body.chars().count()) {
        return Err((14103, "Sms: invalid body"));
    }
    if shared.world().messages.has_opted_out(&text.from, &text.to) {
        return Err((21610, "Sms: recipient has opted out"));
    }
    let media: [&str; 0] = [];
    let outgoing = IncomingMessage::new(&text.from, &text.to, &text.body, &media)
        .map_err(|_| (14101, "Sms: invalid 'to' attribute"))?;
    let now_ms = shared.timeline.now_ms();
    let mut message = make(shared, outgoing, MessageDirection::OutboundCall, now_ms);
    message.status_callback = text.status_callback;
    let sid = message.sid.clone();
    life::start(shared, message);
    Ok(sid)
}
