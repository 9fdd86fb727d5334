//! The one source of chance: every draw is made from the seed and the name of what it decides.
//!
//! There is no stream of numbers that is used up, so the order in which requests happen to arrive changes
//! nothing: whoever asks about the same thing under the same seed gets the same number.

use std::collections::HashMap;

use sha1::{Digest as _, Sha1};

/// Draws numbers by name.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Random {
    seed: u64,
}

impl Random {
    pub(crate) const fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// A number from 0 to below 1.
    pub(crate) fn unit(self, name: &[&str]) -> f64 {
        // 53 bits are what an f64 holds exactly.
        #[expect(clippy::cast_precision_loss, reason = "both are at most 2^53")]
        let unit = (self.bits(name) >> 11) as f64 / (1_u64 << 53) as f64;
        unit
    }

    /// A number from 0 to below `end`; 0 when `end` is 0.
    pub(crate) fn below(self, end: u64, name: &[&str]) -> u64 {
        self.bits(name).checked_rem(end).unwrap_or_default()
    }

    /// 32 hexadecimal digits.
    pub(crate) fn id(self, name: &[&str]) -> String {
        let digest = self.digest(name);
        digest
            .iter()
            .take(16)
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    fn bits(self, name: &[&str]) -> u64 {
        let digest = self.digest(name);
        digest
            .iter()
            .take(8)
            .fold(0, |bits, byte| (bits << 8) | u64::from(*byte))
    }

    fn digest(self, name: &[&str]) -> Vec<u8> {
        let mut hash = Sha1::new();
        hash.update(self.seed.to_be_bytes());
        for part in name {
            hash.update(part.as_bytes());
            // Between parts, so that ("a", "bc") and ("ab", "c") are two names.
            hash.update([0]);
        }
        hash.finalize().to_vec()
    }
}

/// Numbers the things that share a name, from 1, apart for each owner: a call, a number.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    by_owner: HashMap<String, HashMap<String, u64>>,
}

impl Counters {
    pub(crate) fn next(&mut self, owner: &str, what: &str) -> u64 {
        let counters = self.by_owner.entry(owner.to_owned()).or_default();
        let counter = counters.entry(what.to_owned()).or_default();
        *counter += 1;
        *counter
    }

    /// Forgets what was counted for an owner.
    pub(crate) fn forget(&mut self, owner: &str) {
        self.by_owner.remove(owner);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draw_depends_on_seed_and_name_and_on_nothing_else() {
        let random = Random::new(7);
        assert_eq!(random.id(&["a", "b"]), random.id(&["a", "b"]));
        assert_ne!(random.id(&["a", "b"]), random.id(&["ab", ""]));
        assert_ne!(random.id(&["a"]), Random::new(8).id(&["a"]));
        assert_eq!(random.id(&[]).len(), 32);
    }

    #[test]
    fn draws_are_spread_over_their_range() {
        let random = Random::new(1);
        let draws: Vec<f64> = (0..1000)
            .map(|number: u32| random.unit(&[&number.to_string()]))
            .collect();
        assert!(draws.iter().all(|draw| (0.0..1.0).contains(draw)));
        let low = draws.iter().filter(|draw| **draw < 0.25).count();
        assert!((200..300).contains(&low), "{low} of 1000 are below 0.25");
        assert_eq!(random.below(0, &["x"]), 0);
        assert!((0..100).all(|number: u32| random.below(5, &[&number.to_string()]) < 5));
    }

    #[test]
    fn things_are_numbered_apart_for_each_owner() {
        let mut counters = Counters::default();
        assert_eq!(counters.next("CA1", "callback"), 1);
        assert_eq!(counters.next("CA1", "callback"), 2);
        assert_eq!(counters.next("CA1", "token"), 1);
        assert_eq!(counters.next("CA2", "callback"), 1);
    }
}
