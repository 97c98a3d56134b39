//! The members of an object and the items of an array whose text is known to be valid.

use std::borrow::Cow;

use super::{Bounds, Name, Scanner};
use crate::import::text;

/// A member of an object: its name, and its value's own text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member<'a> {
    /// The name, without escapes.
    pub name: Cow<'a, str>,
    /// The value as JSON, to the byte.
    pub value: &'a str,
}

impl<'a> Member<'a> {
    /// Returns the value if it is a string, without quotes and escapes.
    ///
    /// Half a surrogate pair becomes U+FFFD: writers that cut text at a number of UTF-16 units
    /// leave such halves behind, and no event should be lost to that.
    pub fn string(&self) -> Option<Cow<'a, str>> {
        text::string(self.value)
    }

    /// Returns the value if it is `true` or `false`, as such or as a string (old records).
    pub fn flag(&self) -> Option<bool> {
        match self.value.trim_matches('"') {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        }
    }

    /// Returns whether the value is `null`.
    pub fn is_null(&self) -> bool {
        self.value == "null"
    }

    /// Returns the value's own members; none if it is no object.
    pub fn members(&self) -> Members<'a> {
        Members::of(self.value)
    }

    /// Returns the value's own items; none if it is no array.
    pub fn items(&self) -> Items<'a> {
        Items::of(self.value)
    }
}

/// What [`Member::members`] gives, one after the other.
#[derive(Debug)]
pub struct Members<'a> {
    text: &'a str,
    scanner: Scanner<'a>,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Before,
    Inside,
    Behind,
}

impl<'a> Members<'a> {
    /// Reads the members of an object; none if `text` is not one.
    ///
    /// Text that is not valid ends the members where it stops being so; what came by
    /// [`records`](crate::import::records) is valid throughout.
    pub fn of(text: &'a str) -> Self {
        Self { text, scanner: Scanner::new(text.as_bytes(), Bounds::NONE), state: State::Before }
    }

    fn step(&mut self) -> Option<Member<'a>> {
        let name = match self.state {
            State::Before => self.scanner.enter_object().ok()??,
            State::Inside => self.scanner.next_member().ok()??,
            State::Behind => return None,
        };
        self.scanner.token()?;
        let from = self.scanner.at;
        self.scanner.value().ok()?;
        member(self.text, 0, &name, from..self.scanner.at)
    }
}

impl<'a> Iterator for Members<'a> {
    type Item = Member<'a>;

    fn next(&mut self) -> Option<Member<'a>> {
        let member = self.step();
        self.state = if member.is_some() { State::Inside } else { State::Behind };
        member
    }
}

/// Cuts a member out of `text`, which stands at `base` of what was scanned.
pub(in crate::import) fn member<'a>(
    text: &'a str,
    base: usize,
    name: &Name,
    value: std::ops::Range<usize>,
) -> Option<Member<'a>> {
    let written = text.get(name.range.start - base..name.range.end - base)?;
    let name = if name.is_escaped { text::unescape(written) } else { Cow::Borrowed(written) };
    Some(Member { name, value: text.get(value.start - base..value.end - base)? })
}

/// What [`Member::items`] gives, one after the other.
#[derive(Debug)]
pub struct Items<'a> {
    text: &'a str,
    scanner: Scanner<'a>,
    state: State,
}

impl<'a> Items<'a> {
    /// Reads the items of an array; none if `text` is not one.
    pub fn of(text: &'a str) -> Self {
        Self { text, scanner: Scanner::new(text.as_bytes(), Bounds::NONE), state: State::Before }
    }

    fn step(&mut self) -> Option<&'a str> {
        let before = if self.state == State::Before { b'[' } else { b',' };
        if self.state == State::Behind || self.scanner.token() != Some(before) {
            return None;
        }
        self.scanner.at += 1;
        if self.scanner.token()? == b']' {
            return None;
        }
        let from = self.scanner.at;
        self.scanner.value().ok()?;
        self.text.get(from..self.scanner.at)
    }
}

impl<'a> Iterator for Items<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let item = self.step();
        self.state = if item.is_some() { State::Inside } else { State::Behind };
        item
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_and_items_are_walked_over() {
        let text = r#"{ "a" : "x\ny", "b":{"c":[1, "two" ,{}]}, "\u0064":"true" ,"e":null}"#;
        let members: Vec<_> = Members::of(text).collect();
        let names: Vec<_> = members.iter().map(|member| member.name.as_ref()).collect();
        assert_eq!(names, ["a", "b", "d", "e"]);
        assert_eq!(members[0].string().as_deref(), Some("x\ny"));
        assert_eq!(members[1].string(), None);
        assert_eq!(members[2].flag(), Some(true));
        assert!(members[3].is_null());
        let inner = members[1].members().next().unwrap();
        assert_eq!(inner.items().collect::<Vec<_>>(), ["1", "\"two\"", "{}"]);
        assert_eq!(Members::of("[1]").count() + Items::of("{}").count(), 0);
        assert_eq!(Members::of("{}").count() + Items::of(" [ ] ").count(), 0);
        assert_eq!(Members::of("{\"a\":1,\"b\":").count(), 1);
    }
}
