//! The line to the callee while a call is up: time passes here, and here a call is cut short.

use std::collections::VecDeque;
use std::sync::Arc;

use super::{DocumentSource, Interruption, common_params, status, trial};
use crate::callee::{Callee, HangsUp};
use crate::clock::{Presence, Turn, instant_of};
use crate::journal::Entry;
use crate::record::{CallStatus, Heard, HeardKind};
use crate::twiml;
use crate::world::{Params, Shared};

/// How long a leg without any limit dozes at a time.
const DOZE_MS: i64 = 60_000;

/// The line to the callee.
pub(crate) struct Leg {
    pub(crate) shared: Arc<Shared>,
    pub(crate) sid: String,
    pub(crate) to: String,
    pub(crate) callee: Callee,
    pub(super) turn: Turn,
    /// When the callee hangs up.
    pub(super) hang_up_ms: Option<i64>,
    /// When the call was answered, from which its time limit counts.
    pub(super) picked_up_ms: Option<i64>,
    /// How many prompts the callee has answered.
    pub(super) prompts: usize,
    pub(crate) documents: usize,
    pub(super) fallback_used: bool,
    /// What documents may do at present.
    pub(crate) scope: Scope,
    first_words_over: bool,
    /// Keys the callee presses without waiting for the end of a prompt, and when.
    pub(super) early_keys: VecDeque<(i64, char)>,
    /// While a person is on the line, a fast clock goes at real speed.
    pub(super) presence: Option<Presence>,
    /// Whether keys, and whether words, of a person end what is being said.
    pub(crate) barge_in: Option<(bool, bool)>,
}

/// What a document is run for, which decides what it may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// The call itself: everything.
    Call,
    /// A callee before it is connected.
    Whisper,
    /// Waiting in a queue.
    QueueWait,
    /// Waiting for a conference to start.
    ConferenceWait,
}

/// Why a verb did not come to its end.
#[derive(Debug)]
pub(crate) enum LegEnd {
    /// The callee hung up.
    CalleeHungUp,
    /// A person did what a Gather listens for while its words were spoken; never leaves the Gather.
    BargedIn,
    /// What the call waited for has come; never leaves the verb that waits.
    WaitIsOver,
    /// The call has lasted as long as it may.
    TimeLimit,
    /// The REST API ended the call.
    ApiHungUp,
    /// The REST API wants the call to run something else.
    Redirected(DocumentSource),
    /// The application failed; the callee was told.
    ApplicationError,
}

impl LegEnd {
    /// Whether nothing can follow: nobody is there any more, or nobody may be.
    pub(crate) const fn ends_the_call(&self) -> bool {
        match self {
            Self::CalleeHungUp | Self::TimeLimit | Self::ApiHungUp => true,
            Self::BargedIn | Self::WaitIsOver | Self::Redirected(_) | Self::ApplicationError => {
                false
            }
        }
    }
}

impl Leg {
    pub(super) const fn new(
        shared: Arc<Shared>,
        sid: String,
        to: String,
        callee: Callee,
        turn: Turn,
    ) -> Self {
        Self {
            shared,
            sid,
            to,
            callee,
            turn,
            hang_up_ms: None,
            picked_up_ms: None,
            prompts: 0,
            documents: 0,
            fallback_used: false,
            scope: Scope::Call,
            first_words_over: false,
            early_keys: VecDeque::new(),
            presence: None,
            barge_in: None,
        }
    }

    pub(crate) fn now_ms(&self) -> i64 {
        self.turn.now_ms()
    }

    /// Lets time pass.
    pub(crate) async fn wait_ms(&mut self, ms: u64) -> Result<(), LegEnd> {
        let target_ms = self
            .now_ms()
            .saturating_add(i64::try_from(ms).unwrap_or(i64::MAX));
        loop {
            self.look()?;
            if self.now_ms() >= target_ms {
                return Ok(());
            }
            self.doze(Some(target_ms)).await;
        }
    }

    /// Sleeps until something happens to the call, or until an instant; may also wake for nothing.
    pub(crate) async fn doze(&mut self, until_ms: Option<i64>) {
        let key_ms = self.barge_in.and_then(|_| self.next_early_key_ms());
        let ends = [until_ms, self.hang_up_ms, self.limit_ms(), key_ms];
        let until_ms = ends.into_iter().flatten().min();
        let until_ms = until_ms.unwrap_or_else(|| self.now_ms().saturating_add(DOZE_MS));
        self.turn.sleep_until(until_ms).await;
    }

    /// Sleeps until something happens, whatever ends the call meanwhile.
    pub(crate) async fn rest(&mut self) {
        let until_ms = self.now_ms().saturating_add(DOZE_MS);
        self.turn.sleep_until(until_ms).await;
    }

