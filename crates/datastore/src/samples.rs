//! Queries that others wrote down: found by words, and ready to run once an id is filled in.
//!
//! How a sample is weighed, in full: the words of the phrase are those of letters and digits, in
//! lower case, without an `s` at the end, and without the little words that any phrase has. Each
//! word that stands in the sample's name counts 1, else in its description 0.6, else in its SQL
//! 0.3; names in one piece, such as `DeleteBucket`, are also the words that they are made of.
//! Relevance is the sum over the number of words: 1 when every word is in the name.

use std::collections::BTreeSet;

/// One sample a paragraph: its name and its description as comments, then its SQL.
const SAMPLES: &str = include_str!("samples.sql");
/// The widgets of the Highlights dashboard, written alike.
const HIGHLIGHTS: &str = include_str!("highlights.sql");

const NAME: &str = "-- Name: ";
const DESCRIPTION: &str = "-- Description: ";

/// Words that say nothing about what is looked for.
const LITTLE: [&str; 38] = [
    "a", "all", "an", "and", "any", "are", "at", "by", "did", "do", "event", "find", "for", "from",
    "get", "give", "have", "how", "i", "in", "is", "it", "list", "me", "of", "on", "or", "query",
    "show", "that", "the", "to", "wa", "were", "what", "which", "with", "my",
];

/// One query that somebody wrote down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// What it is called.
    pub name: &'static str,
    /// What it finds.
    pub description: &'static str,
    /// The SQL. In samples `$EDS_ID` stands for the id of an event data store, in highlights `'?'`
    /// for the begin and the end of a time.
    pub sql: &'static str,
}

/// A sample that has something to do with a phrase.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Found {
    /// The sample.
    pub(crate) sample: Sample,
    /// How much: above 0, and at most 1.
    pub(crate) relevance: f64,
}

/// Returns the samples that have something to do with a phrase, the most relevant first.
pub(crate) fn search(phrase: &str) -> Vec<Found> {
    let words = words(phrase);
    let found = samples().into_iter().filter_map(|sample| {
        let relevance = sample.relevance(&words);
        (relevance > 0.0).then_some(Found { sample, relevance })
    });
    let mut found: Vec<_> = found.collect();
    found.sort_by(|one, other| {
        let by_relevance = other.relevance.total_cmp(&one.relevance);
        by_relevance.then_with(|| one.sample.name.cmp(other.sample.name))
    });
    found
}

/// Returns all samples, for whoever makes sure that they run.
pub fn samples() -> Vec<Sample> {
    all(SAMPLES)
}

/// Returns the queries of the Highlights dashboard's widgets.
pub fn highlights() -> Vec<Sample> {
    all(HIGHLIGHTS)
}

fn all(text: &'static str) -> Vec<Sample> {
    text.split("\n\n").filter_map(|paragraph| Sample::read(paragraph.trim())).collect()
}

impl Sample {
    fn read(paragraph: &'static str) -> Option<Self> {
        let (name, rest) = paragraph.strip_prefix(NAME)?.split_once('\n')?;
        let (description, sql) = rest.strip_prefix(DESCRIPTION)?.split_once('\n')?;
        Some(Self { name, description, sql })
    }

    /// Rounded, so that it is told as it is compared.
    fn relevance(&self, wanted: &BTreeSet<String>) -> f64 {
        let places =
            [(words(self.name), 1.0), (words(self.description), 0.6), (words(self.sql), 0.3)];
        let weight = |word: &String| {
            places.iter().find(|(words, _)| words.contains(word)).map_or(0.0, |(_, weight)| *weight)
        };
        let sum: f64 = wanted.iter().map(weight).sum();
        let count = u32::try_from(wanted.len()).map_or(1.0, f64::from);
        if wanted.is_empty() { 0.0 } else { (sum / count * 10_000.0).round() / 10_000.0 }
    }
}

/// Returns the words of a text that say something.
fn words(text: &str) -> BTreeSet<String> {
    let whole = text.split(|letter: char| !letter.is_alphanumeric());
    let whole: Vec<_> = whole.filter(|word| !word.is_empty()).collect();
    let parts = whole.iter().flat_map(|word| parts(word));
    let all = whole.iter().map(|word| (*word).to_owned()).chain(parts);
    let plain = all.map(|word| word.to_lowercase());
    let stems = plain.map(|word| word.strip_suffix('s').unwrap_or(&word).to_owned());
    stems.filter(|word| !word.is_empty() && !LITTLE.contains(&word.as_str())).collect()
}

/// Returns the words that a word in one piece is made of: `DeleteBucket` of two.
fn parts(word: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut was_lower = false;
    for letter in word.chars() {
        if parts.is_empty() || (letter.is_uppercase() && was_lower) {
            parts.push(String::new());
        }
        was_lower = !letter.is_uppercase();
        if let Some(part) = parts.last_mut() {
            part.push(letter);
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_is_whole_and_has_a_name_of_its_own() {
        let samples = samples();
        let begun = SAMPLES.matches(NAME).count();
        assert_eq!(samples.len(), begun, "each begins with its name and has all three parts");
        assert!(samples.len() >= 40, "{}", samples.len());
        let names: BTreeSet<_> = samples.iter().map(|sample| sample.name).collect();
        assert_eq!(names.len(), samples.len());
        for sample in &samples {
            let sql = sample.sql;
            assert!(sql.contains("FROM $EDS_ID"), "{}", sample.name);
            assert!(sql.starts_with("SELECT") || sql.starts_with("WITH"), "{}", sample.name);
            assert!(!sql.contains(';'), "{}", sample.name);
            assert!(sample.description.ends_with('.'), "{}", sample.name);
        }
        assert_eq!(highlights().len(), HIGHLIGHTS.matches(NAME).count());
        for sample in highlights() {
            assert_eq!(sample.sql.matches("'?'").count(), 2, "{}", sample.name);
        }
    }

    #[test]
    fn words_in_the_name_weigh_most() {
        let found = search("Which buckets were deleted, and console logins");
        assert!(found.len() > 3);
        assert!(found.iter().all(|found| found.relevance > 0.0 && found.relevance <= 1.0));
        let ranks: Vec<_> = found.iter().map(|found| found.relevance).collect();
        assert!(ranks.is_sorted_by(|one, other| one >= other));

        let best = |phrase| search(phrase).first().map(|found| found.sample.name);
        assert_eq!(best("console logins without MFA"), Some("Console logins without MFA"));
        assert_eq!(best("security group changes"), Some("Security group changes"));
        assert_eq!(best("show me all of the events"), None);
        assert_eq!(best("xyzzy"), None);
    }

    #[test]
    fn names_in_one_piece_are_words() {
        let found = words("DeleteBucket, buckets of the S3");
        let found: Vec<_> = found.iter().map(String::as_str).collect();
        assert_eq!(found, ["bucket", "delete", "deletebucket", "s3"]);
    }
}
