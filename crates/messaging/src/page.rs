//! Long lists in pages: a token names the last row of the page before.
//!
//! Tokens hold no secret: rows are always those that the call may list, whatever a token says.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// A token that was never given out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BadToken;

/// One page of a list.
#[derive(Debug, PartialEq)]
pub(crate) struct Page<T> {
    /// The rows, in the order of their keys.
    pub(crate) rows: Vec<T>,
    /// How to ask for the next page; absent on the last one.
    pub(crate) next_token: Option<String>,
}

/// Returns the page of at most `rows_max` rows behind `token`; rows come sorted by their keys.
pub(crate) fn page<'a, T>(
    rows: impl Iterator<Item = (&'a str, T)>,
    token: Option<&str>,
    rows_max: usize,
) -> Result<Page<T>, BadToken> {
    let after = token.map(open).transpose()?;
    let mut rows = rows.filter(|(key, _)| after.as_deref().is_none_or(|after| *key > after));
    let shown: Vec<(&str, T)> = rows.by_ref().take(rows_max).collect();
    let more = rows.next().is_some();
    let next_token =
        shown.last().filter(|_| more).map(|(key, _)| URL_SAFE_NO_PAD.encode(key.as_bytes()));
    Ok(Page { rows: shown.into_iter().map(|(_, row)| row).collect(), next_token })
}

fn open(token: &str) -> Result<String, BadToken> {
    let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| BadToken)?;
    String::from_utf8(bytes).map_err(|_| BadToken)
}

#[cfg(test)]
mod tests {
    use super::{BadToken, page};

    #[test]
    fn pages_show_every_row_once() {
        let keys = ["a", "b", "c", "d", "e"];
        let (mut seen, mut token) = (Vec::new(), None);
        loop {
            let rows = keys.iter().map(|key| (*key, *key));
            let shown = page(rows, token.as_deref(), 2).unwrap();
            assert!(shown.rows.len() <= 2);
            seen.extend(shown.rows);
            token = shown.next_token;
            if token.is_none() {
                break;
            }
        }
        assert_eq!(seen, keys);
        assert_eq!(page(keys.iter().map(|key| (*key, *key)), Some("?"), 2), Err(BadToken));
    }
}
