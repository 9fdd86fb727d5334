//! All routes, in one table.
//!
//! The table registers the handlers, tells [`ROUTES`], and collects the OpenAPI document, so that
//! none of the three can know a route that the others do not.

use actix_web::guard;
use actix_web::{Route as Registration, web};
use utoipa::OpenApi;

use crate::callback_urls::{
    NOTIFICATION_AMD_PATH, NOTIFICATION_GATHER_PATH, NOTIFICATION_MACHINE_PATH, NOTIFICATION_PATH,
    NOTIFICATION_STATUS_PATH, RECORDED_PATH, RECORDING_PATH, STATUS_PATH, VOICE_PATH,
};
use crate::error::ApiError;
use crate::{
    calls, docs, feedback, health, notification_webhooks, notifications, phone, recordings, root,
    twilio_webhooks, users,
};

/// One route of the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// The method; what is read with `GET` can be read with `HEAD`, too.
    pub method: Method,
    /// The path below the mount, with the names of its variable parts in braces.
    pub path: &'static str,
    /// Who may call it.
    pub access: Access,
}

/// The methods that routes have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// Reads.
    Get,
    /// Makes, or starts something.
    Post,
    /// Changes.
    Patch,
    /// Removes.
    Delete,
}

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Access {
    /// Everybody.
    Open,
    /// Whoever has an API key.
    Key,
    /// Twilio, by its signature.
    Signature,
}

/// The path of the route that a request came to, as it stands in the table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RoutePath(pub(crate) &'static str);

macro_rules! routes {
    ($($path:expr => $($method:ident $access:ident $($handler:ident)::+),+;)+) => {
        /// Every route of the service.
        pub const ROUTES: &[Route] = &[$($(
            Route { method: Method::$method, path: $path, access: Access::$access },
        )+)+];

        /// Registers every route.
        pub(crate) fn register(config: &mut web::ServiceConfig) {
            $(
                let methods = words_of(&[$(Method::$method),+]);
                config.service(
                    web::resource($path)
                        .app_data(RoutePath($path))
                        $(.route(Method::$method.registration().to($($handler)::+)))+
                        .default_service(web::to(move || refuse_method(methods.clone()))),
                );
            )+
        }

        /// What the handlers say of themselves.
        #[derive(OpenApi)]
        #[openapi(paths($($($($handler)::+),+),+))]
        pub(crate) struct HandlerDocs;
    };
}

routes! {
    "/" => Get Open root::describe_service;
    "/health" => Get Open health::check_health;
    "/livez" => Get Open health::check_liveness;
    "/readyz" => Get Open health::check_readiness;
    "/openapi.json" => Get Open docs::read_openapi;
    "/docs" => Get Open docs::read_docs;
    "/docs/" => Get Open docs::read_docs_directory;
    "/docs/{file}" => Get Open docs::read_docs_file;

    "/users" => Post Key users::create::create_user, Get Key users::list::list_users;
    "/users/{user_id}" =>
        Get Key users::read::read_user,
        Patch Key users::update::update_user,
        Delete Key users::delete::delete_user;
    "/users/{user_id}/calls" => Get Key users::list_calls::list_user_calls;

    "/calls/outbound" => Post Key calls::place::place_call;
    "/calls" => Get Key calls::list::list_calls;
    "/calls/{call}" => Get Key calls::read::read_call;
    "/calls/{call}/attempts" => Get Key calls::list_attempts::list_attempts;
    "/calls/{call}/hangup" => Post Key calls::hang_up::hang_up_call;
    "/calls/{call}/retry" =>
        Post Key calls::redial::redial_call,
        Delete Key calls::give_up_redials::give_up_redials;
    "/calls/{call}/recordings" => Get Key calls::list_recordings::list_recordings;
    "/calls/{call}/feedback" =>
        Patch Key feedback::give::give_feedback,
        Get Key feedback::read::read_feedback;

    "/notifications/call" => Post Key notifications::place::place_notification;
    "/notifications" => Get Key notifications::list::list_notifications;
    "/notifications/{notification_id}" => Get Key notifications::read::read_notification;
    "/notifications/{notification_id}/cancel" =>
        Post Key notifications::cancel::cancel_notification;
    "/notifications/{notification_id}/acknowledge" =>
        Post Key notifications::acknowledge::acknowledge_notification;

    "/recordings/{id}" => Get Key recordings::read::read_recording;
    "/recordings/{id}/media" => Get Key recordings::media::stream_recording;

    "/phone/call" => Post Key phone::call::place_phone_call;
    "/phone/call/{call_sid}/status" => Get Key phone::status::read_phone_call_status;
    "/phone/calls" => Get Key phone::list::list_phone_calls;
    "/phone/health" => Get Key phone::health::check_phone_health;

    VOICE_PATH => Post Signature twilio_webhooks::voice::answer_voice_request;
    RECORDED_PATH => Post Signature twilio_webhooks::recorded::end_after_recording;
    STATUS_PATH => Post Signature twilio_webhooks::status::record_status;
    RECORDING_PATH => Post Signature twilio_webhooks::recording::store_recording;

    NOTIFICATION_PATH => Post Signature notification_webhooks::twiml::answer_notification;
    NOTIFICATION_GATHER_PATH => Post Signature notification_webhooks::gather::take_key_press;
    NOTIFICATION_AMD_PATH => Post Signature notification_webhooks::amd::record_machine_verdict;
    NOTIFICATION_MACHINE_PATH => Post Signature notification_webhooks::machine::answer_machine;
    NOTIFICATION_STATUS_PATH =>
        Post Signature notification_webhooks::status::record_notification_status;
}

impl Method {
    fn registration(self) -> Registration {
        match self {
            // Whoever may read may ask for the headers alone (RFC 9110, section 9.3.2).
            Self::Get => web::route().guard(guard::Any(guard::Get()).or(guard::Head())),
            Self::Post => web::post(),
            Self::Patch => web::patch(),
            Self::Delete => web::delete(),
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Get => "GET, HEAD",
            Self::Post => "POST",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

fn words_of(methods: &[Method]) -> String {
    let words: Vec<&str> = methods.iter().map(|method| method.words()).collect();
    words.join(", ")
}

async fn refuse_method(allowed: String) -> Result<actix_web::HttpResponse, ApiError> {
    Err(ApiError::WrongMethod { allowed })
}

/// Answers at paths that no route has.
pub(crate) async fn refuse_path() -> Result<actix_web::HttpResponse, ApiError> {
    Err(ApiError::NoRoute)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_route_is_in_the_openapi_document_and_nothing_else_is() {
        let document = serde_json::to_value(crate::openapi()).unwrap();
        let mut documented = BTreeSet::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            for method in item.as_object().unwrap().keys() {
                documented.insert((path.clone(), method.clone()));
            }
        }
        let registered: BTreeSet<_> = ROUTES
            .iter()
            .map(|route| {
                let method = format!("{:?}", route.method).to_lowercase();
                (route.path.to_owned(), method)
            })
            .collect();
        assert_eq!(registered.len(), ROUTES.len(), "no route is there twice");
        assert_eq!(documented, registered);
    }
}
