//! The life of an outbound message, and the callbacks about it.

use std::sync::Arc;

use time::macros::format_description;

use super::{Message, MessageStatus};
use crate::callbacks::{self, HttpMethod, Outgoing};
use crate::clock::{Turn, instant_of};
use crate::config::DEFAULT_FROM_NUMBER;
use crate::record::DeliveryKind;
use crate::world::{Params, Shared};

/// How long each step of a message takes.
const STEP_MS: i64 = 500;
/// How long the carrier takes to deliver it.
const DELIVERY_MS: i64 = 1_000;

/// Takes a message in and lets it live.
pub(crate) fn start(shared: &Arc<Shared>, message: Message) {
    let sid = message.sid.clone();
    let now_ms = shared.timeline.now_ms();
    let at_ms = message
        .send_at_ms
        .unwrap_or_else(|| now_ms.saturating_add(STEP_MS));
    shared.take_in_message(message);
    tracing::info!(message.sid = sid, "message is accepted");
    let (life, its_sid) = (Arc::clone(shared), sid.clone());
    let task = shared
        .timeline
        .spawn_at(at_ms, move |turn| live(life, its_sid, turn));
    if let Some(message) = shared.world().messages.get_mut(&sid) {
        message.task = Some(task);
    }
}

async fn live(shared: Arc<Shared>, sid: String, mut turn: Turn) {
    let Some((status, to)) = shared
        .world()
        .messages
        .get(&sid)
        .map(|message| (message.status(), message.to.clone()))
    else {
        return;
    };
    match status {
        // Called off; the callback about that is due now.
        MessageStatus::Canceled => return announce(&shared, &turn, &sid).await,
        MessageStatus::Accepted | MessageStatus::Scheduled => {
            choose_sender(&shared, &sid);
            enter(&shared, &turn, &sid, MessageStatus::Queued).await;
            pause(&mut turn, STEP_MS).await;
        }
        MessageStatus::Queued
        | MessageStatus::Sending
        | MessageStatus::Sent
        | MessageStatus::Delivered
        | MessageStatus::Undelivered
        | MessageStatus::Failed
        | MessageStatus::Received => {}
    }
    enter(&shared, &turn, &sid, MessageStatus::Sending).await;
    pause(&mut turn, STEP_MS).await;
    let fate = Fate::of_number(&to);
    if let Fate::Failed(code) = fate {
        note_error(&shared, &sid, code);
        enter(&shared, &turn, &sid, MessageStatus::Failed).await;
        return;
    }
    enter(&shared, &turn, &sid, MessageStatus::Sent).await;
    pause(&mut turn, DELIVERY_MS).await;
    match fate {
        Fate::Delivered => enter(&shared, &turn, &sid, MessageStatus::Delivered).await,
        Fate::Undelivered(code) | Fate::Failed(code) => {
            note_error(&shared, &sid, code);
            enter(&shared, &turn, &sid, MessageStatus::Undelivered).await;
        }
    }
}

async fn pause(turn: &mut Turn, ms: i64) {
    let until_ms = turn.now_ms().saturating_add(ms);
    turn.sleep_until(until_ms).await;
}

/// What the network does with a message, by the number it is sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Delivered,
    /// With this error code.
    Undelivered(u32),
    /// With this error code.
    Failed(u32),
}

impl Fate {
    /// By the table in the crate manual: `+15550105CCC` and `+15550106CCC`.
    fn of_number(number: &str) -> Self {
        let code = |digits: &str| {
            (digits.len() == 3)
                .then(|| digits.parse::<u32>().ok())
                .flatten()
                .map(|code| 30_000 + code)
        };
        let undelivered = number.strip_prefix("+15550105").and_then(code);
        let failed = number.strip_prefix("+15550106").and_then(code);
        match (undelivered, failed) {
            (Some(code), _) => Self::Undelivered(code),
            (None, Some(code)) => Self::Failed(code),
            (None, None) => Self::Delivered,
        }
    }
}

/// Lets a messaging service choose: the first number of the account.
fn choose_sender(shared: &Shared, sid: &str) {
    let sender = shared.config.from_numbers.first();
    let sender = sender
        .map_or(DEFAULT_FROM_NUMBER, String::as_str)
        .to_owned();
    if let Some(message) = shared.world().messages.get_mut(sid) {
        message.from.get_or_insert(sender);
    }
}

fn note_error(shared: &Shared, sid: &str, code: u32) {
    if let Some(message) = shared.world().messages.get_mut(sid) {
        message.error_code = Some(code);
    }
}

async fn enter(shared: &Arc<Shared>, turn: &Turn, sid: &str, status: MessageStatus) {
    shared.enter_message(sid, status);
    tracing::info!(
        message.sid = sid,
        status = status.as_str(),
        "message changes"
    );
    announce(shared, turn, sid).await;
}

/// Posts the present status, when somebody wants to know; always by POST.
async fn announce(shared: &Arc<Shared>, turn: &Turn, sid: &str) {
    let outgoing = {
        let world = shared.world();
        world.messages.get(sid).and_then(|message| {
            Some(Outgoing {
                kind: DeliveryKind::MessageStatus,
                call_sid: message.sid.clone(),
                to: message.to.clone(),
                method: HttpMethod::Post,
                url: message.status_callback.clone()?,
                params: status_params(shared, message),
            })
        })
    };
    if let Some(outgoing) = outgoing {
        let shared = Arc::clone(shared);
        turn.beside(async move { callbacks::deliver(&shared, outgoing).await })
            .await;
    }
}

/// Source: Twilio, "Track the Message Status of Outbound Messages".
fn status_params(shared: &Shared, message: &Message) -> Params {
    let status = message.status();
    let mut params: Params = [
        ("SmsSid", message.sid.as_str()),
        ("MessageSid", &message.sid),
        ("SmsStatus", status.as_str()),
        ("MessageStatus", status.as_str()),
        ("To", &message.to),
        ("From", message.from.as_deref().unwrap_or_default()),
        ("AccountSid", &shared.config.account_sid),
        ("ApiVersion", "2010-04-01"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    let mut add = |name: &str, value: String| params.push((name.to_owned(), value));
    if let Some(service_sid) = &message.service_sid {
        add("MessagingServiceSid", service_sid.clone());
    }
    if let Some(code) = message.error_code {
        add("ErrorCode", code.to_string());
    }
    if matches!(
        status,
        MessageStatus::Delivered | MessageStatus::Undelivered
    ) {
        let minutes = format_description!("[year repr:last_two][month][day][hour][minute]");
        let at = instant_of(shared.timeline.now_ms()).format(minutes);
        add("RawDlrDoneDate", at.unwrap_or_default());
    }
    params
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_decides_over_the_fate() {
        let cases = [
            ("+15550105003", Fate::Undelivered(30_003)),
            ("+15550106007", Fate::Failed(30_007)),
            ("+1555010600", Fate::Delivered),
            ("+15550100042", Fate::Delivered),
        ];
        for (number, expected) in cases {
            assert_eq!(Fate::of_number(number), expected, "{number}");
        }
    }
}
