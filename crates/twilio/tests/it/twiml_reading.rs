//! What the reader makes of documents that nobody should write.

use atlas_twilio::twiml::{
    Consequence, Dial, Gather, MAX_DEPTH, MAX_DOCUMENT_BYTES, MessagingResponse, Problem, Prosody,
    ReadError, Record, Redirect, Response, Say, Verb,
};

/// The warnings about a document of these verbs: number, place, consequence.
fn warnings(verbs: &str) -> Vec<(Option<u32>, String, Consequence)> {
    let read = Response::read(format!("<Response>{verbs}</Response>")).unwrap();
    let place = |warning: &atlas_twilio::twiml::Warning| match &warning.attribute {
        Some(attribute) => format!("{}@{attribute}", warning.element),
        None => warning.element.clone(),
    };
    read.warnings
        .iter()
        .map(|warning| (warning.code, place(warning), warning.consequence))
        .collect()
}

#[test]
fn what_twilio_ignores_is_a_warning_with_its_number() {
    use Consequence::{Ignored, Kept, Skipped};
    let cases = [
        ("<Speak>a</Speak>", 12200, "Speak", Skipped),
        ("<say>a</say>", 12200, "say", Skipped),
        ("<Say Voice='man'>a</Say>", 12200, "Say@Voice", Ignored),
        ("<Say pitch='1'>a</Say>", 12200, "Say@pitch", Ignored),
        ("<Say loop='-1'>a</Say>", 13510, "Say@loop", Ignored),
        ("<Say> </Say>", 13520, "Say", Kept),
        (
            "<Say language='English (US)'>a</Say>",
            12200,
            "Say@language",
            Ignored,
        ),
        ("<Say>a<Play>/b</Play></Say>", 12200, "Play", Skipped),
        ("<Say>a<p>b<p>c</p></p></Say>", 12200, "p", Skipped),
        ("<Pause length='0'/>", 13910, "Pause@length", Ignored),
        ("<Pause>2</Pause>", 12200, "Pause", Ignored),
        ("text", 12200, "Response", Ignored),
        ("<Play loop='x'>/a</Play>", 12200, "Play@loop", Ignored),
        ("<Play/>", 12200, "Play", Kept),
        (
            "<Redirect method='PUT'>/a</Redirect>",
            13710,
            "Redirect@method",
            Ignored,
        ),
        (
            "<Gather action='/a' timeout='-1'/>",
            13313,
            "Gather@timeout",
            Ignored,
        ),
        (
            "<Gather action='/a' numDigits='0'/>",
            13314,
            "Gather@numDigits",
            Ignored,
        ),
        (
            "<Gather action='/a' finishOnKey='ab'/>",
            13310,
            "Gather@finishOnKey",
            Ignored,
        ),
        (
            "<Gather action='/a'><Record/></Gather>",
            13320,
            "Record",
            Skipped,
        ),
        (
            "<Gather action='/a'><Play digits='1'>/b</Play></Gather>",
            12200,
            "Play@digits",
            Ignored,
        ),
        (
            "<Record action='/a' maxLength='1'/>",
            13612,
            "Record@maxLength",
            Ignored,
        ),
        (
            "<Record action='/a' maxSpeechTime='9'/>",
            12200,
            "Record@maxSpeechTime",
            Ignored,
        ),
        (
            "<Record action='/a' recordingStatusCallbackEvent='done'/>",
            13621,
            "Record@recordingStatusCallbackEvent",
            Ignored,
        ),
        (
            "<Record action='/a' transcribeCallback='/t'/>",
            13614,
            "Record@transcribeCallback",
            Kept,
        ),
        (
            "<Record action='/a' transcribe='true' maxLength='300'/>",
            13615,
            "Record@maxLength",
            Kept,
        ),
        (
            "<Dial timeout='4'>+14155550123</Dial>",
            12200,
            "Dial@timeout",
            Ignored,
        ),
        (
            "<Dial callerId='a b'>+14155550123</Dial>",
            13214,
            "Dial@callerId",
            Ignored,
        ),
        ("<Dial/>", 12200, "Dial", Kept),
        (
            "<Dial><Number>+1<Number/></Number></Dial>",
            12200,
            "Number",
            Skipped,
        ),
        ("<Reject/><Say>a</Say>", 12200, "Reject", Kept),
        ("<Hangup xml:lang='en'/>", 12200, "Hangup@xml:lang", Ignored),
        ("<Start/>", 12200, "Start", Kept),
        ("<Message>a</Message>", 12200, "Message", Skipped),
    ];
    for (verbs, code, place, consequence) in cases {
        assert_eq!(
            warnings(verbs),
            [(Some(code), place.to_owned(), consequence)],
            "{verbs}"
        );
    }
}

