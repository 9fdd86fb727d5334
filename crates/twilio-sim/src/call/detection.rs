//! Answering machine detection: who or what has answered, and when that is known.

use std::sync::Arc;

use url::Url;

use super::{Leg, LegEnd};
use crate::callbacks::{self, HttpMethod, Outgoing};
use crate::callee::{GreetingEnd, Opening};
use crate::journal::Entry;
use crate::record::{CallStatus, DeliveryKind};
use crate::world::{Params, Shared};

/// How long the tones of a fax are listened to.
const FAX_MS: u64 = 1_500;

/// How machines are to be detected, and who is told.
#[derive(Clone, Debug)]
pub(crate) struct MachineDetection {
    pub(crate) settings: DetectionSettings,
    pub(crate) report: DetectionReport,
}

/// How machines are to be detected. Source: Twilio, "Answering Machine Detection", parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DetectionSettings {
    pub(crate) mode: DetectionMode,
    pub(crate) timeout_ms: u64,
    /// Speech longer than this is a machine's.
    pub(crate) speech_threshold_ms: u64,
    /// Silence after which speech is taken to have ended.
    pub(crate) speech_end_threshold_ms: u64,
    /// Silence from the answer on after which nothing can be said.
    pub(crate) silence_timeout_ms: u64,
}

/// When a verdict on a machine is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DetectionMode {
    /// As early as possible.
    Enable,
    /// When its greeting has ended.
    DetectMessageEnd,
}

impl DetectionMode {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text {
            "Enable" => Some(Self::Enable),
            "DetectMessageEnd" => Some(Self::DetectMessageEnd),
            _ => None,
        }
    }
}

/// Who waits for the verdict.
#[derive(Clone, Debug)]
pub(crate) enum DetectionReport {
    /// The call: its first document is requested with it.
    Synchronous,
    /// Nobody; it is posted here while the call goes on.
    Asynchronous(Option<(Url, HttpMethod)>),
}

/// Twilio's words for who or what has answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AnsweredBy {
    Human,
    MachineStart,
    MachineEndBeep,
    MachineEndSilence,
    MachineEndOther,
    Fax,
    Unknown,
}

impl AnsweredBy {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::MachineStart => "machine_start",
            Self::MachineEndBeep => "machine_end_beep",
            Self::MachineEndSilence => "machine_end_silence",
            Self::MachineEndOther => "machine_end_other",
            Self::Fax => "fax",
            Self::Unknown => "unknown",
        }
    }
}

impl DetectionSettings {
    /// The verdict on what is heard first, and how long after the answer it is there.
    fn verdict(&self, opening: &Opening) -> (AnsweredBy, u64) {
        let (answered_by, after_ms) = match opening {
            Opening::Silence => (AnsweredBy::Unknown, self.silence_timeout_ms),
            Opening::Fax => (AnsweredBy::Fax, FAX_MS),
            Opening::Hello(_) => self.verdict_on_speech(opening, GreetingEnd::Silence),
            Opening::Greeting { end, .. } => self.verdict_on_speech(opening, *end),
        };
        if after_ms > self.timeout_ms {
            (AnsweredBy::Unknown, self.timeout_ms)
        } else {
            (answered_by, after_ms)
        }
    }

    /// Short speech is a person's and long speech a machine's, whoever spoke.
    fn verdict_on_speech(&self, opening: &Opening, end: GreetingEnd) -> (AnsweredBy, u64) {
        let (begins_ms, length_ms) = opening.sound_ms().unwrap_or_default();
        let spoken_ms = begins_ms.saturating_add(length_ms);
        let silent_ms = spoken_ms.saturating_add(self.speech_end_threshold_ms);
        if length_ms <= self.speech_threshold_ms {
            return (AnsweredBy::Human, silent_ms);
        }
        match (self.mode, end) {
            (DetectionMode::Enable, _) => (
                AnsweredBy::MachineStart,
                begins_ms.saturating_add(self.speech_threshold_ms),
            ),
            (DetectionMode::DetectMessageEnd, GreetingEnd::Beep) => (
                AnsweredBy::MachineEndBeep,
                opening.records_after_ms().unwrap_or(spoken_ms),
            ),
            (DetectionMode::DetectMessageEnd, GreetingEnd::Silence) => {
                (AnsweredBy::MachineEndSilence, silent_ms)
            }
            (DetectionMode::DetectMessageEnd, GreetingEnd::Other) => {
                (AnsweredBy::MachineEndOther, spoken_ms)
            }
        }
    }
}

/// Notes what is heard from the callee first, and when it begins to record, if it is a machine.
pub(super) fn open(leg: &Leg) {
    let now_ms = leg.now_ms();
    let opening = leg.callee.opening;
    if let Some(call) = leg.shared.world().call_mut(&leg.sid) {
        if let Some((begins_ms, length_ms)) = opening.sound_ms() {
            let begins_ms = now_ms.saturating_add_unsigned(begins_ms);
            let ends_ms = begins_ms.saturating_add_unsigned(length_ms);
            call.sounds.push((begins_ms, ends_ms));
        }
        call.voicemail_ms = opening
            .records_after_ms()
            .map(|after_ms| now_ms.saturating_add_unsigned(after_ms));
    }
}

