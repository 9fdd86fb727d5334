//! Days to compare with, and the size of a page.

use time::Date;

use super::ParameterError;
use super::parameter::check_range;

/// The most entries Twilio puts on a page.
const MAX_PAGE_SIZE: u32 = 1000;

/// A day, in UTC, to compare with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateFilter {
    /// On this day.
    On(Date),
    /// Before this day.
    Before(Date),
    /// On this day or later.
    OnOrAfter(Date),
}

/// The parameters of a list, in their order.
#[derive(Debug, Default)]
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    pub(super) fn add(&mut self, name: &str, value: Option<impl ToString>) {
        self.0
            .extend(value.map(|value| (name.to_owned(), value.to_string())));
    }

    /// The comparison belongs to the name: `StartTime>=2026-01-02` is the name `StartTime>`.
    pub(super) fn add_date(&mut self, name: &str, filter: Option<DateFilter>) {
        let Some(filter) = filter else { return };
        let (comparison, date) = match filter {
            DateFilter::On(date) => ("", date),
            DateFilter::Before(date) => ("<", date),
            DateFilter::OnOrAfter(date) => (">", date),
        };
        let (year, month, day) = (date.year(), u8::from(date.month()), date.day());
        self.0.push((
            format!("{name}{comparison}"),
            format!("{year:04}-{month:02}-{day:02}"),
        ));
    }

    pub(super) fn add_page_size(&mut self, size: Option<u32>) -> Result<(), ParameterError> {
        check_range("PageSize", size, 1, MAX_PAGE_SIZE)?;
        self.add("PageSize", size);
        Ok(())
    }

    pub(super) fn into_pairs(self) -> Vec<(String, String)> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn the_comparison_is_a_part_of_the_name() {
        let mut query = Query::default();
        query.add_date(
            "StartTime",
            Some(DateFilter::OnOrAfter(date!(2026 - 01 - 02))),
        );
        query.add_date("EndTime", Some(DateFilter::Before(date!(2026 - 11 - 20))));
        query.add_date("DateSent", Some(DateFilter::On(date!(0986 - 03 - 04))));
        query.add_date("DateCreated", None);
        let expected = [
            ("StartTime>", "2026-01-02"),
            ("EndTime<", "2026-11-20"),
            ("DateSent", "0986-03-04"),
        ];
        assert_eq!(
            query.into_pairs(),
            expected.map(|(name, value)| (name.to_owned(), value.to_owned()))
        );
    }

    #[test]
    fn a_page_has_one_to_a_thousand_entries() {
        for size in [0, 1001] {
            assert!(Query::default().add_page_size(Some(size)).is_err());
        }
        assert!(Query::default().add_page_size(Some(1000)).is_ok());
    }
}
