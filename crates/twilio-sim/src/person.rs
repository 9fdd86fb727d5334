//! A person who is called: what they do with the phone, live, and what the call makes of it.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;

use crate::clock::instant_of;
use crate::journal::Entry;
use crate::record::CallStatus;
use crate::world::Shared;

/// The most keys pressed at once.
pub(crate) const KEYS_AT_MOST: usize = 32;
/// The longest text said at once, in characters.
pub(crate) const WORDS_AT_MOST: usize = 1_000;
/// The most keys and texts that wait to be listened to.
const INPUTS_AT_MOST: usize = 256;
/// The most acts a call keeps on record.
const ACTS_AT_MOST: usize = 1_000;

/// Something a person does with the phone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Act {
    /// Takes the call; it must be ringing.
    Answer,
    /// Refuses the call, which must be ringing: it ends `busy`.
    Decline,
    /// Presses keys.
    Press {
        /// 1 to 32 of `0-9`, `*` and `#`, pressed one right after the other.
        keys: String,
    },
    /// Says something, which takes [`speech_ms`](crate::speech_ms).
    Say {
        /// The words, 1 to 1000 characters.
        text: String,
    },
    /// Hangs up; a call that is ringing is declined.
    HangUp,
}

/// Why somebody cannot do that now.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ActError {
    /// There is no such call.
    #[error("there is no call {0}")]
    UnknownCall(String),
    /// The callee acts by itself, as its number or its behaviour says.
    #[error("the callee of this call is not a person")]
    NotAPerson,
    /// The call is not in the state for it.
    #[error("call is {status}, it must be {needed}")]
    WrongState {
        /// The state it is in.
        status: CallStatus,
        /// The state it must be in.
        needed: CallStatus,
    },
    /// The keys are none, too many, or not keys.
    #[error("keys are not 1 to {KEYS_AT_MOST} of 0-9, * and #")]
    Keys,
    /// The words are none or too many.
    #[error("text is not 1 to {WORDS_AT_MOST} characters")]
    Words,
    /// So much waits to be listened to that no more is taken.
    #[error("too much is waiting to be listened to")]
    TooMuch,
}

/// Something a person did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ActReport {
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// What.
    #[serde(flatten)]
    pub act: Act,
}

/// What a call is waiting for from a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Listening {
    /// Keys, for a `<Gather>`.
    Keys,
    /// Words, for a `<Gather>`.
    Speech,
    /// Keys or words, for a `<Gather>`.
    KeysOrSpeech,
    /// Words, for a `<Record>`.
    Recording,
}

/// What a person gave the call to listen to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Input {
    Key(char),
    Words(String),
}

/// The person's end of a call.
#[derive(Debug, Default)]
pub(crate) struct PersonLine {
    pub(crate) answered: bool,
    pub(crate) hung_up: bool,
    pub(crate) inputs: VecDeque<Input>,
    pub(crate) listening: Option<Listening>,
    pub(crate) acts: Vec<ActReport>,
}

/// Does something as the person who was called.
pub(crate) fn act(shared: &Shared, sid: &str, act: Act) -> Result<(), ActError> {
    check(&act)?;
    // Before the world is locked: the clock has a lock of its own.
    let now_ms = shared.timeline.now_ms();
    let at = instant_of(now_ms);
    let task = {
        let mut world = shared.world();
        let call = world
            .call_mut(sid)
            .ok_or_else(|| ActError::UnknownCall(sid.to_owned()))?;
        let status = call.status;
        let Some(line) = &mut call.person else {
            return Err(ActError::NotAPerson);
        };
        check_state(&act, status)?;
        line.take(&act)?;
        if let Act::Press { keys } = &act {
            call.keys.extend(keys.chars().map(|key| (now_ms, key)));
        }
        if line.acts.len() < ACTS_AT_MOST {
            line.acts.push(ActReport {
                at,
                act: act.clone(),
            });
        }
        let task = call.task;
        shared.write_in(&mut world, Some(sid), Entry::Act { act: &act });
        task
    };
    if let Some(task) = task {
        shared.timeline.poke(task);
    }
    Ok(())
}

impl PersonLine {
    fn take(&mut self, act: &Act) -> Result<(), ActError> {
        match act {
            Act::Answer => self.answered = true,
            Act::Decline | Act::HangUp => self.hung_up = true,
            Act::Press { keys } => {
                self.room_for(keys.len())?;
                self.inputs.extend(keys.chars().map(Input::Key));
            }
            Act::Say { text } => {
                self.room_for(1)?;
                self.inputs.push_back(Input::Words(text.clone()));
            }
        }
        Ok(())
    }

    fn room_for(&self, more: usize) -> Result<(), ActError> {
        if self.inputs.len() + more > INPUTS_AT_MOST {
            return Err(ActError::TooMuch);
        }
        Ok(())
    }
}

fn check(act: &Act) -> Result<(), ActError> {
    match act {
        Act::Answer | Act::Decline | Act::HangUp => Ok(()),
        Act::Press { keys } => {
            let known = keys.chars().all(|key| "0123456789*#".contains(key));
            if known && (1..=KEYS_AT_MOST).contains(&keys.len()) {
                Ok(())
            } else {
                Err(ActError::Keys)
            }
        }
        Act::Say { text } => {
            let fits = text.chars().count() <= WORDS_AT_MOST;
            if fits && !text.trim().is_empty() {
                Ok(())
            } else {
                Err(ActError::Words)
            }
        }
    }
}

fn check_state(act: &Act, status: CallStatus) -> Result<(), ActError> {
    let needed = match act {
        Act::HangUp if status == CallStatus::Ringing => return Ok(()),
        Act::Answer | Act::Decline => CallStatus::Ringing,
        Act::Press { .. } | Act::Say { .. } | Act::HangUp => CallStatus::InProgress,
    };
    if status == needed {
        Ok(())
    } else {
        Err(ActError::WrongState { status, needed })
    }
}
