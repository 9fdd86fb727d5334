//! What every service on Twilio does all day. `scripts/bench-twilio-python` runs this, does the same with
//! twilio-python on the inputs that are left here, and prints both.
//!
//! `BENCH_SECONDS` (5 by default) is how long each is measured.
#![expect(
    clippy::expect_used,
    reason = "a bench that cannot go on ends, and says why"
)]

use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use atlas_twilio::http_method::HttpMethod;
use atlas_twilio::twiml::{
    Gather, Hangup, Key, MAX_DOCUMENT_BYTES, Pause, Play, Record, RecordingEvent, Response, Say,
    Trim, TwimlError,
};
use atlas_twilio::webhook::{StatusCallback, Verifier, WebhookRequest, WebhookSigner, receive};
use criterion::Criterion;

const TOKEN: &str = "0123456789abcdef0123456789abcdef";
const URL: &str = "https://calls.example.com/twilio/status?call=42&dial=1";
/// A status callback with what Twilio sends.
const FORM: [(&str, &str); 24] = [
    ("AccountSid", "AC0123456789abcdef0123456789abcdef"),
    ("ApiVersion", "2010-04-01"),
    ("CallDuration", "49"),
    ("CallSid", "CAfedcba9876543210fedcba9876543210"),
    ("CallStatus", "completed"),
    ("CallbackSource", "call-progress-events"),
    ("Called", "+14155550123"),
    ("CalledCity", "SAN FRANCISCO"),
    ("CalledCountry", "US"),
    ("CalledState", "CA"),
    ("CalledZip", "94105"),
    ("Caller", "+15005550006"),
    ("CallerCountry", "US"),
    ("Direction", "outbound-api"),
    ("Duration", "1"),
    ("From", "+15005550006"),
    ("FromCountry", "US"),
    ("SequenceNumber", "3"),
    ("SipResponseCode", "200"),
    ("Timestamp", "Sun, 25 Mar 2018 09:53:19 +0000"),
    ("To", "+14155550123"),
    ("ToCity", "SAN FRANCISCO"),
    ("ToCountry", "US"),
    ("ToState", "CA"),
];

fn main() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("beside-python");
    std::fs::create_dir_all(&folder).expect("a folder");
    let seconds = measured_seconds();
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_secs(seconds).div_f64(5.0))
        .measurement_time(Duration::from_secs(seconds))
        .output_directory(&folder)
        .configure_from_args();

    let signed = WebhookSigner::with_auth_token(TOKEN.into()).post_form(URL, &FORM);
    let document = large_document().expect("a document");
    let signature = signed
        .headers
        .iter()
        .find(|(name, _)| *name == atlas_twilio::webhook::SIGNATURE_HEADER)
        .map(|(_, value)| value);
    let inputs = serde_json::json!({
        "seconds": seconds,
        "consent": consent().expect("a document"),
        "url": URL,
        "token": TOKEN,
        "body": std::str::from_utf8(&signed.body).expect("a form"),
        "signature": signature,
        "document": document,
    });
    std::fs::write(folder.join("inputs.json"), inputs.to_string()).expect("the inputs");

    criterion.bench_function("write_consent", |bencher| {
        bencher.iter(|| consent().expect("a document"));
    });
    let verifier = Verifier::new(TOKEN.into(), None).expect("a token");
    criterion.bench_function("receive_callback", |bencher| {
        bencher.iter(|| {
            let request = WebhookRequest {
                url: black_box(URL),
                body: black_box(&signed.body),
                ..signed.request()
            };
            receive::<StatusCallback>(&verifier, &request).expect("a callback")
        });
    });
    criterion.bench_function("read_document", |bencher| {
        bencher.iter(|| Response::read(black_box(&document)).expect("a document"));
    });
    criterion.final_summary();
}

#[expect(clippy::disallowed_methods, reason = "a bench has no settings")]
fn measured_seconds() -> u64 {
    std::env::var("BENCH_SECONDS")
        .ok()
        .and_then(|seconds| seconds.parse().ok())
        .filter(|seconds| *seconds > 0)
        .unwrap_or(5)
}

/// A question, and a recording for those who agree.
fn consent() -> Result<String, TwimlError> {
    let gather = Gather::new("https://example.com/voice/consent")?
        .method(HttpMethod::Post)
        .digits(1)?
        .timeout_seconds(5)
        .with(say(
            "This call may be recorded. Press 1 to agree, or 2 to decline.",
        )?);
    let record = Record::new("https://example.com/voice/recorded")?
        .method(HttpMethod::Post)
        .finish_on_keys(&[Key::HASH])
        .max_length_seconds(120)?
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
    Response::new()
        .with(gather)
        .with(record)
        .with(say("We did not receive a recording. Goodbye.")?)
        .with(Hangup::new())
        .to_xml()
}

fn say(text: &str) -> Result<Say, TwimlError> {
    Say::new(text)?
        .voice("Polly.Joanna-Neural")?
        .language("en-US")
}

/// A document of nearly the largest size Twilio takes.
fn large_document() -> Result<String, TwimlError> {
    let mut document = Response::new();
    let mut xml = document.to_xml()?;
    loop {
        document = document
            .with(say("Thank you for calling. Tom & Jerry will be with you.")?)
            .with(Pause::seconds(2)?)
            .with(Play::new("https://example.com/audio/music.wav")?.loops(2)?);
        match document.to_xml() {
            Ok(longer) => xml = longer,
            Err(_) => break,
        }
    }
    assert!(
        xml.len() + 1000 > MAX_DOCUMENT_BYTES,
        "it is nearly the largest"
    );
    Ok(xml)
}
