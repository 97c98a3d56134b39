//! What a file is called, however odd, and how that is printed on one line.

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::fmt;

/// The name of a file below its source, with `/` between folders.
///
/// It may hold anything that a file system allows: it is printed with escapes, so that it is one
/// harmless line, and two names are never printed alike.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(OsString);

impl Key {
    /// Takes a name as it is.
    pub fn new(name: impl Into<OsString>) -> Self {
        Self(name.into())
    }

    /// Returns the name as the file system knows it.
    pub fn as_os_str(&self) -> &OsStr {
        &self.0
    }

    /// Returns the name if it is UTF-8.
    pub fn as_str(&self) -> Option<&str> {
        self.0.to_str()
    }

    /// Returns the name as one printable line: `\n`, `\u{202e}`, `\xFF`, and `\\` for a backslash.
    pub fn printable(&self) -> Cow<'_, str> {
        match self.0.to_str() {
            Some(name) if !name.chars().any(is_escaped) => Cow::Borrowed(name),
            _ => Cow::Owned(escaped(self.0.as_encoded_bytes())),
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.printable())
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.printable())
    }
}

/// Returns whether a letter would move the cursor, end the line, or turn the reading direction.
fn is_escaped(letter: char) -> bool {
    let turns = matches!(
        letter,
        '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    );
    letter == '\\' || letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}') || turns
}

fn escaped(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() + 8);
    for chunk in bytes.utf8_chunks() {
        for letter in chunk.valid().chars() {
            match letter {
                letter if is_escaped(letter) => text.extend(letter.escape_default()),
                letter => text.push(letter),
            }
        }
        for byte in chunk.invalid() {
            text.extend(['\\', 'x', digit(byte >> 4), digit(byte & 0xF)]);
        }
    }
    text
}

fn digit(value: u8) -> char {
    char::from_digit(value.into(), 16).unwrap_or('?').to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn every_name_is_one_printable_line_of_its_own() {
        use std::os::unix::ffi::OsStringExt;
        let names: [&[u8]; 8] = [
            b"a.json",
            b"a\nb",
            b"a\\nb",
            b"a\\\\nb",
            b"a\xffb",
            b"a\\xFFb",
            "a\u{202e}b".as_bytes(),
            b"\x1b[2J",
        ];
        let keys: Vec<_> =
            names.iter().map(|name| Key::new(OsString::from_vec(name.to_vec()))).collect();
        let printed: Vec<_> = keys.iter().map(Key::to_string).collect();
        assert_eq!(
            printed,
            [
                "a.json",
                r"a\nb",
                r"a\\nb",
                r"a\\\\nb",
                r"a\xFFb",
                r"a\\xFFb",
                r"a\u{202e}b",
                r"\u{1b}[2J"
            ]
        );
        assert_eq!(keys[0].as_str(), Some("a.json"));
        assert_eq!(keys[4].as_str(), None);
    }
}
