//! Who answers the phone, and what they do.

mod opening;
mod table;

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use opening::{GreetingEnd, Opening};

/// What a callee says into a recording unless another phrase was set.
pub const DEFAULT_PHRASE: &str =
    "Hello, this is a simulated person. I agree to the recording. Please call me back tomorrow.";

/// How long a phone rings before it is answered, unless the behaviour says otherwise.
const RING_TIME: Duration = Duration::from_secs(2);
/// How long a callee talks when recorded, unless the behaviour says otherwise.
const TALK_TIME: Duration = Duration::from_secs(3);
/// How long a voicemail records before it hangs up.
const VOICEMAIL_TIME: Duration = Duration::from_secs(180);

/// Named ways in which a simulated phone behaves; each is a [`Callee`] in short.
///
/// Chosen by number (see the table in the [crate manual](crate)) or set by
/// [`Simulator::set_behaviour`](crate::Simulator::set_behaviour).
///
/// ```
/// use twilio_sim::Behaviour;
///
/// assert_eq!(Behaviour::of_number("+15550100004"), Behaviour::Busy);
/// assert_eq!(Behaviour::of_number("+14155550123"), Behaviour::default());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Behaviour {
    /// Rings 2 s, answers, listens, and talks for this many seconds when recorded.
    Talks {
        /// Length of what is said, in seconds.
        seconds: u32,
    },
    /// Like `Talks`, with words of its own, which are what the transcription says.
    Says {
        /// What is said.
        phrase: String,
        /// Length of what is said, in seconds.
        seconds: u32,
    },
    /// Answers and stays silent.
    Silent,
    /// Rings for this many seconds and then answers like the default callee.
    RingsFor {
        /// How long it rings, in seconds.
        seconds: u32,
    },
    /// Answers and presses keys one second after a prompt has ended, and to end a recording.
    Presses {
        /// What is pressed at each prompt, from `0-9*#`; a comma separates one prompt from the next,
        /// nothing between commas presses nothing, and what stands last is pressed at every further prompt.
        digits: String,
    },
    /// Answers and hangs up in the middle of the first words spoken to it.
    HangsUpDuringFirstWords,
    /// Answers and hangs up this long after answering.
    HangsUpAfter {
        /// Seconds from answer to hang-up.
        seconds: u32,
    },
    /// Is busy (SIP 486).
    Busy,
    /// Rings until the call's `Timeout` (SIP 487).
    NoAnswer,
    /// Cannot be connected.
    Fails {
        /// The SIP status the network answers, for example 404.
        sip_code: u16,
    },
    /// Is busy this many times and then answers like the default callee.
    BusyThenAnswers {
        /// How many dials find it busy, counted from when the behaviour was set.
        times: u32,
    },
    /// Is a voicemail: it answers with a greeting, records what it hears after that, never speaks or presses
    /// a key again, and hangs up three minutes after the greeting.
    Voicemail {
        /// Length of the greeting, in seconds.
        greeting_seconds: u32,
        /// How the greeting ends.
        end: GreetingEnd,
    },
    /// Is a fax.
    Fax,
    /// Is a person: it rings until somebody answers or declines, on the page or through
    /// [`Simulator::act`](crate::Simulator::act), and afterwards does only what that person does.
    Person,
    /// Anything else.
    Custom(Callee),
}

impl Default for Behaviour {
    fn default() -> Self {
        Self::Talks { seconds: 3 }
    }
}

/// A phone and the person beside it, spelled out.
///
/// ```
/// use std::time::Duration;
/// use twilio_sim::{Behaviour, Callee};
///
/// let slow = Callee { rings_for: Duration::from_secs(20), ..Callee::default() };
/// let behaviour = Behaviour::Custom(slow);
/// # assert_ne!(behaviour, Behaviour::default());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, ToSchema)]
pub struct Callee {
    /// How long the phone rings before anything else happens.
    pub rings_for: Duration,
    /// What comes of a dial.
    pub pickup: Pickup,
    /// How many dials find the phone busy before `pickup` holds.
    pub busy_first: u32,
    /// What is said when the callee is recorded or asked to speak; `None` is silence.
    pub speech: Option<Speech>,
    /// Keys for successive prompts, as in [`Behaviour::Presses`]; empty presses nothing.
    pub digits: String,
    /// When the keys for a prompt are pressed: this long after its `<Gather>` has begun, which ends the
    /// words that are still spoken, and each further key half a second later, whether anybody still
    /// listens or not. `None`: one second after the prompt, as long as somebody listens.
    #[serde(default)]
    pub presses_after: Option<Duration>,
    /// Keys pressed a quarter of a second after the other side has hung up, which nobody is told of.
    #[serde(default)]
    pub presses_too_late: String,
    /// When the callee ends the call by itself.
    pub hangs_up: HangsUp,
    /// What is heard first when the phone has been answered.
    #[serde(default)]
    pub opening: Opening,
}

