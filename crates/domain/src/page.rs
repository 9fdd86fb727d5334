//! Lists, a page at a time: by number, or after a cursor at a cost that does not grow.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

use crate::Timestamp;

/// A page size, number or cursor that is out of range or was not made by Atlas.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPage {
    /// The size.
    #[error("must be an integer from {} to {}", PageSize::MIN, PageSize::MAX)]
    Size,
    /// The number.
    #[error("must be an integer from 1 to {}", PageNumber::MAX)]
    Number,
    /// The cursor.
    #[error("must be a cursor that an earlier page gave as next_cursor")]
    Cursor,
}

/// How many items a page holds, 1 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageSize(u32);

impl PageSize {
    /// The smallest page.
    pub const MIN: u32 = 1;
    /// The largest page.
    pub const MAX: u32 = 100;

    /// A page of `size` items.
    ///
    /// # Errors
    /// [`InvalidPage::Size`] outside 1 to 100.
    pub fn new(size: i64) -> Result<Self, InvalidPage> {
        match u32::try_from(size) {
            Ok(size @ Self::MIN..=Self::MAX) => Ok(Self(size)),
            Ok(_) | Err(_) => Err(InvalidPage::Size),
        }
    }

    /// The number of items.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl Default for PageSize {
    /// Ten items.
    fn default() -> Self {
        Self(10)
    }
}

/// Which page of a list, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageNumber(NonZeroU32);

impl PageNumber {
    /// The last page that can be asked for by number; deeper lists need a cursor.
    pub const MAX: u32 = 1_000_000;
    /// The first page.
    pub const FIRST: Self = Self(NonZeroU32::MIN);

    /// The page with this number.
    ///
    /// # Errors
    /// [`InvalidPage::Number`] outside 1 to 1,000,000.
    pub fn new(number: i64) -> Result<Self, InvalidPage> {
        u32::try_from(number)
            .ok()
            .filter(|number| *number <= Self::MAX)
            .and_then(NonZeroU32::new)
            .map(Self)
            .ok_or(InvalidPage::Number)
    }

    /// The number, from 1.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0.get()
    }
}

/// A place in a list ordered by `created_at`, then id, both descending: just after this item.
///
/// ```
/// use atlas_domain::{Cursor, Timestamp};
///
/// let cursor = Cursor::after(Timestamp::EPOCH, "6f2cbf1c");
/// assert_eq!(cursor.to_string().parse(), Ok(cursor));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    created_at: Timestamp,
    id: String,
}

impl Cursor {
    /// The place after the item with this creation time and id.
    #[must_use]
    pub fn after(created_at: Timestamp, id: impl fmt::Display) -> Self {
        Self {
            created_at,
            id: id.to_string(),
        }
    }

    /// When the item before this place was created.
    #[must_use]
    pub const fn created_at(&self) -> Timestamp {
        self.created_at
    }

    /// The id of the item before this place.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:x}.{}", self.created_at.unix_millis(), self.id)
    }
}

impl FromStr for Cursor {
    type Err = InvalidPage;

    fn from_str(text: &str) -> Result<Self, InvalidPage> {
        let (millis, id) = text.split_once('.').ok_or(InvalidPage::Cursor)?;
        let millis = i64::from_str_radix(millis, 16).map_err(|_| InvalidPage::Cursor)?;
        let created_at = Timestamp::from_unix_millis(millis).map_err(|_| InvalidPage::Cursor)?;
        let fits = (1..=64).contains(&id.len())
            && id
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if fits {
            Ok(Self {
                created_at,
                id: id.to_owned(),
            })
        } else {
            Err(InvalidPage::Cursor)
        }
    }
}

/// Where a page starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageStart {
    /// At a page number; the total is counted too.
    Number(PageNumber),
    /// After a cursor; nothing is counted.
    After(Cursor),
}

/// Which part of a list is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest {
    /// Where it starts.
    pub start: PageStart,
    /// How many items it holds at most.
    pub size: PageSize,
}

impl Default for PageRequest {
    /// The first page, of the default size.
    fn default() -> Self {
        Self {
            start: PageStart::Number(PageNumber::FIRST),
            size: PageSize::default(),
        }
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The items, newest first.
    pub items: Vec<T>,
    /// How many items the whole list has; only counted for [`PageStart::Number`].
    pub total: Option<u64>,
    /// Where the next page starts; `None` on the last one.
    pub next_cursor: Option<Cursor>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_that_atlas_did_not_make_are_refused() {
        for text in [
            "",
            "abc",
            "zz.id",
            "-1.id",
            "1.",
            "1.a b",
            "1.'; drop",
            "ffffffffffffffff.a",
        ] {
            assert_eq!(text.parse::<Cursor>(), Err(InvalidPage::Cursor), "{text}");
        }
    }

    #[test]
    fn sizes_and_numbers_have_ends() {
        assert!(PageSize::new(0).is_err() && PageSize::new(101).is_err());
        assert!(PageNumber::new(0).is_err() && PageNumber::new(i64::MAX).is_err());
        assert_eq!(PageNumber::new(7).map(PageNumber::get), Ok(7));
    }
}
