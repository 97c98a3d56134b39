//! `opentrail show`

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use wire::{Members, Value};

use super::out;
use super::source::Source;
use super::table::shown;
use super::{Where, block_on};

/// Show one event in full
///
///   opentrail find --event CreateUser --json | head -1
///   opentrail show 5f0a3a3e-6c0d-4c0b-8a51-0d5e3c1f0b02
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Show {
    /// The event's id
    event_id: String,
    /// The record on one line, as stored
    #[arg(long)]
    json: bool,
    /// Request and response in full, when they were too large for the record
    #[arg(long)]
    whole: bool,
    #[command(flatten)]
    place: Where,
}

impl Show {
    pub(super) fn run(self) -> Result<ExitCode> {
        block_on(async {
            let source = Source::of(&self.place)?;
            let input = Members::new().with("EventId", Value::from(self.event_id.as_str()));
            let output = source.call("GetEvent", &input).await?;
            if self.whole {
                let whole = output.string("Whole");
                out::line(whole.unwrap_or("the record holds everything"));
                return Ok(ExitCode::SUCCESS);
            }
            for event in output.maps("Events") {
                let record = event.string("CloudTrailEvent").unwrap_or_default();
                out::line(if self.json { record.to_owned() } else { pretty(record)? });
            }
            Ok(ExitCode::SUCCESS)
        })
    }
}

fn pretty(record: &str) -> Result<String> {
    let value: serde_json::Value = serde_json::from_str(record)?;
    let text = serde_json::to_string_pretty(&value)?;
    Ok(text.lines().map(shown).collect::<Vec<_>>().join("\n"))
}
