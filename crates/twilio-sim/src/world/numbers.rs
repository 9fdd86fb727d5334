//! What is set for numbers, and forgetting it.

use super::{Shared, World};
use crate::callee::Behaviour;

impl World {
    /// The behaviour that was set for a number.
    pub(crate) fn behaviour(&self, number: &str) -> Option<&Behaviour> {
        self.phones.get(number)?.behaviour.as_ref()
    }

    /// Takes back the behaviour that was set for a number.
    pub(crate) fn clear_behaviour(&mut self, number: &str) {
        if let Some(phone) = self.phones.get_mut(number) {
            phone.behaviour = None;
            phone.dials_of_behaviour = 0;
        }
    }

    /// The numbers that were dialled or set up, sorted.
    pub(crate) fn known_numbers(&self) -> Vec<String> {
        let mut numbers: Vec<String> = self.phones.keys().cloned().collect();
        numbers.sort_unstable();
        numbers
    }
}

impl Shared {
    /// Forgets everything but the time; calls under way find out when they wake.
    pub(crate) fn reset(&self) {
        self.cache.clear();
        let tasks: Vec<u64> = {
            let mut world = self.world();
            let live = world.calls.iter().filter(|call| !call.status.is_terminal());
            let calls = live.filter_map(|call| call.task);
            let tasks = calls.chain(world.messages.unfinished_tasks()).collect();
            // What is made later must not have the SID of what is forgotten.
            let ids_made = std::mem::take(&mut world.ids_made);
            let messages = world.messages.forgotten();
            *world = World {
                ids_made,
                messages,
                ..World::new(self.config.records_kept)
            };
            tasks
        };
        for task in tasks {
            self.timeline.poke(task);
        }
    }
}
