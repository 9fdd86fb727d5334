//! Who is told of acknowledgements.

use atlas_outgoing::WebhookUrl;
use atlas_outgoing::standard_webhooks::SigningSecrets;

use super::{SettingsError, Variables};

/// Who is told of acknowledgements, and how it knows that Atlas tells it.
#[derive(Debug, Clone)]
pub struct WebhookSettings {
    /// `ACKNOWLEDGEMENT_WEBHOOK_URL`: where they are posted to.
    pub url: WebhookUrl,
    /// `ACKNOWLEDGEMENT_WEBHOOK_SECRET`: what they are signed with.
    pub secrets: SigningSecrets,
}

/// Reads the two variables that belong together: both, or none.
pub(super) fn acknowledgement_webhook(
    variables: &Variables,
) -> Result<Option<WebhookSettings>, SettingsError> {
    let url = url(variables)?;
    let secrets = secrets(variables)?;
    let missing = |variable| SettingsError::Missing {
        variable,
        why: "ACKNOWLEDGEMENT_WEBHOOK_URL and ACKNOWLEDGEMENT_WEBHOOK_SECRET go together (make a \
              secret with `atlas-server webhook-secret create`)",
    };
    match (url, secrets) {
        (Some(url), Some(secrets)) => Ok(Some(WebhookSettings { url, secrets })),
        (None, None) => Ok(None),
        (None, Some(_)) => Err(missing("ACKNOWLEDGEMENT_WEBHOOK_URL")),
        (Some(_), None) => Err(missing("ACKNOWLEDGEMENT_WEBHOOK_SECRET")),
    }
}

fn url(variables: &Variables) -> Result<Option<WebhookUrl>, SettingsError> {
    let variable = "ACKNOWLEDGEMENT_WEBHOOK_URL";
    let private_hosts = variables.private_hosts("ALLOW_PRIVATE_WEBHOOK_URLS")?;
    let parse = |text| {
        let parsed = WebhookUrl::parse(text, private_hosts);
        parsed.map_err(|error| variables.invalid(variable, &error.to_string()))
    };
    variables.text(variable).map(parse).transpose()
}

fn secrets(variables: &Variables) -> Result<Option<SigningSecrets>, SettingsError> {
    let variable = "ACKNOWLEDGEMENT_WEBHOOK_SECRET";
    let parse = |text: &str| {
        let parsed: Result<SigningSecrets, _> = text.parse();
        parsed.map_err(|error| variables.invalid(variable, &error.to_string()))
    };
    variables.text(variable).map(parse).transpose()
}
