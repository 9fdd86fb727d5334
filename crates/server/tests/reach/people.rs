//! The people and machines that are rung.

use std::time::Duration;

use rand::RngExt as _;
use rand::rngs::StdRng;
use twilio_sim::{Callee, GreetingEnd, HangsUp, Opening, Pickup};

/// Somebody, or something, with a number of their own.
#[derive(Debug, Clone)]
pub(crate) struct Callees {
    pub(crate) number: String,
    pub(crate) kind: Kind,
    pub(crate) callee: Callee,
}

/// What they are like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    PressesDuringTheWords,
    PressesAfterTheWords,
    PressesAtTheSecondPrompt,
    PressesAtTheLastMoment,
    PressesTwice,
    PressesAndHangsUp,
    PressesTooLate,
    AnswersLate,
    BusyFirst,
    WrongKeyThenRight,
    WrongKeysOnly,
    ListensOnly,
    HangsUp,
    /// A person who talks so long that detection takes them for a machine.
    Talkative,
    Silent,
    Busy,
    DoesNotAnswer,
    CannotBeConnected,
    VoicemailWithBeep,
    VoicemailWithSilence,
    /// A voicemail with so short a greeting that detection takes it for a person.
    CurtVoicemail,
    /// A machine one of whose sounds is taken for the key 1.
    MachineWithTone,
    Fax,
}

impl Kind {
    const ALL: [Self; 23] = [
        Self::PressesDuringTheWords,
        Self::PressesAfterTheWords,
        Self::PressesAtTheSecondPrompt,
        Self::PressesAtTheLastMoment,
        Self::PressesTwice,
        Self::PressesAndHangsUp,
        Self::PressesTooLate,
        Self::AnswersLate,
        Self::BusyFirst,
        Self::WrongKeyThenRight,
        Self::WrongKeysOnly,
        Self::ListensOnly,
        Self::HangsUp,
        Self::Talkative,
        Self::Silent,
        Self::Busy,
        Self::DoesNotAnswer,
        Self::CannotBeConnected,
        Self::VoicemailWithBeep,
        Self::VoicemailWithSilence,
        Self::CurtVoicemail,
        Self::MachineWithTone,
        Self::Fax,
    ];

    /// Those who press 1, and soon.
    const PRESSING: [Self; 6] = [
        Self::PressesDuringTheWords,
        Self::PressesAfterTheWords,
        Self::PressesTwice,
        Self::PressesAndHangsUp,
        Self::BusyFirst,
        Self::Talkative,
    ];

    /// Whether somebody is there who may acknowledge something.
    pub(crate) const fn is_human(self) -> bool {
        match self {
            Self::PressesDuringTheWords
            | Self::PressesAfterTheWords
            | Self::PressesAtTheSecondPrompt
            | Self::PressesAtTheLastMoment
            | Self::PressesTwice
            | Self::PressesAndHangsUp
            | Self::PressesTooLate
            | Self::AnswersLate
            | Self::BusyFirst
            | Self::WrongKeyThenRight
            | Self::WrongKeysOnly
            | Self::ListensOnly
            | Self::HangsUp
            | Self::Talkative
            | Self::Silent
            | Self::Busy
            | Self::DoesNotAnswer
            | Self::CannotBeConnected => true,
            Self::VoicemailWithBeep
            | Self::VoicemailWithSilence
            | Self::CurtVoicemail
            | Self::MachineWithTone
            | Self::Fax => false,
        }
    }
}

impl Callees {
    /// Somebody at the number with this index.
    pub(crate) fn random(rng: &mut StdRng, index: usize) -> Self {
        let kinds = if rng.random_bool(0.4) {
            &Kind::PRESSING[..]
        } else {
            &Kind::ALL[..]
        };
        let kind = kinds[rng.random_range(0..kinds.len())];
        Self::of(kind, rng, index)
    }

