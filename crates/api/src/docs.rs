//! `GET /docs`, `GET /openapi.json`: the documentation, served from the program itself.
//!
//! Every link is relative, so that the pages work below any prefix.

use std::sync::{Arc, LazyLock};

use actix_web::{HttpResponse, web};
use utoipa::openapi::OpenApi;
use utoipa_swagger_ui::{Config, serve};

use crate::error::ApiError;
use crate::openapi::openapi;

/// Starts Swagger UI with the document beside it; made absolute, because Swagger UI resolves some
/// relative URLs against the page and some against the document.
const INITIALIZER: &str = r##"window.onload = function () {
  window.ui = SwaggerUIBundle({
    url: new URL("../openapi.json", document.baseURI).href,
    dom_id: "#swagger-ui",
    deepLinking: true,
    presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
    layout: "StandaloneLayout"
  });
};
"##;

/// Shows what every route takes and answers, as an OpenAPI document.
#[utoipa::path(
    get,
    path = "/openapi.json",
    tag = "Service",
    responses((status = 200, description = "An OpenAPI 3.1 document.", body = Object))
)]
pub(crate) async fn read_openapi() -> HttpResponse {
    static DOCUMENT: LazyLock<OpenApi> = LazyLock::new(openapi);
    HttpResponse::Ok().json(&*DOCUMENT)
}

/// Shows this documentation as a page (Swagger UI).
#[utoipa::path(
    get,
    path = "/docs",
    tag = "Service",
    responses((status = 200, description = "A page.", body = String, content_type = "text/html"))
)]
pub(crate) async fn read_docs() -> Result<HttpResponse, ApiError> {
    page_with_base("docs/")
}

/// Shows the same page as `/docs`.
#[utoipa::path(
    get,
    path = "/docs/",
    tag = "Service",
    responses((status = 200, description = "A page.", body = String, content_type = "text/html"))
)]
pub(crate) async fn read_docs_directory() -> Result<HttpResponse, ApiError> {
    page_with_base("./")
}

/// Hands out a file of that page.
#[utoipa::path(
    get,
    path = "/docs/{file}",
    tag = "Service",
    params(("file" = String, Path, description = "The file's name.", example = "swagger-ui.css")),
    responses((status = 200, description = "The file.",
        content((String = "text/html"), (String = "text/css"), (String = "text/javascript"), (String = "image/png"))))
)]
pub(crate) async fn read_docs_file(file: web::Path<String>) -> Result<HttpResponse, ApiError> {
    if file.as_str() == "swagger-initializer.js" {
        return Ok(HttpResponse::Ok()
            .content_type("text/javascript")
            .body(INITIALIZER));
    }
    let (content_type, bytes) = swagger_file(&file)?;
    Ok(HttpResponse::Ok().content_type(content_type).body(bytes))
}

/// The page, with the base that its links are relative to.
fn page_with_base(base: &str) -> Result<HttpResponse, ApiError> {
    let (_, bytes) = swagger_file("index.html")?;
    let page = String::from_utf8(bytes).map_err(|error| ApiError::Unwritable(error.into()))?;
    let page = page.replacen("<head>", &format!("<head>\n    <base href=\"{base}\">"), 1);
    Ok(HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .body(page))
}

fn swagger_file(name: &str) -> Result<(String, Vec<u8>), ApiError> {
    let config = Arc::new(Config::from("openapi.json"));
    match serve(name, config) {
        Ok(Some(file)) => Ok((file.content_type, file.bytes.into_owned())),
        Ok(None) => Err(ApiError::NoSuchDocument),
        Err(error) => Err(ApiError::Unwritable(error.to_string().into())),
    }
}
