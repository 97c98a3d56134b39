//! Log files: the events of one account and Region, as bytes that depend on nothing but themselves.
//!
//! Whoever makes the files of a cut again, after a crash or on another machine, makes the same
//! bytes under the same keys; so a file that is there already can be compared, not doubled.

use aws_lc_rs::digest::{SHA256, digest};
use jiff::Timestamp;

use crate::hex::hex;
use crate::layout::{Place, log_file_key, slot_end};
use text::Text;

mod text;
mod time;

const OPEN: &str = "{\"Records\":[";
const CLOSE: &str = "]}";

/// How long the part of a key is that tells files of one slot apart.
const RANDOM_LENGTH: usize = 16;

/// Whose events become files, and everything that the files' keys depend on.
#[derive(Debug, Clone, Copy)]
pub struct Batch<'a> {
    /// The trail's ARN.
    pub trail_arn: &'a str,
    /// The trail's number.
    pub number: u64,
    /// What stands before `AWSLogs/`.
    pub prefix: Option<&'a str>,
    /// The organization, when it is an organization trail.
    pub organization_id: Option<&'a str>,
    /// The account whose events these are.
    pub account: &'a str,
    /// The Region whose events these are.
    pub region: &'a str,
    /// The frame before the first of the cut.
    pub after: u64,
    /// The last frame of the cut.
    pub to: u64,
    /// When the cut was decided.
    pub at: Timestamp,
}

/// A log file, ready to be put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogFile {
    /// The key.
    pub key: String,
    /// One gzip member.
    pub bytes: Vec<u8>,
    /// The SHA-256 of the uncompressed bytes, in lower-case hexadecimal.
    pub hash: String,
    /// The SHA-256 of `bytes`, in lower-case hexadecimal.
    pub raw_hash: String,
    /// The time of the newest event.
    pub newest_event_time: Timestamp,
    /// The time of the oldest event.
    pub oldest_event_time: Timestamp,
    /// How many events it holds.
    pub events: u64,
}

/// Log files in the making: of the records that are added only their compressed form is kept.
///
/// A record that alone is longer than a file may be has one for itself. No records, no files.
#[derive(Debug)]
pub struct LogFiles {
    bytes_max: usize,
    closed: Vec<Closed>,
    open: Option<Open>,
}

/// A file that takes more records.
#[derive(Debug)]
struct Open {
    text: Text,
    span: Span,
    events: u64,
}

/// A file whose bytes are known.
#[derive(Debug)]
struct Closed {
    bytes: Vec<u8>,
    hash: String,
    span: Span,
    events: u64,
}

/// The times of the oldest and of the newest event.
#[derive(Debug, Clone, Copy, Default)]
struct Span {
    ends: Option<(Timestamp, Timestamp)>,
    /// Whether there are events without a readable time.
    is_unclear: bool,
}

impl LogFiles {
    /// Begins files that hold at most so many bytes each, uncompressed. AWS: 50 MB.
    pub fn new(bytes_max: usize) -> Self {
        Self { bytes_max, closed: Vec::new(), open: None }
    }

    /// Adds a record: compact JSON, in the order of the journal.
    pub fn add(&mut self, record: &str) {
        let more = 1 + record.len() + CLOSE.len();
        let is_full = |open: &mut Open| open.text.len() + more > self.bytes_max;
        if let Some(open) = self.open.take_if(is_full) {
            self.closed.push(open.close());
        }
        self.open.get_or_insert_with(Open::new).add(record);
    }

    /// Returns the files. An event without a readable time counts as of the time of the cut.
    pub fn finish(mut self, batch: &Batch<'_>) -> Vec<LogFile> {
        self.closed.extend(self.open.map(Open::close));
        let files = self.closed.into_iter().enumerate();
        files.map(|(part, closed)| closed.named(batch, &key(batch, self.bytes_max, part))).collect()
    }
}

