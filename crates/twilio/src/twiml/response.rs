//! `<Response>`: the document (<https://www.twilio.com/docs/voice/twiml>).

use super::xml::Element;
use super::{Gather, Pause, Play, PlayDigits, Record, Redirect, Say, TwimlError};

/// The greatest document Twilio reads, in bytes (error 11750).
pub const MAX_DOCUMENT_BYTES: usize = 64 * 1024;

/// A document: verbs that run one after the other; after the last one Twilio hangs up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Response {
    reject: Option<RejectReason>,
    verbs: Vec<Verb>,
}

/// Why an inbound call is not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RejectReason {
    /// The caller hears that the number is not in service; Twilio's default.
    Rejected,
    /// The caller hears a busy signal.
    Busy,
}

/// Ends the call (<https://www.twilio.com/docs/voice/twiml/hangup>).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hangup;

/// A verb that may stand in a [`Response`] in any place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verb {
    /// A text, spoken.
    Say(Say),
    /// Silence.
    Pause(Pause),
    /// An audio file.
    Play(Play),
    /// Key tones.
    PlayDigits(PlayDigits),
    /// Key presses or speech.
    Gather(Box<Gather>),
    /// A recording.
    Record(Box<Record>),
    /// Another document.
    Redirect(Redirect),
    /// The end.
    Hangup(Hangup),
}

impl Response {
    /// A document without verbs: Twilio hangs up.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            reject: None,
            verbs: Vec::new(),
        }
    }

    /// A document that does not answer an inbound call, which costs nothing.
    ///
    /// `<Reject>` works only as the first verb, therefore it is not one that can be added; it ends the
    /// call, therefore verbs added to this document are left out.
    #[must_use]
    pub const fn reject(reason: RejectReason) -> Self {
        Self {
            reject: Some(reason),
            verbs: Vec::new(),
        }
    }

    /// Adds a verb at the end.
    #[must_use]
    pub fn with(mut self, verb: impl Into<Verb>) -> Self {
        self.verbs.push(verb.into());
        self
    }

    /// Adds several verbs at the end, such as those of [`Say::split`].
    #[must_use]
    pub fn with_all(mut self, verbs: impl IntoIterator<Item = impl Into<Verb>>) -> Self {
        self.verbs.extend(verbs.into_iter().map(Into::into));
        self
    }

    /// The document as XML, to be served as `application/xml`.
    ///
    /// # Errors
    /// [`TwimlError::DocumentTooLarge`] above [`MAX_DOCUMENT_BYTES`].
    pub fn to_xml(&self) -> Result<String, TwimlError> {
        let reject = self
            .reject
            .map(|reason| Element::new("Reject").attribute("reason", Some(reason.as_str())));
        let document = Element::new("Response")
            .children(reject)
            // After it nothing is reached.
            .children(
                self.verbs
                    .iter()
                    .filter(|_| self.reject.is_none())
                    .map(Verb::element),
            )
            .to_document();
        if document.len() > MAX_DOCUMENT_BYTES {
            return Err(TwimlError::DocumentTooLarge {
                bytes: document.len(),
            });
        }
        Ok(document)
    }
}

impl RejectReason {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Rejected => "rejected",
            Self::Busy => "busy",
        }
    }
}

impl Verb {
    fn element(&self) -> Element {
        match self {
            Self::Say(say) => say.element(),
            Self::Pause(pause) => pause.element(),
            Self::Play(play) => play.element(),
            Self::PlayDigits(play) => play.element(),
            Self::Gather(gather) => gather.element(),
            Self::Record(record) => record.element(),
            Self::Redirect(redirect) => redirect.element(),
            Self::Hangup(Hangup) => Element::new("Hangup"),
        }
    }
}

macro_rules! verb_from {
    ($($name:ident),+) => {
        $(impl From<$name> for Verb {
            fn from(verb: $name) -> Self {
                Self::$name(verb)
            }
        })+
    };
}

verb_from!(Say, Pause, Play, PlayDigits, Redirect, Hangup);

impl From<Gather> for Verb {
    fn from(gather: Gather) -> Self {
        Self::Gather(Box::new(gather))
    }
}

impl From<Record> for Verb {
    fn from(record: Record) -> Self {
        Self::Record(Box::new(record))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_beyond_64_kilobytes_is_not_written() {
        let text = "x".repeat(3000);
        let large = Response::new().with_all(vec![Say::new(&text).unwrap(); 22]);
        assert!(
            matches!(large.to_xml(), Err(TwimlError::DocumentTooLarge { bytes }) if bytes > 65_536)
        );
        let fitting = Response::new().with_all(vec![Say::new(&text).unwrap(); 21]);
        assert!(fitting.to_xml().is_ok());
    }

    #[test]
    fn nothing_follows_a_reject() {
        let document = Response::reject(RejectReason::Busy).with(Say::new("unheard").unwrap());
        let alone = Response::reject(RejectReason::Busy);
        assert_eq!(document.to_xml().unwrap(), alone.to_xml().unwrap());
    }
}
