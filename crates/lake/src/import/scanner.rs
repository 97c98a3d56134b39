//! Walks over JSON without building it: where each value ends, and that it is JSON at all.

pub(super) mod members;
mod names;
mod scalars;
mod strings;

use std::ops::Range;

use names::Names;

/// Stands somewhere in a text; every step either passes something valid or says what is wrong.
///
/// It accepts exactly what RFC 8259 calls JSON, but refuses a name that an object has twice and
/// more levels than are allowed. It does not look whether bytes above 0x7F are UTF-8: that is
/// quicker to ask once for a whole record.
#[derive(Debug)]
pub(super) struct Scanner<'a> {
    bytes: &'a [u8],
    /// The next byte to be looked at.
    pub(super) at: usize,
    /// Whether white space was passed since someone set this to `false`.
    pub(super) spaced: bool,
    bounds: Bounds,
    frames: Vec<Frame>,
    names: Names<'a>,
}

/// What may be open at once: this, and not the text, decides how much memory a scanner takes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// Objects and arrays.
    pub(super) levels: usize,
    /// Names in all open objects.
    pub(super) names: usize,
}

impl Bounds {
    /// No bounds: for text that has passed already.
    pub(super) const NONE: Self = Self { levels: usize::MAX, names: usize::MAX };
}

/// An object or array that is open.
#[derive(Debug, Clone, Copy)]
enum Frame {
    Object(names::Object),
    Array,
}

/// The name of a member, as it is written between its quotes.
#[derive(Debug, Clone)]
pub(super) struct Name {
    pub(super) range: Range<usize>,
    pub(super) is_escaped: bool,
}

/// What is wrong, and at which byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) at: usize,
    pub(super) what: What,
}

/// What may be wrong with a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    /// Something else was expected.
    Expected(&'static str),
    /// `NaN` or `Infinity`, which some writers put where JSON has no number.
    NotANumber,
    /// The text ends inside a value.
    End,
    /// More levels than allowed.
    TooDeep,
    /// More names than allowed.
    TooManyNames,
    /// An object has this name twice.
    Duplicate(Range<usize>),
}

/// A point to which a scanner can be taken back.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    frames: usize,
    names: usize,
}

type Step<T> = Result<T, Fault>;

impl<'a> Scanner<'a> {
    /// Stands before the first byte of `bytes`.
    pub(super) fn new(bytes: &'a [u8], bounds: Bounds) -> Self {
        let (frames, names) = (Vec::new(), Names::default());
        Self { bytes, at: 0, spaced: false, bounds, frames, names }
    }

    /// Returns the next byte behind white space without passing it; nothing at the end.
    pub(super) fn token(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        if byte > b' ' { Some(byte) } else { self.token_behind_space() }
    }

    fn token_behind_space(&mut self) -> Option<u8> {
        while let Some(byte) = self.bytes.get(self.at) {
            if !matches!(byte, b' ' | b'\n' | b'\t' | b'\r') {
                return Some(*byte);
            }
            self.spaced = true;
            self.at += 1;
        }
        None
    }

    /// Passes the next value, whatever it is.
    pub(super) fn value(&mut self) -> Step<()> {
        let outside = self.frames.len();
        loop {
            let opened = self.begin()?;
            if !opened && !self.go_on(outside)? {
                return Ok(());
            }
        }
    }

    /// Passes `{` and returns the first name, with the scanner before its value; nothing when the
    /// object was empty and is passed.
    pub(super) fn enter_object(&mut self) -> Step<Option<Name>> {
        if self.token() != Some(b'{') {
            return Err(self.expected("an object"));
        }
        self.open(Frame::Object(self.names.object()))?;
        if self.token() == Some(b'}') {
            self.close()?;
            return Ok(None);
        }
        self.name().map(Some)
    }

