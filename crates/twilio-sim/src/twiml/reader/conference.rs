//! The attributes of Conference in a Dial.

use roxmltree::Node;

use super::super::attributes::Attributes;
use super::super::document::{
    ConferenceCallback, ConferenceEvent, ConferenceRecord, DialConference,
};
use super::queue::read_wait;
use super::record::read_record_callback;
use super::text_of;

/// The most participants of one conference. Source: Twilio, Conference, "maxParticipants".
const PARTICIPANTS_AT_MOST: usize = 250;
/// The longest label, in characters. Source: Twilio, Conference, "participantLabel".
const LABEL_CHARACTERS_AT_MOST: usize = 128;

/// Reads a Conference; none without a name. Source: Twilio, Conference, attributes.
pub(super) fn read(node: Node<'_, '_>) -> Option<DialConference> {
    let attributes = Attributes::new(node);
    let muted = attributes.flag("muted", false);
    let starts_on_enter = attributes.flag("startConferenceOnEnter", true);
    let ends_on_exit = attributes.flag("endConferenceOnExit", false);
    let most = attributes.value("maxParticipants", PARTICIPANTS_AT_MOST, |text| {
        text.parse()
            .ok()
            .filter(|most| (2..=PARTICIPANTS_AT_MOST).contains(most))
    });
    let label = attributes.value("participantLabel", None, |text| {
        let fits = text.chars().count() <= LABEL_CHARACTERS_AT_MOST;
        fits.then(|| Some(text.to_owned()))
    });
    let wait = read_wait(&attributes, "waitMethod");
    let callback = read_callback(&attributes);
    let record = read_record(&attributes);
    let name = text_of(node);
    if name.is_empty() {
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

fn read_callback(attributes: &Attributes<'_, '_>) -> Option<ConferenceCallback> {
    let method = attributes.method("statusCallbackMethod");
    let events = attributes.value("statusCallbackEvent", Vec::new(), ConferenceEvent::read);
    let url = attributes.url("statusCallback")?;
    Some(ConferenceCallback {
        url,
        method,
        events,
    })
}

fn read_record(attributes: &Attributes<'_, '_>) -> Option<ConferenceRecord> {
    let records = attributes.value("record", false, |text| match text {
        "record-from-start" | "true" => Some(true),
        "do-not-record" | "false" => Some(false),
        _ => None,
    });
    let callback = read_record_callback(attributes);
    records.then_some(ConferenceRecord { callback })
}
