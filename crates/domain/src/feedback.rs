//! Feedback: how somebody rated a call.

use crate::{FeedbackNotes, Timestamp};

/// A number outside 1 to 5.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be an integer from {} to {}", Score::MIN, Score::MAX)]
pub struct InvalidScore;

/// A mark from 1 (worst) to 5 (best).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Score(u8);

impl Score {
    /// The worst mark.
    pub const MIN: u8 = 1;
    /// The best mark.
    pub const MAX: u8 = 5;

    /// The mark with this number.
    ///
    /// # Errors
    /// [`InvalidScore`] outside 1 to 5.
    ///
    /// ```
    /// use atlas_domain::{InvalidScore, Score};
    ///
    /// assert_eq!(Score::new(5).map(Score::get), Ok(5));
    /// assert_eq!(Score::new(6), Err(InvalidScore));
    /// ```
    pub fn new(mark: i64) -> Result<Self, InvalidScore> {
        match u8::try_from(mark) {
            Ok(mark @ Self::MIN..=Self::MAX) => Ok(Self(mark)),
            Ok(_) | Err(_) => Err(InvalidScore),
        }
    }

    /// The number, 1 to 5.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }
}

/// Five scores and a note; a later one replaces it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feedback {
    /// How good the line and the voice were.
    pub call_quality: Score,
    /// How helpful the agent was.
    pub agent_helpfulness: Score,
    /// Whether the matter was settled.
    pub resolution: Score,
    /// How easy the call was.
    pub call_ease: Score,
    /// The overall impression.
    pub overall_satisfaction: Score,
    /// Anything else, in words.
    pub notes: Option<FeedbackNotes>,
    /// When the feedback was given.
    pub created_at: Timestamp,
}
