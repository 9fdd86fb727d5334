//! One page of a list.

use atlas_domain::{Page, PageRequest, PageStart};
use serde::Serialize;
use utoipa::ToSchema;

/// One page of a list, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Envelope<T> {
    /// How many items the whole list has; null with `cursor`.
    #[schema(required, minimum = 0, example = 1)]
    total: Option<u64>,
    /// The number of this page; null with `cursor`.
    #[schema(required, minimum = 1, example = 1)]
    page: Option<u32>,
    /// How many items a page holds at most.
    #[schema(minimum = 1, maximum = 100, example = 10)]
    page_size: u32,
    /// The items.
    data: Vec<T>,
    /// The `cursor` of the next page; null on the last one.
    #[schema(required)]
    next_cursor: Option<String>,
}

impl<T> Envelope<T> {
    /// The page that was found for a request.
    pub(crate) fn of<Item: Into<T>>(page: Page<Item>, request: &PageRequest) -> Self {
        Self::of_those(page, request, |item| Some(item.into()))
    }

    /// The page that was found for a request, with the items that can be shown.
    pub(crate) fn of_those<Item>(
        page: Page<Item>,
        request: &PageRequest,
        show: impl FnMut(Item) -> Option<T>,
    ) -> Self {
        Self {
            total: page.total,
            page: match &request.start {
                PageStart::Number(number) => Some(number.get()),
                PageStart::After(_) => None,
            },
            page_size: request.size.get(),
            data: page.items.into_iter().filter_map(show).collect(),
            next_cursor: page.next_cursor.map(|cursor| cursor.to_string()),
        }
    }
}
