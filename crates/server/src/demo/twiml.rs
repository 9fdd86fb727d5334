//! TwiML, indented for people.

use quick_xml::events::Event;
use quick_xml::{Reader, Writer};

/// The widest line shown, in characters, where it can be helped.
const WIDTH: usize = 100;

/// Indents a document and breaks its long lines; one that is no XML is shown as it is.
pub(super) fn indented(document: &str) -> String {
    let indented = indent(document).unwrap_or_else(|| document.to_owned());
    indented.lines().map(broken).collect::<Vec<_>>().join("\n")
}

/// Breaks a long line: before each attribute of an element without content, else between words.
fn broken(line: &str) -> String {
    if line.chars().count() <= WIDTH {
        return line.to_owned();
    }
    let indent = line.len() - line.trim_start().len() + 4;
    if line.ends_with("/>") {
        line.replace("\" ", &format!("\"\n{:indent$}", ""))
    } else {
        super::show::wrapped(line, WIDTH, indent)
    }
}

fn indent(document: &str) -> Option<String> {
    let mut reader = Reader::from_str(document);
    reader.config_mut().trim_text(true);
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    loop {
        match reader.read_event().ok()? {
            Event::Eof => break,
            Event::Decl(_) => {}
            event @ (Event::Start(_)
            | Event::End(_)
            | Event::Empty(_)
            | Event::Text(_)
            | Event::CData(_)
            | Event::Comment(_)
            | Event::PI(_)
            | Event::DocType(_)
            | Event::GeneralRef(_)) => writer.write_event(event).ok()?,
        }
    }
    String::from_utf8(writer.into_inner()).ok()
}
