//! Reading a document, as Twilio does: what it ignores is reported, what it refuses is an error.

mod bounds;

use std::borrow::Cow;
use std::fmt;

use super::element::{Blanks, Child, Element, Value};
use super::findings::{Circumstances, Findings, SCHEMA};
use super::problem::Of;
use super::{MAX_DEPTH, MAX_DOCUMENT_BYTES, Problem};
use bounds::{MAX_ATTRIBUTES, MAX_NAMESPACES, check_depth, check_tags, check_version};

pub(super) type Node<'document, 'input> = roxmltree::Node<'document, 'input>;

const XML_NAMESPACE: &str = "http://www.w3.org/XML/1998/namespace";

/// What was read, and what Twilio ignores of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Read<T> {
    /// The document.
    ///
    /// It holds what Twilio would run, which may be something that cannot be built, such as a
    /// `<Record>` without action; then writing it is an error, and a warning says so too.
    pub document: T,
    /// What Twilio would warn about, in the order of the document; what only the whole of an element
    /// shows comes last.
    pub warnings: Vec<Warning>,
}

/// Something in a document that Twilio does not run as it is written, or that cannot be built.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Warning {
    /// The number of Twilio's warning (<https://www.twilio.com/docs/api/errors>); `None` when Twilio says
    /// nothing, and only the builder refuses it.
    pub code: Option<u32>,
    /// The name of the element, as it stands in the document.
    pub element: String,
    /// The name of the attribute, where it is about one.
    pub attribute: Option<String>,
    /// What is wrong.
    pub problem: Problem,
    /// What Twilio does instead.
    pub consequence: Consequence,
}

/// What becomes of something Twilio warns about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consequence {
    /// The attribute or text is ignored; the default holds.
    Ignored,
    /// The element with everything inside is skipped.
    Skipped,
    /// It stays as it is written.
    Kept,
}

