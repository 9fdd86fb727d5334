//! The Conference of a Dial.

use std::time::Duration;

use twilio_sim::{CallReport, CallStatus, HeardKind, SimulatorConfig};

use crate::app::Bench;

/// Talks 30 seconds, then hangs up.
const TALKS_30: &str = "+15550100130";
/// Talks 7 seconds, then hangs up.
const TALKS_7: &str = "+15550100107";
const SILENT: &str = "+15550100001";

struct Room {
    bench: Bench,
}

impl Room {
    async fn new() -> Self {
        Self {
            bench: Bench::start(SimulatorConfig::stepped()).await,
        }
    }

    /// Calls a number into the room, with these attributes of its Conference.
    async fn invite(&self, to: &str, attributes: &str) -> String {
        let path = format!("/join-{}", self.bench.sim.calls().len());
        let verbs =
            format!("<Dial action=\"/left\"><Conference {attributes}>Room 7</Conference></Dial>");
        self.bench.app.twiml(&path, &verbs);
        let url = self.bench.app.at(&path);
        let sid = self.bench.call_with(to, &[("Url", &url)]).await;
        self.after(5).await;
        sid
    }

    async fn after(&self, seconds: u64) {
        let clock = self.bench.sim.clock();
        clock.advance(Duration::from_secs(seconds)).await;
    }

    fn report(&self, sid: &str) -> CallReport {
        self.bench.sim.call(sid).unwrap()
    }
}

/// Whom a call met in a conference, and for how long.
fn met(call: &CallReport) -> Option<(Vec<String>, u64)> {
    call.heard.iter().find_map(|heard| {
        if let HeardKind::Conference {
            with, duration_ms, ..
        } = &heard.kind
        {
            Some((with.clone(), *duration_ms))
        } else {
            None
        }
    })
}

