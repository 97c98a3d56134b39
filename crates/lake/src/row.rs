//! One event on its way into a segment: its record, its members, and its place in history.

use std::borrow::Cow;
use std::cmp::Ordering;

use event::{Facts, FactsError, Members, string};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One event.
#[derive(Debug)]
pub struct Row<'a> {
    /// The record, byte for byte.
    pub record: &'a str,
    pub(crate) members: Members<'a>,
    pub(crate) facts: Facts<'a>,
    /// The account in whose history it is.
    pub account: Cow<'a, str>,
    /// The frame or the batch that it came with.
    pub sequence: u64,
    /// Its place in there.
    pub nth: u32,
    /// What history needs beside the record.
    pub extra: Extra<'a>,
}

/// What history needs beside a record; mostly nothing.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extra<'a> {
    /// Types and names of what history lists as touched, where that is not what the record names.
    #[serde(borrow, default, skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    /// The account of an imported record that does not say so itself.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub account: Option<Cow<'a, str>>,
    /// Request and response in full, when they are too large for the record.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub whole: Option<Cow<'a, str>>,
    /// Whether it came from outside.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub imported: bool,
}

/// Where an event stands in history: by its time, then by its coming; ordered by age.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Position {
    /// `eventTime`, in seconds since 1970.
    pub second: i64,
    /// The frame or the batch that it came with.
    pub sequence: u64,
    /// Its place in there.
    pub nth: u32,
}

impl<'a> Row<'a> {
    /// Reads a record that came as event `nth` of frame or batch `sequence`.
    ///
    /// # Errors
    /// It is no JSON object, or its `eventTime` is no time.
    pub fn read(
        record: &'a str,
        sequence: u64,
        nth: u32,
        extra: Extra<'a>,
    ) -> Result<Self, FactsError> {
        if !record.trim_start().starts_with('{') {
            return Err(FactsError::Kind);
        }
        let members = Members::read(record).map_err(FactsError::Shape)?;
        let facts = Facts::of(&members, &members.identity())?;
        let account = extra.account.clone().or_else(|| facts.account_id.clone());
        let account = account.unwrap_or_default();
        Ok(Self { record, members, facts, account, sequence, nth, extra })
    }

    /// Returns where it stands in history.
    pub fn position(&self) -> Position {
        let second = self.facts.event_time.as_second();
        Position { second, sequence: self.sequence, nth: self.nth }
    }

    /// Returns what was read of the record.
    pub fn facts(&self) -> &Facts<'a> {
        &self.facts
    }

    /// Returns types and names of what history lists as touched: what the service's own index lists
    /// replaces what the record names.
    pub fn listed(&self) -> impl Iterator<Item = (&str, &str)> {
        let named = self.facts.resources.iter().filter(|_| self.extra.resources.is_empty());
        let named =
            named.map(|named| (named.kind.as_deref().unwrap_or_default(), named.name.as_ref()));
        named.chain(self.extra.resources.iter().map(|(kind, name)| (kind.as_ref(), name.as_ref())))
    }

    /// Returns `eventTime`.
    pub fn time(&self) -> Timestamp {
        self.facts.event_time
    }

    /// Returns `eventID`, where the record has one.
    pub fn event_id(&self) -> Option<&str> {
        self.facts.event_id.as_deref()
    }

    /// Returns by what it is told from others: its id, or its text where it has none.
    pub(crate) fn key(&self) -> &str {
        self.event_id().unwrap_or(self.record)
    }

    /// Returns a hash of its id and its text, by which it is told from others in one run.
    pub(crate) fn fingerprint(&self) -> u128 {
        // whoever makes events could make two with the same weak hash, and one would be dropped
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, self.record.as_bytes());
        let half = digest.as_ref().first_chunk().expect("a SHA-256 has 32 bytes");
        u128::from_le_bytes(*half)
    }

    /// Puts it into the history of an account, as its record does not say whose it is.
    pub(crate) fn belongs_to(&mut self, account: String) {
        self.extra.account = Some(account.clone().into());
        self.account = account.into();
    }

    /// Orders rows as they lie in a segment: what is alike lies together, and compresses.
    pub(crate) fn by_likeness(&self, other: &Self) -> Ordering {
        let (one, two) = (&self.facts, &other.facts);
        (one.event_source.cmp(&two.event_source))
            .then_with(|| one.event_name.cmp(&two.event_name))
            .then_with(|| one.principal_arn.cmp(&two.principal_arn))
            .then_with(|| self.user_agent().cmp(&other.user_agent()))
            .then_with(|| self.position().cmp(&other.position()))
    }

    fn user_agent(&self) -> Option<Cow<'a, str>> {
        string(self.members.user_agent)
    }
}

impl Extra<'_> {
    /// Returns it with texts of its own.
    pub(crate) fn into_owned(self) -> Extra<'static> {
        let own = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        Extra {
            resources: self
                .resources
                .into_iter()
                .map(|(kind, name)| (own(kind), own(name)))
                .collect(),
            account: self.account.map(own),
            whole: self.whole.map(own),
            imported: self.imported,
        }
    }

    /// Returns it as JSON; nothing where there is nothing to say.
    pub(crate) fn text(&self) -> Option<String> {
        (*self != Self::default())
            .then(|| serde_json::to_string(self).expect("texts and flags are plain JSON"))
    }
}