/// A document Twilio cannot run at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// More bytes than Twilio reads (11750).
    #[error("the document has {bytes} bytes, at most {MAX_DOCUMENT_BYTES} are read")]
    TooLarge {
        /// How many bytes there are.
        bytes: usize,
    },
    /// Bytes that are not UTF-8 (12100).
    #[error("the document is not UTF-8")]
    NotUtf8(#[from] std::str::Utf8Error),
    /// Not well-formed XML, a declaration that is not at the very beginning, a document type, or an
    /// entity that XML does not define itself (12100).
    #[error("the document is not well-formed XML")]
    Malformed(#[from] MalformedXml),
    /// An element with more attributes than any element has (12100).
    #[error("an element has more than {MAX_ATTRIBUTES} attributes")]
    TooManyAttributes,
    /// More declarations of namespaces than any document has use for (12100).
    #[error("the document declares more than {MAX_NAMESPACES} namespaces")]
    TooManyNamespaces,
    /// Elements nested deeper than any document needs (12100).
    #[error("the document is nested deeper than {MAX_DEPTH} levels")]
    TooDeep,
    /// Another version of XML than 1.0 (12101).
    #[error("the document is not XML 1.0")]
    WrongVersion,
    /// Another root than `<Response>` (12102).
    #[error("the root is not <Response>")]
    WrongRoot,
}

/// Where and why a document is not well-formed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(transparent)]
pub struct MalformedXml(roxmltree::Error);

impl ReadError {
    /// The number of the error in Twilio's debugger.
    #[must_use]
    pub const fn code(&self) -> u32 {
        match self {
            Self::TooLarge { .. } => 11750,
            Self::NotUtf8(_)
            | Self::Malformed(_)
            | Self::TooManyAttributes
            | Self::TooManyNamespaces
            | Self::TooDeep => 12100,
            Self::WrongVersion => 12101,
            Self::WrongRoot => 12102,
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            code: _,
            element,
            attribute,
            problem,
            consequence,
        } = self;
        write!(formatter, "{}<{element}> {problem}", Of(attribute.as_ref()))?;
        match consequence {
            Consequence::Ignored => formatter.write_str("; it is ignored"),
            Consequence::Skipped => formatter.write_str("; the element is skipped"),
            Consequence::Kept => Ok(()),
        }
    }
}

/// Reads a document.
pub(super) fn read<T: Element>(document: &[u8]) -> Result<Read<T>, ReadError> {
    if document.len() > MAX_DOCUMENT_BYTES {
        return Err(ReadError::TooLarge {
            bytes: document.len(),
        });
    }
    let text = std::str::from_utf8(document)?;
    check_version(text)?;
    check_tags(text)?;
    // Document types are refused by default, so that no entity is ever expanded.
    let tree = roxmltree::Document::parse(text).map_err(MalformedXml)?;
    check_depth(tree.root_element())?;
    let root = tree.root_element();
    if !T::is(root) {
        return Err(ReadError::WrongRoot);
    }
    let mut reader = Reader {
        warnings: Vec::new(),
    };
    let document = T::read(root, &mut reader);
    let mut findings = Findings::new(Circumstances::default());
    document.look(&mut findings);
    let found = findings.into_found().into_iter().map(|finding| Warning {
        code: finding.code,
        element: finding.element.to_owned(),
        attribute: finding.attribute.map(str::to_owned),
        problem: finding.problem,
        consequence: Consequence::Kept,
    });
    reader.warnings.extend(found);
    Ok(Read {
        document,
        warnings: reader.warnings,
    })
}

/// Collects warnings while elements read themselves.
pub(super) struct Reader {
    warnings: Vec<Warning>,
}

impl Reader {
    /// Reads a value; a bad one is as good as none.
    pub(super) fn value<V: Value>(
        &mut self,
        element: &str,
        attribute: Option<&str>,
        code: u32,
        text: &str,
    ) -> Option<V> {
        match V::read(text) {
            Ok(value) => Some(value),
            Err(problem) => {
                self.warn(code, element, attribute, problem, Consequence::Ignored);
                None
            }
        }
    }

    pub(super) fn unknown_attribute(&mut self, element: &str, known: &[&'static str], name: &str) {
        let problem = wrong_case(known, name).unwrap_or(Problem::UnknownAttribute);
        self.warn(SCHEMA, element, Some(name), problem, Consequence::Ignored);
    }

    /// Reads an element that holds a text and nothing else.
    pub(super) fn text<V: Value>(&mut self, element: &str, node: Node<'_, '_>) -> Option<V> {
        let mut text = Cow::Borrowed("");
        for child in node.children() {
            if child.is_element() {
                self.misplaced(SCHEMA, &[], child);
            } else if let Some(piece) = child.text().filter(|_| child.is_text()) {
                text += piece;
            }
        }
        // Without a text there is no value; whether there must be one, the element knows.
        if is_blank(&text) {
            return None;
        }
        self.value(element, None, SCHEMA, &text)
    }

    /// Reads an element with nothing inside.
    pub(super) fn nothing(&mut self, element: &str, node: Node<'_, '_>) {
        for child in node.children() {
            if child.is_element() {
                self.misplaced(SCHEMA, &[], child);
            } else if child.is_text() && !child.text().is_none_or(is_blank) {
                self.text_not_allowed(element);
            }
        }
    }

    /// Reads what may stand inside of an element.
    pub(super) fn children<C: Child>(&mut self, element: &str, node: Node<'_, '_>) -> Vec<C> {
        let mut children = Vec::new();
        // Comments may stand inside of a text.
        let mut text = Cow::Borrowed("");
        for child in node.children() {
            if child.is_element() {
                self.text_between(element, &std::mem::take(&mut text), &mut children);
                match C::read(child, self) {
                    Some(read) => read.push(&mut children),
                    None => self.misplaced(C::MISPLACED, C::NAMES, child),
                }
            } else if let Some(piece) = child.text().filter(|_| child.is_text()) {
                text += piece;
            }
        }
        self.text_between(element, &text, &mut children);
        children
    }

    /// Reads the text between two elements.
    fn text_between<C: Child>(&mut self, element: &str, text: &str, children: &mut Vec<C>) {
        match C::TEXT {
            None | Some(Blanks::LeftOut) if is_blank(text) => {}
            None => self.text_not_allowed(element),
            Some(Blanks::Kept | Blanks::LeftOut) => match C::of_text(text) {
                Ok(text) => text.push(children),
                Err(problem) => {
                    self.warn(SCHEMA, element, None, problem, Consequence::Ignored);
                }
            },
        }
    }

    fn misplaced(&mut self, code: u32, known: &[&'static str], node: Node<'_, '_>) {
        let name = node.tag_name().name();
        let problem = wrong_case(known, name).unwrap_or(Problem::UnknownElement);
        self.warn(code, name, None, problem, Consequence::Skipped);
    }

    fn text_not_allowed(&mut self, element: &str) {
        let problem = Problem::TextNotAllowed;
        self.warn(SCHEMA, element, None, problem, Consequence::Ignored);
    }

    fn warn(
        &mut self,
        code: u32,
        element: &str,
        attribute: Option<&str>,
        problem: Problem,
        consequence: Consequence,
    ) {
        self.warnings.push(Warning {
            code: Some(code),
            element: element.to_owned(),
            attribute: attribute.map(str::to_owned),
            problem,
            consequence,
        });
    }
}

/// The name of an attribute as it is written, such as `xml:lang`.
pub(super) fn name_of<'a>(
    node: Node<'a, '_>,
    attribute: roxmltree::Attribute<'a, '_>,
) -> Cow<'a, str> {
    let name = attribute.name();
    match attribute.namespace() {
        None => Cow::Borrowed(name),
        Some(XML_NAMESPACE) => Cow::Owned(format!("xml:{name}")),
        Some(namespace) => match node.lookup_prefix(namespace) {
            Some(prefix) => Cow::Owned(format!("{prefix}:{name}")),
            None => Cow::Borrowed(name),
        },
    }
}

fn wrong_case(known: &[&'static str], name: &str) -> Option<Problem> {
    known
        .iter()
        .find(|known| known.eq_ignore_ascii_case(name))
        .map(|expected| Problem::WrongCase { expected })
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}