    /// Looks whether the call has been cut short.
    pub(crate) fn look(&mut self) -> Result<(), LegEnd> {
        let (interruption, hung_up, on_hold, condemned) = {
            let mut world = self.shared.world();
            let Some(call) = world.call_mut(&self.sid) else {
                // The simulator was reset: the call is forgotten.
                return Err(LegEnd::ApiHungUp);
            };
            let hung_up = call.person.as_ref().is_some_and(|line| line.hung_up);
            let interruption = call.interruption.take();
            (interruption, hung_up, call.on_hold, call.condemned)
        };
        if condemned {
            return Err(LegEnd::ApplicationError);
        }
        match interruption {
            Some(Interruption::End) => return Err(LegEnd::ApiHungUp),
            Some(Interruption::Redirect(source)) => return Err(LegEnd::Redirected(source)),
            None => {}
        }
        let now_ms = self.now_ms();
        if hung_up || self.hang_up_ms.is_some_and(|at_ms| at_ms <= now_ms) {
            return Err(LegEnd::CalleeHungUp);
        }
        if self.limit_ms().is_some_and(|at_ms| at_ms <= now_ms) {
            return Err(LegEnd::TimeLimit);
        }
        let waits = match self.scope {
            Scope::QueueWait | Scope::ConferenceWait => true,
            Scope::Call | Scope::Whisper => false,
        };
        if waits && !on_hold {
            return Err(LegEnd::WaitIsOver);
        }
        if self.is_barged_into() {
            return Err(LegEnd::BargedIn);
        }
        Ok(())
    }

    /// When the call has lasted as long as it may; the REST API may change that while it lasts.
    fn limit_ms(&self) -> Option<i64> {
        let picked_up_ms = self.picked_up_ms?;
        let world = self.shared.world();
        let asked_seconds = world.call(&self.sid)?.request.time_limit_seconds;
        let seconds = match self.shared.config.limits.trial {
            Some(_) => asked_seconds.min(trial::TIME_LIMIT_SECONDS),
            None => asked_seconds,
        };
        Some(picked_up_ms.saturating_add(i64::from(seconds) * 1000))
    }

    /// Notes what the callee begins to hear now.
    pub(crate) fn hear(&self, kind: HeardKind) {
        self.sound(twiml::sound_ms(&kind));
        let at = instant_of(self.now_ms());
        let mut world = self.shared.world();
        let entry = Entry::Heard { heard: &kind };
        self.shared.write_in(&mut world, Some(&self.sid), entry);
        if let Some(call) = world.call_mut(&self.sid) {
            call.heard.push(Heard { at, kind });
        }
    }

    /// Notes that somebody can be heard on the line from now on, for this long.
    pub(crate) fn sound(&self, ms: u64) {
        let begins_ms = self.now_ms();
        let ends_ms = begins_ms.saturating_add(i64::try_from(ms).unwrap_or(i64::MAX));
        if let Some(call) = self.shared.world().call_mut(&self.sid)
            && ms > 0
        {
            call.sounds.push((begins_ms, ends_ms));
        }
    }

    /// Notes that somebody could be heard on the line from an instant until now.
    pub(crate) fn sound_since(&self, began_ms: i64) {
        let ends_ms = self.now_ms();
        if let Some(call) = self.shared.world().call_mut(&self.sid) {
            call.sounds.push((began_ms, ends_ms));
        }
    }

    /// Lets the callee hear words; one who hangs up during the first words does so half-way.
    pub(crate) async fn listen_to_words(&mut self, kind: HeardKind, ms: u64) -> Result<(), LegEnd> {
        self.hear(kind);
        if !std::mem::replace(&mut self.first_words_over, true)
            && self.callee.hangs_up == HangsUp::DuringFirstWords
        {
            let half = i64::try_from(ms / 2).unwrap_or_default();
            self.hang_up_ms = Some(self.now_ms().saturating_add(half));
        }
        self.wait_ms(ms).await
    }

    /// Lets a callee hang up who does so as soon as it has pressed.
    pub(crate) fn hang_up_once_pressed(&mut self) {
        if self.callee.hangs_up == HangsUp::OncePressed {
            self.hang_up_ms = Some(self.now_ms());
        }
    }

    /// Notes a key the callee presses.
    pub(crate) fn press(&self, key: char) {
        let now_ms = self.now_ms();
        let mut world = self.shared.world();
        self.shared
            .write_in(&mut world, Some(&self.sid), Entry::Key { key });
        if let Some(call) = world.call_mut(&self.sid) {
            call.keys.push((now_ms, key));
        }
    }

    /// The keys the callee presses at the next prompt.
    pub(crate) fn next_digits(&mut self) -> String {
        let digits = self.callee.digits_at(self.prompts).to_owned();
        self.prompts += 1;
        digits
    }

    /// Writes an alert about this call into the debugger.
    pub(crate) fn alert(&self, code: u32, message: impl Into<String>, url: Option<&str>) {
        self.shared.alert(&self.sid, code, message, url);
    }

    /// The common parameters as they are now.
    pub(crate) fn params(&self) -> Params {
        let world = self.shared.world();
        world
            .call(&self.sid)
            .map(|call| common_params(&self.shared, call))
            .unwrap_or_default()
    }

    /// Runs work that the call does not wait for, see [`Turn::beside`].
    pub(crate) async fn beside(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.turn.beside(work).await;
    }

    /// Marks the call as ended, before anybody is told.
    pub(crate) fn close(&self) {
        let (status, sip_code) = self.ending(CallStatus::Completed, 200);
        status::change(&self.shared, &self.sid, status, sip_code, self.now_ms());
    }

    pub(super) async fn enter(&self, status: CallStatus, sip_code: Option<u16>) {
        status::change(&self.shared, &self.sid, status, sip_code, self.now_ms());
        status::announce(&self.shared, &self.turn, &self.sid).await;
    }
}
