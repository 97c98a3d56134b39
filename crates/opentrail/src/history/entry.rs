//! One event in the index, in small numbers instead of text.

use std::collections::HashMap;

use event::Facts;

use crate::frame::FrameEvent;

/// Where an event is: its time, its frame and its place in the frame; ordered by age.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub(crate) struct Position {
    /// `eventTime`, in seconds since 1970.
    pub second: i64,
    /// The frame.
    pub sequence: u64,
    /// The place in the frame.
    pub nth: u32,
}

impl From<Position> for lake::Position {
    fn from(at: Position) -> Self {
        Self { second: at.second, sequence: at.sequence, nth: at.nth }
    }
}

/// A text that was seen, as a number; 0 is the empty text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Symbol(u32);

/// Every text that was seen, once.
pub(crate) struct Symbols {
    numbers: HashMap<Box<str>, Symbol>,
    texts: Vec<Box<str>>,
}

/// The facts of one event.
#[derive(Debug)]
pub(crate) struct Entry {
    /// `eventName`
    pub event_name: Symbol,
    /// `eventSource`
    pub event_source: Symbol,
    /// The caller's name as history shows it.
    pub user_name: Symbol,
    /// The caller's ARN.
    pub principal_arn: Symbol,
    /// The key that signed.
    pub access_key_id: Symbol,
    /// `sourceIPAddress`
    pub source_ip: Symbol,
    /// `errorCode`
    pub error_code: Symbol,
    /// `eventCategory`
    pub event_category: Symbol,
    /// The account.
    pub account: Symbol,
    /// The Region.
    pub region: Symbol,
    /// `readOnly`, where the record says it.
    pub read_only: Option<bool>,
    /// Types and names of what was touched.
    pub resources: Box<[(Symbol, Symbol)]>,
}

impl Default for Symbols {
    fn default() -> Self {
        Self { numbers: HashMap::from([("".into(), Symbol(0))]), texts: vec!["".into()] }
    }
}

impl Symbols {
    /// Returns the number of `text`, a new one when it was not seen before.
    pub(crate) fn intern(&mut self, text: &str) -> Symbol {
        if let Some(symbol) = self.numbers.get(text) {
            return *symbol;
        }
        let number =
            u32::try_from(self.texts.len()).expect("memory ends before four billion texts");
        self.texts.push(text.into());
        self.numbers.insert(text.into(), Symbol(number));
        Symbol(number)
    }

    /// Returns the number of `text` when it was seen.
    pub(crate) fn find(&self, text: &str) -> Option<Symbol> {
        self.numbers.get(text).copied()
    }

    /// Returns the text of a number.
    pub(crate) fn text(&self, symbol: Symbol) -> &str {
        self.texts.get(symbol.0 as usize).map_or("", |text| text)
    }
}

impl Entry {
    /// Returns the entry of an event.
    pub(crate) fn new(symbols: &mut Symbols, event: &FrameEvent<'_>, facts: &Facts<'_>) -> Self {
        let account = event.account.as_deref().or(facts.account_id.as_deref());
        let listed = event
            .resources
            .iter()
            .map(|(kind, name)| (symbols.intern(kind), symbols.intern(name)))
            .collect::<Vec<_>>();
        let named = facts.resources.iter().map(|named| {
            let kind = named.kind.as_deref().unwrap_or_default();
            (symbols.intern(kind), symbols.intern(&named.name))
        });
        // what the service's own index lists replaces what the record names
        let resources = if listed.is_empty() { named.collect() } else { listed };
        let mut optional = |text: Option<&str>| symbols.intern(text.unwrap_or_default());
        Self {
            event_name: optional(Some(&facts.event_name)),
            event_source: optional(Some(&facts.event_source)),
            user_name: optional(facts.user_name.as_deref()),
            principal_arn: optional(facts.principal_arn.as_deref()),
            access_key_id: optional(facts.access_key_id.as_deref()),
            source_ip: optional(facts.source_ip_address.as_deref()),
            error_code: optional(facts.error_code.as_deref()),
            event_category: optional(facts.event_category.as_deref()),
            account: optional(account),
            region: optional(Some(&facts.aws_region)),
            read_only: facts.read_only,
            resources: resources.into_boxed_slice(),
        }
    }
}
