//! Notifications on several instances that share one database.

use std::sync::Arc;

use atlas_domain::call::{
    Applied, AskedBy, Call, CallEvent, CallPurpose, CallStatus, Dial, Effect, EventIdentity,
    Placed, Placement, Progress, StatusUpdate,
};
use atlas_domain::notification::Notification;
use atlas_domain::{DialNo, Timestamp};
use atlas_storage::CallRepository;
use tokio::task::JoinSet;

use crate::sqlite::{call, call_id, tenant};

const PRESSES: u32 = 50;
/// How often two instances do something at once.
const ROUNDS: u32 = 40;

/// Several instances, each a store of its own on one database.
pub(crate) type Instances = Vec<Arc<dyn CallRepository>>;

/// Fifty people press at once, each on a dial of their own, and each instance hears some of them.
pub(crate) async fn fifty_presses_acknowledge_once(instances: Instances) {
    let dials = (1..=PRESSES).map(|number| Dial {
        placement: Placement::Accepted,
        sid: Some(sid_of(number).parse().unwrap()),
        progress: Progress {
            status: Some(CallStatus::InProgress),
            ..Progress::default()
        },
        ..Dial::intend(DialNo::new(number).unwrap(), Timestamp::EPOCH)
    });
    let rung = Call {
        dials: dials.collect(),
        ..notification(1)
    };
    instances[0].insert(&tenant(), &rung).await.unwrap();
    let mut presses = JoinSet::new();
    for (number, instance) in (1..=PRESSES).zip(instances.iter().cycle()) {
        let instance = Arc::clone(instance);
        presses.spawn(async move {
            let event = pressed(&sid_of(number));
            let applied = apply(&*instance, 1, &event, Timestamp::EPOCH).await;
            (DialNo::new(number).unwrap(), applied)
        });
    }
    let heard = presses.join_all().await;
    let (first, after_first) = heard
        .iter()
        .min_by_key(|(_, applied)| applied.call.revision)
        .unwrap();
    let acknowledgement = after_first.call.acknowledgement().unwrap();
    assert_eq!(acknowledgement.pressed_on(), Some(*first));
    for (dial_no, applied) in &heard {
        let same = applied.call.acknowledgement() == Some(acknowledgement);
        assert!(same, "what dial {dial_no} heard of");
    }
    for instance in &instances {
        let found = instance.find(&tenant(), call_id(1)).await.unwrap();
        let call = found.unwrap();
        assert_eq!(call.acknowledgement(), Some(acknowledgement));
        let noted = call
            .dials
            .iter()
            .filter(|dial| dial.first_key_press.is_some());
        assert_eq!(noted.count(), 50);
    }
}

/// One instance begins the redial that is due while another hears of a key press that came late.
pub(crate) async fn no_redial_is_begun_after_the_acknowledgement(instances: Instances) {
    for number in 1..=ROUNDS {
        insert_to_be_redialled(&*instances[0], number).await;
        let due = CallEvent::DialDue {
            dial_no: DialNo::FIRST.next(),
        };
        let press = pressed(&sid_of(number));
        let begin = apply(&*instances[0], number, &due, Timestamp::MAX);
        let hear = apply(&*instances[1], number, &press, Timestamp::MAX);
        // Each has the start of it as often as the other.
        let (began, heard) = if number.is_multiple_of(2) {
            tokio::join!(begin, hear)
        } else {
            let (heard, began) = tokio::join!(hear, begin);
            (began, heard)
        };
        assert_eq!(heard.effect, Effect::Changed, "a press is always noted");
        let begun = began.effect == Effect::Changed;
        let found = instances[0].find(&tenant(), call_id(number)).await.unwrap();
        let call = found.unwrap();
        let superseded = call.acknowledgement().unwrap().superseded_dials;
        // A dial that was first is counted, and is ended; one that was not is none.
        assert_eq!(call.dials.len(), 1 + usize::from(begun), "round {number}");
        assert_eq!(superseded, u32::from(begun), "round {number}");
    }
}

/// A notification whose first dial has ended without a key press.
async fn insert_to_be_redialled(instance: &dyn CallRepository, number: u32) {
    instance
        .insert(&tenant(), &notification(number))
        .await
        .unwrap();
    let accepted = CallEvent::Placed {
        dial_no: DialNo::FIRST,
        outcome: Placed::Accepted {
            sid: sid_of(number).parse().unwrap(),
        },
        asked_by: AskedBy::Worker,
    };
    let completed = CallEvent::StatusReceived(StatusUpdate {
        sid: sid_of(number).parse().unwrap(),
        dial_no: None,
        status: CallStatus::Completed,
        identity: EventIdentity::Sequence(1),
        carrier_time: None,
        duration_seconds: None,
        sip_response_code: None,
        answered_by: None,
    });
    for event in [accepted, completed] {
        apply(instance, number, &event, Timestamp::EPOCH).await;
    }
}

async fn apply(
    instance: &dyn CallRepository,
    number: u32,
    event: &CallEvent,
    now: Timestamp,
) -> Applied {
    let applied = instance.apply(&tenant(), call_id(number), event, now).await;
    applied.unwrap().unwrap()
}

fn notification(number: u32) -> Call {
    let task = Notification::new(None, "Restart the pump".parse().unwrap());
    Call {
        purpose: CallPurpose::Notification(task),
        ..call(number)
    }
}

fn pressed(sid_text: &str) -> CallEvent {
    CallEvent::KeyPressed {
        sid: sid_text.parse().unwrap(),
        dial_no: None,
        digits: "1".parse().unwrap(),
        confirmed: false,
        pressed_at: Timestamp::EPOCH,
        deliver: true,
    }
}

fn sid_of(number: u32) -> String {
    format!("CA{number}")
}