#[test]
fn what_twilio_takes_is_no_warning() {
    let verbs = [
        "<Say>a</Say>",
        "\n  <!-- comment -->\n  <?pi?><Say>a<!-- b -->c</Say>\n",
        "<Say voice='MAN' loop='0'><![CDATA[1 < 2]]></Say>",
        "<Record action='/a' playBeep='FALSE' method='post'/>",
        "<Gather action='/a' finishOnKey='' input='DTMF Speech'> <Pause/> </Gather>",
        "<Dial>\n  <Number>\n +1 415 555 0123 \n</Number>\n</Dial>",
        "<Dial><Conference waitUrl=''>room</Conference></Dial>",
    ];
    for verbs in verbs {
        assert_eq!(warnings(verbs), [], "{verbs}");
    }
}

#[test]
fn a_name_in_the_wrong_case_is_told_the_right_one() {
    let read = Response::read("<Response><say/><Hangup/></Response>").unwrap();
    assert_eq!(
        read.warnings[0].problem,
        Problem::WrongCase { expected: "Say" }
    );
    assert_eq!(
        read.warnings[0].to_string(),
        "<say> is written `Say`; the element is skipped"
    );
    assert!(matches!(read.document.verbs[..], [Verb::Hangup(_)]));
}

#[test]
fn what_cannot_be_built_can_be_read() {
    for verb in [
        "<Record timeout='9'/>",
        "<Gather timeout='9'><Say>a</Say></Gather>",
    ] {
        let read = Response::read(format!("<Response>{verb}</Response>")).unwrap();
        assert_eq!(read.warnings.len(), 1, "{verb}");
        assert_eq!(read.warnings[0].code, None, "{verb}");
        assert_eq!(read.warnings[0].problem, Problem::Loops, "{verb}");
        let timeout = read.document.verbs.iter().find_map(|verb| {
            if let Verb::Record(record) = verb {
                record.timeout_seconds
            } else if let Verb::Gather(gather) = verb {
                gather.timeout_seconds
            } else {
                None
            }
        });
        assert_eq!(timeout, Some(9), "{verb}");
        assert_eq!(read.document.to_xml().unwrap_err().problem, Problem::Loops);
    }
    let redirect = Response::read("<Response><Redirect/></Response>").unwrap();
    assert_eq!(
        redirect.document.to_xml().unwrap_err().problem,
        Problem::Missing
    );
}

#[test]
fn a_document_twilio_refuses_is_an_error_with_its_number() {
    let of = |document: &[u8]| Response::read(document).unwrap_err().code();
    let refused: [(&[u8], u32); 17] = [
        (b"", 12100),
        (b" ", 12100),
        (b"hello", 12100),
        (b"<Response>", 12100),
        (b"<Response/><Response/>", 12100),
        (b"<Response><Say>a</Response>", 12100),
        (b"<Response><Say a='1' a='2'/></Response>", 12100),
        (b"<Response>a & b</Response>", 12100),
        (b"<Response>&nbsp;</Response>", 12100),
        (b"<Response>\0</Response>", 12100),
        (b"<Response>&#0;</Response>", 12100),
        (b"<Response>\xff</Response>", 12100),
        (b"\n<?xml version=\"1.0\"?><Response/>", 12100),
        (b"<!DOCTYPE Response><Response/>", 12100),
        (b"<?xml version=\"1.1\"?><Response/>", 12101),
        (b"<response/>", 12102),
        (b"<Say>a</Say>", 12102),
    ];
    for (document, code) in refused {
        let shown = String::from_utf8_lossy(document);
        assert_eq!(of(document), code, "{shown}");
    }
    assert!(Response::read("\u{feff}<?xml version='1.0'?><Response/>").is_ok());
}

