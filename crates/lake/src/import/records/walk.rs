//! The walk through a text: documents, lists in them, entries of these.

use std::ops::{ControlFlow, Range};

use super::{Limits, Piece, Record};
use crate::import::loose;
use crate::import::reason::{Reason, excerpt};
use crate::import::scanner::members::{Member, member};
use crate::import::scanner::{Bounds, Fault, Name, Scanner};
use crate::import::text;

/// So many lists or envelopes may stand within each other.
const LEVELS_MAX: usize = 4;
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// A walk through one text. Text within text is walked through by another one.
pub(super) struct Walk<'a, 'e> {
    pub(super) bytes: &'a [u8],
    pub(super) limits: &'e Limits,
    pub(super) count: &'e mut u64,
    pub(super) each: &'e mut dyn FnMut(Piece<'_>) -> ControlFlow<()>,
    pub(super) place: Place,
    pub(super) levels: usize,
    pub(super) scanner: Scanner<'a>,
    spans: Vec<Span>,
    members: Vec<Member<'a>>,
    /// The end of the last entry that was passed; nothing before it is read again.
    passed: usize,
    pub(super) is_lines: Option<bool>,
}

/// Where a byte of the walk stands in the file.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place {
    /// As far behind this one as it is into the text.
    From(u64),
    /// The text is not as in the file; all of it stands here.
    Within(u64),
}

/// A member as it stands in the text.
#[derive(Debug)]
struct Span {
    name: Name,
    value: Range<usize>,
}

/// Why an entry was not passed.
enum Stop {
    /// It is broken; what is behind it may be found.
    Fault(Fault),
    /// Nothing more is read.
    Halt(Halt),
}

/// Why nothing more is read.
pub(super) enum Halt {
    /// The end of a broken piece cannot be found.
    Lost,
    /// Who gets the records wants no more, or has had the most there may be.
    Enough,
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Halt> for Stop {
    fn from(halt: Halt) -> Self {
        Self::Halt(halt)
    }
}

/// What has more names than this is longer than a record may be: each takes six bytes.
fn bounds(limits: &Limits) -> Bounds {
    Bounds { levels: limits.depth_max, names: limits.record_bytes_max / 6 + 1 }
}

/// Returns whether `line` is one whole object or array.
pub(super) fn is_document(line: &[u8], limits: &Limits) -> bool {
    let mut scanner = Scanner::new(line, bounds(limits));
    matches!(scanner.token(), Some(b'{' | b'['))
        && scanner.value().is_ok()
        && scanner.token().is_none()
}

impl<'a, 'e> Walk<'a, 'e> {
    pub(super) fn new(
        bytes: &'a [u8],
        limits: &'e Limits,
        count: &'e mut u64,
        each: &'e mut dyn FnMut(Piece<'_>) -> ControlFlow<()>,
    ) -> Self {
        let scanner = Scanner::new(bytes, bounds(limits));
        let (spans, members) = (Vec::new(), Vec::new());
        let (place, levels, passed, is_lines) = (Place::From(0), 0, 0, None);
        Self {
            bytes,
            limits,
            count,
            each,
            place,
            levels,
            scanner,
            spans,
            members,
            passed,
            is_lines,
        }
    }

    /// Walks through the whole text: documents, one behind the other.
    pub(super) fn documents(&mut self) {
        while self.scanner.token().is_some() {
            let rest = self.bytes.get(self.scanner.at..).unwrap_or_default();
            if rest.starts_with(BYTE_ORDER_MARK) {
                self.scanner.at += BYTE_ORDER_MARK.len();
                continue;
            }
            let (from, mark, levels) = (self.scanner.at, self.scanner.mark(), self.levels);
            match self.entry() {
                Ok(()) => {}
                Err(Halt::Lost) if self.has_lines() => {
                    let end = loose::line_end(self.bytes, from).max(self.passed);
                    self.scanner.rewind(mark, end);
                    self.levels = levels;
                }
                Err(Halt::Lost | Halt::Enough) => return,
            }
        }
    }

    /// Passes what should be a record or hold some; what is broken is told and passed.
    fn entry(&mut self) -> Result<(), Halt> {
        self.scanner.token();
        let (from, mark, levels) = (self.scanner.at, self.scanner.mark(), self.levels);
        match self.read_entry() {
            Ok(()) => {
                self.passed = self.scanner.at;
                Ok(())
            }
            Err(Stop::Halt(halt)) => Err(halt),
            Err(Stop::Fault(fault)) => {
                self.levels = levels;
                let end = self.end_of_broken(from);
                let reason = self.reason(&fault, from..end.unwrap_or(self.bytes.len()));
                self.broken(from, reason)?;
                let end = end.ok_or(Halt::Lost)?;
                self.scanner.rewind(mark, end.max(self.passed));
                Ok(())
            }
        }
    }

    fn read_entry(&mut self) -> Result<(), Stop> {
        let from = self.scanner.at;
        match self.scanner.token() {
            Some(b'{') => self.object(),
            Some(b'[') if self.levels == 0 => self.list(),
            _ => {
                self.scanner.value()?;
                Ok(self.broken(from, Reason::NotAnObject)?)
            }
        }
    }

    /// Passes an array of entries.
    fn list(&mut self) -> Result<(), Stop> {
        self.levels += 1;
        self.scanner.at += 1;
        if self.scanner.token() == Some(b']') {
            self.scanner.at += 1;
            self.levels -= 1;
            return Ok(());
        }
        loop {
            self.entry()?;
            let behind = self.scanner.token();
            match behind {
                Some(b',' | b']') => self.scanner.at += 1,
                _ => return Err(self.scanner.expected("a comma or the end of an array").into()),
            }
            if behind == Some(b']') {
                self.levels -= 1;
                return Ok(());
            }
        }
    }

