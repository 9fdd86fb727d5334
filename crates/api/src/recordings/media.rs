//! `GET /recordings/{id}/media`

use actix_web::body::SizedStream;
use actix_web::http::StatusCode;
use actix_web::http::header::{ACCEPT_RANGES, CONTENT_RANGE, RANGE};
use actix_web::{HttpRequest, HttpResponse, web};
use atlas_domain::carrier::{MediaExtent, MediaFormat, RecordingMedia};
use serde_json::Value;
use utoipa::IntoParams;

use crate::auth::Caller;
use crate::error::ApiError;
use crate::fields::Fields;
use crate::path::RecordingPath;
use crate::state::ApiState;

/// Which audio is wanted.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct MediaQuery {
    /// The format of the audio.
    #[param(value_type = Option<crate::openapi::MediaFormatWord>, nullable = false)]
    format: Option<MediaFormat>,
}

/// Streams the audio of a recording from Twilio.
#[utoipa::path(
    get,
    path = "/recordings/{id}/media",
    tag = "Recordings",
    params(
        RecordingPath,
        MediaQuery,
        ("range" = Option<String>, Header, nullable = false, example = "bytes=0-1023",
            description = "The part of the audio that is wanted (RFC 9110, section 14.2)."),
    ),
    responses(
        (status = 200, description = "The audio.",
            content((String = "audio/x-wav"), (String = "audio/wav"), (String = "audio/mpeg"))),
        (status = 206, description = "The part of the audio that was asked for.",
            content((String = "audio/x-wav"), (String = "audio/wav"), (String = "audio/mpeg")),
            headers(("content-range" = String, description = "Which part it is."))),
        (status = 416, description = "There is no such part."),
        (status = 429, description = "Twilio takes no more requests at the moment."),
    )
)]
pub(crate) async fn stream_recording(
    caller: Caller,
    path: RecordingPath,
    state: web::Data<ApiState>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let mut fields = Fields::of_query(request.query_string());
    let query = MediaQuery {
        format: fields.optional("format", media_format),
    };
    let query = fields.finish(|| Some(query))?;
    let range = request
        .headers()
        .get(RANGE)
        .and_then(|range| range.to_str().ok())
        .map(str::to_owned);
    let media = state
        .application()
        .open_recording_media(
            &caller.tenant,
            path.id,
            query.format.unwrap_or_default(),
            range,
        )
        .await?;
    response(media)
}

fn media_format(value: &Value) -> Result<MediaFormat, String> {
    match value.as_str() {
        Some("wav") => Ok(MediaFormat::Wav),
        Some("mp3") => Ok(MediaFormat::Mp3),
        Some(_) | None => Err("must be wav or mp3".to_owned()),
    }
}

fn response(media: RecordingMedia) -> Result<HttpResponse, ApiError> {
    let (status, content_range) = match media.extent {
        MediaExtent::Whole => (StatusCode::OK, None),
        MediaExtent::Part { content_range } => (StatusCode::PARTIAL_CONTENT, Some(content_range)),
        MediaExtent::Unsatisfiable { content_range } => {
            return Err(ApiError::RangeNotSatisfiable { content_range });
        }
    };
    let mut response = HttpResponse::build(status);
    response
        .content_type(media.content_type)
        .insert_header((ACCEPT_RANGES, "bytes"));
    if let Some(content_range) = content_range {
        response.insert_header((CONTENT_RANGE, content_range));
    }
    Ok(match media.content_length {
        Some(length) => response.body(SizedStream::new(length, media.body)),
        None => response.streaming(media.body),
    })
}
