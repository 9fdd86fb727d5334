//! Whatever text comes in, a well-formed document goes out that says just this text.

use atlas_twilio::twiml::{Gather, Pause, Play, Problem, Record, Redirect, Response, Say};
use proptest::prelude::*;

/// Any text, with many of the characters that matter to XML.
fn any_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<String>(),
        prop::collection::vec(any::<char>(), 0..8).prop_map(String::from_iter),
        prop::sample::select(vec![
            "\0",
            "\u{1}",
            "\u{b}",
            "\u{1f}",
            "\t",
            "\n",
            "\r",
            "\r\n",
            "\u{7f}",
            "\u{85}",
            "\u{2028}",
            "\u{fffd}",
            "\u{fffe}",
            "\u{ffff}",
            "&",
            "<",
            ">",
            "\"",
            "'",
            "]]>",
            "<!--",
            "&amp;",
            "&#0;",
            "</Say><Hangup/>",
            "🎉",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

/// What XML 1.0 can carry of a text (<https://www.w3.org/TR/xml/#charsets>).
fn carried(text: &str) -> String {
    let allowed = |character: &char| match u32::from(*character) {
        0x9 | 0xA | 0xD => true,
        code => {
            (0x20..=0xD7FF).contains(&code) || (0xE000..=0xFFFD).contains(&code) || code >= 0x10000
        }
    };
    text.chars().filter(allowed).collect()
}

proptest! {
    #[test]
    fn any_text_is_spoken_as_it_is(text in any_text()) {
        let Ok(say) = Say::new(&text) else {
            prop_assert!(carried(&text).trim().is_empty());
            return Ok(());
        };
        let document = Response::new().with(say).to_xml().unwrap();
        let document = roxmltree::Document::parse(&document).unwrap();
        let say = document.root_element().first_child().unwrap();
        prop_assert_eq!(say.text().map(str::to_owned), Some(carried(&text)));
        prop_assert_eq!(document.root_element().children().count(), 1);
        prop_assert_eq!(say.children().filter(roxmltree::Node::is_element).count(), 0);
    }

    #[test]
    fn any_url_is_written_as_it_is_or_refused(
        path in any_text(),
        base in prop::sample::select(vec!["", "/", "?", "https://example.com/", "ftp:", "mailto:"]),
        id in any_text(),
    ) {
        let url = format!("{base}{path}");
        let expected = carried(&url).trim().to_owned();
        let Ok(redirect) = Redirect::new(&url) else {
            prop_assert!(Play::new(&url).is_err());
            prop_assert!(Gather::new(&url).is_err());
            prop_assert!(Record::new(&url).is_err());
            let sound = url::Url::parse("https://example.com")
                .and_then(|base| base.join(&expected))
                .is_ok_and(|url| url.scheme() == "https");
            let blanks = expected.contains(|c: char| c.is_whitespace() || c.is_control());
            prop_assert!(expected.is_empty() || blanks || !sound, "{expected:?}");
            return Ok(());
        };
        let record = Record::new(&url).unwrap().transcribe(&url).unwrap();
        let record = record.clone().recording_configuration_id(&id).unwrap_or(record);
        let document = Response::new()
            .with(Gather::new(&url).unwrap().with(Play::new(&url).unwrap()).with(Pause::new()))
            .with(record)
            .with(redirect);
        if expected.starts_with('#') {
            // Only a fragment leads back to this document.
            let problem = document.to_xml().unwrap_err().problem;
            prop_assert_eq!(problem, Problem::Loops);
            return Ok(());
        }
        let xml = document.to_xml().unwrap();
        let read = Response::read(&xml).unwrap();
        prop_assert_eq!(read.document, document);
        prop_assert_eq!(read.warnings, []);
        let document = roxmltree::Document::parse(&xml).unwrap();
        let verbs: Vec<_> = document.root_element().children().collect();
        prop_assert_eq!(verbs.len(), 3);
        prop_assert_eq!(verbs[0].attribute("action"), Some(expected.as_str()));
        prop_assert_eq!(verbs[0].first_child().unwrap().text(), Some(expected.as_str()));
        prop_assert_eq!(verbs[1].attribute("action"), Some(expected.as_str()));
        prop_assert_eq!(verbs[1].attribute("transcribeCallback"), Some(expected.as_str()));
        prop_assert_eq!(verbs[2].text(), Some(expected.as_str()));
    }

    #[test]
    fn a_split_text_loses_nothing_that_can_be_spoken(
        pieces in prop::collection::vec(prop_oneof![
            any_text(),
            "[a-z]{1,12}[.!? ] ",
            "[a-zé日🎉]{500,900}",
            " {0,900}",
        ], 0..40)
    ) {
        let text = pieces.concat();
        let spoken: String = Say::split(&text).iter().map(Say::text).collect();
        let without_blanks = |text: &str| text.split_whitespace().collect::<String>();
        prop_assert_eq!(without_blanks(&spoken), without_blanks(&carried(&text)));
        for say in Say::split(&text) {
            prop_assert!(Say::new(&say.text()).is_ok());
        }
    }
}
