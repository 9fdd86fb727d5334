//! The keys of a phone.

use crate::twiml::Problem;

/// One of the twelve keys: `0` to `9`, `*`, `#`.
///
/// ```
/// use atlas_twilio::twiml::Key;
///
/// assert_eq!(Key::new('#')?, Key::HASH);
/// assert!(Key::new('x').is_err());
/// # Ok::<(), atlas_twilio::twiml::Problem>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key(char);

impl Key {
    /// The key `#`.
    pub const HASH: Self = Self('#');
    /// The key `*`.
    pub const STAR: Self = Self('*');

    /// Takes the character on the key.
    ///
    /// # Errors
    /// [`Problem::NotAKey`] for any character that no key has.
    pub const fn new(character: char) -> Result<Self, Problem> {
        match character {
            '0'..='9' | '*' | '#' => Ok(Self(character)),
            _ => Err(Problem::NotAKey { character }),
        }
    }

    /// The character on the key.
    #[must_use]
    pub const fn character(self) -> char {
        self.0
    }
}
