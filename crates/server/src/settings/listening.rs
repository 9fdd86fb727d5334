//! Where the server listens.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Environment, SettingsError, Variables};

/// Where the server runs and listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listening {
    /// `ENVIRONMENT`: where it runs.
    pub environment: Environment,
    /// `HOST`: the address or name to listen on.
    pub host: String,
    /// `PORT`: the TCP port to listen on; 0 takes a free one.
    pub port: u16,
}

impl Listening {
    /// Reads these variables alone, whatever the others hold.
    ///
    /// # Errors
    /// [`SettingsError`] naming the variable, what it holds and what is allowed.
    pub fn from_variables(variables: &Variables) -> Result<Self, SettingsError> {
        let environment = variables
            .word(
                "ENVIRONMENT",
                &[
                    ("development", Environment::Development),
                    ("production", Environment::Production),
                ],
            )?
            .unwrap_or(Environment::Development);
        let host = variables.text("HOST").unwrap_or(match environment {
            Environment::Development => "127.0.0.1",
            Environment::Production => "0.0.0.0",
        });
        Ok(Self {
            environment,
            host: host.to_owned(),
            port: variables.integer("PORT", 0..=65_535)?.unwrap_or(8000),
        })
    }

    /// The URL, without a slash at its end, at which this machine reaches the server: one that
    /// listens on every address is asked on loopback.
    ///
    /// ```
    /// use atlas_server::settings::{Listening, Variables};
    ///
    /// let variables = Variables::from_pairs([("ENVIRONMENT", "production"), ("PORT", "9000")]);
    /// let listening = Listening::from_variables(&variables)?;
    /// assert_eq!(listening.local_url(), "http://127.0.0.1:9000");
    /// # Ok::<(), atlas_server::settings::SettingsError>(())
    /// ```
    #[must_use]
    pub fn local_url(&self) -> String {
        let bare = self.host.trim_start_matches('[').trim_end_matches(']');
        let host = match bare.parse::<IpAddr>() {
            Ok(IpAddr::V4(Ipv4Addr::UNSPECIFIED)) => Ipv4Addr::LOCALHOST.to_string(),
            Ok(IpAddr::V6(Ipv6Addr::UNSPECIFIED)) => format!("[{}]", Ipv6Addr::LOCALHOST),
            Ok(IpAddr::V6(address)) => format!("[{address}]"),
            Ok(IpAddr::V4(_)) | Err(_) => bare.to_owned(),
        };
        format!("http://{host}:{}", self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_is_asked_on_loopback_and_one_address_on_itself() {
        for (host, expected) in [
            ("0.0.0.0", "http://127.0.0.1:8000"),
            ("::", "http://[::1]:8000"),
            ("[::]", "http://[::1]:8000"),
            ("[::1]", "http://[::1]:8000"),
            ("10.0.0.7", "http://10.0.0.7:8000"),
            ("localhost", "http://localhost:8000"),
        ] {
            let variables = Variables::from_pairs([("HOST", host)]);
            let listening = Listening::from_variables(&variables).unwrap();
            assert_eq!(listening.local_url(), expected, "{host}");
        }
    }
}
