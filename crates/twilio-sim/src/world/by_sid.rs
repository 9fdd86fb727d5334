//! Things that are kept, found by SID and listed by age.

use std::collections::{BTreeMap, HashMap, btree_map};

/// Things with a SID, oldest first.
#[derive(Debug)]
pub(crate) struct BySid<T> {
    by_number: BTreeMap<u64, T>,
    numbers: HashMap<String, u64>,
    added: u64,
}

impl<T> Default for BySid<T> {
    fn default() -> Self {
        Self {
            by_number: BTreeMap::new(),
            numbers: HashMap::new(),
            added: 0,
        }
    }
}

impl<T> BySid<T> {
    pub(crate) fn iter(&self) -> btree_map::Values<'_, u64, T> {
        self.by_number.values()
    }

    pub(crate) fn get(&self, sid: &str) -> Option<&T> {
        self.by_number.get(self.numbers.get(sid)?)
    }

    pub(crate) fn get_mut(&mut self, sid: &str) -> Option<&mut T> {
        self.by_number.get_mut(self.numbers.get(sid)?)
    }

    pub(crate) fn push(&mut self, sid: &str, item: T) {
        self.numbers.insert(sid.to_owned(), self.added);
        self.by_number.insert(self.added, item);
        self.added += 1;
    }

    /// Forgets one; says whether it was there.
    pub(crate) fn remove(&mut self, sid: &str) -> bool {
        let number = self.numbers.remove(sid);
        number.is_some_and(|number| self.by_number.remove(&number).is_some())
    }
}
