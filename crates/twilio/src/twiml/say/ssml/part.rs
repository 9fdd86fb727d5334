//! Which SSML may stand inside of which, as Twilio's own libraries nest it.

use super::super::Spoken;
use super::{Break, Emphasis, Lang, Paragraph, Phoneme, Prosody, SayAs, Sentence, Sub, Word};
use crate::twiml::element::children;

children! {
    /// What may stand in a `<Say>`, in [`Lang`] and in [`Prosody`].
    Speech with texts Text(Spoken) {
        /// A break.
        Break(Break),
        /// Words with emphasis.
        Emphasis(Emphasis),
        /// Words in another language.
        Lang(Lang),
        /// A paragraph.
        Paragraph(Paragraph),
        /// A word in an alphabet of sounds.
        Phoneme(Phoneme),
        /// Words in another volume, rate or pitch.
        Prosody(Prosody),
        /// A sentence.
        Sentence(Sentence),
        /// A number, a date, an address.
        SayAs(SayAs),
        /// A text instead of an abbreviation.
        Sub(Sub),
        /// A word in one of its meanings.
        Word(Word),
    }
}

children! {
    /// What may stand in a [`Paragraph`]: no other paragraph.
    SentencePart with texts Text(Spoken) {
        /// A break.
        Break(Break),
        /// Words with emphasis.
        Emphasis(Emphasis),
        /// Words in another language.
        Lang(Lang),
        /// A word in an alphabet of sounds.
        Phoneme(Phoneme),
        /// Words in another volume, rate or pitch.
        Prosody(Prosody),
        /// A sentence.
        Sentence(Sentence),
        /// A number, a date, an address.
        SayAs(SayAs),
        /// A text instead of an abbreviation.
        Sub(Sub),
        /// A word in one of its meanings.
        Word(Word),
    }
}

children! {
    /// What may stand in a [`Sentence`] and in [`Emphasis`]: neither paragraphs nor sentences.
    PhrasePart with texts Text(Spoken) {
        /// A break.
        Break(Break),
        /// Words with emphasis.
        Emphasis(Emphasis),
        /// Words in another language.
        Lang(Lang),
        /// A word in an alphabet of sounds.
        Phoneme(Phoneme),
        /// Words in another volume, rate or pitch.
        Prosody(Prosody),
        /// A number, a date, an address.
        SayAs(SayAs),
        /// A text instead of an abbreviation.
        Sub(Sub),
        /// A word in one of its meanings.
        Word(Word),
    }
}

children! {
    /// What may stand in a [`Word`].
    WordPart with texts Text(Spoken) {
        /// A break.
        Break(Break),
        /// Words with emphasis.
        Emphasis(Emphasis),
        /// A word in an alphabet of sounds.
        Phoneme(Phoneme),
        /// Words in another volume, rate or pitch.
        Prosody(Prosody),
        /// A number, a date, an address.
        SayAs(SayAs),
        /// A text instead of an abbreviation.
        Sub(Sub),
    }
}

/// Something that holds words to be spoken.
pub(in crate::twiml) trait HasText {
    fn add_text(&self, text: &mut String);
}

/// Adds the words of several parts.
pub(in crate::twiml) fn add_text(parts: &[impl HasText], text: &mut String) {
    for part in parts {
        part.add_text(text);
    }
}

/// Whether it is a text, without SSML.
pub(in crate::twiml) const fn is_text(part: &Speech) -> bool {
    matches!(part, Speech::Text(_))
}

macro_rules! has_text {
    ($($part:ident: $($variant:ident),*;)*) => {
        $(impl HasText for $part {
            fn add_text(&self, text: &mut String) {
                match self {
                    Self::Text(spoken) => text.push_str(spoken.as_str()),
                    $(Self::$variant(element) => add_text(&element.content, text),)*
                    Self::Phoneme(Phoneme { words, .. })
                    | Self::SayAs(SayAs { words, .. })
                    | Self::Sub(Sub { words, .. }) => {
                        text.push_str(words.as_ref().map_or("", Spoken::as_str));
                    }
                    Self::Break(_) => {}
                }
            }
        })*
    };
}

has_text! {
    Speech: Emphasis, Lang, Paragraph, Prosody, Sentence, Word;
    SentencePart: Emphasis, Lang, Prosody, Sentence, Word;
    PhrasePart: Emphasis, Lang, Prosody, Word;
    WordPart: Emphasis, Prosody;
}
