//! Strictness: where it is asked for, the first alert about a call ends that call.

use super::Leg;
use crate::record::CallStatus;
use crate::world::{Shared, World};

/// What a call that is ended for an alert is told to have got: a server error (RFC 3261, section 21.5.1).
const SIP_SERVER_ERROR: u16 = 500;

impl Shared {
    /// Marks a call that an alert was written about, when it is to be ended for that; it ends when it next
    /// looks.
    pub(crate) fn condemn(&self, world: &mut World, call_sid: &str) -> bool {
        let call = world
            .call_mut(call_sid)
            .filter(|call| self.config.strict && !call.status.is_terminal());
        call.is_some_and(|call| !std::mem::replace(&mut call.condemned, true))
    }
}

impl Leg {
    /// Whether the call is to be ended for an alert.
    pub(super) fn is_condemned(&self) -> bool {
        let world = self.shared.world();
        world.call(&self.sid).is_some_and(|call| call.condemned)
    }

    /// How the call ends: like this, or as one that has failed.
    pub(super) fn ending(&self, status: CallStatus, sip_code: u16) -> (CallStatus, Option<u16>) {
        if self.is_condemned() {
            (CallStatus::Failed, Some(SIP_SERVER_ERROR))
        } else {
            (status, Some(sip_code))
        }
    }
}
