//! What every route, or every route of a kind, answers: written once instead of at each handler.

use atlas_domain::Timestamp;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{Components, Header, OpenApi, Ref, RefOr, Required};

use crate::fields::FieldError;
use crate::problem::{Kind, PROBLEM_JSON, Problem};
use crate::routes::{Access, Method, ROUTES, Route};

/// Adds to every operation what its kind of route answers.
pub(super) fn complete(document: &mut OpenApi) {
    let components = document.components.get_or_insert_with(Components::default);
    components.add_security_scheme(
        "bearer",
        SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build()),
    );
    components.add_security_scheme(
        "api_key",
        SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new("X-API-Key"))),
    );
    for route in ROUTES {
        let item = document.paths.paths.get_mut(route.path);
        if let Some(operation) = item.and_then(|item| operation_mut(item, route.method)) {
            complete_operation(route, operation);
        }
    }
}

/// The operation of a path with this method.
pub(super) fn operation_mut(item: &mut PathItem, method: Method) -> Option<&mut Operation> {
    match method {
        Method::Get => item.get.as_mut(),
        Method::Post => item.post.as_mut(),
        Method::Patch => item.patch.as_mut(),
        Method::Delete => item.delete.as_mut(),
    }
}

fn complete_operation(route: &Route, operation: &mut Operation) {
    let takes_json = operation.request_body.is_some() && route.access == Access::Key;
    let takes_query = operation
        .parameters
        .iter()
        .flatten()
        .any(|parameter| match parameter {
            RefOr::T(parameter) => parameter.parameter_in == ParameterIn::Query,
            RefOr::Ref(_) => false,
        });
    let mut kinds = vec![
        (Kind::MethodNotAllowed, "The path does not know the method."),
        (Kind::InternalError, "Something unforeseen happened."),
    ];
    match route.access {
        Access::Open => {}
        Access::Key => {
            kinds.push((Kind::Unauthorized, "There is no API key, or a wrong one."));
            kinds.push((
                Kind::LoopbackOnly,
                "Without API keys only this machine may call.",
            ));
            kinds.push((
                Kind::StorageUnavailable,
                "The database or Twilio cannot be used at the moment.",
            ));
            operation.security = Some(vec![
                SecurityRequirement::new("bearer", Vec::<String>::new()),
                SecurityRequirement::new("api_key", Vec::<String>::new()),
            ]);
        }
        Access::Signature => {
            kinds.push((
                Kind::InvalidSignature,
                "The signature is missing or wrong; nothing was done.",
            ));
            kinds.push((
                Kind::StorageUnavailable,
                "It could not be stored; Twilio is to send it again.",
            ));
            operation
                .parameters
                .get_or_insert_default()
                .push(RefOr::T(signature_header()));
        }
    }
    if takes_json {
        kinds.push((
            Kind::UnsupportedMediaType,
            "The body is not JSON by its type.",
        ));
    }
    if takes_json || (takes_query && route.access == Access::Key) {
        let kind = if route.path.starts_with("/notifications") {
            Kind::Unprocessable
        } else {
            Kind::ValidationFailed
        };
        kinds.push((kind, "Fields are wrong; all are listed."));
    }
    if operation.request_body.is_some() {
        kinds.push((Kind::BodyTooLarge, "The body is larger than 128 KiB."));
    }
    if route.path.contains('{') {
        kinds.push((Kind::NotFound, "There is nothing of this name."));
    }
    for (kind, description) in kinds {
        operation
            .responses
            .responses
            .entry(kind.status().as_str().to_owned())
            .or_insert_with(|| RefOr::T(problem_response(kind, description)));
    }
    for (status, response) in &mut operation.responses.responses {
        if let RefOr::T(response) = response {
            complete_response(status, response);
        }
    }
}

fn complete_response(status: &str, response: &mut Response) {
    let mut add_header = |name: &str, description: &str| {
        response
            .headers
            .entry(name.to_owned())
            .or_insert_with(|| text_header(description).into());
    };
    add_header(
        "x-request-id",
        "The request's id; the client's own, when it sent one.",
    );
    match status {
        "401" => add_header("www-authenticate", "How to authenticate."),
        "405" => add_header("allow", "The methods that the path knows."),
        "416" => add_header(
            "content-range",
            "How long the audio is, where that is known.",
        ),
        "429" | "503" => add_header("retry-after", "After how many seconds to ask again."),
        _ => {}
    }
    // What a handler says of its own failures is a description only.
    let kind = Kind::ALL.iter().find(|kind| {
        let failed = kind.status().as_str() == status;
        failed && **kind != Kind::BadRequest
    });
    if let (Some(kind), true) = (kind, response.content.is_empty()) {
        response.content = problem_response(*kind, &response.description).content;
    }
}

/// A problem document of this kind, with an example.
fn problem_response(kind: Kind, description: &str) -> Response {
    let mut problem = Problem::new(kind, description);
    if [Kind::ValidationFailed, Kind::Unprocessable].contains(&kind) {
        problem = problem.with_errors(vec![FieldError {
            pointer: "/page_size".to_owned(),
            detail: "must be an integer from 1 to 100".to_owned(),
        }]);
    }
    let example = problem.document("695736a5f1c2d3e4a5b6c7d8", Timestamp::EPOCH);
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("Problem")))
        .example(serde_json::to_value(example).ok())
        .build();
    ResponseBuilder::new()
        .description(description)
        .content(PROBLEM_JSON, content)
        .build()
}

fn text_header(description: &str) -> Header {
    HeaderBuilder::new()
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .description(Some(description))
        .build()
}

fn signature_header() -> utoipa::openapi::path::Parameter {
    ParameterBuilder::new()
        .name("X-Twilio-Signature")
        .parameter_in(ParameterIn::Header)
        .required(Required::True)
        .description(Some(
            "Twilio's signature over the public URL and the parameters \
             (https://www.twilio.com/docs/usage/security#validating-requests).",
        ))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .build()
}
