//! `opentrail checkpoint`

use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::Args;
use wire::Members;

use super::out;
use super::source::Source;
use super::{Where, block_on};

/// Print a signed checkpoint: the head of the journal's hash chain
///
/// Kept where this machine cannot change it, it proves later, by 'opentrail verify --checkpoint',
/// that nothing recorded before it was changed or taken away, not even by the machine's owner. It
/// covers every call that was answered before. Only the operator's account may have it.
///
///   opentrail checkpoint --key > checkpoint.key         once, the key to verify with
///   opentrail checkpoint > checkpoint-$(date +%F)       every day, say
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Checkpoint {
    /// Print the key that verifies checkpoints instead
    #[arg(long)]
    key: bool,
    #[command(flatten)]
    place: Where,
}

impl Checkpoint {
    pub(super) fn run(self) -> Result<ExitCode> {
        let output = block_on(async {
            let source = Source::of(&self.place)?;
            source.call("GetCheckpoint", &Members::new()).await
        })?;
        let member = if self.key { "VerifierKey" } else { "Checkpoint" };
        let text = output.string(member).context("the answer has no checkpoint")?;
        text.lines().for_each(out::line);
        Ok(ExitCode::SUCCESS)
    }
}
