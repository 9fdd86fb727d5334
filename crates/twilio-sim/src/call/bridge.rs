//! Two calls connected to each other.

use super::{Leg, LegEnd};
use crate::callee::HangsUp;
use crate::record::HeardKind;
use crate::world::World;

impl World {
    /// Connects two calls.
    pub(crate) fn bridge(&mut self, one: &str, other: &str) {
        for (sid, with) in [(one, other), (other, one)] {
            if let Some(call) = self.call_mut(sid) {
                call.bridged_with = Some(with.to_owned());
            }
        }
    }

    /// Takes a call out of its connection; returns the call that is alone now.
    fn part(&mut self, sid: &str) -> Option<String> {
        let other = self.call_mut(sid)?.bridged_with.take()?;
        if let Some(call) = self.call_mut(&other) {
            call.bridged_with = None;
        }
        Some(other)
    }

    pub(crate) fn is_bridged(&self, sid: &str) -> bool {
        self.call(sid)
            .is_some_and(|call| call.bridged_with.is_some())
    }
}

/// Who is at this end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// The call that dialled: it stays until the other side leaves.
    Caller,
    /// The one it reached: it hangs up when it has said its words, unless it was set when to
    /// or is a person.
    Reached,
}

/// Lets a connected call talk until it is cut short, the other side has left, or an instant has come.
pub(crate) async fn converse(
    leg: &mut Leg,
    side: Side,
    until_ms: Option<i64>,
) -> Result<(), LegEnd> {
    let began_ms = leg.now_ms();
    let heard_before = greet(leg);
    if side == Side::Reached {
        leg.hang_up_after_talk();
    }
    let outcome = loop {
        if let Err(end) = leg.look() {
            break Err(end);
        }
        let over = until_ms.is_some_and(|at_ms| at_ms <= leg.now_ms());
        if over || !leg.shared.world().is_bridged(&leg.sid) {
            break Ok(());
        }
        leg.doze(until_ms).await;
    };
    let lasted_ms = u64::try_from(leg.now_ms() - began_ms).unwrap_or_default();
    let alone = {
        let mut world = leg.shared.world();
        if let Some(call) = world.call_mut(&leg.sid)
            && let Some(heard) = call.heard.get_mut(heard_before)
            && let HeardKind::Bridged { duration_ms, .. } = &mut heard.kind
        {
            *duration_ms = lasted_ms;
        }
        world.part(&leg.sid)
    };
    leg.sound_since(began_ms);
    if let Some(alone) = alone {
        leg.shared.poke_call(&alone);
    }
    outcome
}

/// Notes whom the call hears from now on; returns the place of the note.
fn greet(leg: &Leg) -> usize {
    let (place, call_sid, words) = {
        let world = leg.shared.world();
        let call = world.call(&leg.sid);
        let other = call.and_then(|call| call.bridged_with.clone());
        let words = other
            .as_deref()
            .and_then(|sid| world.call(sid))
            .and_then(|call| call.words.clone());
        (
            call.map_or(0, |call| call.heard.len()),
            other.unwrap_or_default(),
            words,
        )
    };
    leg.hear(HeardKind::Bridged {
        call_sid,
        words,
        duration_ms: 0,
    });
    place
}

impl Leg {
    /// Lets a callee hang up when it has said its words, unless it was set when to or is a person.
    pub(crate) fn hang_up_after_talk(&mut self) {
        if self.is_person() {
            return;
        }
        let talk_ms = self
            .callee
            .speech
            .as_ref()
            .map(|speech| i64::try_from(speech.duration.as_millis()).unwrap_or(i64::MAX));
        let now_ms = self.now_ms();
        match self.callee.hangs_up {
            HangsUp::After(_) | HangsUp::OncePressed => {}
            HangsUp::Never => self.hang_up_ms = talk_ms.map(|ms| now_ms.saturating_add(ms)),
            HangsUp::DuringFirstWords => {
                self.hang_up_ms = talk_ms.map(|ms| now_ms.saturating_add(ms / 2));
            }
        }
    }
}
