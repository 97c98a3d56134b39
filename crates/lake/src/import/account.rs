//! The final account of an import: what was read, what is new, and what was left out and why.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::import::key::Key;
use crate::import::layout::Skip;
use crate::import::reason::Broken;

/// What an import has done. Several threads keep one each, and those are merged.
///
/// It does not depend on which thread did what, nor in which order: two imports of the same files
/// into the same lake say the same.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// Files.
    pub files: Files,
    /// Records.
    pub records: Records,
    /// Bytes of the files that were read, as they are kept there.
    pub bytes_packed: u64,
    /// Bytes of the same files, unpacked.
    pub bytes_unpacked: u64,
    /// The earliest `eventTime` of a record that was read.
    pub first_event_time: Option<Timestamp>,
    /// The latest one.
    pub last_event_time: Option<Timestamp>,
    /// Files that were not read, by the names of [`Skip`].
    pub files_skipped: BTreeMap<String, Tally>,
    /// Files that could not be read, by the kinds of errors.
    pub files_broken: BTreeMap<String, Tally>,
    /// Files that were read and in which something is odd.
    pub files_odd: BTreeMap<String, Tally>,
    /// Records that were left out, by the kinds of reasons.
    pub records_broken: BTreeMap<String, Tally>,
}

/// Files: `found` is the sum of the others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Files {
    /// All that the source has.
    pub found: u64,
    /// Read to their end.
    pub read: u64,
    /// Left alone.
    pub skipped: u64,
    /// Not to be read, in whole or in part.
    pub broken: u64,
}

/// Records: `read` is the sum of the others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Records {
    /// All that were read.
    pub read: u64,
    /// Those that are now in the lake and were not before.
    pub new: u64,
    /// Those that were there, or stood in the files before.
    pub duplicate: u64,
    /// Those that were left out.
    pub broken: u64,
}

/// How often something happened, with the first few cases by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// How often.
    pub count: u64,
    /// The first few in the order of their text, each one line.
    pub examples: Vec<String>,
}

impl Tally {
    /// So many cases are named.
    pub const EXAMPLES_MAX: usize = 5;

    fn add(&mut self, count: u64, examples: impl IntoIterator<Item = String>) {
        self.count += count;
        self.examples.extend(examples);
        self.examples.sort_unstable();
        self.examples.truncate(Self::EXAMPLES_MAX);
    }
}

impl Account {
    /// A file was read to its end.
    pub fn read_file(&mut self, packed: u64, unpacked: u64) {
        self.files.found += 1;
        self.files.read += 1;
        self.bytes_packed += packed;
        self.bytes_unpacked += unpacked;
    }

    /// A file was left alone.
    pub fn skip_file(&mut self, key: &Key, why: Skip) {
        self.files.found += 1;
        self.files.skipped += 1;
        add(&mut self.files_skipped, why.name(), || key.to_string());
    }

    /// A file could not be read, or only in part. `kind` is what such files are counted under, such
    /// as [`UnzipError::kind`](crate::import::UnzipError::kind).
    pub fn broken_file(&mut self, key: &Key, kind: &str, error: &dyn std::error::Error) {
        self.files.found += 1;
        self.files.broken += 1;
        add(&mut self.files_broken, kind, || format!("{key}: {}", chain(error)));
    }

    /// A file that was read has something odd in it, such as bytes behind its end.
    pub fn odd_file(&mut self, key: &Key, kind: &str, what: &dyn std::fmt::Display) {
        add(&mut self.files_odd, kind, || format!("{key}: {what}"));
    }

    /// A record was read that is not in the lake yet.
    pub fn new_record(&mut self, time: Timestamp) {
        self.records.new += 1;
        self.record(time);
    }

    /// A record was read that is in the lake already, or was in a file before.
    pub fn duplicate_record(&mut self, time: Timestamp) {
        self.records.duplicate += 1;
        self.record(time);
    }

    /// A record was left out.
    pub fn broken_record(&mut self, key: &Key, broken: &Broken) {
        self.records.read += 1;
        self.records.broken += 1;
        add(&mut self.records_broken, broken.reason.kind(), || format!("{key}: {broken}"));
    }

    /// Takes in what another thread has done.
    pub fn merge(&mut self, other: Self) {
        self.files.found += other.files.found;
        self.files.read += other.files.read;
        self.files.skipped += other.files.skipped;
        self.files.broken += other.files.broken;
        self.records.read += other.records.read;
        self.records.new += other.records.new;
        self.records.duplicate += other.records.duplicate;
        self.records.broken += other.records.broken;
        self.bytes_packed += other.bytes_packed;
        self.bytes_unpacked += other.bytes_unpacked;
        self.span(other.first_event_time);
        self.span(other.last_event_time);
        merge(&mut self.files_skipped, other.files_skipped);
        merge(&mut self.files_broken, other.files_broken);
        merge(&mut self.files_odd, other.files_odd);
        merge(&mut self.records_broken, other.records_broken);
    }

