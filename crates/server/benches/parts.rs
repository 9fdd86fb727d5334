//! The parts that every callback goes through, each beside its floor: the least that any
//! implementation must do for the same result, measured in the same run.
//!
//! `BENCH_SECONDS` (5 by default) is how long each is measured.
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a bench that cannot go on ends, and its table is what it is for"
)]

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Duration;

use atlas_domain::call::{
    AskedBy, Call, CallEvent, CallPurpose, CallStatus, EventIdentity, NewCall, Placed, RetryPlan,
    StatusUpdate, apply,
};
use atlas_domain::{CallSid, DialNo, Timestamp};
use atlas_twilio::http_method::HttpMethod;
use atlas_twilio::twiml::{Hangup, Key, Record, RecordingEvent, Response, Say, Trim, TwimlError};
use atlas_twilio::webhook::{SIGNATURE_HEADER, Verifier, WebhookRequest, WebhookSigner};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use criterion::{BenchmarkId, Criterion};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;

/// What each part is called in the table, and its two entries in criterion's folder.
const PARTS: [&str; 3] = ["twiml_render", "signature_check", "status_fold"];
const PART: &str = "part";
const FLOOR: &str = "floor";

fn main() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("criterion");
    let measured_for = measured_for();
    let mut criterion = Criterion::default()
        .warm_up_time(measured_for.div_f64(5.0))
        .measurement_time(measured_for)
        .output_directory(&folder)
        .configure_from_args();
    render_twiml(&mut criterion);
    check_signature(&mut criterion);
    fold_status(&mut criterion);
    criterion.final_summary();
    print_table(&folder);
}

#[expect(clippy::disallowed_methods, reason = "a bench has no settings")]
fn measured_for() -> Duration {
    let seconds = std::env::var("BENCH_SECONDS")
        .ok()
        .and_then(|seconds| seconds.parse().ok())
        .filter(|seconds| *seconds > 0)
        .unwrap_or(5);
    Duration::from_secs(seconds)
}

/// Measures a part and its floor under one name.
fn compare<P, F>(
    criterion: &mut Criterion,
    name: &str,
    mut part: impl FnMut() -> P,
    mut floor: impl FnMut() -> F,
) {
    let mut group = criterion.benchmark_group(name);
    group.bench_function(BenchmarkId::from_parameter(PART), |bencher| {
        bencher.iter(&mut part);
    });
    group.bench_function(BenchmarkId::from_parameter(FLOOR), |bencher| {
        bencher.iter(&mut floor);
    });
    group.finish();
}

/// The document with the consent notice, beside putting its pieces into one `String`.
fn render_twiml(criterion: &mut Criterion) {
    let document = consent_document().expect("a document");
    // As many pieces as there are names, values and texts.
    let pieces: Vec<&str> = document.split_inclusive(['"', '>']).collect();
    compare(
        criterion,
        "twiml_render",
        || consent_document().expect("a document"),
        || {
            let mut text = String::new();
            for piece in black_box(&pieces) {
                text.push_str(piece);
            }
            text
        },
    );
}

fn consent_document() -> Result<String, TwimlError> {
    const CONSENT_NOTICE: &str = "This call may be recorded for quality assurance and training \
        purposes. By remaining on the line, you consent to this recording. If you do not consent, \
        please hang up now.";
    const SCRIPT: &str = "Hello, this is a reminder of your appointment tomorrow at 10 o'clock. \
        Please tell us after the beep whether you will come.";
    const NEWS: &str = "https://calls.example.com/twilio/recording\
        ?call_id=6f2cbf1c-53d2-4e4b-9d8c-2d6f2f6f0a11&dial=1#rc=2&rp=ct,rt,5xx&ct=2000&rt=4500&tt=15000";
    const RECORDED: &str = "https://calls.example.com/twilio/recorded\
        ?call_id=6f2cbf1c-53d2-4e4b-9d8c-2d6f2f6f0a11&dial=1#rc=2&rp=ct,rt,5xx&ct=2000&rt=4500&tt=15000";
    let say = |text: &str| {
        Say::split(black_box(text))
            .into_iter()
            .map(|say| say.voice("alice")?.language("en-US"))
            .collect::<Result<Vec<_>, _>>()
    };
    let record = Record::new(black_box(RECORDED))?
        .method(HttpMethod::Post)
        .max_length_seconds(119)?
        .timeout_seconds(5)
        .finish_on_keys(&[Key::HASH])
        .trim(Trim::TrimSilence)
        .play_beep(true)
        .recording_status_callback(NEWS)?
        .recording_status_callback_method(HttpMethod::Post)
        .recording_status_callback_events(&[
            RecordingEvent::InProgress,
            RecordingEvent::Completed,
            RecordingEvent::Absent,
        ])
        .transcribe(NEWS)?;
    Response::new()
        .with_all(say(CONSENT_NOTICE)?)
        .with_all(say(SCRIPT)?)
        .with(record)
        .with(Hangup::new())
        .to_xml()
}

