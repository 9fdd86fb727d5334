//! Sinks of acknowledgements that need nothing outside this process.

mod channel;

pub use channel::ChannelSink;
