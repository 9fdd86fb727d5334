//! Who or what answered.

/// The verdict of the carrier's answering machine detection. The words are Twilio's
/// (<https://www.twilio.com/docs/voice/answering-machine-detection>, `AnsweredBy`).
///
/// ```
/// use atlas_domain::notification::AnsweredBy;
///
/// assert_eq!(AnsweredBy::from_word("machine_end_beep"), Some(AnsweredBy::MachineEndBeep));
/// assert!(AnsweredBy::Fax.is_machine());
/// assert!(!AnsweredBy::Unknown.is_machine(), "a person must not be taken for a machine");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AnsweredBy {
    /// A person.
    Human,
    /// A machine, whose greeting goes on.
    MachineStart,
    /// A machine, after the beep.
    MachineEndBeep,
    /// A machine, whose greeting ended in silence.
    MachineEndSilence,
    /// A machine, whose greeting has ended.
    MachineEndOther,
    /// A fax machine.
    Fax,
    /// It could not be told.
    Unknown,
}

impl AnsweredBy {
    /// Every verdict.
    pub const ALL: [Self; 7] = [
        Self::Human,
        Self::MachineStart,
        Self::MachineEndBeep,
        Self::MachineEndSilence,
        Self::MachineEndOther,
        Self::Fax,
        Self::Unknown,
    ];

    /// The word for it at Twilio, in the API and in storage.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::MachineStart => "machine_start",
            Self::MachineEndBeep => "machine_end_beep",
            Self::MachineEndSilence => "machine_end_silence",
            Self::MachineEndOther => "machine_end_other",
            Self::Fax => "fax",
            Self::Unknown => "unknown",
        }
    }

    /// The verdict with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|verdict| verdict.as_str() == word)
    }

    /// Whether it is surely no person: only then is a key press doubted.
    #[must_use]
    pub const fn is_machine(self) -> bool {
        match self {
            Self::MachineStart
            | Self::MachineEndBeep
            | Self::MachineEndSilence
            | Self::MachineEndOther
            | Self::Fax => true,
            Self::Human | Self::Unknown => false,
        }
    }
}
