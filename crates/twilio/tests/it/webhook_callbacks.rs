//! Every request of Twilio, with the parameters it has and without them.

use std::fmt::Debug;

use atlas_twilio::sid::{CallSid, QueueSid, RecordingSid};
use atlas_twilio::vocabulary::{
    AnsweredBy, CallStatus, ConferenceEvent, DialCallStatus, Direction, MessageStatus, OptOut,
    QueueResult, StreamEvent,
};
use atlas_twilio::webhook::{
    AsyncAmdCallback, ConferenceStatusCallback, DequeueRequest, DialAction, EnqueueAction,
    FallbackRequest, Form, FormError, FromForm, GatherAction, GatherPartialResult, InboundMessage,
    MessageStatusCallback, QueueWaitRequest, RecordAction, RecordingStatusCallback, StatusCallback,
    StreamStatusCallback, TranscriptionCallback, VoiceRequest,
};

const CALL: &str = "CA0123456789abcdef0123456789abcdef";
const OTHER_CALL: &str = "CAfedcba9876543210fedcba9876543210";
const COMMON: &str = "CallSid=CA0123456789abcdef0123456789abcdef\
    &AccountSid=AC0123456789abcdef0123456789abcdef&From=%2B14155550100&To=%2B14155550123\
    &CallStatus=in-progress&ApiVersion=2010-04-01&Direction=inbound&ForwardedFrom=&CallerName=\
    &FromCity=SAN+FRANCISCO&FromState=CA&FromZip=94105&FromCountry=US&ToCity=&Brand_New=1";

/// Reads a request with the common parameters and others.
fn read<Request: FromForm>(others: &str) -> Request {
    read_only(&format!("{COMMON}&{others}"))
}

fn read_only<Request: FromForm>(body: &str) -> Request {
    Request::from_form(Form::parse(body.as_bytes())).unwrap()
}

#[test]
fn a_voice_request_knows_its_call_and_where_it_came_from() {
    let request: VoiceRequest = read(
        "CallToken=secret-token&MachineDetectionDuration=2310&AnsweredBy=machine_start\
         &StirVerstat=TN-Validation-Passed-A&ApplicationSid=AP0123456789abcdef0123456789abcdef",
    );
    assert_eq!(request.call.call_sid.as_str(), CALL);
    assert_eq!(request.call.call_status, Some(CallStatus::InProgress));
    assert_eq!(request.call.direction, Some(Direction::Inbound));
    assert_eq!(request.call.answered_by, Some(AnsweredBy::MachineStart));
    assert_eq!(request.call.to.as_deref(), Some("+14155550123"));
    assert_eq!(request.call.caller_name, None);
    assert_eq!(request.call.from_place.zip.as_deref(), Some("94105"));
    assert_eq!(request.call.from_place.country.as_deref(), Some("US"));
    assert_eq!(request.call.to_place.city, None);
    assert!(request.call.application_sid.is_some());
    assert_eq!(request.machine_detection_duration_ms, Some(2310));
    assert_eq!(
        request.stir_verstat.as_deref(),
        Some("TN-Validation-Passed-A")
    );
    assert_eq!(request.form().get("Brand_New"), Some("1"));
    let shown = format!("{request:?}");
    for private in ["1415", "FRANCISCO", "94105", "secret-token"] {
        assert!(!shown.contains(private), "{private} in {shown}");
    }
}

#[test]
fn the_leg_of_a_dial_has_a_parent() {
    let body = format!(
        "CallSid={OTHER_CALL}&ParentCallSid={CALL}&Direction=outbound-dial&CallStatus=ringing\
         &SequenceNumber=1&CallbackSource=call-progress-events&StirStatus=B"
    );
    let whisper: VoiceRequest = read_only(&body);
    let status: StatusCallback = read_only(&body);
    for call in [&whisper.call, &status.call] {
        assert_eq!(
            call.parent_call_sid.as_ref().map(CallSid::as_str),
            Some(CALL)
        );
        assert_eq!(call.direction, Some(Direction::OutboundDial));
    }
    assert_eq!(status.stir_status.as_deref(), Some("B"));
}

#[test]
fn a_fallback_request_says_what_went_wrong() {
    let request: FallbackRequest =
        read("ErrorCode=11200&ErrorUrl=https%3A%2F%2Fexample.com%2Fvoice");
    assert_eq!(request.error_code, Some(11200));
    assert_eq!(
        request.error_url.as_deref(),
        Some("https://example.com/voice")
    );
}

#[test]
fn a_gather_hands_out_keys_or_speech() {
    let keys: GatherAction = read("Digits=123&FinishedOnKey=%23&msg=Gather+End");
    assert_eq!(keys.digits.as_deref(), Some("123"));
    assert_eq!(keys.finished_on_key.as_deref(), Some("#"));
    assert_eq!(keys.speech_result, None);
    assert!(!format!("{keys:?}").contains("\"123\""));
    let speech: GatherAction = read("SpeechResult=yes+please&Confidence=0.9128384&Language=en-US");
    assert_eq!(speech.speech_result.as_deref(), Some("yes please"));
    assert_eq!(speech.confidence, Some(0.912_838_4));
    assert_eq!(speech.language.as_deref(), Some("en-US"));
    for odd in ["NaN", "1.1", "-0.1", "inf", "high", ""] {
        let action: GatherAction = read(&format!("Confidence={odd}"));
        assert_eq!(action.confidence, None, "{odd}");
    }
}

