//! `opentrail verify`

mod at_rest;
mod folder;
mod journal;
mod keys;
mod online;
mod place;
mod progress;
mod report;

use std::path::PathBuf;
use std::process::ExitCode;
use std::thread::available_parallelism;

use anyhow::Result;
use clap::Args;
use jiff::{SignedDuration, Timestamp};
use trail::verify::{Bucket, PublicKey, Question, verify};

use super::dates;
use place::Place;
use progress::Progress;

/// Prove that trails' files are exactly as they were delivered
///
/// Reads the digests of a bucket, proves their signatures and links, and holds every log file against
/// them: what was changed, taken away, put there or cut off is named. It exits with 0 only when
/// there is nothing of that. It reads, in this order:
///
///   --folder DIR --bucket NAME    a plain copy, as 'aws s3 sync s3://NAME DIR' makes one; no network
///   --data DIR [--bucket NAME]    the built-in buckets of a data folder; no server
///   [--bucket NAME]               S3 at AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL
///
/// Without --bucket it reads those of all trails. Keys are those of --keys; else those that data
/// folder or server name now, which proves less: whoever changed files there may have changed keys.
///
///   opentrail verify --save-keys keys.json            once, to be kept somewhere else
///   opentrail verify --keys keys.json
///   opentrail verify --folder copy --bucket my-logs --keys keys.json --end 2026-11-20T12:00:00Z
///   opentrail verify --checkpoint checkpoint-2026-11-20 --key checkpoint.key --data world
#[expect(clippy::doc_markdown, reason = "this text is shown as it stands")]
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Verify {
    /// The bucket; may be given several times, with a folder each
    #[arg(long, value_name = "NAME")]
    bucket: Vec<String>,
    /// A plain copy of the bucket
    #[arg(long, value_name = "DIR", requires = "bucket", conflicts_with = "data")]
    folder: Vec<PathBuf>,
    /// A data folder, of a server that runs or not
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Only what is below this prefix; online, to list less
    #[arg(long, value_name = "PREFIX")]
    prefix: Option<String>,
    /// Keys to trust: what 'aws cloudtrail list-public-keys' or --save-keys gave
    #[arg(long, value_name = "FILE")]
    keys: Vec<PathBuf>,
    /// Write the keys of server or data folder into a file, and verify nothing
    #[arg(long, value_name = "FILE", conflicts_with_all = ["keys", "folder"])]
    save_keys: Option<PathBuf>,
    /// One trail only, by name or ARN
    #[arg(long, value_name = "NAME|ARN")]
    trail: Option<String>,
    /// One account's files only
    #[arg(long, value_name = "ID")]
    account: Option<String>,
    /// One Region's files only
    #[arg(long)]
    region: Option<String>,
    /// Nothing older: 2026-11-20, T-7d, today …
    #[arg(long, value_name = "TIME")]
    start: Option<String>,
    /// Nothing newer; of a copy the time when it was made. Digests must be there up to an hour before
    #[arg(long, value_name = "TIME")]
    end: Option<String>,
    /// How long after its end a digest may still be on its way; of AWS's own trails 1h
    #[arg(long, value_name = "SPAN", default_value = "5m")]
    lag: String,
    /// Print the eventID of every event that is proven, with its file
    #[arg(long)]
    events: bool,
    /// Print the report as one JSON object
    #[arg(long)]
    json: bool,
    /// A checkpoint to hold the data folder's journal against
    #[arg(long, value_name = "FILE", requires = "data")]
    checkpoint: Vec<PathBuf>,
    /// The key that verifies checkpoints, or a file that holds it
    #[arg(long, value_name = "KEY|FILE", requires = "checkpoint")]
    key: Option<String>,
}

impl Verify {
    pub(super) fn run(self) -> Result<ExitCode> {
        let mut is_clean = true;
        if let (Some(data), false) = (&self.data, self.checkpoint.is_empty()) {
            for file in &self.checkpoint {
                is_clean &= journal::check(data, file, self.key.as_deref(), self.json)?;
            }
            if self.bucket.is_empty() && self.trail.is_none() {
                return Ok(code(is_clean));
            }
        }
        let mut place = self.place()?;
        if let Some(file) = &self.save_keys {
            keys::save(&place.keys()?, file)?;
            return Ok(ExitCode::SUCCESS);
        }
        Ok(code(self.judge(&mut place)? && is_clean))
    }

    fn place(&self) -> Result<Place> {
        match &self.data {
            _ if !self.folder.is_empty() => folder::open(&self.folder, &self.bucket),
            Some(dir) => at_rest::open(dir, &self.bucket, self.trail.as_deref()),
            None => {
                let (trail, prefix) = (self.trail.as_deref(), self.prefix.as_deref());
                online::open(&self.bucket, trail, prefix, !self.keys.is_empty())
            }
        }
    }

    /// Verifies and reports; returns whether everything is as it was delivered.
    fn judge(&self, place: &mut Place) -> Result<bool> {
        let trust = if self.keys.is_empty() { place.keys()? } else { keys::pinned(&self.keys)? };
        let time = |text: &Option<String>| {
            text.as_deref().map(|text| dates::time(text, place.now)).transpose()
        };
        let (start, end) = (time(&self.start)?, time(&self.end)?.unwrap_or(place.end));
        let lag_max = dates::duration(&self.lag)?;
        let question = self.question(&trust.keys, start, end, lag_max, place.threads);
        let mut found = place.future(end);
        if self.trail.is_none() && self.account.is_none() && self.region.is_none() {
            found.extend(place.unseen(&trust));
        }
        let progress = Progress::new(&place.buckets);
        let fetch = |bucket: &str, key: &str| progress.count((place.fetch)(bucket, key));
        let buckets: Vec<_> = place
            .buckets
            .iter_mut()
            .map(|(name, keys)| Bucket { name, keys: std::mem::take(keys), fetch: &fetch })
            .collect();
        let mut report = verify(&buckets, &question);
        progress.finish();
        report.findings.append(&mut place.findings);
        report.findings.append(&mut found);
        report.findings.sort();
        report.findings.dedup();
        let told = report::Told { report: &report, trust: &trust, end };
        if self.json {
            told.print_json();
        } else {
            told.print(self.events);
            if !self.folder.is_empty() && self.end.is_none() {
                report::say_when(&report);
            }
        }
        Ok(report.is_clean())
    }

    fn question<'a>(
        &'a self,
        keys: &'a [PublicKey],
        start: Option<Timestamp>,
        end: Timestamp,
        lag_max: SignedDuration,
        threads: usize,
    ) -> Question<'a> {
        Question {
            trail: self.trail.as_deref(),
            account: self.account.as_deref(),
            region: self.region.as_deref(),
            start,
            end,
            lag_max,
            keys,
            inflate: false,
            event_ids: self.events,
            threads,
        }
    }
}

/// How many files are hashed at once.
fn cores() -> usize {
    available_parallelism().map_or(1, usize::from)
}

fn code(is_clean: bool) -> ExitCode {
    if is_clean { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
