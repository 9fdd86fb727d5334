//! Taking messages in and changing them: every status is kept and journalled.

use super::{Message, MessageStatus};
use crate::journal::Entry;
use crate::world::{Shared, World};

impl Shared {
    /// Keeps a new message.
    pub(super) fn take_in_message(&self, message: Message) {
        let (sid, status) = (message.sid.clone(), message.status());
        let mut world = self.world();
        world.messages.add(message);
        self.note_message(&mut world, &sid, status);
    }

    /// Gives a message its next status.
    pub(super) fn enter_message(&self, sid: &str, status: MessageStatus) {
        self.enter_message_in(&mut self.world(), sid, status);
    }

    /// The same for whoever has the world in hand.
    pub(crate) fn enter_message_in(&self, world: &mut World, sid: &str, status: MessageStatus) {
        let now_ms = self.timeline.now_ms();
        let Some(message) = world.messages.get_mut(sid) else {
            // The simulator was reset.
            return;
        };
        message.enter(status, now_ms);
        self.note_message(world, sid, status);
    }

    fn note_message(&self, world: &mut World, sid: &str, status: MessageStatus) {
        let entry = Entry::Message { status };
        self.write_in(world, Some(sid), entry);
        if status.is_terminal() {
            world.finish_message(sid, self.timeline.now_ms());
        }
    }
}
