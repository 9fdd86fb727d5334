//! Links from an answer to the operations that take an id it holds.

use utoipa::openapi::link::LinkBuilder;
use utoipa::openapi::{OpenApi, RefOr};

use super::common::operation_mut;
use crate::routes::{Method, ROUTES};

/// Where an id is given, and which path parameter takes it.
struct Source {
    method: Method,
    path: &'static str,
    status: &'static str,
    /// A runtime expression (OpenAPI 3.1, section 4.8.20.3).
    expression: &'static str,
    parameter: &'static str,
}

const SOURCES: &[Source] = &[
    Source {
        method: Method::Post,
        path: "/calls/outbound",
        status: "201",
        expression: "$response.body#/call_id",
        parameter: "call",
    },
    Source {
        method: Method::Post,
        path: "/notifications/call",
        status: "201",
        expression: "$response.body#/notification_id",
        parameter: "notification_id",
    },
    Source {
        method: Method::Post,
        path: "/users",
        status: "201",
        expression: "$response.body#/id",
        parameter: "user_id",
    },
    Source {
        method: Method::Get,
        path: "/calls/{call}/recordings",
        status: "200",
        expression: "$response.body#/data/0/id",
        parameter: "id",
    },
];

/// Links every source to every operation whose path takes its id.
pub(super) fn add(document: &mut OpenApi) {
    for source in SOURCES {
        let targets = operations_with(document, source.parameter);
        let operation = document
            .paths
            .paths
            .get_mut(source.path)
            .and_then(|item| operation_mut(item, source.method));
        let response =
            operation.and_then(|operation| operation.responses.responses.get_mut(source.status));
        if let Some(RefOr::T(response)) = response {
            for operation_id in targets {
                let link = LinkBuilder::new()
                    .operation_id(&operation_id)
                    .parameter(source.parameter, source.expression)
                    .build();
                response.links.insert(operation_id, RefOr::T(link));
            }
        }
    }
}

fn operations_with(document: &mut OpenApi, parameter: &str) -> Vec<String> {
    let placeholder = format!("{{{parameter}}}");
    ROUTES
        .iter()
        .filter(|route| route.path.contains(&placeholder))
        .filter_map(|route| {
            let item = document.paths.paths.get_mut(route.path)?;
            operation_mut(item, route.method)?.operation_id.clone()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_source_leads_to_every_operation_that_takes_its_id() {
        let document = serde_json::to_value(crate::openapi()).unwrap();
        for source in SOURCES {
            let method = format!("{:?}", source.method).to_lowercase();
            let links =
                &document["paths"][source.path][method]["responses"][source.status]["links"];
            let links = links
                .as_object()
                .unwrap_or_else(|| panic!("{}", source.path));
            let placeholder = format!("{{{}}}", source.parameter);
            let takers = ROUTES
                .iter()
                .filter(|route| route.path.contains(&placeholder))
                .count();
            assert_eq!(links.len(), takers, "{}", source.path);
            assert!(takers > 1, "{}", source.path);
        }
    }
}