#[test]
fn a_document_is_read_up_to_64_kilobytes() {
    let of_size = |bytes: usize| {
        let around = "<Response><!---->".len() + "</Response>".len();
        format!("<Response><!--{}--></Response>", "x".repeat(bytes - around))
    };
    assert!(Response::read(of_size(MAX_DOCUMENT_BYTES)).is_ok());
    let error = Response::read(of_size(MAX_DOCUMENT_BYTES + 1)).unwrap_err();
    assert_eq!(error, ReadError::TooLarge { bytes: 65_537 });
    assert_eq!(error.code(), 11750);
}

#[test]
fn entities_are_never_expanded() {
    let laughs = "<?xml version=\"1.0\"?><!DOCTYPE r [<!ENTITY a \"ha\">\
        <!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\">]>\
        <Response><Say>&c;</Say></Response>";
    let file = "<!DOCTYPE r [<!ENTITY f SYSTEM \"file:///etc/hostname\">]>\
        <Response><Say>&f;</Say></Response>";
    for document in [laughs, file] {
        assert_eq!(Response::read(document).unwrap_err().code(), 12100);
    }
}

#[test]
fn depth_is_limited_and_costs_no_stack() {
    let nested = |name: &str, depth: usize| {
        let open = format!("<{name}>").repeat(depth);
        let close = format!("</{name}>").repeat(depth);
        format!("<Response><Say>{open}a{close}</Say></Response>")
    };
    // The response and the `<Say>` are levels too.
    let deep = Response::read(nested("prosody", MAX_DEPTH - 2)).unwrap();
    assert_eq!(deep.warnings, []);
    let too_deep = Response::read(nested("prosody", MAX_DEPTH)).unwrap_err();
    assert_eq!(too_deep, ReadError::TooDeep);
    assert!(Response::read(nested("a", 8000)).is_err());
    assert!(Response::read("<a>".repeat(20_000)).is_err());
    let unclosed = format!("<Response>{}", "<Say><p>".repeat(7000));
    assert!(Response::read(unclosed).is_err());
}

#[test]
fn what_is_nested_too_deep_is_not_written() {
    let nested = |depth: usize| {
        let mut prosody = Prosody::new().with_text("a");
        for _ in 1..depth {
            prosody = Prosody::new().with(prosody);
        }
        Response::new().with(Say::ssml().with(prosody)).to_xml()
    };
    let deepest = nested(MAX_DEPTH - 2).unwrap();
    assert_eq!(Response::read(deepest).unwrap().warnings, []);
    assert_eq!(nested(MAX_DEPTH).unwrap_err().problem, Problem::TooDeep);
}

