//! `GET /calls`

use actix_web::{HttpRequest, web};
use atlas_application::storage::CallFilter;
use atlas_domain::call::CallStatus;
use atlas_domain::{PhoneNumber, Timestamp};
use serde_json::Value;
use utoipa::IntoParams;

use crate::auth::Caller;
use crate::error::ApiError;
use crate::fields::{Fields, query_boolean, query_phone_number};
use crate::page::PageQuery;
use crate::state::ApiState;
use crate::views::{CallView, Envelope};

/// Which calls are wanted: those for which everything given holds.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CallListQuery {
    /// The newest dial has this status.
    #[param(value_type = Option<crate::openapi::CallStatusWord>, nullable = false)]
    status: Option<CallStatus>,
    /// It rings this number.
    #[param(value_type = Option<String>, pattern = r"^\+[1-9][0-9]{1,14}$", nullable = false)]
    to: Option<PhoneNumber>,
    /// It shows this number.
    #[param(value_type = Option<String>, pattern = r"^\+[1-9][0-9]{1,14}$", nullable = false)]
    from: Option<PhoneNumber>,
    /// Stored at this time or later.
    #[param(
        value_type = Option<String>, format = DateTime, nullable = false,
        pattern = "^(19[7-9][0-9]|[2-9][0-9]{3})-", example = "2026-01-02T03:04:05.678Z"
    )]
    created_after: Option<Timestamp>,
    /// Stored at this time or earlier.
    #[param(
        value_type = Option<String>, format = DateTime, nullable = false,
        pattern = "^(19[7-9][0-9]|[2-9][0-9]{3})-", example = "2026-01-02T03:04:05.678Z"
    )]
    created_before: Option<Timestamp>,
    /// Whether nobody could find out if the newest dial was made.
    #[param(value_type = Option<bool>, nullable = false)]
    held: Option<bool>,
}

impl CallListQuery {
    fn read(fields: &mut Fields) -> Self {
        Self {
            status: fields.optional("status", call_status),
            to: fields.optional("to", query_phone_number),
            from: fields.optional("from", query_phone_number),
            created_after: fields.optional("created_after", time),
            created_before: fields.optional("created_before", time),
            held: fields.optional("held", query_boolean),
        }
    }

    fn into_filter(self) -> CallFilter {
        CallFilter {
            status: self.status,
            to_number: self.to,
            from_number: self.from,
            created_after: self.created_after,
            created_before: self.created_before,
            held: self.held,
            user: None,
            notifications: None,
        }
    }
}

/// Lists calls, newest first.
#[utoipa::path(
    get,
    path = "/calls",
    tag = "Calls",
    params(PageQuery, CallListQuery),
    responses((status = 200, description = "A page of calls.", body = Envelope<CallView>))
)]
pub(crate) async fn list_calls(
    caller: Caller,
    state: web::Data<ApiState>,
    request: HttpRequest,
) -> Result<web::Json<Envelope<CallView>>, ApiError> {
    let mut fields = Fields::of_query(request.query_string());
    let page = PageQuery::read(&mut fields);
    let query = CallListQuery::read(&mut fields);
    let (page, query) = fields.finish(|| Some((page, query)))?;
    let calls = state
        .application()
        .list_calls(&caller.tenant, &query.into_filter(), &page)
        .await?;
    Ok(web::Json(Envelope::of(calls, &page)))
}

/// Reads one of the eight statuses.
pub(crate) fn call_status(value: &Value) -> Result<CallStatus, String> {
    CallStatus::from_word(value.as_str().unwrap_or_default()).map_err(|error| error.to_string())
}

/// Reads a time, in whose offset a `+` that was not escaped arrived as a blank.
fn time(value: &Value) -> Result<Timestamp, String> {
    let text = value.as_str().unwrap_or_default();
    Timestamp::parse_rfc3339(text)
        .or_else(|_| Timestamp::parse_rfc3339(&text.replace(' ', "+")))
        .map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_filter_is_read_and_everything_wrong_is_told() {
        let mut fields = Fields::of_query(
            "status=no-answer&to=%2B15550100042&from=+15005550006&held=false\
             &created_after=2026-01-02T03:04:05Z&created_before=2026-01-02T05:04:05+02:00",
        );
        let query = CallListQuery::read(&mut fields);
        let filter = fields.finish(|| Some(query)).unwrap().into_filter();
        assert_eq!(filter.status, Some(CallStatus::NoAnswer));
        assert!(filter.to_number.is_some() && filter.from_number.is_some());
        assert_eq!(filter.held, Some(false));
        assert!(filter.created_after.is_some());
        assert_eq!(filter.created_after, filter.created_before);

        let mut fields =
            Fields::of_query("status=queued&to=1&from=&held=1&created_after=x&created_before=2026");
        let query = CallListQuery::read(&mut fields);
        let Err(ApiError::Invalid(errors)) = fields.finish(|| Some(query)) else {
            panic!("must be refused")
        };
        assert_eq!(errors.len(), 6);
    }
}
