//! From XML to verbs: takes what it understands, and the defaults for the rest.

mod conference;
mod detection;
mod dial;
mod gather;
mod queue;
mod record;
mod start;

pub(super) use dial::{CALLEES_AT_MOST, number};
pub(super) use queue::is_queue_name;

use roxmltree::Node;

use super::attributes::Attributes;
use super::document::{Document, Play, Say, Sms, Verb};
use super::schema;

/// How often `loop="0"` repeats. Source: Twilio, Play, "loop".
const ENDLESS_TIMES: u32 = 1000;
/// More than any document has use for; the parser's time grows with the cube of it.
const NAMESPACES_AT_MOST: usize = 32;
/// Deeper than any document has use for; what checks a document calls itself for every level.
const DEPTH_AT_MOST: usize = 64;

/// Why a text is no document; the call ends.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TwimlError {
    /// Source: Twilio, error 12100.
    #[error("document is no well-formed XML")]
    Malformed(#[source] roxmltree::Error),
    /// Source: none; no service writes such a document.
    #[error("document declares more than {NAMESPACES_AT_MOST} namespaces")]
    TooManyNamespaces,
    /// Source: none; no service writes such a document.
    #[error("document is nested deeper than {DEPTH_AT_MOST} levels")]
    TooDeep,
    /// Source: Twilio, error 12101.
    #[error("document is not XML 1.0")]
    WrongVersion,
    /// Source: Twilio, error 12102.
    #[error("root element is {0:?} and not Response")]
    WrongRoot(String),
}

impl TwimlError {
    pub(crate) const fn code(&self) -> u32 {
        match self {
            Self::Malformed(_) | Self::TooManyNamespaces | Self::TooDeep => 12100,
            Self::WrongVersion => 12101,
            Self::WrongRoot(_) => 12102,
        }
    }
}

impl Document {
    /// Reads a document.
    pub(crate) fn parse(text: &str) -> Result<Self, TwimlError> {
        if version(text).is_some_and(|version| version != "1.0") {
            return Err(TwimlError::WrongVersion);
        }
        if text.matches("xmlns").count() > NAMESPACES_AT_MOST {
            return Err(TwimlError::TooManyNamespaces);
        }
        let xml = roxmltree::Document::parse(text).map_err(TwimlError::Malformed)?;
        let root = xml.root_element();
        if is_deeper(root, DEPTH_AT_MOST) {
            return Err(TwimlError::TooDeep);
        }
        if root.tag_name().name() != "Response" {
            return Err(TwimlError::WrongRoot(root.tag_name().name().to_owned()));
        }
        let elements = root.children().filter(Node::is_element);
        Ok(Self {
            verbs: elements.filter_map(read_verb).collect(),
            warnings: schema::check(root),
        })
    }
}

/// Whether elements are nested deeper than so many levels; it looks no further.
fn is_deeper(node: Node<'_, '_>, levels: usize) -> bool {
    match levels.checked_sub(1) {
        None => true,
        Some(levels) => node
            .children()
            .any(|child| child.is_element() && is_deeper(child, levels)),
    }
}

/// The version in the XML declaration, when there is one.
fn version(text: &str) -> Option<&str> {
    let (declaration, _) = text.strip_prefix("<?xml")?.split_once("?>")?;
    let (_, rest) = declaration.split_once("version")?;
    let quoted = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = quoted.chars().next()?;
    quoted.get(1..)?.split(quote).next()
}

fn read_verb(node: Node<'_, '_>) -> Option<Verb> {
    match node.tag_name().name() {
        "Say" => read_say(node).map(Verb::Say),
        "Play" => read_play(node).map(Verb::Play),
        "Pause" => Some(read_pause(node)),
        "Gather" => Some(Verb::Gather(gather::read(node))),
        "Record" => Some(Verb::Record(record::read(node))),
        "Dial" => Some(Verb::Dial(dial::read(node))),
        "Start" => Some(Verb::Start(start::read_start(node))),
        "Stop" => Some(Verb::Stop(start::read_stop(node))),
        "Enqueue" => queue::read_enqueue(node).map(Verb::Enqueue),
        "Leave" => Some(Verb::Leave),
        "Sms" => Some(Verb::Sms(read_sms(node))),
        "Redirect" => {
            let attributes = Attributes::new(node);
            let method = attributes.method("method");
            Some(Verb::Redirect {
                url: text_of(node),
                method,
            })
        }
        "Hangup" => Some(Verb::Hangup),
        "Reject" => Some(Verb::Reject),
        _ => None,
    }
}

