//! How notifications speak.

/// How notifications speak.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotificationSettings {
    sender_name: String,
    repeats: u32,
}

/// Why settings of notifications cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidNotificationSettings {
    /// An empty or overlong name.
    #[error(
        "the name must have 1 to {} characters",
        NotificationSettings::MAX_SENDER_CHARS
    )]
    SenderName,
    /// Too few or too many prompts.
    #[error(
        "there must be {} to {} prompts",
        NotificationSettings::MIN_REPEATS,
        NotificationSettings::MAX_REPEATS
    )]
    Repeats,
}

impl NotificationSettings {
    /// The most characters of the sender's name.
    pub const MAX_SENDER_CHARS: usize = 100;
    /// The fewest prompts.
    pub const MIN_REPEATS: u32 = 1;
    /// The most prompts.
    pub const MAX_REPEATS: u32 = 5;

    /// In whose name somebody is rung (`NOTIFICATION_SENDER_NAME`), and how often a call asks for
    /// the key press (`NOTIFICATION_REPEATS`).
    ///
    /// ```
    /// use atlas_api::NotificationSettings;
    ///
    /// let settings = NotificationSettings::new("Flux", 2)?;
    /// assert_eq!((settings.sender_name(), settings.repeats()), ("Flux", 2));
    /// assert!(NotificationSettings::new(" ", 2).is_err());
    /// # Ok::<(), atlas_api::InvalidNotificationSettings>(())
    /// ```
    ///
    /// # Errors
    /// [`InvalidNotificationSettings`] when one of them is out of range.
    pub fn new(sender_name: &str, repeats: u32) -> Result<Self, InvalidNotificationSettings> {
        let chars = sender_name.chars().count();
        if sender_name.trim().is_empty() || chars > Self::MAX_SENDER_CHARS {
            return Err(InvalidNotificationSettings::SenderName);
        }
        if !(Self::MIN_REPEATS..=Self::MAX_REPEATS).contains(&repeats) {
            return Err(InvalidNotificationSettings::Repeats);
        }
        Ok(Self {
            sender_name: sender_name.to_owned(),
            repeats,
        })
    }

    /// In whose name somebody is rung.
    #[must_use]
    pub fn sender_name(&self) -> &str {
        &self.sender_name
    }

    /// How often a call asks for the key press.
    #[must_use]
    pub const fn repeats(&self) -> u32 {
        self.repeats
    }
}

impl Default for NotificationSettings {
    /// `Flux`, twice.
    fn default() -> Self {
        Self {
            sender_name: "Flux".to_owned(),
            repeats: 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_out_of_range_are_refused() {
        let refusal = |name: &str, repeats| NotificationSettings::new(name, repeats).unwrap_err();
        let too_long = "é".repeat(101);
        for name in ["", " ", &too_long] {
            assert_eq!(refusal(name, 2), InvalidNotificationSettings::SenderName);
        }
        for repeats in [0, 6] {
            assert_eq!(
                refusal("Flux", repeats),
                InvalidNotificationSettings::Repeats
            );
        }
        assert!(NotificationSettings::new(&"é".repeat(100), 5).is_ok());
    }
}