#[tokio::test]
async fn it_starts_with_the_second_and_ends_with_the_last() {
    let room = Room::new().await;
    room.bench.app.twiml("/left", "<Say>You have left</Say>");
    let events =
        "statusCallback=\"/events\" statusCallbackEvent=\"start end join leave mute hold\"";
    let first = room.invite(TALKS_30, events).await;
    assert_eq!(
        room.report(&first).heard[0].kind,
        HeardKind::HoldMusic,
        "alone, there is only music"
    );
    let second = room
        .invite(TALKS_7, "participantLabel=\"joe\" muted=\"true\"")
        .await;
    room.after(60).await;
    let (first, second) = (room.report(&first), room.report(&second));
    assert_eq!(met(&first), Some((vec![second.sid.clone()], 30_000)));
    assert_eq!(met(&second), Some((vec![first.sid.clone()], 7_000)));
    let told = room.bench.app.received("/events");
    let seen: Vec<(&str, &str)> = told
        .iter()
        .map(|event| {
            (
                event.param("StatusCallbackEvent"),
                event.param("SequenceNumber"),
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("participant-join", "1"),
            ("participant-join", "2"),
            ("conference-start", "3"),
            ("participant-leave", "4"),
            ("participant-leave", "5"),
            ("conference-end", "6")
        ]
    );
    assert!(told[0].param("ConferenceSid").starts_with("CF"));
    assert_eq!(told[1].param("CallSid"), second.sid);
    assert_eq!(told[1].param("ParticipantLabel"), "joe");
    assert_eq!(told[1].param("Muted"), "true");
    assert_eq!(told[1].param("FriendlyName"), "Room 7");
    assert_eq!(
        told[5].param("ReasonConferenceEnded"),
        "last-participant-left"
    );
    assert_eq!(told[5].param("CallSidEndingConference"), first.sid);
    let left = &room.bench.app.received("/left")[0];
    assert_eq!(left.param("DialCallStatus"), "answered");
    assert!(left.params.iter().all(|(name, _)| name != "DialCallSid"));
    assert!(first.said().is_empty(), "it has hung up itself");
}

#[tokio::test]
async fn it_waits_for_somebody_who_starts_it_and_ends_with_somebody_who_ends_it() {
    let room = Room::new().await;
    room.bench.app.twiml("/left", "<Say>It is over</Say>");
    room.bench.app.twiml(
        "/wait",
        "<Gather/><Say>Please wait</Say><Pause length=\"2\"/>",
    );
    let guest = "startConferenceOnEnter=\"false\" waitUrl=\"/wait\"";
    let first = room.invite(SILENT, guest).await;
    let second = room
        .invite(SILENT, "startConferenceOnEnter=\"false\" waitUrl=\"\"")
        .await;
    room.after(20).await;
    assert!(met(&room.report(&second)).is_none());
    let host = room.invite(TALKS_7, "endConferenceOnExit=\"true\"").await;
    let late = room.invite("+15550100130", "").await;
    room.after(60).await;
    let calls = [&first, &second, &host, &late].map(|sid| room.report(sid));
    let [first, second, host, late] = &calls;
    assert_eq!(met(first).unwrap().1, 7_000);
    assert_eq!(
        met(second).unwrap().0,
        [first.sid.clone(), host.sid.clone(), late.sid.clone()]
    );
    assert_eq!(met(late).unwrap().0.len(), 3);
    assert!(
        room.bench.alert_codes().contains(&13238),
        "Gather may not be used"
    );
    assert!(room.bench.app.received("/wait").len() > 3);
    assert_eq!(first.said().last(), Some(&"It is over"));
    assert_eq!(second.said(), ["It is over"]);
    assert!(
        calls
            .iter()
            .all(|call| call.status == CallStatus::Completed)
    );
}

#[tokio::test]
async fn it_is_recorded_from_its_start_to_its_end() {
    let room = Room::new().await;
    let record = "record=\"record-from-start\" recordingStatusCallback=\"/recorded\"";
    room.invite(TALKS_30, record).await;
    room.invite(TALKS_7, record).await;
    room.after(60).await;
    let recorded = room.bench.app.received("/recorded");
    assert_eq!(recorded.len(), 1);
    assert_eq!(recorded[0].param("RecordingSource"), "Conference");
    assert_eq!(recorded[0].param("RecordingDuration"), "30");
    let list = room.bench.get("Recordings.json").send().await.unwrap();
    let list: serde_json::Value = list.json().await.unwrap();
    let sid = list["recordings"][0]["conference_sid"].as_str().unwrap();
    for (sid, found) in [(sid, 1), ("CF00000000000000000000000000000000", 0)] {
        let of_it = format!("Recordings.json?ConferenceSid={sid}");
        let list = room.bench.get(&of_it).send().await.unwrap();
        let list: serde_json::Value = list.json().await.unwrap();
        assert_eq!(list["recordings"].as_array().unwrap().len(), found);
    }
}

#[tokio::test]
async fn there_is_room_for_so_many_and_no_more() {
    let room = Room::new().await;
    let two = "maxParticipants=\"2\"";
    for number in [SILENT, SILENT, SILENT] {
        room.invite(number, two).await;
    }
    let left = room.bench.app.received("/left");
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].param("DialCallStatus"), "failed");
}

#[tokio::test]
async fn the_rest_api_takes_a_participant_out() {
    let room = Room::new().await;
    room.bench.app.twiml("/other", "<Say>Elsewhere</Say>");
    let stays = room.invite(SILENT, "").await;
    let goes = room.invite(SILENT, "endConferenceOnExit=\"true\"").await;
    let other = room.bench.app.at("/other");
    let path = format!("Calls/{goes}.json");
    let moved = room.bench.post(&path, &[("Url", &other)]);
    assert_eq!(moved.send().await.unwrap().status(), 200);
    room.after(10).await;
    assert_eq!(room.report(&goes).said(), ["Elsewhere"]);
    assert_eq!(room.report(&stays).status, CallStatus::Completed);
    assert_eq!(
        room.bench.app.received("/left").len(),
        1,
        "only the one who was left behind"
    );
}
