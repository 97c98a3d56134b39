//! `opentrail tail`

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use event::Facts;
use wire::{Members, Value};

use super::find::FilterArgs;
use super::out;
use super::source::Source;
use super::table::Table;
use super::{Where, block_on};

/// How long one request waits for news, in seconds.
const WAIT_SECONDS: i64 = 15;
/// How many events of a folder are shown when nothing is said.
const LAST: usize = 10;
/// How many are asked for at once.
const PAGE: usize = 500;

/// Watch events as they come in; Ctrl-C ends it
///
/// Its own requests leave events too, as every request does; it does not show them. With --data it
/// shows the last events of a folder and ends.
///
///   opentrail tail --error '*' --account all --region all
///   opentrail tail --data DIR --limit 20
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Tail {
    #[command(flatten)]
    filter: FilterArgs,
    /// One record a line, as stored
    #[arg(long)]
    json: bool,
    /// End after so many events; 0 shows all of a folder
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    #[command(flatten)]
    place: Where,
}

impl Tail {
    pub(super) fn run(self) -> Result<ExitCode> {
        block_on(async {
            let source = Source::of(&self.place)?;
            if self.place.data.is_some() {
                return self.last(&source).await;
            }
            let mut table = Table::new();
            let mut after = last_sequence(&source, &self.filter).await?;
            let mut seen = 0;
            loop {
                let output = since(&source, &self.filter, after, WAIT_SECONDS).await?;
                after = output.integer("LastSequence").unwrap_or(after);
                for event in output.maps("Events").filter(|event| !is_tail(event)) {
                    self.show(event, &mut table);
                    seen += 1;
                    if Some(seen) == self.limit {
                        return Ok(ExitCode::SUCCESS);
                    }
                }
            }
        })
    }
}

impl Tail {
    /// Shows the last events of a folder, the newest last.
    async fn last(&self, source: &Source) -> Result<ExitCode> {
        let limit = match self.limit {
            Some(0) => usize::MAX,
            limit => limit.unwrap_or(LAST),
        };
        let (mut events, mut token) = (Vec::new(), None);
        loop {
            let page = (limit - events.len()).min(PAGE);
            let input = Members::new()
                .with("Filter", Value::from(self.filter.members()))
                .with("MaxResults", Value::from(i64::try_from(page)?))
                .with("NextToken", token.map(Value::String));
            let output = source.call("FindEvents", &input).await?;
            events.extend(output.maps("Events").cloned());
            token = output.string("NextToken").map(str::to_owned);
            if token.is_none() || events.len() >= limit {
                break;
            }
        }
        let mut table = Table::new();
        for event in events.iter().rev() {
            self.show(event, &mut table);
        }
        Ok(ExitCode::SUCCESS)
    }

    fn show(&self, event: &Members, table: &mut Table) {
        if self.json {
            out::line(event.string("CloudTrailEvent").unwrap_or_default());
        } else {
            table.print(event);
        }
    }
}

/// Returns where the journal's end is now.
pub(super) async fn last_sequence(source: &Source, filter: &FilterArgs) -> Result<i64> {
    let input = Members::new().with("Filter", Value::from(filter.members()));
    let output = source.call("TailEvents", &input).await?;
    Ok(output.integer("LastSequence").unwrap_or(0))
}

/// Returns what came after frame `after`, waiting at most so long for something.
pub(super) async fn since(
    source: &Source,
    filter: &FilterArgs,
    after: i64,
    wait_seconds: i64,
) -> Result<Members> {
    let input = Members::new()
        .with("Filter", Value::from(filter.members()))
        .with("AfterSequence", Value::from(after))
        .with("WaitSeconds", Value::from(wait_seconds));
    source.call("TailEvents", &input).await
}

/// Returns whether an event is a live view's own request.
pub(super) fn is_tail(event: &Members) -> bool {
    let record = event.string("CloudTrailEvent").unwrap_or_default();
    Facts::read(record).is_ok_and(|facts| facts.event_name == "TailEvents")
}
