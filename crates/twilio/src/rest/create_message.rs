//! What a new message needs (<https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource>).

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::form::{Form, WriteForm as _};
use super::parameter::{check_length, check_range};
use super::webhook_url::{check_status_callback, check_url};
use super::{MessageContent, MessageOptions, MessageSender, ParameterError};
use crate::private_text::PrivateText;

/// The most characters of a text (error 21617).
const MAX_BODY_CHARACTERS: usize = 1600;
/// The most media of a message.
const MAX_MEDIA: usize = 10;
/// The longest a message may wait to be sent.
const MAX_VALIDITY_SECONDS: u32 = 36_000;
/// More than any number or address of a channel has.
const MAX_ADDRESS_CHARACTERS: usize = 255;
/// The most characters of a URL for status callbacks (error 21609).
const MAX_CALLBACK_CHARACTERS: usize = 4000;

/// A message to be sent, its parameters checked.
///
/// ```
/// use atlas_twilio::rest::{CreateMessage, MessageContent, MessageOptions, MessageSender};
///
/// let order = CreateMessage::new(
///     "+14155550123",
///     MessageSender::From("+14155550100".into()),
///     MessageContent::Body("Your table is ready".into()),
///     MessageOptions {
///         validity_period_seconds: Some(600),
///         ..MessageOptions::default()
///     },
/// )?;
/// # drop(order);
/// # Ok::<(), atlas_twilio::rest::ParameterError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateMessage {
    to: PrivateText,
    sender: MessageSender,
    content: MessageContent,
    options: MessageOptions,
    /// As it is sent.
    send_at: Option<String>,
}

impl CreateMessage {
    /// A message to a number or an address of a channel, all of its limits checked.
    ///
    /// # Errors
    /// [`ParameterError`] names the first parameter that Twilio would not take.
    pub fn new(
        to: &str,
        sender: MessageSender,
        content: MessageContent,
        options: MessageOptions,
    ) -> Result<Self, ParameterError> {
        check_length("To", to, MAX_ADDRESS_CHARACTERS)?;
        check_content(&content)?;
        let (is_service, send_at) = match &sender {
            MessageSender::From(from) => {
                check_length("From", from, MAX_ADDRESS_CHARACTERS)?;
                (false, None)
            }
            MessageSender::Service { send_at, .. } => (true, *send_at),
        };
        let parameter = "SendAt";
        let send_at = send_at
            .map(|moment| iso_8601(moment).ok_or(ParameterError::NotADate { parameter }))
            .transpose()?;
        for (parameter, is_given) in [
            ("FallbackFrom", options.fallback_from.is_some()),
            ("ShortenUrls", options.shorten_urls.is_some()),
        ] {
            if is_given && !is_service {
                return Err(ParameterError::Needs {
                    parameter,
                    needed: "MessagingServiceSid",
                });
            }
        }
        if let Some(url) = &options.status_callback {
            check_status_callback("StatusCallback", Some(url))?;
            check_length("StatusCallback", url, MAX_CALLBACK_CHARACTERS)?;
        }
        check_range(
            "ValidityPeriod",
            options.validity_period_seconds,
            1,
            MAX_VALIDITY_SECONDS,
        )?;
        check_range("Attempt", options.attempt, 1, u32::MAX)?;
        Ok(Self {
            to: to.into(),
            sender,
            content,
            options,
            send_at,
        })
    }

    /// The form that is sent; a parameter with several values is repeated.
    pub(super) fn form(&self) -> Form {
        let mut form = Form::new();
        form.add_private("To", Some(&self.to));
        match &self.sender {
            MessageSender::From(from) => form.add_private("From", Some(from)),
            MessageSender::Service { sid, from, .. } => {
                form.add("MessagingServiceSid", Some(sid));
                form.add_private("From", from.as_ref());
                form.add("SendAt", self.send_at.as_ref());
                form.add("ScheduleType", self.send_at.as_ref().map(|_| "fixed"));
            }
        }
        match &self.content {
            MessageContent::Body(body) => form.add_private("Body", Some(body)),
            MessageContent::Media { urls, body } => {
                form.add_private("Body", body.as_ref());
                form.add_each("MediaUrl", urls);
            }
            MessageContent::Content { sid, variables } => {
                form.add("ContentSid", Some(sid));
                form.add("ContentVariables", variables.as_ref());
            }
        }
        self.options.write(&mut form);
        form
    }
}

fn check_content(content: &MessageContent) -> Result<(), ParameterError> {
    match content {
        MessageContent::Body(body) => check_length("Body", body, MAX_BODY_CHARACTERS),
        MessageContent::Media { urls, body } => {
            if urls.is_empty() {
                return Err(ParameterError::Empty {
                    parameter: "MediaUrl",
                });
            }
            if urls.len() > MAX_MEDIA {
                return Err(ParameterError::TooMany {
                    parameter: "MediaUrl",
                    count: urls.len(),
                    maximum: MAX_MEDIA,
                });
            }
            for url in urls {
                check_url("MediaUrl", Some(url))?;
            }
            match body {
                Some(body) => check_length("Body", body, MAX_BODY_CHARACTERS),
                None => Ok(()),
            }
        }
        MessageContent::Content { .. } => Ok(()),
    }
}

