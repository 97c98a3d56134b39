//! Quotes bare UUIDs, by which event data stores are named in FROM.

use regex::Regex;

/// Where quotes were put in, so that a place can be told in the caller's text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Quotes(Vec<(u64, u64)>);

impl Quotes {
    /// Gives the place in the original text for one in the quoted text.
    pub(crate) fn original(&self, line: u64, column: u64) -> (u64, u64) {
        let before = self.0.iter().filter(|(at, c)| *at == line && *c < column).count();
        (line, column.saturating_sub(u64::try_from(before).unwrap_or(0)))
    }
}

/// Puts double quotes around every UUID that stands outside strings, names and comments.
pub(crate) fn quote(sql: &str) -> (String, Quotes) {
    let pattern = concat!(
        r#"(?s)'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|/\*.*?\*/"#,
        r"|(?P<uuid>\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b)"
    );
    let pattern = Regex::new(pattern).expect("a constant pattern is valid");
    let (mut text, mut quotes, mut end) = (String::new(), Quotes::default(), 0);
    for found in pattern.captures_iter(sql).filter_map(|c| c.name("uuid")) {
        text.push_str(sql.get(end..found.start()).unwrap_or_default());
        for part in ["\"", found.as_str(), "\""] {
            if part == "\"" {
                quotes.0.push(place(&text));
            }
            text.push_str(part);
        }
        end = found.end();
    }
    text.push_str(sql.get(end..).unwrap_or_default());
    (text, quotes)
}

/// Line and column, from 1, of what comes after this text.
pub(crate) fn place(text: &str) -> (u64, u64) {
    let line = text.matches('\n').count() + 1;
    let column = text.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (u64::try_from(line).unwrap_or(0), u64::try_from(column).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::quote;

    const ID: &str = "0a1b2c3d-0000-4e5f-8899-00112233aabb";

    #[test]
    fn a_bare_uuid_is_quoted_and_places_stay() {
        let (text, quotes) = quote(&format!("SELECT 1 FROM {ID} WHERE x"));
        assert_eq!(text, format!("SELECT 1 FROM \"{ID}\" WHERE x"));
        assert_eq!(quotes.original(1, 15), (1, 15));
        assert_eq!(quotes.original(1, 60), (1, 58));
    }

    #[test]
    fn strings_names_and_comments_keep_theirs() {
        for text in [format!("'{ID}'"), format!("\"{ID}\""), format!("-- {ID}\n/* {ID} */")] {
            assert_eq!(quote(&text).0, text);
        }
    }
}
