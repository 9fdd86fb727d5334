//! SSML: how a text is spoken (<https://www.twilio.com/docs/voice/twiml/say/text-speech>).
//!
//! What may stand inside of what is in four enums, from everywhere ([`Speech`]) to inside of one word
//! ([`WordPart`]). Basic voices speak no SSML.

mod part;
mod spoken_as;

pub use part::{PhrasePart, SentencePart, Speech, WordPart};
pub(in crate::twiml) use part::{add_text, is_text};
pub use spoken_as::{InterpretAs, Phoneme, PhonemeAlphabet, SayAs, Sub};

use crate::twiml::TwimlError;
use crate::twiml::element::element;
use crate::twiml::problem::value_of;
use crate::twiml::say::Spoken;
use crate::twiml::values::{BreakTime, Language, Text, words};

element! {
    /// A break.
    Break = "break" {
        /// How strong it is.
        "strength" set strength(BreakStrength): BreakStrength;
        /// How long it is, in milliseconds, at most 10000.
        "time" checked time_ms(u32): BreakTime;
    }
}

words! {
    /// How strong a [`Break`] is.
    BreakStrength {
        /// None at all.
        None = "none",
        /// Hardly one.
        XWeak = "x-weak",
        /// As after a comma, or shorter.
        Weak = "weak",
        /// As after a comma.
        Medium = "medium",
        /// As after a sentence.
        Strong = "strong",
        /// As after a paragraph.
        XStrong = "x-strong",
    }
}

element! {
    /// Words with emphasis.
    Emphasis = "emphasis" {
        /// How much.
        "level" set level(EmphasisLevel): EmphasisLevel;
    }
    children {
        /// The words.
        content: PhrasePart
    }
}

words! {
    /// How much [`Emphasis`] there is.
    EmphasisLevel {
        /// Much: louder and slower.
        Strong = "strong",
        /// Some.
        Moderate = "moderate",
        /// Less than usual: faster and quieter.
        Reduced = "reduced",
    }
}

element! {
    /// Words in another language.
    Lang = "lang" {
        /// The language.
        "xml:lang" required language: Language;
    }
    children {
        /// The words.
        content: Speech
    }
}

element! {
    /// A paragraph.
    Paragraph = "p" {}
    children {
        /// Its sentences.
        content: SentencePart
    }
}

element! {
    /// A sentence.
    Sentence = "s" {}
    children {
        /// Its words.
        content: PhrasePart
    }
}

element! {
    /// Words in another volume, rate or pitch.
    Prosody = "prosody" {
        /// How loud: `silent`, `x-soft`, `soft`, `medium`, `loud`, `x-loud`, or such as `+6dB`.
        "volume" checked volume(&str): Text<32>;
        /// How fast: `x-slow`, `slow`, `medium`, `fast`, `x-fast`, or such as `85%`.
        "rate" checked rate(&str): Text<32>;
        /// How high: `x-low`, `low`, `medium`, `high`, `x-high`, or such as `-10%`.
        "pitch" checked pitch(&str): Text<32>;
    }
    children {
        /// The words.
        content: Speech
    }
}

element! {
    /// A word in one of its meanings, where those are pronounced in different ways.
    Word = "w" {
        /// The meaning, such as `amazon:VBD` for the past of a verb.
        "role" required role: Text<64>;
    }
    children {
        /// The word.
        content: WordPart
    }
}

macro_rules! with_text {
    ($($name:ident),*) => {
        $(impl $name {
            /// Adds a text; characters that XML cannot carry are left out.
            #[must_use]
            pub fn with_text(self, text: &str) -> Self {
                self.with(Spoken::from(text))
            }
        })*
    };
}

with_text!(Emphasis, Lang, Paragraph, Prosody, Sentence, Word);

macro_rules! empty {
    ($($name:ident $what:literal),*) => {
        $(
            impl $name {
                #[doc = $what]
                #[must_use]
                pub const fn new() -> Self {
                    Self::blank()
                }
            }

            impl Default for $name {
                fn default() -> Self {
                    Self::new()
                }
            }
        )*
    };
}

empty!(
    Break "A break as long as the voice finds right.",
    Emphasis "Emphasises what is added.",
    Paragraph "A paragraph of what is added.",
    Prosody "Speaks what is added, as the attributes say.",
    Sentence "A sentence of what is added."
);

impl Lang {
    /// Speaks what is added in a language such as `fr-FR`.
    ///
    /// # Errors
    /// [`Problem::Malformed`](crate::twiml::Problem::Malformed) for what is no language tag.
    pub fn new(language: &str) -> Result<Self, TwimlError> {
        Ok(Self {
            language: value_of("lang", "xml:lang", language)?,
            ..Self::blank()
        })
    }
}

impl Word {
    /// Speaks what is added in one of its meanings.
    ///
    /// # Errors
    /// [`Problem::Empty`](crate::twiml::Problem::Empty) and [`Problem::TooLong`](crate::twiml::Problem::TooLong) when the role has not 1 to 64 characters.
    pub fn new(role: &str) -> Result<Self, TwimlError> {
        Ok(Self {
            role: value_of("w", "role", role)?,
            ..Self::blank()
        })
    }
}
