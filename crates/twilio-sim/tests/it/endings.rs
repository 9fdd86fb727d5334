//! Every call ends, whatever its documents say and whatever is done to it meanwhile.

use std::time::Duration;

use twilio_sim::{Act, CallStatus, SimulatorConfig};

use crate::app::{Bench, FROM};
use crate::chance::Dice;

const DOCUMENTS: usize = 300;
/// The longest time a call may be up, in seconds.
const TIME_LIMIT: u64 = 300;
/// Beside the time limit: the queue, the ringing, and a callee who is dialled at the very end.
const MORE_SECONDS: i64 = 60;

impl Bench {
    /// The documents that lead to each other, and those for callers who wait.
    pub(crate) fn serve_at_random(&self, dice: &mut Dice, documents: usize) {
        for number in 0..documents {
            let verbs = dice.document(documents);
            self.app.twiml(&format!("/document/{number}"), &verbs);
        }
        let wait = "<Say>Please wait</Say><Pause length=\"15\"/>";
        self.app.twiml("/wait", wait);
        let leave = format!("{wait}<Gather timeout=\"2\"/><Leave/>");
        self.app.twiml("/leave", &leave);
    }

    /// Does something through the REST API, or as a person, to a call that is up; what is refused is refused.
    pub(crate) async fn meddle(&self, dice: &mut Dice, documents: usize) {
        let calls = self.sim.calls();
        let up: Vec<_> = calls
            .iter()
            .filter(|call| !call.status.is_terminal())
            .collect();
        if up.is_empty() {
            return;
        }
        let call = up[dice.below(up.len())];
        let item = format!("Calls/{}.json", call.sid);
        let recordings = format!("Calls/{}/Recordings.json", call.sid);
        let current = format!("Calls/{}/Recordings/Twilio.CURRENT.json", call.sid);
        let url = self.app.at(&dice.path(documents));
        let request = match dice.below(10) {
            0 => self.post(&item, &[("Status", "completed")]),
            1 => self.post(&item, &[("Status", "canceled")]),
            2 | 3 => self.post(&item, &[("Url", &url)]),
            4 => self.post(&item, &[("Twiml", "<Response><Say>Bye</Say></Response>")]),
            5 => self.post(&recordings, &[]),
            6 => self.post(&current, &[("Status", "stopped")]),
            _ => {
                let act = match dice.below(5) {
                    0 | 1 => Act::Answer,
                    2 => Act::Press { keys: "12#".into() },
                    3 => Act::Say { text: "Yes".into() },
                    _ => Act::HangUp,
                };
                let person = up.iter().find(|call| call.person).unwrap_or(&call);
                // Not everybody is a person, and not everything can be done at any time.
                drop(self.sim.act(&person.sid, act));
                return;
            }
        };
        assert!(request.send().await.unwrap().status().as_u16() < 500);
    }
}

#[tokio::test]
async fn every_call_ends_in_time_whatever_it_runs_and_whatever_is_done_to_it() {
    let bench = Bench::start(SimulatorConfig {
        seed: Some(1),
        ..SimulatorConfig::stepped()
    })
    .await;
    let mut dice = Dice::new(1);
    bench.serve_at_random(&mut dice, DOCUMENTS);
    let limit = TIME_LIMIT.to_string();
    for number in 0..DOCUMENTS {
        let url = bench.app.at(&format!("/document/{number}"));
        let to = dice.number();
        let form = [
            ("To", to.as_str()),
            ("From", FROM),
            ("Url", &url),
            ("TimeLimit", &limit),
            ("Timeout", "20"),
            ("Record", dice.one_of(&["true", "false"])),
            (
                "MachineDetection",
                dice.one_of(&["Enable", "DetectMessageEnd"]),
            ),
            ("AsyncAmd", dice.one_of(&["true", "false"])),
        ];
        let created = bench.post("Calls.json", &form).send().await.unwrap();
        assert_eq!(created.status(), 201);
        if number % 5 == 0 {
            let ms = u64::try_from(dice.below(8_000)).unwrap();
            bench.sim.clock().advance(Duration::from_millis(ms)).await;
            bench.meddle(&mut dice, DOCUMENTS).await;
            bench.meddle(&mut dice, DOCUMENTS).await;
        }
    }
    // Nobody does anything any more: from here on only the documents and the clock end calls.
    bench.sim.clock().advance(Duration::from_hours(5)).await;

    let calls = bench.sim.calls();
    assert!(calls.len() > DOCUMENTS, "{} calls", calls.len());
    for call in &calls {
        assert!(call.status.is_terminal(), "{call:?}");
        let at = |status: CallStatus| {
            let found = call.history.iter().find(|change| change.status == status);
            found.map(|change| change.at)
        };
        // A callee who was redirected has the time limit of its Dial and not of the call.
        let limit = i64::try_from(TIME_LIMIT).unwrap() + MORE_SECONDS;
        if let (Some(answered), Some(ended)) = (at(CallStatus::InProgress), at(call.status)) {
            assert!((ended - answered).whole_seconds() <= limit, "{call:?}");
        }
        for recording in &call.recordings {
            assert!(
                ["completed", "absent"].contains(&recording.status.as_str()),
                "{recording:?}"
            );
        }
    }
}