#[test]
fn long_and_many_attributes_and_verbs_are_read() {
    let long = format!(
        "<Response><Record action='/{}'/></Response>",
        "a".repeat(65_000)
    );
    assert_eq!(Response::read(long).unwrap().warnings, []);
    let hangup = |count: usize| {
        let attributes: String = (0..count).map(|index| format!(" a{index}='>'")).collect();
        Response::read(format!(
            "<Response><!-- <a b=\" --><Hangup{attributes}/></Response>"
        ))
    };
    assert_eq!(hangup(256).unwrap().warnings.len(), 256);
    assert_eq!(hangup(257), Err(ReadError::TooManyAttributes));
    assert_eq!(hangup(5000), Err(ReadError::TooManyAttributes));
    let spaces = |count: usize| {
        let spaces: String = (0..count)
            .map(|index| format!(" xmlns:a{index}='>'"))
            .collect();
        Response::read(format!("<Response{spaces}/>"))
    };
    assert_eq!(spaces(32).unwrap().warnings, []);
    assert_eq!(spaces(33), Err(ReadError::TooManyNamespaces));
    let nested: String = (0..3000)
        .map(|index| format!("<a xmlns:a{index}='{index}'>"))
        .collect();
    let read = Response::read(format!("<Response>{nested}"));
    assert_eq!(read, Err(ReadError::TooManyNamespaces));
    let quoted = "<![CDATA[<a ']]>'\"".repeat(2000);
    assert!(Response::read(format!("<Response><Say>{quoted}</Say></Response>")).is_ok());
    let verbs = "<a/>".repeat(16_000);
    let read = Response::read(format!("<Response>{verbs}</Response>")).unwrap();
    assert_eq!(read.warnings.len(), 16_000);
    for between in ["<!---->", "<?a?>", "<a/>"] {
        let pieces = format!("a{between}").repeat(8000);
        let read = Response::read(format!("<Response><Say>{pieces}</Say></Response>")).unwrap();
        assert!(matches!(&read.document.verbs[..], [Verb::Say(say)] if say.text().len() == 8000));
    }
}

#[test]
fn a_parameter_has_absolute_urls_and_at_most_4000_characters() {
    let parameter = |document: Response| document.to_twiml_parameter();
    let gather = |url| Gather::new(url).unwrap();
    assert!(parameter(Response::new().with(gather("https://example.com/next"))).is_ok());
    let nested =
        gather("https://example.com/next").with(atlas_twilio::twiml::Play::new("a.mp3").unwrap());
    let documents = [
        Response::new().with(Redirect::new("/next").unwrap()),
        Response::new().with(Record::new("next").unwrap()),
        Response::new().with(nested),
        Response::new().with(
            Dial::number("+14155550123")
                .unwrap()
                .action("?a=b")
                .unwrap(),
        ),
    ];
    for document in documents {
        assert!(document.to_xml().is_ok());
        let error = parameter(document).unwrap_err();
        assert_eq!(error.problem, Problem::RelativeUrl, "{error}");
    }
    let around = Response::new()
        .with(Say::new("a").unwrap())
        .to_xml()
        .unwrap()
        .len()
        - 1;
    let of_length = |characters: usize| {
        let say = Say::new(&"é".repeat((characters - around).min(2000))).unwrap();
        let rest = characters - around - 2000;
        parameter(Response::new().with(say.with_text(&"x".repeat(rest)).voice("man").unwrap()))
    };
    let voice = " voice=\"man\"".len();
    assert_eq!(of_length(4000 - voice).unwrap().chars().count(), 4000);
    let error = of_length(4001 - voice).unwrap_err();
    assert_eq!(
        error.problem,
        Problem::ParameterTooLong { characters: 4001 }
    );
}

#[test]
fn a_document_whose_action_is_the_document_is_not_written() {
    let own_url = "https://example.com/voice?a=b".parse().unwrap();
    let at = |url: &str| {
        [
            Response::new().with(Record::new(url).unwrap()),
            Response::new().with(Gather::new(url).unwrap()),
        ]
        .map(|document| document.to_xml_at(&own_url).map_err(|error| error.problem))
    };
    for url in [
        "https://example.com/voice?a=b",
        "/voice?a=b",
        "?a=b",
        "voice?a=b#rc=2",
    ] {
        assert_eq!(at(url), [Err(Problem::Loops), Err(Problem::Loops)], "{url}");
    }
    for url in ["/voice", "?a=c", "https://example.org/voice?a=b"] {
        assert!(at(url).iter().all(Result::is_ok), "{url}");
    }
}

#[test]
fn a_reply_to_a_message_is_no_voice_document() {
    let read = MessagingResponse::read("<Response><Say>a</Say><Message/></Response>").unwrap();
    let places: Vec<_> = read
        .warnings
        .iter()
        .map(|warning| (warning.element.as_str(), warning.problem))
        .collect();
    assert_eq!(
        places,
        [
            ("Say", Problem::UnknownElement),
            ("Message", Problem::Empty)
        ]
    );
}
