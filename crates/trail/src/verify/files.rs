//! Log files, held against the digests that name them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Slot;

use aws_lc_rs::digest::{Context, SHA256, digest};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::chains::Link;
use super::digests::{ChainName, fetch};
use super::document::{Entry, Wrong};
use super::question::{Bucket, FetchError, Question};
use super::report::{Finding, Kind};
use super::spread::spread;
use super::standing::Standing;
use crate::digest::HASH_ALGORITHM;
use crate::gzip::Inflater;
use crate::hex::hex;

/// Five times what CloudTrail writes at most.
const BYTES_MAX: usize = 256 << 20;

/// A log file that a digest names.
pub(super) struct Named<'a> {
    pub(super) entry: &'a Entry,
    /// The chain of the digest.
    pub(super) chain: &'a ChainName,
    /// What the digest is worth.
    pub(super) standing: Standing,
}

/// A log file that is as its digest says.
pub(super) struct Sound {
    pub(super) events: u64,
    pub(super) bytes: u64,
    /// When they were asked for.
    pub(super) ids: Option<Vec<Option<String>>>,
}

/// The files that these digests name, each once, and those that are named twice for different ones.
pub(super) fn named<'a>(links: impl Iterator<Item = Link<'a>>) -> (Vec<Named<'a>>, Vec<Finding>) {
    let mut files: BTreeMap<(&str, &str), Named<'a>> = BTreeMap::new();
    let mut findings = Vec::new();
    for link in links {
        let Some(content) = link.sound() else { continue };
        for entry in &content.document.log_files {
            let named = Named { entry, chain: &link.node.chain, standing: link.standing };
            match files.entry((&entry.s3_bucket, &entry.s3_object)) {
                Slot::Vacant(slot) => {
                    slot.insert(named);
                }
                Slot::Occupied(mut slot) => {
                    if slot.get().entry.hash_value != entry.hash_value {
                        findings.push(twice(entry));
                    }
                    if slot.get().standing != Standing::Proven {
                        slot.insert(named);
                    }
                }
            }
        }
    }
    (files.into_values().collect(), findings)
}

fn twice(entry: &Entry) -> Finding {
    Finding {
        bucket: entry.s3_bucket.clone(),
        key: entry.s3_object.clone(),
        kind: Kind::LogTwice,
        words: "two digests name the log file, with different content".to_owned(),
    }
}

/// Checks every file.
pub(super) fn check(
    buckets: &[Bucket<'_>],
    question: &Question<'_>,
    files: &[Named<'_>],
) -> Vec<Result<Sound, Wrong>> {
    spread(files, question.threads, Reader::default, |reader, named| {
        let Entry { s3_bucket, s3_object, .. } = named.entry;
        match fetch(buckets, s3_bucket, s3_object) {
            Ok(fetched) => reader.check(&fetched.bytes, named.entry, question),
            Err(FetchError::NotFound) => {
                let words = "the log file is not there, and its digest says that it was delivered";
                Err((Kind::LogMissing, words.to_owned()))
            }
            Err(FetchError::Other(words)) => {
                Err((Kind::LogUnreadable, format!("the log file could not be read: {words}")))
            }
        }
    })
}

/// What one thread keeps from file to file.
struct Reader {
    inflater: Inflater,
    text: Vec<u8>,
}

impl Default for Reader {
    fn default() -> Self {
        Self { inflater: Inflater::new(), text: Vec::new() }
    }
}

impl Reader {
    fn check(
        &mut self,
        bytes: &[u8],
        entry: &Entry,
        question: &Question<'_>,
    ) -> Result<Sound, Wrong> {
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let raw = entry.raw_hash.as_ref().map(|raw| hex(digest(&SHA256, bytes).as_ref()) == *raw);
        if let (Some(true), Some(events), false) =
            (raw, entry.events, question.inflate || question.event_ids)
        {
            // the signed hash of the bytes leaves no other text than the signed one
            return Ok(Sound { events, bytes: size, ids: None });
        }
        let hash = self.unzip(bytes)?;
        if hash != entry.hash_value || entry.hash_algorithm != HASH_ALGORITHM {
            let words = "the log file's content is not what was delivered";
            return Err((Kind::LogHash, words.to_owned()));
        }
        if raw == Some(false) {
            let words = "the log file's text is what was delivered, and its bytes are not";
            return Err((Kind::LogBytes, words.to_owned()));
        }
        let ids = question.event_ids.then(|| event_ids(&self.text));
        let events = match (&ids, entry.events) {
            (_, Some(events)) => events,
            (Some(ids), None) => u64::try_from(ids.len()).unwrap_or(u64::MAX),
            (None, None) => event_count(&self.text),
        };
        Ok(Sound { events, bytes: size, ids })
    }

    /// Inflates and hashes in one pass.
    fn unzip(&mut self, bytes: &[u8]) -> Result<String, Wrong> {
        let mut context = Context::new(&SHA256);
        self.text.clear();
        self.inflater
            .inflate(bytes, BYTES_MAX, |part| {
                context.update(part);
                self.text.extend_from_slice(part);
            })
            .map_err(|defect| (Kind::LogFormat, format!("the log file is damaged: {defect}")))?;
        Ok(hex(context.finish().as_ref()))
    }
}

#[derive(Deserialize)]
struct LogFile<E> {
    #[serde(rename = "Records")]
    records: Vec<E>,
}

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(rename = "eventID", borrow)]
    id: Option<Cow<'a, str>>,
}

fn event_count(text: &[u8]) -> u64 {
    let records =
        serde_json::from_slice::<LogFile<IgnoredAny>>(text).map(|file| file.records.len());
    u64::try_from(records.unwrap_or(0)).unwrap_or(u64::MAX)
}

fn event_ids(text: &[u8]) -> Vec<Option<String>> {
    let records = serde_json::from_slice::<LogFile<Event<'_>>>(text).map(|file| file.records);
    records.unwrap_or_default().into_iter().map(|event| event.id.map(Cow::into_owned)).collect()
}
