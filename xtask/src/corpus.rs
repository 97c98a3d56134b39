//! `cargo xtask corpus`: log files as trails of a busy organization write them, all of it invented.
//!
//! ```text
//!   seed ─▶ 5 accounts × 4 Regions = 20 streams, each with a calendar of 90 days
//!             └▶ files of about 900 events ─▶ bursts: a caller, and what it does in a minute
//!                                                 └▶ records, from the templates of kinds.txt
//! ```
//!
//! The same options make the same bytes on every machine: nothing here reads the clock, and all
//! chance comes from the seed, the stream and the file's number, so files are made in any order.

mod calendar;
mod cast;
mod chance;
mod kinds;
mod log_file;
mod pools;
mod record;
mod scene;
mod template;

use std::fs;
#[cfg(test)]
use std::path::Path;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use calendar::Calendar;
use cast::Cast;
use chance::Chance;
use kinds::Kinds;
use log_file::Stream;
pub(crate) use log_file::Written;
use pools::Belongings;

use crate::Failure;

/// The accounts and their shares; the first is the demo world's seller, who can ask for its events.
pub(crate) const ACCOUNTS: &[(&str, usize)] = &[
    ("111122223333", 40),
    ("444455556666", 25),
    ("777788889999", 18),
    ("222233334444", 11),
    ("555566667777", 6),
];
/// The Regions, their shares, and how many hours their day is ahead of UTC's; global services are
/// in the first.
pub(crate) const REGIONS: &[(&str, usize, usize)] = &[
    ("us-east-1", 55, 19),
    ("eu-west-1", 22, 1),
    ("us-west-2", 15, 16),
    ("ap-southeast-2", 8, 10),
];
/// How many events a file holds, about.
const FILE: usize = 900;
/// What the corpus is; a change of what is written raises it.
const FORMAT: usize = 2;

/// What to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Options {
    pub(crate) events: usize,
    pub(crate) seed: usize,
    /// The first day without events.
    pub(crate) until: jiff::civil::Date,
    pub(crate) into: PathBuf,
}

impl Options {
    /// What is made without options: a million events.
    pub(crate) fn default_in(into: impl Into<PathBuf>) -> Self {
        let until = jiff::civil::date(2026, 11, 20);
        Self { events: 1_000_000, seed: 7, until, into: into.into() }
    }

    /// Reads the options of the command line.
    fn read(arguments: &[String]) -> Result<Self, Failure> {
        let mut options = Self::default_in("target/bench/corpus");
        let mut rest = arguments.iter().skip(1);
        while let Some(name) = rest.next() {
            let value = rest.next().ok_or_else(|| format!("{name} wants a value"))?;
            match name.as_str() {
                "--events" => options.events = value.replace('_', "").parse()?,
                "--seed" => options.seed = value.parse()?,
                "--until" => options.until = value.parse()?,
                "--into" => options.into = value.into(),
                _ => return Err(format!("corpus knows no option {name}").into()),
            }
        }
        Ok(options)
    }

    /// Returns where it is noted what a folder holds: beside it, so that importers do not find it.
    fn note(&self) -> PathBuf {
        let mut name = self.into.clone().into_os_string();
        name.push(".note.json");
        name.into()
    }

    /// Returns the end, in seconds since 1970.
    pub(crate) fn end(&self) -> Result<i64, Failure> {
        Ok(self.until.to_zoned(jiff::tz::TimeZone::UTC)?.timestamp().as_second())
    }
}

/// Makes a corpus.
pub(crate) fn run(arguments: &[String]) -> Result<(), Failure> {
    let options = Options::read(arguments)?;
    let written = make(&options)?;
    println!("{}: {}", options.into.display(), told(written));
    Ok(())
}

/// Returns the figures of a corpus in words.
pub(crate) fn told(written: Written) -> String {
    let Written { files, events, json, gzip } = written;
    format!("{events} events in {files} files, {} KB of JSON, {} KB gz", json / 1000, gzip / 1000)
}

/// Makes a corpus where it is not there yet, and returns its figures.
pub(crate) fn prepare(options: &Options) -> Result<Written, Failure> {
    match fs::read_to_string(options.note()) {
        Ok(note) => match noted(&note, options) {
            Some(written) => Ok(written),
            None => make(options),
        },
        Err(_) => make(options),
    }
}

/// Makes a corpus; what was in the folder before is removed.
fn make(options: &Options) -> Result<Written, Failure> {
    let note = options.note();
    if options.into.join("AWSLogs").exists() {
        if !note.exists() {
            return Err(format!("{} was not made by this command", options.into.display()).into());
        }
        fs::remove_dir_all(options.into.join("AWSLogs"))?;
    }
    fs::create_dir_all(&options.into)?;
    fs::write(&note, "{}")?;
    let written = write(options)?;
    fs::write(note, serde_json::to_string_pretty(&note_of(options, written))?)?;
    Ok(written)
}

