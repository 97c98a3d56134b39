//! Log files: the events of one account and Region, as bytes that depend on nothing but themselves.
//!
//! Whoever makes the files of a cut again, after a crash or on another machine, makes the same
//! bytes under the same keys; so a file that is there already can be compared, not doubled.

use aws_lc_rs::digest::{Context, SHA256, digest};
use flate2::write::GzEncoder;
use jiff::Timestamp;

use crate::gzip;
use crate::hex::hex;
use crate::layout::{Place, log_file_key, slot_end};

mod time;

const OPEN: &str = "{\"Records\":[";
const CLOSE: &str = "]}";

/// How much is hashed and compressed at a time: what the processor's nearest cache holds.
const STEP_BYTES: usize = 32 * 1024;

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
    /// What a file holds at most, uncompressed. AWS: 50 MB.
    pub bytes_max: usize,
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

/// Makes the files of a batch from its records: compact JSON, in the order of the journal.
///
/// No records, no files. A record that alone is longer than a file may be has one for itself. An
/// event without a readable time counts as of the time of the cut.
pub fn log_files(batch: &Batch<'_>, records: &[&str]) -> Vec<LogFile> {
    let mut files = Vec::new();
    let mut rest = records;
    while !rest.is_empty() {
        let (part, after) = rest.split_at(fitting(rest, batch.bytes_max));
        files.push(log_file(batch, files.len(), part));
        rest = after;
    }
    files
}

/// How many records, at least one, fit into a file.
fn fitting(records: &[&str], bytes_max: usize) -> usize {
    let mut bytes = OPEN.len() + CLOSE.len();
    let fits = |record: &&&str| {
        bytes += record.len();
        let fits = bytes <= bytes_max;
        bytes += 1; // the comma before the next
        fits
    };
    records.iter().take_while(fits).count().max(1)
}

fn log_file(batch: &Batch<'_>, part: usize, records: &[&str]) -> LogFile {
    let mut text = Text::new();
    let mut between = OPEN;
    for record in records {
        text.put(between);
        text.put(record);
        between = ",";
    }
    text.put(CLOSE);
    let (bytes, hash) = text.finish();
    let (oldest_event_time, newest_event_time) = times(batch, records);
    LogFile {
        key: key(batch, part),
        raw_hash: hex(digest(&SHA256, &bytes).as_ref()),
        bytes,
        hash,
        newest_event_time,
        oldest_event_time,
        events: u64::try_from(records.len()).unwrap_or(u64::MAX),
    }
}

/// The times of the oldest and of the newest event.
fn times(batch: &Batch<'_>, records: &[&str]) -> (Timestamp, Timestamp) {
    let times = records.iter().map(|record| time::event_time(record).unwrap_or(batch.at));
    let span = times.fold(None, |span: Option<(Timestamp, Timestamp)>, time| {
        let (oldest, newest) = span.unwrap_or((time, time));
        Some((oldest.min(time), newest.max(time)))
    });
    span.unwrap_or((batch.at, batch.at))
}

/// What is written into a file: hashed and compressed step by step, never held as a whole.
struct Text {
    hash: Context,
    zipped: GzEncoder<Vec<u8>>,
    /// What waits for the next step: for hash and compressor a call costs as much as many bytes.
    step: Vec<u8>,
}

impl Text {
    fn new() -> Self {
        let step = Vec::with_capacity(STEP_BYTES);
        Self { hash: Context::new(&SHA256), zipped: gzip::encoder(), step }
    }

    fn put(&mut self, text: &str) {
        if self.step.len() + text.len() > STEP_BYTES {
            self.take_step();
        }
        self.step.extend_from_slice(text.as_bytes());
    }

    fn take_step(&mut self) {
        self.hash.update(&self.step);
        gzip::put(&mut self.zipped, &self.step);
        self.step.clear();
    }

    fn finish(mut self) -> (Vec<u8>, String) {
        self.take_step();
        let bytes = self.zipped.finish().expect("memory takes all that is written");
        (bytes, hex(self.hash.finish().as_ref()))
    }
}

fn key(batch: &Batch<'_>, part: usize) -> String {
    let place = Place {
        prefix: batch.prefix,
        organization_id: batch.organization_id,
        account: batch.account,
        region: batch.region,
    };
    log_file_key(&place, slot_end(batch.at), &random(batch, part))
}

/// The characters that AWS draws at random: here they follow from what the file holds.
fn random(batch: &Batch<'_>, part: usize) -> String {
    const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let Batch { trail_arn, number, account, region, after, to, bytes_max, .. } = batch;
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

    fn batch(bytes_max: usize) -> Batch<'static> {
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
            bytes_max,
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
        let files = log_files(&batch(50_000_000), &records);
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
        assert_eq!(log_files(&batch(100), &[]), []);
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
            let files = log_files(&batch(bytes_max), &records);
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
        let this = batch(100);
        let key = |batch: &Batch<'_>| log_files(batch, &records).remove(0).key;
        assert_eq!(log_files(&this, &records), log_files(&this, &records));
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
