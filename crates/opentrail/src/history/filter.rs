//! Which events a question lets pass.

use event::Facts;

use super::Scope;
use super::entry::{Entry, Symbol, Symbols};
use super::pattern::Pattern;

/// The eight attributes of `LookupEvents`; exact and case-sensitive.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Attribute {
    /// The key that signed.
    AccessKeyId(String),
    /// The event's id.
    EventId(String),
    /// The operation.
    EventName(String),
    /// The service.
    EventSource(String),
    /// Whether it changes nothing.
    ReadOnly(bool),
    /// The name of something it touched.
    ResourceName(String),
    /// The type of something it touched.
    ResourceType(String),
    /// The caller's name.
    Username(String),
}

impl Attribute {
    /// Returns what the lake's index calls it.
    fn term(&self) -> (lake::Attribute, String) {
        match self {
            Self::AccessKeyId(text) => (lake::Attribute::AccessKeyId, text.clone()),
            Self::EventId(_) => unreachable!("ids have an index of their own"),
            Self::EventName(text) => (lake::Attribute::EventName, text.clone()),
            Self::EventSource(text) => (lake::Attribute::EventSource, text.clone()),
            Self::ReadOnly(value) => (lake::Attribute::ReadOnly, value.to_string()),
            Self::ResourceName(text) => (lake::Attribute::ResourceName, text.clone()),
            Self::ResourceType(text) => (lake::Attribute::ResourceType, text.clone()),
            Self::Username(text) => (lake::Attribute::Username, text.clone()),
        }
    }
}

/// A question: every part that is given must hold.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    /// The lookup attributes.
    pub attributes: Vec<Attribute>,
    /// The earliest `eventTime`, in seconds since 1970.
    pub start_second: Option<i64>,
    /// The latest `eventTime`, in seconds since 1970.
    pub end_second: Option<i64>,
    /// The category; `None` for every one.
    pub event_category: Option<&'static str>,
    /// Texts with `*` for anything, not minding case.
    pub patterns: Vec<(Column, Pattern)>,
}

/// What a pattern is held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Column {
    /// `eventName`
    EventName,
    /// `eventSource`
    EventSource,
    /// The caller's name, ARN or access key.
    Who,
    /// The account.
    Account,
    /// The Region.
    Region,
    /// Type or name of something touched.
    Resource,
    /// `errorCode`; `*` asks for any error.
    ErrorCode,
    /// `sourceIPAddress`
    SourceIp,
}

/// Why a filter makes no sense.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InvalidFilter {
    /// A pattern cannot be read.
    #[error("{name} {text:?} is too long a pattern")]
    Pattern {
        /// The filter's name.
        name: &'static str,
        /// Its text.
        text: String,
    },
}

/// A filter in the index's numbers.
pub(super) struct Compiled<'f> {
    filter: &'f Filter,
    symbols: &'f Symbols,
    exact: Vec<(Exact, Symbol)>,
    read_only: Vec<bool>,
    category: Option<Symbol>,
}

#[derive(Clone, Copy)]
enum Exact {
    AccessKeyId,
    EventName,
    EventSource,
    ResourceName,
    ResourceType,
    Username,
}

impl Filter {
    /// Adds a pattern for `column`, when a text is given.
    pub(crate) fn pattern(
        &mut self,
        column: Column,
        name: &'static str,
        text: Option<&str>,
    ) -> Result<(), InvalidFilter> {
        if let Some(text) = text {
            let pattern = Pattern::new(text)
                .ok_or_else(|| InvalidFilter::Pattern { name, text: text.to_owned() })?;
            self.patterns.push((column, pattern));
        }
        Ok(())
    }

    /// Returns whether something is asked that the lake's index does not know.
    pub(crate) fn has_patterns(&self) -> bool {
        !self.patterns.is_empty()
    }

