//! The OpenAPI document: what the handlers say of themselves, and what holds for all of them.

mod common;
mod links;
mod words;

pub(crate) use words::{
    CallStatusWord, MediaFormatWord, NotificationStatusWord, PHONE_NUMBER_PATTERN,
};

use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;

use crate::fields::FieldError;
use crate::problem::ProblemDocument;
use crate::routes::HandlerDocs;

/// What the document says of the service as a whole.
#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Atlas",
        description = "Places outbound phone calls through Twilio, speaks a script, records and \
            transcribes, tracks every status update, redials and takes feedback; rings people \
            about critical tasks until they press 1. Failures are \
            problem documents (RFC 9457); times are RFC 3339 in UTC; unknown fields are ignored, \
            and `null` is the same as absent.",
    ),
    servers((url = ".", description = "Where this document is.")),
    tags(
        (name = "Calls", description = "Placing calls, watching and ending them."),
        (name = "Phone", description = "Calls that play a TwiML document of your own, and calls as \
            Twilio has them now."),
        (name = "Feedback", description = "How somebody rated a call."),
        (name = "Recordings", description = "Recordings, and their audio."),
        (name = "Notifications", description = "Ringing people about critical tasks until \
            somebody presses 1."),
        (name = "Users", description = "The people who are called."),
        (name = "Twilio webhooks", description = "What Twilio asks and reports; every request is \
            signed."),
        (name = "Service", description = "The service itself."),
    ),
    components(schemas(
        ProblemDocument, FieldError, CallStatusWord, MediaFormatWord, NotificationStatusWord,
    )),
)]
struct Service;

