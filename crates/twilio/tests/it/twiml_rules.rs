//! Rules about what stands together, held by the builder and the reader alike.

use atlas_twilio::twiml::{
    Dial, Enqueue, PhoneNumber, Problem, Record, Response, Text, TwimlError,
};

#[test]
fn a_comment_inside_of_a_number_does_not_part_it_and_two_numbers_do_not_become_one() {
    let dial = |content: &str| {
        let read = Response::read(format!("<Response><Dial>{content}</Dial></Response>")).unwrap();
        (read.document, read.warnings.len())
    };
    let whole = Response::new().with(Dial::number("+1415 555-0123").unwrap());
    assert_eq!(dial("+1415<!-- area --> 555-0123"), (whole, 0));
    let too_long = format!("<!---->{}", "1<!---->".repeat(41));
    let nobody = Response::new().with(Dial::new());
    // The number is none, and nobody is left to call.
    assert_eq!(dial(&too_long), (nobody, 2));

    let two = Dial::number("+14155550123").unwrap();
    let two = two.with(PhoneNumber::try_from("+14155550124").unwrap());
    let problem = Response::new().with(two).to_xml().unwrap_err().problem;
    let other = "a plain number";
    assert_eq!(problem, Problem::Conflict { other });
    let two = Enqueue::new("one")
        .unwrap()
        .with(Text::try_from("two").unwrap());
    let problem = Response::new().with(two).to_xml().unwrap_err().problem;
    assert!(matches!(problem, Problem::TooMany { count: 2, .. }));
}

#[test]
fn an_action_that_is_only_a_fragment_or_a_question_mark_leads_back() {
    let own_url = "https://example.com/voice#here".parse().unwrap();
    for (action, known_only_with_url) in [("#again", false), ("?", true), ("/voice?#x", true)] {
        let document = Response::new().with(Record::new(action).unwrap());
        let problem = |result: Result<String, TwimlError>| result.unwrap_err().problem;
        assert_eq!(document.to_xml().is_ok(), known_only_with_url, "{action}");
        assert_eq!(
            problem(document.to_xml_at(&own_url)),
            Problem::Loops,
            "{action}"
        );
    }
    let onwards = Response::new().with(Record::new("?step=2#x").unwrap());
    assert!(onwards.to_xml_at(&own_url).is_ok());
}
