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

use std::borrow::Cow;

use super::Problem;
use super::findings::Findings;
use super::read::{Node, Reader};
use super::write::Writer;

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

    /// Adds to the others; two texts become one, as a reader sees them.
    fn push(self, others: &mut Vec<Self>) {
        others.push(self);
    }
}

/// A text between elements.
pub(super) trait TextPiece: Value {
    /// What becomes of white space.
    const BLANKS: Blanks;

    fn append(&mut self, next: &Self);

    fn is_empty(&self) -> bool;
}

/// What becomes of a text of nothing but white space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Blanks {
    /// It belongs to the text.
    Kept,
    /// It only indents the document.
    LeftOut,
}

macro_rules! element {
    (
        $(#[$meta:meta])*
        $name:ident = $tag:literal {
            $(
                $(#[$row:meta])*
                $attribute:literal $([$code:literal])? $mode:ident $field:ident $(($argument:ty))? : $type:ty;
            )*
        }
        $(text {
            $(#[$text_meta:meta])*
            $text_mode:ident $text:ident : $text_type:ty
        })?
        $(children {
            $(#[$children_meta:meta])*
            $children:ident : $child:ty
        })?
        $(rules $rules:ident)?
        $(is $is:ident)?
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct $name {
            $(
                $(#[$row])*
                pub $field: Option<$type>,
            )*
            $(
                $(#[$text_meta])*
                pub $text: Option<$text_type>,
            )?
            $(
                $(#[$children_meta])*
                pub $children: Vec<$child>,
            )?
        }

        impl $name {
            const fn blank() -> Self {
                Self {
                    $($field: None,)*
                    $($text: None,)?
                    $($children: Vec::new(),)?
                }
            }

            $(
                $crate::twiml::element::setter! {
                    $mode $tag $attribute $field $(($argument))? [$type] $(#[$row])*
                }
            )*

            $(
                /// Adds what stands inside, after what already does.
                #[must_use]
                pub fn with(mut self, child: impl Into<$child>) -> Self {
                    $crate::twiml::element::Child::push(child.into(), &mut self.$children);
                    self
                }

                /// Adds several at once.
                #[must_use]
                pub fn with_all(
                    mut self,
                    children: impl IntoIterator<Item = impl Into<$child>>,
                ) -> Self {
                    for child in children {
                        $crate::twiml::element::Child::push(child.into(), &mut self.$children);
                    }
                    self
                }
            )?
        }

        impl $crate::twiml::element::Element for $name {
            const NAME: &'static str = $tag;

            $(
                fn is(node: $crate::twiml::read::Node<'_, '_>) -> bool {
                    $is(node)
                }
            )?

            fn write(&self, out: &mut $crate::twiml::write::Writer) {
                out.open($tag);
                $(
                    if let Some(value) = &self.$field {
                        out.attribute($attribute, &$crate::twiml::element::Value::write(value));
                    }
                )*
                $(
                    if let Some(text) = &self.$text {
                        out.text(&$crate::twiml::element::Value::write(text));
                    }
                )?
                $(
                    for child in &self.$children {
                        $crate::twiml::element::Child::write(child, out);
                    }
                )?
                out.close($tag);
            }

            fn look(&self, found: &mut $crate::twiml::findings::Findings<'_>) {
                // An element without attributes and content has nothing to look at.
                let _ = &found;
                $(
                    found.value(
                        $tag,
                        Some($attribute),
                        $crate::twiml::element::code!($($code)?),
                        $crate::twiml::element::required!($mode),
                        self.$field.as_ref(),
                    );
                )*
                $(
                    found.value(
                        $tag,
                        None,
                        $crate::twiml::findings::SCHEMA,
                        $crate::twiml::element::required!($text_mode),
                        self.$text.as_ref(),
                    );
                )?
                $(
                    found.inside($tag, |found| {
                        for child in &self.$children {
                            $crate::twiml::element::Child::look(child, found);
                        }
                    });
                )?
                $($rules(self, found);)?
            }

            fn read(
                node: $crate::twiml::read::Node<'_, '_>,
                reader: &mut $crate::twiml::read::Reader,
            ) -> Self {
                const ATTRIBUTES: &[&str] = &[$($attribute),*];
                let mut read = Self::blank();
                let element = &mut read;
                for attribute in node.attributes() {
                    match $crate::twiml::read::name_of(node, attribute).as_ref() {
                        $(
                            $attribute => {
                                element.$field = reader.value(
                                    $tag,
                                    Some($attribute),
                                    $crate::twiml::element::code!($($code)?),
                                    attribute.value(),
                                );
                            }
                        )*
                        unknown => reader.unknown_attribute($tag, ATTRIBUTES, unknown),
                    }
                }
                $crate::twiml::element::content!(
                    node, reader, element, $tag $(, text $text)? $(, children $children)?
                );
                read
            }
        }

        #[cfg(test)]
        impl $crate::twiml::sample::Sample for $name {
            fn sample(source: &mut $crate::twiml::sample::Source) -> Self {
                let _ = &source;
                Self {
                    $($field: source.value($crate::twiml::element::required!($mode)),)*
                    $($text: source.text($crate::twiml::element::required!($text_mode)),)?
                    $(
                        $children: {
                            let mut children = Vec::<$child>::new();
                            source.children(&mut children);
                            children
                        },
                    )?
                }
            }
        }
    };
}

/// The setter of an attribute.
macro_rules! setter {
    (set $tag:literal $attribute:literal $field:ident ($argument:ty) [$type:ty] $(#[$row:meta])*) => {
        $(#[$row])*
        #[must_use]
        pub fn $field(mut self, value: $argument) -> Self {
            self.$field = Some(value.into());
            self
        }
    };
    (checked $tag:literal $attribute:literal $field:ident ($argument:ty) [$type:ty] $(#[$row:meta])*) => {
        $(#[$row])*
        ///
        /// # Errors
        /// [`TwimlError`](crate::twiml::TwimlError) when it is not what the field's type allows.
        pub fn $field(mut self, value: $argument) -> Result<Self, $crate::twiml::TwimlError> {
            let value = <$type>::try_from(value).map_err(|problem| {
                $crate::twiml::TwimlError::of_attribute($tag, $attribute, problem)
            })?;
            self.$field = Some(value);
            Ok(self)
        }
    };
    (list $tag:literal $attribute:literal $field:ident ($argument:ty) [$type:ty] $(#[$row:meta])*) => {
        $(#[$row])*
        #[must_use]
        pub fn $field(mut self, values: $argument) -> Self {
            self.$field = <$type>::try_from(values).ok();
            self
        }
    };
    (own $($rest:tt)*) => {};
    (required $($rest:tt)*) => {};
}

/// Reads what stands between the tags.
macro_rules! content {
    ($node:ident, $reader:ident, $element:ident, $tag:literal) => {
        $reader.nothing($tag, $node);
        // An element without attributes and content has nothing to fill in.
        let _ = $element;
    };
    ($node:ident, $reader:ident, $element:ident, $tag:literal, text $text:ident) => {
        $element.$text = $reader.text($tag, $node);
    };
    ($node:ident, $reader:ident, $element:ident, $tag:literal, children $children:ident) => {
        $element.$children = $reader.children($tag, $node);
    };
}

/// The number of Twilio's warning about a bad value.
macro_rules! code {
    () => {
        $crate::twiml::findings::SCHEMA
    };
    ($code:literal) => {
        $code
    };
}

/// Whether nothing is built without the value.
macro_rules! required {
    (required) => {
        true
    };
    ($other:ident) => {
        false
    };
}

/// The elements that may stand in one place, with texts between them or without.
macro_rules! children {
    (
        $(#[$meta:meta])*
        $name:ident $([$code:literal])? $(with texts $text:ident($text_type:ty))? {
            $(
                $(#[$variant_meta:meta])*
                $variant:ident($held:ty),
            )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum $name {
            $(
                /// A text.
                $text($text_type),
            )?
            $(
                $(#[$variant_meta])*
                $variant($held),
            )*
        }

        $(
            impl From<$variant> for $name {
                fn from(element: $variant) -> Self {
                    Self::$variant(element.into())
                }
            }
        )*

        $(
            impl From<$text_type> for $name {
                fn from(text: $text_type) -> Self {
                    Self::$text(text)
                }
            }
        )?

        impl $crate::twiml::element::Child for $name {
            const NAMES: &'static [&'static str] =
                &[$(<$variant as $crate::twiml::element::Element>::NAME),*];
            const MISPLACED: u32 = $crate::twiml::element::code!($($code)?);

            fn write(&self, out: &mut $crate::twiml::write::Writer) {
                use $crate::twiml::element::Element as _;
                match self {
                    $(Self::$text(text) => out.text(&$crate::twiml::element::Value::write(text)),)?
                    $(Self::$variant(element) => element.write(out),)*
                }
            }

            fn look(&self, found: &mut $crate::twiml::findings::Findings<'_>) {
                use $crate::twiml::element::Element as _;
                match self {
                    $(Self::$text(_) => {})?
                    $(Self::$variant(element) => element.look(found),)*
                }
            }

            fn read(
                node: $crate::twiml::read::Node<'_, '_>,
                reader: &mut $crate::twiml::read::Reader,
            ) -> Option<Self> {
                use $crate::twiml::element::Element;
                $(
                    if <$variant as Element>::is(node) {
                        return Some(Self::$variant(<$variant as Element>::read(node, reader).into()));
                    }
                )*
                None
            }

            $(
                const TEXT: Option<$crate::twiml::element::Blanks> =
                    Some(<$text_type as $crate::twiml::element::TextPiece>::BLANKS);

                fn of_text(text: &str) -> Result<Self, $crate::twiml::Problem> {
                    <$text_type as $crate::twiml::element::Value>::read(text).map(Self::$text)
                }

                fn push(self, others: &mut Vec<Self>) {
                    use $crate::twiml::element::TextPiece as _;
                    match (self, others.last_mut()) {
                        (Self::$text(next), _) if next.is_empty() => {}
                        (Self::$text(next), Some(Self::$text(last))) => last.append(&next),
                        (next, _) => others.push(next),
                    }
                }
            )?
        }

        #[cfg(test)]
        impl $crate::twiml::sample::Sample for $name {
            fn sample(source: &mut $crate::twiml::sample::Source) -> Self {
                let samples: &[fn(&mut $crate::twiml::sample::Source) -> Self] = &[
                    $(|source| Self::$variant(
                        <$variant as $crate::twiml::sample::Sample>::sample(source).into(),
                    ),)*
                    $(|source| Self::$text(
                        source.text::<$text_type>(true).unwrap(),
                    ),)?
                ];
                samples[source.below(samples.len())](source)
            }
        }
    };
}

pub(super) use {children, code, content, element, required, setter};
