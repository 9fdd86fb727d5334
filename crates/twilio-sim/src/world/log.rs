//! A record of things in order, of which only the newest are kept.

use std::collections::{VecDeque, vec_deque};

use serde::{Serialize, Serializer};

/// Things in order; when there are too many, the oldest are dropped.
#[derive(Debug)]
pub(crate) struct Log<T> {
    items: VecDeque<T>,
    /// The number of the oldest one kept.
    first: u64,
    at_most: usize,
}

impl<T> Log<T> {
    pub(crate) const fn new(at_most: usize) -> Self {
        Self {
            items: VecDeque::new(),
            first: 0,
            at_most,
        }
    }

    /// Adds something at the end; returns its number.
    pub(crate) fn push(&mut self, item: T) -> u64 {
        self.items.push_back(item);
        if self.items.len() > self.at_most {
            self.pop();
        }
        // The number of the last one, also when there is room for none.
        let last = self.first + u64::try_from(self.items.len()).unwrap_or(u64::MAX);
        last.saturating_sub(1)
    }

    /// The one with this number, while it is kept.
    pub(crate) fn get_mut(&mut self, number: u64) -> Option<&mut T> {
        let index = number.checked_sub(self.first)?;
        self.items.get_mut(usize::try_from(index).ok()?)
    }

    pub(crate) fn iter(&self) -> vec_deque::Iter<'_, T> {
        self.items.iter()
    }

    /// Drops the oldest as long as they are of no use.
    pub(crate) fn drop_oldest_while(&mut self, useless: impl Fn(&T) -> bool) {
        while self.items.front().is_some_and(&useless) {
            self.pop();
        }
    }

    fn pop(&mut self) {
        self.items.pop_front();
        self.first += 1;
    }
}

impl<T: Clone> Log<T> {
    pub(crate) fn to_vec(&self) -> Vec<T> {
        self.iter().cloned().collect()
    }
}

impl<T: Serialize> Serialize for Log<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_newest_are_kept_and_keep_their_numbers() {
        let mut log = Log::new(2);
        let numbers: Vec<u64> = ["a", "b", "c"].map(|item| log.push(item)).into();
        assert_eq!(numbers, [0, 1, 2]);
        assert_eq!(log.to_vec(), ["b", "c"]);
        assert_eq!(log.get_mut(0), None);
        assert_eq!(log.get_mut(2), Some(&mut "c"));
        log.drop_oldest_while(|item| *item == "b");
        assert_eq!(log.to_vec(), ["c"]);
        assert_eq!(log.get_mut(2), Some(&mut "c"));
    }
}
