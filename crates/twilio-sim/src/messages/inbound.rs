//! Messages from simulated people: the signed request, and the replies in its answer.

use std::sync::Arc;

use url::Url;

use super::document::{self, Reply, Verb};
use super::{Media, Message, MessageDirection, MessageStatus, Webhook, life, segment_count};
use crate::callbacks::{self, Answer, Outgoing};
use crate::config::{is_e164, webhook_url};
use crate::record::DeliveryKind;
use crate::world::{Params, Shared};

/// The most documents one inbound message runs; Twilio leaves endless loops to their author.
const DOCUMENTS_AT_MOST: usize = 20;

/// A message a simulated person sends.
#[derive(Clone, Debug)]
pub(crate) struct IncomingMessage {
    from: String,
    to: String,
    body: String,
    media_urls: Vec<Url>,
}

/// Why a simulated person cannot send a message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SendMessageError {
    /// The sender is not E.164.
    #[error("sender is not E.164, such as +15550100042")]
    From,
    /// The recipient is not E.164.
    #[error("recipient is not E.164, such as +15005550006")]
    To,
    /// A medium's address is not an absolute http or https URL.
    #[error("media URL {0:?} is not an absolute http or https URL")]
    MediaUrl(String),
}

impl IncomingMessage {
    pub(crate) fn new(
        from: &str,
        to: &str,
        body: &str,
        media_urls: &[impl AsRef<str>],
    ) -> Result<Self, SendMessageError> {
        if !is_e164(from) {
            return Err(SendMessageError::From);
        }
        if !is_e164(to) {
            return Err(SendMessageError::To);
        }
        let read =
            |text: &str| webhook_url(text).map_err(|_| SendMessageError::MediaUrl(text.to_owned()));
        let media_urls = media_urls.iter().map(|url| read(url.as_ref()));
        Ok(Self {
            from: from.to_owned(),
            to: to.to_owned(),
            body: body.to_owned(),
            media_urls: media_urls.collect::<Result<_, _>>()?,
        })
    }
}

/// Takes a message in, heeds its opt-out word and posts it to the webhook; returns its SID.
pub(crate) fn receive(shared: &Arc<Shared>, incoming: IncomingMessage) -> String {
    let now_ms = shared.timeline.now_ms();
    let message = make(shared, incoming, MessageDirection::Inbound, now_ms);
    let sid = message.sid.clone();
    let params = inbound_params(shared, &message);
    let webhook = {
        let mut world = shared.world();
        let sender = message.to.clone();
        let person = message.from.clone().unwrap_or_default();
        world.messages.heed(&sender, &person, &message.body);
        world.messages.webhook.clone()
    };
    shared.take_in_message(message.clone());
    tracing::info!(message.sid = sid, "message is received");
    if let Some(webhook) = webhook {
        let shared_by_task = Arc::clone(shared);
        shared.timeline.spawn_at(now_ms, move |turn| async move {
            answer(&shared_by_task, &message, webhook, params).await;
            // Kept until here, so that nothing else happens meanwhile.
            drop(turn);
        });
    }
    sid
}

pub(super) fn make(
    shared: &Shared,
    incoming: IncomingMessage,
    direction: MessageDirection,
    now_ms: i64,
) -> Message {
    let media: Vec<Media> = incoming
        .media_urls
        .into_iter()
        .map(|url| Media {
            sid: shared.new_sid("ME"),
            url,
        })
        .collect();
    let prefix = if media.is_empty() { "SM" } else { "MM" };
    let mut message = Message {
        sid: shared.new_sid(prefix),
        direction,
        from: Some(incoming.from),
        to: incoming.to,
        segments: segment_count(&incoming.body),
        body: incoming.body,
        media,
        service_sid: None,
        status_callback: None,
        error_code: None,
        created_ms: now_ms,
        sent_ms: None,
        send_at_ms: None,
        history: Vec::new(),
        task: None,
        deleted: false,
    };
    let first = match direction {
        MessageDirection::Inbound => MessageStatus::Received,
        MessageDirection::OutboundApi
        | MessageDirection::OutboundReply
        | MessageDirection::OutboundCall => MessageStatus::Queued,
    };
    message.enter(first, now_ms);
    message
}

