//! Patterns that may hold policy variables such as `${aws:username}`.

use super::context::Context;
use super::glob::{Case, Glob};

/// A pattern, ready to use when it holds no variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Template {
    /// The same for every request.
    Fixed(Glob),
    /// To be filled from the request.
    Variable(Vec<Piece>),
}

/// An ARN pattern: six fields, each a pattern of its own, so that a wildcard stays in its field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ArnTemplate {
    /// `*` alone: everything, ARN or not.
    Everything,
    /// The fields in order; fields that a short pattern leaves out match anything.
    Fields(Vec<Template>),
}

/// A part of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Text with wildcards.
    Pattern(String),
    /// `${*}`, `${?}` and `${$}`: the character itself.
    Literal(String),
    /// A condition key, with the value that stands in when the key is absent.
    Key { key: String, default: Option<String> },
}

impl Template {
    /// Reads a pattern; without `variables` (documents before 2012) `${…}` is plain text.
    pub(crate) fn new(text: &str, variables: bool) -> Option<Self> {
        if !variables || !text.contains("${") {
            return Some(Self::Fixed(Glob::new(text)));
        }
        pieces(text).map(Self::Variable)
    }

    /// Reads text in which only variables are special, for operators without wildcards.
    pub(crate) fn exact(text: &str, variables: bool) -> Option<Self> {
        if !variables || !text.contains("${") {
            let mut glob = Glob::default();
            glob.push_literal(text);
            return Some(Self::Fixed(glob));
        }
        let literal = |piece| match piece {
            Piece::Pattern(text) => Piece::Literal(text),
            piece => piece,
        };
        Some(Self::Variable(pieces(text)?.into_iter().map(literal).collect()))
    }

    /// Returns whether every variable has a value.
    fn is_filled(&self, context: &Context) -> bool {
        match self {
            Self::Fixed(_) => true,
            Self::Variable(pieces) => fill(pieces, context).is_some(),
        }
    }

    /// Returns whether `text` fits; a variable without a value fits nothing.
    pub(crate) fn matches(&self, text: &str, case: Case, context: &Context) -> bool {
        match self {
            Self::Fixed(glob) => glob.matches(text, case),
            Self::Variable(pieces) => {
                fill(pieces, context).is_some_and(|glob| glob.matches(text, case))
            }
        }
    }
}

impl ArnTemplate {
    /// Returns whether every variable has a value.
    pub(crate) fn is_filled(&self, context: &Context) -> bool {
        match self {
            Self::Everything => true,
            Self::Fields(fields) => fields.iter().all(|field| field.is_filled(context)),
        }
    }

    /// Reads an ARN pattern, or `*`.
    pub(crate) fn new(text: &str, variables: bool) -> Option<Self> {
        if text == "*" {
            return Some(Self::Everything);
        }
        let fields = fields(text, variables);
        let read = fields.into_iter().map(|field| Template::new(&field, variables)).collect();
        Option::map(read, Self::Fields)
    }

    /// Returns whether `text` is an ARN that fits.
    pub(crate) fn matches(&self, text: &str, context: &Context) -> bool {
        let Self::Fields(patterns) = self else {
            return true;
        };
        let fields: Vec<_> = text.splitn(6, ':').collect();
        fields.len() >= patterns.len()
            && patterns
                .iter()
                .zip(&fields)
                .all(|(pattern, field)| pattern.matches(field, Case::Matters, context))
    }
}

/// Splits at the first five colons that stand outside a variable.
fn fields(text: &str, variables: bool) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let inside = if variables && rest.starts_with("${") { rest.find('}') } else { None };
        let length = inside.map_or(character.len_utf8(), |end| end + 1);
        let (taken, behind) = rest.split_at(length);
        if taken == ":" && fields.len() < 6 {
            fields.push(String::new());
        } else if let Some(field) = fields.last_mut() {
            field.push_str(taken);
        }
        rest = behind;
    }
    fields
}

fn pieces(text: &str) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("${") {
        let (variable, after) = behind.split_once('}')?;
        pieces.push(Piece::Pattern(before.to_owned()));
        pieces.push(variable_piece(variable)?);
        rest = after;
    }
    pieces.push(Piece::Pattern(rest.to_owned()));
    Some(pieces)
}

fn variable_piece(variable: &str) -> Option<Piece> {
    if matches!(variable, "*" | "?" | "$") {
        return Some(Piece::Literal(variable.to_owned()));
    }
    let (key, default) = match variable.split_once(',') {
        None => (variable.trim(), None),
        Some((key, default)) => {
            let quoted = default.trim().strip_prefix('\'')?.strip_suffix('\'')?;
            (key.trim(), Some(quoted.to_owned()))
        }
    };
    (!key.is_empty()).then(|| Piece::Key { key: key.to_owned(), default })
}

fn fill(pieces: &[Piece], context: &Context) -> Option<Glob> {
    let mut glob = Glob::default();
    for piece in pieces {
        match piece {
            Piece::Pattern(pattern) => glob.push_pattern(pattern),
            Piece::Literal(text) => glob.push_literal(text),
            Piece::Key { key, default } => {
                glob.push_literal(context.single(key).or(default.as_deref())?);
            }
        }
    }
    Some(glob)
}
