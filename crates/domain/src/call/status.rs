//! The eight statuses of a call, in rank order.

/// A word that is none of the eight statuses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be one of initiated, ringing, in-progress, completed, failed, no-answer, busy, canceled"
)]
pub struct UnknownStatus;

/// How a dial stands. The order is the rank: a status never goes back to a smaller one.
///
/// Words and meanings are Twilio's
/// (<https://www.twilio.com/docs/voice/api/call-resource#call-status-values>); its `queued` and
/// `initiated` are both [`CallStatus::Initiated`].
///
/// ```
/// use atlas_domain::call::CallStatus;
///
/// assert_eq!(CallStatus::from_carrier_word("queued"), Ok(CallStatus::Initiated));
/// assert!(CallStatus::Completed > CallStatus::Busy);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CallStatus {
    /// Taken, not ringing yet.
    Initiated,
    /// The phone rings.
    Ringing,
    /// Somebody or something answered.
    InProgress,
    /// It was called off before anybody answered.
    Canceled,
    /// It could not be connected.
    Failed,
    /// It rang until the time was up.
    NoAnswer,
    /// The line was busy.
    Busy,
    /// It was answered and has ended.
    Completed,
}

impl CallStatus {
    /// Every status, in rank order.
    pub const ALL: [Self; 8] = [
        Self::Initiated,
        Self::Ringing,
        Self::InProgress,
        Self::Canceled,
        Self::Failed,
        Self::NoAnswer,
        Self::Busy,
        Self::Completed,
    ];

    /// The word for it in the API, in storage and at Twilio.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Initiated => "initiated",
            Self::Ringing => "ringing",
            Self::InProgress => "in-progress",
            Self::Canceled => "canceled",
            Self::Failed => "failed",
            Self::NoAnswer => "no-answer",
            Self::Busy => "busy",
            Self::Completed => "completed",
        }
    }

    /// The status with this word.
    ///
    /// # Errors
    /// [`UnknownStatus`] for any other word.
    pub fn from_word(word: &str) -> Result<Self, UnknownStatus> {
        Self::ALL
            .into_iter()
            .find(|status| status.as_str() == word)
            .ok_or(UnknownStatus)
    }

    /// The status a carrier means by this word, `queued` included.
    ///
    /// # Errors
    /// [`UnknownStatus`] for any other word.
    pub fn from_carrier_word(word: &str) -> Result<Self, UnknownStatus> {
        if word == "queued" {
            Ok(Self::Initiated)
        } else {
            Self::from_word(word)
        }
    }

    /// Whether the dial has ended.
    #[must_use]
    pub fn is_terminal(self) -> bool {
        self > Self::InProgress
    }

    /// Whether a dial that ended like this may be followed by a redial.
    #[must_use]
    pub const fn may_be_redialled(self) -> bool {
        match self {
            Self::Busy | Self::NoAnswer | Self::Failed => true,
            Self::Initiated
            | Self::Ringing
            | Self::InProgress
            | Self::Canceled
            | Self::Completed => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_follow_the_life_of_a_dial() {
        assert!(CallStatus::ALL.is_sorted());
        let terminal: Vec<_> = CallStatus::ALL
            .into_iter()
            .filter(|status| status.is_terminal())
            .collect();
        assert_eq!(terminal, CallStatus::ALL[3..]);
    }

    #[test]
    fn every_status_is_read_back_from_its_word() {
        for status in CallStatus::ALL {
            assert_eq!(CallStatus::from_word(status.as_str()), Ok(status));
        }
        assert_eq!(CallStatus::from_word("queued"), Err(UnknownStatus));
        assert_eq!(
            CallStatus::from_carrier_word("answered"),
            Err(UnknownStatus)
        );
    }
}
