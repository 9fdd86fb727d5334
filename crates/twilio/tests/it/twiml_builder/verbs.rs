//! Documents and their verbs.

use atlas_twilio::twiml::{
    BankAccountType, Body, CardType, Echo, Enqueue, Gather, GatherInput, Hangup, Leave, Media,
    Message, MessagingResponse, MessagingVerb, Pause, Pay, PayInput, PayPrompt, PayStep,
    PaymentMethod, Play, PlayDigits, Prompt, Record, RecordingEvent, Redirect, Refer, RejectReason,
    Response, Sms, SpeechModel, Task, TokenType, Trim, Verb,
};

use super::chooser::{Chooser, KEYS, dress, with_some};
use super::dial::{dial, parameter, queue};
use super::services::{connect, start, stop};
use super::speech::say;
pub(super) fn response(s: &mut Chooser) -> Response {
    if s.below(20) == 0 {
        return Response::reject(s.pick(RejectReason::ALL));
    }
    let mut element = Response::new();
    with_some!(s, element: verb);
    with_some!(s, element: verb);
    element
}

fn verb(s: &mut Chooser) -> Verb {
    match s.below(20) {
        0 => pause(s).into(),
        1 => play_digits(s).into(),
        2 => play(s).into(),
        3 => gather(s).into(),
        4 => record(s).into(),
        5 => redirect(s).into(),
        6 => {
            let mut hangup = Hangup::new();
            with_some!(s, hangup: parameter);
            hangup.into()
        }
        7 => enqueue(s).into(),
        8 => Leave::new().into(),
        9 => queue(s).into(),
        10 => refer(s).into(),
        11 => start(s).into(),
        12 => stop(s).into(),
        13 => connect(s).into(),
        14 => pay(s).into(),
        15 => pay_prompt(s).into(),
        16 => sms(s).into(),
        17 => Echo::new().into(),
        18 => dial(s).into(),
        _ => say(s).into(),
    }
}

fn prompt(s: &mut Chooser) -> Prompt {
    match s.below(3) {
        0 => say(s).into(),
        1 => play(s).into(),
        _ => pause(s).into(),
    }
}

fn pause(s: &mut Chooser) -> Pause {
    if s.flag() {
        Pause::new()
    } else {
        Pause::seconds(s.number(1, u32::MAX)).unwrap()
    }
}

fn play(s: &mut Chooser) -> Play {
    let mut element = Play::new(&s.url()).unwrap();
    dress! { s, element,
        checked {
            loops(s.number(0, 1000));
        }
    }
    element
}

fn play_digits(s: &mut Chooser) -> PlayDigits {
    let mut element = PlayDigits::new(s.tones()).unwrap();
    dress! { s, element,
        checked {
            loops(s.number(0, 1000));
        }
    }
    element
}

fn gather(s: &mut Chooser) -> Gather {
    let mut element = Gather::new(&s.url()).unwrap();
    dress! { s, element,
        set {
            input(s.pick(GatherInput::ALL));
            method(s.method());
            timeout_seconds(s.number(0, u32::MAX));
            finish_on_key(s.one_key());
            action_on_empty_result(s.flag());
            speech_timeout(s.auto());
            profanity_filter(s.flag());
            speech_model(s.pick(SpeechModel::ALL));
            enhanced(s.flag());
            barge_in(s.flag());
            debug(s.flag());
            partial_result_callback_method(s.method());
        }
        checked {
            digits(s.number(1, u32::MAX));
            max_speech_seconds(s.number(1, 60));
            language(s.language());
            hints(&s.hints());
            partial_result_callback(&s.url());
        }
    }
    with_some!(s, element: prompt);
    element
}

fn record(s: &mut Chooser) -> Record {
    let mut element = Record::new(&s.url()).unwrap();
    dress! { s, element,
        set {
            method(s.method());
            timeout_seconds(s.number(0, u32::MAX));
            finish_on_keys(&s.some(&KEYS));
            play_beep(s.flag());
            trim(s.pick(Trim::ALL));
            recording_status_callback_method(s.method());
            recording_status_callback_events(&s.some(RecordingEvent::ALL));
        }
        checked {
            max_length_seconds(s.number(2, 86_400));
            recording_status_callback(&s.url());
            recording_configuration_id(&s.text(64));
        }
    }
    // Longer ones are not transcribed, which is worth a warning.
    let is_short = element
        .max_length_seconds
        .is_none_or(|length| length.get() <= 120);
    if is_short && s.flag() {
        element = element.transcribe(&s.url()).unwrap();
    }
    element
}

