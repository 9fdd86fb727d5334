//! The schema of a request to place a call, which says more than a struct can: which fields stand
//! in for each other.

use atlas_domain::call::RetryPlan;
use atlas_domain::{ExternalId, Script};
use serde_json::json;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{
    AllOfBuilder, AnyOfBuilder, ObjectBuilder, OneOfBuilder, Schema, SchemaType, Type,
};
use utoipa::{PartialSchema, ToSchema};

use super::order::OutboundCallRequest;
use crate::openapi::PHONE_NUMBER_PATTERN;

impl ToSchema for OutboundCallRequest {}

impl PartialSchema for OutboundCallRequest {
    fn schema() -> RefOr<Schema> {
        let to = || optional(Type::String).pattern(Some(PHONE_NUMBER_PATTERN));
        let fields = ObjectBuilder::new()
            .property(
                "to",
                to().description(Some("Whom to ring, in E.164."))
                    .examples(["+15550100042"]),
            )
            .property(
                "to_number",
                to().description(Some("Another name for `to`.")),
            )
            .property(
                "user_id",
                optional(Type::String)
                    .pattern(Some("^[0-9a-fA-F]{24}$"))
                    .description(Some("The stored user it is for.")),
            )
            .property(
                "user_external_id",
                optional(Type::String)
                    .min_length(Some(ExternalId::MIN_CHARS))
                    .max_length(Some(ExternalId::MAX_CHARS))
                    .description(Some(
                        "The id another system knows the user by; that user needs not be stored.",
                    ))
                    .examples(["crm-17"]),
            )
            .property(
                "script",
                optional(Type::String)
                    .max_length(Some(Script::MAX_CHARS))
                    .description(Some("What to say; a default message without."))
                    .examples(["Hello, this is a reminder of your appointment tomorrow."]),
            )
            .property(
                "recording_enabled",
                optional(Type::Boolean)
                    .default(Some(json!(true)))
                    .description(Some("Whether to ask for consent and record.")),
            )
            .property(
                "retry_limit",
                optional(Type::Integer)
                    .minimum(Some(0))
                    .maximum(Some(RetryPlan::MAX_LIMIT))
                    .description(Some(
                        "How often to dial again after busy, no answer or failure.",
                    )),
            )
            .property(
                "retry_delay_sec",
                optional(Type::Integer)
                    .minimum(Some(RetryPlan::MIN_DELAY_SECONDS))
                    .maximum(Some(RetryPlan::MAX_DELAY_SECONDS))
                    .description(Some("How long after, in seconds.")),
            )
            .description(Some("A call to be placed."));
        let number = OneOfBuilder::new()
            .item(only_one_of("to", "to_number"))
            .item(only_one_of("to_number", "to"))
            .description(Some("`to` or `to_number` is required."));
        let user = AnyOfBuilder::new()
            .item(with("user_id"))
            .item(with("user_external_id"))
            .description(Some("`user_id` or `user_external_id` is required."));
        AllOfBuilder::new()
            .item(fields)
            .item(number)
            .item(user)
            .examples([json!({
                "to": "+15550100042",
                "user_external_id": "crm-17",
                "script": "Hello, this is a reminder of your appointment tomorrow.",
            })])
            .into()
    }
}

fn optional(kind: Type) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::from_iter([kind, Type::Null]))
}

fn of_type(kind: Type) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(kind)
}

fn with(field: &str) -> ObjectBuilder {
    ObjectBuilder::new()
        .property(field, of_type(Type::String))
        .required(field)
}

fn only_one_of(field: &str, alias: &str) -> ObjectBuilder {
    with(field).property(alias, of_type(Type::Null))
}
