//! The client: one account's resources by name.

use std::fmt;
use std::sync::Arc;

use super::address::Product;
use super::exchange;
use super::fields::Resource;
use super::page::{ListedResource, Page};
use super::raw_answer::{read_existing, read_one, read_page, written_one};
use super::request::Request;
use super::transport::Transport;
use super::{
    API_VERSION, Account, Calls, ClientConfig, ConfigError, Lookups, Messages, ReadError,
    Recordings, RetryPolicy, Transcriptions, WriteError,
};
use crate::sid::AccountSid;

/// Twilio's code for a resource that does not exist.
pub(super) const NOT_FOUND: u32 = 20404;

/// A client for one account; clones share its connections and its bound of concurrent requests.
#[derive(Clone)]
pub struct Client {
    transport: Arc<Transport>,
    retry: RetryPolicy,
    max_list_pages: u32,
}

/// What became of deleting something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deletion {
    /// Twilio deleted it.
    Deleted,
    /// There was no such thing; where a lost answer was followed by another try, the first may have deleted it.
    NotFound,
}

impl Client {
    /// Makes a client; nothing is sent yet.
    ///
    /// # Errors
    /// [`ConfigError`] says what is wrong with the configuration.
    pub fn new(config: ClientConfig) -> Result<Self, ConfigError> {
        Ok(Self {
            transport: Arc::new(Transport::new(&config)?),
            retry: config.retry,
            max_list_pages: config.max_list_pages,
        })
    }

    /// The same client with another policy for what is sent again.
    #[must_use]
    pub fn with_retry_policy(mut self, retry: RetryPolicy) -> Self {
        self.retry = retry;
        self
    }

    /// The account whose resources are used.
    #[must_use]
    pub fn account_sid(&self) -> &AccountSid {
        self.transport.account_sid()
    }

    /// The calls of the account.
    #[must_use]
    pub const fn calls(&self) -> Calls<'_> {
        Calls { client: self }
    }

    /// The recordings of the account.
    #[must_use]
    pub const fn recordings(&self) -> Recordings<'_> {
        Recordings { client: self }
    }

    /// The transcriptions of `<Record transcribe>` of the account.
    #[must_use]
    pub const fn transcriptions(&self) -> Transcriptions<'_> {
        Transcriptions { client: self }
    }

    /// The messages of the account.
    #[must_use]
    pub const fn messages(&self) -> Messages<'_> {
        Messages { client: self }
    }

    /// What is known about phone numbers, of any account.
    #[must_use]
    pub const fn lookups(&self) -> Lookups<'_> {
        Lookups { client: self }
    }

    /// Reads the account itself, a good check of address and credentials.
    ///
    /// An API key of the kind Standard may not read it.
    ///
    /// # Errors
    /// [`ReadError`]; wrong credentials are a refusal with code 20003.
    pub async fn account(&self) -> Result<Account, ReadError> {
        let path = format!("/{API_VERSION}/Accounts/{}.json", self.account_sid());
        let request = Request::get(path);
        read_existing(self.transport.exchange(&self.retry, &request).await)
    }

    /// Reads the page behind this one; none after the last.
    ///
    /// # Errors
    /// [`ReadError`]; [`ReadError::Unreadable`] also when the next page lies at another address.
    pub async fn next_page<R: ListedResource>(
        &self,
        page: &Page<R>,
    ) -> Result<Option<Page<R>>, ReadError> {
        let Some(next) = &page.next_page_uri else {
            return Ok(None);
        };
        if self.transport.addresses().url(Product::Api, next).is_none() {
            // Credentials go to the API's address and nowhere else.
            return Err(ReadError::Unreadable {
                answer: page.answer.clone(),
                source: "the next page is not a path of the API".into(),
            });
        }
        self.page(Request::get(next.clone())).await.map(Some)
    }

    /// A path below the account.
    pub(super) fn account_path(&self, path: &str) -> String {
        format!("/{API_VERSION}/Accounts/{}/{path}", self.account_sid())
    }

    pub(super) const fn transport(&self) -> &Arc<Transport> {
        &self.transport
    }

    pub(super) const fn retry(&self) -> &RetryPolicy {
        &self.retry
    }

    pub(super) const fn max_list_pages(&self) -> u32 {
        self.max_list_pages
    }

    pub(super) async fn get<R: Resource>(&self, request: Request) -> Result<Option<R>, ReadError> {
        let exchange = self.transport.exchange(&self.retry, &request).await;
        read_one(exchange)
    }

    pub(super) async fn page<R: ListedResource>(
        &self,
        request: Request,
    ) -> Result<Page<R>, ReadError> {
        let exchange = self.transport.exchange(&self.retry, &request).await;
        read_page(exchange)
    }

    pub(super) async fn post<R: Resource>(&self, request: Request) -> Result<R, WriteError> {
        let exchange = self.transport.exchange(&self.retry, &request).await;
        written_one(exchange)
    }

    pub(super) async fn delete(&self, path: String) -> Result<Deletion, WriteError> {
        let request = Request::delete(path);
        let exchange = self.transport.exchange(&self.retry, &request).await;
        match exchange::written(exchange) {
            Ok(_) => Ok(Deletion::Deleted),
            // A bare 404 may come from anything in between, and says nothing about the resource.
            Err(WriteError::Refused(refusal)) if refusal.code == Some(NOT_FOUND) => {
                Ok(Deletion::NotFound)
            }
            Err(error) => Err(error),
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Client")
            .field("account_sid", self.account_sid())
            .field("base_url", &self.transport.addresses().base(Product::Api))
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::rest::Credentials;

    fn config() -> ClientConfig {
        ClientConfig::new(
            "AC0123456789abcdef0123456789abcdef".parse().unwrap(),
            Credentials::AuthToken("the-auth-token".into()),
        )
    }

    #[test]
    fn connecting_must_end_before_the_request_does() {
        let timeout = Duration::from_secs(10);
        let config = ClientConfig {
            connect_timeout: timeout,
            request_timeout: timeout,
            ..config()
        };
        assert!(matches!(Client::new(config), Err(ConfigError::Timeouts)));
    }

    #[test]
    fn a_base_url_that_credentials_cannot_go_to_is_refused() {
        let config = ClientConfig {
            base_url: Some("ftp://api.twilio.com".to_owned()),
            ..config()
        };
        assert!(matches!(Client::new(config), Err(ConfigError::BaseUrl)));
    }

    #[test]
    fn a_proxy_that_is_no_url_is_refused_without_being_shown() {
        let config = ClientConfig {
            proxy_url: Some("http://user:s3cret@".into()),
            ..config()
        };
        let error = Client::new(config).unwrap_err();
        assert!(matches!(error, ConfigError::Proxy));
        assert!(!format!("{error:?} {error}").contains("s3cret"));
    }

    #[test]
    fn secrets_do_not_show_in_debug_output() {
        assert!(!format!("{:?}", config()).contains("the-auth-token"));
        assert!(!format!("{:?}", Client::new(config()).unwrap()).contains("the-auth-token"));
    }
}
