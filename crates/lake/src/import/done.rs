//! The journal of what is done: which files of a source were wholly taken in.
//!
//! One file a source, one line a file: its key, size and version as JSON, appended and synced once
//! a batch. It only ever saves work. Where it is lost, torn or unreadable, files are read again and
//! their records are found to be in the lake already. So a line that cannot be read is passed over,
//! and the bytes of a write that did not reach its end are cut off.
//!
//! ```text
//!   {"source":"s3://logs/prefix"}
//!   {"key":"AWSLogs/…json.gz","bytes":4711,"version":{"etag":"\"9b2c…\""}}
//!   {"key":"AWSLogs/…json.gz","bytes":812,"ver      ◀── torn: cut off when it is opened
//! ```
//!
//! Rows must be durable before their files are recorded here, never after.

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::import::source::{Found, Version};

/// What is done of one source. Only one at a time can be open for a source.
#[derive(Debug)]
pub struct Done {
    file: File,
    length: u64,
    lines: HashSet<Box<str>>,
    has_failed: bool,
}

/// Why the journal of a source cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum DoneError {
    /// The disk says so.
    #[error("the journal of imports {path:?} cannot be opened")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Another import of the same source is running.
    #[error("another import of {0:?} is running")]
    InUse(String),
    /// The file is that of another source.
    #[error("the journal of imports {path:?} is not of {source_id:?}")]
    OtherSource {
        /// The file.
        path: PathBuf,
        /// The source it was opened for.
        source_id: String,
    },
}

#[derive(Serialize, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct Head {
    source: String,
}

#[derive(Serialize)]
struct Line<'a> {
    key: &'a str,
    bytes: u64,
    version: &'a Version,
}

impl Done {
    /// Opens what is done of the source that is called `source_id`, such as `s3://bucket/prefix`,
    /// in `folder`, which is made if it is not there.
    pub fn open(folder: &Path, source_id: &str) -> Result<Self, DoneError> {
        let path = folder.join(file_name(source_id));
        let failed = |source| DoneError::Io { path: path.clone(), source };
        fs::create_dir_all(folder).map_err(failed)?;
        let mut file = open_file(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => {
                return Err(DoneError::InUse(source_id.to_owned()));
            }
            Err(fs::TryLockError::Error(cause)) => return Err(failed(cause)),
        }
        let text = read_whole_lines(&mut file).map_err(failed)?;
        let length = text.len() as u64;
        let mut done = Self { file, length, lines: HashSet::new(), has_failed: false };
        let head = Head { source: source_id.to_owned() };
        let mut lines = text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        match lines.next() {
            None => done.found(folder, &head).map_err(failed)?,
            Some(line) if serde_json::from_slice::<Head>(line).is_ok_and(|it| it == head) => {}
            Some(_) => {
                return Err(DoneError::OtherSource { path, source_id: head.source });
            }
        }
        let lines = lines.filter_map(|line| std::str::from_utf8(line).ok());
        done.lines = lines.map(Box::from).collect();
        Ok(done)
    }

    /// Returns whether this file was wholly taken in, as it is now.
    pub fn contains(&self, found: &Found) -> bool {
        line(found).is_some_and(|line| self.lines.contains(line.as_str()))
    }

    /// Records that these files were wholly taken in, and returns when that is durable.
    ///
    /// What has no version, such as standard input, is not recorded. After an error nothing is
    /// taken for recorded, and nothing can be until the journal is opened again.
    pub fn record(&mut self, files: &[Found]) -> io::Result<()> {
        if self.has_failed {
            return Err(io::Error::other("an earlier write to the journal of imports failed"));
        }
        let mut fresh: Vec<String> = files.iter().filter_map(line).collect();
        fresh.sort_unstable();
        fresh.dedup();
        fresh.retain(|line| !self.lines.contains(line.as_str()));
        if fresh.is_empty() {
            return Ok(());
        }
        let mut text = fresh.join("\n");
        text.push('\n');
        self.append(&text)?;
        self.lines.extend(fresh.into_iter().map(String::into_boxed_str));
        Ok(())
    }

    /// Returns how many files are done.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Returns whether nothing is done.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Begins a new journal, and makes it durable that there is one.
    fn found(&mut self, folder: &Path, head: &Head) -> io::Result<()> {
        self.append(&format!("{}\n", serde_json::to_string(head)?))?;
        File::open(folder)?.sync_all()
    }

    fn append(&mut self, text: &str) -> io::Result<()> {
        let written = (|| {
            self.file.seek(SeekFrom::Start(self.length))?;
            self.file.write_all(text.as_bytes())?;
            self.file.sync_data()
        })();
        self.has_failed |= written.is_err();
        written?;
        self.length += text.len() as u64;
        Ok(())
    }
}

fn open_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)
}

/// Reads all lines that reach their end, and cuts off what does not.
fn read_whole_lines(file: &mut File) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    file.read_to_end(&mut text)?;
    let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    if whole < text.len() {
        text.truncate(whole);
        file.set_len(whole as u64)?;
    }
    Ok(text)
}

/// Returns what is written of a file: two are the same if their lines are.
fn line(found: &Found) -> Option<String> {
    let key = found.key.printable();
    let line = Line { key: &key, bytes: found.bytes, version: &found.version };
    match found.version {
        Version::None => None,
        _ => Some(serde_json::to_string(&line).expect("text and numbers are JSON")),
    }
}

