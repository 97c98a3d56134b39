//! The journal as a whole, on real files.

mod basics;
mod commits;
mod faults;
mod flips;
mod model;

use std::fs;
use std::path::{Path, PathBuf};

use crate::{Error, Frame, Journal, Options, Reader, Sequence};

/// Segments of a few frames, so that every test turns to new ones.
fn small() -> Options {
    Options {
        segment_bytes: 8192,
        first_segment_bytes: 8192,
        payload_bytes_max: 2000,
        reserve_bytes: 0,
        ..Options::default()
    }
}

/// A payload that names its place and has no zero bytes.
fn payload(number: u64, len: usize) -> Vec<u8> {
    let mut bytes = format!("frame {number} ").into_bytes();
    let filler = (b'a'..=b'z').cycle().skip(usize::try_from(number % 26).unwrap());
    bytes.extend(filler.take(len));
    bytes
}

/// Appends frames one by one, each a commit of its own.
fn append_each(journal: &Journal, numbers: std::ops::RangeInclusive<u64>, len: usize) {
    for number in numbers {
        let ticket = journal.append(payload(number, len)).unwrap();
        assert_eq!(ticket.sequence().get(), number);
        ticket.wait().unwrap();
    }
}

/// What a reader hands out: payloads, and the first frame missing at each gap.
fn read_all(dir: &Path) -> Vec<Result<Frame, Error>> {
    Reader::open(dir).unwrap().collect()
}

fn payloads(frames: impl IntoIterator<Item = Result<Frame, Error>>) -> Vec<Vec<u8>> {
    frames.into_iter().map(|frame| frame.unwrap().payload).collect()
}

fn expected(numbers: std::ops::RangeInclusive<u64>, len: usize) -> Vec<Vec<u8>> {
    numbers.map(|number| payload(number, len)).collect()
}

/// The segment files in order.
fn segments(dir: &Path) -> Vec<PathBuf> {
    let listing = crate::segment::list(&dir.join("journal")).unwrap();
    listing.segments.into_iter().map(|(_, path)| path).collect()
}

/// Copies a data folder as it is, as if the process had been killed now.
fn copy(from: &Path) -> tempfile::TempDir {
    let to = tempfile::tempdir().unwrap();
    fs::create_dir(to.path().join("journal")).unwrap();
    for entry in fs::read_dir(from.join("journal")).unwrap() {
        let entry = entry.unwrap();
        if entry.path().extension().is_none_or(|extension| extension != "tmp") {
            fs::copy(entry.path(), to.path().join("journal").join(entry.file_name())).unwrap();
        }
    }
    to
}

fn sequence(number: u64) -> Sequence {
    Sequence::new(number)
}