impl Open {
    fn new() -> Self {
        Self { text: Text::default(), span: Span::default(), events: 0 }
    }

    fn add(&mut self, record: &str) {
        self.text.put(if self.events == 0 { OPEN } else { "," });
        self.text.put(record);
        self.span.add(time::event_time(record));
        self.events += 1;
    }

    fn close(mut self) -> Closed {
        self.text.put(CLOSE);
        let (bytes, hash) = self.text.finish();
        Closed { bytes, hash, span: self.span, events: self.events }
    }
}

impl Closed {
    fn named(self, batch: &Batch<'_>, key: &str) -> LogFile {
        let (oldest_event_time, newest_event_time) = self.span.of_cut(batch.at);
        LogFile {
            key: key.to_owned(),
            raw_hash: hex(digest(&SHA256, &self.bytes).as_ref()),
            bytes: self.bytes,
            hash: self.hash,
            newest_event_time,
            oldest_event_time,
            events: self.events,
        }
    }
}

impl Span {
    fn add(&mut self, time: Option<Timestamp>) {
        let Some(time) = time else {
            self.is_unclear = true;
            return;
        };
        let (oldest, newest) = self.ends.unwrap_or((time, time));
        self.ends = Some((oldest.min(time), newest.max(time)));
    }

    fn of_cut(mut self, at: Timestamp) -> (Timestamp, Timestamp) {
        if self.is_unclear {
            self.add(Some(at));
        }
        self.ends.unwrap_or((at, at))
    }
}

/// Makes the files of a batch from all of its records.
#[cfg(test)]
pub(crate) fn log_files(batch: &Batch<'_>, bytes_max: usize, records: &[&str]) -> Vec<LogFile> {
    let mut files = LogFiles::new(bytes_max);
    for record in records {
        files.add(record);
    }
    files.finish(batch)
}

fn key(batch: &Batch<'_>, bytes_max: usize, part: usize) -> String {
    let place = Place {
        prefix: batch.prefix,
        organization_id: batch.organization_id,
        account: batch.account,
        region: batch.region,
    };
    log_file_key(&place, slot_end(batch.at), &random(batch, bytes_max, part))
}

