//! Sms: sending a message during a call.

use super::document::{Base, Sms};
use super::run::{Flow, go_to, resolve};
use crate::call::Leg;
use crate::messages::{CallText, send_in_call};
use crate::record::DeliveryKind;
use crate::world::Params;

/// Runs an Sms: control goes to the action, or without one to the next verb.
///
/// From the number that called to the one that was called, unless said otherwise.
pub(super) fn run(leg: &Leg, sms: &Sms, base: &Base) -> Flow {
    let caller = {
        let world = leg.shared.world();
        world.call(&leg.sid).map(|call| call.request.from.clone())
    };
    let callback = sms.status_callback.as_deref();
    let text = CallText {
        from: sms.from.clone().or(caller).unwrap_or_default(),
        to: sms.to.clone().unwrap_or_else(|| leg.to.clone()),
        body: sms.body.clone(),
        status_callback: callback.and_then(|url| resolve(leg, Some(url), base)),
    };
    let sent = send_in_call(&leg.shared, text);
    if let Err((code, message)) = &sent {
        leg.alert(*code, *message, None);
    }
    if sms.action.url.is_none() {
        return Flow::Continue;
    }
    // Source: Twilio, Sms, "action".
    let status = if sent.is_ok() { "sending" } else { "invalid" };
    let params: Params = [
        ("SmsSid", sent.unwrap_or_default()),
        ("SmsStatus", status.to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    go_to(leg, &sms.action, base, DeliveryKind::Action, params)
}
