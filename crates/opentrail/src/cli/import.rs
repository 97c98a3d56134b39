//! `opentrail import`

mod bulk;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{IsTerminal as _, Read, stdin};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use flate2::read::MultiGzDecoder;
use indicatif::{ProgressBar, ProgressStyle};
use wire::{Members, Value};

use bulk::Bulk;

use super::block_on;
use super::client::Client;
use super::credentials;
use super::out;
use super::table::shown;

/// How many records and bytes go in one request; the server's own limits are above both.
const BATCH_RECORDS: usize = 500;
const BATCH_BYTES: usize = 600 * 1024;
const RECORD_BYTES_MAX: usize = 960 * 1024;
/// What one file may hold once unpacked.
const FILE_BYTES_MAX: u64 = 1024 * 1024 * 1024;
/// How many skipped pieces are told one by one.
const TOLD_MAX: usize = 20;

/// Import CloudTrail log files
///
/// Takes .json and .json.gz files, whole folders of them, or '-' for standard input: trail log
/// files ({"Records":[…]}), bare arrays, single records, one record a line, the answers of
/// 'aws cloudtrail lookup-events', EventBridge envelopes. Records stay as they are, to the field;
/// one that is there already is counted and left out; a broken file never stops the others.
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Import {
    /// Files and folders, or -
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// End with an error when anything was skipped
    #[arg(long)]
    strict: bool,
    /// Import millions of events into this data folder, which no server uses
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Print the account as JSON; with --data
    #[arg(long, requires = "data")]
    json: bool,
}

#[derive(Default)]
struct Account {
    files: usize,
    read: i64,
    new: i64,
    duplicate: i64,
    skipped: i64,
    reasons: BTreeMap<String, i64>,
}

struct Importer {
    client: Client,
    progress: ProgressBar,
    account: Account,
    batch: Vec<String>,
    batch_bytes: usize,
    file: String,
    file_bytes: u64,
}

impl Import {
    pub(super) fn run(self) -> Result<ExitCode> {
        if let Some(data) = &self.data {
            return self.in_bulk(data);
        }
        block_on(async {
            let files = files(&self.paths)?;
            let mut importer = Importer::new(credentials::client()?, &files);
            let sent = importer.all(&files).await;
            let skipped = importer.finish();
            sent.context("the import ended early; run it again, what is there is left out")?;
            let failed = self.strict && skipped > 0;
            Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
        })
    }
}

