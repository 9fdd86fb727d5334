//! Who may ask: programs on this machine and the simulator's own page, but no other web page.
//!
//! A web page from anywhere can make a browser on this machine send requests to loopback. Two headers
//! that a page cannot choose give it away: under a name that its owner has pointed at 127.0.0.1 (DNS
//! rebinding) the `Host` is that name, and across origins every request that changes anything carries
//! the page's `Origin` (RFC 6454, section 7; Fetch Standard, "Origin header"). Nothing here answers with
//! CORS headers, so what is read across origins cannot be seen by the page.

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{Method, header};
use actix_web::middleware::Next;
use actix_web::{Error, Responder as _};

use super::problem::Problem;

/// Refuses requests to `/_sim` that a web page of somebody else may have made.
pub(crate) async fn guard<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let path = request.path();
    let guarded = path == "/_sim" || path.starts_with("/_sim/");
    if guarded && let Err(problem) = check(&request) {
        let (request, _) = request.into_parts();
        let response = problem.respond_to(&request);
        return Ok(ServiceResponse::new(request, response).map_into_right_body());
    }
    Ok(next.call(request).await?.map_into_left_body())
}

fn check(request: &ServiceRequest) -> Result<(), Problem> {
    let host = text(request, header::HOST).unwrap_or_default();
    if !is_loopback(host) {
        return Err(Problem::forbidden(
            "Host is not localhost, 127.0.0.1 or [::1]",
        ));
    }
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        return Ok(());
    }
    match request.headers().get(header::ORIGIN) {
        None => Ok(()),
        Some(origin) if origin.as_bytes() == format!("http://{host}").as_bytes() => Ok(()),
        Some(_) => Err(Problem::forbidden(
            "Origin is another one: web pages may not change anything here",
        )),
    }
}

fn text(request: &ServiceRequest, name: header::HeaderName) -> Option<&str> {
    request.headers().get(name)?.to_str().ok()
}

/// Whether a Host header names this machine, with or without a port.
fn is_loopback(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    name.eq_ignore_ascii_case("localhost") || matches!(name, "127.0.0.1" | "[::1]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_loopback() {
        for host in [
            "localhost",
            "LocalHost:8001",
            "127.0.0.1:1",
            "[::1]",
            "[::1]:80",
        ] {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example:80",
            "localhost:80@evil.example",
            "localhost:",
            "0.0.0.0",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
