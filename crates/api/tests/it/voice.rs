//! What calls hear.

use std::sync::Arc;

use async_trait::async_trait;
use atlas_api::VoiceSettings;
use atlas_domain::call::{AskedBy, Call, CallEvent, Placed, apply};
use atlas_domain::{CallId, CallSid, DialNo, Timestamp};
use atlas_storage::{
    Claim, ClaimedCall, Directory, DirectoryEntry, MockDirectory, StorageError, UnlinkedRecording,
};

use crate::support::{BASE_URL, CALL_ID, CALL_SID, World, ask, call, signed, start};

const OVERRIDES: &str = "#rc=2&rp=ct,rt,5xx&ct=2000&rt=4500&tt=15000";
const CONSENT: &str = "This call may be recorded for quality assurance and training purposes. By \
    remaining on the line, you consent to this recording. If you do not consent, please hang up \
    now.";
const DEFAULT_MESSAGE: &str = "Thank you for answering. Please leave a message after the beep.";

/// A verb of a document: its name, its text, its attributes sorted by name.
#[derive(Debug, PartialEq, Eq)]
struct Verb {
    name: String,
    text: String,
    attributes: Vec<(String, String)>,
}

impl Verb {
    fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// A document, parsed, with the names and texts of its verbs.
fn parse(document: &str) -> Vec<Verb> {
    let document = roxmltree::Document::parse(document).unwrap();
    assert_eq!(document.root_element().tag_name().name(), "Response");
    let verb = |node: roxmltree::Node<'_, '_>| {
        let mut attributes: Vec<_> = node
            .attributes()
            .map(|one| (one.name().to_owned(), one.value().to_owned()))
            .collect();
        attributes.sort();
        Verb {
            name: node.tag_name().name().to_owned(),
            text: node.text().unwrap_or_default().to_owned(),
            attributes,
        }
    };
    document.root_element().children().map(verb).collect()
}

fn names(verbs: &[Verb]) -> Vec<&str> {
    verbs.iter().map(|verb| verb.name.as_str()).collect()
}

fn accepted(script: Option<&str>, recording_enabled: bool) -> Call {
    let mut call = call();
    call.script = script.map(|script| script.parse().unwrap());
    call.recording_enabled = recording_enabled;
    let event = CallEvent::Placed {
        dial_no: DialNo::FIRST,
        outcome: Placed::Accepted {
            sid: CALL_SID.parse().unwrap(),
        },
        asked_by: AskedBy::Caller,
    };
    apply(&call, &event, start()).call
}

fn uri() -> String {
    format!("/twilio/voice?call_id={CALL_ID}&dial=1&recording=true")
}

async fn heard(world: World, uri: &str, sid: &str) -> Vec<Verb> {
    let service = world.serve().await;
    let parameters = [("CallSid", sid), ("CallStatus", "in-progress")];
    let answer = ask(&service, signed(uri, &parameters)).await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.header("content-type"),
        Some("application/xml; charset=utf-8")
    );
    let again = ask(&service, signed(uri, &parameters)).await;
    assert_eq!(
        again.text(),
        answer.text(),
        "the same request gets the same document"
    );
    parse(answer.text())
}

