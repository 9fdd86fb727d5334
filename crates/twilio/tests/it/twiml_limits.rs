//! Every limit: what just fits is made, what is just beyond is not.

use atlas_twilio::twiml::{
    Body, Break, Client, Conference, Connect, ConversationRelay, Dial, Enqueue, Gather, Header,
    Lang, Message, Parameter, Pause, Pay, Phoneme, Play, PlayDigits, Prosody, Queue, Record, Room,
    Say, Sim, Sms, Stream, Sub, Task, TwimlError, Word,
};

type Outcome = Result<(), TwimlError>;

/// What is limited, how it is made of a number, and the greatest number.
type Greatest = (&'static str, fn(u32) -> Outcome, u32);

/// What is limited, how it is made of a number, and the smallest and greatest number.
type Range = (&'static str, fn(u32) -> Outcome, u32, u32);

fn text(length: u32) -> String {
    "é".repeat(usize::try_from(length).unwrap())
}

fn done<T>(made: Result<T, TwimlError>) -> Outcome {
    made.map(|_| ())
}

#[test]
fn texts_have_at_least_one_character_and_at_most_so_many() {
    let limits: &[Greatest] = &[
        (
            "Parameter name",
            |n| done(Parameter::new(&text(n), "a")),
            128,
        ),
        (
            "Parameter value",
            |n| done(Parameter::new("a", &text(n))),
            4096,
        ),
        ("Queue", |n| done(Queue::new(&text(n))), 64),
        ("Enqueue", |n| done(Enqueue::new(&text(n))), 64),
        ("Task", |n| done(Task::new(&text(n))), 4096),
        ("Client", |n| done(Client::new(&text(n))), 121),
        ("Conference", |n| done(Conference::new(&text(n))), 128),
        (
            "participantLabel",
            |n| done(Conference::new("a")?.participant_label(&text(n))),
            128,
        ),
        ("Sim", |n| done(Sim::new(&text(n))), 64),
        ("Room", |n| done(Room::new(&text(n))), 128),
        (
            "Header value",
            |n| done(Header::new("X-Id", &text(n))),
            1024,
        ),
        (
            "callReason",
            |n| done(Dial::new().call_reason(&text(n))),
            50,
        ),
        ("Sms", |n| done(Sms::new(&text(n))), 1600),
        ("Body", |n| done(Body::new(&text(n))), 1600),
        ("Message to", |n| done(Message::new("a")?.to(&text(n))), 255),
        ("Stream name", |n| done(Stream::named(&text(n))), 128),
        ("phoneme ph", |n| done(Phoneme::new("a", &text(n))), 256),
        ("sub alias", |n| done(Sub::new("a", &text(n))), 512),
        ("w role", |n| done(Word::new(&text(n))), 64),
        ("prosody rate", |n| done(Prosody::new().rate(&text(n))), 32),
        (
            "Gather hint",
            |n| done(Gather::new("/a")?.hints(&[text(n).as_str()])),
            100,
        ),
        (
            "Pay description",
            |n| done(Pay::new().description(&text(n))),
            1024,
        ),
        (
            "welcomeGreeting",
            |n| done(ConversationRelay::new("wss://example.com")?.welcome_greeting(&text(n))),
            4096,
        ),
    ];
    for (what, make, greatest) in limits {
        assert!(make(0).is_err(), "{what} of 0");
        assert!(make(1).is_ok(), "{what} of 1");
        assert!(make(*greatest).is_ok(), "{what} of {greatest}");
        assert!(make(greatest + 1).is_err(), "{what} of one more");
    }
}

#[test]
fn numbers_are_in_their_ranges() {
    let limits: &[Range] = &[
        ("Pause", |n| done(Pause::seconds(n)), 1, u32::MAX),
        ("Say loop", |n| done(Say::new("a")?.loops(n)), 0, 1000),
        ("Play loop", |n| done(Play::new("/a")?.loops(n)), 0, 1000),
        (
            "digits loop",
            |n| done(PlayDigits::new("1")?.loops(n)),
            0,
            1000,
        ),
        ("break time", |n| done(Break::new().time_ms(n)), 0, 10_000),
        (
            "numDigits",
            |n| done(Gather::new("/a")?.digits(n)),
            1,
            u32::MAX,
        ),
        (
            "maxSpeechTime",
            |n| done(Gather::new("/a")?.max_speech_seconds(n)),
            1,
            60,
        ),
        (
            "maxLength",
            |n| done(Record::new("/a")?.max_length_seconds(n)),
            2,
            86_400,
        ),
        (
            "Dial timeout",
            |n| done(Dial::new().timeout_seconds(n)),
            5,
            600,
        ),
        (
            "timeLimit",
            |n| done(Dial::new().time_limit_seconds(n)),
            1,
            u32::MAX,
        ),
        (
            "maxParticipants",
            |n| done(Conference::new("a")?.max_participants(n)),
            2,
            250,
        ),
        (
            "maxQueueSize",
            |n| done(Enqueue::new("a")?.max_queue_size(n)),
            1,
            u32::MAX,
        ),
        ("maxAttempts", |n| done(Pay::new().max_attempts(n)), 1, 10),
    ];
    for (what, make, smallest, greatest) in limits {
        assert!(make(*smallest).is_ok(), "{what} of {smallest}");
        assert!(make(*greatest).is_ok(), "{what} of {greatest}");
        if let Some(below) = smallest.checked_sub(1) {
            assert!(make(below).is_err(), "{what} of {below}");
        }
        if let Some(above) = greatest.checked_add(1) {
            assert!(make(above).is_err(), "{what} of {above}");
        }
    }
}

#[test]
fn an_error_names_the_element_the_attribute_and_the_reason() {
    let cases = [
        (
            done(Dial::new().timeout_seconds(4)),
            "`timeout` of <Dial> is 4, allowed are 5 to 600",
        ),
        (done(Play::new(" ")), "<Play> is empty"),
        (
            done(Lang::new("in French")),
            "`xml:lang` of <lang> is not a language tag such as `en-US`",
        ),
        (
            done(Stream::new("https://example.com")),
            "`url` of <Stream> is not a `wss` URL without a query",
        ),
        (
            done(Client::new(&text(122))),
            "<Identity> has 122 characters, allowed are 121",
        ),
    ];
    for (made, message) in cases {
        assert_eq!(made.unwrap_err().to_string(), message);
    }
    let connect = Connect::to(Stream::new("wss://example.com").unwrap()).action("a b");
    assert_eq!(connect.unwrap_err().attribute, Some("action"));
}
