//! A call to a person: it rings until somebody acts, and it listens while they do.

use super::{Leg, LegEnd};
use crate::callee::Pickup;
use crate::person::{Input, Listening, PersonLine};

/// What a person made of the ringing.
pub(super) enum PersonAnswer {
    Answered,
    Declined,
    Nobody,
}

/// Rings until a person answers or declines, or until the time is over.
pub(super) async fn ring(leg: &mut Leg, timeout_ms: u64) -> Result<PersonAnswer, LegEnd> {
    let until_ms = leg.now_ms().saturating_add_unsigned(timeout_ms);
    loop {
        if leg.with_person(|line| line.answered) == Some(true) {
            return Ok(PersonAnswer::Answered);
        }
        if leg.now_ms() >= until_ms {
            return Ok(PersonAnswer::Nobody);
        }
        match leg.wait_for_act(until_ms).await {
            Ok(()) => {}
            Err(LegEnd::CalleeHungUp) => return Ok(PersonAnswer::Declined),
            Err(end) => return Err(end),
        }
    }
}

impl Leg {
    /// Puts a person on the other end, when the number is one's.
    pub(super) fn meet_person(&mut self) {
        if self.callee.pickup != Pickup::Person {
            return;
        }
        self.presence = Some(self.shared.timeline.enter_person());
        if let Some(call) = self.shared.world().call_mut(&self.sid) {
            call.person = Some(PersonLine::default());
        }
    }

    /// Whether the callee is a person who acts live.
    pub(crate) fn is_person(&self) -> bool {
        self.callee.pickup == Pickup::Person
    }

    /// Says what is listened for from here on; what came before is not heard.
    pub(crate) fn start_listening(&mut self, listening: Listening) {
        self.forget_early_keys();
        self.with_person(|line| {
            line.inputs.clear();
            line.listening = Some(listening);
        });
    }

    pub(crate) fn stop_listening(&self) {
        self.with_person(|line| line.listening = None);
    }

    /// The next key or words that nobody has listened to yet.
    pub(crate) fn next_input(&mut self) -> Option<Input> {
        if let Some(key) = self.take_early_key() {
            return Some(Input::Key(key));
        }
        self.with_person(|line| line.inputs.pop_front()).flatten()
    }

    /// Lets time pass until an instant, or until the callee has done something.
    pub(crate) async fn wait_for_act(&mut self, until_ms: i64) -> Result<(), LegEnd> {
        self.look()?;
        let waiting = self.with_person(|line| !line.inputs.is_empty());
        if waiting != Some(true) {
            let key_ms = self.next_early_key_ms().unwrap_or(until_ms);
            self.doze(Some(until_ms.min(key_ms))).await;
        }
        self.look()
    }

    /// Whether the callee wants the words of a Gather to stop.
    pub(super) fn is_barged_into(&self) -> bool {
        let Some((keys, speech)) = self.barge_in else {
            return false;
        };
        let heard = |input: &Input| match input {
            Input::Key(_) => keys,
            Input::Words(_) => speech,
        };
        let now_ms = self.now_ms();
        let pressed = keys
            && self
                .next_early_key_ms()
                .is_some_and(|at_ms| at_ms <= now_ms);
        pressed || self.with_person(|line| line.inputs.iter().any(heard)) == Some(true)
    }

    fn with_person<T>(&self, look: impl FnOnce(&mut PersonLine) -> T) -> Option<T> {
        let mut world = self.shared.world();
        let line = world.call_mut(&self.sid)?.person.as_mut()?;
        Some(look(line))
    }
}
