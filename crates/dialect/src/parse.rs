//! From text to a syntax tree: limits first, then words, then one SELECT.

mod dialect;
mod measure;
mod types;
mod uuids;
mod values;

pub(crate) use self::types::FOLDED;

use self::dialect::Trino;
use crate::catalog::Limits;
use crate::error::{SqlError, SqlErrorKind};
use datafusion::sql::sqlparser::ast::{Query, Statement};
use datafusion::sql::sqlparser::parser::{Parser, ParserError};
use datafusion::sql::sqlparser::tokenizer::{Location, Token, TokenWithSpan, Tokenizer};
use std::collections::HashMap;

/// A parsed query with what its text looked like before names were lowered.
#[derive(Debug)]
pub(crate) struct Parsed {
    /// The query, every name in lower case.
    pub(crate) query: Box<Query>,
    /// Names as written, by where they stand in the tree.
    pub(crate) written: HashMap<(u64, u64), String>,
    /// Where the words are, to find a place for a fault that has none.
    pub(crate) places: Places,
}

/// Where words stand in the text that the caller wrote.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    quotes: uuids::Quotes,
    words: Vec<(String, u64, u64)>,
    /// Where the text ends.
    end: Location,
}

impl Places {
    /// Gives the place in the caller's text for one in the tree.
    pub(crate) fn of(&self, location: Location) -> (u64, u64) {
        self.quotes.original(location.line, location.column)
    }

    /// Finds the first place of a word.
    pub(crate) fn find(&self, word: &str) -> Option<(u64, u64)> {
        let (_, line, column) = self.words.iter().find(|(name, ..)| name == word)?;
        Some(self.quotes.original(*line, *column))
    }
}

/// Parses one SELECT; reads nothing but the text.
pub(crate) fn parse(sql: &str, limits: &Limits) -> Result<Parsed, SqlError> {
    if sql.len() > limits.text_bytes_max {
        let message =
            format!("the query has {} bytes, {} are allowed", sql.len(), limits.text_bytes_max);
        return Err(SqlError::new(SqlErrorKind::Limit, message));
    }
    let (text, quotes) = uuids::quote(sql);
    let (line, column) = uuids::place(&text);
    let mut places = Places { quotes, words: Vec::new(), end: Location { line, column } };
    let mut tokens = Tokenizer::new(&Trino, &text)
        .tokenize_with_location()
        .map_err(|error| syntax(&error.message, error.location, &places))?;
    measure::tokens(&tokens, limits, &places)?;
    let written = lower_names(&mut tokens, &mut places);
    let tokens = values::wrap(types::fold(tokens));
    let query = statement(tokens, limits, &places)?;
    measure::tree(&query, limits)?;
    Ok(Parsed { query, written, places })
}

/// Lowers every name: Trino's are without case even in quotes. Gives the names as written.
fn lower_names(tokens: &mut [TokenWithSpan], places: &mut Places) -> HashMap<(u64, u64), String> {
    let mut written = HashMap::new();
    for token in tokens {
        let Location { line, column } = token.span.start;
        let Token::Word(word) = &mut token.token else { continue };
        let lower = word.value.to_lowercase();
        places.words.push((lower.clone(), line, column));
        written.insert((line, column), std::mem::replace(&mut word.value, lower));
    }
    written
}

fn statement(
    tokens: Vec<TokenWithSpan>,
    limits: &Limits,
    places: &Places,
) -> Result<Box<Query>, SqlError> {
    let first = first_word(&tokens, places);
    if let Some((word, line, column)) = &first
        && !matches!(word.as_str(), "select" | "with" | "values" | "table")
    {
        let message = format!("only SELECT is run here, not {}", word.to_uppercase());
        return Err(SqlError::new(SqlErrorKind::NotSupported, message)
            .at(*line, *column)
            .hint("write one SELECT, with WITH before it if need be"));
    }
    let mut parser = Parser::new(&Trino)
        .with_recursion_limit(limits.depth_max)
        .with_tokens_with_locations(tokens);
    let parsed = parser.parse_statements().map_err(|error| parser_error(error, places))?;
    let mut statements = parsed.into_iter();
    match (statements.next(), statements.next()) {
        (Some(Statement::Query(query)), None) => Ok(query),
        (None, _) => Err(SqlError::new(SqlErrorKind::Syntax, "the query is empty").at(1, 1)),
        (Some(_), Some(_)) => Err(SqlError::new(
            SqlErrorKind::NotSupported,
            "one statement at a time is run, this text has more",
        )),
        (Some(_), None) => {
            Err(SqlError::new(SqlErrorKind::NotSupported, "only SELECT is run here"))
        }
    }
}

fn first_word(tokens: &[TokenWithSpan], places: &Places) -> Option<(String, u64, u64)> {
    tokens.iter().find_map(|token| match &token.token {
        Token::Word(word) => {
            let (line, column) = places.of(token.span.start);
            Some((word.value.clone(), line, column))
        }
        _ => None,
    })
}

/// Reads the place that the parser puts at the end of its words.
fn parser_error(error: ParserError, places: &Places) -> SqlError {
    let text = match error {
        ParserError::TokenizerError(text) | ParserError::ParserError(text) => text,
        ParserError::RecursionLimitExceeded => {
            let message = "the query nests too deep";
            return SqlError::new(SqlErrorKind::Limit, message);
        }
    };
    let Some((message, place)) = text.rsplit_once(" at Line: ") else {
        return syntax(&text, places.end, places);
    };
    let numbers = place.split_once(", Column: ").and_then(|(line, column)| {
        Some(Location { line: line.parse().ok()?, column: column.trim().parse().ok()? })
    });
    syntax(message, numbers.unwrap_or(Location { line: 0, column: 0 }), places)
}

fn syntax(message: &str, location: Location, places: &Places) -> SqlError {
    let (line, column) = places.of(location);
    let message = message.trim_end_matches(" at").replacen("Expected:", "expected", 1);
    SqlError::new(SqlErrorKind::Syntax, message).at(line, column)
}
