//! What is asked: lookups drawn from the events, and the SQL of `questions.sql`.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::Failure;

const TEXT: &str = include_str!("questions.sql");

/// What `peers.py` drew from the events.
#[derive(Debug, Deserialize)]
pub(super) struct Questions {
    pub(super) lookups: Vec<Lookup>,
    /// Values for the marks in SQL questions, another for every round.
    values: BTreeMap<String, Vec<String>>,
}

/// One question after the newest fifty.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Lookup {
    /// As `LookupEvents` spells it, or `none`.
    pub(super) attribute: String,
    pub(super) value: String,
    /// The time that events must be before.
    pub(super) before: Option<String>,
    /// Whether the other engines are asked it too.
    pub(super) everybody: bool,
}

/// One SQL question of one round.
#[derive(Debug, Clone)]
pub(super) struct Question {
    pub(super) name: String,
    pub(super) duckdb: String,
    pub(super) ours: String,
}

impl Questions {
    /// Returns all SQL questions of all rounds, each round with other values.
    pub(super) fn rounds(&self, rounds: usize) -> Result<Vec<Question>, Failure> {
        let written = read()?;
        let mut asked = Vec::new();
        for round in 0..rounds {
            for question in &written {
                asked.push(Question {
                    name: question.name.clone(),
                    duckdb: self.fill(&question.duckdb, round)?,
                    ours: self.fill(&question.ours, round)?,
                });
            }
        }
        Ok(asked)
    }

    fn fill(&self, text: &str, round: usize) -> Result<String, Failure> {
        let mut text = text.to_owned();
        for (mark, values) in &self.values {
            let value = values.get(round % values.len().max(1)).ok_or("every mark has values")?;
            text = text.replace(&format!("{{{mark}}}"), value);
        }
        if text.contains('{') {
            return Err(format!("a mark without values: {text}").into());
        }
        Ok(text)
    }
}

/// Returns the names of the SQL questions in their order.
pub(super) fn names() -> Result<Vec<String>, Failure> {
    Ok(read()?.into_iter().map(|question| question.name).collect())
}

/// Reads the page of questions.
fn read() -> Result<Vec<Question>, Failure> {
    let mut questions = Vec::new();
    for part in TEXT.split("\n-- name: ").skip(1) {
        let (name, text) = part.split_once('\n').ok_or("a question has a text")?;
        let (duckdb, ours) = match text.split_once("-- ours\n") {
            Some((duckdb, ours)) => {
                (duckdb.strip_prefix("-- duckdb\n").ok_or("DuckDB's text is first")?, ours)
            }
            None => (text, text),
        };
        let (duckdb, ours) = (duckdb.trim().to_owned(), ours.trim().to_owned());
        questions.push(Question { name: name.to_owned(), duckdb, ours });
    }
    Ok(questions)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Questions, read};

    #[test]
    fn questions_are_many_and_their_marks_are_filled() {
        let names: BTreeSet<_> = read().unwrap().into_iter().map(|one| one.name).collect();
        assert!(names.len() >= 20, "{names:?}");
        let marks = "user bucket role address word account region early week";
        let values =
            marks.split(' ').map(|mark| (mark.to_owned(), vec!["1".to_owned(), "2".to_owned()]));
        let questions = Questions { lookups: Vec::new(), values: values.collect() };
        let asked = questions.rounds(3).unwrap();
        assert_eq!(asked.len(), 3 * names.len());
        let of_round = |round: usize| asked[round * names.len()].duckdb.clone();
        assert!(of_round(0) != of_round(1) && of_round(0) == of_round(2));
        let mut lacking = questions;
        lacking.values.remove("user");
        lacking.rounds(1).unwrap_err();
    }
}