#[actix_web::test]
async fn with_recording_consent_comes_first_and_the_recording_last() {
    let mut world = World::new();
    world.keep_call(Some(accepted(Some("Hello & <welcome>."), true)));
    let verbs = heard(world, &uri(), CALL_SID).await;
    assert_eq!(names(&verbs), ["Say", "Say", "Record", "Hangup"]);
    assert_eq!(verbs[0].text, CONSENT);
    assert_eq!(verbs[1].text, "Hello & <welcome>.");
    assert_eq!(verbs[1].attribute("voice"), Some("alice"));
    assert_eq!(verbs[1].attribute("language"), Some("en-US"));
    let named = format!("?call_id={CALL_ID}&dial=1{OVERRIDES}");
    let news = format!("{BASE_URL}/twilio/recording{named}");
    let recorded = format!("{BASE_URL}/twilio/recorded{named}");
    let expected: Vec<(String, String)> = [
        ("action", recorded.as_str()),
        ("finishOnKey", "#"),
        ("maxLength", "119"),
        ("method", "POST"),
        ("playBeep", "true"),
        ("recordingStatusCallback", &news),
        (
            "recordingStatusCallbackEvent",
            "in-progress completed absent",
        ),
        ("recordingStatusCallbackMethod", "POST"),
        ("timeout", "5"),
        ("transcribe", "true"),
        ("transcribeCallback", &news),
        ("trim", "trim-silence"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    assert_eq!(verbs[2].attributes, expected);
}

#[actix_web::test]
async fn without_transcription_recordings_may_be_as_long_as_configured() {
    let mut world = World::new();
    world.settings.voice = VoiceSettings::new("Polly.Joanna", "en-GB", 3600, false).unwrap();
    world.keep_call(Some(accepted(None, true)));
    let verbs = heard(world, &uri(), CALL_SID).await;
    assert_eq!(verbs[1].text, DEFAULT_MESSAGE);
    assert_eq!(verbs[1].attribute("voice"), Some("Polly.Joanna"));
    assert_eq!(verbs[2].attribute("maxLength"), Some("3600"));
    assert_eq!(verbs[2].attribute("transcribe"), None);
    assert_eq!(verbs[2].attribute("transcribeCallback"), None);
}

#[actix_web::test]
async fn without_recording_only_the_message_is_heard() {
    let long = "A sentence. ".repeat(400);
    let goodbye = "Thank you for answering. Goodbye.";
    for (script, expected) in [
        (Some("Hello."), vec!["Hello."]),
        (None, vec![goodbye]),
        (Some(""), vec![goodbye]),
        (Some("\u{1}\u{ffff} "), vec![goodbye]),
        (Some(long.as_str()), vec![&long[..3000], &long[3000..]]),
    ] {
        let mut world = World::new();
        world.keep_call(Some(accepted(script, false)));
        let verbs = heard(world, &uri(), CALL_SID).await;
        let (last, said) = verbs.split_last().unwrap();
        assert_eq!(last.name, "Hangup");
        let texts: Vec<&str> = said.iter().map(|verb| verb.text.as_str()).collect();
        assert_eq!(texts, expected);
        assert!(said.iter().all(|verb| verb.name == "Say"));
    }
}

#[actix_web::test]
async fn an_unknown_call_hears_the_default_message() {
    for (query, expected) in [
        ("", vec!["Say", "Say", "Record", "Hangup"]),
        ("?recording=true", vec!["Say", "Say", "Record", "Hangup"]),
        ("?recording=false", vec!["Say", "Hangup"]),
    ] {
        let mut world = World::new();
        world.keep_call(None);
        let verbs = heard(world, &format!("/twilio/voice{query}"), CALL_SID).await;
        assert_eq!(names(&verbs), expected, "{query}");
        if query != "?recording=false" {
            assert_eq!(verbs[1].text, DEFAULT_MESSAGE);
            let recorded = format!("{BASE_URL}/twilio/recorded{OVERRIDES}");
            assert_eq!(verbs[2].attribute("action"), Some(recorded.as_str()));
        }
    }
}

#[actix_web::test]
async fn a_second_leg_hears_nothing() {
    let mut world = World::new();
    world.keep_call(Some(accepted(Some("Hello."), false)));
    let other_leg = "CAffffffffffffffffffffffffffffffff";
    let verbs = heard(world, &uri(), other_leg).await;
    assert_eq!(names(&verbs), ["Hangup"]);
}

#[actix_web::test]
async fn after_a_recording_the_call_ends() {
    let service = World::new().serve().await;
    let answer = ask(
        &service,
        signed("/twilio/recorded", &[("CallSid", CALL_SID)]),
    )
    .await;
    assert_eq!(names(&parse(answer.text())), ["Hangup"]);
}

#[actix_web::test]
async fn a_call_that_cannot_be_read_is_asked_for_again_three_times() {
    for (tries, next) in [("", "1"), ("&tries=1", "2"), ("&tries=2", "3")] {
        let mut world = World::new();
        world.directory = Arc::new(failing_directory());
        let verbs = heard(world, &format!("{}{tries}", uri()), CALL_SID).await;
        assert_eq!(names(&verbs), ["Pause", "Redirect"]);
        assert_eq!(verbs[0].attribute("length"), Some("3"));
        let again = format!("{BASE_URL}{}&tries={next}{OVERRIDES}", uri());
        assert_eq!(verbs[1].text, again);
    }
    let mut world = World::new();
    world.directory = Arc::new(failing_directory());
    let verbs = heard(world, &format!("{}&tries=3", uri()), CALL_SID).await;
    assert_eq!(names(&verbs), ["Say", "Hangup"]);
    assert!(verbs[0].text.contains("sorry"));
}

#[actix_web::test]
async fn a_database_that_hangs_keeps_nobody_waiting_longer_than_four_seconds() {
    tokio::time::pause();
    let mut world = World::new();
    world.directory = Arc::new(HangingDirectory);
    let service = world.serve().await;
    let before = tokio::time::Instant::now();
    let answer = ask(&service, signed(&uri(), &[("CallSid", CALL_SID)])).await;
    assert_eq!(names(&parse(answer.text())), ["Pause", "Redirect"]);
    assert!(
        before.elapsed().as_millis() < 4100,
        "{:?}",
        before.elapsed()
    );
}

fn failing_directory() -> MockDirectory {
    let mut directory = MockDirectory::new();
    directory
        .expect_locate_call()
        .returning(|_| Err(StorageError::Unavailable("away".into())));
    directory
}

/// A directory that never answers.
struct HangingDirectory;

#[async_trait]
impl Directory for HangingDirectory {
    async fn locate_call(&self, _id: CallId) -> Result<Option<DirectoryEntry>, StorageError> {
        std::future::pending().await
    }

    async fn locate_sid(&self, _sid: &CallSid) -> Result<Option<DirectoryEntry>, StorageError> {
        std::future::pending().await
    }

    async fn claim_due(
        &self,
        _claim: &Claim,
        _now: Timestamp,
    ) -> Result<Vec<ClaimedCall>, StorageError> {
        std::future::pending().await
    }

    async fn release(&self, _claimed: &ClaimedCall) -> Result<(), StorageError> {
        std::future::pending().await
    }

    async fn next_due_at(&self) -> Result<Option<Timestamp>, StorageError> {
        std::future::pending().await
    }

    async fn unlinked_recordings(
        &self,
        _changed_before: Timestamp,
        _limit: u32,
    ) -> Result<Vec<UnlinkedRecording>, StorageError> {
        std::future::pending().await
    }
}
