//! Things that belong to others: the recordings of a call, the transcriptions of a recording.

use std::collections::{HashMap, btree_map};

use super::Transcription;
use super::by_sid::BySid;
use crate::recording::Recording;

/// Something that is forgotten together with its owner.
pub(crate) trait Owned {
    fn sid(&self) -> &str;
    /// The SID of the one it belongs to.
    fn owner_sid(&self) -> &str;
}

/// Things found by SID and by owner, oldest first.
#[derive(Debug)]
pub(crate) struct OwnedBySid<T> {
    items: BySid<T>,
    sids_by_owner: HashMap<String, Vec<String>>,
}

impl<T> Default for OwnedBySid<T> {
    fn default() -> Self {
        Self {
            items: BySid::default(),
            sids_by_owner: HashMap::new(),
        }
    }
}

impl<T: Owned> OwnedBySid<T> {
    pub(crate) fn iter(&self) -> btree_map::Values<'_, u64, T> {
        self.items.iter()
    }

    pub(crate) fn get(&self, sid: &str) -> Option<&T> {
        self.items.get(sid)
    }

    pub(crate) fn get_mut(&mut self, sid: &str) -> Option<&mut T> {
        self.items.get_mut(sid)
    }

    /// Those of one owner, oldest first.
    pub(crate) fn of(&self, owner_sid: &str) -> impl DoubleEndedIterator<Item = &T> {
        let sids = self.sids_by_owner.get(owner_sid);
        let sids = sids.map(Vec::as_slice).unwrap_or_default();
        sids.iter().filter_map(|sid| self.items.get(sid))
    }

    pub(crate) fn push(&mut self, item: T) {
        let sids = self.sids_by_owner.entry(item.owner_sid().to_owned());
        sids.or_default().push(item.sid().to_owned());
        let sid = item.sid().to_owned();
        self.items.push(&sid, item);
    }

    /// Forgets one; says whether it was there.
    pub(crate) fn remove(&mut self, sid: &str) -> bool {
        let owner_sid = self.get(sid).map(|item| item.owner_sid().to_owned());
        if let Some(sids) = owner_sid.and_then(|owner| self.sids_by_owner.get_mut(&owner)) {
            sids.retain(|other| other != sid);
        }
        self.items.remove(sid)
    }

    /// Forgets those of one owner; returns their SIDs.
    pub(super) fn remove_of(&mut self, owner_sid: &str) -> Vec<String> {
        let sids = self.sids_by_owner.remove(owner_sid).unwrap_or_default();
        for sid in &sids {
            self.items.remove(sid);
        }
        sids
    }
}

impl Owned for Recording {
    fn sid(&self) -> &str {
        &self.sid
    }

    fn owner_sid(&self) -> &str {
        &self.call_sid
    }
}

impl Owned for Transcription {
    fn sid(&self) -> &str {
        &self.sid
    }

    fn owner_sid(&self) -> &str {
        &self.recording_sid
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn transcription(sid: &str, recording_sid: &str) -> Transcription {
        Transcription {
            sid: sid.to_owned(),
            recording_sid: recording_sid.to_owned(),
            text: None,
            duration_ms: 0,
            created_ms: 0,
        }
    }

    #[test]
    fn they_are_found_by_owner_and_forgotten_with_it() {
        let mut owned = OwnedBySid::default();
        for (sid, owner) in [("TR1", "RE1"), ("TR2", "RE2"), ("TR3", "RE1")] {
            owned.push(transcription(sid, owner));
        }
        let of = |owned: &OwnedBySid<Transcription>, owner: &str| -> Vec<String> {
            owned.of(owner).map(|item| item.sid.clone()).collect()
        };
        assert_eq!(of(&owned, "RE1"), ["TR1", "TR3"]);
        assert!(owned.remove("TR1") && !owned.remove("TR1"));
        assert_eq!(of(&owned, "RE1"), ["TR3"]);
        assert_eq!(owned.remove_of("RE1"), ["TR3"]);
        assert_eq!(of(&owned, "RE1"), [""; 0]);
        assert!(owned.get("TR3").is_none() && owned.get("TR2").is_some());
        assert_eq!(owned.iter().count(), 1);
    }
}