/// Returns a file name that can be read by people and is another one for each source.
fn file_name(source_id: &str) -> String {
    const LETTERS_MAX: usize = 80;
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-');
    let letters = source_id.chars().take(LETTERS_MAX);
    let readable: String = letters.map(|letter| if plain(letter) { letter } else { '_' }).collect();
    format!("{}-{:016x}.jsonl", readable.trim_start_matches('.'), sum(source_id.as_bytes()))
}

/// FNV-1a: names must be the same for ever, which the standard library's hash does not promise.
fn sum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |sum, byte| {
        (sum ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::key::Key;

    fn found(key: &str, bytes: u64, tag: &str) -> Found {
        Found::new(Key::new(key), bytes, Version::Etag(tag.to_owned()))
    }

    fn journal(folder: &Path) -> PathBuf {
        let mut files = fs::read_dir(folder).unwrap();
        files.next().unwrap().unwrap().path()
    }

    #[test]
    fn what_is_recorded_is_known_after_opening_again() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("imports");
        let files = [found("a", 1, "x"), found("b\n\"", 2, "y")];
        let mut done = Done::open(&folder, "s3://logs/x").unwrap();
        assert!(done.is_empty());
        done.record(&files).unwrap();
        done.record(&files).unwrap();
        done.record(&[files[0].clone(), files[0].clone(), found("c", 3, "z")]).unwrap();
        drop(done);
        let text = fs::read_to_string(journal(&folder)).unwrap();
        assert_eq!(text.lines().count(), 1 + 3, "{text}");
        let done = Done::open(&folder, "s3://logs/x").unwrap();
        assert_eq!(done.len(), 3);
        assert!(files.iter().all(|file| done.contains(file)));
        for other in [found("a", 1, "changed"), found("a", 2, "x"), found("d", 1, "x")] {
            assert!(!done.contains(&other));
        }
        let modified = Found { version: Version::Modified(7), ..files[0].clone() };
        assert!(!done.contains(&modified));
    }

    #[test]
    fn a_tail_torn_at_any_byte_loses_only_itself() {
        let folder = tempfile::tempdir().unwrap();
        let mut done = Done::open(folder.path(), "f").unwrap();
        done.record(&[found("a", 1, "x")]).unwrap();
        let before = fs::metadata(journal(folder.path())).unwrap().len();
        done.record(&[found("b", 2, "y")]).unwrap();
        drop(done);
        let path = journal(folder.path());
        let whole = fs::read(&path).unwrap();
        for length in 0..=whole.len() {
            fs::write(&path, &whole[..length]).unwrap();
            let mut done = Done::open(folder.path(), "f").unwrap();
            assert_eq!(done.contains(&found("a", 1, "x")), length as u64 >= before);
            assert_eq!(done.contains(&found("b", 2, "y")), length == whole.len());
            done.record(&[found("a", 1, "x"), found("c", 3, "z")]).unwrap();
            drop(done);
            let done = Done::open(folder.path(), "f").unwrap();
            assert!(done.contains(&found("a", 1, "x")) && done.contains(&found("c", 3, "z")));
        }
    }

    #[test]
    fn an_unreadable_line_only_means_reading_again() {
        let folder = tempfile::tempdir().unwrap();
        let mut done = Done::open(folder.path(), "f").unwrap();
        done.record(&[found("a", 1, "x"), found("b", 2, "y")]).unwrap();
        drop(done);
        let path = journal(folder.path());
        let mut bytes = fs::read(&path).unwrap();
        let at = bytes.iter().position(|byte| *byte == b'\n').unwrap() + 3;
        bytes[at] = 0xff;
        fs::write(&path, &bytes).unwrap();
        let done = Done::open(folder.path(), "f").unwrap();
        assert!(!done.contains(&found("a", 1, "x")) && done.contains(&found("b", 2, "y")));
    }

    #[test]
    fn a_source_has_one_journal_and_one_writer() {
        let folder = tempfile::tempdir().unwrap();
        let one = Done::open(folder.path(), "s3://logs/a").unwrap();
        assert!(matches!(Done::open(folder.path(), "s3://logs/a"), Err(DoneError::InUse(_))));
        let mut other = Done::open(folder.path(), "s3://logs_a").unwrap();
        other.record(&[found("a", 1, "x")]).unwrap();
        assert!(!one.contains(&found("a", 1, "x")));
        drop((one, other));
        fs::write(folder.path().join(file_name("new")), "{\"source\":\"old\"}\n").unwrap();
        let error = Done::open(folder.path(), "new");
        assert!(matches!(error, Err(DoneError::OtherSource { .. })));
        for odd in ["..", "/", "", "\u{e9}\0", &"x".repeat(5_000)] {
            assert!(Done::open(folder.path(), odd).is_ok(), "{odd:?}");
        }
    }

    #[test]
    fn standard_input_is_never_done() {
        let folder = tempfile::tempdir().unwrap();
        let mut done = Done::open(folder.path(), "-").unwrap();
        let input = Found::new(Key::new("-"), 0, Version::None);
        done.record(std::slice::from_ref(&input)).unwrap();
        assert!(!done.contains(&input) && done.is_empty());
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn after_a_failed_write_nothing_is_taken_for_recorded() {
        let folder = tempfile::tempdir().unwrap();
        let mut done = Done::open(folder.path(), "f").unwrap();
        done.file = OpenOptions::new().read(true).write(true).open("/dev/full").unwrap();
        let file = found("a", 1, "x");
        assert!(done.record(std::slice::from_ref(&file)).is_err());
        assert!(!done.contains(&file));
        assert!(done.record(&[file]).is_err());
    }
}