    /// Returns what the lake's index knows of this question.
    pub(crate) fn question(&self, scope: &Scope) -> lake::Question<'static> {
        let mut question = lake::Question {
            start_second: self.start_second,
            end_second: self.end_second,
            until: Some(scope.until),
            below: scope.below.map(lake::Position::from),
            limit: scope.limit,
            ..lake::Question::default()
        };
        for attribute in &self.attributes {
            match attribute {
                Attribute::EventId(id) => question.event_id = Some(id.clone()),
                other => question.terms.push(other.term()),
            }
        }
        let scoped = [
            (lake::Attribute::Account, scope.account.clone()),
            (lake::Attribute::Region, scope.region.clone()),
            (lake::Attribute::Category, self.event_category.map(str::to_owned)),
        ];
        let scoped = scoped.into_iter().filter_map(|(attribute, value)| Some((attribute, value?)));
        question.terms.extend(scoped);
        question
    }

    /// Returns whether an event passes the patterns; `listed` is what history lists as touched.
    pub(crate) fn passes(
        &self,
        facts: &Facts<'_>,
        account: &str,
        listed: &mut dyn Iterator<Item = (&str, &str)>,
    ) -> bool {
        let listed: Vec<_> = listed.collect();
        self.patterns.iter().all(|(column, pattern)| {
            let is = |text: Option<&str>| {
                text.is_some_and(|text| !text.is_empty() && pattern.matches(text))
            };
            match column {
                Column::EventName => is(Some(&facts.event_name)),
                Column::EventSource => is(Some(&facts.event_source)),
                Column::Who => {
                    is(facts.user_name.as_deref())
                        || is(facts.principal_arn.as_deref())
                        || is(facts.access_key_id.as_deref())
                }
                Column::Account => is(Some(account)),
                Column::Region => is(Some(&facts.aws_region)),
                Column::Resource => {
                    listed.iter().any(|(kind, name)| is(Some(name)) || is(Some(kind)))
                }
                Column::ErrorCode => is(facts.error_code.as_deref()),
                Column::SourceIp => is(facts.source_ip_address.as_deref()),
            }
        })
    }

    /// Returns the one id that is asked for, when one is.
    pub(super) fn event_id(&self) -> Option<&str> {
        self.attributes.iter().find_map(|attribute| match attribute {
            Attribute::EventId(id) => Some(id.as_str()),
            _ => None,
        })
    }

    /// Returns whether a second lies within the times that are asked for.
    pub(super) fn in_time(&self, second: i64) -> bool {
        self.start_second.is_none_or(|start| start <= second)
            && self.end_second.is_none_or(|end| second <= end)
    }

    /// Returns the filter in the index's numbers; `None` when nothing can pass, because a text
    /// that it asks for was never seen.
    pub(super) fn compile<'f>(&'f self, symbols: &'f Symbols) -> Option<Compiled<'f>> {
        let mut compiled = Compiled {
            filter: self,
            symbols,
            exact: Vec::new(),
            read_only: Vec::new(),
            category: None,
        };
        for attribute in &self.attributes {
            let (column, text) = match attribute {
                Attribute::ReadOnly(value) => {
                    compiled.read_only.push(*value);
                    continue;
                }
                Attribute::AccessKeyId(text) => (Exact::AccessKeyId, text),
                // the index of ids has seen to it
                Attribute::EventId(_) => continue,
                Attribute::EventName(text) => (Exact::EventName, text),
                Attribute::EventSource(text) => (Exact::EventSource, text),
                Attribute::ResourceName(text) => (Exact::ResourceName, text),
                Attribute::ResourceType(text) => (Exact::ResourceType, text),
                Attribute::Username(text) => (Exact::Username, text),
            };
            compiled.exact.push((column, symbols.find(text)?));
        }
        if let Some(category) = self.event_category {
            compiled.category = symbols.find(category);
            // records from before categories existed are management events
            if compiled.category.is_none() && category != "Management" {
                return None;
            }
        }
        Some(compiled)
    }
}

impl Compiled<'_> {
    pub(super) fn matches(&self, entry: &Entry) -> bool {
        self.exact.iter().all(|(column, symbol)| exact(entry, *column, *symbol))
            && self.read_only.iter().all(|wanted| entry.read_only == Some(*wanted))
            && self.category_matches(entry)
            && self.filter.patterns.iter().all(|(column, pattern)| {
                self.column(entry, *column, &mut |text| pattern.matches(text))
            })
    }

    fn category_matches(&self, entry: &Entry) -> bool {
        match self.filter.event_category {
            None => true,
            Some(category) => {
                let text = self.symbols.text(entry.event_category);
                text == category || (category == "Management" && text.is_empty())
            }
        }
    }

    fn column(&self, entry: &Entry, column: Column, matches: &mut dyn FnMut(&str) -> bool) -> bool {
        let mut text = |symbol: Symbol| {
            let text = self.symbols.text(symbol);
            !text.is_empty() && matches(text)
        };
        match column {
            Column::EventName => text(entry.event_name),
            Column::EventSource => text(entry.event_source),
            Column::Who => {
                text(entry.user_name) || text(entry.principal_arn) || text(entry.access_key_id)
            }
            Column::Account => text(entry.account),
            Column::Region => text(entry.region),
            Column::Resource => {
                entry.resources.iter().any(|(kind, name)| text(*name) || text(*kind))
            }
            Column::ErrorCode => text(entry.error_code),
            Column::SourceIp => text(entry.source_ip),
        }
    }
}

fn exact(entry: &Entry, column: Exact, symbol: Symbol) -> bool {
    match column {
        Exact::AccessKeyId => entry.access_key_id == symbol,
        Exact::EventName => entry.event_name == symbol,
        Exact::EventSource => entry.event_source == symbol,
        Exact::ResourceName => entry.resources.iter().any(|(_, name)| *name == symbol),
        Exact::ResourceType => entry.resources.iter().any(|(kind, _)| *kind == symbol),
        Exact::Username => entry.user_name == symbol,
    }
}
