//! The attributes of one verb: known or not, and of the right kind or not.

use roxmltree::Node;

use super::document::{Action, Warning};
use crate::callbacks::HttpMethod;

/// Schema violations; the call goes on. Source: Twilio, error 12200.
pub(super) const SCHEMA_WARNING: u32 = 12200;

/// Reads the attributes of one element and collects what is odd about them.
pub(super) struct Attributes<'a, 'input> {
    node: Node<'a, 'input>,
    warnings: &'a mut Vec<Warning>,
}

impl<'a, 'input> Attributes<'a, 'input> {
    /// Starts with an element and the names it may have; a name that is not allowed is a warning.
    pub(super) fn new(
        node: Node<'a, 'input>,
        allowed: &[&str],
        warnings: &'a mut Vec<Warning>,
    ) -> Self {
        for attribute in node.attributes() {
            if !allowed.contains(&attribute.name()) {
                let (name, element) = (attribute.name(), node.tag_name().name());
                let message =
                    format!("Attribute '{name}' is not allowed to appear in element '{element}'.");
                warnings.push(Warning {
                    code: SCHEMA_WARNING,
                    message,
                });
            }
        }
        Self { node, warnings }
    }

    /// A text as it stands, when there is one.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.node.attribute(name).map(ToOwned::to_owned)
    }

    /// A value that `read` understands; what it does not is a warning with this code and the default.
    pub(super) fn value<T>(
        &mut self,
        name: &str,
        code: u32,
        default: T,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> T {
        let Some(text) = self.node.attribute(name) else {
            return default;
        };
        if let Some(value) = read(text.trim()) {
            return value;
        }
        let element = self.node.tag_name().name();
        self.warnings.push(Warning {
            code,
            message: format!("invalid {name} in {element}"),
        });
        default
    }

    pub(super) fn flag(&mut self, name: &str, code: u32, default: bool) -> bool {
        self.value(name, code, default, |text| {
            match text.to_ascii_lowercase().as_str() {
                "true" => Some(true),
                "false" => Some(false),
                _ => None,
            }
        })
    }

    pub(super) fn method(&mut self, name: &str, code: u32) -> HttpMethod {
        self.value(name, code, HttpMethod::Post, HttpMethod::parse)
    }

    /// A URL, when there is one; an empty one is none.
    pub(super) fn url(&self, name: &str) -> Option<String> {
        self.text(name).filter(|url| !url.trim().is_empty())
    }

    pub(super) fn action(&mut self, method_code: u32) -> Action {
        Action {
            url: self.url("action"),
            method: self.method("method", method_code),
        }
    }

    pub(super) fn warn(&mut self, code: u32, message: &str) {
        self.warnings.push(Warning {
            code,
            message: message.to_owned(),
        });
    }
}
