//! Brings a journal back to where it may be written again.

use std::fs::OpenOptions;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::disk::Disk;
use crate::error::on;
use crate::mark::Mark;
use crate::segment::{Header, Segment};
use crate::spare::{Spare, zero};
use crate::survey::{Survey, survey};
use crate::{Error, Head, Options, Sequence};

/// What was found when the journal was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovery {
    /// How often this journal was opened for writing, this time included.
    pub epoch: u32,
    /// The first frame kept; those before it were released.
    pub first: Sequence,
    /// The last frame kept: hold every cursor and snapshot against it.
    pub head: Head,
    /// The torn tail that was cut off, if there was one. Nothing in it had been acknowledged.
    pub cut: Option<Cut>,
}

/// A torn tail that was cut off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// The file.
    pub segment: PathBuf,
    /// Where it was cut, in bytes from the file's start.
    pub offset: u64,
    /// How many bytes were wiped.
    pub bytes: u64,
    /// The frame that would have stood there.
    pub sequence: Sequence,
}

/// Judges the journal, repairs a torn tail, and makes everything left durable.
pub(crate) fn recover(
    folder: &Path,
    options: &Options,
    disk: &Disk,
) -> Result<(Vec<Segment>, Mark, Recovery), Error> {
    let mut found = survey(folder)?;
    let sweep = |path: &PathBuf| disk.remove(path).map_err(on("remove", path));
    found.leftovers.iter().try_for_each(sweep)?;
    drop_released(&mut found, disk)?;
    let cut = found.torn.map(|(from, to)| cut(&found, from, to));
    settle(&mut found, disk)?;
    let mark = Mark { epoch: found.mark.epoch + 1, last: found.head, ..found.mark };
    mark.write(disk, folder).map_err(on("write the mark in", folder))?;
    if found.segments.is_empty() {
        let first = first_segment(folder, options, disk, &mark);
        found.segments.push(first.map_err(on("make the first segment in", folder))?);
    }
    let recovery =
        Recovery { epoch: mark.epoch, first: Sequence::new(mark.first), head: mark.last, cut };
    Ok((found.segments, mark, recovery))
}

/// Finishes a release that was interrupted.
fn drop_released(found: &mut Survey, disk: &Disk) -> Result<(), Error> {
    while let [first, second, ..] = found.segments.as_slice()
        && second.header.first <= found.mark.first
    {
        disk.remove(&first.path).map_err(on("remove", &first.path))?;
        found.segments.remove(0);
    }
    Ok(())
}

fn cut(found: &Survey, from: u64, to: u64) -> Cut {
    Cut {
        segment: found.segments.last().map(|last| last.path.clone()).unwrap_or_default(),
        offset: from,
        bytes: to - from,
        sequence: found.head.sequence.next(),
    }
}

/// Makes the last segment durable up to its last good frame and zero behind it.
///
/// The last commit is written again before the sync: it may be there only in memory, after a sync
/// that failed, and the kernel would not try those pages a second time.
fn settle(found: &mut Survey, disk: &Disk) -> Result<(), Error> {
    let torn = found.torn;
    let commit = found.last_commit;
    let Some(last) = found.segments.last_mut() else { return Ok(()) };
    let path = last.path.clone();
    let mut writable = OpenOptions::new();
    writable.read(true).write(true);
    last.file = Arc::new(writable.open(&path).map_err(on("open", &path))?);
    let again = || -> io::Result<()> {
        let mut bytes = vec![0; usize::try_from(last.end - commit).unwrap_or_default()];
        last.file.read_exact_at(&mut bytes, commit)?;
        disk.write_all_at(&last.file, &bytes, commit)?;
        if let Some((from, to)) = torn {
            zero(disk, &last.file, from, to)?;
        }
        disk.sync_data(&last.file)
    };
    again().map_err(on("make durable", &path))
}

fn first_segment(
    folder: &Path,
    options: &Options,
    disk: &Disk,
    mark: &Mark,
) -> io::Result<Segment> {
    let bytes = options.first_segment_bytes;
    let path = folder.join("first.tmp");
    let full = || io::Error::from(io::ErrorKind::StorageFull);
    let spare = Spare::fill(disk, path, bytes, options.reserve_bytes)?.ok_or_else(full)?;
    let chain = mark.last.hash;
    let first = mark.last.sequence.next().get();
    let header = Header { first, epoch: mark.epoch, bytes, chain };
    spare.name(disk, folder, header)
}
