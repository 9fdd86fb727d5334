//! What the extractor needs to know.

use crate::webhook::Verifier;

/// What [`Verified`](super::Verified) finds as `web::Data` of the app.
#[derive(Debug, Clone)]
pub struct WebhookSettings {
    pub(super) verifier: Verifier,
    /// Without a slash at the end.
    pub(super) public_base_url: String,
    pub(super) max_body_bytes: usize,
}

/// A base URL that Twilio cannot have called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the public base URL must be http:// or https:// with a host, and without query and fragment"
)]
pub struct InvalidPublicUrl;

impl WebhookSettings {
    /// The largest body that is read unless another limit is set: 128 KiB.
    pub const DEFAULT_MAX_BODY_BYTES: usize = 128 * 1024;

    /// Settings with the URL under which Twilio reaches the app, such as `https://calls.example.com`.
    ///
    /// # Errors
    /// [`InvalidPublicUrl`] when it is no such URL.
    pub fn new(verifier: Verifier, public_base_url: &str) -> Result<Self, InvalidPublicUrl> {
        let host_and_path = public_base_url
            .strip_prefix("https://")
            .or_else(|| public_base_url.strip_prefix("http://"))
            .ok_or(InvalidPublicUrl)?;
        let odd = |character: char| !character.is_ascii_graphic() || "?#\\\"<>".contains(character);
        if host_and_path.is_empty()
            || host_and_path.starts_with(['/', ':'])
            || host_and_path.contains(odd)
        {
            return Err(InvalidPublicUrl);
        }
        Ok(Self {
            verifier,
            public_base_url: public_base_url.trim_end_matches('/').to_owned(),
            max_body_bytes: Self::DEFAULT_MAX_BODY_BYTES,
        })
    }

    /// Sets how large a body may be, in bytes; Twilio's forms are a few kilobytes.
    #[must_use]
    pub const fn max_body_bytes(mut self, bytes: usize) -> Self {
        self.max_body_bytes = bytes;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(url: &str) -> Result<WebhookSettings, InvalidPublicUrl> {
        WebhookSettings::new(Verifier::new("token".into(), None).unwrap(), url)
    }

    #[test]
    fn a_base_url_is_kept_as_it_is_but_for_a_slash_at_the_end() {
        for (given, kept) in [
            ("https://h.example", "https://h.example"),
            ("https://H.example:443/a/", "https://H.example:443/a"),
            ("http://[::1]:8000", "http://[::1]:8000"),
        ] {
            assert_eq!(settings(given).unwrap().public_base_url, kept);
        }
    }

    #[test]
    fn what_is_no_base_url_is_refused() {
        for url in [
            "",
            "h.example",
            "ftp://h.example",
            "https://",
            "https:///a",
            "https://:80",
            "https://h.example?a=b",
            "https://h.example/#a",
            "https://h example",
        ] {
            assert_eq!(settings(url).err(), Some(InvalidPublicUrl), "{url}");
        }
    }
}