/// The OpenAPI 3.1 document of every route: fields, limits, statuses and examples.
///
/// ```
/// let document = atlas_api::openapi();
/// assert!(document.paths.paths.contains_key("/calls/outbound"));
/// ```
#[must_use]
pub fn openapi() -> OpenApi {
    let mut document = Service::openapi();
    document.merge(HandlerDocs::openapi());
    common::complete(&mut document);
    links::add(&mut document);
    document
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routes::{Access, ROUTES};
    use atlas_domain::call::RetryPlan;
    use atlas_domain::{
        ExternalId, FeedbackNotes, PageNumber, PageSize, Score, Script, TaskId, TaskTitle,
        TwimlUrl, UserName, Who, Why,
    };
    use serde_json::{Value, json};

    fn document() -> Value {
        serde_json::to_value(openapi()).unwrap()
    }

    fn operation<'doc>(document: &'doc Value, route: &crate::Route) -> &'doc Value {
        let method = format!("{:?}", route.method).to_lowercase();
        &document["paths"][route.path][method]
    }

    #[test]
    fn the_document_is_of_version_3_1_and_refers_to_nothing_that_is_missing() {
        let document = document();
        assert_eq!(document["openapi"], "3.1.0");
        let text = document.to_string();
        for reference in text.split("\"$ref\":\"#").skip(1) {
            let pointer = reference.split('"').next().unwrap();
            assert!(document.pointer(pointer).is_some(), "{pointer}");
        }
    }

    #[test]
    fn every_failure_is_a_problem_document_with_an_example() {
        let document = document();
        for route in ROUTES {
            let responses = &operation(&document, route)["responses"];
            for (status, response) in responses.as_object().unwrap() {
                assert!(
                    response["headers"]["x-request-id"].is_object(),
                    "{route:?} {status}"
                );
                if status.starts_with(['4', '5']) {
                    let content = &response["content"]["application/problem+json"];
                    assert_eq!(content["schema"]["$ref"], "#/components/schemas/Problem");
                    let example = &content["example"]["status"];
                    assert_eq!(example.to_string(), *status, "{route:?}");
                }
            }
        }
    }

    #[test]
    fn every_route_documents_who_may_call_it() {
        let document = document();
        for route in ROUTES {
            let operation = operation(&document, route);
            let refusals = ["401", "403"].map(|status| operation["responses"][status].is_object());
            let (expected, secured) = match route.access {
                Access::Open => ([false, false], false),
                Access::Key => ([true, true], true),
                Access::Signature => ([false, true], false),
            };
            assert_eq!(refusals, expected, "{route:?}");
            assert_eq!(operation["security"].is_array(), secured, "{route:?}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_request_answers_422_under_notifications_and_400_elsewhere() {
        let document = document();
        for route in ROUTES.iter().filter(|route| route.access == Access::Key) {
            let responses = &operation(&document, route)["responses"];
            let below = route.path.starts_with("/notifications");
            assert!(
                responses[if below { "400" } else { "422" }].is_null(),
                "{route:?}"
            );
        }
        for (path, method, status) in [
            ("/notifications/call", "post", "422"),
            ("/notifications", "get", "422"),
            ("/users", "post", "400"),
            ("/users", "get", "400"),
        ] {
            let responses = &document["paths"][path][method]["responses"];
            assert!(responses[status].is_object(), "{method} {path}");
        }
    }

    #[test]
    fn documented_limits_are_those_of_the_domain() {
        let document = document();
        let schemas = &document["components"]["schemas"];
        let user = &schemas["CreateUserRequest"]["properties"];
        assert_eq!(user["name"]["minLength"], UserName::MIN_CHARS);
        assert_eq!(user["name"]["maxLength"], UserName::MAX_CHARS);
        assert_eq!(user["external_id"]["maxLength"], ExternalId::MAX_CHARS);
        assert_eq!(user["phone_number"]["pattern"], PHONE_NUMBER_PATTERN);
        let changes = &schemas["UpdateUserRequest"]["properties"];
        assert_eq!(changes["name"]["maxLength"], UserName::MAX_CHARS);
        assert_eq!(changes["phone_number"]["pattern"], PHONE_NUMBER_PATTERN);
        assert_eq!(changes["email"]["pattern"], user["email"]["pattern"]);
        let feedback = &schemas["FeedbackRequest"]["properties"];
        for score in [
            "call_quality",
            "agent_helpfulness",
            "resolution",
            "call_ease",
            "overall_satisfaction",
        ] {
            assert_eq!(feedback[score]["minimum"], Score::MIN, "{score}");
            assert_eq!(feedback[score]["maximum"], Score::MAX, "{score}");
        }
        assert_eq!(feedback["notes"]["maxLength"], FeedbackNotes::MAX_CHARS);
        let notification = &schemas["NotificationRequest"]["properties"];
        assert_eq!(
            notification["phone_number"]["pattern"],
            PHONE_NUMBER_PATTERN
        );
        assert_eq!(
            notification["task_title"]["minLength"],
            TaskTitle::MIN_CHARS
        );
        assert_eq!(
            notification["task_title"]["maxLength"],
            TaskTitle::MAX_CHARS
        );
        assert_eq!(notification["task_id"]["maxLength"], TaskId::MAX_CHARS);
        let acknowledge = &schemas["AcknowledgeRequest"]["properties"];
        assert_eq!(acknowledge["who"]["maxLength"], Who::MAX_CHARS);
        assert_eq!(acknowledge["why"]["maxLength"], Why::MAX_CHARS);
        let order = &schemas["OutboundCallRequest"]["allOf"][0]["properties"];
        assert_eq!(order["script"]["maxLength"], Script::MAX_CHARS);
        assert_eq!(order["retry_limit"]["maximum"], RetryPlan::MAX_LIMIT);
        let phone = &schemas["PhoneCallRequest"]["properties"];
        assert_eq!(phone["to_number"]["pattern"], PHONE_NUMBER_PATTERN);
        assert_eq!(phone["twiml_url"]["maxLength"], TwimlUrl::MAX_CHARS);
        assert_eq!(phone["twiml_url"]["default"], TwimlUrl::DEFAULT.as_str());
        let list = &document["paths"]["/calls"]["get"]["parameters"];
        let limits = |name: &str| {
            let parameter = list
                .as_array()
                .unwrap()
                .iter()
                .find(|one| one["name"] == name);
            let schema = &parameter.unwrap()["schema"];
            json!([schema["minimum"], schema["maximum"]])
        };
        assert_eq!(limits("page"), json!([1, PageNumber::MAX]));
        assert_eq!(limits("page_size"), json!([PageSize::MIN, PageSize::MAX]));
    }
}
