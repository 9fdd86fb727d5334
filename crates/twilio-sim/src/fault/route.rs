//! A kind of REST request: a method and a path below the account.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::FaultError;

/// A kind of REST request, written as a method and a path below the account: `POST Calls.json`,
/// `GET Calls/*.json`, `* Recordings/*`.
///
/// `*` as the method fits every method; in the path it fits what is between two slashes, or the part of it
/// before an extension.
///
/// ```
/// use twilio_sim::Route;
///
/// let fetches = Route::from("GET Calls/*.json");
/// assert!(fetches.fits("GET", "Calls/CA00000000000000000000000000000001.json"));
/// assert!(!fetches.fits("GET", "Calls.json"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, ToSchema)]
#[serde(transparent)]
pub struct Route(String);

impl From<&str> for Route {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl Route {
    /// Says whether a request is of this kind; `path` is the part below the account.
    #[must_use]
    pub fn fits(&self, method: &str, path: &str) -> bool {
        let Some((wanted_method, wanted_path)) = self.0.split_once(' ') else {
            return false;
        };
        let segments = || wanted_path.split('/').zip(path.split('/'));
        (wanted_method == "*" || wanted_method == method)
            && wanted_path.split('/').count() == path.split('/').count()
            && segments().all(|(wanted, found)| segment_fits(wanted, found))
    }

    pub(super) fn check(&self) -> Result<(), FaultError> {
        let known = ["GET", "POST", "DELETE", "HEAD", "PUT", "*"];
        match self.0.split_once(' ') {
            Some((method, path))
                if known.contains(&method)
                    && !path.is_empty()
                    && !path.starts_with('/')
                    && !path.contains(' ') =>
            {
                Ok(())
            }
            Some(_) | None => Err(FaultError::Route(self.0.clone())),
        }
    }
}

fn segment_fits(wanted: &str, found: &str) -> bool {
    match wanted.split_once('*') {
        None => wanted == found,
        Some((before, after)) => {
            found.len() >= before.len() + after.len()
                && found.starts_with(before)
                && found.ends_with(after)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_fits_one_segment_or_part_of_it() {
        let fits = |route: &str, method: &str, path: &str| Route::from(route).fits(method, path);
        assert!(fits("POST Calls.json", "POST", "Calls.json"));
        assert!(!fits("POST Calls.json", "GET", "Calls.json"));
        assert!(fits("* Calls/*.json", "POST", "Calls/CA1.json"));
        assert!(!fits("* Calls/*.json", "POST", "Calls/CA1/Recordings.json"));
        assert!(fits(
            "GET Calls/*/Recordings.json",
            "GET",
            "Calls/CA1/Recordings.json"
        ));
        assert!(!fits("GET Recordings/*.wav", "GET", "Recordings/RE1.mp3"));
    }

    #[test]
    fn what_is_no_route_is_refused() {
        for good in ["POST Calls.json", "* Recordings/*"] {
            assert!(Route::from(good).check().is_ok(), "{good}");
        }
        for bad in [
            "",
            "Calls.json",
            "CALL Calls.json",
            "GET /Calls.json",
            "GET ",
            "GET a b",
        ] {
            assert!(Route::from(bad).check().is_err(), "{bad:?}");
        }
    }
}
