//! The messages of media streams, as Twilio's page shows them.

use atlas_twilio::media_streams::{
    FromTwilio, MAX_MESSAGE_BYTES, MulawAudio, StreamMessageError, ToTwilio,
};
use atlas_twilio::vocabulary::StreamTrack;
use proptest::prelude::*;

const STREAM: &str = "MZ0123456789abcdef0123456789abcdef";

/// One of each kind.
fn from_twilio() -> [String; 6] {
    [
        r#"{"event":"connected","protocol":"Call","version":"1.0.0"}"#.to_owned(),
        format!(
            r#"{{"event":"start","sequenceNumber":"1","streamSid":"{STREAM}","start":{{"accountSid":"AC0123456789abcdef0123456789abcdef","callSid":"CA0123456789abcdef0123456789abcdef","tracks":["inbound","outbound"],"mediaFormat":{{"encoding":"audio/x-mulaw","sampleRate":8000,"channels":1}},"customParameters":{{"FirstName":"Jane"}}}}}}"#
        ),
        format!(
            r#"{{"event":"media","sequenceNumber":"4","streamSid":"{STREAM}","media":{{"track":"inbound","chunk":"2","timestamp":"5","payload":"no+JhoaJjpz/"}}}}"#
        ),
        format!(
            r#"{{"event":"dtmf","sequenceNumber":"5","streamSid":"{STREAM}","dtmf":{{"track":"inbound_track","digit":"*"}}}}"#
        ),
        format!(
            r#"{{"event":"mark","sequenceNumber":"6","streamSid":"{STREAM}","mark":{{"name":"my label"}}}}"#
        ),
        format!(
            r#"{{"event":"stop","sequenceNumber":"7","streamSid":"{STREAM}","stop":{{"accountSid":"AC0123456789abcdef0123456789abcdef","callSid":"CA0123456789abcdef0123456789abcdef"}}}}"#
        ),
    ]
}

#[test]
fn every_message_of_twilio_is_read_and_written_as_it_came() {
    for text in from_twilio() {
        let message = FromTwilio::read(&text).unwrap();
        assert!(!matches!(message, FromTwilio::Other(_)), "{text}");
        assert_eq!(message.to_json(), text);
    }
}

#[test]
fn a_start_names_the_call_and_keeps_its_parameters_private() {
    let [_, text, ..] = from_twilio();
    let FromTwilio::Start(start) = FromTwilio::read(&text).unwrap() else {
        panic!("not a start");
    };
    assert_eq!(
        start.call_sid.as_str(),
        "CA0123456789abcdef0123456789abcdef"
    );
    assert_eq!(start.tracks, [StreamTrack::Inbound, StreamTrack::Outbound]);
    let format = start.media_format.as_ref().unwrap();
    assert_eq!(format.encoding, "audio/x-mulaw");
    assert_eq!(format.sample_rate_hz, MulawAudio::SAMPLE_RATE_HZ);
    assert_eq!(&*start.custom_parameters["FirstName"], "Jane");
    assert!(!format!("{start:?}").contains("Jane"));
}

#[test]
fn media_and_keys_are_decoded() {
    let [_, _, media, dtmf, ..] = from_twilio();
    let FromTwilio::Media(media) = FromTwilio::read(&media).unwrap() else {
        panic!("not media");
    };
    assert_eq!(media.sequence_number, Some(4));
    assert_eq!((media.chunk, media.timestamp_ms), (Some(2), Some(5)));
    assert_eq!(media.track, Some(StreamTrack::Inbound));
    assert_eq!(
        media.audio.bytes(),
        [0x9e, 0x8f, 0x89, 0x86, 0x86, 0x89, 0x8e, 0x9c, 0xff]
    );
    let FromTwilio::Dtmf(dtmf) = FromTwilio::read(&dtmf).unwrap() else {
        panic!("not a key");
    };
    assert_eq!(&*dtmf.digit, "*");
    assert_eq!(dtmf.track, Some(StreamTrack::Inbound));
    assert!(!format!("{dtmf:?}").contains('*'), "{dtmf:?}");
}

#[test]
fn numbers_are_taken_with_and_without_quotes() {
    for number in ["5", "\"5\""] {
        let text = format!(
            r#"{{"event":"mark","sequenceNumber":{number},"streamSid":"{STREAM}","mark":{{"name":"x"}},"new":[1]}}"#
        );
        let FromTwilio::Mark(mark) = FromTwilio::read(&text).unwrap() else {
            panic!("not a mark");
        };
        assert_eq!(mark.sequence_number, Some(5));
    }
}

