//! Looking up the receiver's name, each time a connection is made.

use std::net::SocketAddr;
use std::sync::Arc;

use atlas_domain::{PrivateHosts, Resolver, is_public_address};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Gives the HTTP client the addresses that it may connect to, and no others: what a name leads to
/// when it is checked is what is connected to, whatever it leads to a moment later.
pub(super) struct Names {
    pub(super) resolver: Arc<dyn Resolver>,
    pub(super) private_hosts: PrivateHosts,
}

/// Why there is no address to connect to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum NoAddress {
    #[error("the receiver's name does not resolve")]
    Unresolved,
    #[error("the receiver's name leads into a private network")]
    Private,
}

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        let resolver = Arc::clone(&self.resolver);
        let private_hosts = self.private_hosts;
        Box::pin(async move {
            let mut addresses = resolver.addresses_of(name.as_str()).await;
            if addresses.is_empty() {
                return Err(NoAddress::Unresolved.into());
            }
            match private_hosts {
                PrivateHosts::Refused => addresses.retain(|address| is_public_address(*address)),
                PrivateHosts::Allowed => {}
            }
            if addresses.is_empty() {
                return Err(NoAddress::Private.into());
            }
            // The client puts the port of the URL in place of 0.
            let addresses = addresses.into_iter().map(|ip| SocketAddr::new(ip, 0));
            Ok(Box::new(addresses) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use async_trait::async_trait;

    use super::*;

    struct Both;

    #[async_trait]
    impl Resolver for Both {
        async fn addresses_of(&self, _: &str) -> Vec<IpAddr> {
            ["10.0.0.1", "93.184.216.34", "::1"]
                .iter()
                .map(|text| text.parse().unwrap())
                .collect()
        }
    }

    async fn addresses(private_hosts: PrivateHosts) -> Vec<String> {
        let names = Names {
            resolver: Arc::new(Both),
            private_hosts,
        };
        let resolved = names.resolve("hooks.example.com".parse().unwrap()).await;
        let addresses = resolved.unwrap_or_else(|error| panic!("{error}"));
        addresses.map(|address| address.ip().to_string()).collect()
    }

    #[tokio::test]
    async fn the_private_ones_among_several_addresses_are_left_out_unless_they_are_allowed() {
        assert_eq!(addresses(PrivateHosts::Refused).await, ["93.184.216.34"]);
        assert_eq!(
            addresses(PrivateHosts::Allowed).await,
            ["10.0.0.1", "93.184.216.34", "::1"]
        );
    }
}
