//! Imports straight into the lake of a data folder that no server uses: millions of events.
//!
//! ```text
//!   main: folder taken, event recorded ─▶ commits what is written, records which files are done
//!   threads:  files ─▶ rows ─▶ data file ──▶ ┘
//! ```
//!
//! A run that is broken off loses nothing: what was committed stays, and the next run reads only
//! the files that are not done.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex};
use std::thread;

use anyhow::{Context as _, Result};
use indicatif::{ProgressBar, ProgressStyle};
use lake::import::{Account, Done, Found, Limits, Listing, Skip, Source, UnzipLimits, Wanted};
use lake::{DataError, Load, Loaded, Options, Store};
use tokio::runtime::Runtime;

use crate::boot::{self, Opened};
use crate::config::Config;
use crate::world::World;

/// So many packed bytes become one data file: large enough to compress well, small enough that two
/// threads stay below a gigabyte.
const PACKED_BYTES_AT_ONCE: u64 = 9_000_000;
/// Data files are written side by side.
const THREADS: usize = 2;

/// A data folder that is being imported into.
pub(super) struct Bulk {
    runtime: Runtime,
    opened: Opened,
    store: Arc<Store>,
    world: Arc<World>,
    done_folder: PathBuf,
    progress: ProgressBar,
}

/// Files that become one data file, and its name.
type Batch = (String, Vec<Found>);

impl Bulk {
    /// Takes the data folder.
    ///
    /// # Errors
    /// A server has it; it cannot be opened.
    pub(super) fn open(data: &Path) -> Result<Self> {
        let config = Config { data: data.to_owned(), ..Config::default() };
        let world = Arc::new(World::new());
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let opened = boot::open(&config, false, &world, &runtime)
            .context("while a server runs on the folder, leave --data out: it imports itself")?;
        super::super::up::show_root_key(&opened);
        let store = opened.archive.lake().map(Arc::clone).context("the folder has a lake")?;
        let done_folder = data.join("lake").join("imports");
        Ok(Self { runtime, opened, store, world, done_folder, progress: bar() })
    }

    /// Imports a folder or a file; returns the account.
    ///
    /// # Errors
    /// The lake cannot be written. What cannot be read is told in the account.
    pub(super) fn import(&self, path: &Path) -> Result<Account> {
        let source = source(path);
        let listing = self.runtime.block_on(source.list());
        let listing = listing.with_context(|| format!("{} cannot be read", path.display()))?;
        let id = std::path::absolute(path)?;
        let mut done = Done::open(&self.done_folder, &id.to_string_lossy())?;
        let mut account = Account::default();
        let files = wanted(listing, &done, &mut account);
        if files.is_empty() {
            return Ok(account);
        }
        let sequence = boot::append(&self.opened, &self.world, Vec::new(), "EventsImported")?;
        let operator = self.opened.commits.look(|state| state.operator_account.clone());
        let options = Options {
            sequence,
            account: operator,
            unzip: UnzipLimits::default(),
            limits: Limits::default(),
        };
        self.progress.set_length(files.iter().map(|found| found.bytes).sum());
        let load = Load::new(&self.store, &source, options);
        let batches = Mutex::new(batches(files, sequence).into_iter());
        let (sender, receiver) = mpsc::sync_channel(THREADS);
        thread::scope(|scope| {
            for _ in 0..THREADS {
                let (load, batches, sender) = (&load, &batches, sender.clone());
                scope.spawn(move || self.work(load, batches, &sender));
            }
            drop(sender);
            self.collect(&receiver, &mut done, &mut account)
        })?;
        self.progress.finish_and_clear();
        Ok(account)
    }

    /// Loads batch after batch, until there is none or nobody takes them.
    fn work(
        &self,
        load: &Load<'_>,
        batches: &Mutex<impl Iterator<Item = Batch>>,
        sender: &mpsc::SyncSender<Result<Loaded, DataError>>,
    ) {
        loop {
            let next = batches.lock().expect("nothing panics while it takes one").next();
            let Some((name, files)) = next else { return };
            let loaded = self.runtime.block_on(load.files(&name, &files));
            self.progress.inc(files.iter().map(|found| found.bytes).sum());
            if sender.send(loaded).is_err() {
                return;
            }
        }
    }

    /// Adds what is written to the store, then records its files as done: in this order, so that a
    /// crash between the two costs time and no event.
    fn collect(
        &self,
        receiver: &Receiver<Result<Loaded, DataError>>,
        done: &mut Done,
        account: &mut Account,
    ) -> Result<()> {
        for loaded in receiver {
            let Loaded { written, account: part, done: files } = loaded?;
            if let Some(written) = written {
                self.runtime.block_on(self.store.add(&[written], None, self.world.wall()))?;
            }
            done.record(&files)?;
            account.merge(part);
            self.progress.set_message(format!("{} new", account.records.new));
        }
        Ok(())
    }

    /// Closes the folder.
    ///
    /// # Errors
    /// The journal did not end well.
    pub(super) fn close(self) -> Result<()> {
        Ok(self.opened.journal.close()?)
    }
}

fn bar() -> ProgressBar {
    let progress = if std::io::IsTerminal::is_terminal(&std::io::stderr()) {
        ProgressBar::new(0)
    } else {
        ProgressBar::hidden()
    };
    let style = "{bar:30} {bytes}/{total_bytes} {bytes_per_sec} {eta} left  {msg}";
    match ProgressStyle::with_template(style) {
        Ok(style) => progress.with_style(style),
        Err(_) => progress,
    }
}

fn source(path: &Path) -> Source {
    if path.is_dir() { Source::Folder(path.to_owned()) } else { Source::File(path.to_owned()) }
}

/// Returns the files that are to be read; tells of the others.
fn wanted(listing: Listing, done: &Done, account: &mut Account) -> Vec<Found> {
    for (key, error) in &listing.failed {
        account.broken_file(key, error.kind(), error);
    }
    for (key, why) in &listing.skipped {
        account.skip_file(key, *why);
    }
    let mut files = listing.found;
    files.retain(|found| {
        let before = done.contains(found).then_some(Skip::DoneBefore);
        let why = before.or_else(|| found.kind.skip(Wanted { insights: false }));
        if let Some(why) = why {
            account.skip_file(&found.key, why);
        }
        why.is_none()
    });
    files
}

/// Cuts the files, which stand in order of time, into batches of some bytes.
fn batches(files: Vec<Found>, sequence: u64) -> Vec<Batch> {
    let (mut batches, mut batch, mut bytes) = (Vec::new(), Vec::new(), 0);
    for found in files {
        bytes += found.bytes;
        batch.push(found);
        if bytes >= PACKED_BYTES_AT_ONCE {
            batches.push(std::mem::take(&mut batch));
            bytes = 0;
        }
    }
    if !batch.is_empty() {
        batches.push(batch);
    }
    let named = batches.into_iter().enumerate();
    named.map(|(at, batch)| (format!("import-{sequence:020}-{at:06}.parquet"), batch)).collect()
}
