//! Webhooks in actix-web: a handler takes [`Verified`] and is not reached by anybody but Twilio.
//!
//! ```
//! use actix_web::{App, HttpResponse, web};
//! use atlas_twilio::actix::{Verified, WebhookSettings};
//! use atlas_twilio::webhook::{StatusCallback, Verifier};
//!
//! async fn status(Verified(callback): Verified<StatusCallback>) -> HttpResponse {
//!     let _status = callback.call.call_status;
//!     HttpResponse::NoContent().finish()
//! }
//!
//! let verifier = Verifier::new("the auth token".into(), None)?;
//! let settings = web::Data::new(WebhookSettings::new(verifier, "https://calls.example.com")?);
//! let app = App::new()
//!     .app_data(settings)
//!     .route("/twilio/status", web::post().to(status));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What Twilio signs is the public URL. It is put together from the base URL of the settings and the path
//! and query as they were asked for; `Host` and `X-Forwarded-*` are claims of the sender and have no part
//! in it. A proxy that takes a prefix off the path needs that prefix in the base URL, and middleware that
//! rewrites paths, such as `NormalizePath`, must not touch these routes.
//!
//! Whatever does not reach the handler is answered as [`Rejection`] says.

mod rejection;
mod settings;
mod verified;

pub use rejection::Rejection;
pub use settings::{InvalidPublicUrl, WebhookSettings};
pub use verified::Verified;