/// Source: Twilio, "Twilio's Request to your Incoming Message Webhook URL".
fn inbound_params(shared: &Shared, message: &Message) -> Params {
    let from = message.from.as_deref().unwrap_or_default();
    let mut params: Params = [
        ("MessageSid", message.sid.as_str()),
        ("SmsSid", &message.sid),
        ("SmsMessageSid", &message.sid),
        ("AccountSid", &shared.config.account_sid),
        ("From", from),
        ("To", &message.to),
        ("Body", &message.body),
        ("NumMedia", &message.media.len().to_string()),
        ("NumSegments", &message.segments.to_string()),
        ("SmsStatus", MessageStatus::Received.as_str()),
        ("ApiVersion", "2010-04-01"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    for (number, media) in message.media.iter().enumerate() {
        let tail = format!("Messages/{}/Media/{}", message.sid, media.sid);
        let url = format!("{}{}", shared.base_url, shared.path_of(&tail));
        params.push((format!("MediaUrl{number}"), url));
        let content_type = media.content_type().to_owned();
        params.push((format!("MediaContentType{number}"), content_type));
    }
    for who in ["From", "To"] {
        for place in ["City", "State", "Zip", "Country"] {
            params.push((format!("{who}{place}"), String::new()));
        }
    }
    params
}

/// Requests documents and does what they say until one leads no further.
async fn answer(shared: &Arc<Shared>, message: &Message, webhook: Webhook, params: Params) {
    let mut next = Some((webhook, params.clone()));
    for _ in 0..DOCUMENTS_AT_MOST {
        let Some(((url, method), asked)) = next.take() else {
            return;
        };
        let outgoing = Outgoing {
            kind: DeliveryKind::InboundMessage,
            call_sid: message.sid.clone(),
            to: message.from.clone().unwrap_or_default(),
            method,
            url: url.clone(),
            params: asked,
        };
        let verbs = match callbacks::send(shared, outgoing).await {
            Ok(answer) => read(&answer).map(|verbs| (verbs, answer.url)),
            Err(error) => Err((11200, error.to_string())),
        };
        let (verbs, base) = match verbs {
            Ok(found) => found,
            Err((code, text)) => {
                let public = callbacks::public_text(&url);
                shared.alert(&message.sid, code, text, Some(&public));
                return;
            }
        };
        next = run(shared, message, verbs, &base, &params);
    }
    let text = format!("message has run {DOCUMENTS_AT_MOST} documents");
    shared.alert(&message.sid, 11215, text, None);
}

/// Source: Twilio, "TwiML for Programmable Messaging", content types.
fn read(answer: &Answer) -> Result<Vec<Verb>, (u32, String)> {
    if !(200..300).contains(&answer.status) {
        let text = format!("got HTTP {} instead of a document", answer.status);
        return Err((11200, text));
    }
    if answer.cut_off {
        return Err((11750, "document is larger than 64 kB".to_owned()));
    }
    let text = String::from_utf8_lossy(&answer.body);
    if text.is_empty() {
        return Ok(Vec::new());
    }
    match answer.media_type().as_str() {
        "text/xml" | "application/xml" | "text/html" => {
            document::parse(&text).map_err(|error| (error.code(), error.to_string()))
        }
        "text/plain" => Ok(vec![Verb::Message(Reply {
            body: text.into_owned(),
            ..Reply::default()
        })]),
        "" => Err((11200, "answer has no content type".to_owned())),
        other => Err((12300, format!("content type {other} is of no use"))),
    }
}

/// Does what a document says; returns where it leads.
fn run(
    shared: &Arc<Shared>,
    message: &Message,
    verbs: Vec<Verb>,
    base: &Url,
    params: &Params,
) -> Option<(Webhook, Params)> {
    let resolve = |url: &str| {
        let url = base.join(url).ok();
        if url.is_none() {
            shared.alert(
                &message.sid,
                11100,
                "URL in the document is not valid",
                None,
            );
        }
        url
    };
    for verb in verbs {
        match verb {
            Verb::Unknown(name) => {
                let text = format!("element '{name}' is not known in a message's answer");
                shared.alert(&message.sid, 12200, text, None);
            }
            Verb::Redirect(url, method) => {
                return Some(((resolve(&url)?, method), params.clone()));
            }
            Verb::Message(reply) => {
                let action = reply.action.clone();
                let sid = send_reply(shared, message, reply, &resolve);
                if let Some((url, method)) = action {
                    let mut asked = params.clone();
                    asked.retain(|(name, _)| !matches!(name.as_str(), "MessageSid" | "SmsSid"));
                    let status = if sid.is_some() { "queued" } else { "failed" };
                    let sid = sid.unwrap_or_default();
                    asked.push(("MessageSid".to_owned(), sid.clone()));
                    asked.push(("SmsSid".to_owned(), sid));
                    asked.push(("MessageStatus".to_owned(), status.to_owned()));
                    return Some(((resolve(&url)?, method), asked));
                }
            }
        }
    }
    None
}

/// Sends a reply, unless the person wants none; returns its SID.
fn send_reply(
    shared: &Arc<Shared>,
    message: &Message,
    reply: Reply,
    resolve: &impl Fn(&str) -> Option<Url>,
) -> Option<String> {
    let to = reply
        .to
        .or_else(|| message.from.clone())
        .unwrap_or_default();
    let from = reply.from.unwrap_or_else(|| message.to.clone());
    if shared.world().messages.has_opted_out(&from, &to) {
        let text = "reply to a recipient who has opted out";
        shared.alert(&message.sid, 21610, text, None);
        return None;
    }
    let incoming = IncomingMessage {
        from,
        to,
        body: reply.body,
        media_urls: reply
            .media_urls
            .iter()
            .filter_map(|url| resolve(url))
            .collect(),
    };
    let now_ms = shared.timeline.now_ms();
    let mut sent = make(shared, incoming, MessageDirection::OutboundReply, now_ms);
    sent.status_callback = reply.status_callback.as_deref().and_then(resolve);
    let sid = sent.sid.clone();
    life::start(shared, sent);
    Some(sid)
}
