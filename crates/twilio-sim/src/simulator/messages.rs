//! Text messages, as a test sees and sends them.

use super::Simulator;
use crate::callbacks::HttpMethod;
use crate::config::{ConfigError, webhook_url};
use crate::messages::{self, IncomingMessage, MessageReport, SendMessageError};

impl Simulator {
    /// All messages, sent and received, oldest first.
    #[must_use]
    pub fn messages(&self) -> Vec<MessageReport> {
        self.shared.world().messages.reports()
    }

    /// Sets where messages from simulated people are posted, in place of
    /// [`message_webhook`](field@crate::SimulatorConfig::message_webhook).
    ///
    /// # Errors
    ///
    /// [`ConfigError::MessageWebhook`] when it is not an absolute http or https URL.
    pub fn set_message_webhook(&self, url: &str) -> Result<(), ConfigError> {
        let url = webhook_url(url)?;
        self.shared.world().messages.webhook = Some((url, HttpMethod::Post));
        Ok(())
    }

    /// Lets the person with the number `from` send a text to the account's number `to`; returns its SID.
    ///
    /// It is posted to the webhook, and the replies in its answer are sent. `STOP` and its kind opt the
    /// person out of further messages from `to` (error 21610), `START` in again.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// use twilio_sim::{MessageStatus, Simulator, SimulatorConfig};
    ///
    /// let sim = Simulator::start(SimulatorConfig::fast()).await?;
    /// let sid = sim.send_message("+15550100042", "+15005550006", "Hello", &[])?;
    /// sim.run_until_idle().await;
    /// assert_eq!(sim.messages()[0].sid, sid);
    /// assert_eq!(sim.messages()[0].status, MessageStatus::Received);
    /// # sim.shutdown().await;
    /// # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// [`SendMessageError`] when a number is not E.164 or a medium has no absolute URL.
    pub fn send_message(
        &self,
        from: &str,
        to: &str,
        body: &str,
        media_urls: &[&str],
    ) -> Result<String, SendMessageError> {
        let incoming = IncomingMessage::new(from, to, body, media_urls)?;
        Ok(messages::receive(&self.shared, incoming))
    }
}