/// The characters that AWS draws at random: here they follow from what the file holds.
fn random(batch: &Batch<'_>, bytes_max: usize, part: usize) -> String {
    const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let Batch { trail_arn, number, account, region, after, to, .. } = batch;
    // the limit decides what the parts hold
    let name = format!(
        "log file\n{trail_arn}\n{number}\n{account}\n{region}\n{after}\n{to}\n{bytes_max}\n{part}"
    );
    let hash = digest(&SHA256, name.as_bytes());
    let (head, _) = hash.as_ref().split_first_chunk::<16>().expect("SHA-256 has 32 bytes");
    let mut number = u128::from_be_bytes(*head);
    let mut letter = || {
        let at = usize::try_from(number % 62).expect("less than 62");
        number /= 62;
        char::from(*LETTERS.get(at).expect("there are 62"))
    };
    std::iter::repeat_with(&mut letter).take(RANDOM_LENGTH).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gzip;

    fn batch() -> Batch<'static> {
        Batch {
            trail_arn: "arn:aws:cloudtrail:eu-west-1:111122223333:trail/main",
            number: 7,
            prefix: None,
            organization_id: None,
            account: "111122223333",
            region: "eu-west-1",
            after: 10,
            to: 20,
            at: "2026-11-20T17:24:13Z".parse().unwrap(),
        }
    }

    fn record(minute: u8) -> String {
        format!(r#"{{"eventVersion":"1.11","eventTime":"2026-11-20T17:{minute:02}:00Z","n":"é"}}"#)
    }

    fn unzip(file: &LogFile) -> String {
        String::from_utf8(gzip::unzip_one_member(&file.bytes, 1 << 20).unwrap()).unwrap()
    }

    #[test]
    fn one_line_with_every_record_unchanged() {
        let records = [record(3), record(1), record(2)];
        let records: Vec<&str> = records.iter().map(String::as_str).collect();
        let files = log_files(&batch(), 50_000_000, &records);
        let [file] = files.as_slice() else { panic!("{files:?}") };
        let text = unzip(file);
        assert_eq!(text, format!("{{\"Records\":[{}]}}", records.join(",")));
        assert_eq!(file.hash, hex(digest(&SHA256, text.as_bytes()).as_ref()));
        assert_eq!(file.raw_hash, hex(digest(&SHA256, &file.bytes).as_ref()));
        assert_eq!(file.newest_event_time.to_string(), "2026-11-20T17:03:00Z");
        assert_eq!(file.oldest_event_time.to_string(), "2026-11-20T17:01:00Z");
        assert_eq!(file.events, 3);
        assert_eq!(
            file.key,
            "AWSLogs/111122223333/CloudTrail/eu-west-1/2026/11/20/\
             111122223333_CloudTrail_eu-west-1_20261120T1725Z_SmAYE11K6Ezgol9x.json.gz"
        );
    }

    #[test]
    fn no_records_no_files() {
        assert_eq!(log_files(&batch(), 100, &[]), []);
    }

    #[test]
    fn an_event_without_a_time_counts_as_of_the_cut() {
        let records = [&*record(1), r#"{"eventTime":"soon"}"#];
        let file = log_files(&batch(), 1000, &records).remove(0);
        assert_eq!(file.oldest_event_time.to_string(), "2026-11-20T17:01:00Z");
        assert_eq!(file.newest_event_time, batch().at);
    }

    #[test]
    fn files_of_many_steps_are_read_back_whole() {
        let records: Vec<String> =
            (0..9000).map(|n| record(u8::try_from(n % 60).unwrap())).collect();
        let records: Vec<&str> = records.iter().map(String::as_str).collect();
        let file = log_files(&batch(), 50_000_000, &records).remove(0);
        let text = unzip(&file);
        assert_eq!(text, format!("{{\"Records\":[{}]}}", records.join(",")));
        assert_eq!(file.hash, hex(digest(&SHA256, text.as_bytes()).as_ref()));
    }

    #[test]
    fn files_are_split_before_they_are_too_long() {
        let record = record(1);
        let records = vec![record.as_str(); 7];
        let three = OPEN.len() + CLOSE.len() + 3 * record.len() + 2;
        for (bytes_max, expected) in [
            (three, vec![3, 3, 1]),
            (three - 1, vec![2, 2, 2, 1]),
            (1, vec![1; 7]),
            (three * 3, vec![7]),
        ] {
            let files = log_files(&batch(), bytes_max, &records);
            let events: Vec<u64> = files.iter().map(|file| file.events).collect();
            assert_eq!(events, expected, "at most {bytes_max}");
            let mut keys: Vec<&String> = files.iter().map(|file| &file.key).collect();
            keys.sort();
            keys.dedup();
            assert_eq!(keys.len(), files.len());
            assert!(files.iter().all(|file| bytes_max < 2 || unzip(file).len() <= bytes_max));
        }
    }

    #[test]
    fn the_same_batch_gives_the_same_bytes_and_any_other_another_key() {
        let record = record(1);
        let records = [record.as_str()];
        let this = batch();
        let key = |batch: &Batch<'_>| log_files(batch, 100, &records).remove(0).key;
        assert_eq!(log_files(&this, 100, &records), log_files(&this, 100, &records));
        assert_ne!(log_files(&this, 101, &records).remove(0).key, key(&this));
        let others = [
            Batch { trail_arn: "arn:aws:cloudtrail:eu-west-1:111122223333:trail/x", ..this },
            Batch { number: 8, ..this },
            Batch { after: 9, ..this },
            Batch { to: 21, ..this },
        ];
        for other in others {
            assert_ne!(key(&other), key(&this), "{other:?}");
        }
    }
}
