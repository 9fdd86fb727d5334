//! A form may be any bytes, and every request is read from one or refused.
#![no_main]

use atlas_twilio::webhook::{
    AsyncAmdCallback, ConferenceStatusCallback, DequeueRequest, DialAction, EnqueueAction,
    FallbackRequest, Form, FromForm, GatherAction, GatherPartialResult, InboundMessage,
    MessageStatusCallback, QueueWaitRequest, RecordAction, RecordingStatusCallback, StatusCallback,
    StreamStatusCallback, TranscriptionCallback, VoiceRequest,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    let form = Form::parse(body);
    for (name, value) in form.iter() {
        assert!(form.get_all(name).any(|other| other == value));
    }
    read::<VoiceRequest>(&form, VoiceRequest::form);
    read::<FallbackRequest>(&form, FallbackRequest::form);
    read::<StatusCallback>(&form, StatusCallback::form);
    read::<AsyncAmdCallback>(&form, AsyncAmdCallback::form);
    read::<GatherAction>(&form, GatherAction::form);
    read::<GatherPartialResult>(&form, GatherPartialResult::form);
    read::<RecordAction>(&form, RecordAction::form);
    read::<RecordingStatusCallback>(&form, RecordingStatusCallback::form);
    read::<TranscriptionCallback>(&form, TranscriptionCallback::form);
    read::<DialAction>(&form, DialAction::form);
    read::<EnqueueAction>(&form, EnqueueAction::form);
    read::<QueueWaitRequest>(&form, QueueWaitRequest::form);
    read::<DequeueRequest>(&form, DequeueRequest::form);
    read::<ConferenceStatusCallback>(&form, ConferenceStatusCallback::form);
    read::<StreamStatusCallback>(&form, StreamStatusCallback::form);
    read::<InboundMessage>(&form, InboundMessage::form);
    read::<MessageStatusCallback>(&form, MessageStatusCallback::form);
});

/// What is read keeps its whole form.
fn read<Request: FromForm>(form: &Form, kept: fn(&Request) -> &Form) {
    if let Ok(request) = Request::from_form(form.clone()) {
        assert_eq!(kept(&request), form);
    }
}
