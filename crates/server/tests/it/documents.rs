//! `GET /`, `GET /openapi.json` and `GET /docs`

use std::collections::BTreeSet;

use atlas_api::{Method, ROUTES};
use serde_json::{Value, json};

use crate::support::Setup;

#[tokio::test]
async fn the_root_says_what_this_is() {
    let atlas = Setup::stepped().start().await;
    let root = atlas.client.get("/").await.expect(200);
    assert_eq!(
        root,
        json!({
            "message": "Atlas - Twilio Call Management API",
            "version": env!("CARGO_PKG_VERSION"),
            "docs": "/docs"
        })
    );
    atlas.finish(0).await;
}

#[tokio::test]
async fn every_route_is_in_the_openapi_document() {
    let atlas = Setup::stepped().start().await;
    let document = atlas.client.get("/openapi.json").await.expect(200);
    assert!(
        document["openapi"].as_str().unwrap().starts_with("3.1."),
        "{}",
        document["openapi"]
    );
    let documented: BTreeSet<(String, String)> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, item)| {
            let methods =
                item.as_object().unwrap().keys().filter(|key| {
                    ["get", "post", "put", "patch", "delete"].contains(&key.as_str())
                });
            methods
                .map(|method| (path.clone(), method.clone()))
                .collect::<Vec<_>>()
        })
        .collect();
    let served = ROUTES.iter().map(|route| {
        let method = match route.method {
            Method::Get => "get",
            Method::Post => "post",
            Method::Patch => "patch",
            Method::Delete => "delete",
        };
        (route.path.to_owned(), method.to_owned())
    });
    assert_eq!(documented, served.collect());
    atlas.finish(0).await;
}

#[tokio::test]
async fn every_operation_documents_its_failures_as_problems() {
    let atlas = Setup::stepped().start().await;
    let document = atlas.client.get("/openapi.json").await.expect(200);
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let Some(responses) = operation["responses"].as_object() else {
                continue;
            };
            assert!(
                !operation["description"].is_null() || !operation["summary"].is_null(),
                "{method} {path}"
            );
            assert!(
                responses.keys().any(|status| status.starts_with('2')),
                "{method} {path}"
            );
            for (status, response) in responses {
                if status.starts_with(['4', '5']) {
                    let schema = &response["content"]["application/problem+json"]["schema"]["$ref"];
                    assert_eq!(
                        schema, "#/components/schemas/Problem",
                        "{method} {path} {status}"
                    );
                    let example = &response["content"]["application/problem+json"]["example"];
                    assert_eq!(example["status"].to_string(), *status, "{method} {path}");
                }
            }
        }
    }
    let outbound = document["paths"]["/calls/outbound"]["post"]["responses"]
        .as_object()
        .unwrap();
    for status in [
        "201", "202", "400", "401", "403", "404", "405", "409", "413", "415", "429", "500", "503",
    ] {
        assert!(outbound.contains_key(status), "{status}");
    }
    atlas.finish(0).await;
}

#[tokio::test]
async fn every_reference_in_the_openapi_document_leads_somewhere() {
    fn references<'a>(value: &'a Value, found: &mut BTreeSet<&'a str>) {
        match value {
            Value::Object(fields) => {
                found.extend(fields.get("$ref").and_then(Value::as_str));
                fields.values().for_each(|value| references(value, found));
            }
            Value::Array(items) => items.iter().for_each(|value| references(value, found)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let atlas = Setup::stepped().start().await;
    let document = atlas.client.get("/openapi.json").await.expect(200);
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    assert!(!found.is_empty());
    for reference in found {
        let pointer = reference
            .strip_prefix('#')
            .expect("a reference within the document");
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
    atlas.finish(0).await;
}

#[tokio::test]
async fn the_documentation_is_a_page_whose_files_all_come_from_here() {
    let atlas = Setup::stepped().start().await;
    for page in ["/docs", "/docs/"] {
        let answer = atlas.client.get(page).await;
        assert_eq!(answer.status.as_u16(), 200, "{page}");
        assert!(
            answer
                .header("content-type")
                .unwrap()
                .starts_with("text/html"),
            "{page}"
        );
        let html = answer.text();
        assert!(html.contains("swagger-ui"), "{html}");
        let mut files = 0;
        for part in html.split(['"', '\'']).filter(|part| {
            [".js", ".css", ".png"]
                .iter()
                .any(|ending| part.ends_with(ending))
        }) {
            assert!(!part.contains("//"), "{part} comes from elsewhere");
            let file = part.trim_start_matches("./");
            let answer = atlas.client.get(&format!("/docs/{file}")).await;
            assert_eq!(answer.status.as_u16(), 200, "{file}");
            assert!(!answer.body.is_empty(), "{file}");
            files += 1;
        }
        assert!(files >= 3, "{page} names {files} files");
    }
    let initializer = atlas.client.get("/docs/swagger-initializer.js").await;
    assert!(
        initializer.text().contains("openapi.json"),
        "{}",
        initializer.text()
    );
    for path in ["/docs/nothing.js", "/docs/..%2fCargo.toml", "/docs/a/b"] {
        atlas
            .client
            .get(path)
            .await
            .expect_problem(404, "not_found");
    }
    atlas.finish(0).await;
}
