//! `<Start>`, `<Stop>` and `<Connect>`.

use atlas_twilio::twiml::{
    AiSession, Config, Connect, Conversation, ConversationCallEvent, ConversationRelay,
    ConversationRelaySession, DialRecord, InterruptSensitivity, Interruptible, Recording,
    RecordingChannels, RecordingEvent, RecordingTrack, RelayLanguage, Room, Service, Siprec, Start,
    Stop, Stream, StreamTrack, Transcription, Trim, VirtualAgent,
};

use super::chooser::{Chooser, dress, with_some};
use super::dial::parameter;
pub(super) fn start(s: &mut Chooser) -> Start {
    let mut element = Start::new().with(started(s));
    dress! { s, element,
        set {
            method(s.method());
        }
        checked {
            action(&s.url());
        }
    }
    with_some!(s, element: started);
    element
}

fn started(s: &mut Chooser) -> Service {
    match s.below(4) {
        0 => stream(s).into(),
        1 => {
            let mut siprec = Siprec::to_connector(&s.text(128)).unwrap();
            with_some!(s, siprec: parameter);
            siprec.into()
        }
        2 => recording(s).into(),
        _ => transcription(s).into(),
    }
}

pub(super) fn stop(s: &mut Chooser) -> Stop {
    match s.below(3) {
        0 => Stop::new().with(Stream::named(&s.text(128)).unwrap()),
        1 => Stop::new().with(Siprec::named(&s.text(128)).unwrap()),
        _ => Stop::new().with(Transcription::named(&s.text(128)).unwrap()),
    }
}

pub(super) fn connect(s: &mut Chooser) -> Connect {
    let mut element = match s.below(7) {
        0 => Connect::to(stream(s).track(StreamTrack::Inbound)),
        1 => Connect::to(conversation_relay(s)),
        2 => Connect::to(room(s)),
        3 => Connect::to(conversation(s)),
        4 => Connect::to(virtual_agent(s)),
        5 => Connect::to(ai_session(s)),
        _ => Connect::to(conversation_relay_session(s)),
    };
    dress! { s, element,
        set {
            method(s.method());
        }
        checked {
            action(&s.url());
        }
    }
    element
}

fn stream(s: &mut Chooser) -> Stream {
    let mut element = if s.flag() {
        Stream::new(s.stream_url()).unwrap()
    } else {
        Stream::to_connector(&s.text(128)).unwrap()
    };
    dress! { s, element,
        set {
            track(s.pick(StreamTrack::ALL));
            status_callback_method(s.method());
        }
        checked {
            name(&s.text(128));
            connector_name(&s.text(128));
            url(s.stream_url());
            status_callback(&s.url());
            audio_format(&s.text(64));
            sample_rate_hz(s.number(8000, 48_000));
        }
    }
    with_some!(s, element: parameter);
    element
}

fn recording(s: &mut Chooser) -> Recording {
    let mut element = Recording::new();
    dress! { s, element,
        set {
            recording_status_callback_method(s.method());
            recording_status_callback_events(&s.some(RecordingEvent::ALL));
            trim(s.pick(Trim::ALL));
            track(s.pick(RecordingTrack::ALL));
            channels(s.pick(RecordingChannels::ALL));
        }
        checked {
            recording_status_callback(&s.url());
            recording_configuration_id(&s.text(64));
        }
    }
    element
}

fn transcription(s: &mut Chooser) -> Transcription {
    let mut element = Transcription::new(&s.url()).unwrap();
    dress! { s, element,
        set {
            track(s.pick(StreamTrack::ALL));
            status_callback_method(s.method());
            partial_results(s.flag());
            profanity_filter(s.flag());
            enable_automatic_punctuation(s.flag());
        }
        checked {
            name(&s.text(128));
            status_callback_url(&s.url());
            inbound_track_label(&s.text(128));
            outbound_track_label(&s.text(128));
            language_code(s.language());
            transcription_engine(&s.text(64));
            speech_model(&s.text(64));
            hints(&s.hints());
            intelligence_service(&s.text(64));
        }
    }
    with_some!(s, element: config);
    with_some!(s, element: parameter);
    element
}

