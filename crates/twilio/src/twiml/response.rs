//! `<Response>`: the document (<https://www.twilio.com/docs/voice/twiml>).

use super::document::{to_parameter, to_xml};
use super::element::{children, element};
use super::findings::{Findings, SCHEMA};
use super::read::{Read, ReadError, read};
use super::{
    Connect, Dial, Echo, Enqueue, Gather, Hangup, Leave, Pause, Pay, PayPrompt, Play, PlayDigits,
    Problem, Queue, Record, Redirect, Refer, Reject, RejectReason, Say, Sms, Start, Stop,
    TwimlError,
};

element! {
    /// A document: verbs that run one after the other; after the last one Twilio hangs up.
    ///
    /// ```
    /// use atlas_twilio::twiml::{Response, Say};
    ///
    /// let document = Response::new().with(Say::new("Hello")?);
    /// let read = Response::read(document.to_xml()?)?;
    /// assert_eq!(read.document, document);
    /// assert!(read.warnings.is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    Response = "Response" {}
    children {
        /// The verbs, in the order they run.
        verbs: Verb
    }
    rules look_at
}

children! {
    /// A verb of a [`Response`].
    Verb {
        /// A text, spoken.
        Say(Say),
        /// Silence.
        Pause(Pause),
        /// Key tones.
        PlayDigits(PlayDigits),
        /// An audio file.
        Play(Play),
        /// Key presses or speech.
        Gather(Box<Gather>),
        /// A recording.
        Record(Box<Record>),
        /// A connection with others.
        Dial(Box<Dial>),
        /// Another document.
        Redirect(Redirect),
        /// The end.
        Hangup(Hangup),
        /// No answer.
        Reject(Reject),
        /// A queue to wait in.
        Enqueue(Box<Enqueue>),
        /// The way out of a queue.
        Leave(Leave),
        /// Somebody who waits in a queue.
        Queue(Queue),
        /// Another address for a SIP call.
        Refer(Refer),
        /// Something that goes on beside the verbs.
        Start(Start),
        /// The end of it.
        Stop(Stop),
        /// Something that talks with the call.
        Connect(Connect),
        /// A payment.
        Pay(Box<Pay>),
        /// What is said in a payment.
        PayPrompt(PayPrompt),
        /// A short message.
        Sms(Box<Sms>),
        /// What is said, again.
        Echo(Echo),
    }
}

impl Response {
    /// A document without verbs: Twilio hangs up.
    #[must_use]
    pub const fn new() -> Self {
        Self::blank()
    }

    /// A document that does not answer an inbound call, which costs nothing.
    ///
    /// Nothing may be added to it: what is not answered hears nothing.
    #[must_use]
    pub fn reject(reason: RejectReason) -> Self {
        Self::new().with(Reject::new().reason(reason))
    }

    /// The document as XML, to be served as `application/xml`.
    ///
    /// # Errors
    /// [`TwimlError`] when Twilio would not take it: above
    /// [`MAX_DOCUMENT_BYTES`](super::MAX_DOCUMENT_BYTES), or when an element it holds breaks a rule that
    /// only shows when the element is complete.
    pub fn to_xml(&self) -> Result<String, TwimlError> {
        to_xml(self, None)
    }

    /// The document as XML, when it is known under which URL Twilio asks for it.
    ///
    /// ```
    /// use atlas_twilio::twiml::{Problem, Record, Response};
    ///
    /// let document = Response::new().with(Record::new("/voice")?);
    /// let own_url = "https://example.com/voice".parse()?;
    /// let error = document.to_xml_at(&own_url).unwrap_err();
    /// assert_eq!(error.problem, Problem::Loops);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`to_xml`](Self::to_xml); also [`Problem::Loops`] when the action of a `<Record>` or `<Gather>`
    /// is this URL, for then the document would run again and again.
    pub fn to_xml_at(&self, own_url: &url::Url) -> Result<String, TwimlError> {
        to_xml(self, Some(own_url))
    }

    /// The document as the `Twiml` parameter of Twilio's REST API, which has no URL of its own.
    ///
    /// # Errors
    /// As [`to_xml`](Self::to_xml); also [`Problem::ParameterTooLong`] above
    /// [`MAX_PARAMETER_CHARACTERS`](super::MAX_PARAMETER_CHARACTERS) (32018), and
    /// [`Problem::RelativeUrl`] for a URL that would need the document's.
    pub fn to_twiml_parameter(&self) -> Result<String, TwimlError> {
        to_parameter(self)
    }

    /// Reads a document as Twilio does: what Twilio ignores is a warning.
    ///
    /// ```
    /// use atlas_twilio::twiml::{Problem, Response};
    ///
    /// let read = Response::read("<Response><Record maxSpeechTime=\"9\" action=\"/next\"/></Response>")?;
    /// let warning = &read.warnings[0];
    /// assert_eq!(warning.code, Some(12200));
    /// assert_eq!(warning.problem, Problem::UnknownAttribute);
    /// assert_eq!(warning.to_string(), "`maxSpeechTime` of <Record> is not allowed here; it is ignored");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`ReadError`] for a document that Twilio refuses as a whole.
    pub fn read(document: impl AsRef<[u8]>) -> Result<Read<Self>, ReadError> {
        read(document.as_ref())
    }
}

impl Default for Response {
    fn default() -> Self {
        Self::new()
    }
}

fn look_at(response: &Response, found: &mut Findings<'_>) {
    let rejects = response
        .verbs
        .iter()
        .any(|verb| matches!(verb, Verb::Reject(_)));
    if rejects && response.verbs.len() > 1 {
        found.refuse(SCHEMA, "Reject", None, Problem::NotAlone);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_beyond_64_kilobytes_is_not_written() {
        let text = "x".repeat(3000);
        let large = Response::new().with_all(vec![Say::new(&text).unwrap(); 22]);
        let problem = large.to_xml().unwrap_err().problem;
        assert!(matches!(problem, Problem::DocumentTooLarge { bytes } if bytes > 65_536));
        let fitting = Response::new().with_all(vec![Say::new(&text).unwrap(); 21]);
        assert!(fitting.to_xml().is_ok());
    }

    #[test]
    fn nothing_stands_beside_a_reject() {
        let say = || Say::new("unheard").unwrap();
        let document = Response::reject(RejectReason::Busy);
        assert!(document.to_xml().is_ok());
        for document in [
            document.with(say()),
            Response::new().with(say()).with(Reject::new()),
        ] {
            assert_eq!(document.to_xml().unwrap_err().problem, Problem::NotAlone);
        }
    }
}
