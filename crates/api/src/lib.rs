//! The HTTP interface of Atlas, as actix handlers that can be mounted in any actix service.
//!
//! # Using it
//! [`configure`] mounts every route, at the root or below a prefix of your own service. It takes an
//! [`ApiState`]: the use cases ([`atlas_application::Application`]), the [`ApiSettings`], and a
//! tracker for work that outlives its request. [`callback_urls`] makes the URLs that the carrier
//! is to be given; [`openapi`] is the document that `/openapi.json` serves; [`ROUTES`] names every
//! route and who may call it.
//!
//! ```no_run
//! use actix_web::{App, HttpServer};
//! use atlas_api::{ApiAuth, ApiSettings, ApiState, BaseUrl};
//! # async fn serve(application: atlas_application::Application) -> Result<(), Box<dyn std::error::Error>> {
//! let base_url = BaseUrl::parse("http://localhost:8000")?;
//! let settings = ApiSettings::new(base_url, ApiAuth::OpenOnLoopback);
//! let tasks = tokio_util::task::TaskTracker::new();
//! let state = ApiState::new(application, settings, tasks.clone());
//! HttpServer::new(move || App::new().configure(atlas_api::configure(state.clone())))
//!     .bind("127.0.0.1:8000")?
//!     .run()
//!     .await?;
//! tasks.close();
//! tasks.wait().await;
//! # Ok(())
//! # }
//! ```
//!
//! Redials, lookups of lost answers, hang-ups and deliveries are done by
//! `atlas_application::worker::Worker`: run one beside the server, in this process or another, and stop it before the store closes.
//!
//! # How a request goes
//! 1. `request` gives it an id and a span.
//! 2. An extractor says who calls: `auth` asks for an API key, `twilio_webhooks` for Twilio's
//!    signature. No handler of such a route can be reached without.
//! 3. The handler reads the request into the domain's types, collecting everything that is wrong
//!    (`fields`), calls one use case, and shows the outcome (`views`).
//! 4. What failed becomes an HTTP status in one place (`error`), and a problem document in one
//!    place (`problem`).
//!
//! # Adding a route
//! Write `src/<resource>/<verb>.rs` with the handler and its request and response, and add a line
//! to the table in `routes.rs`. The OpenAPI document follows; statuses that every route of a kind
//! answers are in `openapi/common.rs`.

mod auth;
mod base_url;
mod body;
mod callback_urls;
mod calls;
mod configure;
mod cors;
mod docs;
mod error;
mod feedback;
mod fields;
mod health;
mod idempotency;
mod loopback;
mod notification_webhooks;
mod notifications;
mod openapi;
mod page;
mod path;
mod phone;
mod placing;
mod problem;
mod recordings;
mod request;
mod root;
mod routes;
mod settings;
mod state;
mod twilio_account;
mod twilio_webhooks;
mod users;
mod views;

pub use auth::{ApiAuth, ApiKey, InvalidApiKey};
pub use base_url::{BaseUrl, InvalidBaseUrl};
pub use callback_urls::{CallbackUrls, KeyQuestion, callback_urls};
pub use configure::configure;
pub use cors::{CorsPolicy, InvalidOrigin, Origin};
pub use openapi::openapi;
pub use routes::{Access, Method, ROUTES, Route};
pub use settings::{
    ApiSettings, CarrierMode, InvalidNotificationSettings, InvalidVoiceSettings,
    NotificationSettings, VoiceSettings,
};
pub use state::ApiState;
pub use twilio_account::TwilioAccount;