#[test]
fn a_partial_result_tells_what_may_still_change() {
    let result: GatherPartialResult =
        read("UnstableSpeechResult=pleas&Stability=0.8&StableSpeechResult=yes&SequenceNumber=4");
    assert_eq!(result.unstable_speech_result.as_deref(), Some("pleas"));
    assert_eq!(result.stable_speech_result.as_deref(), Some("yes"));
    assert_eq!(result.stability, Some(0.8));
    assert_eq!(result.sequence_number, Some(4));
}

#[test]
fn an_asynchronous_verdict_has_little_more_than_the_verdict() {
    let callback: AsyncAmdCallback = read_only(&format!(
        "CallSid={CALL}&AnsweredBy=machine_end_beep&MachineDetectionDuration=5900"
    ));
    assert_eq!(callback.call.answered_by, Some(AnsweredBy::MachineEndBeep));
    assert_eq!(callback.machine_detection_duration_ms, Some(5900));
}

#[test]
fn a_dial_action_tells_how_its_leg_ended() {
    let action: DialAction = read(&format!(
        "DialCallStatus=completed&DialCallSid={OTHER_CALL}&DialCallDuration=17&DialBridged=true\
         &RecordingUrl=https%3A%2F%2Fx%2FRecordings%2FREfedcba9876543210fedcba9876543210"
    ));
    assert_eq!(action.dial_call_status, Some(DialCallStatus::Completed));
    assert_eq!(
        action.dial_call_sid.as_ref().map(CallSid::as_str),
        Some(OTHER_CALL)
    );
    assert_eq!(action.dial_call_duration_seconds, Some(17));
    assert_eq!(action.dial_bridged, Some(true));
    assert_eq!(
        action.recording_sid.as_ref().map(RecordingSid::as_str),
        Some("REfedcba9876543210fedcba9876543210")
    );
    let new_word: DialAction = read("DialCallStatus=transferred");
    assert_eq!(
        new_word.dial_call_status,
        Some(DialCallStatus::Other("transferred".to_owned()))
    );
}

#[test]
fn a_queue_tells_who_waits_and_how_it_ended() {
    const QUEUE: &str = "QueueSid=QU0123456789abcdef0123456789abcdef";
    let waiting: QueueWaitRequest = read(&format!(
        "{QUEUE}&QueuePosition=2&QueueTime=31&AvgQueueTime=45&CurrentQueueSize=3&MaxQueueSize=100"
    ));
    assert_eq!(waiting.queue_position, Some(2));
    assert_eq!(waiting.queue_time_seconds, Some(31));
    assert_eq!(waiting.average_queue_time_seconds, Some(45));
    assert_eq!(waiting.current_queue_size, Some(3));
    assert_eq!(waiting.max_queue_size, Some(100));
    let leaving: DequeueRequest = read(&format!(
        "{QUEUE}&QueueTime=32&DequeingCallSid={OTHER_CALL}"
    ));
    assert_eq!(leaving.queue_time_seconds, Some(32));
    assert_eq!(
        leaving.dequeuing_call_sid.as_ref().map(CallSid::as_str),
        Some(OTHER_CALL)
    );
    let left: EnqueueAction = read(&format!("{QUEUE}&QueueResult=bridged&QueueTime=33"));
    assert_eq!(left.queue_result, Some(QueueResult::Bridged));
    assert_eq!(left.queue_time_seconds, Some(33));
    assert_eq!(
        left.queue_sid.as_ref().map(QueueSid::as_str),
        Some("QU0123456789abcdef0123456789abcdef")
    );
}

#[test]
fn a_conference_tells_who_did_what() {
    let callback: ConferenceStatusCallback = read_only(&format!(
        "ConferenceSid=CF0123456789abcdef0123456789abcdef&FriendlyName=room+1&SequenceNumber=5\
         &AccountSid=AC0123456789abcdef0123456789abcdef&StatusCallbackEvent=participant-leave\
         &Timestamp=Sun%2C+25+Mar+2018+09%3A53%3A19+%2B0000&CallSid={CALL}&Muted=false&Hold=true\
         &Coaching=false&StartConferenceOnEnter=true&EndConferenceOnExit=true\
         &ParticipantLabel=Jane&Reason=left&ReasonConferenceEnded=x&CallSidEndingConference={CALL}"
    ));
    assert_eq!(callback.event, Some(ConferenceEvent::ParticipantLeave));
    assert_eq!(callback.friendly_name.as_deref(), Some("room 1"));
    assert_eq!(callback.sequence_number, Some(5));
    assert_eq!(callback.timestamp.unwrap().unix_timestamp(), 1_521_971_599);
    assert_eq!((callback.muted, callback.hold), (Some(false), Some(true)));
    assert_eq!(callback.coaching, Some(false));
    assert_eq!(callback.start_conference_on_enter, Some(true));
    assert_eq!(callback.end_conference_on_exit, Some(true));
    assert_eq!(callback.reason.as_deref(), Some("left"));
    assert_eq!(callback.reason_conference_ended.as_deref(), Some("x"));
    assert_eq!(callback.call_sid, callback.call_sid_ending_conference);
    assert!(!format!("{callback:?}").contains("Jane"));
}

