//! The names of the objects that are open: no object may have one twice.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

use crate::import::text;

/// So many names of an object are compared one by one; what has more is looked at when it closes.
const COMPARED_MAX: usize = 64;

/// The names of all open objects, one object behind the other.
#[derive(Debug, Default)]
pub(super) struct Names<'a>(Vec<(&'a [u8], usize)>);

/// Where the names of one open object begin, and what is quickly known of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Object {
    from: usize,
    /// One bit a name, by a rough hash: a name whose bit is not set is new.
    seen: u64,
    is_escaped: bool,
}

impl<'a> Names<'a> {
    /// Begins an object.
    pub(super) fn object(&self) -> Object {
        Object { from: self.0.len(), seen: 0, is_escaped: false }
    }

    /// Adds the name that stands at `at`; `false` when the object has it already.
    ///
    /// Names with escapes, and those of very large objects, are judged by [`Names::close`].
    pub(super) fn add(
        &mut self,
        object: &mut Object,
        name: &'a [u8],
        at: usize,
        is_escaped: bool,
    ) -> bool {
        object.is_escaped |= is_escaped;
        let bit = bit(name);
        let own = self.0.get(object.from..).unwrap_or_default();
        let compare = object.seen & bit != 0 && own.len() < COMPARED_MAX;
        let is_new = !(compare && own.iter().any(|(other, _)| *other == name));
        object.seen |= bit;
        self.0.push((name, at));
        is_new
    }

    /// Ends the innermost object; returns where a name stands that it has a second time.
    pub(super) fn close(&mut self, object: Object) -> Option<Range<usize>> {
        let own = self.0.get(object.from..).unwrap_or_default();
        let is_judged = !object.is_escaped && own.len() <= COMPARED_MAX;
        let twice = if is_judged { None } else { twice(own) };
        self.0.truncate(object.from);
        twice
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn truncate(&mut self, len: usize) {
        self.0.truncate(len);
    }
}

/// Compares names as what they mean: `"\u0061"` is `"a"`.
fn twice(names: &[(&[u8], usize)]) -> Option<Range<usize>> {
    let mut seen: HashSet<Cow<'_, [u8]>> = HashSet::with_capacity(names.len());
    let again = names.iter().find(|(name, _)| !seen.insert(meaning(name)));
    again.map(|(name, at)| *at..*at + name.len())
}

fn meaning(name: &[u8]) -> Cow<'_, [u8]> {
    match std::str::from_utf8(name) {
        Ok(name) => match text::unescape(name) {
            Cow::Borrowed(same) => Cow::Borrowed(same.as_bytes()),
            Cow::Owned(other) => Cow::Owned(other.into_bytes()),
        },
        // The record is refused for that anyway.
        Err(_) => Cow::Borrowed(name),
    }
}

/// Both ends of a name and its length, eight bytes at a time: they tell most names apart.
fn bit(name: &[u8]) -> u64 {
    let ends = match (name.first_chunk::<8>(), name.last_chunk::<8>()) {
        (Some(first), Some(last)) => {
            u64::from_le_bytes(*first) ^ u64::from_le_bytes(*last).rotate_left(29)
        }
        _ => name.iter().fold(0, |ends, byte| ends << 8 | u64::from(*byte)),
    };
    let rough = ends ^ (name.len() as u64).rotate_left(59);
    1 << (rough.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 58)
}