    /// Passes an object: a record, or something with records in it.
    fn object(&mut self) -> Result<(), Stop> {
        let from = self.scanner.at;
        self.scanner.spaced = false;
        self.spans.clear();
        let mut had_list = false;
        let mut next = self.scanner.enter_object()?;
        while let Some(name) = next {
            let token = self.scanner.token();
            let start = self.scanner.at;
            if token == Some(b'[') && self.holds_entries(&name) {
                had_list = true;
                self.list()?;
                self.spans.clear();
            } else {
                self.scanner.value()?;
                self.spans.push(Span { name, value: start..self.scanner.at });
            }
            next = self.scanner.next_member()?;
        }
        if had_list { Ok(()) } else { Ok(self.judge(from..self.scanner.at)?) }
    }

    /// Returns whether an array of this name is a list of entries, and not a part of a record.
    fn holds_entries(&self, name: &Name) -> bool {
        matches!(self.name(name), b"Records" | b"Events" | b"logEvents")
            && self.levels < LEVELS_MAX
            && !self.is_record()
    }

    fn name(&self, name: &Name) -> &'a [u8] {
        self.bytes.get(name.range.clone()).unwrap_or_default()
    }

    fn find(&self, names: &[&[u8]]) -> Option<&Span> {
        self.spans.iter().find(|span| names.contains(&self.name(&span.name)))
    }

    /// Returns whether the members so far are those of a record.
    fn is_record(&self) -> bool {
        self.find(&[b"eventVersion", b"eventName", b"eventTime"]).is_some()
    }

    /// Tells a whole object from its members.
    fn judge(&mut self, whole: Range<usize>) -> Result<(), Halt> {
        if self.is_record() {
            return self.record(whole);
        }
        let envelope = self.find(&[b"CloudTrailEvent", b"message", b"detail", b"record"]);
        let Some(inner) = envelope.filter(|_| self.levels < LEVELS_MAX) else {
            return self.broken(whole.start, Reason::NotARecord);
        };
        let (value, before) = (inner.value.clone(), *self.count);
        self.open(&whole, value)?;
        if *self.count == before {
            return self.broken(whole.start, Reason::NotARecord);
        }
        Ok(())
    }

    /// Reads what an envelope holds: a record, or the text of one.
    fn open(&mut self, whole: &Range<usize>, value: Range<usize>) -> Result<(), Halt> {
        let bytes = self.bytes.get(value.clone()).unwrap_or_default();
        if !bytes.starts_with(b"\"") {
            return self.inside(bytes, self.place_of(value.start));
        }
        match std::str::from_utf8(bytes).ok().and_then(text::string) {
            Some(text) => {
                let place = Place::Within(self.offset(whole.start));
                self.inside(text.as_bytes(), place)
            }
            None => self.broken(whole.start, self.not_utf8(whole)),
        }
    }

    /// Hands over a record.
    fn record(&mut self, whole: Range<usize>) -> Result<(), Halt> {
        if whole.len() > self.limits.record_bytes_max {
            return self.broken(whole.start, self.too_long(&whole));
        }
        let bytes = self.bytes.get(whole.clone()).unwrap_or_default();
        let Ok(text) = std::str::from_utf8(bytes) else {
            return self.broken(whole.start, self.not_utf8(&whole));
        };
        if let Some(at) = self.half_name(text, whole.start) {
            let expected = "a name without half a surrogate pair".to_owned();
            return self.broken(whole.start, Reason::NotJson { at: self.offset(at), expected });
        }
        if self.scanner.spaced {
            let place = Place::Within(self.offset(whole.start));
            return self.inside(event::compact(text).as_bytes(), place);
        }
        let members = self
            .spans
            .iter()
            .filter_map(|span| member(text, whole.start, &span.name, span.value.clone()));
        self.members.clear();
        self.members.extend(members);
        self.hand_over(text, whole.start)
    }

    /// Returns where a member's name stands that has half a surrogate pair in it: readers that take
    /// names for text refuse the whole record for that.
    fn half_name(&self, text: &str, start: usize) -> Option<usize> {
        let mut escaped = self.spans.iter().filter(|span| span.name.is_escaped);
        let half = escaped.find(|Span { name: Name { range, .. }, .. }| {
            let quoted = text.get(range.start - 1 - start..=range.end - start);
            quoted.is_none_or(|quoted| serde_json::from_str::<String>(quoted).is_err())
        });
        half.map(|span| span.name.range.start)
    }

    fn hand_over(&mut self, text: &'a str, start: usize) -> Result<(), Halt> {
        let written = self.members.iter().find(|member| member.name == "eventTime");
        let written = written.and_then(Member::string).unwrap_or_default();
        let Ok(time) = written.parse() else {
            let reason = Reason::BadTime(excerpt(&written));
            return self.broken(start, reason);
        };
        let (index, offset) = (self.index()?, self.offset(start));
        let record = Record { text, members: &self.members, time, index, offset };
        match (self.each)(Ok(record)) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Halt::Enough),
        }
    }

    /// Walks through text that stands within this one.
    fn inside(&mut self, text: &[u8], place: Place) -> Result<(), Halt> {
        let mut was_stopped = false;
        let each = &mut *self.each;
        let mut watched = |piece: Piece<'_>| {
            let flow = each(piece);
            was_stopped |= flow.is_break();
            flow
        };
        let mut inner = Walk::new(text, self.limits, self.count, &mut watched);
        (inner.place, inner.levels) = (place, self.levels + 1);
        inner.documents();
        if was_stopped || *self.count > self.limits.records_max {
            return Err(Halt::Enough);
        }
        Ok(())
    }
}
