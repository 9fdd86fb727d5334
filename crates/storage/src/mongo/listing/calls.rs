//! The list of calls.

use atlas_domain::call::CallStatus;
use atlas_domain::{ObjectId, TenantId};
use mongodb::bson::doc;

use super::{Listing, TieBreak};
use crate::CallFilter;
use crate::mongo::calls;

impl Listing {
    /// The calls of a tenant that pass the filter.
    pub(in crate::mongo) fn of_calls(tenant: &TenantId, filter: &CallFilter) -> Self {
        let mut listing = Self::new(TieBreak::CallId, tenant);
        listing.created(filter.created_after, filter.created_before);
        if let Some(status) = filter.status {
            let mut words = vec![status.as_str()];
            words.extend(old_words(status));
            listing.only("status", doc! { "$in": words });
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
        if let Some(notifications) = &filter.notifications {
            listing.dated_only();
            listing.only("purpose", calls::NOTIFICATION);
            if let Some(task_id) = &notifications.task_id {
                listing.only("notification.task_id", task_id.as_str());
            }
            if let Some(acknowledged) = notifications.acknowledged {
                listing.only("notification.acknowledged", acknowledged);
            }
        }
        if let Some(user) = &filter.user {
            let mut user_ids = vec![user.user_id.to_string()];
            let mut external_ids = user_ids.clone();
            if let Some(external_id) = &user.external_id {
                external_ids.push(external_id.as_str().to_owned());
                // Early versions kept any text as `user_id`.
                if external_id.as_str().parse::<ObjectId>().is_err() {
                    user_ids.push(external_id.as_str().to_owned());
                }
            }
            listing.or("user_id", doc! { "$in": user_ids });
            listing.or("user_external_id", doc! { "$in": external_ids });
        }
        listing
    }
}

/// What rows of an older Atlas may say for a status, before they are taken over.
const fn old_words(status: CallStatus) -> &'static [&'static str] {
    match status {
        CallStatus::Initiated => &["queued"],
        CallStatus::InProgress => &["answered", "in_progress"],
        CallStatus::NoAnswer => &["no_answer"],
        CallStatus::Canceled => &["cancelled"],
        CallStatus::Ringing | CallStatus::Completed | CallStatus::Busy | CallStatus::Failed => &[],
    }
}
