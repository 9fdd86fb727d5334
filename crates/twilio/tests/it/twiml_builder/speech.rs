//! `<Say>` with its SSML.

use atlas_twilio::twiml::{
    Break, BreakStrength, Emphasis, EmphasisLevel, InterpretAs, Lang, Paragraph, Phoneme,
    PhonemeAlphabet, PhrasePart, Prosody, Say, SayAs, Sentence, SentencePart, Speech, Spoken, Sub,
    Word, WordPart,
};

use super::chooser::{Chooser, dress, with_some};
pub(super) fn say(s: &mut Chooser) -> Say {
    let mut element = if s.flag() {
        Say::new(&s.text(60)).unwrap()
    } else {
        Say::ssml().with(break_element(s))
    };
    dress! { s, element,
        checked {
            voice(s.voice());
            language(s.language());
            loops(s.number(0, 1000));
        }
    }
    with_some!(s, element: speech);
    element
}

/// What may stand in a `<Say>`; as deep as the chooser goes.
fn speech(s: &mut Chooser) -> Speech {
    match s.below(11) {
        0 => Spoken::from(s.text(20).as_str()).into(),
        1 => emphasis(s).into(),
        2 => lang(s).into(),
        3 => paragraph(s).into(),
        4 => phoneme(s).into(),
        5 => prosody(s).into(),
        6 => sentence(s).into(),
        7 => say_as(s).into(),
        8 => sub(s).into(),
        9 => word(s).into(),
        _ => break_element(s).into(),
    }
}

fn sentence_part(s: &mut Chooser) -> SentencePart {
    match s.below(10) {
        0 => Spoken::from(s.text(20).as_str()).into(),
        1 => emphasis(s).into(),
        2 => lang(s).into(),
        3 => phoneme(s).into(),
        4 => prosody(s).into(),
        5 => sentence(s).into(),
        6 => say_as(s).into(),
        7 => sub(s).into(),
        8 => word(s).into(),
        _ => break_element(s).into(),
    }
}

fn phrase_part(s: &mut Chooser) -> PhrasePart {
    match s.below(9) {
        0 => Spoken::from(s.text(20).as_str()).into(),
        1 => emphasis(s).into(),
        2 => lang(s).into(),
        3 => phoneme(s).into(),
        4 => prosody(s).into(),
        5 => say_as(s).into(),
        6 => sub(s).into(),
        7 => word(s).into(),
        _ => break_element(s).into(),
    }
}

fn word_part(s: &mut Chooser) -> WordPart {
    match s.below(7) {
        0 => Spoken::from(s.text(20).as_str()).into(),
        1 => emphasis(s).into(),
        2 => phoneme(s).into(),
        3 => prosody(s).into(),
        4 => say_as(s).into(),
        5 => sub(s).into(),
        _ => break_element(s).into(),
    }
}

fn break_element(s: &mut Chooser) -> Break {
    let mut element = Break::new();
    dress! { s, element,
        set {
            strength(s.pick(BreakStrength::ALL));
        }
        checked {
            time_ms(s.number(0, 10_000));
        }
    }
    element
}

fn emphasis(s: &mut Chooser) -> Emphasis {
    let mut element = Emphasis::new().with_text(&s.text(10));
    dress! { s, element,
        set {
            level(s.pick(EmphasisLevel::ALL));
        }
    }
    with_some!(s, element: phrase_part);
    element
}

fn lang(s: &mut Chooser) -> Lang {
    let mut element = Lang::new(s.language()).unwrap();
    with_some!(s, element: speech);
    element
}

fn paragraph(s: &mut Chooser) -> Paragraph {
    let mut element = Paragraph::new();
    with_some!(s, element: sentence_part);
    element
}

fn sentence(s: &mut Chooser) -> Sentence {
    let mut element = Sentence::new();
    with_some!(s, element: phrase_part);
    element
}

fn prosody(s: &mut Chooser) -> Prosody {
    let mut element = Prosody::new();
    dress! { s, element,
        checked {
            volume(&s.text(32));
            rate(&s.text(32));
            pitch(&s.text(32));
        }
    }
    with_some!(s, element: speech);
    element
}

fn word(s: &mut Chooser) -> Word {
    let mut element = Word::new(&s.text(64)).unwrap();
    with_some!(s, element: word_part);
    element
}

fn phoneme(s: &mut Chooser) -> Phoneme {
    let mut element = Phoneme::new(&s.text(10), &s.text(256)).unwrap();
    dress! { s, element,
        set {
            alphabet(s.pick(PhonemeAlphabet::ALL));
        }
    }
    element
}

fn say_as(s: &mut Chooser) -> SayAs {
    let mut element = SayAs::new(&s.text(10), s.pick(InterpretAs::ALL)).unwrap();
    dress! { s, element,
        checked {
            format(&s.text(32));
        }
    }
    element
}

fn sub(s: &mut Chooser) -> Sub {
    Sub::new(&s.text(10), &s.text(512)).unwrap()
}
