//! Words and patterns that several routes take.

use std::borrow::Cow;

use atlas_domain::call::CallStatus;
use atlas_domain::notification::NotificationStatus;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

/// E.164, exactly as [`atlas_domain::PhoneNumber`] takes it.
pub(crate) const PHONE_NUMBER_PATTERN: &str = r"^\+[1-9][0-9]{1,14}$";

/// The eight statuses.
pub(crate) struct CallStatusWord;

/// The two formats of audio.
pub(crate) struct MediaFormatWord;

/// How a notification can stand.
pub(crate) struct NotificationStatusWord;

impl PartialSchema for CallStatusWord {
    fn schema() -> RefOr<Schema> {
        one_of_words(CallStatus::ALL.map(CallStatus::as_str))
    }
}

impl ToSchema for CallStatusWord {
    fn name() -> Cow<'static, str> {
        "CallStatus".into()
    }
}

impl PartialSchema for MediaFormatWord {
    fn schema() -> RefOr<Schema> {
        one_of_words(["wav", "mp3"])
    }
}

impl ToSchema for MediaFormatWord {
    fn name() -> Cow<'static, str> {
        "MediaFormat".into()
    }
}

impl PartialSchema for NotificationStatusWord {
    fn schema() -> RefOr<Schema> {
        one_of_words(NotificationStatus::ALL.map(NotificationStatus::as_str))
    }
}

impl ToSchema for NotificationStatusWord {
    fn name() -> Cow<'static, str> {
        "NotificationStatus".into()
    }
}

fn one_of_words<const COUNT: usize>(words: [&'static str; COUNT]) -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(words))
        .into()
}
