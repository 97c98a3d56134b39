//! Loads found files into a store: records become rows, each once, and rows become data files.
//!
//! ```text
//!   files ─▶ read, unpack, split ─▶ rows ─▶ new? ─▶ data file ─▶ Loaded, to be added to the store
//!                                            ├ the store has this very record
//!                                            └ it came before in this run
//! ```
//!
//! A record is a duplicate when one with the same `eventID` and the same text is there; another text
//! under the same id is another event, so that nothing is lost to a reused id.

use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use event::FactsError;

use crate::data::{DataError, Written};
use crate::import::{
    Account, Broken, Found, Limits, ReadError, Reason, Record, Source, UnzipLimits, records, unpack,
};
use crate::row::{Extra, Row};
use crate::store::Store;

/// One run of loading; shared by the threads that load.
pub struct Load<'a> {
    store: &'a Store,
    source: &'a Source,
    options: Options,
    /// The next row's place in the run.
    next: AtomicU32,
    /// What this run has read, whether or not it is in the store yet: hashes of ids and texts.
    seen: Mutex<HashSet<u128>>,
}

/// How files are loaded.
#[derive(Debug, Clone)]
pub struct Options {
    /// The frame that tells of the run: every row comes with it.
    pub sequence: u64,
    /// The account to whose history records go that do not say whose they are.
    pub account: String,
    /// What a packed file may become.
    pub unzip: UnzipLimits,
    /// What a record may be.
    pub limits: Limits,
}

/// What became of some files.
#[derive(Debug)]
pub struct Loaded {
    /// The data file of the new rows; none when there was no new row.
    pub written: Option<Written>,
    /// What was read, and what was not.
    pub account: Account,
    /// The files that were wholly taken in.
    pub done: Vec<Found>,
}

/// The records of some files, one text after the other.
#[derive(Default)]
struct Texts {
    text: String,
    records: Vec<Split>,
}

/// A record that was split off, and where it came from.
struct Split {
    /// Where it ends in the text.
    end: usize,
    /// Which of the files it stands in.
    file: usize,
    /// Its place among the records of its file, from 0.
    index: u64,
    /// Its first byte in the unpacked file.
    offset: u64,
}

impl<'a> Load<'a> {
    /// Begins a run.
    pub fn new(store: &'a Store, source: &'a Source, options: Options) -> Self {
        let (next, seen) = (AtomicU32::new(0), Mutex::default());
        Self { store, source, options, next, seen }
    }

    /// Reads files and writes their new records as one data file called `name`, which nobody sees
    /// before it is added to the store.
    ///
    /// # Errors
    /// The store cannot be read, or the disk refuses; a file that cannot be read is told in the
    /// account.
    pub async fn files(&self, name: &str, files: &[Found]) -> Result<Loaded, DataError> {
        let (mut texts, mut account, mut done) = (Texts::default(), Account::default(), Vec::new());
        for (number, found) in files.iter().enumerate() {
            match self.source.read(found, self.options.unzip.bytes_max).await {
                Ok(bytes) => {
                    let is_whole = self.split((number, found), &bytes, &mut texts, &mut account);
                    done.extend(is_whole.then(|| found.clone()));
                }
                Err(error) => unread(&mut account, found, &error),
            }
        }
        let rows = self.rows(files, &texts, &mut account);
        let written = self.write(name, rows, &mut account)?;
        Ok(Loaded { written, account, done })
    }

    /// Splits a file into its records; tells whether it was whole.
    fn split(
        &self,
        (number, found): (usize, &Found),
        bytes: &[u8],
        texts: &mut Texts,
        account: &mut Account,
    ) -> bool {
        let mut into = Vec::new();
        let (text, unzipped) = match unpack(bytes, &self.options.unzip, &mut into) {
            Ok(unpacked) => unpacked,
            Err(error) => {
                account.broken_file(&found.key, error.kind(), &error);
                return false;
            }
        };
        account.read_file(bytes.len() as u64, text.len() as u64);
        if let Some(trailing) = unzipped.and_then(|unzipped| unzipped.trailing) {
            let words = format!("{} bytes behind the last gzip member", trailing.bytes);
            account.odd_file(&found.key, "trailing", &words);
        }
        records(text, &self.options.limits, &mut |piece| {
            match piece {
                Ok(record) => texts.push(number, &record),
                Err(broken) => account.broken_record(&found.key, &broken),
            }
            std::ops::ControlFlow::Continue(())
        });
        true
    }

    /// Returns the rows that this run has not seen before.
    fn rows<'t>(&self, files: &[Found], texts: &'t Texts, account: &mut Account) -> Vec<Row<'t>> {
        let mut rows: Vec<Row<'t>> = Vec::with_capacity(texts.records.len());
        for (text, split) in texts.all() {
            let extra = Extra { imported: true, ..Extra::default() };
            let mut row = match Row::read(text, self.options.sequence, 0, extra) {
                Ok(row) => row,
                Err(error) => {
                    left_out(account, files, split, &error);
                    continue;
                }
            };
            if row.account.is_empty() {
                row.belongs_to(self.options.account.clone());
            }
            rows.push(row);
        }
        let mut seen = self.seen.lock().expect("nothing panics while it looks");
        rows.retain(|row| {
            let is_new = seen.insert(row.fingerprint());
            if !is_new {
                account.duplicate_record(row.time());
            }
            is_new
        });
        rows
    }

    /// Writes the rows that the store does not have.
    fn write(
        &self,
        name: &str,
        mut rows: Vec<Row<'_>>,
        account: &mut Account,
    ) -> Result<Option<Written>, DataError> {
        let mut known = self.store.holds(&rows)?.into_iter();
        rows.retain(|row| {
            let is_known = known.next().unwrap_or(false);
            if is_known {
                account.duplicate_record(row.time());
            } else {
                account.new_record(row.time());
            }
            !is_known
        });
        if rows.is_empty() {
            return Ok(None);
        }
        rows.sort_by_key(Row::time);
        let count = u32::try_from(rows.len()).expect("a batch has fewer rows");
        let first = self.next.fetch_add(count, Ordering::Relaxed);
        for (row, nth) in rows.iter_mut().zip(first..) {
            row.nth = nth;
        }
        self.store.write(name, &rows).map(Some)
    }
}

impl Texts {
    fn push(&mut self, file: usize, record: &Record<'_>) {
        self.text.push_str(record.text);
        let (end, Record { index, offset, .. }) = (self.text.len(), *record);
        self.records.push(Split { end, file, index, offset });
    }

    fn all(&self) -> impl Iterator<Item = (&str, &Split)> {
        let begins = [0].into_iter().chain(self.records.iter().map(|split| split.end));
        let texts = begins.zip(&self.records);
        texts.filter_map(|(begin, split)| Some((self.text.get(begin..split.end)?, split)))
    }
}

/// Tells of a record that passed the splitter and still cannot become a row.
fn left_out(account: &mut Account, files: &[Found], split: &Split, error: &FactsError) {
    let Split { file, index, offset, .. } = *split;
    let found = files.get(file).expect("a record comes from one of the files");
    let reason = match error {
        FactsError::Kind => Reason::NotAnObject,
        FactsError::Time(text) => Reason::BadTime(text.clone()),
        FactsError::Shape(cause) => {
            Reason::NotJson { at: offset, expected: format!("a record: {cause}") }
        }
    };
    account.broken_record(&found.key, &Broken { index, offset, reason });
}

fn unread(account: &mut Account, found: &Found, error: &ReadError) {
    account.broken_file(&found.key, error.kind(), error);
}
