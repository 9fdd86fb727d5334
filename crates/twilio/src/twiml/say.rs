//! `<Say>`: text, spoken (<https://www.twilio.com/docs/voice/twiml/say>).

mod split;
mod spoken;
pub(super) mod ssml;

use split::split_text;
pub use spoken::Spoken;
use ssml::Speech;

use super::element::{Child as _, element};
use super::findings::Findings;
use super::values::{Language, Loops, SpeechLimit, Voice};
use super::write::{Writer, without_forbidden};
use super::{Problem, TwimlError};

/// The most characters one [`Say`] holds when its voice is not known.
///
/// Twilio's pages give 4000 or 4096 for the basic voices and 3000 for Amazon Polly's; the smallest serves all.
pub const MAX_SAY_CHARACTERS: usize = 3000;

/// The most bytes one piece of a long text has: what Google's voices take.
const MAX_PIECE_BYTES: usize = 5000;

element! {
    /// Speaks a text, in which SSML may say how.
    ///
    /// How much text one holds depends on the voice, and is checked when the document is written: 4000
    /// characters for `man` and `woman`, 3000 for Amazon Polly's voices and when there is no voice, 5000
    /// bytes for Google's (13521).
    ///
    /// ```
    /// use atlas_twilio::twiml::{Break, BreakStrength, Response, Say};
    ///
    /// let say = Say::new("One moment,")?
    ///     .with(Break::new().strength(BreakStrength::Strong))
    ///     .with_text("please.")
    ///     .voice("Polly.Joanna-Neural")?;
    /// let document = Response::new().with(say).to_xml()?;
    /// assert!(document.contains("One moment,<break strength=\"strong\"/>please.</Say>"));
    /// # Ok::<(), atlas_twilio::twiml::TwimlError>(())
    /// ```
    Say = "Say" {
        /// The voice: `man`, `woman`, `Polly.Joanna-Neural`, `Google.…`; that of the account without.
        "voice" checked voice(&str): Voice;
        /// The language, such as `en-US`; that of the voice without.
        "language" checked language(&str): Language;
        /// How often it is spoken: 1 to 1000 times, 0 until the caller hangs up; once without.
        "loop" [13510] checked loops(u32): Loops;
    }
    children {
        /// The text, and the SSML in it.
        content: Speech
    }
    rules look_at
}

impl Say {
    /// Speaks a text; characters that XML cannot carry are left out.
    ///
    /// # Errors
    /// [`Problem::NothingToSay`] when nothing but white space is left, [`Problem::TooManyBytes`] above 5000
    /// bytes, which no voice speaks.
    pub fn new(text: &str) -> Result<Self, TwimlError> {
        let say = Self::blank().with_text(text);
        let at = |problem: Problem| TwimlError::of_element("Say", problem);
        let text = say.text();
        if text.trim().is_empty() {
            return Err(at(Problem::NothingToSay));
        }
        let greatest = SpeechLimit::Bytes(MAX_PIECE_BYTES);
        let exceeded = SpeechLimit::Characters(4000)
            .exceeded(&text)
            .and(greatest.exceeded(&text));
        exceeded.map_or(Ok(say), |problem| Err(at(problem)))
    }

    /// Speaks nothing yet: for texts that begin with SSML.
    #[must_use]
    pub const fn ssml() -> Self {
        Self::blank()
    }

    /// Adds a text; characters that XML cannot carry are left out.
    #[must_use]
    pub fn with_text(self, text: &str) -> Self {
        self.with(Spoken::from(text))
    }

    /// Speaks a text of any length with as many `<Say>` as it needs, none when there is nothing to say.
    ///
    /// The text is cut after the end of a sentence, else at white space, else between two characters, so
    /// that every voice speaks every piece. The pieces together are the text, except that characters XML
    /// cannot carry are left out, and a piece that would be white space only, which cannot be spoken.
    ///
    /// ```
    /// use atlas_twilio::twiml::Say;
    ///
    /// assert_eq!(Say::split("One sentence.").len(), 1);
    /// assert_eq!(Say::split(&"Many sentences. ".repeat(400)).len(), 3);
    /// assert!(Say::split(" \n").is_empty());
    /// ```
    #[must_use]
    pub fn split(text: &str) -> Vec<Self> {
        let text = without_forbidden(text);
        let mut pieces = split_text(&text, MAX_SAY_CHARACTERS);
        if pieces.iter().any(|piece| piece.len() > MAX_PIECE_BYTES) {
            pieces = split_text(&text, MAX_PIECE_BYTES / char::MAX.len_utf8());
        }
        pieces
            .into_iter()
            .filter(|piece| !piece.trim().is_empty())
            .map(|piece| Self::blank().with_text(piece))
            .collect()
    }

