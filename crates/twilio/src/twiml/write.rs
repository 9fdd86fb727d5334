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
        Self {
            out: String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>"),
            in_tag: false,
        }
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
    text.chars()
        .filter(|character| is_xml_character(*character))
        .collect()
}

fn escape_text(text: &str, out: &mut String) {
    for character in text
        .chars()
        .filter(|character| is_xml_character(*character))
    {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // A reader turns a bare CR into LF (XML 1.0, section 2.11).
            '\r' => out.push_str("&#13;"),
            other => out.push(other),
        }
    }
}

fn escape_attribute(value: &str, out: &mut String) {
    for character in value
        .chars()
        .filter(|character| is_xml_character(*character))
    {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // A reader turns bare white space in an attribute into blanks (XML 1.0, section 3.3.3).
            '\t' => out.push_str("&#9;"),
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            other => out.push(other),
        }
    }
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
