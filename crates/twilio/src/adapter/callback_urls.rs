//! The URLs given to Twilio.

use atlas_domain::DialReference;

/// Makes the URLs that Twilio calls back, all of them public and absolute.
///
/// What they say besides the address comes back with each callback, signed: they are how a callback finds
/// its dial before the SID is known.
pub trait CallbackUrls: Send + Sync {
    /// Where Twilio asks what to say once somebody answers.
    fn voice(&self, dial: &DialReference, recording_enabled: bool) -> String;

    /// Where Twilio reports how a dial goes on.
    fn status(&self, dial: &DialReference) -> String;

    /// Where Twilio asks what to say once a dial of a notification is answered.
    fn notification(&self, dial: &DialReference) -> String;

    /// Where Twilio tells who answered a dial of a notification.
    fn machine_verdict(&self, dial: &DialReference) -> String;

    /// Where Twilio asks what a machine is to hear of a notification.
    fn machine_message(&self, dial: &DialReference) -> String;

    /// Where Twilio reports how a dial of a notification goes on.
    fn notification_status(&self, dial: &DialReference) -> String;
}
