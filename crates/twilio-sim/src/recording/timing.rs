//! What time a recording holds, pauses and trimmed silence left out.

use super::PauseBehavior;

/// The stretches of time that go into a recording.
#[derive(Clone, Debug)]
pub(crate) struct Timing {
    stretches: Vec<Stretch>,
}

#[derive(Clone, Copy, Debug)]
struct Stretch {
    from_ms: i64,
    /// `None` while it goes on.
    to_ms: Option<i64>,
    /// Whether sound is recorded and not silence in its place.
    audible: bool,
}

impl Timing {
    pub(crate) fn starting(at_ms: i64) -> Self {
        let mut timing = Self {
            stretches: Vec::new(),
        };
        timing.open(at_ms, true);
        timing
    }

    pub(super) fn pause(&mut self, at_ms: i64, behavior: PauseBehavior) {
        self.close(at_ms);
        if behavior == PauseBehavior::Silence {
            self.open(at_ms, false);
        }
    }

    pub(super) fn resume(&mut self, at_ms: i64) {
        self.close(at_ms);
        self.open(at_ms, true);
    }

    pub(super) fn close(&mut self, at_ms: i64) {
        if let Some(last) = self.stretches.last_mut() {
            last.to_ms.get_or_insert(at_ms);
        }
    }

    fn open(&mut self, from_ms: i64, audible: bool) {
        self.stretches.push(Stretch {
            from_ms,
            to_ms: None,
            audible,
        });
    }

    /// Length of all of it, in milliseconds.
    pub(super) fn whole_ms(&self) -> u64 {
        let lengths = self.stretches.iter().map(Stretch::length_ms);
        u64::try_from(lengths.sum::<i64>()).unwrap_or_default()
    }

    /// Length from the first sound to the end of the last one, in milliseconds; 0 when there was none.
    ///
    /// Sounds are given as the instants at which they begin and end.
    pub(super) fn trimmed_ms(&self, sounds: &[(i64, i64)]) -> u64 {
        let mut passed_ms = 0;
        let mut bounds: Option<(i64, i64)> = None;
        for stretch in &self.stretches {
            let (from_ms, to_ms) = (stretch.from_ms, stretch.from_ms + stretch.length_ms());
            for (begins_ms, ends_ms) in sounds.iter().filter(|_| stretch.audible) {
                let (begins_ms, ends_ms) = ((*begins_ms).max(from_ms), (*ends_ms).min(to_ms));
                if begins_ms < ends_ms {
                    let (first, last) = (begins_ms - from_ms, ends_ms - from_ms);
                    let (first, last) = (passed_ms + first, passed_ms + last);
                    bounds = Some(bounds.map_or((first, last), |(earliest, latest)| {
                        (earliest.min(first), latest.max(last))
                    }));
                }
            }
            passed_ms += stretch.length_ms();
        }
        let length_ms = bounds.map_or(0, |(first, last)| last - first);
        u64::try_from(length_ms).unwrap_or_default()
    }
}

impl Stretch {
    fn length_ms(&self) -> i64 {
        let to_ms = self.to_ms.unwrap_or(self.from_ms);
        to_ms.saturating_sub(self.from_ms).max(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_are_left_out_or_silent_and_silence_at_the_ends_is_trimmed() {
        for (behavior, whole_ms, trimmed_ms) in [
            (PauseBehavior::Skip, 8_000, 4_500),
            (PauseBehavior::Silence, 10_000, 6_500),
        ] {
            let mut timing = Timing::starting(1_000);
            timing.pause(4_000, behavior);
            timing.resume(6_000);
            timing.close(11_000);
            assert_eq!(timing.whole_ms(), whole_ms);
            // One sound begins before the recording's first pause and ends in it, one lies in the pause,
            // one after it.
            let sounds = [(2_000, 5_000), (4_500, 5_500), (8_000, 8_500)];
            assert_eq!(timing.trimmed_ms(&sounds), trimmed_ms);
            assert_eq!(timing.trimmed_ms(&sounds[1..2]), 0, "only in the pause");
            assert_eq!(timing.trimmed_ms(&[(0, 90_000)]), whole_ms);
        }
    }
}
