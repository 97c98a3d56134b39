//! Text with `*` for anything, not minding case.

use regex::{Regex, RegexBuilder};

/// Longer patterns are refused.
const LENGTH_MAX: usize = 1000;

/// A wildcard pattern over whole values.
#[derive(Debug, Clone)]
pub(crate) struct Pattern(Regex);

impl Pattern {
    /// Reads a pattern; `None` when it is too long.
    pub(crate) fn new(text: &str) -> Option<Self> {
        if text.len() > LENGTH_MAX {
            return None;
        }
        let parts: Vec<_> = text.split('*').map(regex::escape).collect();
        RegexBuilder::new(&format!("^{}$", parts.join(".*")))
            .case_insensitive(true)
            .dot_matches_new_line(true)
            .build()
            .ok()
            .map(Self)
    }

    /// Returns whether the whole of `text` fits.
    pub(crate) fn matches(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_anything_and_the_rest_for_itself() {
        let fits = |pattern, text| Pattern::new(pattern).unwrap().matches(text);
        assert!(fits("batch*usage", "BatchMeterUsage"));
        assert!(fits("*", "x"));
        assert!(!fits("Batch", "BatchMeterUsage"));
        assert!(fits("a.b*", "a.bc"));
        assert!(!fits("a.b", "axb"));
        assert!(Pattern::new(&"a".repeat(1001)).is_none());
    }
}