    /// Somebody of this kind.
    pub(crate) fn of(kind: Kind, rng: &mut StdRng, index: usize) -> Self {
        Self {
            // Outside the simulator's table of numbers.
            number: format!("+1555020{index:04}"),
            kind,
            callee: callee(kind, rng),
        }
    }
}

fn callee(kind: Kind, rng: &mut StdRng) -> Callee {
    let rings_for = Duration::from_millis(rng.random_range(500..5_000));
    let somebody = Callee {
        rings_for,
        ..Callee::default()
    };
    let presses = |digits: &str| Callee {
        digits: digits.to_owned(),
        ..somebody.clone()
    };
    let presses_after = |digits: &str, after: Duration| Callee {
        presses_after: Some(after),
        ..presses(digits)
    };
    let machine = |length: Duration, end: GreetingEnd| Callee {
        speech: None,
        opening: Opening::Greeting { length, end },
        hangs_up: HangsUp::After(length + Duration::from_secs(120)),
        ..somebody.clone()
    };
    match kind {
        Kind::PressesDuringTheWords => presses_after("1", millis(rng, 200..4_000)),
        Kind::PressesAfterTheWords => presses("1"),
        Kind::PressesAtTheSecondPrompt => presses(",1"),
        // The words take some five seconds, and ten are left after them.
        Kind::PressesAtTheLastMoment => presses_after("1", millis(rng, 11_000..18_000)),
        Kind::PressesTwice => presses_after("11,", millis(rng, 200..8_000)),
        Kind::PressesAndHangsUp => Callee {
            hangs_up: HangsUp::OncePressed,
            ..presses("1")
        },
        Kind::PressesTooLate => Callee {
            presses_too_late: "1".to_owned(),
            ..somebody
        },
        Kind::AnswersLate => Callee {
            rings_for: millis(rng, 20_000..70_000),
            ..presses("1")
        },
        Kind::BusyFirst => Callee {
            busy_first: rng.random_range(1..=2),
            ..presses("1")
        },
        Kind::WrongKeyThenRight => presses("7,1"),
        Kind::WrongKeysOnly => presses("7"),
        Kind::ListensOnly => somebody,
        Kind::HangsUp => Callee {
            hangs_up: HangsUp::After(millis(rng, 100..12_000)),
            ..presses("1")
        },
        Kind::Talkative => {
            let digits = ["1", "1,", ",1", ",1,"][rng.random_range(0..4)];
            let opening = Opening::Hello(millis(rng, 2_500..6_000));
            let after = rng.random_bool(0.5).then(|| millis(rng, 500..12_000));
            Callee {
                opening,
                presses_after: after,
                ..presses(digits)
            }
        }
        Kind::Silent => Callee {
            speech: None,
            opening: Opening::Silence,
            ..somebody
        },
        Kind::Busy => Callee {
            pickup: Pickup::Busy,
            ..somebody
        },
        Kind::DoesNotAnswer => Callee {
            pickup: Pickup::NoAnswer,
            ..somebody
        },
        Kind::CannotBeConnected => {
            let sip_code = if rng.random() { 503 } else { 404 };
            Callee {
                pickup: Pickup::Fails(sip_code),
                ..somebody
            }
        }
        Kind::VoicemailWithBeep => machine(millis(rng, 3_000..15_000), GreetingEnd::Beep),
        Kind::VoicemailWithSilence => machine(millis(rng, 3_000..15_000), GreetingEnd::Silence),
        Kind::CurtVoicemail => machine(Duration::from_secs(1), GreetingEnd::Beep),
        Kind::MachineWithTone => Callee {
            digits: ["1,", ",1,"][rng.random_range(0..2)].to_owned(),
            presses_after: Some(millis(rng, 5_000..16_000)),
            ..machine(millis(rng, 2_500..5_000), GreetingEnd::Other)
        },
        Kind::Fax => Callee {
            speech: None,
            opening: Opening::Fax,
            ..somebody
        },
    }
}

fn millis(rng: &mut StdRng, range: std::ops::Range<u64>) -> Duration {
    Duration::from_millis(rng.random_range(range))
}
