//! Which page of a list is wanted.

use atlas_domain::{Cursor, PageNumber, PageRequest, PageSize, PageStart};
use utoipa::IntoParams;

use crate::fields::{Fields, query_integer, text};

/// The part of a query that says which page is wanted.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// The number of the page; the first one without. A `cursor` goes before it.
    #[param(value_type = Option<i64>, minimum = 1, maximum = 1_000_000, nullable = false)]
    page: Option<PageNumber>,
    /// How many items it holds at most; 10 without.
    #[param(value_type = Option<i64>, minimum = 1, maximum = 100, default = 10, nullable = false)]
    page_size: Option<PageSize>,
    /// The `next_cursor` of an earlier page, instead of `page`: costs the same at any depth.
    #[param(
        value_type = Option<String>, nullable = false,
        pattern = r"^[0-9a-f]{1,11}\.[0-9A-Za-z-]{1,64}$"
    )]
    cursor: Option<Cursor>,
}

impl PageQuery {
    /// Reads it from a query.
    pub(crate) fn read(fields: &mut Fields) -> PageRequest {
        let query = Self {
            page: fields.optional("page", query_integer(PageNumber::new)),
            page_size: fields.optional("page_size", query_integer(PageSize::new)),
            cursor: fields.optional("cursor", text),
        };
        PageRequest {
            start: match query.cursor {
                Some(cursor) => PageStart::After(cursor),
                None => PageStart::Number(query.page.unwrap_or(PageNumber::FIRST)),
            },
            size: query.page_size.unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Result<PageRequest, usize> {
        let mut fields = Fields::of_query(query);
        let page = PageQuery::read(&mut fields);
        match fields.finish(|| Some(page)) {
            Ok(page) => Ok(page),
            Err(crate::error::ApiError::Invalid(errors)) => Err(errors.len()),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn a_page_is_asked_for_by_number_or_by_cursor() {
        assert_eq!(read(""), Ok(PageRequest::default()));
        let third = read("page=3&page_size=100").unwrap();
        assert_eq!(third.start, PageStart::Number(PageNumber::new(3).unwrap()));
        assert_eq!(third.size.get(), 100);
        for query in ["cursor=1f.6f2cbf1c", "page=3&cursor=1f.6f2cbf1c"] {
            let after = read(query).unwrap();
            assert!(matches!(after.start, PageStart::After(_)), "{query}");
        }
    }

    #[test]
    fn a_page_out_of_range_is_refused() {
        for (query, errors) in [
            ("page=0", 1),
            ("page=1000001", 1),
            ("page=x&page_size=101", 2),
            ("cursor=x", 1),
        ] {
            assert_eq!(read(query), Err(errors), "{query}");
        }
    }
}
