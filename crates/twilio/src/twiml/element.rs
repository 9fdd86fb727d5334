//! One table per element, from which its type, its builder, its writer and its reader follow.
//!
//! [`element!`] takes the name, the attributes with their types, and what stands inside. [`children!`] takes
//! the elements that may stand in one place. Writer and reader cannot disagree: there is one table.
//!
//! A line of a table is: the attribute's name, the number of Twilio's warning about a bad value (12200
//! without), how it is set, the field, what the setter takes, and the type of the value:
//!
//! | how | the setter |
//! |---|---|
//! | `set` | takes anything that turns into the value |
//! | `checked` | checks what it gets, and fails |
//! | `list` | takes a slice; an empty one is no attribute |
//! | `own` | is written by hand, or missing |
//! | `required` | is missing: the constructor takes it, and nothing is built without it |

mod children;
mod table;

use std::borrow::Cow;

use super::Problem;
use super::findings::Findings;
use super::read::{Node, Reader};
use super::write::Writer;

pub(super) use children::children;
pub(super) use table::{code, content, element, required, setter};

/// The value of an attribute, or a text that is the whole content of an element.
pub(super) trait Value: Sized {
    /// The value as it stands in a document.
    fn write(&self) -> Cow<'_, str>;

    /// The value that stands in a document.
    fn read(text: &str) -> Result<Self, Problem>;

    fn is_relative_url(&self) -> bool {
        false
    }

    /// The words Twilio knows, where it knows only some.
    #[cfg(test)]
    fn words() -> Vec<&'static str> {
        Vec::new()
    }
}

/// An element.
pub(super) trait Element: Sized {
    /// Its name.
    const NAME: &'static str;

    /// Whether this is the type of that element in a document.
    fn is(node: Node<'_, '_>) -> bool {
        node.tag_name().name() == Self::NAME
    }

    fn write(&self, out: &mut Writer);

    fn look(&self, found: &mut Findings<'_>);

    fn read(node: Node<'_, '_>, reader: &mut Reader) -> Self;
}

/// What may stand inside of an element.
pub(super) trait Child: Sized {
    /// The names of the elements that may.
    const NAMES: &'static [&'static str];
    /// The number of Twilio's warning about any other.
    const MISPLACED: u32;

    fn write(&self, out: &mut Writer);

    fn look(&self, found: &mut Findings<'_>);

    /// Reads an element; `None` when it may not stand here.
    fn read(node: Node<'_, '_>, reader: &mut Reader) -> Option<Self>;

    /// Whether texts may stand between the elements.
    const TEXT: Option<Blanks> = None;

    /// Reads a text, where texts may stand.
    fn of_text(_text: &str) -> Result<Self, Problem> {
        Err(Problem::TextNotAllowed)
    }

    /// Adds to the others; texts that flow become one, as a reader sees them.
    fn push(self, others: &mut Vec<Self>) {
        others.push(self);
    }

    #[cfg(test)]
    fn is_text(&self) -> bool {
        false
    }
}

/// A text between elements.
pub(super) trait TextPiece: Value {
    /// What becomes of white space.
    const BLANKS: Blanks;

    /// Goes on with a text that follows at once; gives it back where two texts are two values.
    fn join(&mut self, next: Self) -> Option<Self> {
        Some(next)
    }

    /// Whether there is nothing to write.
    fn is_empty(&self) -> bool {
        false
    }
}

/// What becomes of a text of nothing but white space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Blanks {
    /// It belongs to the text.
    Kept,
    /// It only indents the document.
    LeftOut,
}
