//! The list of calls.

use atlas_domain::TenantId;
use mongodb::bson::doc;

use super::{Listing, TieBreak};
use crate::CallFilter;

impl Listing {
    /// The calls of a tenant that pass the filter.
    pub(in crate::mongo) fn of_calls(tenant: &TenantId, filter: &CallFilter) -> Self {
        let mut listing = Self::new(TieBreak::CallId, tenant);
        listing.created(filter.created_after, filter.created_before);
        if let Some(status) = filter.status {
            listing.only("status", status.as_str());
        }
        if let Some(number) = &filter.to_number {
            listing.only("to_number", number.as_str());
        }
        if let Some(number) = &filter.from_number {
            listing.only("from_number", number.as_str());
        }
        match filter.held {
            Some(true) => listing.only("held", true),
            // Documents of an older Atlas do not say.
            Some(false) => listing.only("held", doc! { "$ne": true }),
            None => {}
        }
        if let Some(user) = &filter.user {
            let user_id = user.user_id.to_string();
            let mut external_ids = vec![user_id.clone()];
            external_ids.extend(user.external_id.as_ref().map(|id| id.as_str().to_owned()));
            listing.or("user_id", user_id);
            listing.or("user_external_id", doc! { "$in": external_ids });
        }
        listing
    }
}
