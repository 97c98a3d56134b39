//! `opentrail clock`

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand};
use wire::{Members, Value};

use super::out;
use super::source::Source;
use super::{Where, block_on, credentials, dates};
use crate::world::World;

/// Show or move the sandbox's clock
///
/// Usage windows, change sets, sessions and event times follow it; signatures do not. Only a server
/// started with --demo or --sandbox-clock lets its clock be moved.
///
///   opentrail clock advance 3h
///   opentrail clock set 2026-12-01T05:59:00Z
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Clock {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Show the time
    Show {
        #[command(flatten)]
        place: Where,
    },
    /// Move to a time: 2026-12-01T05:59:00Z; 'wall' goes back to the real one
    Set {
        /// The time
        time: String,
    },
    /// Move on by a span: 90s, 15m, 3h, 7d, 1d12h
    Advance {
        /// The span
        span: String,
    },
}

impl Clock {
    pub(super) fn run(self) -> Result<ExitCode> {
        block_on(async {
            let client = || credentials::client();
            let output = match self.action {
                Action::Show { place } => {
                    Source::of(&place)?.call("GetClock", &Members::new()).await?
                }
                Action::Set { time } if time == "wall" => {
                    let input = Members::new().with("Reset", Value::from(true));
                    client()?.call("opentrail", "SetClock", &input).await?
                }
                Action::Set { time } => {
                    let time = dates::time(&time, World::new().wall())?;
                    let input = Members::new().with("Time", Value::from(time));
                    client()?.call("opentrail", "SetClock", &input).await?
                }
                Action::Advance { span } => {
                    let seconds = dates::duration(&span)?.as_secs();
                    let input = Members::new().with("AdvanceSeconds", Value::from(seconds));
                    client()?.call("opentrail", "SetClock", &input).await?
                }
            };
            if let Some(now) = output.timestamp("Now") {
                out::line(event::event_time(now));
            }
            let offset = output.integer("OffsetSeconds").unwrap_or(0);
            eprintln!("{}", distance(offset));
            Ok(ExitCode::SUCCESS)
        })
    }
}

fn distance(offset: i64) -> String {
    match offset {
        0 => "the real time".to_owned(),
        _ if offset > 0 => format!("{offset} s ahead of the real time"),
        _ => format!("{} s behind the real time", -offset),
    }
}
