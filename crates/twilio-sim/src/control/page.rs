//! `/_sim`: the page on which a person sees the calls and takes part in them.

use actix_web::{HttpResponse, web};

/// Nothing but the page's own files, and no connection but to the simulator.
///
/// Source: W3C, "Content Security Policy Level 3".
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(super) fn configure(service: &mut web::ServiceConfig) {
    service
        // Whoever types the bare address into a browser is a person.
        .service(web::redirect("/", "/_sim"))
        .route("/_sim", web::get().to(page))
        .route("/_sim/", web::get().to(page))
        .route("/_sim/page.css", web::get().to(style))
        .route("/_sim/page.js", web::get().to(script))
        .route("/_sim/call.js", web::get().to(call_script))
        .route("/_sim/icon.svg", web::get().to(icon));
}

fn file(content_type: &str, text: &'static str) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(content_type)
        .insert_header(("Content-Security-Policy", CONTENT_SECURITY_POLICY))
        .insert_header(("X-Content-Type-Options", "nosniff"))
        .insert_header(("Referrer-Policy", "no-referrer"))
        .insert_header(("Cache-Control", "no-cache"))
        .body(text)
}

async fn page() -> HttpResponse {
    file(
        "text/html; charset=utf-8",
        include_str!("../page/page.html"),
    )
}

async fn style() -> HttpResponse {
    file("text/css; charset=utf-8", include_str!("../page/page.css"))
}

async fn script() -> HttpResponse {
    file(
        "text/javascript; charset=utf-8",
        include_str!("../page/page.js"),
    )
}

async fn call_script() -> HttpResponse {
    file(
        "text/javascript; charset=utf-8",
        include_str!("../page/call.js"),
    )
}

async fn icon() -> HttpResponse {
    file("image/svg+xml", include_str!("../page/icon.svg"))
}