pub(super) fn redirect(s: &mut Chooser) -> Redirect {
    let mut element = Redirect::new(&s.url()).unwrap();
    dress! { s, element,
        set {
            method(s.method());
        }
    }
    element
}

fn enqueue(s: &mut Chooser) -> Enqueue {
    let mut element = if s.flag() {
        Enqueue::new(&s.text(64)).unwrap()
    } else {
        Enqueue::task(task(s)).workflow_sid(&s.text(34)).unwrap()
    };
    dress! { s, element,
        set {
            method(s.method());
            wait_url_method(s.method());
        }
        checked {
            action(&s.url());
            max_queue_size(s.number(1, u32::MAX));
            wait_url(&s.wait_url());
            workflow_sid(&s.text(34));
        }
    }
    element
}

fn task(s: &mut Chooser) -> Task {
    let mut element = Task::new(&s.text(4096)).unwrap();
    dress! { s, element,
        set {
            priority(s.number(0, u32::MAX));
            timeout_seconds(s.number(0, u32::MAX));
        }
    }
    element
}

fn refer(s: &mut Chooser) -> Refer {
    let mut element = Refer::new(s.sip_uri()).unwrap();
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

fn pay(s: &mut Chooser) -> Pay {
    let mut element = Pay::new();
    dress! { s, element,
        set {
            input(s.pick(PayInput::ALL));
            bank_account_type(s.pick(BankAccountType::ALL));
            status_callback_method(s.method());
            security_code(s.flag());
            payment_method(s.pick(PaymentMethod::ALL));
            token_type(s.pick(TokenType::ALL));
            valid_card_types(&s.some(CardType::ALL));
        }
        checked {
            action(&s.url());
            status_callback(&s.url());
            timeout_seconds(s.number(1, 600));
            max_attempts(s.number(1, 10));
            postal_code(&s.text(16));
            min_postal_code_length(s.number(0, 16));
            payment_connector(&s.text(128));
            charge_amount(&s.text(32));
            currency(&s.text(8));
            description(&s.text(1024));
            language(s.language());
        }
    }
    with_some!(s, element: pay_prompt);
    with_some!(s, element: parameter);
    element
}

fn pay_prompt(s: &mut Chooser) -> PayPrompt {
    let mut element = PayPrompt::new(s.pick(PayStep::ALL));
    dress! { s, element,
        set {
            card_types(&s.some(CardType::ALL));
            attempts(&s.some(&[1, 2, 10]));
            require_matching_inputs(s.flag());
        }
        checked {
            error_types(&s.text(256));
        }
    }
    if s.flag() {
        element = element.with(say(s)).with(play(s)).with(pause(s));
    }
    element
}

fn sms(s: &mut Chooser) -> Sms {
    let mut element = Sms::new(&s.text(1600)).unwrap();
    dress! { s, element,
        set {
            method(s.method());
        }
        checked {
            to(s.address());
            from(s.address());
            action(&s.url());
            status_callback(&s.url());
        }
    }
    element
}

pub(super) fn messaging_response(s: &mut Chooser) -> MessagingResponse {
    let mut element = MessagingResponse::new();
    with_some!(s, element: messaging_verb);
    with_some!(s, element: messaging_verb);
    element
}

fn messaging_verb(s: &mut Chooser) -> MessagingVerb {
    match s.below(4) {
        0 => redirect(s).into(),
        _ => message(s).into(),
    }
}

fn message(s: &mut Chooser) -> Message {
    let mut element = match s.below(3) {
        0 => Message::new(&s.text(1600)).unwrap(),
        1 => Message::of_parts().with(Body::new(&s.text(1600)).unwrap()),
        _ => Message::of_parts().with(media(s)),
    };
    dress! { s, element,
        set {
            method(s.method());
        }
        checked {
            to(s.address());
            from(s.address());
            action(&s.url());
            status_callback(&s.url());
        }
    }
    with_some!(s, element: media);
    element
}

fn media(s: &mut Chooser) -> Media {
    Media::new(&s.url()).unwrap()
}
