//! Identifiers, each its own type, so that one cannot be passed as another.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use crate::Timestamp;

/// A text that is not an identifier of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be {expected}")]
pub struct InvalidId {
    expected: &'static str,
}

impl InvalidId {
    /// A text that should have been `expected`.
    pub(crate) const fn of(expected: &'static str) -> Self {
        Self { expected }
    }
}

/// Whose data a row is; every stored row and every repository call carries one.
///
/// ```
/// use atlas_domain::TenantId;
///
/// assert_eq!(TenantId::default().as_str(), "default");
/// assert!("no spaces".parse::<TenantId>().is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TenantId(String);

impl TenantId {
    /// The tenant's name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for TenantId {
    /// The one tenant of an installation that has not configured any.
    fn default() -> Self {
        Self("default".to_owned())
    }
}

impl FromStr for TenantId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let fits = (1..=64).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidId {
                expected: "1 to 64 letters, digits, dots, dashes or underscores",
            })
        }
    }
}

impl fmt::Display for TenantId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// What the API user asked for keeps this id for its whole life, over all redials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallId(Uuid);

impl CallId {
    /// The call with this UUID.
    #[must_use]
    pub const fn new(uuid: Uuid) -> Self {
        Self(uuid)
    }

    /// The call whose UUID has these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Uuid::from_bytes(bytes))
    }

    /// The UUID itself.
    #[must_use]
    pub const fn as_uuid(&self) -> &Uuid {
        &self.0
    }
}

impl FromStr for CallId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        Uuid::try_parse(text)
            .map(Self)
            .map_err(|_| InvalidId { expected: "a UUID" })
    }
}

impl fmt::Display for CallId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// Twelve bytes, shown as 24 hexadecimal digits: the id of rows that MongoDB's own id can name.
///
/// The layout is MongoDB's: 4 bytes of seconds since 1970, then 8 bytes that tell rows of the
/// same second apart (<https://www.mongodb.com/docs/manual/reference/bson-types/#objectid>).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId([u8; 12]);

impl ObjectId {
    /// Makes the id of a row created at `created_at`; `distinct` tells it from its neighbours.
    #[must_use]
    pub fn from_parts(created_at: Timestamp, distinct: [u8; 8]) -> Self {
        let seconds = u32::try_from(created_at.unix_millis() / 1000).unwrap_or(u32::MAX);
        let mut bytes = [0; 12];
        bytes[..4].copy_from_slice(&seconds.to_be_bytes());
        bytes[4..].copy_from_slice(&distinct);
        Self(bytes)
    }

    /// The id with these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 12]) -> Self {
        Self(bytes)
    }

    /// The bytes themselves.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 12] {
        &self.0
    }
}

impl FromStr for ObjectId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let invalid = || InvalidId {
            expected: "24 hexadecimal digits",
        };
        if text.len() != 24 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(invalid());
        }
        let mut bytes = [0; 12];
        for (index, byte) in bytes.iter_mut().enumerate() {
            let pair = text.get(index * 2..index * 2 + 2).ok_or_else(invalid)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| invalid())?;
        }
        Ok(Self(bytes))
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ObjectId({self})")
    }
}

macro_rules! object_id_of {
    ($name:ident, $what:literal) => {
        #[doc = $what]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(ObjectId);

        impl $name {
            /// The id with this value.
            #[must_use]
            pub const fn new(id: ObjectId) -> Self {
                Self(id)
            }

            /// The value itself.
            #[must_use]
            pub const fn as_object_id(&self) -> &ObjectId {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                text.parse().map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(formatter)
            }
        }
    };
}

object_id_of!(UserId, "A stored user.");
object_id_of!(RecordingId, "A stored recording.");

macro_rules! carrier_id {
    ($name:ident, $what:literal) => {
        #[doc = $what]
        ///
        /// The carrier chooses it; Atlas only asks that it be 1 to 64 visible ASCII characters.
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The text of the id.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let fits = (1..=64).contains(&text.len())
                    && text.bytes().all(|byte| byte.is_ascii_graphic());
                if fits {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(InvalidId {
                        expected: "1 to 64 visible ASCII characters",
                    })
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }
    };
}

carrier_id!(CallSid, "The carrier's id of one dial: Twilio's Call SID.");
carrier_id!(
    RecordingSid,
    "The carrier's id of one recording: Twilio's Recording SID."
);

impl RecordingSid {
    /// What stands for the SID of a recording that an older version stored without one: a text
    /// made of the row's id, which no carrier gives.
    #[must_use]
    pub fn of_row_without(row: ObjectId) -> Self {
        Self(format!("imported-{row}"))
    }
}

/// Which dial of its call: 1 for the first, 2 for the first redial, and so on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DialNo(u32);

impl DialNo {
    /// The first dial of a call.
    pub const FIRST: Self = Self(1);

    /// The dial with this number.
    ///
    /// # Errors
    /// [`InvalidId`] for 0: dials are counted from 1.
    pub const fn new(number: u32) -> Result<Self, InvalidId> {
        if number == 0 {
            Err(InvalidId {
                expected: "a dial number from 1",
            })
        } else {
            Ok(Self(number))
        }
    }

    /// The number, from 1.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }

    /// The dial after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl FromStr for DialNo {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let number = text.parse().map_err(|_| InvalidId {
            expected: "a dial number from 1",
        })?;
        Self::new(number)
    }
}

impl fmt::Display for DialNo {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn object_ids_are_read_as_they_are_shown_and_sort_by_creation() {
        let earlier = ObjectId::from_parts(Timestamp::EPOCH, [255; 8]);
        let later = ObjectId::from_parts(
            Timestamp::parse_rfc3339("2026-01-02T03:04:05Z").unwrap(),
            [0; 8],
        );
        assert!(earlier < later);
        assert_eq!(later.to_string().parse(), Ok(later));
        assert_eq!(later.to_string().to_uppercase().parse(), Ok(later));
    }

    #[test]
    fn what_is_no_object_id_is_refused() {
        for text in [
            "",
            "123",
            "zzzzzzzzzzzzzzzzzzzzzzzz",
            "é2345678901234567890123",
            "6956",
        ] {
            assert!(text.parse::<ObjectId>().is_err(), "{text}");
        }
    }

    #[test]
    fn carrier_ids_hold_no_blanks_or_controls() {
        assert!("CA0123".parse::<CallSid>().is_ok());
        for text in ["", "CA 1", "CA\n", &"x".repeat(65)] {
            assert!(text.parse::<CallSid>().is_err(), "{text:?}");
        }
    }
}