/// A status callback with everything Twilio sends, beside one bare HMAC-SHA1 over the same bytes.
fn check_signature(criterion: &mut Criterion) {
    const TOKEN: &str = "0123456789abcdef0123456789abcdef";
    const URL: &str = "https://calls.example.com/twilio/status\
        ?call_id=6f2cbf1c-53d2-4e4b-9d8c-2d6f2f6f0a11&dial=1";
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
    let signed = WebhookSigner::with_auth_token(TOKEN.into()).post_form(URL, &FORM);
    let signature = signed
        .headers
        .iter()
        .find(|(name, _)| *name == SIGNATURE_HEADER);
    let (_, signature) = signature.expect("a signature");
    let verifier = Verifier::new(TOKEN.into(), None).expect("a token");
    let verify = || {
        let request = WebhookRequest {
            url: black_box(URL),
            body: black_box(&signed.body),
            ..signed.request()
        };
        verifier.verify(&request).expect("a signature that fits");
    };
    // The form is in the order in which it is signed.
    let signed: String = std::iter::once(URL)
        .chain(FORM.iter().flat_map(|(name, value)| [*name, *value]))
        .collect();
    let bare = || {
        let mut mac = Hmac::<Sha1>::new_from_slice(TOKEN.as_bytes()).expect("a key");
        mac.update(black_box(signed.as_bytes()));
        STANDARD.encode(mac.finalize().into_bytes())
    };
    assert_eq!(bare(), signature, "both sign the same bytes");
    compare(criterion, "signature_check", verify, bare);
}

/// A status update for a call with ten attempts, beside cloning that call.
fn fold_status(criterion: &mut Criterion) {
    let call = call_with_attempts(10);
    let event = received(CallStatus::Completed, 99);
    compare(
        criterion,
        "status_fold",
        || apply(black_box(&call), black_box(&event), at(100)),
        || black_box(&call).clone(),
    );
}

fn call_with_attempts(attempts: u32) -> Call {
    let new = NewCall {
        call_id: "6f2cbf1c-53d2-4e4b-9d8c-2d6f2f6f0a11"
            .parse()
            .expect("an id"),
        user_id: None,
        user_external_id: Some("crm-17".parse().expect("an id")),
        to_number: "+14155550123".parse().expect("a number"),
        from_number: "+15005550006".parse().expect("a number"),
        purpose: CallPurpose::Script,
        script: Some("Hello, this is a reminder.".parse().expect("a script")),
        recording_enabled: true,
        retry_plan: RetryPlan::default(),
    };
    let accepted = CallEvent::Placed {
        dial_no: DialNo::FIRST,
        outcome: Placed::Accepted { sid: sid() },
        asked_by: AskedBy::Caller,
    };
    let call = apply(&Call::begin(new, at(0)), &accepted, at(0)).call;
    let call = (0..attempts).fold(call, |call, number| {
        let event = received(CallStatus::Ringing, number);
        apply(&call, &event, at(i64::from(number))).call
    });
    assert_eq!(call.attempts.len(), 10);
    call
}

fn received(status: CallStatus, number: u32) -> CallEvent {
    CallEvent::StatusReceived(StatusUpdate {
        sid: sid(),
        dial_no: Some(DialNo::FIRST),
        status,
        identity: EventIdentity::Sequence(number),
        carrier_time: Some(at(i64::from(number))),
        duration_seconds: None,
        sip_response_code: None,
        answered_by: None,
    })
}

fn sid() -> CallSid {
    "CAfedcba9876543210fedcba9876543210".parse().expect("a SID")
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix_millis(1_767_000_000_000 + seconds * 1000).expect("a time")
}

/// Prints what criterion measured; nothing where it only tried the benches out.
fn print_table(folder: &Path) {
    println!("\n{:<18}{:>12}{:>12}{:>8}", "", "part", "floor", "ratio");
    for name in PARTS {
        let (Some(part), Some(floor)) = (mean(folder, name, PART), mean(folder, name, FLOOR))
        else {
            continue;
        };
        let ratio = part / floor;
        println!("{name:<18}{part:>9.0} ns{floor:>9.0} ns{ratio:>8.2}");
    }
}

/// The mean time of one run, in nanoseconds.
fn mean(folder: &Path, name: &str, entry: &str) -> Option<f64> {
    let file: PathBuf = folder.join(name).join(entry).join("new/estimates.json");
    let estimates: serde_json::Value = serde_json::from_slice(&std::fs::read(file).ok()?).ok()?;
    estimates["mean"]["point_estimate"].as_f64()
}
