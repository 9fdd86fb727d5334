//! What TwiML may look like: every element with its attributes, their values and what may stand in it.
//!
//! This is a pass of its own over the tree, beside the reader, which takes what it understands and falls back
//! to the defaults. Source: Twilio, TwiML Voice, one page for each verb and noun; error 12200 and the 13000s.

mod rules;
mod table;
mod value;

use roxmltree::{NS_XML_URI, Node};

use super::document::Warning;
use table::{Content, Element};

/// Schema violations; the call goes on. Source: Twilio, error 12200.
const SCHEMA_WARNING: u32 = 12200;

/// Checks a document from its root on; returns what is odd in it, from top to bottom.
pub(super) fn check(root: Node<'_, '_>) -> Vec<Warning> {
    let mut warnings = Vec::new();
    if let Some(response) = table::element(root.tag_name().name()) {
        check_element(root, response, &mut warnings);
    }
    warnings
}

fn check_element(node: Node<'_, '_>, element: &Element, warnings: &mut Vec<Warning>) {
    let before = warnings.len();
    check_attributes(node, element, warnings);
    let texts = node.children().filter(Node::is_text);
    let mut written = texts.filter_map(|text| text.text());
    let has_text = written.any(|text| !text.trim().is_empty());
    if element.content == Content::Elements && has_text {
        let message = format!(
            "Element '{}' cannot have character [children], because the type's content type is element-only.",
            element.name
        );
        warnings.push(warning(SCHEMA_WARNING, message));
    }
    let well_formed = warnings.len() == before;
    rules::check(node, well_formed, warnings);
    for child in node.children().filter(Node::is_element) {
        check_child(child, element, warnings);
    }
}

/// The wording is that of the XML parser whose messages Twilio's debugger shows.
fn check_attributes(node: Node<'_, '_>, element: &Element, warnings: &mut Vec<Warning>) {
    for attribute in node.attributes() {
        let (name, tag) = (attribute.name(), element.name);
        if attribute.namespace().is_some_and(|uri| uri != NS_XML_URI) {
            continue;
        }
        match element.attributes.iter().find(|known| known.name == name) {
            None => warnings.push(warning(
                SCHEMA_WARNING,
                format!("Attribute '{name}' is not allowed to appear in element '{tag}'."),
            )),
            Some(known) if known.value.accepts(attribute.value().trim()) => {}
            // The value is left out: it may be a number or an address.
            Some(known) => warnings.push(warning(
                known.code,
                format!("The value of attribute '{name}' on element '{tag}' is not valid."),
            )),
        }
    }
}

fn check_child(child: Node<'_, '_>, parent: &Element, warnings: &mut Vec<Warning>) {
    let name = child.tag_name().name();
    if !parent.children.contains(&name) {
        let expected = if parent.children.is_empty() {
            "No child element is expected at this point.".to_owned()
        } else {
            format!("One of '{{{}}}' is expected.", parent.children.join(", "))
        };
        let message =
            format!("Invalid content was found starting with element '{name}'. {expected}");
        warnings.push(warning(parent.nesting_code, message));
        return;
    }
    match table::element(name) {
        Some(element) => check_element(child, element, warnings),
        // Known by name only: nothing of it is simulated.
        None => rules::check(child, false, warnings),
    }
}

