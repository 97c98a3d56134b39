//! SQL as text: where its parameters stand, and which ids it names. It is never understood here.

/// Pieces of a statement that are read differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Words and signs.
    Code,
    /// `'…'`
    Text,
    /// `"…"`
    Name,
    /// `-- …` to the end of the line, or `/* … */`
    Comment,
}

/// The text that a quoted parameter is.
const QUOTED: &str = "'?'";

/// Returns the statement with each `?` replaced by the value at its place; a `'?'` by the value in
/// quotes. Absent when there are more or fewer values than parameters.
pub(crate) fn fill(statement: &str, values: &[String]) -> Option<String> {
    let mut filled = String::with_capacity(statement.len());
    let mut values = values.iter();
    for (kind, piece) in pieces(statement) {
        match kind {
            Kind::Text if piece == QUOTED => {
                let value = values.next()?.replace('\'', "''");
                filled.extend(["'", &value, "'"]);
            }
            Kind::Code => {
                let mut parts = piece.split('?');
                filled.push_str(parts.next().unwrap_or_default());
                for part in parts {
                    filled.extend([values.next()?, part]);
                }
            }
            Kind::Text | Kind::Name | Kind::Comment => filled.push_str(piece),
        }
    }
    values.next().is_none().then_some(filled)
}

/// Returns the UUIDs that a statement names outside of texts and comments, in lower case. Whatever
/// event data stores it reads are among them: who plans it needs tables of these names, also for
/// stores that are not there, which are refused afterwards in AWS's words.
pub fn store_ids(statement: &str) -> Vec<String> {
    let is_inner = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    let named = pieces(statement).into_iter();
    let named = named.filter(|(kind, _)| matches!(kind, Kind::Code | Kind::Name));
    let words = named.flat_map(|(_, piece)| piece.split(move |letter| !is_inner(letter)));
    let mut ids: Vec<_> = words.filter(|word| is_uuid(word)).map(str::to_lowercase).collect();
    ids.sort();
    ids.dedup();
    ids
}

/// Returns whether a text is the id of a store, a channel, a query or an import: a UUID.
pub(crate) fn is_uuid(text: &str) -> bool {
    let groups: Vec<_> = text.split('-').map(str::len).collect();
    groups == [8, 4, 4, 4, 12] && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

fn pieces(statement: &str) -> Vec<(Kind, &str)> {
    let (mut pieces, mut rest) = (Vec::new(), statement);
    while !rest.is_empty() {
        let kind = kind_of(rest);
        let (piece, behind) = rest.split_at(length_of(kind, rest));
        pieces.push((kind, piece));
        rest = behind;
    }
    pieces
}

fn kind_of(rest: &str) -> Kind {
    match rest {
        _ if rest.starts_with('\'') => Kind::Text,
        _ if rest.starts_with('"') => Kind::Name,
        _ if rest.starts_with("--") || rest.starts_with("/*") => Kind::Comment,
        _ => Kind::Code,
    }
}

/// Returns how long the piece is that `rest` begins with; one that does not end goes to the end.
fn length_of(kind: Kind, rest: &str) -> usize {
    let end = match kind {
        Kind::Text => quoted(rest, b'\''),
        Kind::Name => quoted(rest, b'"'),
        Kind::Comment if rest.starts_with("--") => rest.find('\n'),
        Kind::Comment => rest.get(2..).and_then(|inner| inner.find("*/")).map(|at| at + 4),
        Kind::Code => {
            let mut starts = rest.char_indices().map(|(at, _)| at).skip(1);
            starts.find(|at| rest.get(*at..).is_some_and(|behind| kind_of(behind) != Kind::Code))
        }
    };
    end.unwrap_or(rest.len())
}

/// Returns the length of what begins with a quote and ends with one; two of them are one inside.
fn quoted(rest: &str, quote: u8) -> Option<usize> {
    let mut bytes = rest.bytes().enumerate().skip(1).peekable();
    while let Some((at, byte)) = bytes.next() {
        if byte == quote && bytes.next_if(|(_, next)| *next == quote).is_none() {
            return Some(at + 1);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(statement: &str, values: &[&str]) -> Option<String> {
        let values: Vec<_> = values.iter().map(|value| (*value).to_owned()).collect();
        fill(statement, &values)
    }

    #[test]
    fn parameters_are_filled_in_order_and_nowhere_else() {
        let statement = "SELECT '?', \"?\", 'a ? ''b' -- ?\nFROM t WHERE x > ? /* ? */ AND y = '?'";
        assert_eq!(
            filled(statement, &["it's", "5", "é"]).as_deref(),
            Some("SELECT 'it''s', \"?\", 'a ? ''b' -- ?\nFROM t WHERE x > 5 /* ? */ AND y = 'é'")
        );
        assert_eq!(filled(statement, &["1", "2"]), None);
        assert_eq!(filled(statement, &["1", "2", "3", "4"]), None);
        assert_eq!(filled("SELECT 'open ?", &[]).as_deref(), Some("SELECT 'open ?"));
        assert_eq!(filled("SELECT ''", &[]).as_deref(), Some("SELECT ''"));
        assert_eq!(filled("SELECT 4/2 - 1", &[]).as_deref(), Some("SELECT 4/2 - 1"));
    }

    #[test]
    fn ids_are_found_in_code_and_names_only() {
        let one = "0A1B2C3D-0000-4000-8000-00000000000f";
        let two = "11111111-0000-4000-8000-000000000002";
        let statement = format!(
            "SELECT * FROM {one} a, \"{two}\" JOIN {one} ON x = '33333333-0000-4000-8000-000000000003' \
             -- 44444444-0000-4000-8000-000000000004\n /* 55555555-0000-4000-8000-000000000005 */"
        );
        assert_eq!(store_ids(&statement), [one.to_lowercase(), two.to_owned()]);
        assert_eq!(store_ids("SELECT 1 FROM events"), [""; 0]);
    }

    #[test]
    fn any_text_is_taken_apart_without_loss() {
        let signs = ["'", "\"", "-", "--", "/*", "*/", "/", "*", "\n", "?", "'?'", "a", "é", " "];
        let mut dice = 0x9E37_79B9_7F4A_7C15_u64;
        for _ in 0..20_000 {
            let mut text = String::new();
            for _ in 0..12 {
                dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                text += signs[usize::try_from(dice >> 33).unwrap() % signs.len()];
            }
            let pieces = pieces(&text);
            let joined: String = pieces.iter().map(|(_, piece)| *piece).collect();
            assert_eq!(joined, text);
            assert!(pieces.iter().all(|(_, piece)| !piece.is_empty()), "{text}");
            // as many values as there are parameters, no fewer and no more
            let is_text = |(kind, piece): &&(Kind, &str)| *kind == Kind::Text && *piece == QUOTED;
            let quoted = pieces.iter().filter(is_text).count();
            let code = pieces.iter().filter(|(kind, _)| *kind == Kind::Code);
            let count = quoted + code.map(|(_, piece)| piece.matches('?').count()).sum::<usize>();
            let values = vec!["v".to_owned(); count + 1];
            assert!(
                fill(&text, &values[..count]).is_some_and(|it| it.matches('v').count() == count)
            );
            assert_eq!(fill(&text, &values), None);
            assert!(count == 0 || fill(&text, &values[1..count]).is_none());
        }
    }
}
