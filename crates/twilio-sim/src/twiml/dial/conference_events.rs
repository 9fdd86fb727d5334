//! What is told about a conference.

use std::sync::Arc;

use time::format_description::well_known::Rfc2822;

use super::super::document::ConferenceEvent;
use crate::call::Leg;
use crate::callbacks::{self, Outgoing};
use crate::clock::instant_of;
use crate::record::DeliveryKind;
use crate::world::{Conference, Params, Participant};

/// Tells the conference's status callback about an event, when that wants to know it.
///
/// Every event is numbered, from 1, also those nobody subscribed to.
pub(super) async fn tell(
    leg: &Leg,
    name: &str,
    event: ConferenceEvent,
    participant: Option<&Participant>,
    extra: Params,
) {
    let outgoing = {
        let mut world = leg.shared.world();
        let number = world.next_conference_event(name);
        let conference = world.conference(name);
        conference.and_then(|conference| {
            let callback = conference.callback.as_ref()?;
            callback.events.contains(&event).then(|| Outgoing {
                kind: DeliveryKind::ConferenceStatus,
                call_sid: leg.sid.clone(),
                to: leg.to.clone(),
                method: callback.method,
                url: callback.url.clone(),
                params: params(leg, name, conference, event, number, participant, extra),
            })
        })
    };
    if let Some(outgoing) = outgoing {
        let shared = Arc::clone(&leg.shared);
        leg.beside(async move { callbacks::deliver(&shared, outgoing).await })
            .await;
    }
}

/// Source: Twilio, Conference, "statusCallback".
fn params(
    leg: &Leg,
    name: &str,
    conference: &Conference,
    event: ConferenceEvent,
    number: u32,
    participant: Option<&Participant>,
    extra: Params,
) -> Params {
    let now = instant_of(leg.now_ms()).replace_nanosecond(0).ok();
    let timestamp = now.and_then(|now| now.format(&Rfc2822).ok());
    let mut params: Params = [
        ("ConferenceSid", conference.sid.clone()),
        ("FriendlyName", name.to_owned()),
        ("AccountSid", leg.shared.config.account_sid.clone()),
        ("SequenceNumber", number.to_string()),
        ("Timestamp", timestamp.unwrap_or_default()),
        ("StatusCallbackEvent", event.as_str().to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    if let Some(participant) = participant {
        let mut add = |name: &str, value: String| params.push((name.to_owned(), value));
        add("CallSid", participant.call_sid.clone());
        add("Muted", participant.muted.to_string());
        add("Hold", "false".to_owned());
        add("Coaching", "false".to_owned());
        add("EndConferenceOnExit", participant.ends_on_exit.to_string());
        add(
            "StartConferenceOnEnter",
            participant.starts_on_enter.to_string(),
        );
        if let Some(label) = &participant.label {
            add("ParticipantLabel", label.clone());
        }
    }
    params.extend(extra);
    params
}
