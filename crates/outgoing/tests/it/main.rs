//! The public face of the crate.

mod vectors;
