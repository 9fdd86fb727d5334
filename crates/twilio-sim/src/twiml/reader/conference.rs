//! The attributes of Conference in a Dial.

use roxmltree::Node;

use super::super::attributes::{Attributes, SCHEMA_WARNING};
use super::super::document::{
    ConferenceCallback, ConferenceEvent, ConferenceRecord, DialConference, Warning,
};
use super::queue::read_wait;
use super::record::read_record_callback;
use super::text_of;

/// The most participants of one conference. Source: Twilio, Conference, "maxParticipants".
const PARTICIPANTS_AT_MOST: usize = 250;
/// The longest label, in characters. Source: Twilio, Conference, "participantLabel".
const LABEL_CHARACTERS_AT_MOST: usize = 128;

/// Reads a Conference; one without a name is a warning. Source: Twilio, Conference, attributes.
pub(super) fn read(node: Node<'_, '_>, warnings: &mut Vec<Warning>) -> Option<DialConference> {
    const ALLOWED: [&str; 21] = [
        "muted",
        "beep",
        "startConferenceOnEnter",
        "endConferenceOnExit",
        "waitUrl",
        "waitMethod",
        "maxParticipants",
        "record",
        "region",
        "trim",
        "coach",
        "participantLabel",
        "jitterBufferSize",
        "statusCallback",
        "statusCallbackMethod",
        "statusCallbackEvent",
        "recordingStatusCallback",
        "recordingStatusCallbackMethod",
        "recordingStatusCallbackEvent",
        "recordingConfigurationId",
        "eventCallbackUrl",
    ];
    let mut attributes = Attributes::new(node, &ALLOWED, warnings);
    let muted = attributes.flag("muted", SCHEMA_WARNING, false);
    let starts_on_enter = attributes.flag("startConferenceOnEnter", SCHEMA_WARNING, true);
    let ends_on_exit = attributes.flag("endConferenceOnExit", SCHEMA_WARNING, false);
    let most = attributes.value(
        "maxParticipants",
        SCHEMA_WARNING,
        PARTICIPANTS_AT_MOST,
        |text| {
            text.parse()
                .ok()
                .filter(|most| (2..=PARTICIPANTS_AT_MOST).contains(most))
        },
    );
    let label = attributes.value("participantLabel", SCHEMA_WARNING, None, |text| {
        let fits = text.chars().count() <= LABEL_CHARACTERS_AT_MOST;
        fits.then(|| Some(text.to_owned()))
    });
    let wait = read_wait(&mut attributes, "waitMethod");
    let callback = read_callback(&mut attributes);
    let record = read_record(&mut attributes);
    let name = text_of(node);
    if name.is_empty() {
        attributes.warn(SCHEMA_WARNING, "Conference has no name");
        return None;
    }
    Some(DialConference {
        name,
        muted,
        starts_on_enter,
        ends_on_exit,
        max_participants: most,
        label,
        wait,
        callback,
        record,
    })
}

fn read_callback(attributes: &mut Attributes<'_, '_>) -> Option<ConferenceCallback> {
    let method = attributes.method("statusCallbackMethod", SCHEMA_WARNING);
    let events = attributes.value(
        "statusCallbackEvent",
        SCHEMA_WARNING,
        Vec::new(),
        ConferenceEvent::read,
    );
    let url = attributes.url("statusCallback")?;
    Some(ConferenceCallback {
        url,
        method,
        events,
    })
}

fn read_record(attributes: &mut Attributes<'_, '_>) -> Option<ConferenceRecord> {
    let records = attributes.value("record", SCHEMA_WARNING, false, |text| match text {
        "record-from-start" | "true" => Some(true),
        "do-not-record" | "false" => Some(false),
        _ => None,
    });
    let callback = read_record_callback(attributes);
    records.then_some(ConferenceRecord { callback })
}