fn read_say(node: Node<'_, '_>) -> Option<Say> {
    let attributes = Attributes::new(node);
    let times = attributes.value("loop", 1, read_loop);
    let (voice, language) = (attributes.text("voice"), attributes.text("language"));
    let text = text_of(node);
    if text.is_empty() {
        return None;
    }
    Some(Say {
        text,
        voice,
        language,
        times,
        pauses_ms: pauses_ms(node),
    })
}

/// How long the `break` elements below an element take: their `time`, at most 10 s each, or half a second.
///
/// Source: Twilio, Say, "SSML".
fn pauses_ms(node: Node<'_, '_>) -> u64 {
    const PAUSE_MS: u64 = 500;
    const PAUSE_MS_AT_MOST: u64 = 10_000;
    let breaks = node
        .descendants()
        .filter(|element| element.has_tag_name("break"));
    breaks
        .map(|element| {
            let attributes = Attributes::new(element);
            if attributes.text("strength").as_deref() == Some("none") {
                return 0;
            }
            attributes
                .value("time", PAUSE_MS, read_time_ms)
                .min(PAUSE_MS_AT_MOST)
        })
        .fold(0, u64::saturating_add)
}

/// Reads `250ms` or `2s`.
fn read_time_ms(text: &str) -> Option<u64> {
    if let Some(ms) = text.strip_suffix("ms") {
        return ms.parse().ok();
    }
    let seconds: u64 = text.strip_suffix('s')?.parse().ok()?;
    seconds.checked_mul(1000)
}

fn read_play(node: Node<'_, '_>) -> Option<Play> {
    let attributes = Attributes::new(node);
    let times = attributes.value("loop", 1, read_loop);
    let digits = attributes.value("digits", String::new(), |text| {
        text.chars()
            .all(|key| "0123456789ABCD#*wW".contains(key))
            .then(|| text.to_owned())
    });
    let url = text_of(node);
    match (digits.is_empty(), url.is_empty()) {
        (false, _) => Some(Play::Digits { digits, times }),
        (true, false) => Some(Play::File { url, times }),
        (true, true) => None,
    }
}

/// Source: Twilio, Sms, attributes.
fn read_sms(node: Node<'_, '_>) -> Sms {
    let attributes = Attributes::new(node);
    Sms {
        to: attributes.text("to"),
        from: attributes.text("from"),
        body: text_of(node),
        action: attributes.action(),
        status_callback: attributes.url("statusCallback"),
    }
}

fn read_pause(node: Node<'_, '_>) -> Verb {
    let attributes = Attributes::new(node);
    let seconds = attributes.value("length", 1, |text| {
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
pub(super) fn text_of(node: Node<'_, '_>) -> String {
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
    fn documents_made_to_exhaust_the_reader_are_refused() {
        let nested = |levels: usize| {
            let (open, close) = ("<Gather>".repeat(levels), "</Gather>".repeat(levels));
            Document::parse(&format!("<Response>{open}{close}</Response>"))
        };
        assert!(nested(60).is_ok());
        assert!(matches!(nested(3_500), Err(TwimlError::TooDeep)));
        let deep = format!(
            "<Response>{}{}</Response>",
            "<a>".repeat(9_000),
            "</a>".repeat(9_000)
        );
        assert!(matches!(Document::parse(&deep), Err(TwimlError::TooDeep)));
        let namespaces: String = (0..33).map(|n| format!(" xmlns:n{n}=\"u:{n}\"")).collect();
        let declared = Document::parse(&format!("<Response{namespaces}/>"));
        assert!(matches!(declared, Err(TwimlError::TooManyNamespaces)));
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
        assert_eq!(code("<?xml version='1.1'?><Response/>"), 12101);
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
            pauses_ms: 0,
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
