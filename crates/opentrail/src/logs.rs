//! The server's own log: one structured line a happening, never a secret.
//!
//! What is logged is named field by field where it is logged; no request, header, body or state is
//! ever printed as a whole, at no level.

use std::error::Error;
use std::io::IsTerminal as _;

use tracing::Level;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::config::{Config, LogFormat, LogLevel};

/// Where our own lines come from.
const OURS: &str = env!("CARGO_PKG_NAME");

/// Begins logging to standard error.
pub(crate) fn begin(config: &Config) {
    let level = match config.log_level {
        LogLevel::Error => Level::ERROR,
        LogLevel::Warn => Level::WARN,
        LogLevel::Info => Level::INFO,
        LogLevel::Debug => Level::DEBUG,
        LogLevel::Trace => Level::TRACE,
    };
    // libraries tell of their own work in much detail: of them only what went wrong
    let wanted = Targets::new().with_default(level.min(Level::WARN)).with_target(OURS, level);
    let registry = tracing_subscriber::registry();
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    match config.log_format {
        LogFormat::Json => {
            registry.with(lines.json().flatten_event(true).with_filter(wanted)).init();
        }
        LogFormat::Text => {
            let colours = std::io::stderr().is_terminal();
            registry.with(lines.with_ansi(colours).with_filter(wanted)).init();
        }
    }
}

/// Returns an error with all its causes on one line.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
