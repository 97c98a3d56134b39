//! `LookupEvents`: the last ninety days of one account in one Region, newest first.

use std::fmt::Write as _;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use wire::{Fault, Members, Value};

use super::{Reading, unreadable};
use crate::archive::StoredEvent;
use crate::history::{Attribute, Filter, Position, Scope};
use crate::services::written_source;

/// How far back event history goes.
const HISTORY: SignedDuration = SignedDuration::from_hours(90 * 24);
const PAGE_MAX: i64 = 50;
const VALUE_CHARACTERS_MAX: usize = 2000;
/// How long a paging token is good for.
const TOKEN_LIFE: SignedDuration = SignedDuration::from_hours(1);

/// What a paging token holds: everything that must not move between pages.
#[derive(Serialize, Deserialize)]
struct Token {
    start: i64,
    end: Option<i64>,
    until: u64,
    below: Position,
    expires: i64,
}

/// Answers `LookupEvents`.
///
/// # Errors
/// `InvalidLookupAttributesException`, `InvalidTimeRangeException`, `InvalidMaxResultsException`,
/// `InvalidEventCategoryException`, `InvalidNextTokenException`. AWS's texts for these are not known;
/// ours say what to do.
pub(super) fn run(reading: &Reading<'_>, input: &Members) -> Result<Members, Fault> {
    let key = format!("{} {}", reading.account, reading.region);
    if !reading.lookups.admit(&key, reading.elapsed) {
        return Err(Fault::new("ThrottlingException", "Rate exceeded"));
    }
    let attributes = attributes(input, reading.config.lookup.several_attributes)?;
    let limit = limit(input)?;
    let bound = bound(reading, input);
    let token = match input.string("NextToken") {
        Some(text) => Some(open(reading, text, &bound)?),
        None => None,
    };
    let (start, end) = match &token {
        Some(token) => (token.start, token.end),
        None => range(input, reading.now)?,
    };
    let until = token.as_ref().map_or_else(|| reading.archive.reached(), |t| t.until);
    let filter = Filter {
        attributes,
        start_second: Some(start),
        end_second: end,
        event_category: Some(category(input)?),
        patterns: Vec::new(),
    };
    let scope = Scope {
        account: Some(reading.account.to_owned()),
        region: Some(reading.region.to_owned()),
        until,
        below: token.map(|token| token.below),
        limit,
    };
    let page = reading.archive.find(&scope, &filter).map_err(|cause| unreadable(&cause))?;
    let (events, next) = reading.stored(page)?;
    let next = next.map(|below| {
        let expires = reading.now.as_second() + TOKEN_LIFE.as_secs();
        reading.tokens.seal(&Token { start, end, until, below, expires }, &bound)
    });
    Ok(Members::new()
        .with("Events", Value::List(events.iter().map(item).collect()))
        .with("NextToken", next.map(Value::from)))
}

fn attributes(input: &Members, several: bool) -> Result<Vec<Attribute>, Fault> {
    let attributes =
        input.maps("LookupAttributes").map(attribute).collect::<Result<Vec<_>, _>>()?;
    if attributes.len() > 1 && !several {
        return Err(invalid_attributes(
            "You can specify only one lookup attribute. This server takes several when its setting \
             lookup.several_attributes is true.",
        ));
    }
    Ok(attributes)
}

fn attribute(given: &Members) -> Result<Attribute, Fault> {
    let text = given.string("AttributeValue").unwrap_or_default().to_owned();
    if !(1..=VALUE_CHARACTERS_MAX).contains(&text.chars().count()) {
        return Err(invalid_attributes("An attribute value has 1 to 2000 characters."));
    }
    Ok(match given.string("AttributeKey").unwrap_or_default() {
        "AccessKeyId" => Attribute::AccessKeyId(text),
        "EventId" => Attribute::EventId(text),
        "EventName" => Attribute::EventName(text),
        "EventSource" => Attribute::EventSource(written_source(&text).to_owned()),
        "ReadOnly" => Attribute::ReadOnly(flag(&text)?),
        "ResourceName" => Attribute::ResourceName(text),
        "ResourceType" => Attribute::ResourceType(text),
        "Username" => Attribute::Username(text),
        other => return Err(invalid_attributes(format!("{other} is not a lookup attribute."))),
    })
}

fn flag(text: &str) -> Result<bool, Fault> {
    match text {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(invalid_attributes("The value of ReadOnly must be true or false.")),
    }
}

fn invalid_attributes(message: impl Into<String>) -> Fault {
    Fault::new("InvalidLookupAttributesException", message)
}

