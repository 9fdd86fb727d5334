//! `children!`: what may stand in one place.

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
                        (Self::$text(next), Some(Self::$text(last))) => {
                            let other = last.join(next);
                            others.extend(other.map(Self::$text));
                        }
                        (next, _) => others.push(next),
                    }
                }

                #[cfg(test)]
                fn is_text(&self) -> bool {
                    matches!(self, Self::$text(_))
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

pub(in crate::twiml) use children;
