//! What a request to place a call asks for.

use atlas_application::storage::RequestDigest;
use atlas_application::{CallDefaults, PlaceCall, UserReference};
use atlas_domain::call::RetryPlan;
use atlas_domain::{CallId, ExternalId, PhoneNumber, Script, UserId};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::fields::{Fields, boolean, integer, text};

/// A call to be placed, as a request asked for it.
#[derive(Debug)]
pub(crate) struct OutboundCallRequest {
    to: PhoneNumber,
    user: UserReference,
    script: Option<Script>,
    recording_enabled: bool,
    retry_plan: RetryPlan,
    digest: RequestDigest,
}

impl OutboundCallRequest {
    /// Reads a body; `defaults` fill up its retry plan.
    pub(super) fn read(
        fields: &mut Fields,
        defaults: &CallDefaults,
    ) -> impl FnOnce() -> Option<Self> + use<> {
        let to = read_to(fields);
        let user_id = fields.optional::<UserId>("user_id", text);
        let user_external_id = fields.optional::<ExternalId>("user_external_id", text);
        if !fields.has("user_id") && !fields.has("user_external_id") {
            fields.refuse(
                "/user_external_id",
                "is required, unless there is a user_id",
            );
        }
        let script = fields.optional("script", text::<Script>);
        let recording_enabled = fields
            .optional("recording_enabled", boolean)
            .unwrap_or(true);
        let limit = fields.optional(
            "retry_limit",
            integer(|limit| defaults.retry_plan(Some(limit), None).map(|_| limit)),
        );
        let delay_seconds = fields.optional(
            "retry_delay_sec",
            integer(|delay| defaults.retry_plan(None, Some(delay)).map(|_| delay)),
        );
        let retry_plan = defaults.retry_plan(limit, delay_seconds).ok();
        move || {
            let to = to?;
            let canonical = json!({
                "recording_enabled": recording_enabled,
                "retry_delay_sec": delay_seconds,
                "retry_limit": limit,
                "script": script.as_ref().map(Script::as_str),
                "to": to.as_str(),
                "user_external_id": user_external_id.as_ref().map(ExternalId::as_str),
                "user_id": user_id.map(|id| id.to_string()),
            });
            let user = match (user_id, user_external_id) {
                (Some(id), Some(external)) => UserReference::Both(id, external),
                (Some(id), None) => UserReference::Stored(id),
                (None, Some(external)) => UserReference::External(external),
                (None, None) => return None,
            };
            Some(Self {
                to,
                user,
                script,
                recording_enabled,
                retry_plan: retry_plan?,
                digest: RequestDigest(Sha256::digest(canonical.to_string()).into()),
            })
        }
    }

    /// By which two requests are compared: the same for every way of writing the same request.
    pub(super) const fn compared_by(&self) -> RequestDigest {
        self.digest
    }

    /// The call to be placed under this id.
    pub(super) fn into_call(self, call_id: CallId) -> PlaceCall {
        PlaceCall {
            call_id,
            to_number: self.to,
            user: self.user,
            script: self.script,
            recording_enabled: self.recording_enabled,
            retry_plan: self.retry_plan,
        }
    }
}

fn read_to(fields: &mut Fields) -> Option<PhoneNumber> {
    let to = fields.optional::<PhoneNumber>("to", text);
    let alias = fields.optional::<PhoneNumber>("to_number", text);
    if !fields.has("to") && !fields.has("to_number") {
        fields.refuse("/to", "is required");
    }
    if to.is_some() && alias.is_some() && to != alias {
        fields.refuse("/to_number", "must be the same as to, or absent");
    }
    to.or(alias)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ApiError;
    use atlas_application::NotificationDefaults;
    use atlas_domain::PrivateHosts;
    use serde_json::Value;

    fn read(body: &Value) -> Result<OutboundCallRequest, Vec<String>> {
        let defaults = CallDefaults {
            from_number: None,
            retry_plan: RetryPlan::default(),
            private_hosts: PrivateHosts::Refused,
            notification: NotificationDefaults::default(),
        };
        let mut fields = Fields::of_object(body.as_object().unwrap().clone());
        let build = OutboundCallRequest::read(&mut fields, &defaults);
        match fields.finish(build) {
            Ok(request) => Ok(request),
            Err(ApiError::Invalid(errors)) => {
                Err(errors.into_iter().map(|error| error.pointer).collect())
            }
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn what_is_not_given_is_filled_up() {
        let body = json!({"to": "+15550100042", "user_external_id": "crm-17", "script": null});
        let request = read(&body).unwrap();
        assert!(request.recording_enabled);
        assert_eq!(request.script, None);
        assert_eq!(request.retry_plan, RetryPlan::default());
        let body = json!({"to_number": "+15550100042", "user_external_id": "crm-17",
            "retry_limit": 0, "recording_enabled": false});
        let request = read(&body).unwrap();
        assert_eq!(request.retry_plan.limit(), 0);
        assert_eq!(request.retry_plan.delay_seconds(), 10);
        assert!(!request.recording_enabled);
    }

    #[test]
    fn everything_wrong_is_told_at_once() {
        let user = "695736a5f1c2d3e4a5b6c7d8";
        for (body, pointers) in [
            (json!({}), vec!["/to", "/user_external_id"]),
            (json!({"to": null, "user_id": user}), vec!["/to"]),
            (
                json!({"to": "+15550100042", "to_number": "+15550100043", "user_id": user}),
                vec!["/to_number"],
            ),
            (
                json!({"to": "15550100042", "user_id": "x", "script": "x".repeat(5001),
                    "recording_enabled": "true", "retry_limit": 11, "retry_delay_sec": 0}),
                vec![
                    "/to",
                    "/user_id",
                    "/script",
                    "/recording_enabled",
                    "/retry_limit",
                    "/retry_delay_sec",
                ],
            ),
        ] {
            assert_eq!(read(&body).unwrap_err(), pointers, "{body}");
        }
    }

    #[test]
    fn the_same_request_has_the_same_digest_however_it_is_written() {
        let digest = |body: &Value| read(body).unwrap().compared_by();
        let plain = json!({"to": "+15550100042", "user_external_id": "a"});
        let other_words = json!({"user_external_id": "a", "to_number": "+15550100042",
            "recording_enabled": true, "script": null, "new_field": 1});
        assert_eq!(digest(&plain), digest(&other_words));
        for other in [
            json!({"to": "+15550100043", "user_external_id": "a"}),
            json!({"to": "+15550100042", "user_external_id": "b"}),
            json!({"to": "+15550100042", "user_external_id": "a", "script": ""}),
            json!({"to": "+15550100042", "user_external_id": "a", "retry_limit": 3}),
        ] {
            assert_ne!(digest(&plain), digest(&other), "{other}");
        }
    }
}
