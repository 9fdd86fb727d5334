//! Changing a live call (<https://www.twilio.com/docs/voice/api/call-resource#update-a-call-resource>).

use super::call_options::check_twiml;
use super::form::{Form, WriteForm as _};
use super::parameter::check_range;
use super::webhook_url::{check_status_callback, check_url};
use super::{ParameterError, RequestKind};
use crate::http_method::HttpMethod;
use crate::private_text::PrivateText;

/// One change to a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UpdateCall {
    /// Ends it, whether it waits, rings or talks.
    Complete,
    /// Ends it only while it waits or rings; does nothing to one that was answered.
    Cancel,
    /// Interrupts the verb under way and asks this URL for another document.
    Url {
        /// An absolute URL.
        url: String,
        /// POST without.
        method: Option<HttpMethod>,
        /// What goes with it.
        settings: CallSettings,
    },
    /// Interrupts the verb under way and runs this document, at most 4000 characters.
    Twiml {
        /// The document; URLs in it must be absolute.
        document: PrivateText,
        /// What goes with it.
        settings: CallSettings,
    },
    /// Changes settings only.
    Settings(CallSettings),
}

/// Settings of a live call that can be changed; what is not set stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallSettings {
    /// Where Twilio turns when the URL fails.
    pub fallback_url: Option<String>,
    /// How it turns there.
    pub fallback_method: Option<HttpMethod>,
    /// Where news of the call go.
    pub status_callback: Option<String>,
    /// How they go there.
    pub status_callback_method: Option<HttpMethod>,
    /// How long the call may last, in seconds, at least one.
    pub time_limit_seconds: Option<u32>,
}

impl UpdateCall {
    /// Another document by a URL, and nothing else.
    #[must_use]
    pub fn url(url: impl Into<String>) -> Self {
        Self::Url {
            url: url.into(),
            method: None,
            settings: CallSettings::default(),
        }
    }

    /// Another document, and nothing else.
    #[must_use]
    pub fn twiml(document: impl Into<PrivateText>) -> Self {
        Self::Twiml {
            document: document.into(),
            settings: CallSettings::default(),
        }
    }

    /// A document that is begun a second time is heard twice; the end is the end.
    pub(super) const fn kind(&self) -> RequestKind {
        match self {
            Self::Complete | Self::Cancel | Self::Settings(_) => RequestKind::RepeatableWrite,
            Self::Url { .. } | Self::Twiml { .. } => RequestKind::RingingWrite,
        }
    }

    pub(super) fn form(&self) -> Result<Form, ParameterError> {
        let mut form = Form::new();
        match self {
            Self::Complete => form.add("Status", Some("completed")),
            Self::Cancel => form.add("Status", Some("canceled")),
            Self::Url {
                url,
                method,
                settings,
            } => {
                check_url("Url", Some(url))?;
                form.add("Url", Some(url));
                form.add("Method", *method);
                settings.write(&mut form)?;
            }
            Self::Twiml { document, settings } => {
                check_twiml(document)?;
                form.add_private("Twiml", Some(document));
                settings.write(&mut form)?;
            }
            Self::Settings(settings) => settings.write(&mut form)?,
        }
        Ok(form)
    }
}

impl CallSettings {
    fn write(&self, form: &mut Form) -> Result<(), ParameterError> {
        check_url("FallbackUrl", self.fallback_url.as_deref())?;
        check_status_callback("StatusCallback", self.status_callback.as_deref())?;
        check_range("TimeLimit", self.time_limit_seconds, 1, u32::MAX)?;
        form.add("FallbackUrl", self.fallback_url.as_ref());
        form.add("FallbackMethod", self.fallback_method);
        form.add("StatusCallback", self.status_callback.as_ref());
        form.add("StatusCallbackMethod", self.status_callback_method);
        form.add("TimeLimit", self.time_limit_seconds);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_ways_to_end_a_call_are_told_apart() {
        assert_eq!(
            UpdateCall::Complete.form().unwrap(),
            [("Status", "completed".to_owned())]
        );
        assert_eq!(
            UpdateCall::Cancel.form().unwrap(),
            [("Status", "canceled".to_owned())]
        );
    }

    #[test]
    fn settings_go_along_with_a_document_or_alone() {
        let settings = CallSettings {
            fallback_url: Some("https://example.com/fallback".to_owned()),
            fallback_method: Some(HttpMethod::Get),
            status_callback: Some("https://example.com/status".to_owned()),
            status_callback_method: Some(HttpMethod::Post),
            time_limit_seconds: Some(60),
        };
        let expected = [
            ("FallbackUrl", "https://example.com/fallback"),
            ("FallbackMethod", "GET"),
            ("StatusCallback", "https://example.com/status"),
            ("StatusCallbackMethod", "POST"),
            ("TimeLimit", "60"),
        ]
        .map(|(name, value)| (name, value.to_owned()));
        let alone = UpdateCall::Settings(settings.clone()).form().unwrap();
        assert_eq!(alone, expected);
        let document = UpdateCall::Twiml {
            document: "<Response/>".into(),
            settings,
        };
        let form = document.form().unwrap();
        assert_eq!(form[0], ("Twiml", "<Response/>".to_owned()));
        assert_eq!(form[1..], expected);
    }

    #[test]
    fn what_is_outside_of_its_limits_is_refused() {
        for change in [
            UpdateCall::url("voice"),
            UpdateCall::twiml(""),
            UpdateCall::twiml("x".repeat(4001)),
            UpdateCall::Settings(CallSettings {
                time_limit_seconds: Some(0),
                ..CallSettings::default()
            }),
            UpdateCall::Settings(CallSettings {
                status_callback: Some("https://a_b.example/".to_owned()),
                ..CallSettings::default()
            }),
        ] {
            assert!(change.form().is_err(), "{change:?}");
        }
    }
}