fn limit(input: &Members) -> Result<usize, Fault> {
    let limit = input.integer("MaxResults").unwrap_or(PAGE_MAX);
    usize::try_from(limit).ok().filter(|_| (1..=PAGE_MAX).contains(&limit)).ok_or_else(|| {
        Fault::new("InvalidMaxResultsException", "MaxResults must be between 1 and 50.")
    })
}

/// Returns the seconds between which events are asked for, both included. Without an end there is
/// none: events that a clock set back has left ahead of now must not vanish.
fn range(input: &Members, now: Timestamp) -> Result<(i64, Option<i64>), Fault> {
    let invalid = |message: &str| Err(Fault::new("InvalidTimeRangeException", message));
    let oldest = now.checked_sub(HISTORY).unwrap_or(Timestamp::MIN);
    let start = input.timestamp("StartTime");
    let end = input.timestamp("EndTime");
    match (start, end) {
        (Some(start), _) if start > now => return invalid("StartTime is in the future."),
        (Some(start), Some(end)) if start > end => {
            return invalid("StartTime is later than EndTime.");
        }
        _ => {}
    }
    let start = start.unwrap_or(oldest).max(oldest);
    Ok((start.as_second(), end.map(Timestamp::as_second)))
}

fn category(input: &Members) -> Result<&'static str, Fault> {
    match input.string("EventCategory") {
        None => Ok("Management"),
        Some("insight") => Ok("Insight"),
        Some(other) => Err(Fault::new(
            "InvalidEventCategoryException",
            format!(
                "{other:?} is no event category: insight is the only one; leave it out for \
                     management events."
            ),
        )),
    }
}

/// Returns the text that a token of this question by this caller is bound to.
fn bound(reading: &Reading<'_>, input: &Members) -> String {
    let mut text = format!("LookupEvents\n{}\n{}\n", reading.caller_arn, reading.region);
    for (name, value) in
        input.iter().filter(|(name, _)| !["NextToken", "MaxResults"].contains(name))
    {
        writeln!(text, "{name}={value:?}").expect("writing to a string cannot fail");
    }
    text
}

fn open(reading: &Reading<'_>, text: &str, bound: &str) -> Result<Token, Fault> {
    let invalid = || {
        Fault::new(
            "InvalidNextTokenException",
            "The token is not valid: it must come from the page before, with the same parameters, \
             by the same caller, within an hour.",
        )
    };
    let token: Token = reading.tokens.open(text, bound).ok_or_else(invalid)?;
    if token.expires < reading.now.as_second() { Err(invalid()) } else { Ok(token) }
}

/// Returns one item of `Events`, its members in AWS's order.
fn item(stored: &StoredEvent) -> Value {
    let facts = event::Facts::read(&stored.record).ok();
    let text = |value: Option<&str>| value.map(Value::from);
    let facts = facts.as_ref();
    let read_only =
        facts.and_then(|facts| facts.read_only).map(|value| Value::from(value.to_string()));
    Value::from(
        Members::new()
            .with("EventId", text(facts.and_then(|facts| facts.event_id.as_deref())))
            .with("EventName", text(facts.map(|facts| facts.event_name.as_ref())))
            .with("ReadOnly", read_only)
            .with("AccessKeyId", text(facts.and_then(|facts| facts.access_key_id.as_deref())))
            .with("EventTime", facts.map(|facts| Value::from(facts.event_time)))
            .with("EventSource", text(facts.map(|facts| facts.event_source.as_ref())))
            .with("Username", text(facts.and_then(|facts| facts.user_name.as_deref())))
            .with("Resources", Value::List(resources(stored, facts)))
            .with("CloudTrailEvent", Value::from(stored.record.as_str())),
    )
}

fn resources(stored: &StoredEvent, facts: Option<&event::Facts<'_>>) -> Vec<Value> {
    let one = |kind: &str, name: &str| {
        let kind = Some(kind).filter(|kind| !kind.is_empty()).map(Value::from);
        Value::from(
            Members::new().with("ResourceType", kind).with("ResourceName", Value::from(name)),
        )
    };
    if stored.resources.is_empty() {
        let named = facts.map_or(&[][..], |facts| facts.resources.as_slice());
        let kind = |named: &event::Named<'_>| named.kind.clone().unwrap_or_default().into_owned();
        return named.iter().map(|named| one(&kind(named), &named.name)).collect();
    }
    stored.resources.iter().map(|(kind, name)| one(kind, name)).collect()
}
