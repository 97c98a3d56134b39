//! What a string literal means.

use std::borrow::Cow;

/// Returns the meaning of a string literal with its quotes; nothing for other values.
pub(super) fn string(value: &str) -> Option<Cow<'_, str>> {
    value.strip_prefix('"')?.strip_suffix('"').map(unescape)
}

/// Returns what a literal means whose quotes are taken off; half a surrogate pair is U+FFFD.
pub(super) fn unescape(literal: &str) -> Cow<'_, str> {
    let Some((plain, mut rest)) = split_escape(literal) else { return Cow::Borrowed(literal) };
    let mut text = String::with_capacity(literal.len());
    text.push_str(plain);
    loop {
        let (meaning, behind) = escape(rest);
        text.push(meaning);
        let Some((plain, next)) = split_escape(behind) else {
            text.push_str(behind);
            return Cow::Owned(text);
        };
        text.push_str(plain);
        rest = next;
    }
}

/// Splits at the first backslash, which is in neither part.
fn split_escape(text: &str) -> Option<(&str, &str)> {
    text.split_once('\\')
}

/// Returns what the escape means whose backslash was taken off, and what is behind it.
fn escape(text: &str) -> (char, &str) {
    let mut letters = text.chars();
    let meaning = match letters.next() {
        Some('b') => '\u{8}',
        Some('f') => '\u{c}',
        Some('n') => '\n',
        Some('r') => '\r',
        Some('t') => '\t',
        Some('u') => return unicode(letters.as_str()),
        Some(same) => same,
        None => char::REPLACEMENT_CHARACTER,
    };
    (meaning, letters.as_str())
}

fn unicode(text: &str) -> (char, &str) {
    let Some((first, behind)) = unit(text) else { return (char::REPLACEMENT_CHARACTER, text) };
    if let Some(letter) = char::from_u32(first) {
        return (letter, behind);
    }
    let second = behind.strip_prefix("\\u").and_then(unit);
    match second.and_then(|(second, rest)| Some((pair(first, second)?, rest))) {
        Some(whole) => whole,
        None => (char::REPLACEMENT_CHARACTER, behind),
    }
}

fn unit(text: &str) -> Option<(u32, &str)> {
    let (digits, behind) = text.split_at_checked(4)?;
    Some((u32::from_str_radix(digits, 16).ok()?, behind))
}

/// Puts a surrogate pair together, if these two are one.
fn pair(high: u32, low: u32) -> Option<char> {
    let is_pair = (0xD800..0xDC00).contains(&high) && (0xDC00..0xE000).contains(&low);
    is_pair.then(|| char::from_u32(0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00))).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn halves_of_pairs_are_no_loss() {
        assert_eq!(unescape(r"\ud83d\ude00!"), "\u{1f600}!");
        assert_eq!(unescape(r"cut\ud83d"), "cut\u{fffd}");
        assert_eq!(unescape(r"\ud83d\ud83d\ude00"), "\u{fffd}\u{1f600}");
        assert_eq!(unescape(r"\ude00\u0041"), "\u{fffd}A");
        assert_eq!(unescape(r#"\"\\\/\b\f\n\r\t"#), "\"\\/\u{8}\u{c}\n\r\t");
        assert!(matches!(unescape("plain"), Cow::Borrowed("plain")));
        assert_eq!(string("17"), None);
    }

    proptest! {
        #[test]
        fn agrees_with_serde_json(text in ".*", ascii in any::<bool>()) {
            let mut literal = serde_json::to_string(&text).unwrap();
            if ascii {
                let units = |letter: char| {
                    let mut units = [0; 2];
                    let units = letter.encode_utf16(&mut units);
                    units.iter().map(|unit| format!("\\u{unit:04X}")).collect::<Vec<_>>().concat()
                };
                let spelt = |letter: char| {
                    if letter.is_ascii() { letter.to_string() } else { units(letter) }
                };
                literal = literal.chars().map(spelt).collect::<Vec<_>>().concat();
            }
            prop_assert_eq!(string(&literal).unwrap(), text);
        }
    }
}