fn conversation_relay(s: &mut Chooser) -> ConversationRelay {
    let mut element = ConversationRelay::new("wss://example.com/talk?a=b&c=\"d\"").unwrap();
    dress! { s, element,
        set {
            profanity_filter(s.flag());
            dtmf_detection(s.flag());
            partial_prompts(s.flag());
            welcome_greeting_interruptible(s.pick(Interruptible::ALL));
            interruptible(s.pick(Interruptible::ALL));
            preemptible(s.flag());
            report_input_during_agent_speech(s.pick(Interruptible::ALL));
            interrupt_sensitivity(s.pick(InterruptSensitivity::ALL));
            speech_timeout(s.auto());
            deepgram_smart_format(s.flag());
            ignore_backchannel(s.flag());
            partial_prompt_on_hangup(s.flag());
            asr_smart_format(s.flag());
        }
        checked {
            language(s.language());
            tts_language(s.language());
            transcription_language(s.language());
            tts_provider(&s.text(64));
            voice(&s.text(256));
            transcription_provider(&s.text(64));
            speech_model(&s.text(64));
            welcome_greeting(&s.text(4096));
            hints(&s.hints());
            intelligence_service(&s.text(64));
            elevenlabs_text_normalization(&s.text(16));
            debug(&s.text(256));
            background_noise_reduction(&s.text(64));
            events(&s.text(256));
            eager_eot_threshold(&s.text(16));
            tts_text_normalization(&s.text(16));
            tts_language_text_normalization(&s.text(16));
            elevenlabs_language_text_normalization(&s.text(16));
            include_in_prompt(&s.text(256));
            customer_name(&s.text(256));
            application_reconnect(&s.text(64));
            echo_prompt_filtering(&s.text(64));
            turn_detection(&s.text(64));
        }
    }
    with_some!(s, element: relay_language);
    with_some!(s, element: parameter);
    element
}

fn relay_language(s: &mut Chooser) -> RelayLanguage {
    let mut element = RelayLanguage::new(s.language()).unwrap();
    dress! { s, element,
        set {
            asr_smart_format(s.flag());
        }
        checked {
            tts_provider(&s.text(64));
            voice(&s.text(256));
            transcription_provider(&s.text(64));
            speech_model(&s.text(64));
            hints(&s.hints());
            tts_text_normalization(&s.text(16));
            tts_language_text_normalization(&s.text(16));
        }
    }
    element
}

fn room(s: &mut Chooser) -> Room {
    let mut element = Room::new(&s.text(128)).unwrap();
    dress! { s, element,
        checked {
            participant_identity(&s.text(128));
        }
    }
    element
}

fn conversation(s: &mut Chooser) -> Conversation {
    let mut element = Conversation::new();
    dress! { s, element,
        set {
            inbound_autocreation(s.flag());
            method(s.method());
            record(s.pick(DialRecord::ALL));
            trim(s.pick(Trim::ALL));
            recording_status_callback_method(s.method());
            recording_status_callback_events(&s.some(RecordingEvent::ALL));
            status_callback_method(s.method());
            status_callback_events(&s.some(ConversationCallEvent::ALL));
        }
        checked {
            service_instance_sid(&s.text(34));
            routing_assignment_timeout_seconds(s.number(1, u32::MAX));
            inbound_timeout_seconds(s.number(1, u32::MAX));
            url(&s.url());
            recording_status_callback(&s.url());
            status_callback(&s.url());
        }
    }
    element
}

fn virtual_agent(s: &mut Chooser) -> VirtualAgent {
    let mut element = VirtualAgent::new(&s.text(128)).unwrap();
    dress! { s, element,
        set {
            sentiment_analysis(s.flag());
            status_callback_method(s.method());
        }
        checked {
            language(s.language());
            status_callback(&s.url());
        }
    }
    with_some!(s, element: config);
    with_some!(s, element: parameter);
    element
}

fn ai_session(s: &mut Chooser) -> AiSession {
    let mut element = AiSession::new();
    dress! { s, element,
        checked {
            ai_connector(&s.text(128));
            ai_session_configuration(&s.text(128));
        }
    }
    element
}

fn conversation_relay_session(s: &mut Chooser) -> ConversationRelaySession {
    let mut element = ConversationRelaySession::new();
    dress! { s, element,
        checked {
            connector(&s.text(128));
            session_configuration(&s.text(128));
        }
    }
    element
}

fn config(s: &mut Chooser) -> Config {
    Config::new(&s.text(128), &s.text(4096)).unwrap()
}
