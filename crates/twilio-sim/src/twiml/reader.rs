//! From XML to verbs, as strictly as Twilio and no more.

mod conference;
mod dial;
mod gather;
mod queue;
mod record;
mod start;

use roxmltree::Node;

use super::attributes::{Attributes, SCHEMA_WARNING};
use super::document::{Document, Play, Say, Verb, Warning};

/// How often `loop="0"` repeats. Source: Twilio, Play, "loop".
const ENDLESS_TIMES: u32 = 1000;
/// Why a text is no document; the call ends.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TwimlError {
    /// Source: Twilio, error 12100.
    #[error("document is no well-formed XML")]
    Malformed(#[source] roxmltree::Error),
    /// Source: Twilio, error 12102.
    #[error("root element is {0:?} and not Response")]
    WrongRoot(String),
}

impl TwimlError {
    pub(crate) const fn code(&self) -> u32 {
        match self {
            Self::Malformed(_) => 12100,
            Self::WrongRoot(_) => 12102,
        }
    }
}

impl Document {
    /// Reads a document.
    pub(crate) fn parse(text: &str) -> Result<Self, TwimlError> {
        let xml = roxmltree::Document::parse(text).map_err(TwimlError::Malformed)?;
        let root = xml.root_element();
        if root.tag_name().name() != "Response" {
            return Err(TwimlError::WrongRoot(root.tag_name().name().to_owned()));
        }
        let mut warnings = Vec::new();
        let verbs = root
            .children()
            .filter(Node::is_element)
            .filter_map(|node| read_verb(node, &mut warnings))
            .collect();
        Ok(Self { verbs, warnings })
    }
}

fn read_verb(node: Node<'_, '_>, warnings: &mut Vec<Warning>) -> Option<Verb> {
    match node.tag_name().name() {
        "Say" => read_say(node, warnings).map(Verb::Say),
        "Play" => read_play(node, warnings).map(Verb::Play),
        "Pause" => Some(read_pause(node, warnings)),
        "Gather" => Some(Verb::Gather(gather::read(node, warnings))),
        "Record" => Some(Verb::Record(record::read(node, warnings))),
        "Dial" => Some(Verb::Dial(dial::read(node, warnings))),
        "Start" => Some(Verb::Start(start::read_start(node, warnings))),
        "Stop" => Some(Verb::Stop(start::read_stop(node, warnings))),
        "Enqueue" => queue::read_enqueue(node, warnings).map(Verb::Enqueue),
        "Leave" => {
            Attributes::new(node, &[], warnings);
            Some(Verb::Leave)
        }
        "Redirect" => {
            let mut attributes = Attributes::new(node, &["method"], warnings);
            let method = attributes.method("method", 13710);
            Some(Verb::Redirect {
                url: text_of(node),
                method,
            })
        }
        "Hangup" => {
            Attributes::new(node, &[], warnings);
            Some(Verb::Hangup)
        }
        "Reject" => {
            let mut attributes = Attributes::new(node, &["reason"], warnings);
            attributes.warn(
                SCHEMA_WARNING,
                "Reject is only for incoming calls that are not answered yet",
            );
            Some(Verb::Reject)
        }
        unknown => {
            let message =
                format!("element '{unknown}' is not a verb this Twilio knows; it is skipped");
            warnings.push(Warning {
                code: SCHEMA_WARNING,
                message,
            });
            None
        }
    }
}

fn read_say(node: Node<'_, '_>, warnings: &mut Vec<Warning>) -> Option<Say> {
    let mut attributes = Attributes::new(node, &["voice", "language", "loop"], warnings);
    let times = attributes.value("loop", 13510, 1, read_loop);
    let (voice, language) = (attributes.text("voice"), attributes.text("language"));
    let text = text_of(node);
    if text.is_empty() {
        attributes.warn(13520, "Say has no text");
        return None;
    }
    Some(Say {
        text,
        voice,
        language,
        times,
    })
}

fn read_play(node: Node<'_, '_>, warnings: &mut Vec<Warning>) -> Option<Play> {
    let mut attributes = Attributes::new(node, &["loop", "digits"], warnings);
    let times = attributes.value("loop", SCHEMA_WARNING, 1, read_loop);
    let digits = attributes.value("digits", SCHEMA_WARNING, String::new(), |text| {
        text.chars()
            .all(|key| "0123456789ABCD#*wW".contains(key))
            .then(|| text.to_owned())
    });
    let url = text_of(node);
    match (digits.is_empty(), url.is_empty()) {
        (false, _) => Some(Play::Digits { digits, times }),
        (true, false) => Some(Play::File { url, times }),
        (true, true) => {
            attributes.warn(SCHEMA_WARNING, "Play has neither URL nor digits");
            None
        }
    }
}

fn read_pause(node: Node<'_, '_>, warnings: &mut Vec<Warning>) -> Verb {
    let mut attributes = Attributes::new(node, &["length"], warnings);
    let seconds = attributes.value("length", 13910, 1, |text| {
        text.parse().ok().filter(|length| *length > 0)
    });
    Verb::Pause { seconds }
}

