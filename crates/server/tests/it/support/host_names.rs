//! Host names that resolve as a test says, without a network.

use std::collections::HashMap;
use std::net::IpAddr;

use async_trait::async_trait;
use atlas_domain::Resolver;

/// The names that resolve, with their addresses.
#[derive(Default)]
pub(crate) struct HostNames(HashMap<String, Vec<IpAddr>>);

impl HostNames {
    pub(crate) fn add(&mut self, name: &str, addresses: &[&str]) {
        let addresses = addresses
            .iter()
            .map(|text| text.parse().expect("an address"));
        self.0.insert(name.to_owned(), addresses.collect());
    }
}

#[async_trait]
impl Resolver for HostNames {
    async fn addresses_of(&self, host: &str) -> Vec<IpAddr> {
        self.0.get(host).cloned().unwrap_or_default()
    }
}
