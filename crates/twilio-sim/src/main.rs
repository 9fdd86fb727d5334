//! The simulated Twilio as a program.

mod program;

use std::process::ExitCode;

use clap::Parser as _;

use program::{Arguments, ProgramError};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match program::run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report(&error);
            ExitCode::FAILURE
        }
    }
}

/// Says what went wrong, with every cause.
#[expect(clippy::print_stderr, reason = "the program says why it ends")]
fn report(error: &ProgramError) {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    eprintln!("twilio-sim: {text}");
}