fn note_of(options: &Options, written: Written) -> serde_json::Value {
    serde_json::json!({
        "format": FORMAT, "seed": options.seed, "until": options.until.to_string(),
        "events": written.events, "files": written.files,
        "json": written.json, "gzip": written.gzip,
    })
}

/// Reads what a folder holds, when it is what these options ask for.
fn noted(note: &str, options: &Options) -> Option<Written> {
    let note: serde_json::Value = serde_json::from_str(note).ok()?;
    let figure = |name: &str| usize::try_from(note[name].as_u64()?).ok();
    let written = Written {
        files: figure("files")?,
        events: figure("events")?,
        json: figure("json")?,
        gzip: figure("gzip")?,
    };
    (note == note_of(options, written) && written.events == options.events).then_some(written)
}

/// Writes all files, on all cores.
fn write(options: &Options) -> Result<Written, Failure> {
    let kinds = Kinds::read()?;
    let cast = Cast::read(options.seed)?;
    let belongings: Vec<_> =
        (0..ACCOUNTS.len()).map(|account| Belongings::of(options.seed, account)).collect();
    let streams = streams(options, &belongings, &cast, &kinds)?;
    let files: Vec<_> = streams
        .iter()
        .flat_map(|stream| stretches(stream).into_iter().enumerate().map(move |cut| (stream, cut)))
        .collect();
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Ok(Written::default())));
    std::thread::scope(|scope| -> Result<(), Failure> {
        for _ in 0..std::thread::available_parallelism()?.get() {
            scope.spawn(|| {
                while let Some((stream, (number, stretch))) =
                    files.get(next.fetch_add(1, Ordering::Relaxed))
                {
                    let written = stream.write(*number, *stretch, &options.into);
                    note_down(&done, written);
                }
            });
        }
        Ok(())
    })?;
    let done = done.into_inner().map_err(|_| "a thread ended badly")?;
    done.map_err(Failure::from)
}

/// Adds what one file has come to; the first failure stays.
fn note_down(done: &Mutex<Result<Written, String>>, written: Result<Written, Failure>) {
    let mut done = done.lock().expect("nothing here ends badly");
    match (&mut *done, written) {
        (Ok(sum), Ok(written)) => sum.add(written),
        (Ok(_), Err(failure)) => *done = Err(failure.to_string()),
        (Err(_), _) => {}
    }
}

fn streams<'a>(
    options: &Options,
    belongings: &'a [Belongings],
    cast: &'a Cast,
    kinds: &'a Kinds,
) -> Result<Vec<Stream<'a>>, Failure> {
    let end = options.end()?;
    let mut streams = Vec::new();
    // each takes what its share of the shares up to its own is more than what was taken before
    let (mut share, mut taken) = (0, 0);
    for (account, (id, account_share)) in ACCOUNTS.iter().enumerate() {
        for (region, (name, region_share, ahead)) in REGIONS.iter().enumerate() {
            share += account_share * region_share;
            let events = options.events * share / 10_000 - taken;
            taken += events;
            let mut chance = Chance::of(&[options.seed, account, region]);
            let calendar = Calendar::until(end, *ahead, &mut chance);
            let place = ((*id, account), (*name, region));
            let stream =
                Stream::new(options.seed, place, (&belongings[account], cast), calendar, events);
            streams.push(stream.with_kinds(kinds));
        }
    }
    Ok(streams)
}

/// Returns from where to where in the stream its files go: about [`FILE`] events each.
fn stretches(stream: &Stream<'_>) -> Vec<(usize, usize)> {
    let count = stream.events.div_ceil(FILE);
    let mut chance = Chance::of(&[stream.seed, stream.account.1, stream.region.1, 99]);
    let mut cuts: Vec<_> = (1..count)
        .map(|number| number * stream.events / count + chance.below(FILE / 2) - FILE / 4)
        .collect();
    cuts.push(stream.events);
    let mut begin = 0;
    let mut stretches = Vec::with_capacity(count);
    for cut in cuts {
        // a short stream may have cuts that pass one another
        if cut > begin {
            stretches.push((begin, cut.min(stream.events)));
            begin = cut.min(stream.events);
        }
    }
    stretches
}

/// Returns the paths of all log files below a folder.
#[cfg(test)]
fn paths(folder: &Path) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { paths.push(path) }
        }
    }
    paths.sort();
    paths
}

#[cfg(test)]
mod tests;