#[test]
fn a_stream_tells_its_time_in_the_newer_way() {
    let callback: StreamStatusCallback = read_only(&format!(
        "CallSid={CALL}&StreamSid=MZ0123456789abcdef0123456789abcdef&StreamName=mine\
         &StreamEvent=stream-error&StreamError=refused&Timestamp=2018-03-25T09%3A53%3A19.000Z"
    ));
    assert_eq!(callback.event, Some(StreamEvent::Error));
    assert_eq!(callback.stream_name.as_deref(), Some("mine"));
    assert_eq!(callback.error.as_deref(), Some("refused"));
    assert_eq!(callback.timestamp.unwrap().unix_timestamp(), 1_521_971_599);
}

#[test]
fn an_inbound_message_has_its_text_and_its_media() {
    let message: InboundMessage = read_only(
        "MessageSid=MM0123456789abcdef0123456789abcdef&From=%2B14155550100&To=%2B14155550123\
         &Body=my+secret&NumMedia=2&NumSegments=1&MediaUrl0=https%3A%2F%2Fx%2F0\
         &MediaContentType0=image%2Fpng&MediaUrl1=https%3A%2F%2Fx%2F1&OptOutType=STOP\
         &MessagingServiceSid=MG0123456789abcdef0123456789abcdef&ToCountry=US",
    );
    assert_eq!(message.body.as_deref(), Some("my secret"));
    assert_eq!(message.segments, Some(1));
    assert_eq!(message.opt_out, Some(OptOut::Stop));
    assert!(message.messaging_service_sid.is_some());
    assert_eq!(message.to_place.country.as_deref(), Some("US"));
    let media: Vec<_> = message
        .media
        .iter()
        .map(|medium| (medium.url.as_str(), medium.content_type.as_deref()))
        .collect();
    assert_eq!(
        media,
        [("https://x/0", Some("image/png")), ("https://x/1", None)]
    );
    assert!(!format!("{message:?}").contains("my secret"));
    let claims_more: InboundMessage =
        read_only("MessageSid=SM0123456789abcdef0123456789abcdef&NumMedia=255");
    assert_eq!(claims_more.media, []);
}

#[test]
fn a_message_that_was_not_delivered_says_why() {
    let callback: MessageStatusCallback = read_only(
        "MessageSid=SM0123456789abcdef0123456789abcdef&MessageStatus=undelivered\
         &SmsStatus=undelivered&ErrorCode=30003&RawDlrDoneDate=2603250953&To=%2B14155550123",
    );
    assert_eq!(callback.message_status, Some(MessageStatus::Undelivered));
    assert_eq!(callback.error_code, Some(30003));
    assert_eq!(callback.raw_dlr_done_date.as_deref(), Some("2603250953"));
    assert!(!format!("{callback:?}").contains("1415"));
}

/// Whether a request can be read with nothing but the SID it is about, and not without.
fn needs_only<Request: FromForm + Debug>(name: &'static str, sid: &str) {
    read_only::<Request>(&format!("{name}={sid}"));
    let without = Request::from_form(Form::parse(b"AccountSid=AC1"));
    assert_eq!(without.unwrap_err(), FormError::Missing { name });
    let with_another = Request::from_form(Form::parse(format!("{name}=XX1").as_bytes()));
    assert!(matches!(
        with_another.unwrap_err(),
        FormError::InvalidSid { .. }
    ));
}

#[test]
fn every_request_needs_the_sid_it_is_about_and_nothing_else() {
    needs_only::<VoiceRequest>("CallSid", CALL);
    needs_only::<FallbackRequest>("CallSid", CALL);
    needs_only::<StatusCallback>("CallSid", CALL);
    needs_only::<AsyncAmdCallback>("CallSid", CALL);
    needs_only::<GatherAction>("CallSid", CALL);
    needs_only::<GatherPartialResult>("CallSid", CALL);
    needs_only::<RecordAction>("CallSid", CALL);
    needs_only::<TranscriptionCallback>("CallSid", CALL);
    needs_only::<RecordingStatusCallback>("CallSid", CALL);
    needs_only::<DialAction>("CallSid", CALL);
    needs_only::<EnqueueAction>("CallSid", CALL);
    needs_only::<QueueWaitRequest>("CallSid", CALL);
    needs_only::<DequeueRequest>("CallSid", CALL);
    needs_only::<StreamStatusCallback>("CallSid", CALL);
    let conference = "CF0123456789abcdef0123456789abcdef";
    needs_only::<ConferenceStatusCallback>("ConferenceSid", conference);
    let message = "SM0123456789abcdef0123456789abcdef";
    needs_only::<InboundMessage>("MessageSid", message);
    needs_only::<MessageStatusCallback>("MessageSid", message);
}
