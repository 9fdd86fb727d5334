//! TwiML applications: sets of webhooks that a new call can name.

use schemars::JsonSchema;
use serde::Deserialize;
use url::Url;

use super::{ConfigError, is_sid, webhook_url};
use crate::callbacks::HttpMethod;

/// A TwiML application of the account: what a new call with its `ApplicationSid` runs and reports to.
///
/// Source: Twilio, Applications resource.
///
/// ```
/// use twilio_sim::{Application, SimulatorConfig};
///
/// let application = Application {
///     sid: "AP00000000000000000000000000000001".into(),
///     voice_url: "http://127.0.0.1:5000/voice".into(),
///     ..Application::default()
/// };
/// let config = SimulatorConfig { applications: vec![application], ..SimulatorConfig::fast() };
/// # assert_eq!(config.applications.len(), 1);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Application {
    /// `AP` and 32 hexadecimal digits.
    pub sid: String,
    /// Where the document for the callee is.
    pub voice_url: String,
    /// How it is requested; default POST.
    pub voice_method: HttpMethod,
    /// Where another document is, when that one cannot be had; default nowhere.
    pub voice_fallback_url: Option<String>,
    /// How that is requested; default POST.
    pub voice_fallback_method: HttpMethod,
    /// Where events are posted; default nowhere.
    pub status_callback: Option<String>,
    /// How they are posted; default POST.
    pub status_callback_method: HttpMethod,
}

/// The webhooks of an application, read.
pub(crate) struct ApplicationWebhooks {
    pub(crate) voice: (Url, HttpMethod),
    pub(crate) fallback: Option<(Url, HttpMethod)>,
    pub(crate) status_callback: Option<(Url, HttpMethod)>,
}

impl Application {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        match (is_sid(&self.sid, "AP"), self.webhooks()) {
            (true, Ok(_)) => Ok(()),
            (false, _) | (true, Err(_)) => Err(ConfigError::Application(self.sid.clone())),
        }
    }

    pub(crate) fn webhooks(&self) -> Result<ApplicationWebhooks, ConfigError> {
        let read = |text: &Option<String>, method| -> Result<_, ConfigError> {
            let url = text.as_deref().map(webhook_url).transpose()?;
            Ok(url.map(|url| (url, method)))
        };
        Ok(ApplicationWebhooks {
            voice: (webhook_url(&self.voice_url)?, self.voice_method),
            fallback: read(&self.voice_fallback_url, self.voice_fallback_method)?,
            status_callback: read(&self.status_callback, self.status_callback_method)?,
        })
    }
}
