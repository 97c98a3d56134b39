//! Puts parentheses around the rows of `VALUES 1, 2, 3`, which Trino takes without.

use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan};

/// Wraps the rows of each VALUES whose first row stands bare.
pub(crate) fn wrap(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let tokens: Vec<_> =
        tokens.into_iter().filter(|t| !matches!(t.token, Token::Whitespace(_))).collect();
    let mut wrapped = Vec::with_capacity(tokens.len());
    let mut rest = tokens.into_iter().peekable();
    while let Some(token) = rest.next() {
        let begins = is_word(&token, &[Keyword::VALUES])
            && rest.peek().is_some_and(|next| next.token != Token::LParen);
        wrapped.push(token);
        if begins {
            rows(&mut rest, &mut wrapped);
        }
    }
    wrapped
}

/// What ends a list of rows.
const ENDS: [Keyword; 7] = [
    Keyword::ORDER,
    Keyword::LIMIT,
    Keyword::OFFSET,
    Keyword::FETCH,
    Keyword::UNION,
    Keyword::EXCEPT,
    Keyword::INTERSECT,
];

fn is_word(token: &TokenWithSpan, keywords: &[Keyword]) -> bool {
    match &token.token {
        Token::Word(word) => word.quote_style.is_none() && keywords.contains(&word.keyword),
        _ => false,
    }
}

fn rows(
    rest: &mut std::iter::Peekable<std::vec::IntoIter<TokenWithSpan>>,
    wrapped: &mut Vec<TokenWithSpan>,
) {
    let Some(span) = rest.peek().map(|token| token.span) else { return };
    let bracket = |token| TokenWithSpan { token, span };
    let mut depth = 0usize;
    wrapped.push(bracket(Token::LParen));
    while let Some(next) = rest.peek() {
        match &next.token {
            Token::LParen | Token::LBracket => depth += 1,
            Token::RParen | Token::RBracket if depth > 0 => depth -= 1,
            Token::RParen | Token::SemiColon | Token::EOF => break,
            Token::Comma if depth == 0 => wrapped.push(bracket(Token::RParen)),
            _ if depth == 0 && is_word(next, &ENDS) => break,
            _ => {}
        }
        let comma = depth == 0 && next.token == Token::Comma;
        wrapped.extend(rest.next());
        if comma {
            wrapped.push(bracket(Token::LParen));
        }
    }
    wrapped.push(bracket(Token::RParen));
}
