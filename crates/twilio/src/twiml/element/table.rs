//! `element!`: the table of one element.

/// An element: its type, its builder, its writer and its reader.
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

pub(in crate::twiml) use {code, content, element, required, setter};