/// A moment as the newer parameters have it; none for years that have no four digits.
fn iso_8601(moment: OffsetDateTime) -> Option<String> {
    let moment = moment.checked_to_offset(time::UtcOffset::UTC)?;
    moment.replace_nanosecond(0).ok()?.format(&Rfc3339).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rest::{AddressRetention, ContentRetention, RiskCheck};
    use crate::sid::MessagingServiceSid;
    use time::macros::datetime;

    const TO: &str = "+14155550123";

    fn from() -> MessageSender {
        MessageSender::From("+14155550100".into())
    }

    fn service_sid() -> MessagingServiceSid {
        "MG0123456789abcdef0123456789abcdef".parse().unwrap()
    }

    fn body(text: &str) -> MessageContent {
        MessageContent::Body(text.into())
    }

    fn media(urls: &[&str]) -> MessageContent {
        MessageContent::Media {
            urls: urls.iter().map(ToString::to_string).collect(),
            body: None,
        }
    }

    #[test]
    fn every_parameter_has_its_name() {
        let sender = MessageSender::Service {
            sid: service_sid(),
            from: None,
            send_at: Some(datetime!(2026-11-21 05:04:03.5 +02:00)),
        };
        let content = MessageContent::Content {
            sid: "HX0123456789abcdef0123456789abcdef".parse().unwrap(),
            variables: Some(serde_json::json!({"1": "Anna"})),
        };
        let options = MessageOptions {
            status_callback: Some("https://example.com/status".to_owned()),
            application_sid: Some("AP0123456789abcdef0123456789abcdef".parse().unwrap()),
            validity_period_seconds: Some(36_000),
            attempt: Some(2),
            max_price: Some("0.05".to_owned()),
            smart_encoded: Some(true),
            provide_feedback: Some(false),
            shorten_urls: Some(true),
            force_delivery: Some(true),
            send_as_mms: Some(true),
            content_retention: Some(ContentRetention::Discard),
            address_retention: Some(AddressRetention::Obfuscate),
            risk_check: Some(RiskCheck::Disable),
            is_free_traffic: true,
            persistent_actions: vec!["geo:1,2".to_owned(), "geo:3,4".to_owned()],
            fallback_from: Some("+14155550199".into()),
        };
        let order = CreateMessage::new(TO, sender, content, options).unwrap();
        let expected = [
            ("To", TO),
            ("MessagingServiceSid", "MG0123456789abcdef0123456789abcdef"),
            ("SendAt", "2026-11-21T03:04:03Z"),
            ("ScheduleType", "fixed"),
            ("ContentSid", "HX0123456789abcdef0123456789abcdef"),
            ("ContentVariables", r#"{"1":"Anna"}"#),
            ("StatusCallback", "https://example.com/status"),
            ("ApplicationSid", "AP0123456789abcdef0123456789abcdef"),
            ("ValidityPeriod", "36000"),
            ("Attempt", "2"),
            ("MaxPrice", "0.05"),
            ("SmartEncoded", "true"),
            ("ProvideFeedback", "false"),
            ("ShortenUrls", "true"),
            ("ForceDelivery", "true"),
            ("SendAsMms", "true"),
            ("ContentRetention", "discard"),
            ("AddressRetention", "obfuscate"),
            ("RiskCheck", "disable"),
            ("TrafficType", "free"),
            ("PersistentAction", "geo:1,2"),
            ("PersistentAction", "geo:3,4"),
            ("FallbackFrom", "+14155550199"),
        ];
        assert_eq!(
            order.form(),
            expected.map(|(name, value)| (name, value.to_owned()))
        );
        let shown = format!("{order:?}");
        assert!(
            !shown.contains("Anna") && !shown.contains("1415"),
            "{shown}"
        );
    }

    #[test]
    fn media_are_repeated_and_may_have_a_text() {
        let content = MessageContent::Media {
            urls: vec![
                "https://example.com/1.png".to_owned(),
                "https://example.com/2.png".to_owned(),
            ],
            body: Some("Look".into()),
        };
        let order = CreateMessage::new(TO, from(), content, MessageOptions::default()).unwrap();
        let names: Vec<_> = order.form().iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["To", "From", "Body", "MediaUrl", "MediaUrl"]);
    }

    #[test]
    fn limits_are_checked_before_anything_is_sent() {
        let options = MessageOptions::default;
        let needs_service = MessageOptions {
            shorten_urls: Some(true),
            ..options()
        };
        let waits_too_long = MessageOptions {
            validity_period_seconds: Some(36_001),
            ..options()
        };
        let odd_callback = MessageOptions {
            status_callback: Some("https://my_host.example/".to_owned()),
            ..options()
        };
        for (what, to, content, options) in [
            ("no recipient", "", body("x"), options()),
            ("no text", TO, body(""), options()),
            ("long text", TO, body(&"ä".repeat(1601)), options()),
            ("no media", TO, media(&[]), options()),
            (
                "much media",
                TO,
                media(&["https://example.com/"; 11]),
                options(),
            ),
            ("odd media", TO, media(&["/1.png"]), options()),
            ("needs a service", TO, body("x"), needs_service),
            ("waits too long", TO, body("x"), waits_too_long),
            ("odd callback", TO, body("x"), odd_callback),
        ] {
            let order = CreateMessage::new(to, from(), content, options);
            assert!(order.is_err(), "{what}");
        }
        let longest = body(&"ä".repeat(1600));
        assert!(CreateMessage::new(TO, from(), longest, options()).is_ok());
    }
}