const fn warning(code: u32, message: String) -> Warning {
    Warning { code, message }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(body: &str) -> Vec<u32> {
        messages(body).into_iter().map(|(code, _)| code).collect()
    }

    fn messages(body: &str) -> Vec<(u32, String)> {
        let text = format!("<Response>{body}</Response>");
        let xml = roxmltree::Document::parse(&text).unwrap();
        let warnings = check(xml.root_element());
        let pairs = warnings.into_iter();
        pairs
            .map(|warning| (warning.code, warning.message))
            .collect()
    }

    #[test]
    fn what_is_not_allowed_is_named_in_twilios_words() {
        for (body, message) in [
            (
                "<Dial x=\"1\">+14155550100</Dial>",
                "Attribute 'x' is not allowed to appear in element 'Dial'.",
            ),
            (
                "<Redirect method=\"PUT\">/a</Redirect>",
                "The value of attribute 'method' on element 'Redirect' is not valid.",
            ),
            (
                "<Hangup><Say>a</Say></Hangup>",
                "Invalid content was found starting with element 'Say'. No child element is expected at this point.",
            ),
            (
                "<Start><Say>a</Say></Start>",
                "Invalid content was found starting with element 'Say'. One of '{Stream, Siprec, Recording, Transcription}' is expected.",
            ),
            (
                "<Gather>Press one</Gather>",
                "Element 'Gather' cannot have character [children], because the type's content type is element-only.",
            ),
        ] {
            let found = messages(body);
            assert_eq!(found.len(), 1, "{body}: {found:?}");
            assert_eq!(found[0].1, message, "{body}");
        }
    }

    #[test]
    fn every_kind_of_mistake_has_its_number() {
        for (body, code) in [
            ("<say>x</say>", 12200),
            ("<Dance/>", 12200),
            ("<Hangup/>words", 12200),
            ("<Say Voice=\"man\">a</Say>", 12200),
            ("<Pause length=\"0\"/>", 13910),
            ("<Say loop=\"x\">a</Say>", 13510),
            ("<Say></Say>", 13520),
            ("<Play/>", 12200),
            ("<Play digits=\"x\"/>", 12200),
            ("<Gather timeout=\"x\"/>", 13313),
            ("<Gather numDigits=\"0\"/>", 13314),
            ("<Gather finishOnKey=\"12\"/>", 13310),
            ("<Gather method=\"PUT\"/>", 13312),
            ("<Gather input=\"keys\"/>", 12200),
            ("<Gather><Record/></Gather>", 13320),
            ("<Gather><say>x</say></Gather>", 13320),
            ("<Gather><Play digits=\"1\"/></Gather>", 12200),
            ("<Gather language=\"English\"/>", 13331),
            ("<Gather bargeIn=\"maybe\"/>", 13332),
            ("<Gather profanityFilter=\"1\"/>", 13333),
            ("<Gather speechModel=\"my_model\"/>", 13334),
            (
                "<Gather speechTimeout=\"auto\" speechModel=\"phone_call\"/>",
                13335,
            ),
            ("<Record timeout=\"-1\"/>", 13611),
            ("<Record method=\"PUT\"/>", 13610),
            ("<Record maxLength=\"1\"/>", 13612),
            ("<Record finishOnKey=\"x\"/>", 13613),
            ("<Record transcribe=\"yes\"/>", 13614),
            ("<Record transcribe=\"true\" maxLength=\"121\"/>", 13615),
            ("<Record playBeep=\"1\"/>", 13616),
            ("<Record recordingStatusCallbackEvent=\"done\"/>", 13621),
            ("<Record maxSpeechTime=\"3\"/>", 12200),
            ("<Redirect method=\"PUT\">/x</Redirect>", 13710),
            ("<Dial>12</Dial>", 13223),
            ("<Dial><Number>12</Number></Dial>", 13223),
            ("<Dial><Sip>nobody</Sip></Dial>", 13223),
            ("<Dial timeout=\"4\">+14155550100</Dial>", 12200),
            ("<Dial record=\"always\">+14155550100</Dial>", 12200),
            (
                "<Dial><Number machineDetection=\"Yes\">+14155550100</Number></Dial>",
                12200,
            ),
            ("<Enqueue/>", 12200),
            ("<Start><Recording channels=\"stereo\"/></Start>", 12200),
            ("<Say><break strength=\"huge\"/>a</Say>", 12200),
        ] {
            assert_eq!(codes(body), [code], "{body}");
        }
        let hints = vec!["yes"; 501].join(",");
        assert_eq!(codes(&format!("<Gather hints=\"{hints}\"/>")), [13330]);
        assert_eq!(codes(&format!("<Say>{}</Say>", "a".repeat(4097))), [13521]);
        let callees = "<Number>+14155550100</Number>".repeat(11);
        assert_eq!(codes(&format!("<Dial>{callees}</Dial>")), [12200]);
    }

    #[test]
    fn what_twilio_allows_is_no_warning() {
        for body in [
            "<!-- a --><Say voice=\"Polly.Joanna-Neural\" language=\"en-US\" loop=\"0\">a</Say>",
            "<Say><s>a <emphasis level=\"strong\">b</emphasis></s><break time=\"1s\"/>\
             <lang xml:lang=\"fr-FR\">c</lang><say-as interpret-as=\"digits\">1</say-as></Say>",
            "<Gather input=\"dtmf speech\" speechTimeout=\"auto\" hints=\"a, b\" language=\"en-GB\" \
             finishOnKey=\"\" numDigits=\"4\" actionOnEmptyResult=\"TRUE\" method=\"get\">\
             <Say>a</Say><Play>/a.mp3</Play><Pause/></Gather>",
            "<Record finishOnKey=\"1*#\" trim=\"do-not-trim\" maxLength=\"60\" transcribe=\"true\" \
             recordingStatusCallbackEvent=\"in-progress completed absent\"/>",
            "<Dial action=\"/a\" record=\"record-from-answer-dual\" timeLimit=\"60\">\
             <Number statusCallbackEvent=\"initiated ringing\" sendDigits=\"wW1#\">+14155550100</Number>\
             <Client><Identity>joe</Identity><Parameter name=\"a\" value=\"b\"/></Client>\
             <Sip>sip:joe@example.com?x=y</Sip></Dial>",
            "<Start><Recording name=\"a\" channels=\"mono\"/></Start><Stop><Recording name=\"a\"/></Stop>",
            "<Enqueue waitUrl=\"\" maxQueueSize=\"5\">support</Enqueue><Redirect>/a</Redirect>",
        ] {
            assert_eq!(messages(body), [], "{body}");
        }
    }
}
