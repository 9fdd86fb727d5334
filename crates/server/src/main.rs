//! `atlas-server`: a self-hosted call service for Twilio.

use std::process::ExitCode;

fn main() -> ExitCode {
    atlas_server::cli::run()
}
