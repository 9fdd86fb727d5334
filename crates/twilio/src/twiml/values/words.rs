//! Twilio's words.

use std::borrow::Cow;

use crate::http_method::HttpMethod;
use crate::sid::CallSid;
use crate::twiml::Problem;
use crate::twiml::element::Value;

/// An attribute whose value is one of several words; upper and lower case are the same when it is read.
macro_rules! words {
    (
        $(#[$meta:meta])*
        $name:ident {
            $($(#[$word_meta:meta])* $variant:ident = $word:literal,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $(
                $(#[$word_meta])*
                #[doc = concat!("Written `", $word, "`.")]
                $variant,
            )*
        }

        impl $name {
            /// Every one of them.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The word as Twilio writes it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }
        }

        impl $crate::twiml::element::Value for $name {
            fn write(&self) -> std::borrow::Cow<'_, str> {
                std::borrow::Cow::Borrowed(self.as_str())
            }

            fn read(text: &str) -> Result<Self, $crate::twiml::Problem> {
                let text = text.trim();
                Self::ALL
                    .iter()
                    .copied()
                    .find(|word| word.as_str().eq_ignore_ascii_case(text))
                    .ok_or($crate::twiml::Problem::NotAWord)
            }

            #[cfg(test)]
            fn words() -> Vec<&'static str> {
                Self::ALL.iter().map(|word| word.as_str()).collect()
            }
        }
    };
}

pub(in crate::twiml) use words;

impl Value for HttpMethod {
    fn write(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.as_str())
    }

    fn read(text: &str) -> Result<Self, Problem> {
        [Self::Get, Self::Post]
            .into_iter()
            .find(|method| method.as_str().eq_ignore_ascii_case(text.trim()))
            .ok_or(Problem::NotAWord)
    }

    #[cfg(test)]
    fn words() -> Vec<&'static str> {
        vec!["GET", "POST"]
    }
}

impl Value for CallSid {
    fn write(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.as_str())
    }

    fn read(text: &str) -> Result<Self, Problem> {
        let expected = "the identifier of a call, `CA` and 32 hexadecimal digits";
        text.trim()
            .parse()
            .map_err(|_| Problem::Malformed { expected })
    }
}
