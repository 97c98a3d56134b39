//! Lines for whoever reads our output, who may stop reading.

use std::fmt::Display;
use std::io::{ErrorKind, Write as _, stdout};
use std::process;

/// Prints a line; ends the program quietly when nobody reads on, as `find … | head` does.
pub(super) fn line(text: impl Display) {
    match writeln!(stdout(), "{text}") {
        Err(cause) if cause.kind() == ErrorKind::BrokenPipe => process::exit(0),
        // there is nowhere to tell that telling failed
        _ => {}
    }
}

/// Prints a line of a server, which must live on when nobody reads.
pub(super) fn server_line(text: impl Display) {
    drop(writeln!(stdout(), "{text}"));
}