fn read_loop(text: &str) -> Option<u32> {
    match text.parse().ok()? {
        0 => Some(ENDLESS_TIMES),
        times => Some(times),
    }
    .filter(|times| *times <= ENDLESS_TIMES)
}

const fn is_key(key: char) -> bool {
    key.is_ascii_digit() || matches!(key, '*' | '#')
}

/// All text below an element, speech markup left out, without blanks at the ends.
fn text_of(node: Node<'_, '_>) -> String {
    let texts = node
        .descendants()
        .filter(Node::is_text)
        .filter_map(|text| text.text());
    texts.collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::callbacks::HttpMethod;

    fn verbs(body: &str) -> Vec<Verb> {
        Document::parse(&format!("<Response>{body}</Response>"))
            .unwrap()
            .verbs
    }

    fn codes(body: &str) -> Vec<u32> {
        let document = Document::parse(&format!("<Response>{body}</Response>")).unwrap();
        document
            .warnings
            .iter()
            .map(|warning| warning.code)
            .collect()
    }

    #[test]
    fn what_is_no_twiml_is_refused_with_twilios_code() {
        let code = |text: &str| Document::parse(text).unwrap_err().code();
        for text in [
            "",
            "<Response>",
            "\n<?xml version=\"1.0\"?><Response/>",
            "<Response>&nope;</Response>",
        ] {
            assert_eq!(code(text), 12100, "{text:?}");
        }
        assert_eq!(code("<response/>"), 12102);
        assert!(Document::parse("<Response/>").unwrap().verbs.is_empty());
    }

    #[test]
    fn say_keeps_its_words_and_drops_speech_markup() {
        let said =
            verbs("<Say voice=\"alice\" language='en-GB'> A &amp; <emphasis>B</emphasis> </Say>");
        let expected = Say {
            text: "A & B".into(),
            voice: Some("alice".into()),
            language: Some("en-GB".into()),
            times: 1,
        };
        assert_eq!(said, [Verb::Say(expected)]);
    }

    #[test]
    fn speech_attributes_do_not_belong_to_record() {
        let body = "<Record maxSpeechTime=\"30\" speechTimeout=\"3\"/>";
        assert_eq!(codes(body), [12200, 12200]);
        let Verb::Record(record) = &verbs(body)[0] else {
            panic!("not a Record")
        };
        assert_eq!(
            (record.timeout_seconds, record.max_length_seconds),
            (5, 3600)
        );
        assert_eq!(record.finish_on_key, "1234567890*#");
    }

    #[test]
    fn unknown_and_wrongly_cased_verbs_are_skipped_with_a_warning() {
        assert_eq!(codes("<say>x</say><Dance/><Hangup/>"), [12200, 12200]);
        assert_eq!(verbs("<say>x</say><Dance/><Hangup/>"), [Verb::Hangup]);
    }

    #[test]
    fn odd_values_are_warnings_and_the_defaults_hold() {
        let cases = [
            ("<Pause length=\"0\"/>", 13910),
            ("<Say loop=\"x\">a</Say>", 13510),
            ("<Say></Say>", 13520),
            ("<Gather timeout=\"x\"/>", 13313),
            ("<Gather numDigits=\"0\"/>", 13314),
            ("<Gather finishOnKey=\"12\"/>", 13310),
            ("<Gather method=\"PUT\"/>", 13312),
            ("<Gather><Record/></Gather>", 13320),
            ("<Record timeout=\"-1\"/>", 13611),
            ("<Record maxLength=\"1\"/>", 13612),
            ("<Record finishOnKey=\"x\"/>", 13613),
            ("<Record transcribe=\"yes\"/>", 13614),
            ("<Record transcribe=\"true\" maxLength=\"121\"/>", 13615),
            ("<Record playBeep=\"1\"/>", 13616),
            (
                "<Record recordingStatusCallback=\"/a\" recordingStatusCallbackEvent=\"done\"/>",
                13621,
            ),
            ("<Redirect method=\"PUT\">/x</Redirect>", 13710),
        ];
        for (body, code) in cases {
            assert_eq!(codes(body), [code], "{body}");
        }
    }

    #[test]
    fn gather_reads_its_attributes_and_prompts() {
        let body = "<Gather numDigits=\"1\" timeout=\"10\" action=\"/g\" method=\"GET\" finishOnKey=\"\">\
                    <Say>Press 1</Say><Pause/></Gather>";
        let Verb::Gather(gather) = &verbs(body)[0] else {
            panic!("not a Gather")
        };
        assert_eq!(gather.num_digits, Some(1));
        assert_eq!(gather.timeout_seconds, 10);
        assert_eq!(gather.action.url.as_deref(), Some("/g"));
        assert_eq!(gather.action.method, HttpMethod::Get);
        assert_eq!(gather.finish_on_key, None);
        assert_eq!(gather.prompts.len(), 2);
    }

    #[test]
    fn transcription_lowers_the_default_length() {
        let Verb::Record(record) = &verbs("<Record transcribe=\"true\"/>")[0] else {
            panic!("not a Record")
        };
        assert_eq!(record.max_length_seconds, 120);
    }
}
