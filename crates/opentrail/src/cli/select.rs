//! `opentrail select`

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, anyhow, bail};
use clap::Args;
use event::selectors::{
    AdvancedEventSelector, EventSelector, For, ResourceTypes, SelectorError, Selectors, Subject,
};
use serde::Deserialize;
use serde_json::json;

use super::import::read;
use super::out;
use super::table::shown;

/// Try event selectors out on events
///
/// Prints the eventIDs of those events that a trail with these selectors would deliver. Nothing is
/// changed and no server is asked. The selectors are the JSON that 'aws cloudtrail
/// put-event-selectors' takes, or what get-event-selectors answers; the events are log files in any
/// form that 'opentrail import' takes, or what 'opentrail find --json' prints.
///
///   opentrail find --from T-7d --limit 0 --json > events.jsonl
///   opentrail select --selectors selectors.json --events events.jsonl
#[expect(clippy::doc_markdown, reason = "this text is shown as it stands")]
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Select {
    /// The selectors: a list of them, or an object with EventSelectors or AdvancedEventSelectors
    #[arg(long, value_name = "FILE")]
    selectors: PathBuf,
    /// The events, or -
    #[arg(long, value_name = "FILE")]
    events: PathBuf,
    /// The list holds basic event selectors, not advanced ones
    #[arg(long)]
    basic: bool,
    /// The file holds one set of selectors a line; one JSON object is printed for each
    #[arg(long)]
    each: bool,
    /// Judge as for an event data store, which allows other fields than a trail
    #[arg(long)]
    store: bool,
    /// Accept every resource type of the form AWS::X::Y, not only those that AWS documents
    #[arg(long)]
    any_type: bool,
}

/// What `put-event-selectors --cli-input-json` takes and `get-event-selectors` answers.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Request {
    #[serde(rename = "TrailARN", alias = "TrailName")]
    _trail: Option<String>,
    event_selectors: Option<Vec<EventSelector>>,
    advanced_event_selectors: Option<Vec<AdvancedEventSelector>>,
}

/// An event: what selectors look at, and its id.
struct Known<'a> {
    subject: Subject<'a>,
    event_id: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Id<'a> {
    #[serde(rename = "eventID", default, borrow)]
    event_id: Cow<'a, str>,
}

impl Select {
    pub(super) fn run(self) -> Result<ExitCode> {
        let text = read(&self.events).with_context(|| named(&self.events))?;
        let mut pieces = Vec::new();
        event::source::records(&text, &mut |piece| pieces.push(piece));
        let records = pieces
            .into_iter()
            .collect::<Result<Vec<_>, _>>()
            .map_err(|reason| anyhow!("{}: {}", named(&self.events), shown(&reason)))?;
        let events = records.iter().map(|record| known(record)).collect::<Result<Vec<_>>>()?;
        let sets = read(&self.selectors).with_context(|| named(&self.selectors))?;
        if self.each {
            self.print_each(&sets, &events);
        } else {
            let selectors = self.parse(&sets).with_context(|| named(&self.selectors))?;
            selected(&selectors, &events).for_each(out::line);
        }
        Ok(ExitCode::SUCCESS)
    }

    fn print_each(&self, sets: &str, events: &[Known<'_>]) {
        let lines = sets.lines().filter(|line| !line.trim().is_empty());
        for (line, set) in lines.zip(1_u64..) {
            out::line(match self.parse(line) {
                Ok(selectors) => {
                    let ids: Vec<&str> = selected(&selectors, events).collect();
                    json!({"set": set, "eventIds": ids})
                }
                Err(error) => json!({"set": set, "error": format!("{error:#}")}),
            });
        }
    }

    fn parse(&self, text: &str) -> Result<Selectors> {
        let selectors = if text.trim_start().starts_with('{') {
            request(serde_json::from_str(text)?)?
        } else if self.basic {
            Selectors::Basic(serde_json::from_str(text)?)
        } else {
            Selectors::Advanced(serde_json::from_str(text)?)
        };
        let kind = if self.store { For::EventDataStore } else { For::Trail };
        let types = if self.any_type { ResourceTypes::Any } else { ResourceTypes::Listed };
        selectors.check(kind, types)?;
        Ok(selectors)
    }
}

fn request(request: Request) -> Result<Selectors> {
    match (request.event_selectors, request.advanced_event_selectors) {
        (Some(_), Some(_)) => bail!(SelectorError::BothKinds),
        (Some(basic), None) => Ok(Selectors::Basic(basic)),
        (None, Some(advanced)) => Ok(Selectors::Advanced(advanced)),
        (None, None) => bail!("neither EventSelectors nor AdvancedEventSelectors"),
    }
}

fn known(record: &str) -> Result<Known<'_>> {
    let subject = Subject::read(record)?;
    let id: Id<'_> = serde_json::from_str(record)?;
    Ok(Known { subject, event_id: id.event_id })
}

/// Returns the ids of the events that these selectors pick, in the order of the file.
fn selected<'a>(
    selectors: &'a Selectors,
    events: &'a [Known<'_>],
) -> impl Iterator<Item = &'a str> {
    events
        .iter()
        .filter(|event| selectors.select(&event.subject))
        .map(|event| event.event_id.as_ref())
}

fn named(path: &Path) -> String {
    shown(&path.display().to_string())
}
