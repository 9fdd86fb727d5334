//! The extractor.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_LENGTH;
use actix_web::rt::time::timeout;
use actix_web::web::{Bytes, BytesMut, Data};
use actix_web::{FromRequest, HttpRequest};
use futures_util::StreamExt as _;

use super::{Rejection, WebhookSettings};
use crate::http_method::HttpMethod;
use crate::webhook::{FromWebhook, SignatureError, WebhookHeaders, WebhookRequest, receive};

/// How long a body may take: Twilio itself gives up after 15 seconds in all (error 11200).
const BODY_TIMEOUT: Duration = Duration::from_secs(15);

/// A request that Twilio signed, read as any type that [`receive`] can make.
///
/// It needs [`WebhookSettings`] as `web::Data` of the app. The body is not read unless the request claims
/// to be signed, and nothing of it is parsed for a handler before the signature was found to be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified<Request>(pub Request);

impl<Request> Verified<Request> {
    /// Takes the request out.
    #[must_use]
    pub fn into_inner(self) -> Request {
        self.0
    }
}

impl<Request: FromWebhook + 'static> FromRequest for Verified<Request> {
    type Error = Rejection;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Rejection>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let payload = payload.take();
        Box::pin(async move { Self::extract(&request, payload).await })
    }
}

impl<Request: FromWebhook> Verified<Request> {
    async fn extract(request: &HttpRequest, payload: Payload) -> Result<Self, Rejection> {
        let settings = request
            .app_data::<Data<WebhookSettings>>()
            .ok_or(Rejection::NotConfigured)?;
        let method: HttpMethod = request
            .method()
            .as_str()
            .parse()
            .map_err(|_| Rejection::Method)?;
        let headers: WebhookHeaders = request.headers().iter().collect();
        if !headers.is_signed() {
            return Err(Rejection::Signature(SignatureError::Missing));
        }
        if declared_length(request).is_some_and(|bytes| bytes > settings.max_body_bytes) {
            return Err(Rejection::BodyTooLarge);
        }
        let body = timeout(BODY_TIMEOUT, read_body(payload, settings.max_body_bytes))
            .await
            .map_err(|_| Rejection::BodyTooSlow)??;
        let asked = request
            .uri()
            .path_and_query()
            .map_or("/", |asked| asked.as_str());
        let webhook = WebhookRequest {
            method,
            url: &format!("{}{asked}", settings.public_base_url),
            headers: &headers,
            body: &body,
        };
        Ok(Self(receive(&settings.verifier, &webhook)?))
    }
}

fn declared_length(request: &HttpRequest) -> Option<usize> {
    let header = request.headers().get(CONTENT_LENGTH)?;
    header.to_str().ok()?.parse().ok()
}

async fn read_body(mut payload: Payload, max_bytes: usize) -> Result<Bytes, Rejection> {
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(Rejection::BodyUnreadable)?;
        if body.len() + chunk.len() > max_bytes {
            return Err(Rejection::BodyTooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;
    use crate::webhook::{Form, SIGNATURE_HEADER, Verifier};

    fn signed() -> TestRequest {
        TestRequest::post().insert_header((SIGNATURE_HEADER, "claimed"))
    }

    fn configured(request: TestRequest) -> HttpRequest {
        let verifier = Verifier::new("token".into(), None).unwrap();
        let settings = WebhookSettings::new(verifier, "https://h.example").unwrap();
        request.app_data(Data::new(settings)).to_http_request()
    }

    fn never_ending() -> Payload {
        Payload::Stream {
            payload: Box::pin(futures_util::stream::pending()),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_never_ends_is_given_up() {
        let rejection = Verified::<Form>::extract(&configured(signed()), never_ending()).await;
        assert!(matches!(rejection, Err(Rejection::BodyTooSlow)));
    }

    #[tokio::test]
    async fn the_body_of_a_request_that_is_not_signed_is_not_read() {
        let request = configured(TestRequest::post());
        let rejection = Verified::<Form>::extract(&request, never_ending()).await;
        assert!(matches!(
            rejection,
            Err(Rejection::Signature(SignatureError::Missing))
        ));
    }

    #[tokio::test]
    async fn an_app_without_settings_believes_nobody() {
        let request = signed().to_http_request();
        let rejection = Verified::<Form>::extract(&request, never_ending()).await;
        assert!(matches!(rejection, Err(Rejection::NotConfigured)));
    }
}
