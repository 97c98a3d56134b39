//! The signed note around a checkpoint: a text, an empty line, and lines with signatures.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::Error;

/// What a signature line begins with: a dash of the longer kind and a space.
const DASH: &str = "— ";
/// More lines than anybody signs.
const SIGNATURES_MAX: usize = 100;

/// A note, taken apart and not proven.
pub(super) struct Note<'a> {
    /// The signed text, with the line break at its end.
    pub(super) text: &'a str,
    /// Who says to have signed it.
    pub(super) signatures: Vec<Line<'a>>,
}

/// One line with a signature.
pub(super) struct Line<'a> {
    /// The key's name.
    pub(super) name: &'a str,
    /// The key's hash and what it made.
    pub(super) signature: Vec<u8>,
}

impl<'a> Note<'a> {
    /// Takes a note apart.
    pub(super) fn parse(note: &'a str) -> Result<Self, Error> {
        let at = note.rfind("\n\n").ok_or(Error::Note)?;
        let (text, lines) = (note.get(..=at), note.get(at + 2..));
        let (text, lines) = text.zip(lines).ok_or(Error::Note)?;
        let has_control = text.chars().any(|letter| letter.is_control() && letter != '\n');
        let lines = lines.strip_suffix('\n').filter(|_| !has_control).ok_or(Error::Note)?;
        if lines.split('\n').count() > SIGNATURES_MAX {
            return Err(Error::Note);
        }
        let signatures = lines.split('\n').map(line).collect::<Result<_, _>>()?;
        Ok(Self { text, signatures })
    }

    /// Puts a note together.
    pub(super) fn write(text: &str, name: &str, signature: &[u8]) -> String {
        format!("{text}\n{DASH}{name} {}\n", STANDARD.encode(signature))
    }
}

fn line(line: &str) -> Result<Line<'_>, Error> {
    let (name, encoded) =
        line.strip_prefix(DASH).and_then(|rest| rest.split_once(' ')).ok_or(Error::Note)?;
    check_name(name).map_err(|_| Error::Note)?;
    let signature = STANDARD.decode(encoded).map_err(|_| Error::Note)?;
    if signature.len() > 4 { Ok(Line { name, signature }) } else { Err(Error::Note) }
}

/// Refuses names that cannot stand in a line, or in the text of a key.
pub(super) fn check_name(name: &str) -> Result<(), Error> {
    let is_bad = |letter: char| letter.is_whitespace() || letter.is_control() || letter == '+';
    if name.is_empty() || name.contains(is_bad) { Err(Error::Name) } else { Ok(()) }
}
