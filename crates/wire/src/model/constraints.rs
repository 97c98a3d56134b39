//! Limits on a shape's values.

use std::sync::OnceLock;

use regex::Regex;

/// Limits on a shape's values.
#[derive(Debug, Default)]
pub struct Constraints {
    /// The least length, size or value.
    pub min: Option<f64>,
    /// The greatest length, size or value.
    pub max: Option<f64>,
    /// The pattern as the model writes it.
    pub pattern: Option<&'static str>,
    /// The pattern made ready at its first use: most calls need few of the hundreds there are.
    regex: OnceLock<Option<Regex>>,
}

impl Constraints {
    /// Returns these limits; the pattern is not looked at before it is needed.
    pub const fn new(min: Option<f64>, max: Option<f64>, pattern: Option<&'static str>) -> Self {
        Self { min, max, pattern, regex: OnceLock::new() }
    }

    /// Returns whether the whole of `text` matches the pattern.
    ///
    /// True when there is none, and for a pattern that this build cannot say (see
    /// [`Constraints::is_enforceable`]): better to let a value pass than to refuse a good one.
    pub fn matches(&self, text: &str) -> bool {
        self.regex().is_none_or(|regex| regex.is_match(text))
    }

    /// Returns whether the pattern, when there is one, can be held against values.
    ///
    /// Look-around cannot: `regex` runs in linear time and has none.
    pub fn is_enforceable(&self) -> bool {
        self.pattern.is_none() || self.regex().is_some()
    }

    fn regex(&self) -> Option<&Regex> {
        self.regex.get_or_init(|| self.pattern.and_then(whole_match)).as_ref()
    }
}

/// How the models' dialect says all characters beyond 16 bits, and how `regex` does.
const SURROGATES: &str = r"\uD800\uDC00-\uDBFF\uDFFF";
const BEYOND_16_BITS: &str = r"\x{10000}-\x{10FFFF}";

/// Makes a model's pattern ready; AWS matches the whole value, whatever the anchors say.
fn whole_match(pattern: &str) -> Option<Regex> {
    Regex::new(&format!("^(?:{})$", in_this_dialect(pattern))).ok()
}

/// Spells out what `regex` reads otherwise than the models' dialect: there, `\w`, `\d` and `\s`
/// mean ASCII, and characters beyond 16 bits are pairs.
///
/// A bracketed class may stand inside another one, so the same text serves in both places.
fn in_this_dialect(pattern: &str) -> String {
    let pattern = pattern.replace(SURROGATES, BEYOND_16_BITS);
    let mut text = String::with_capacity(pattern.len() + 32);
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            text.push(character);
            continue;
        }
        match characters.next() {
            Some('w') => text.push_str("[0-9A-Za-z_]"),
            Some('W') => text.push_str("[^0-9A-Za-z_]"),
            Some('d') => text.push_str("[0-9]"),
            Some('D') => text.push_str("[^0-9]"),
            Some('s') => text.push_str(r"[ \t\n\x0B\f\r]"),
            Some('S') => text.push_str(r"[^ \t\n\x0B\f\r]"),
            Some(escaped) => text.extend(['\\', escaped]),
            None => text.push('\\'),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Models;

    fn limits(pattern: &'static str) -> Constraints {
        Constraints::new(None, None, Some(pattern))
    }

    #[test]
    fn the_whole_value_must_match() {
        let catalog = limits("[a-zA-Z]+");
        assert!(catalog.matches("AWSMarketplace"));
        assert!(!catalog.matches("AWS Marketplace"));
        assert!(!catalog.matches("AWSMarketplace\n"));
        assert!(!catalog.matches(""));
    }

    #[test]
    fn classes_are_ascii() {
        let name = limits(r"[\w+=,.@-]+");
        assert!(name.matches("alice@example.com"));
        assert!(!name.matches("zoé"));
        assert!(limits(r"\S+\s\d{2}").matches("é 12"));
        assert!(!limits(r"\d{2}").matches("٣٤"));
        assert!(limits(r"[\s\S]*").matches("any\nthing é"));
        assert!(limits(r"a\\w").matches(r"a\w"));
    }

    #[test]
    fn every_served_pattern_is_enforced_but_for_these() {
        let models = Models::built_in();
        let free: Vec<_> = models
            .services()
            .flat_map(|service| service.shapes().map(move |shape| (service.name, shape)))
            .filter(|(_, shape)| !shape.constraints.is_enforceable())
            .map(|(service, shape)| {
                format!("{service} {} {:?}", shape.name, shape.constraints.pattern)
            })
            .collect();
        expect_test::expect![[
            r#"iam accountAliasType Some("^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$")"#
        ]]
        .assert_eq(&free.join("\n"));
    }
}
