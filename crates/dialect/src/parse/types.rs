//! Folds Trino's nested types of CAST (`array(varchar)`, `map(…)`, `row(…)`) into one word each.

use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan, Word};

/// What the word of a folded type begins with; no name in a query can.
pub(crate) const FOLDED: &str = "$type ";

/// Replaces the tokens of each nested type in a CAST by one quoted word, which the parser takes
/// for the name of a type.
pub(crate) fn fold(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let mut casts: Vec<usize> = Vec::new();
    let mut depth = 0usize;
    let mut folded: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len());
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match &token.token {
            Token::LParen => {
                if last_word(&folded).is_some_and(|w| matches!(w, "cast" | "try_cast")) {
                    casts.push(depth);
                }
                depth += 1;
            }
            Token::RParen => {
                depth = depth.saturating_sub(1);
                if casts.last() == Some(&depth) {
                    casts.pop();
                }
            }
            Token::Word(word)
                if matches!(word.value.as_str(), "array" | "map" | "row")
                    && casts.last().is_some_and(|at| at + 1 == depth)
                    && last_word(&folded) == Some("as") =>
            {
                let text = rest_of_type(word.value.clone(), &mut tokens);
                folded.push(TokenWithSpan { token: type_word(&text), span: token.span });
                continue;
            }
            _ => {}
        }
        folded.push(token);
    }
    folded
}

fn rest_of_type(
    mut text: String,
    tokens: &mut std::iter::Peekable<std::vec::IntoIter<TokenWithSpan>>,
) -> String {
    let mut depth = 0usize;
    while let Some(next) = tokens.peek() {
        match next.token {
            Token::LParen => depth += 1,
            Token::RParen if depth == 0 => break,
            Token::RParen => depth -= 1,
            _ => {}
        }
        text.push_str(&next.token.to_string());
        tokens.next();
    }
    text
}

fn last_word(tokens: &[TokenWithSpan]) -> Option<&str> {
    let token = tokens.iter().rev().find(|t| !matches!(t.token, Token::Whitespace(_)))?;
    match &token.token {
        Token::Word(word) if word.quote_style.is_none() => Some(&word.value),
        _ => None,
    }
}

fn type_word(text: &str) -> Token {
    let value = format!("{FOLDED}{}", text.split_whitespace().collect::<Vec<_>>().join(" "));
    Token::Word(Word { value, quote_style: Some('"'), keyword: Keyword::NoKeyword })
}
