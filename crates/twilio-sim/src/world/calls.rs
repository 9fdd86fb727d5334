//! All calls that are kept, found by SID and listed by age.

use std::collections::{BTreeMap, HashMap, btree_map};

use crate::call::Call;

/// Calls, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    by_number: BTreeMap<u64, Call>,
    numbers: HashMap<String, u64>,
    added: u64,
}

impl Calls {
    pub(crate) fn iter(&self) -> btree_map::Values<'_, u64, Call> {
        self.by_number.values()
    }

    pub(crate) fn get(&self, sid: &str) -> Option<&Call> {
        self.by_number.get(self.numbers.get(sid)?)
    }

    pub(crate) fn get_mut(&mut self, sid: &str) -> Option<&mut Call> {
        self.by_number.get_mut(self.numbers.get(sid)?)
    }

    pub(super) fn push(&mut self, call: Call) {
        self.numbers.insert(call.sid.clone(), self.added);
        self.by_number.insert(self.added, call);
        self.added += 1;
    }

    pub(super) fn remove(&mut self, sid: &str) {
        if let Some(number) = self.numbers.remove(sid) {
            self.by_number.remove(&number);
        }
    }
}
