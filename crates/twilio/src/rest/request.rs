//! One request, before it has an address and credentials.

use reqwest::Method;

use super::RequestKind;
use super::address::Product;
use super::form::Form;

/// What to ask, and what asking twice would do.
#[derive(Debug, Clone)]
pub(super) struct Request {
    pub(super) method: Method,
    pub(super) product: Product,
    pub(super) kind: RequestKind,
    /// Below the product's address, or Twilio's own URL of a next page.
    pub(super) path: String,
    pub(super) query: Vec<(String, String)>,
    pub(super) form: Option<Form>,
}

impl Request {
    pub(super) fn get(path: String) -> Self {
        Self::new(Method::GET, RequestKind::Read, path, None)
    }

    pub(super) fn post(path: String, kind: RequestKind, form: Form) -> Self {
        Self::new(Method::POST, kind, path, Some(form))
    }

    pub(super) fn delete(path: String) -> Self {
        Self::new(Method::DELETE, RequestKind::RepeatableWrite, path, None)
    }

    pub(super) fn query(mut self, query: Vec<(String, String)>) -> Self {
        self.query = query;
        self
    }

    fn new(method: Method, kind: RequestKind, path: String, form: Option<Form>) -> Self {
        Self {
            method,
            product: Product::Api,
            kind,
            path,
            query: Vec::new(),
            form,
        }
    }
}
