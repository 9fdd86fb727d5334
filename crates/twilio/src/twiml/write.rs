//! Writing elements, which can only come out well-formed.

/// A document as it is written.
pub(super) struct Writer {
    out: String,
    /// Whether the last tag still takes attributes.
    in_tag: bool,
}

impl Writer {
    /// Starts a document with its declaration.
    pub(super) fn new() -> Self {
        // As long as most documents are, so that it is rarely moved as it grows.
        let mut out = String::with_capacity(1024);
        out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
        Self { out, in_tag: false }
    }

    /// Starts a piece of a document, without declaration.
    pub(super) const fn piece() -> Self {
        Self {
            out: String::new(),
            in_tag: false,
        }
    }

    pub(super) fn into_document(self) -> String {
        self.out
    }

    pub(super) fn open(&mut self, name: &'static str) {
        self.end_tag();
        self.out.push('<');
        self.out.push_str(name);
        self.in_tag = true;
    }

    pub(super) fn attribute(&mut self, name: &'static str, value: &str) {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        escape_attribute(value, &mut self.out);
        self.out.push('"');
    }

    pub(super) fn text(&mut self, text: &str) {
        self.end_tag();
        escape_text(text, &mut self.out);
    }

    pub(super) fn close(&mut self, name: &'static str) {
        if self.in_tag {
            self.out.push_str("/>");
            self.in_tag = false;
        } else {
            self.out.push_str("</");
            self.out.push_str(name);
            self.out.push('>');
        }
    }

    fn end_tag(&mut self) {
        if self.in_tag {
            self.out.push('>');
            self.in_tag = false;
        }
    }
}

/// Whether XML 1.0 can carry the character at all, escaped or not (XML 1.0, section 2.2).
pub(super) const fn is_xml_character(character: char) -> bool {
    matches!(character,
        '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..='\u{10FFFF}')
}

/// The text without the characters XML forbids.
pub(super) fn without_forbidden(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push_escaped(text, &mut out, |_| None);
    out
}

fn escape_text(text: &str, out: &mut String) {
    push_escaped(text, out, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        // A reader turns a bare CR into LF (XML 1.0, section 2.11).
        b'\r' => Some("&#13;"),
        _ => None,
    });
}

fn escape_attribute(value: &str, out: &mut String) {
    push_escaped(value, out, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'"' => Some("&quot;"),
        // A reader turns bare white space in an attribute into blanks (XML 1.0, section 3.3.3).
        b'\t' => Some("&#9;"),
        b'\n' => Some("&#10;"),
        b'\r' => Some("&#13;"),
        _ => None,
    });
}

/// Appends a text without the characters XML forbids; what has to be escaped is ASCII.
///
/// It goes byte by byte and copies whole runs, because nearly all of a document needs nothing done.
fn push_escaped(text: &str, out: &mut String, escape: impl Fn(u8) -> Option<&'static str>) {
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| {
        escape(byte).is_some()
            || (byte < b' ' && !is_xml_character(char::from(byte)))
            || byte == 0xEF
    }) {
        let (run, tail) = rest.split_at(at);
        out.push_str(run);
        let mut characters = tail.chars();
        if let Some(character) = characters.next() {
            match u8::try_from(character).ok().and_then(&escape) {
                Some(escaped) => out.push_str(escaped),
                // U+FFFE and U+FFFF begin with the byte EF in UTF-8, as characters do that are allowed.
                None if is_xml_character(character) => out.push(character),
                None => {}
            }
        }
        rest = characters.as_str();
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn say(voice: &str, text: &str) -> String {
        let mut out = Writer::new();
        out.open("Say");
        out.attribute("voice", voice);
        out.text(text);
        out.close("Say");
        out.into_document()
    }

    #[test]
    fn markup_in_text_and_attributes_stays_text() {
        assert_eq!(
            say("\"><Hangup/>&", "</Say><Hangup/> & ]]>"),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
             <Say voice=\"&quot;&gt;&lt;Hangup/&gt;&amp;\">\
             &lt;/Say&gt;&lt;Hangup/&gt; &amp; ]]&gt;</Say>"
        );
    }

    #[test]
    fn white_space_in_attributes_and_carriage_returns_survive_a_reader() {
        let document = say("a\tb\nc\rd", "a\tb\nc\rd");
        let tree = roxmltree::Document::parse(&document).unwrap();
        assert_eq!(tree.root_element().attribute("voice"), Some("a\tb\nc\rd"));
        assert_eq!(tree.root_element().text(), Some("a\tb\nc\rd"));
    }

    #[test]
    fn forbidden_characters_are_left_out() {
        assert_eq!(
            without_forbidden("a\0b\u{b}c\u{1f}d\u{fffe}e\u{ffff}f\u{7f}\u{85}🎉"),
            "abcdef\u{7f}\u{85}🎉"
        );
    }

    #[test]
    fn an_element_without_content_is_one_tag() {
        let mut out = Writer::new();
        out.open("Pause");
        out.close("Pause");
        assert!(out.into_document().ends_with("?><Pause/>"));
    }
}
