//! `<Message>`: a reply (<https://www.twilio.com/docs/messaging/twiml/message>).

use std::borrow::Cow;

use super::element::{Blanks, TextPiece, Value, children, element};
use super::findings::{Findings, SCHEMA};
use super::problem::text_of;
use super::say::Spoken;
use super::values::{Address, Text, Url};
use super::{Problem, TwimlError};
use crate::http_method::HttpMethod;

/// The longest text of a message, in characters (21617).
const MAX_BODY_CHARACTERS: usize = 1600;
/// How many media files one message carries.
const MAX_MEDIA: usize = 10;

element! {
    /// Sends a message: to who wrote, from the number written to, unless it says otherwise.
    ///
    /// ```
    /// use atlas_twilio::twiml::{Media, Message, MessagingResponse};
    ///
    /// let message = Message::new("Thank you!")?.with(Media::new("https://example.com/map.png")?);
    /// let document = MessagingResponse::new().with(message).to_xml()?;
    /// assert!(document.contains("<Message>Thank you!<Media>"));
    /// # Ok::<(), atlas_twilio::twiml::TwimlError>(())
    /// ```
    Message = "Message" {
        /// Who gets it; who wrote without.
        "to" checked to(&str): Address;
        /// Who it comes from; the number written to without.
        "from" checked from(&str): Address;
        /// A URL that is asked with the message's identifier, and says how it goes on.
        "action" checked action(&str): Url;
        /// The method the action is asked with; POST without.
        "method" set method(HttpMethod): HttpMethod;
        /// Where news of the message go.
        "statusCallback" checked status_callback(&str): Url;
    }
    children {
        /// The text, and what else is sent.
        content: MessagePart
    }
    rules look_at
}

children! {
    /// What a [`Message`] holds.
    MessagePart with texts Text(MessageText) {
        /// The text, as an element of its own.
        Body(Body),
        /// A media file.
        Media(Media),
    }
}

element! {
    /// The text of a message.
    Body = "Body" {}
    text {
        /// The text; at most 1600 characters.
        required text: Text<MAX_BODY_CHARACTERS>
    }
}

element! {
    /// A media file that is sent with a message.
    Media = "Media" {}
    text {
        /// Where it is.
        required url: Url
    }
}

/// The text of a message where it stands between elements; its `Debug` shows nothing of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MessageText(Spoken);

impl Message {
    /// Sends a text; characters that XML cannot carry are left out.
    ///
    /// # Errors
    /// [`Problem::Empty`] when nothing but white space is left.
    pub fn new(text: &str) -> Result<Self, TwimlError> {
        let text = MessageText::from(text);
        if text.as_str().trim().is_empty() {
            return Err(TwimlError::of_element("Message", Problem::Empty));
        }
        Ok(Self::blank().with(text))
    }

    /// Sends what is added: a [`Body`], up to ten [`Media`].
    #[must_use]
    pub const fn of_parts() -> Self {
        Self::blank()
    }
}

impl Body {
    /// A text of 1 to 1600 characters; white space around it is left out.
    ///
    /// # Errors
    /// [`Problem::Empty`] and [`Problem::TooLong`] otherwise.
    pub fn new(text: &str) -> Result<Self, TwimlError> {
        Ok(Self {
            text: text_of("Body", text)?,
        })
    }
}

impl Media {
    /// A file behind a URL.
    ///
    /// # Errors
    /// [`Problem::Empty`] and [`Problem::Malformed`] when there is no such URL.
    pub fn new(url: &str) -> Result<Self, TwimlError> {
        Ok(Self {
            url: text_of("Media", url)?,
        })
    }
}

impl MessageText {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl From<&str> for MessageText {
    fn from(text: &str) -> Self {
        Self(Spoken::from(text))
    }
}

impl Value for MessageText {
    fn write(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.as_str())
    }

    fn read(text: &str) -> Result<Self, Problem> {
        Spoken::read(text).map(Self)
    }
}

impl TextPiece for MessageText {
    const BLANKS: Blanks = Blanks::LeftOut;

    fn join(&mut self, next: Self) -> Option<Self> {
        self.0.join(next.0).map(Self)
    }

    fn is_empty(&self) -> bool {
        self.as_str().trim().is_empty()
    }
}

fn look_at(message: &Message, found: &mut Findings<'_>) {
    let mut characters = 0;
    let mut bodies = 0;
    let mut media = 0;
    for part in &message.content {
        match part {
            MessagePart::Text(text) => {
                characters += text.as_str().chars().count();
                bodies += 1;
            }
            MessagePart::Body(body) => {
                characters += body
                    .text
                    .as_ref()
                    .map_or(0, |text| text.as_str().chars().count());
                bodies += 1;
            }
            MessagePart::Media(_) => media += 1,
        }
    }
    let mut refuse = |problem| found.refuse(SCHEMA, "Message", None, problem);
    if bodies + media == 0 {
        refuse(Problem::Empty);
    }
    if bodies > 1 {
        refuse(Problem::TooMany {
            count: bodies,
            maximum: 1,
        });
    }
    if media > MAX_MEDIA {
        refuse(Problem::TooMany {
            count: media,
            maximum: MAX_MEDIA,
        });
    }
    if characters > MAX_BODY_CHARACTERS {
        let maximum = MAX_BODY_CHARACTERS;
        refuse(Problem::TooLong {
            characters,
            maximum,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::MessagingResponse;
    use super::*;

    fn written(message: Message) -> Result<String, Problem> {
        let document = MessagingResponse::new().with(message);
        document.to_xml().map_err(|error| error.problem)
    }

    #[test]
    fn a_message_has_one_text_of_1600_characters_and_ten_files() {
        assert!(written(Message::new(&"é".repeat(1600)).unwrap()).is_ok());
        let too_long = Problem::TooLong {
            characters: 1601,
            maximum: 1600,
        };
        assert_eq!(
            written(Message::new(&"é".repeat(1601)).unwrap()),
            Err(too_long)
        );
        assert_eq!(Body::new(&"é".repeat(1601)).unwrap_err().problem, too_long);
        assert!(Message::new(" \n").is_err());
        assert_eq!(written(Message::of_parts()), Err(Problem::Empty));
        let body = || Body::new("text").unwrap();
        let two = Message::of_parts().with(body()).with(body());
        assert_eq!(
            written(two),
            Err(Problem::TooMany {
                count: 2,
                maximum: 1
            })
        );
        let media = || Media::new("https://example.com/a.png").unwrap();
        assert!(written(Message::of_parts().with_all(vec![media(); 10])).is_ok());
        let eleven = Message::of_parts().with_all(vec![media(); 11]);
        assert_eq!(
            written(eleven),
            Err(Problem::TooMany {
                count: 11,
                maximum: 10
            })
        );
    }
}
