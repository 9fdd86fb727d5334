//! The client: one place that knows the credentials and sends requests.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE};
use reqwest::{Method, RequestBuilder, Url, redirect, retry};
use secrecy::ExposeSecret as _;

use super::exchange::{self, Accepted, Answer, Exchange};
use super::fields::{Resource, parse_resource};
use super::page::{ListedResource, Page, parse_page};
use super::refusal::retry_after;
use super::{
    Account, BoxError, Calls, ClientConfig, ConfigError, Credentials, MalformedResource, ReadError,
    Recordings, UnknownOutcome, WriteError,
};
use crate::sid::AccountSid;

/// More than a page of a thousand calls takes.
const MAX_BODY_BYTES: usize = 16 * 1024 * 1024;

/// A client for one account; clones share its connections.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    http: reqwest::Client,
    account_sid: AccountSid,
    credentials: Credentials,
    /// Without a slash at its end.
    base_url: String,
    request_timeout: Duration,
}

impl Client {
    /// Makes a client; nothing is sent yet.
    ///
    /// # Errors
    /// [`ConfigError`] says what is wrong with the configuration.
    pub fn new(config: ClientConfig) -> Result<Self, ConfigError> {
        let base_url = check_base_url(&config.base_url)?;
        if config.connect_timeout.is_zero() || config.connect_timeout >= config.request_timeout {
            return Err(ConfigError::Timeouts);
        }
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("atlas-twilio/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(config.connect_timeout)
            .read_timeout(config.request_timeout)
            .redirect(redirect::Policy::none())
            // A POST that is sent twice rings a phone twice.
            .retry(retry::never())
            .no_proxy();
        if let Some(proxy_url) = &config.proxy_url {
            // The cause is left out: it may repeat the URL with its credentials.
            let proxy =
                reqwest::Proxy::all(proxy_url.expose_secret()).map_err(|_| ConfigError::Proxy)?;
            builder = builder.proxy(proxy);
        }
        let http = builder
            .build()
            .map_err(|error| ConfigError::Http(Box::new(error)))?;
        Ok(Self {
            inner: Arc::new(Inner {
                http,
                account_sid: config.account_sid,
                credentials: config.credentials,
                base_url,
                request_timeout: config.request_timeout,
            }),
        })
    }

    /// The account whose resources are used.
    #[must_use]
    pub fn account_sid(&self) -> &AccountSid {
        &self.inner.account_sid
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

    /// Reads the account itself, a good check of address and credentials.
    ///
    /// An API key of the kind Standard may not read it.
    ///
    /// # Errors
    /// [`ReadError`]; wrong credentials are a refusal with code 20003.
    pub async fn account(&self) -> Result<Account, ReadError> {
        let url = self.url(&format!(
            "/2010-04-01/Accounts/{}.json",
            self.inner.account_sid
        ))?;
        let account = self.get(url).await?;
        // The account's own path always exists, so that this is another service's answer.
        account.ok_or(ReadError::Unavailable {
            http_status: 404,
            code: None,
        })
    }

    /// Reads the page behind this one; none after the last.
    ///
    /// # Errors
    /// [`ReadError`]; [`ReadError::Unreadable`] also when the next page lies at another address.
    pub async fn next_page<R: ListedResource>(
        &self,
        page: &Page<R>,
    ) -> Result<Option<Page<R>>, ReadError> {
        let Some(path) = &page.next_page_uri else {
            return Ok(None);
        };
        self.page(self.url(path)?).await.map(Some)
    }

    /// The URL of a path below the account.
    pub(super) fn account_url(&self, path: &str) -> Result<Url, ReadError> {
        self.url(&format!(
            "/2010-04-01/Accounts/{}/{path}",
            self.inner.account_sid
        ))
    }

    /// The URL of a path of the API, Twilio's own paths included.
    fn url(&self, path: &str) -> Result<Url, ReadError> {
        if !path.starts_with('/') {
            // Credentials go to the API's address and nowhere else.
            return Err(ReadError::Unreadable {
                source: "not a path of the API".into(),
            });
        }
        Url::parse(&format!("{}{path}", self.inner.base_url)).map_err(|error| {
            ReadError::Unreadable {
                source: Box::new(error),
            }
        })
    }

    pub(super) async fn get<R: Resource>(&self, url: Url) -> Result<Option<R>, ReadError> {
        exchange::read(self.exchange(self.request(Method::GET, url)).await)?
            .map(|body| parse_resource(&body).map_err(unreadable))
            .transpose()
    }

    pub(super) async fn page<R: ListedResource>(&self, url: Url) -> Result<Page<R>, ReadError> {
        let body = exchange::read(self.exchange(self.request(Method::GET, url)).await)?.ok_or(
            ReadError::Unavailable {
                http_status: 404,
                code: None,
            },
        )?;
        parse_page(&body).map_err(unreadable)
    }

    pub(super) async fn post<R: Resource>(
        &self,
        url: Url,
        form: &[(&'static str, String)],
    ) -> Result<R, WriteError> {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let request = self
            .request(Method::POST, url)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body);
        let Accepted { http_status, body } = exchange::written(self.exchange(request).await)?;
        parse_resource(&body).map_err(|error| {
            let source = Box::new(error);
            WriteError::Unknown(UnknownOutcome::Unreadable {
                http_status,
                source,
            })
        })
    }

    /// A request to the API with credentials, which takes as long as it takes.
    pub(super) fn streaming_request(&self, url: Url) -> RequestBuilder {
        let request = self.inner.http.get(url);
        self.with_credentials(request)
    }

    /// A request to anywhere, without credentials.
    pub(super) fn anonymous_request(&self, url: Url) -> RequestBuilder {
        self.inner.http.get(url)
    }

    fn request(&self, method: Method, url: Url) -> RequestBuilder {
        let request = self
            .inner
            .http
            .request(method, url)
            .header(ACCEPT, "application/json");
        self.with_credentials(request)
            .timeout(self.inner.request_timeout)
    }

    fn with_credentials(&self, request: RequestBuilder) -> RequestBuilder {
        match &self.inner.credentials {
            Credentials::AuthToken(token) => {
                request.basic_auth(&self.inner.account_sid, Some(token.expose_secret()))
            }
            Credentials::ApiKey { sid, secret } => {
                request.basic_auth(sid, Some(secret.expose_secret()))
            }
        }
    }

    async fn exchange(&self, request: RequestBuilder) -> Exchange {
        match request.send().await {
            Ok(response) => Exchange::Answered(read_answer(response).await),
            Err(error) if was_not_sent(&error) => Exchange::NotSent(describe(error)),
            Err(error) => Exchange::NoAnswer(describe(error)),
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Client")
            .field("account_sid", &self.inner.account_sid)
            .field("base_url", &self.inner.base_url)
            .finish_non_exhaustive()
    }
}

/// Whether a failure proves that nothing was sent: no connection came about, or no request.
pub(super) fn was_not_sent(error: &reqwest::Error) -> bool {
    error.is_connect() || error.is_builder()
}

/// The error without its URL, which may hold phone numbers.
pub(super) fn describe(error: reqwest::Error) -> BoxError {
    Box::new(error.without_url())
}

/// Reads the answer as far as it comes.
pub(super) async fn read_answer(mut response: reqwest::Response) -> Answer {
    let http_status = response.status().as_u16();
    let retry_after = retry_after(response.headers());
    let mut body = Vec::new();
    let body = loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > MAX_BODY_BYTES => {
                break Err("the body is too large".into());
            }
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => break Ok(body),
            Err(error) => break Err(describe(error)),
        }
    };
    Answer {
        http_status,
        retry_after,
        body,
    }
}

fn unreadable(error: MalformedResource) -> ReadError {
    ReadError::Unreadable {
        source: Box::new(error),
    }
}

/// Takes a base URL that credentials can be sent to, without the slash at its end.
fn check_base_url(base_url: &str) -> Result<String, ConfigError> {
    let url = Url::parse(base_url).map_err(|_| ConfigError::BaseUrl)?;
    let sound = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    if sound {
        Ok(url.as_str().trim_end_matches('/').to_owned())
    } else {
        Err(ConfigError::BaseUrl)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> ClientConfig {
        ClientConfig::new(
            "AC0123456789abcdef0123456789abcdef".parse().unwrap(),
            Credentials::AuthToken("the-auth-token".into()),
        )
    }

    #[test]
    fn a_base_url_is_checked() {
        for base_url in [
            "",
            "api.twilio.com",
            "ftp://api.twilio.com",
            "https://user@api.twilio.com",
            "https://:x@h",
            "https://api.twilio.com?x",
            "https://api.twilio.com#x",
            "https://",
        ] {
            let config = ClientConfig {
                base_url: base_url.to_owned(),
                ..config()
            };
            assert!(
                matches!(Client::new(config), Err(ConfigError::BaseUrl)),
                "{base_url:?}"
            );
        }
        let config = ClientConfig {
            base_url: "http://localhost:4010/twilio/".to_owned(),
            ..config()
        };
        let client = Client::new(config).unwrap();
        assert_eq!(
            client.account_url("Calls.json").unwrap().as_str(),
            "http://localhost:4010/twilio/2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef/Calls.json"
        );
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
    fn a_path_of_another_address_is_not_followed() {
        let client = Client::new(config()).unwrap();
        for path in [
            "",
            "@evil.example/",
            ".evil.example/",
            "https://evil.example/",
            "evil",
        ] {
            assert!(client.url(path).is_err(), "{path:?}");
        }
        let url = client.url("//evil.example/").unwrap();
        assert_eq!(url.host_str(), Some("api.twilio.com"));
        let url = client.url("/\\evil.example/").unwrap();
        assert_eq!(url.host_str(), Some("api.twilio.com"));
    }

    #[test]
    fn secrets_do_not_show_in_debug_output() {
        assert!(!format!("{:?}", config()).contains("the-auth-token"));
        assert!(!format!("{:?}", Client::new(config()).unwrap()).contains("the-auth-token"));
    }
}
