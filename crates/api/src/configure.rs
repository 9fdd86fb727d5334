//! Mounting the routes in an actix service.

use actix_web::middleware::from_fn;
use actix_web::web;

use crate::cors::cors;
use crate::request::observe;
use crate::routes::{refuse_path, register};
use crate::state::ApiState;

/// Mounts every route, at the root of an actix application or inside a scope of it.
///
/// Request ids, spans, CORS, limits and problem documents come along. Every path below the mount
/// that no route has answers 404, so that routes of your own are to be registered before.
///
/// ```
/// use actix_web::{App, web};
/// # fn mount(state: atlas_api::ApiState) {
/// // The whole application is Atlas:
/// let at_the_root = App::new().configure(atlas_api::configure(state.clone()));
/// // Atlas is a part of yours, and `BASE_URL` ends in `/atlas`:
/// let below_a_prefix = App::new()
///     .route("/mine", web::get().to(async || "mine"))
///     .service(web::scope("/atlas").configure(atlas_api::configure(state)));
/// # }
/// ```
pub fn configure(state: ApiState) -> impl FnOnce(&mut web::ServiceConfig) + Clone {
    move |config| {
        let policy = state.settings().cors.clone();
        config.service(
            web::scope("")
                .app_data(web::Data::new(state))
                .configure(register)
                .default_service(web::to(refuse_path))
                .wrap(cors(policy))
                .wrap(from_fn(observe)),
        );
    }
}
