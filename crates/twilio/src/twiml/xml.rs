//! A small tree of XML elements that can only be written well-formed.

/// An element: its name, its attributes in order, its children in order.
#[derive(Debug)]
pub(super) struct Element {
    name: &'static str,
    attributes: Vec<(&'static str, String)>,
    children: Vec<Node>,
}

#[derive(Debug)]
enum Node {
    Element(Element),
    Text(String),
}

impl Element {
    pub(super) const fn new(name: &'static str) -> Self {
        Self {
            name,
            attributes: Vec::new(),
            children: Vec::new(),
        }
    }

    /// Adds an attribute when there is a value for it.
    pub(super) fn attribute(mut self, name: &'static str, value: Option<impl ToString>) -> Self {
        if let Some(value) = value {
            self.attributes.push((name, value.to_string()));
        }
        self
    }

    pub(super) fn text(mut self, text: &str) -> Self {
        self.children.push(Node::Text(text.to_owned()));
        self
    }

    pub(super) fn children(mut self, children: impl IntoIterator<Item = Self>) -> Self {
        self.children
            .extend(children.into_iter().map(Node::Element));
        self
    }

    /// Writes the element as a whole document with its declaration.
    pub(super) fn to_document(&self) -> String {
        let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        out.push('<');
        out.push_str(self.name);
        for (name, value) in &self.attributes {
            out.push(' ');
            out.push_str(name);
            out.push_str("=\"");
            escape_attribute(value, out);
            out.push('"');
        }
        if self.children.is_empty() {
            out.push_str("/>");
            return;
        }
        out.push('>');
        for child in &self.children {
            match child {
                Node::Element(element) => element.write(out),
                Node::Text(text) => escape_text(text, out),
            }
        }
        out.push_str("</");
        out.push_str(self.name);
        out.push('>');
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

    #[test]
    fn markup_in_text_and_attributes_stays_text() {
        let document = Element::new("Say")
            .attribute("voice", Some("\"><Hangup/>&"))
            .text("</Say><Hangup/> & ]]>")
            .to_document();
        assert_eq!(
            document,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
             <Say voice=\"&quot;&gt;&lt;Hangup/&gt;&amp;\">\
             &lt;/Say&gt;&lt;Hangup/&gt; &amp; ]]&gt;</Say>"
        );
    }

    #[test]
    fn white_space_in_attributes_and_carriage_returns_survive_a_reader() {
        let document = Element::new("Say")
            .attribute("voice", Some("a\tb\nc\rd"))
            .text("a\tb\nc\rd");
        let document = document.to_document();
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
    fn an_attribute_without_a_value_is_not_written() {
        let document = Element::new("Pause")
            .attribute("length", None::<u32>)
            .to_document();
        assert!(document.ends_with("?><Pause/>"));
    }
}
