//! `ImportEvents`: records from outside, each once, none altered.

use std::borrow::Cow;
use std::collections::HashSet;

use event::{Facts, compact};
use serde_json::value::RawValue;
use wire::{Fault, Members, Value};

use super::{Imported, Reading};
use crate::frame::FrameEvent;

/// Answers `ImportEvents`.
///
/// A record is a duplicate when one with the same `eventID` and the same text is there; another
/// text under the same id is another event, so that nothing is lost to a reused id. A record that
/// does not say whose it is goes to the caller's account.
pub(super) fn run(reading: &Reading<'_>, input: &Members) -> Result<Imported, Fault> {
    let mut sieve = Sieve { reading, seen: HashSet::new(), events: Vec::new(), duplicate: 0 };
    let mut skipped = Vec::new();
    for (index, text) in (0_i64..).zip(input.list("Records")) {
        let text = text.as_str().unwrap_or_default();
        if let Err(reason) = sieve.take(text) {
            let reason = Members::new()
                .with("Index", Value::from(index))
                .with("Reason", Value::from(reason));
            skipped.push(Value::from(reason));
        }
    }
    let new = i64::try_from(sieve.events.len()).unwrap_or(i64::MAX);
    let output = Members::new()
        .with("New", Value::from(new))
        .with("Duplicate", Value::from(sieve.duplicate))
        .with("Skipped", Value::List(skipped));
    Ok(Imported { events: sieve.events, output })
}

struct Sieve<'a> {
    reading: &'a Reading<'a>,
    seen: HashSet<(String, String)>,
    events: Vec<FrameEvent<'static>>,
    duplicate: i64,
}

impl Sieve<'_> {
    fn take(&mut self, text: &str) -> Result<(), String> {
        let record = RawValue::from_string(compact(text)).map_err(|cause| cause.to_string())?;
        let facts = Facts::read(record.get()).map_err(|cause| crate::logs::chain(&cause))?;
        let account = facts.account_id.as_deref();
        if account.is_some_and(|account| account != self.reading.account) && !self.reading.sees_all
        {
            return Err(format!(
                "the record is of account {}: only the operator's account may import it",
                account.unwrap_or_default()
            ));
        }
        let id = facts.event_id.as_deref().unwrap_or_default().to_owned();
        let known = self.reading.archive.holds(&id, record.get());
        let known = known.map_err(|cause| crate::logs::chain(&cause))?;
        if known || !self.seen.insert((id, record.get().to_owned())) {
            self.duplicate += 1;
            return Ok(());
        }
        let account = match account {
            Some(_) => None,
            None => Some(Cow::Owned(self.reading.account.to_owned())),
        };
        let mut event = FrameEvent::new(record);
        event.account = account;
        event.imported = true;
        self.events.push(event);
        Ok(())
    }
}