/// What comes of a dial.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Pickup {
    /// Somebody answers.
    Answers,
    /// The line is busy.
    Busy,
    /// It rings until the call's `Timeout`.
    NoAnswer,
    /// The network cannot connect the call and says this SIP status.
    Fails(u16),
    /// It rings until a person answers or declines, or until the call's `Timeout`.
    Person,
}

/// Something a callee says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, ToSchema)]
pub struct Speech {
    /// The words, which are what a transcription of them says.
    pub phrase: String,
    /// How long they take.
    pub duration: Duration,
}

/// When a callee ends the call by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HangsUp {
    /// Never: it waits for the other side.
    Never,
    /// In the middle of the first words spoken to it.
    DuringFirstWords,
    /// This long after answering.
    After(Duration),
    /// As soon as a `<Gather>` has taken its keys: the action is requested all the same, and nobody hears
    /// what it answers.
    OncePressed,
}

impl Default for Callee {
    fn default() -> Self {
        Self {
            rings_for: RING_TIME,
            pickup: Pickup::Answers,
            busy_first: 0,
            speech: Some(Speech {
                phrase: DEFAULT_PHRASE.to_owned(),
                duration: TALK_TIME,
            }),
            digits: String::new(),
            presses_after: None,
            presses_too_late: String::new(),
            hangs_up: HangsUp::Never,
            opening: Opening::default(),
        }
    }
}

impl Callee {
    /// The keys pressed at the prompt with this number, counted from 0.
    pub(crate) fn digits_at(&self, prompt: usize) -> &str {
        let mut groups = self.digits.split(',');
        let last = self.digits.rsplit(',').next().unwrap_or_default();
        groups.nth(prompt).unwrap_or(last)
    }
}

impl Behaviour {
    /// Spells the behaviour out.
    #[must_use]
    pub fn callee(&self) -> Callee {
        let callee = Callee::default();
        let talking = |phrase: &str, seconds: u32| {
            let duration = Duration::from_secs(u64::from(seconds));
            (seconds > 0).then(|| Speech {
                phrase: phrase.to_owned(),
                duration,
            })
        };
        match self {
            Self::Talks { seconds } => Callee {
                speech: talking(DEFAULT_PHRASE, *seconds),
                ..callee
            },
            Self::Says { phrase, seconds } => Callee {
                speech: talking(phrase, *seconds),
                ..callee
            },
            Self::Silent => Callee {
                speech: None,
                opening: Opening::Silence,
                ..callee
            },
            Self::RingsFor { seconds } => Callee {
                rings_for: Duration::from_secs(u64::from(*seconds)),
                ..callee
            },
            Self::Presses { digits } => Callee {
                digits: digits.clone(),
                ..callee
            },
            Self::HangsUpDuringFirstWords => Callee {
                hangs_up: HangsUp::DuringFirstWords,
                ..callee
            },
            Self::HangsUpAfter { seconds } => Callee {
                hangs_up: HangsUp::After(Duration::from_secs(u64::from(*seconds))),
                ..callee
            },
            Self::Busy => Callee {
                pickup: Pickup::Busy,
                ..callee
            },
            Self::NoAnswer => Callee {
                pickup: Pickup::NoAnswer,
                ..callee
            },
            Self::Fails { sip_code } => Callee {
                pickup: Pickup::Fails(*sip_code),
                ..callee
            },
            Self::BusyThenAnswers { times } => Callee {
                busy_first: *times,
                ..callee
            },
            Self::Voicemail {
                greeting_seconds,
                end,
            } => {
                let length = Duration::from_secs(u64::from(*greeting_seconds));
                Callee {
                    speech: None,
                    opening: Opening::Greeting { length, end: *end },
                    hangs_up: HangsUp::After(length.saturating_add(VOICEMAIL_TIME)),
                    ..callee
                }
            }
            Self::Fax => Callee {
                speech: None,
                opening: Opening::Fax,
                ..callee
            },
            Self::Person => Callee {
                pickup: Pickup::Person,
                speech: None,
                ..callee
            },
            Self::Custom(custom) => custom.clone(),
        }
    }

    /// The behaviour of a number for which none was set, by the table in the [crate manual](crate).
    #[must_use]
    pub fn of_number(number: &str) -> Self {
        table::behaviour_of(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_keys_are_pressed_at_every_further_prompt() {
        let callee = Callee {
            digits: "9,,1".into(),
            ..Callee::default()
        };
        let pressed: Vec<&str> = (0..4).map(|prompt| callee.digits_at(prompt)).collect();
        assert_eq!(pressed, ["9", "", "1", "1"]);
        assert_eq!(Callee::default().digits_at(0), "");
    }
}
