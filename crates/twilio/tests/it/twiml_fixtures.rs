//! Documents written by Twilio's own library; attributes may come in another order.

use atlas_twilio::http_method::HttpMethod;
use atlas_twilio::twiml::{
    Body, Break, BreakStrength, Emphasis, EmphasisLevel, Gather, GatherInput, Hangup, InterpretAs,
    Key, Lang, Media, Message, MessagingResponse, Paragraph, Pause, Phoneme, PhonemeAlphabet, Play,
    Prosody, Record, RecordingEvent, Redirect, RejectReason, Response, Say, SayAs, Sentence,
    SpeechModel, SpeechTimeout, Sub, Trim, TwimlError, Word,
};

/// An element as a value: name, attributes sorted by name, children.
#[derive(Debug, PartialEq)]
enum Tree {
    Text(String),
    Element(String, Vec<(String, String)>, Vec<Tree>),
}

fn tree(document: &str) -> Tree {
    subtree(roxmltree::Document::parse(document).unwrap().root_element())
}

fn subtree(node: roxmltree::Node<'_, '_>) -> Tree {
    if let Some(text) = node.text().filter(|_| node.is_text()) {
        return Tree::Text(text.to_owned());
    }
    let mut attributes: Vec<_> = node
        .attributes()
        .map(|attribute| (attribute.name().to_owned(), attribute.value().to_owned()))
        .collect();
    attributes.sort();
    Tree::Element(
        node.tag_name().name().to_owned(),
        attributes,
        node.children().map(subtree).collect(),
    )
}

fn assert_same(built: Result<Response, TwimlError>, fixture: &str) {
    let codes = assert_same_but_for_warnings(built, fixture);
    assert_eq!(codes, []);
}

/// Built and read it is the same; the numbers of the reader's warnings.
fn assert_same_but_for_warnings(
    built: Result<Response, TwimlError>,
    fixture: &str,
) -> Vec<Option<u32>> {
    let built = built.unwrap();
    assert_eq!(tree(&built.to_xml().unwrap()), tree(fixture));
    let read = Response::read(fixture).unwrap();
    assert_eq!(read.document, built);
    read.warnings.iter().map(|warning| warning.code).collect()
}

#[test]
fn say_and_record_with_consent() {
    let build = || {
        let notice = "This call will be recorded for quality and training purposes. Please speak after the tone.";
        let record = Record::new("https://example.com/voice/recorded")?
            .method(HttpMethod::Post)
            .finish_on_keys(&[Key::HASH])
            .max_length_seconds(300)?
            .play_beep(true)
            .timeout_seconds(5)
            .trim(Trim::TrimSilence)
            .recording_status_callback("https://example.com/voice/recording-status")?
            .recording_status_callback_method(HttpMethod::Post)
            .recording_status_callback_events(&[
                RecordingEvent::InProgress,
                RecordingEvent::Completed,
                RecordingEvent::Absent,
            ])
            .transcribe("https://example.com/voice/transcribed")?;
        Ok(Response::new()
            .with(
                Say::new(notice)?
                    .voice("Polly.Joanna-Neural")?
                    .language("en-US")?,
            )
            .with(record)
            .with(Say::new("We did not receive a recording. Goodbye.")?)
            .with(Hangup::new()))
    };
    let codes = assert_same_but_for_warnings(
        build(),
        include_str!("../fixtures/twiml/01-say-record-consent.xml"),
    );
    // Five minutes are recorded, but not transcribed.
    assert_eq!(codes, [Some(13615)]);
}

#[test]
fn gather_a_key_press() {
    let build = || {
        let prompt = "This call may be recorded. Press 1 to agree, or 2 to decline.";
        let gather = Gather::new("https://example.com/voice/consent")?
            .method(HttpMethod::Post)
            .action_on_empty_result(false)
            .finish_on_key(None)
            .input(GatherInput::Dtmf)
            .digits(1)?
            .timeout_seconds(5)
            .with(
                Say::new(prompt)?
                    .voice("Polly.Joanna-Neural")?
                    .language("en-US")?,
            )
            .with(Pause::seconds(1)?)
            .with(Play::new("https://example.com/audio/menu.wav")?.loops(1)?);
        let redirect = Redirect::new("https://example.com/voice/consent?Digits=TIMEOUT")?;
        Ok(Response::new()
            .with(gather)
            .with(redirect.method(HttpMethod::Post)))
    };
    assert_same(
        build(),
        include_str!("../fixtures/twiml/02-gather-press-1-consent.xml"),
    );
}

#[test]
fn pauses() {
    let build = || {
        Ok(Response::new()
            .with(Pause::new())
            .with(Pause::seconds(3)?)
            .with(Say::new("Still there?")?)
            .with(Hangup::new()))
    };
    assert_same(build(), include_str!("../fixtures/twiml/04-pause.xml"));
}

