//! Parameters of a POST, written in order.

use crate::private_text::PrivateText;

/// The parameters of a POST, in their order; one with several values is repeated.
pub(super) type Form = Vec<(&'static str, String)>;

/// Adds parameters, leaving out what is not set.
pub(super) trait WriteForm {
    fn add(&mut self, name: &'static str, value: Option<impl ToString>);

    fn add_private(&mut self, name: &'static str, value: Option<&PrivateText>);

    fn add_each(&mut self, name: &'static str, values: impl IntoIterator<Item = impl ToString>);
}

impl WriteForm for Form {
    fn add(&mut self, name: &'static str, value: Option<impl ToString>) {
        self.extend(value.map(|value| (name, value.to_string())));
    }

    fn add_private(&mut self, name: &'static str, value: Option<&PrivateText>) {
        self.add(name, value.map(PrivateText::as_str));
    }

    fn add_each(&mut self, name: &'static str, values: impl IntoIterator<Item = impl ToString>) {
        self.extend(values.into_iter().map(|value| (name, value.to_string())));
    }
}