/// Waits for the verdict, when the call waits for it; returns the parameters that tell it to the first
/// document.
pub(super) async fn wait(
    leg: &mut Leg,
    detection: Option<&MachineDetection>,
) -> Result<Params, LegEnd> {
    let Some(detection) = detection else {
        return Ok(Vec::new());
    };
    match &detection.report {
        DetectionReport::Asynchronous(_) => Ok(Vec::new()),
        DetectionReport::Synchronous => {
            let (answered_by, after_ms) = detection.settings.verdict(&leg.callee.opening);
            leg.wait_ms(after_ms).await?;
            note(&leg.shared, &leg.sid, answered_by);
            Ok(params(answered_by, after_ms))
        }
    }
}

/// Lets the verdict be found beside the call, when the call does not wait for it.
///
/// Source: Twilio, "Answering Machine Detection", asynchronous; warning 21262.
pub(super) fn run_beside(leg: &Leg, detection: Option<&MachineDetection>) {
    let Some(detection) = detection else { return };
    let callback = match &detection.report {
        DetectionReport::Synchronous => return,
        DetectionReport::Asynchronous(callback) => callback.clone(),
    };
    if callback.is_none() {
        leg.alert(21262, "No AMD status callback URL provided", None);
    }
    let (answered_by, after_ms) = detection.settings.verdict(&leg.callee.opening);
    let (shared, sid, to) = (Arc::clone(&leg.shared), leg.sid.clone(), leg.to.clone());
    let at_ms = leg.now_ms().saturating_add_unsigned(after_ms);
    leg.shared.timeline.spawn_at(at_ms, move |turn| async move {
        let status = shared.world().call(&sid).map(|call| call.status);
        if status != Some(CallStatus::InProgress) {
            // Nobody is left to be told apart when the call has ended before.
            return;
        }
        note(&shared, &sid, answered_by);
        if let Some((url, method)) = callback {
            let mut told = vec![
                ("CallSid".to_owned(), sid.clone()),
                ("AccountSid".to_owned(), shared.config.account_sid.clone()),
            ];
            told.extend(params(answered_by, after_ms));
            let outgoing = Outgoing {
                kind: DeliveryKind::AsyncAmd,
                call_sid: sid,
                to,
                method,
                url,
                params: told,
            };
            callbacks::deliver(&shared, outgoing).await;
        }
        drop(turn);
    });
}

fn note(shared: &Shared, sid: &str, answered_by: AnsweredBy) {
    let mut world = shared.world();
    if let Some(call) = world.call_mut(sid) {
        call.answered_by = Some(answered_by);
    }
    let entry = Entry::AnsweredBy {
        answered_by: answered_by.as_str(),
    };
    shared.write_in(&mut world, Some(sid), entry);
}

fn params(answered_by: AnsweredBy, after_ms: u64) -> Params {
    vec![
        ("AnsweredBy".to_owned(), answered_by.as_str().to_owned()),
        ("MachineDetectionDuration".to_owned(), after_ms.to_string()),
    ]
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn verdict(mode: DetectionMode, opening: Opening) -> (&'static str, u64) {
        let settings = DetectionSettings {
            mode,
            timeout_ms: 30_000,
            speech_threshold_ms: 2_400,
            speech_end_threshold_ms: 1_200,
            silence_timeout_ms: 5_000,
        };
        let (answered_by, after_ms) = settings.verdict(&opening);
        (answered_by.as_str(), after_ms)
    }

    #[test]
    fn verdicts_follow_the_length_of_speech_and_the_end_of_the_greeting() {
        use DetectionMode::{DetectMessageEnd, Enable};
        let hello = |ms| Opening::Hello(Duration::from_millis(ms));
        let greeting = |ms, end| Opening::Greeting {
            length: Duration::from_millis(ms),
            end,
        };
        let (beep, silence) = (GreetingEnd::Beep, GreetingEnd::Silence);
        for (mode, opening, expected) in [
            (Enable, hello(800), ("human", 2_500)),
            (DetectMessageEnd, hello(800), ("human", 2_500)),
            (Enable, hello(2_400), ("human", 4_100)),
            // A person who talks on is taken for a machine.
            (Enable, hello(2_401), ("machine_start", 2_900)),
            (Enable, greeting(9_000, beep), ("machine_start", 2_900)),
            // And a curt machine for a person.
            (Enable, greeting(1_000, beep), ("human", 2_700)),
            (
                DetectMessageEnd,
                greeting(9_000, beep),
                ("machine_end_beep", 10_000),
            ),
            (
                DetectMessageEnd,
                greeting(9_000, silence),
                ("machine_end_silence", 10_700),
            ),
            (
                DetectMessageEnd,
                greeting(9_000, GreetingEnd::Other),
                ("machine_end_other", 9_500),
            ),
            (
                DetectMessageEnd,
                greeting(60_000, beep),
                ("unknown", 30_000),
            ),
            (Enable, Opening::Fax, ("fax", 1_500)),
            (Enable, Opening::Silence, ("unknown", 5_000)),
        ] {
            assert_eq!(verdict(mode, opening), expected, "{mode:?} of {opening:?}");
        }
    }
}
