//! Watching the world: whoever looks on is told when something has changed.

use std::ops::{Deref, DerefMut};
use std::sync::MutexGuard;

use tokio::sync::watch;

use super::World;

/// The world while it is locked; those who watch learn of every change when the lock is given back.
pub(crate) struct WorldGuard<'a> {
    world: MutexGuard<'a, World>,
    changes: &'a watch::Sender<u64>,
    changed: bool,
}

impl<'a> WorldGuard<'a> {
    pub(super) const fn new(world: MutexGuard<'a, World>, changes: &'a watch::Sender<u64>) -> Self {
        Self {
            world,
            changes,
            changed: false,
        }
    }
}

impl Deref for WorldGuard<'_> {
    type Target = World;

    fn deref(&self) -> &World {
        &self.world
    }
}

impl DerefMut for WorldGuard<'_> {
    fn deref_mut(&mut self) -> &mut World {
        self.changed = true;
        &mut self.world
    }
}

impl Drop for WorldGuard<'_> {
    fn drop(&mut self) {
        if self.changed {
            self.changes
                .send_modify(|number| *number = number.wrapping_add(1));
        }
    }
}
