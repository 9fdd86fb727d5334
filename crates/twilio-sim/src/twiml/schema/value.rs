//! The kinds of values attributes have.

/// What an attribute takes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Value {
    /// Any text; URLs are looked at when they are used.
    Text,
    /// `true` or `false`, in any case.
    Flag,
    /// `GET` or `POST`, in any case.
    Method,
    /// One of these words.
    Word(&'static [&'static str]),
    /// Some of these words, separated by blanks.
    Words(&'static [&'static str]),
    /// A whole number between these, both included.
    Number(u64, u64),
    /// A whole number above 0, or `auto`.
    NumberOrAuto,
    /// At most one key, `0-9*#`.
    Key,
    /// Any number of keys, `0-9*#`.
    Keys,
    /// At most 128 characters.
    Label,
    /// Keys to be played: `0-9A-D#*`, and `w` and `W` to wait.
    Tones,
    /// A BCP 47 tag with a region, such as `en-US`.
    Language,
    /// At most 500 phrases of at most 100 characters, separated by commas.
    Hints,
    /// A speech model Twilio names, or one of a family it names.
    SpeechModel,
}

impl Value {
    /// Says whether a text is such a value.
    pub(super) fn accepts(self, text: &str) -> bool {
        match self {
            Self::Text => true,
            Self::Flag => ["true", "false"]
                .iter()
                .any(|word| text.eq_ignore_ascii_case(word)),
            Self::Method => ["GET", "POST"]
                .iter()
                .any(|word| text.eq_ignore_ascii_case(word)),
            Self::Word(words) => words.contains(&text),
            Self::Words(words) => {
                let mut given = text.split_whitespace().peekable();
                given.peek().is_some() && given.all(|word| words.contains(&word))
            }
            Self::Number(least, most) => text
                .parse()
                .is_ok_and(|number: u64| (least..=most).contains(&number)),
            Self::NumberOrAuto => text == "auto" || Self::Number(1, u64::MAX).accepts(text),
            Self::Key => text.chars().count() <= 1 && Self::Keys.accepts(text),
            Self::Keys => text.chars().all(|key| "0123456789*#".contains(key)),
            Self::Label => text.chars().count() <= 128,
            Self::Tones => text.chars().all(|key| "0123456789ABCD#*wW".contains(key)),
            Self::Language => is_language(text),
            Self::Hints => {
                text.split(',').count() <= 500
                    && text
                        .split(',')
                        .all(|hint| hint.trim().chars().count() <= 100)
            }
            Self::SpeechModel => {
                ["default", "numbers_and_commands", "phone_call"].contains(&text)
                    || ["experimental_", "googlev2_", "deepgram_"]
                        .iter()
                        .any(|family| text.starts_with(family))
            }
        }
    }
}

/// Letters of a language, and at least one further part; `multi` names many languages at once.
fn is_language(text: &str) -> bool {
    let mut parts = text.split('-');
    let language = parts.next().unwrap_or_default();
    let letters = language.bytes().all(|byte| byte.is_ascii_alphabetic());
    let mut rest = parts.peekable();
    let regional = rest.peek().is_some()
        && rest.all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        });
    text == "multi" || (letters && (2..=3).contains(&language.len()) && regional)
}
