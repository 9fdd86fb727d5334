//! TwiML as a test reads it: verbs, their attributes and their text.

use std::collections::BTreeMap;

use roxmltree::{Document, Node};

/// One verb of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Verb {
    pub(crate) name: String,
    pub(crate) attributes: BTreeMap<String, String>,
    pub(crate) text: String,
}

/// A verb to compare with.
pub(crate) fn verb(name: &str, attributes: &[(&str, &str)], text: &str) -> Verb {
    Verb {
        name: name.to_owned(),
        attributes: attributes
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        text: text.to_owned(),
    }
}

/// The verbs of a document, which has nothing else and no verbs inside verbs.
#[track_caller]
pub(crate) fn read_verbs(twiml: &str) -> Vec<Verb> {
    let document =
        Document::parse(twiml).unwrap_or_else(|error| panic!("no XML ({error}): {twiml}"));
    let root = document.root_element();
    assert_eq!(root.tag_name().name(), "Response", "{twiml}");
    root.children()
        .filter(|node| !node.is_text() || node.text().is_some_and(|text| !text.trim().is_empty()))
        .map(|node| read_verb(node, twiml))
        .collect()
}

#[track_caller]
fn read_verb(node: Node<'_, '_>, twiml: &str) -> Verb {
    assert!(node.is_element(), "something beside the verbs: {twiml}");
    assert!(
        node.children().all(|child| child.is_text()),
        "something inside a verb: {twiml}"
    );
    Verb {
        name: node.tag_name().name().to_owned(),
        attributes: node
            .attributes()
            .map(|attribute| (attribute.name().to_owned(), attribute.value().to_owned()))
            .collect(),
        text: node.text().unwrap_or_default().to_owned(),
    }
}
