//! `opentrail find`

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use jiff::Timestamp;
use wire::{Members, Value};

use super::out;
use super::source::Source;
use super::table::Table;
use super::{Where, block_on, dates};

const PAGE: usize = 500;

/// Find events: every filter that is given must hold
///
/// Texts take '*' for anything and do not mind case. Without --account and --region it looks where
/// the caller is; 'all' looks everywhere the caller may.
///
///   opentrail find --event 'Batch*' --who alice --from T-7d
///   opentrail find --error '*' --account all --region all
///   opentrail find --source license-manager.amazonaws.com --write --json
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Find {
    #[command(flatten)]
    filter: FilterArgs,
    /// No older events: 2026-11-20, T-7d, today …
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// No newer events
    #[arg(long, value_name = "TIME")]
    to: Option<String>,
    /// At most so many events; 0 for all
    #[arg(long, default_value_t = 50, value_name = "N")]
    limit: usize,
    /// One record a line, as stored
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Where,
}

/// The filters that searches and live views share.
#[derive(Args, Clone, Default)]
pub(super) struct FilterArgs {
    /// Operation, such as BatchMeterUsage
    #[arg(long, value_name = "NAME")]
    pub(super) event: Option<String>,
    /// Service, such as metering-marketplace.amazonaws.com
    #[arg(long, value_name = "HOST")]
    pub(super) source: Option<String>,
    /// User or session name, ARN or access key
    #[arg(long)]
    pub(super) who: Option<String>,
    /// Account, or 'all'
    #[arg(long, value_name = "ID")]
    pub(super) account: Option<String>,
    /// Region, or 'all'
    #[arg(long)]
    pub(super) region: Option<String>,
    /// Name or type of something touched
    #[arg(long, value_name = "NAME")]
    pub(super) resource: Option<String>,
    /// Error code; '*' for any
    #[arg(long, value_name = "CODE")]
    pub(super) error: Option<String>,
    /// Address the call came from
    #[arg(long, value_name = "ADDRESS")]
    pub(super) ip: Option<String>,
    /// Only calls that change nothing
    #[arg(long, conflicts_with = "write")]
    pub(super) read: bool,
    /// Only calls that change something
    #[arg(long)]
    pub(super) write: bool,
}

impl FilterArgs {
    /// Returns the filter for the server.
    pub(super) fn members(&self) -> Members {
        let text = |value: &Option<String>| value.clone().map(Value::from);
        let read_only = (self.read || self.write).then(|| Value::from(self.read));
        Members::new()
            .with("EventName", text(&self.event))
            .with("EventSource", text(&self.source))
            .with("Who", text(&self.who))
            .with("Account", text(&self.account))
            .with("Region", text(&self.region))
            .with("Resource", text(&self.resource))
            .with("ErrorCode", text(&self.error))
            .with("SourceIp", text(&self.ip))
            .with("ReadOnly", read_only)
    }
}

impl Find {
    pub(super) fn run(self) -> Result<ExitCode> {
        block_on(async {
            let source = Source::of(&self.place)?;
            let now = source.now().await?;
            let filter = self
                .filter
                .members()
                .with("StartTime", self.time(self.from.as_deref(), now)?)
                .with("EndTime", self.time(self.to.as_deref(), now)?);
            let found = self.print(&source, filter).await?;
            if !self.json {
                eprintln!("{}", summary(found, self.limit));
            }
            Ok(ExitCode::SUCCESS)
        })
    }

    #[expect(clippy::unused_self, reason = "reads like the flags it is for")]
    fn time(&self, text: Option<&str>, now: Timestamp) -> Result<Option<Value>> {
        text.map(|text| dates::time(text, now).map(Value::from)).transpose()
    }

    async fn print(&self, source: &Source, filter: Members) -> Result<usize> {
        let mut table = Table::new();
        let (mut found, mut token) = (0, None);
        loop {
            let left = if self.limit == 0 { PAGE } else { self.limit - found };
            let page = i64::try_from(left.min(PAGE)).unwrap_or(1);
            let input = Members::new()
                .with("Filter", Value::from(filter.clone()))
                .with("MaxResults", Value::from(page))
                .with("NextToken", token.map(Value::String));
            let output = source.call("FindEvents", &input).await?;
            for event in output.maps("Events") {
                found += 1;
                if self.json {
                    out::line(event.string("CloudTrailEvent").unwrap_or_default());
                } else {
                    table.print(event);
                }
            }
            token = output.string("NextToken").map(str::to_owned);
            let enough = self.limit > 0 && found == self.limit;
            if token.is_none() || enough {
                return Ok(found);
            }
        }
    }
}

fn summary(found: usize, limit: usize) -> String {
    match found {
        0 => "no events; look further with --from, --account all or --region all".to_owned(),
        1 => "1 event".to_owned(),
        _ if limit > 0 && found == limit => format!("{found} events; --limit 0 shows all"),
        _ => format!("{found} events"),
    }
}
