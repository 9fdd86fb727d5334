//! An HTTP answer, read whole, with checks that say what came instead.

use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde_json::Value;

/// An HTTP answer.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) async fn read(response: reqwest::Response) -> Self {
        Self {
            status: response.status(),
            headers: response.headers().clone(),
            body: response.bytes().await.expect("a whole body").to_vec(),
        }
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("no JSON ({error}): {} {}", self.status, self.text()))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .get(name)
            .map(|value| value.to_str().expect("a readable header"))
    }

    /// The JSON of an answer that must have this status.
    #[track_caller]
    pub(crate) fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        if self.body.is_empty() {
            Value::Null
        } else {
            self.json()
        }
    }

    /// A problem document (RFC 9457) that must have this status and code, and everything that
    /// every problem has.
    #[track_caller]
    pub(crate) fn expect_problem(&self, status: u16, code: &str) -> Value {
        let problem = self.expect(status);
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json"),
            "{problem}"
        );
        assert_eq!(problem["status"], status, "{problem}");
        assert_eq!(problem["code"], code, "{problem}");
        assert_eq!(problem["error"], format!("HTTP {status}"), "{problem}");
        assert_eq!(problem["message"], problem["detail"], "{problem}");
        assert_eq!(
            problem["request_id"].as_str(),
            self.header("x-request-id"),
            "{problem}"
        );
        for field in ["type", "title", "detail", "timestamp"] {
            assert!(
                problem[field].as_str().is_some_and(|text| !text.is_empty()),
                "{problem}"
            );
        }
        problem
    }

    /// The pointers of a validation problem, sorted.
    #[track_caller]
    pub(crate) fn expect_invalid(&self, pointers: &[&str]) -> Value {
        let problem = self.expect_problem(400, "validation_failed");
        let errors = problem["errors"].as_array().expect("a list of errors");
        let mut named: Vec<_> = errors
            .iter()
            .map(|error| error["pointer"].as_str().unwrap_or_default())
            .collect();
        named.sort_unstable();
        let mut expected = pointers.to_vec();
        expected.sort_unstable();
        assert_eq!(named, expected, "{problem}");
        problem
    }
}