#[test]
fn every_message_to_twilio_is_written_and_read_back() {
    let stream_sid = || STREAM.parse().unwrap();
    for (message, text) in [
        (
            ToTwilio::Media {
                stream_sid: stream_sid(),
                audio: MulawAudio::from_bytes(vec![0xff; 3]),
            },
            format!(r#"{{"event":"media","streamSid":"{STREAM}","media":{{"payload":"////"}}}}"#),
        ),
        (
            ToTwilio::Mark {
                stream_sid: stream_sid(),
                name: "a \"label\"".to_owned(),
            },
            format!(r#"{{"event":"mark","streamSid":"{STREAM}","mark":{{"name":"a \"label\""}}}}"#),
        ),
        (
            ToTwilio::Clear {
                stream_sid: stream_sid(),
            },
            format!(r#"{{"event":"clear","streamSid":"{STREAM}"}}"#),
        ),
    ] {
        assert_eq!(message.to_json(), text);
        assert_eq!(ToTwilio::read(&text).unwrap(), message);
    }
}

#[test]
fn an_unknown_event_is_kept_whole() {
    let text = r#"{"event":"speech","start":5,"secret":"words"}"#;
    let FromTwilio::Other(other) = FromTwilio::read(text).unwrap() else {
        panic!("it is known");
    };
    assert_eq!(other.event(), "speech");
    assert_eq!(other.json(), text);
    assert!(!format!("{other:?}").contains("words"));
    assert_eq!(FromTwilio::Other(other).to_json(), text);
    assert!(matches!(ToTwilio::read(text).unwrap(), ToTwilio::Other(_)));
}

#[test]
fn what_is_no_message_is_an_error_of_its_kind() {
    let media = |payload: &str| {
        format!(r#"{{"event":"media","streamSid":"{STREAM}","media":{{"payload":"{payload}"}}}}"#)
    };
    assert!(matches!(
        FromTwilio::read("{"),
        Err(StreamMessageError::Json(_))
    ));
    assert!(matches!(
        FromTwilio::read("{}"),
        Err(StreamMessageError::Json(_))
    ));
    assert!(matches!(
        FromTwilio::read(r#"{"event":"start"}"#),
        Err(StreamMessageError::Missing { name: "start" })
    ));
    assert!(matches!(
        FromTwilio::read(r#"{"event":"mark","streamSid":"x","mark":{"name":""}}"#),
        Err(StreamMessageError::InvalidSid {
            name: "streamSid",
            ..
        })
    ));
    assert!(matches!(
        FromTwilio::read(&media("no base64!")),
        Err(StreamMessageError::Payload(_))
    ));
    let largest = media(&"A".repeat(MAX_MESSAGE_BYTES - media("").len()));
    assert_eq!(largest.len(), MAX_MESSAGE_BYTES);
    assert!(!matches!(
        FromTwilio::read(&largest),
        Err(StreamMessageError::TooLarge)
    ));
    assert!(matches!(
        FromTwilio::read(&format!("{largest} ")),
        Err(StreamMessageError::TooLarge)
    ));
    let deep = format!(r#"{{"event":{}"#, "[".repeat(100_000));
    assert!(matches!(
        FromTwilio::read(&deep),
        Err(StreamMessageError::Json(_))
    ));
}

proptest! {
    #[test]
    fn no_text_stops_the_reader_and_what_is_read_is_read_again(
        text in "\\PC{0,60}", index in 0..6_usize, at in any::<prop::sample::Index>(), byte in 0..128_u8
    ) {
        prop_assert!(FromTwilio::read(&text).is_err() || text.contains("event"));
        let mut changed = from_twilio()[index].clone().into_bytes();
        let at = at.index(changed.len());
        changed[at] = byte;
        let changed = String::from_utf8(changed).unwrap();
        if let Ok(message) = FromTwilio::read(&changed) {
            prop_assert_eq!(FromTwilio::read(&message.to_json()).unwrap(), message);
        }
        if let Ok(message) = ToTwilio::read(&changed) {
            prop_assert_eq!(ToTwilio::read(&message.to_json()).unwrap(), message);
        }
    }
}
