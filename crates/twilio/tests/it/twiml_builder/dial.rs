//! `<Dial>` and whom it calls.

use atlas_twilio::twiml::{
    Application, CallProgressEvent, Client, Conference, ConferenceBeep, ConferenceEvent,
    ConferenceRecord, Dial, DialRecord, Header, Headers, JitterBufferSize, MachineDetection, Noun,
    Number, Parameter, Queue, RecordingEvent, RecordingTrack, Sim, Sip, Trim, Uri, WhatsApp,
};

use super::chooser::{Chooser, dress, with_some};
pub(super) fn dial(s: &mut Chooser) -> Dial {
    let mut element = match s.below(6) {
        0 => Dial::number(s.phone_number()).unwrap(),
        1 => Dial::new().with(conference(s)),
        2 => Dial::new().with(queue(s)),
        3 => Dial::new().with(application(s)),
        _ => {
            let mut element = Dial::new().with(number(s));
            with_some!(s, element: ringing);
            element
        }
    };
    dress! { s, element,
        set {
            method(s.method());
            hangup_on_star(s.flag());
            record(s.pick(DialRecord::ALL));
            trim(s.pick(Trim::ALL));
            recording_status_callback_method(s.method());
            recording_status_callback_events(&s.some(RecordingEvent::ALL));
            recording_track(s.pick(RecordingTrack::ALL));
            answer_on_bridge(s.flag());
            sequential(s.flag());
            refer_method(s.method());
        }
        checked {
            action(&s.url());
            timeout_seconds(s.number(5, 600));
            time_limit_seconds(s.number(1, u32::MAX));
            caller_id(s.address());
            recording_status_callback(&s.url());
            recording_configuration_id(&s.text(64));
            ring_tone(&s.text(8));
            call_reason(&s.text(50));
            refer_url(&s.url());
            events(&s.text(1024));
            passports(&s.text(8192));
        }
    }
    element
}

/// What rings beside others.
fn ringing(s: &mut Chooser) -> Noun {
    match s.below(5) {
        0 => number(s).into(),
        1 => client(s).into(),
        2 => Sim::new(&s.text(64)).unwrap().into(),
        3 => sip(s).into(),
        _ => whats_app(s).into(),
    }
}

fn number(s: &mut Chooser) -> Number {
    let mut element = Number::new(s.phone_number()).unwrap();
    dress! { s, element,
        set {
            method(s.method());
            status_callback_events(&s.some(CallProgressEvent::ALL));
            status_callback_method(s.method());
            machine_detection(s.pick(MachineDetection::ALL));
            amd_status_callback_method(s.method());
        }
        checked {
            send_digits(s.tones());
            url(&s.url());
            status_callback(&s.url());
            byoc(&s.text(34));
            amd_status_callback(&s.url());
            machine_detection_timeout_seconds(s.number(3, 59));
            machine_detection_speech_threshold_ms(s.number(1000, 6000));
            machine_detection_speech_end_threshold_ms(s.number(500, 5000));
            machine_detection_silence_timeout_ms(s.number(2000, 10_000));
        }
    }
    element
}

fn client(s: &mut Chooser) -> Client {
    let mut element = Client::new(&s.text(121)).unwrap();
    dress! { s, element,
        set {
            method(s.method());
            status_callback_events(&s.some(CallProgressEvent::ALL));
            status_callback_method(s.method());
        }
        checked {
            url(&s.url());
            status_callback(&s.url());
        }
    }
    with_some!(s, element: parameter);
    element
}

fn conference(s: &mut Chooser) -> Conference {
    let mut element = Conference::new(&s.text(128)).unwrap();
    dress! { s, element,
        set {
            muted(s.flag());
            beep(s.pick(ConferenceBeep::ALL));
            start_conference_on_enter(s.flag());
            end_conference_on_exit(s.flag());
            wait_method(s.method());
            record(s.pick(ConferenceRecord::ALL));
            coach(s.call_sid());
            trim(s.pick(Trim::ALL));
            status_callback_events(&s.some(ConferenceEvent::ALL));
            status_callback_method(s.method());
            recording_status_callback_method(s.method());
            recording_status_callback_events(&s.some(RecordingEvent::ALL));
            jitter_buffer_size(s.pick(JitterBufferSize::ALL));
        }
        checked {
            wait_url(&s.wait_url());
            max_participants(s.number(2, 250));
            recording_configuration_id(&s.text(64));
            region(&s.text(16));
            status_callback(&s.url());
            recording_status_callback(&s.url());
            event_callback_url(&s.url());
            participant_label(&s.text(128));
        }
    }
    element
}

pub(super) fn queue(s: &mut Chooser) -> Queue {
    let mut element = Queue::new(&s.text(64)).unwrap();
    dress! { s, element,
        set {
            method(s.method());
        }
        checked {
            url(&s.url());
            reservation_sid(&s.text(34));
            post_work_activity_sid(&s.text(34));
        }
    }
    element
}

fn application(s: &mut Chooser) -> Application {
    let mut element = Application::new(&s.text(34)).unwrap();
    dress! { s, element,
        set {
            method(s.method());
            status_callback_events(&s.some(CallProgressEvent::ALL));
            status_callback_method(s.method());
            copy_parent_to(s.flag());
        }
        checked {
            url(&s.url());
            status_callback(&s.url());
            customer_id(&s.text(256));
        }
    }
    with_some!(s, element: parameter);
    element
}

fn whats_app(s: &mut Chooser) -> WhatsApp {
    let mut element = WhatsApp::new(s.phone_number()).unwrap();
    dress! { s, element,
        set {
            method(s.method());
            status_callback_events(&s.some(CallProgressEvent::ALL));
            status_callback_method(s.method());
        }
        checked {
            url(&s.url());
            status_callback(&s.url());
        }
    }
    element
}

fn sip(s: &mut Chooser) -> Sip {
    let mut element = if s.flag() {
        Sip::new(s.sip_uri()).unwrap()
    } else {
        Sip::of_parts().with(uri(s)).with(uri(s))
    };
    dress! { s, element,
        set {
            method(s.method());
            status_callback_events(&s.some(CallProgressEvent::ALL));
            status_callback_method(s.method());
            machine_detection(s.pick(MachineDetection::ALL));
            amd_status_callback_method(s.method());
        }
        checked {
            username(&s.text(256));
            password(&s.text(256));
            url(&s.url());
            status_callback(&s.url());
            amd_status_callback(&s.url());
            machine_detection_timeout_seconds(s.number(3, 59));
            machine_detection_speech_threshold_ms(s.number(1000, 6000));
            machine_detection_speech_end_threshold_ms(s.number(500, 5000));
            machine_detection_silence_timeout_ms(s.number(2000, 10_000));
        }
    }
    if s.flag() {
        let mut headers = Headers::new();
        with_some!(s, headers: header);
        element = element.with(headers);
    }
    element
}

fn uri(s: &mut Chooser) -> Uri {
    let mut element = Uri::new(s.sip_uri()).unwrap();
    dress! { s, element,
        checked {
            priority(s.number(0, 65_535));
            weight(s.number(0, 65_535));
            username(&s.text(256));
            password(&s.text(256));
        }
    }
    element
}

fn header(s: &mut Chooser) -> Header {
    Header::new(&s.text(128), &s.text(1024)).unwrap()
}

pub(super) fn parameter(s: &mut Chooser) -> Parameter {
    Parameter::new(&s.text(128), &s.text(4096)).unwrap()
}
