//! Words that are spoken in another way than they are written.

use super::super::Spoken;
use crate::twiml::element::element;
use crate::twiml::problem::value_of;
use crate::twiml::values::{Text, words};
use crate::twiml::{Problem, TwimlError};

element! {
    /// A word in an alphabet of sounds.
    Phoneme = "phoneme" {
        /// The alphabet; that of the voice without.
        "alphabet" set alphabet(PhonemeAlphabet): PhonemeAlphabet;
        /// The sounds.
        "ph" required sounds: Text<256>;
    }
    text {
        /// The word as it is written.
        optional words: Spoken
    }
}

words! {
    /// An alphabet of sounds.
    PhonemeAlphabet {
        /// The International Phonetic Alphabet.
        Ipa = "ipa",
        /// The alphabet X-SAMPA.
        XSampa = "x-sampa",
        /// An alphabet for Japanese.
        XAmazonJyutping = "x-amazon-jyutping",
        /// Pinyin, for Mandarin.
        XAmazonPinyin = "x-amazon-pinyin",
        /// Yomigana, for Japanese.
        XAmazonYomigana = "x-amazon-yomigana",
        /// Pronunciation in katakana.
        XAmazonPronKana = "x-amazon-pron-kana",
    }
}

element! {
    /// A number, a date, an address: something that is not spoken as the word it looks like.
    SayAs = "say-as" {
        /// What it is.
        "interpret-as" required interpret_as: InterpretAs;
        /// For a date the order of its parts, such as `mdy`.
        "format" checked format(&str): Text<32>;
    }
    text {
        /// As it is written.
        optional words: Spoken
    }
}

words! {
    /// What the content of a [`SayAs`] is.
    InterpretAs {
        /// Letter by letter.
        Characters = "characters",
        /// Letter by letter.
        SpellOut = "spell-out",
        /// A cardinal number.
        Cardinal = "cardinal",
        /// A number.
        Number = "number",
        /// An ordinal number.
        Ordinal = "ordinal",
        /// Digit by digit.
        Digits = "digits",
        /// A fraction.
        Fraction = "fraction",
        /// A number with its unit.
        Unit = "unit",
        /// A date.
        Date = "date",
        /// A time.
        Time = "time",
        /// An address.
        Address = "address",
        /// A beep instead of the words.
        Expletive = "expletive",
        /// A phone number.
        Telephone = "telephone",
        /// An exclamation.
        Interjection = "interjection",
        /// An amount of money.
        Currency = "currency",
        /// Letter by letter.
        Verbatim = "verbatim",
    }
}

element! {
    /// A text that is spoken instead of an abbreviation.
    Sub = "sub" {
        /// What is spoken.
        "alias" required alias: Text<512>;
    }
    text {
        /// The abbreviation, as it is written.
        optional words: Spoken
    }
}

impl Phoneme {
    /// Speaks a word with these sounds.
    ///
    /// # Errors
    /// [`Problem::Empty`] and [`Problem::TooLong`] when the sounds have not 1 to 256 characters,
    /// [`Problem::Empty`] when there is no word.
    pub fn new(words: &str, sounds: &str) -> Result<Self, TwimlError> {
        Ok(Self {
            words: Some(words_of("phoneme", words)?),
            sounds: value_of("phoneme", "ph", sounds)?,
            ..Self::blank()
        })
    }
}

impl SayAs {
    /// Speaks a text as what it is.
    ///
    /// # Errors
    /// [`Problem::Empty`] when there is no text.
    pub fn new(words: &str, interpret_as: InterpretAs) -> Result<Self, TwimlError> {
        Ok(Self {
            words: Some(words_of("say-as", words)?),
            interpret_as: Some(interpret_as),
            ..Self::blank()
        })
    }
}

impl Sub {
    /// Speaks the alias instead of the text.
    ///
    /// # Errors
    /// [`Problem::Empty`] and [`Problem::TooLong`] when the alias has not 1 to 512 characters,
    /// [`Problem::Empty`] when there is no text.
    pub fn new(words: &str, alias: &str) -> Result<Self, TwimlError> {
        Ok(Self {
            words: Some(words_of("sub", words)?),
            alias: value_of("sub", "alias", alias)?,
        })
    }
}

fn words_of(element: &'static str, text: &str) -> Result<Spoken, TwimlError> {
    let spoken = Spoken::from(text);
    if spoken.as_str().trim().is_empty() {
        Err(TwimlError::of_element(element, Problem::Empty))
    } else {
        Ok(spoken)
    }
}