    /// The text as it will be spoken, without the SSML.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        ssml::add_text(&self.content, &mut text);
        text
    }
}

fn look_at(say: &Say, found: &mut Findings<'_>) {
    let text = say.text();
    // SSML such as a break is something to say, too.
    let silent = text.trim().is_empty() && say.content.iter().all(ssml::is_text);
    if silent {
        found.refuse(13520, "Say", None, Problem::NothingToSay);
    }
    let unknown = SpeechLimit::Characters(MAX_SAY_CHARACTERS);
    let limit = say.voice.as_ref().map_or(unknown, Voice::limit);
    let with_ssml =
        matches!(limit, SpeechLimit::Bytes(_)) && !say.content.iter().all(ssml::is_text);
    // Google counts the SSML, too.
    let counted = if with_ssml {
        markup(&say.content)
    } else {
        text
    };
    if let Some(problem) = limit.exceeded(&counted) {
        found.refuse(13521, "Say", None, problem);
    }
}

/// The text with its SSML.
fn markup(content: &[Speech]) -> String {
    let mut out = Writer::piece();
    for part in content {
        part.write(&mut out);
    }
    out.into_document()
}

#[cfg(test)]
mod tests {
    use super::super::Response;
    use super::*;

    fn written(say: Say) -> Result<String, Problem> {
        Response::new()
            .with(say)
            .to_xml()
            .map_err(|error| error.problem)
    }

    #[test]
    fn an_empty_text_is_not_a_say() {
        for text in ["", " ", "\n\t", "\0\u{ffff}", "\u{1} \u{2}"] {
            let problem = Say::new(text).unwrap_err().problem;
            assert_eq!(problem, Problem::NothingToSay, "{text:?}");
            assert!(Say::split(text).is_empty(), "{text:?}");
        }
        assert_eq!(written(Say::ssml()), Err(Problem::NothingToSay));
    }

    #[test]
    fn how_much_a_say_holds_depends_on_its_voice() {
        let cases = [
            (None, 3000),
            (Some("Polly.Joanna"), 3000),
            (Some("alice"), 3000),
            (Some("man"), 4000),
            (Some("Google.en-US-Neural2-A"), 5000),
        ];
        for (voice, greatest) in cases {
            let say = |characters| {
                let say = Say::new(&"x".repeat(characters)).unwrap();
                match voice {
                    Some(voice) => say.voice(voice).unwrap(),
                    None => say,
                }
            };
            assert!(written(say(greatest)).is_ok(), "{voice:?}");
            if greatest < 5000 {
                let problem = written(say(greatest + 1)).unwrap_err();
                assert!(matches!(problem, Problem::TooLong { .. }), "{voice:?}");
            }
        }
        let wide = Say::new(&"é".repeat(2501)).unwrap();
        let problem = written(wide.voice("Google.fr-FR-Neural2-A").unwrap());
        assert_eq!(
            problem,
            Err(Problem::TooManyBytes {
                bytes: 5002,
                maximum: 5000
            })
        );
        assert!(Say::new(&"x".repeat(5001)).is_err());
    }

    #[test]
    fn every_piece_of_a_long_text_is_a_say() {
        let text = format!("{} {}", "word. ".repeat(1000), "🎉".repeat(7000));
        for piece in Say::split(&text) {
            assert!(written(piece.clone()).is_ok());
            assert!(written(piece.voice("Google.en-US-Neural2-A").unwrap()).is_ok());
        }
    }

    #[test]
    fn the_text_does_not_show_in_debug_output() {
        let say = Say::new("your PIN is 1234").unwrap();
        assert!(!format!("{say:?}").contains("1234"));
    }
}
