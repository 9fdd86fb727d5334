//! What the rules find in elements that hold valid values: by the builder refused, by the reader reported.

use super::Problem;
use super::element::Value;
use super::values::Url;

/// Twilio's number for whatever does not follow the schema.
pub(super) const SCHEMA: u32 = 12200;

/// What a document must be, beyond what every document must be.
#[derive(Clone, Copy, Default)]
pub(super) struct Circumstances<'a> {
    /// There is no document URL, therefore every URL must be absolute.
    pub(super) absolute_urls: bool,
    /// The document's own URL, where it is known.
    pub(super) own_url: Option<&'a url::Url>,
}

/// Something that does not follow the rules.
pub(super) struct Finding {
    /// The number of Twilio's warning, where Twilio warns.
    pub(super) code: Option<u32>,
    pub(super) element: &'static str,
    pub(super) attribute: Option<&'static str>,
    pub(super) problem: Problem,
    /// Whether the builder refuses it; a warning otherwise.
    pub(super) refused: bool,
}

/// Goes through the elements of a document and collects what is wrong.
pub(super) struct Findings<'a> {
    circumstances: Circumstances<'a>,
    depth: usize,
    found: Vec<Finding>,
}

impl<'a> Findings<'a> {
    pub(super) const fn new(circumstances: Circumstances<'a>) -> Self {
        Self {
            circumstances,
            depth: 0,
            found: Vec::new(),
        }
    }

    pub(super) fn into_found(self) -> Vec<Finding> {
        self.found
    }

    /// Reports something the builder refuses.
    pub(super) fn refuse(
        &mut self,
        code: impl Into<Option<u32>>,
        element: &'static str,
        attribute: impl Into<Option<&'static str>>,
        problem: Problem,
    ) {
        self.found.push(Finding {
            code: code.into(),
            element,
            attribute: attribute.into(),
            problem,
            refused: true,
        });
    }

    /// Reports something Twilio warns about although it may be meant.
    pub(super) fn warn(
        &mut self,
        code: u32,
        element: &'static str,
        attribute: &'static str,
        problem: Problem,
    ) {
        self.found.push(Finding {
            code: Some(code),
            element,
            attribute: Some(attribute),
            problem,
            refused: false,
        });
    }

    /// Looks at the value of an attribute, or at the text of an element.
    pub(super) fn value<V: Value>(
        &mut self,
        element: &'static str,
        attribute: Option<&'static str>,
        code: u32,
        required: bool,
        value: Option<&V>,
    ) {
        match value {
            None if required => self.refuse(code, element, attribute, Problem::Missing),
            Some(value) if self.circumstances.absolute_urls && value.is_relative_url() => {
                self.refuse(None, element, attribute, Problem::RelativeUrl);
            }
            None | Some(_) => {}
        }
    }

    /// Looks at an action without which Twilio asks for the current document again.
    pub(super) fn action(&mut self, element: &'static str, action: Option<&Url>) {
        let loops = match (action, self.circumstances.own_url) {
            (None, _) => true,
            (Some(action), Some(own_url)) => leads_to(own_url, action),
            (Some(action), None) => action.as_str().starts_with('#'),
        };
        if loops {
            self.refuse(None, element, "action", Problem::Loops);
        }
    }

    /// Looks at the content of an element, one level deeper.
    pub(super) fn inside(&mut self, element: &'static str, look: impl FnOnce(&mut Self)) {
        if self.depth == super::MAX_DEPTH {
            self.refuse(SCHEMA, element, None, Problem::TooDeep);
            return;
        }
        self.depth += 1;
        look(self);
        self.depth -= 1;
    }
}

/// Whether a URL in a document names the document itself; fragments are never sent, and a question mark
/// alone asks for nothing else.
fn leads_to(own_url: &url::Url, action: &Url) -> bool {
    let asked = |mut url: url::Url| {
        url.set_fragment(None);
        if url.query() == Some("") {
            url.set_query(None);
        }
        url
    };
    own_url
        .join(action.as_str())
        .is_ok_and(|action| asked(action) == asked(own_url.clone()))
}
