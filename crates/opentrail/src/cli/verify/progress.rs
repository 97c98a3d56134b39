//! How far a verification is, for whoever looks at a terminal.

use std::io::IsTerminal as _;

use indicatif::{ProgressBar, ProgressStyle};
use trail::layout;
use trail::verify::{FetchError, Fetched};

/// Counts what is read.
pub(super) struct Progress(ProgressBar);

impl Progress {
    /// Begins, with the digests and log files of these listings to be read.
    pub(super) fn new(buckets: &[(String, Vec<(String, u64)>)]) -> Self {
        if !std::io::stderr().is_terminal() {
            return Self(ProgressBar::hidden());
        }
        let files = buckets.iter().flat_map(|(_, keys)| keys);
        let ours = files.filter(|(key, _)| layout::parse(key).is_some()).count();
        let bar = ProgressBar::new(u64::try_from(ours).unwrap_or(u64::MAX));
        let style = "{bar:30} {pos}/{len} files {per_sec} {eta} left";
        if let Ok(style) = ProgressStyle::with_template(style) {
            bar.set_style(style);
        }
        Self(bar)
    }

    /// Counts one that was read.
    pub(super) fn count(
        &self,
        fetched: Result<Fetched, FetchError>,
    ) -> Result<Fetched, FetchError> {
        self.0.inc(1);
        fetched
    }

    /// Ends it, leaving nothing on the terminal.
    pub(super) fn finish(&self) {
        self.0.finish_and_clear();
    }
}
