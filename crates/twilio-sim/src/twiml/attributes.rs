//! The attributes of one element, read without complaint: what is wrong with them the schema says.

use roxmltree::Node;

use super::document::Action;
use crate::callbacks::HttpMethod;

/// Reads the attributes of one element.
pub(super) struct Attributes<'a, 'input> {
    node: Node<'a, 'input>,
}

impl<'a, 'input> Attributes<'a, 'input> {
    pub(super) const fn new(node: Node<'a, 'input>) -> Self {
        Self { node }
    }

    /// A text as it stands, when there is one.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.node.attribute(name).map(ToOwned::to_owned)
    }

    /// A value that `read` understands, or the default.
    pub(super) fn value<T>(
        &self,
        name: &str,
        default: T,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> T {
        let text = self.node.attribute(name);
        text.and_then(|text| read(text.trim())).unwrap_or(default)
    }

    pub(super) fn flag(&self, name: &str, default: bool) -> bool {
        self.value(name, default, |text| {
            match text.to_ascii_lowercase().as_str() {
                "true" => Some(true),
                "false" => Some(false),
                _ => None,
            }
        })
    }

    pub(super) fn method(&self, name: &str) -> HttpMethod {
        self.value(name, HttpMethod::Post, HttpMethod::parse)
    }

    /// A URL, when there is one; an empty one is none.
    pub(super) fn url(&self, name: &str) -> Option<String> {
        self.text(name).filter(|url| !url.trim().is_empty())
    }

    pub(super) fn action(&self) -> Action {
        Action {
            url: self.url("action"),
            method: self.method("method"),
        }
    }
}
