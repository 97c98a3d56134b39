//! Events for the eye.

use std::fmt::Write as _;
use std::io::{IsTerminal as _, stdout};

use event::Facts;
use wire::Members;

use super::out;

/// Prints events as lines of a table.
pub(super) struct Table {
    colours: bool,
    begun: bool,
}

impl Table {
    /// Returns a table; colours only on a terminal.
    pub(super) fn new() -> Self {
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        Self { colours: wanted && stdout().is_terminal(), begun: false }
    }

    /// Prints one event; the first one comes with the headings.
    pub(super) fn print(&mut self, event: &Members) {
        if !std::mem::replace(&mut self.begun, true) {
            let heading = format!(
                "{:<20}  {:<22}  {:<28}  {:<20}  {:<15}  {:<9}  {}",
                "TIME (UTC)", "WHO", "EVENT", "SOURCE", "ADDRESS", "REGION", "RESULT"
            );
            out::line(self.painted("1", &heading));
        }
        out::line(self.line(event));
    }

    fn line(&self, event: &Members) -> String {
        let record = event.string("CloudTrailEvent").unwrap_or_default();
        let Ok(facts) = Facts::read(record) else { return shown(record) };
        let source = facts.event_source.trim_end_matches(".amazonaws.com");
        let who = facts.user_name.as_deref().or(facts.principal_arn.as_deref()).unwrap_or("-");
        let result = match facts.error_code.as_deref() {
            Some(code) => self.painted("31", &shown(code)),
            None => self.painted("32", "ok"),
        };
        format!(
            "{:<20}  {:<22}  {:<28}  {:<20}  {:<15}  {:<9}  {result}",
            event::event_time(facts.event_time),
            cut(&shown(who), 22),
            cut(&shown(&facts.event_name), 28),
            cut(&shown(source), 20),
            cut(&shown(facts.source_ip_address.as_deref().unwrap_or("-")), 15),
            cut(&shown(&facts.aws_region), 9),
        )
    }

    fn painted(&self, code: &str, text: &str) -> String {
        if self.colours { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    text.chars().take(width.saturating_sub(1)).chain(['…']).collect()
}

/// A table whose columns are as wide as what stands in them.
pub(super) struct Columns<const N: usize> {
    rows: Vec<[String; N]>,
}

impl<const N: usize> Columns<N> {
    /// Returns a table with these headings.
    pub(super) fn new(headings: [&str; N]) -> Self {
        Self { rows: vec![headings.map(str::to_owned)] }
    }

    /// Adds a row, of text that is safe to show.
    pub(super) fn add(&mut self, row: [String; N]) {
        self.rows.push(row);
    }

    /// Prints it.
    pub(super) fn print(&self) {
        let letters = |cell: &String| cell.chars().count();
        let mut widths = [0; N];
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = letters(cell).max(*width);
            }
        }
        for row in &self.rows {
            let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}"));
            out::line(cells.collect::<Vec<_>>().join("  ").trim_end());
        }
    }
}

/// Returns text with everything that a terminal would act on written out: control characters,
/// and those that change the direction or the lines of text.
pub(super) fn shown(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        let acts = c.is_control()
            || matches!(c, '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{061c}')
            || ('\u{202a}'..='\u{202e}').contains(&c)
            || ('\u{2066}'..='\u{2069}').contains(&c);
        if acts {
            write!(safe, "\\u{{{:x}}}", u32::from(c)).expect("writing to a string cannot fail");
        } else {
            safe.push(c);
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_reaches_the_terminal_that_it_would_act_on() {
        let text = shown("a\u{1b}[31mb\r\nc\u{202e}d\u{2028}é");
        assert_eq!(text, "a\\u{1b}[31mb\\u{d}\\u{a}c\\u{202e}d\\u{2028}é");
    }

    #[test]
    fn long_text_is_cut_by_characters() {
        assert_eq!(cut("ééééé", 3), "éé…");
        assert_eq!(cut("abc", 3), "abc");
    }
}
