//! What a document must be before its elements are looked at.

use super::{Node, ReadError};
use crate::twiml::MAX_DEPTH;

/// How many attributes an element may have, far more than any has: finding out whether one is there twice
/// takes time in proportion to the square of their number.
pub(super) const MAX_ATTRIBUTES: usize = 256;

/// How many namespaces a document may declare; TwiML has none. Inheriting them takes time in proportion to
/// the cube of their number, and memory in proportion to its square.
pub(super) const MAX_NAMESPACES: usize = 32;

/// Refuses a declaration of another version than 1.0, where there is a declaration.
pub(super) fn check_version(text: &str) -> Result<(), ReadError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let declared = text
        .strip_prefix("<?xml")
        .and_then(|rest| rest.split("?>").next())
        .and_then(|declaration| declaration.trim_start().strip_prefix("version"))
        .and_then(|rest| rest.trim_start().strip_prefix('='))
        .map(|rest| rest.trim_start());
    match declared {
        Some(version) if !version.starts_with("\"1.0\"") && !version.starts_with("'1.0'") => {
            Err(ReadError::WrongVersion)
        }
        None | Some(_) => Ok(()),
    }
}

/// Refuses documents that would need a deep stack.
pub(super) fn check_depth(root: Node<'_, '_>) -> Result<(), ReadError> {
    let mut depth = 0_usize;
    let mut node = root;
    loop {
        if depth > MAX_DEPTH && node.is_element() {
            return Err(ReadError::TooDeep);
        }
        if let Some(child) = node.first_child() {
            depth += 1;
            node = child;
            continue;
        }
        loop {
            if node == root {
                return Ok(());
            }
            if let Some(sibling) = node.next_sibling() {
                node = sibling;
                break;
            }
            let Some(parent) = node.parent() else {
                return Ok(());
            };
            depth = depth.saturating_sub(1);
            node = parent;
        }
    }
}

/// Refuses elements with very many attributes, before they are compared with each other, and documents with
/// very many namespaces, before every element that declares one inherits all of those around it.
pub(super) fn check_tags(text: &str) -> Result<(), ReadError> {
    const NO_ELEMENTS: [(&str, &str); 3] = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")];
    let mut namespaces = 0;
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        rest = &rest[start..];
        let other = NO_ELEMENTS.iter().find(|(open, _)| rest.starts_with(open));
        rest = match other {
            Some((open, close)) => rest[open.len()..]
                .split_once(close)
                .map_or("", |(_, after)| after),
            None => after_tag(rest, &mut namespaces)?,
        };
    }
    Ok(())
}

/// What comes after a tag, which ends with the first `>` outside of quotation marks.
fn after_tag<'a>(tag: &'a str, namespaces: &mut usize) -> Result<&'a str, ReadError> {
    let mut values = 0;
    let mut rest = tag;
    while let Some(index) = rest.find(['>', '"', '\'']) {
        let (name, after) = rest.split_at(index);
        let (mark, after) = after.split_at(1);
        if mark == ">" {
            return Ok(after);
        }
        values += 1;
        if values > MAX_ATTRIBUTES {
            return Err(ReadError::TooManyAttributes);
        }
        *namespaces += usize::from(name.contains("xmlns"));
        if *namespaces > MAX_NAMESPACES {
            return Err(ReadError::TooManyNamespaces);
        }
        rest = after.split_once(mark).map_or("", |(_, after)| after);
    }
    Ok("")
}