#[test]
fn unicode_and_escaping() {
    let build = || {
        let gather = Gather::new("https://example.com/g?u=1&v=2")?
            .digits(4)?
            .hints(&["o'neil", "R&D", "\"quoted\"\nnewline\ttab"])?;
        Ok(Response::new()
            .with(Say::new(
                "Tom & Jerry <b>said</b> \"it's\" 5 > 3 && 2 < 4; ]]> café naïve 日本語 🎉 e\u{301} שלום",
            )?)
            .with(Say::new("line one\nline two\ttabbed")?.language("en-GB")?)
            .with(
                Redirect::new("https://example.com/next?a=1&b=two%20words&c=%26&d=\"q\"&e=é")?
                    .method(HttpMethod::Get),
            )
            .with(Play::new("https://example.com/a.mp3?x=1&y=<2>")?)
            .with(gather))
    };
    assert_same(
        build(),
        include_str!("../fixtures/twiml/06-unicode-and-escaping.xml"),
    );
}

#[test]
fn speech_in_ssml() {
    let build = || {
        let paragraph = Paragraph::new()
            .with(Sentence::new().with_text("First sentence."))
            .with(
                Sentence::new()
                    .with_text("Call ")
                    .with(SayAs::new("4155551212", InterpretAs::Telephone)?)
                    .with_text(" now."),
            );
        let prosody = Prosody::new()
            .volume("x-loud")?
            .rate("85%")?
            .pitch("-10%")?
            .with_text("louder and slower ")
            .with(Break::new().time_ms(250)?)
            .with_text(" after the break");
        let say = Say::new("Hi ")?
            .voice("Polly.Joanna")?
            .language("en-US")?
            .with(Break::new().strength(BreakStrength::XWeak).time_ms(100)?)
            .with_text(" there. ")
            .with(
                Emphasis::new()
                    .level(EmphasisLevel::Moderate)
                    .with_text("Important"),
            )
            .with(paragraph)
            .with(prosody)
            .with(Sub::new("W3C", "World Wide Web Consortium")?)
            .with(Phoneme::new("pecan", "pɪˈkɑːn")?.alphabet(PhonemeAlphabet::Ipa))
            .with(Lang::new("fr-FR")?.with_text("Bonjour"))
            .with(Word::new("amazon:VBD")?.with_text("read"))
            .with_text(" bye");
        Ok(Response::new().with(say))
    };
    assert_same(
        build(),
        include_str!("../fixtures/twiml/05-nested-ssml.xml"),
    );
}

#[test]
fn an_empty_response() {
    assert_same(
        Ok(Response::new()),
        include_str!("../fixtures/twiml/07-empty-response.xml"),
    );
}

#[test]
fn a_redirect_to_a_relative_url() {
    let build = || Ok(Response::new().with(Redirect::new("../next-instructions")?));
    assert_same(build(), include_str!("../fixtures/twiml/08-redirect.xml"));
}

#[test]
fn reject_as_busy() {
    let built = Ok(Response::reject(RejectReason::Busy));
    assert_same(built, include_str!("../fixtures/twiml/12-reject-busy.xml"));
}

#[test]
fn gather_speech() {
    let build = || {
        let gather = Gather::new("https://example.com/voice/speech")?
            .method(HttpMethod::Post)
            .input(GatherInput::DtmfAndSpeech)
            .action_on_empty_result(true)
            .barge_in(true)
            .hints(&["one", "two", "agent"])?
            .language("en-US")?
            .max_speech_seconds(20)?
            .partial_result_callback("https://example.com/voice/partial")?
            .partial_result_callback_method(HttpMethod::Post)
            .profanity_filter(false)
            .speech_model(SpeechModel::ExperimentalConversations)
            .speech_timeout(SpeechTimeout::Auto)
            .timeout_seconds(3)
            .with(Say::new("Say a name or key an extension.")?);
        Ok(Response::new().with(gather))
    };
    assert_same(
        build(),
        include_str!("../fixtures/twiml/15-gather-speech.xml"),
    );
}

#[test]
fn a_reply_to_a_message() {
    let build = || {
        let message = Message::of_parts()
            .to("+15558675310")?
            .action("https://example.com/sms/status")?
            .method(HttpMethod::Post)
            .with(Body::new("Thanks & bye – see you 🎉")?)
            .with(Media::new("https://example.com/img.png?w=1&h=2")?);
        let redirect = Redirect::new("https://example.com/sms/next")?.method(HttpMethod::Post);
        Ok::<_, TwimlError>(MessagingResponse::new().with(message).with(redirect))
    };
    let fixture = include_str!("../fixtures/twiml/19-sms-reply.xml");
    let built = build().unwrap();
    assert_eq!(tree(&built.to_xml().unwrap()), tree(fixture));
    let read = MessagingResponse::read(fixture).unwrap();
    assert_eq!(read.document, built);
    assert_eq!(read.warnings, []);
}
