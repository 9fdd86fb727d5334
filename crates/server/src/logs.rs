//! Structured logs on standard error.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt;

use crate::settings::{LogFormat, Settings};

/// Starts logging as the settings say. A second call in one process changes nothing.
pub fn start(settings: &Settings) {
    let filter = EnvFilter::builder().parse_lossy(filter_of(&settings.log_filter));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    // A second subscriber is refused, which only tests ever ask for.
    let _already_started = match settings.log_format {
        LogFormat::Text => {
            let colours = std::io::IsTerminal::is_terminal(&std::io::stderr());
            lines
                .with_ansi(colours)
                .with_target(false)
                .finish()
                .try_init()
        }
        LogFormat::Json => lines
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .with_span_list(false)
            .finish()
            .try_init(),
    };
}

/// A bare level is that of Atlas; what libraries say of their own starting and stopping is left
/// out. A list of `target=level` is taken as it is.
fn filter_of(log_filter: &str) -> String {
    if log_filter.contains(['=', ',']) || log_filter.eq_ignore_ascii_case("trace") {
        return log_filter.to_owned();
    }
    let libraries = [
        "actix_server",
        "actix_http",
        "rusqlite_migration",
        "twilio_sim",
    ];
    let quiet = libraries.map(|library| format!(",{library}=warn")).concat();
    format!("{log_filter}{quiet}")
}