    fn record(&mut self, time: Timestamp) {
        self.records.read += 1;
        self.span(Some(time));
    }

    fn span(&mut self, time: Option<Timestamp>) {
        self.first_event_time = self.first_event_time.into_iter().chain(time).min();
        self.last_event_time = self.last_event_time.max(time);
    }
}

type Tallies = BTreeMap<String, Tally>;

/// Adds a case; its text is made only while examples are missing or it may be an earlier one.
fn add(tallies: &mut Tallies, kind: &str, example: impl FnOnce() -> String) {
    if let Some(tally) = tallies.get_mut(kind) {
        tally.add(1, [example()]);
    } else {
        tallies.entry(kind.to_owned()).or_default().add(1, [example()]);
    }
}

fn merge(tallies: &mut Tallies, others: Tallies) {
    for (kind, tally) in others {
        tallies.entry(kind).or_default().add(tally.count, tally.examples);
    }
}

/// Returns an error with its causes on one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::reason::Reason;
    use crate::import::unzip::UnzipError;
    use proptest::prelude::*;

    #[derive(Debug, Clone)]
    enum Happening {
        Read(u16),
        Skipped(u8),
        Broken(u8),
        New(i16),
        Duplicate(i16),
        Left(u8),
    }

    fn happening() -> impl Strategy<Value = Happening> {
        prop_oneof![
            any::<u16>().prop_map(Happening::Read),
            any::<u8>().prop_map(Happening::Skipped),
            any::<u8>().prop_map(Happening::Broken),
            any::<i16>().prop_map(Happening::New),
            any::<i16>().prop_map(Happening::Duplicate),
            any::<u8>().prop_map(Happening::Left),
        ]
    }

    fn tell(account: &mut Account, happening: &Happening) {
        let time = |seconds: i16| Timestamp::from_second(seconds.into()).unwrap();
        let key = |n: u8| Key::new(format!("k{n}"));
        match happening {
            Happening::Read(bytes) => account.read_file((*bytes).into(), 7),
            Happening::Skipped(n) => account.skip_file(&key(*n), Skip::Digest),
            Happening::Broken(n) => {
                account.broken_file(&key(*n), UnzipError::Nested.kind(), &UnzipError::Nested);
            }
            Happening::New(seconds) => account.new_record(time(*seconds)),
            Happening::Duplicate(seconds) => account.duplicate_record(time(*seconds)),
            Happening::Left(n) => {
                let broken = Broken { index: 0, offset: 0, reason: Reason::CutOff };
                account.broken_record(&key(*n), &broken);
            }
        }
    }

    proptest! {
        #[test]
        fn it_does_not_matter_who_did_what(
            happenings in prop::collection::vec((happening(), 0..3_usize), 0..60)
        ) {
            let mut alone = Account::default();
            let mut threads = vec![Account::default(); 3];
            for (happening, thread) in &happenings {
                tell(&mut alone, happening);
                tell(&mut threads[*thread], happening);
            }
            let mut together = Account::default();
            for account in threads.into_iter().rev() {
                together.merge(account);
            }
            prop_assert_eq!(&together, &alone);
            let (files, records) = (alone.files, alone.records);
            prop_assert_eq!(files.found, files.read + files.skipped + files.broken);
            prop_assert_eq!(records.read, records.new + records.duplicate + records.broken);
            let text = serde_json::to_string(&alone).unwrap();
            prop_assert_eq!(serde_json::from_str::<Account>(&text).unwrap(), alone);
        }
    }

    #[test]
    fn causes_and_places_are_told() {
        let mut account = Account::default();
        let source = std::io::Error::other("bad block");
        let error = UnzipError::Corrupt { member: 1, at: 9, source };
        account.broken_file(&Key::new("a\nb"), error.kind(), &error);
        let broken = Broken { index: 3, offset: 120, reason: Reason::BadTime("soon".to_owned()) };
        account.broken_record(&Key::new("c"), &broken);
        assert_eq!(
            account.files_broken["gzip-damaged"].examples,
            [r"a\nb: gzip member 1 is damaged, seen at byte 9 of the packed file: bad block"]
        );
        assert_eq!(
            account.records_broken["bad-time"].examples,
            ["c: record 3 at byte 120: eventTime \"soon\" is no time: expected \
              2026-11-20T08:00:00Z"]
        );
    }
}
