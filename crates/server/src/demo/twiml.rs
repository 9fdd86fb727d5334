//! TwiML, indented for people.

use quick_xml::events::Event;
use quick_xml::{Reader, Writer};

/// Indents a document; one that is no XML is shown as it is.
pub(super) fn indented(document: &str) -> String {
    indent(document).unwrap_or_else(|| document.to_owned())
}

fn indent(document: &str) -> Option<String> {
    let mut reader = Reader::from_str(document);
    reader.config_mut().trim_text(true);
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    loop {
        match reader.read_event().ok()? {
            Event::Eof => break,
            Event::Decl(_) => {}
            event => writer.write_event(event).ok()?,
        }
    }
    String::from_utf8(writer.into_inner()).ok()
}