impl Import {
    fn in_bulk(&self, data: &Path) -> Result<ExitCode> {
        let bulk = Bulk::open(data)?;
        let mut account = lake::import::Account::default();
        for path in &self.paths {
            account.merge(bulk.import(path)?);
        }
        bulk.close()?;
        if self.json {
            out::line(serde_json::to_string(&account)?);
        } else {
            told(&account);
        }
        let left_out = account.files.broken + account.records.broken;
        Ok(if self.strict && left_out > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}

/// Tells of an import for the eye.
fn told(account: &lake::import::Account) {
    let (files, records) = (&account.files, &account.records);
    out::line(format!(
        "{} files: {} read, {} skipped, {} broken",
        files.found, files.read, files.skipped, files.broken
    ));
    out::line(format!(
        "{} records: {} new, {} duplicate, {} broken",
        records.read, records.new, records.duplicate, records.broken
    ));
    let kinds = [
        ("skipped", &account.files_skipped),
        ("broken", &account.files_broken),
        ("odd", &account.files_odd),
        ("broken records", &account.records_broken),
    ];
    for (what, tallies) in kinds {
        for (kind, tally) in tallies {
            out::line(format!("  {what}, {}: {}", shown(kind), tally.count));
            for example in &tally.examples {
                out::line(format!("    {}", shown(example)));
            }
        }
    }
}

impl Importer {
    fn new(client: Client, files: &[PathBuf]) -> Self {
        let sizes = files.iter().filter_map(|path| path.metadata().ok()).map(|file| file.len());
        let progress = if std::io::stderr().is_terminal() {
            ProgressBar::new(sizes.sum())
        } else {
            ProgressBar::hidden()
        };
        let style = "{bar:30} {bytes}/{total_bytes} {bytes_per_sec} {eta} left  {msg}";
        if let Ok(style) = ProgressStyle::with_template(style) {
            progress.set_style(style);
        }
        Self {
            client,
            progress,
            account: Account::default(),
            batch: Vec::new(),
            batch_bytes: 0,
            file: String::new(),
            file_bytes: 0,
        }
    }

    async fn all(&mut self, files: &[PathBuf]) -> Result<()> {
        for file in files {
            self.file(file).await?;
        }
        self.send().await
    }

    async fn file(&mut self, path: &Path) -> Result<()> {
        self.file = path.display().to_string();
        self.account.files += 1;
        self.file_bytes = path.metadata().map_or(0, |file| file.len());
        let behind = self.progress.position() + self.file_bytes;
        match read(path) {
            Ok(text) => self.text(&text).await?,
            Err(cause) => self.skip(&format!("{cause:#}")),
        }
        self.progress.set_position(behind);
        Ok(())
    }

    async fn text(&mut self, text: &str) -> Result<()> {
        let mut found = Vec::new();
        event::source::records(text, &mut |piece| found.push(piece));
        let (begun, pieces) = (self.progress.position(), found.len() as u64);
        for (piece, done) in found.into_iter().zip(1_u64..) {
            self.account.read += 1;
            match piece {
                Ok(record) => self.record(event::compact(&record)).await?,
                Err(reason) => self.skip(&reason),
            }
            self.progress.set_position(begun + self.file_bytes * done / pieces);
        }
        Ok(())
    }

    async fn record(&mut self, record: String) -> Result<()> {
        // a record travels as text in a request, where its quotes take two bytes
        let bytes = serde_json::to_string(&record)?.len();
        if bytes > RECORD_BYTES_MAX {
            self.skip(&format!("a record of {} bytes is too large", record.len()));
            return Ok(());
        }
        if self.batch.len() == BATCH_RECORDS || self.batch_bytes + bytes > BATCH_BYTES {
            self.send().await?;
        }
        self.batch_bytes += bytes;
        self.batch.push(record);
        Ok(())
    }

    async fn send(&mut self) -> Result<()> {
        if self.batch.is_empty() {
            return Ok(());
        }
        self.batch_bytes = 0;
        let records = std::mem::take(&mut self.batch);
        let input = Members::new().with("Records", Value::from(records));
        let output = self.client.call("opentrail", "ImportEvents", &input).await?;
        self.account.new += output.integer("New").unwrap_or(0);
        self.account.duplicate += output.integer("Duplicate").unwrap_or(0);
        for skipped in output.maps("Skipped") {
            self.skip(skipped.string("Reason").unwrap_or_default());
        }
        self.progress.set_message(format!("{} new", self.account.new));
        Ok(())
    }

    fn skip(&mut self, reason: &str) {
        self.account.skipped += 1;
        *self.account.reasons.entry(reason.to_owned()).or_default() += 1;
        if self.account.reasons.len() <= TOLD_MAX {
            let line = format!("skipped in {}: {}", shown(&self.file), shown(reason));
            self.progress.suspend(|| eprintln!("{line}"));
        }
    }

    fn finish(self) -> i64 {
        self.progress.finish_and_clear();
        let account = self.account;
        out::line(format!(
            "{} files, {} read: {} new, {} duplicate, {} skipped",
            account.files, account.read, account.new, account.duplicate, account.skipped
        ));
        for (reason, count) in &account.reasons {
            out::line(format!("  skipped {count}: {}", shown(reason)));
        }
        account.skipped
    }
}

/// Returns how much a packed file of this size may hold: log files shrink to a tenth or a
/// twentieth, bombs to a thousandth.
fn unpacked_max(packed: u64) -> u64 {
    packed.saturating_mul(100).clamp(16 * 1024 * 1024, FILE_BYTES_MAX)
}

/// Returns the files that the paths name, folders searched through, in the order of their names.
fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in paths {
        if path.as_os_str() == "-" || path.is_file() {
            files.push(path.clone());
        } else if path.is_dir() {
            search(path, &mut files)?;
        } else {
            bail!("{} does not exist: name log files, a folder of them, or -", path.display());
        }
    }
    Ok(files)
}

fn search(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let mut entries: Vec<_> = std::fs::read_dir(folder)
        .with_context(|| format!("{} cannot be read", folder.display()))?
        .collect::<Result<_, _>>()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let (path, kind) = (entry.path(), entry.file_type()?);
        if kind.is_dir() {
            search(&path, files)?;
        } else if kind.is_file() && is_log(&path) {
            files.push(path);
        }
    }
    Ok(())
}

fn is_log(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    [".json", ".json.gz", ".jsonl", ".jsonl.gz", ".ndjson", ".ndjson.gz"]
        .iter()
        .any(|ending| name.ends_with(ending))
}

/// Reads a file as text, unpacked when it is gzip, whatever its name says.
pub(super) fn read(path: &Path) -> Result<String> {
    let mut bytes = Vec::new();
    let raw: Box<dyn Read> = if path.as_os_str() == "-" {
        Box::new(stdin().lock())
    } else {
        Box::new(File::open(path)?)
    };
    raw.take(FILE_BYTES_MAX).read_to_end(&mut bytes)?;
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let packed = std::mem::take(&mut bytes);
        let limit = unpacked_max(packed.len() as u64);
        MultiGzDecoder::new(packed.as_slice())
            .take(limit + 1)
            .read_to_end(&mut bytes)
            .context("broken gzip")?;
        if bytes.len() as u64 > limit {
            bail!("unpacks to more than {limit} bytes, which no log file of its size does");
        }
    }
    if bytes.len() as u64 >= FILE_BYTES_MAX {
        bail!("larger than {FILE_BYTES_MAX} bytes");
    }
    String::from_utf8(bytes).context("not UTF-8")
}