    /// Passes what is behind a member's value: returns the next name, or nothing behind `}`.
    pub(super) fn next_member(&mut self) -> Step<Option<Name>> {
        match self.token() {
            Some(b',') => {
                self.at += 1;
                self.name().map(Some)
            }
            Some(b'}') => self.close().map(|()| None),
            _ => Err(self.expected("a comma or the end of an object")),
        }
    }

    /// Remembers which objects and arrays are open.
    pub(super) fn mark(&self) -> Mark {
        Mark { frames: self.frames.len(), names: self.names.len() }
    }

    /// Forgets what was opened since `mark`, and stands at `at`.
    pub(super) fn rewind(&mut self, mark: Mark, at: usize) {
        self.frames.truncate(mark.frames);
        self.names.truncate(mark.names);
        self.at = at;
    }

    /// Says that something else was expected here.
    pub(super) fn expected(&self, what: &'static str) -> Fault {
        match self.bytes.get(self.at) {
            Some(_) => self.fault(What::Expected(what)),
            None => self.fault(What::End),
        }
    }

    pub(super) fn fault(&self, what: What) -> Fault {
        Fault { at: self.at, what }
    }

    /// Passes a scalar or opens something; returns whether the scanner is before another value.
    fn begin(&mut self) -> Step<bool> {
        match self.token() {
            Some(b'"') => self.string().map(|_| false),
            Some(b'{') => self.enter_object().map(|name| name.is_some()),
            Some(b'[') => self.enter_array(),
            Some(b'-' | b'0'..=b'9') => self.number().map(|()| false),
            Some(_) => self.word().map(|()| false),
            None => Err(self.fault(What::End)),
        }
    }

    fn enter_array(&mut self) -> Step<bool> {
        self.open(Frame::Array)?;
        if self.token() == Some(b']') {
            self.close()?;
            return Ok(false);
        }
        Ok(true)
    }

    /// Passes what is behind a value and whatever that closes, down to `outside` open frames;
    /// returns whether there is another value to pass.
    fn go_on(&mut self, outside: usize) -> Step<bool> {
        while self.frames.len() > outside {
            let has_more = match self.frames.last() {
                Some(Frame::Object(_)) => self.next_member()?.is_some(),
                _ => self.next_item()?,
            };
            if has_more {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Passes what is behind an item of an array; returns whether there is another one.
    fn next_item(&mut self) -> Step<bool> {
        match self.token() {
            Some(b',') => {
                self.at += 1;
                Ok(true)
            }
            Some(b']') => self.close().map(|()| false),
            _ => Err(self.expected("a comma or the end of an array")),
        }
    }

    fn open(&mut self, frame: Frame) -> Step<()> {
        if self.frames.len() >= self.bounds.levels {
            return Err(self.fault(What::TooDeep));
        }
        self.frames.push(frame);
        self.at += 1;
        Ok(())
    }

    fn close(&mut self) -> Step<()> {
        if let Some(Frame::Object(object)) = self.frames.pop()
            && let Some(range) = self.names.close(object)
        {
            return Err(self.fault(What::Duplicate(range)));
        }
        self.at += 1;
        Ok(())
    }

    /// Passes a name and its colon.
    fn name(&mut self) -> Step<Name> {
        if self.token() != Some(b'"') {
            return Err(self.expected("a name"));
        }
        if self.names.len() >= self.bounds.names {
            return Err(self.fault(What::TooManyNames));
        }
        let from = self.at + 1;
        let is_escaped = self.string()?;
        let range = from..self.at - 1;
        if let Some(Frame::Object(object)) = self.frames.last_mut() {
            let name = self.bytes.get(range.clone()).unwrap_or_default();
            if !self.names.add(object, name, range.start, is_escaped) {
                return Err(Fault { at: from, what: What::Duplicate(range) });
            }
        }
        if self.token() != Some(b':') {
            return Err(self.expected("a colon"));
        }
        self.at += 1;
        Ok(Name { range, is_escaped })
    }
}

#[cfg(test)]
mod tests;
