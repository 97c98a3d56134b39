//! Small worlds: buckets with log files and digests, and what is asked about them.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::super::{Bucket, FetchError, Fetched, LAG_MAX, PublicKey, Question, Report, verify};
use crate::digest::{Digest, DigestDraft};
use crate::log_file::{Batch, LogFile, log_files};
use crate::signing::{LIFE, SigningKey, generate};
use crate::state::{DeliveredFile, LastDigest};

/// The buckets' objects by bucket and key.
#[derive(Clone)]
pub(super) struct World {
    pub(super) objects: BTreeMap<(String, String), Fetched>,
    pub(super) keys: Vec<PublicKey>,
    pub(super) end: Timestamp,
}

/// A key and whether it is trusted.
pub(super) struct Signer {
    pub(super) key: SigningKey,
    pub(super) public: PublicKey,
}

/// Writes one chain of digests and their files.
pub(super) struct Chain<'a> {
    pub(super) world: &'a mut World,
    pub(super) signer: &'a Signer,
    pub(super) bucket: &'a str,
    pub(super) prefix: Option<&'a str>,
    pub(super) organization_id: Option<&'a str>,
    pub(super) region: &'a str,
    pub(super) trail: &'a str,
    pub(super) last: Option<LastDigest>,
    /// Whether digests are as AWS makes them, without members of our own.
    pub(super) is_aws: bool,
}

pub(super) const BUCKET: &str = "trail-logs";
pub(super) const ACCOUNT: &str = "111122223333";

/// The time of day on which everything happens.
pub(super) fn at(time: &str) -> Timestamp {
    format!("2026-11-20T{time}Z").parse().unwrap()
}

pub(super) fn signer(valid_from: Timestamp) -> Signer {
    let new = generate().unwrap();
    let public = PublicKey {
        der: new.public_der.clone(),
        fingerprint: new.fingerprint.clone(),
        region: Some("eu-west-1".to_owned()),
        valid_from,
        valid_to: valid_from.checked_add(LIFE).unwrap(),
    };
    Signer { key: SigningKey::from_pkcs8(&new.pkcs8).unwrap(), public }
}

impl World {
    pub(super) fn new(end: Timestamp) -> Self {
        Self { objects: BTreeMap::new(), keys: Vec::new(), end }
    }

    /// Six log files and three digests, the newest an hour before the question.
    pub(super) fn golden(signer: &Signer) -> Self {
        let mut world = Self::new(at("12:39:00"));
        world.keys.push(signer.public.clone());
        let mut chain = Chain::new(&mut world, signer);
        chain.digest("09:29:23", "10:29:23", &[], false);
        chain.digest("10:29:23", "11:29:23", &["10:31:00", "10:41:00", "11:29:00"], false);
        chain.digest("11:29:23", "12:29:23", &["11:31:00", "11:41:00", "12:28:00"], false);
        world
    }

    /// Verifies everything with these keys.
    pub(super) fn verify(&self) -> Report {
        self.verify_with(&self.question())
    }

    pub(super) fn question(&self) -> Question<'_> {
        Question {
            trail: None,
            account: None,
            region: None,
            start: None,
            end: self.end,
            lag_max: LAG_MAX,
            keys: &self.keys,
            inflate: false,
            event_ids: false,
            threads: 1,
        }
    }

    pub(super) fn verify_with(&self, question: &Question<'_>) -> Report {
        let fetch = |bucket: &str, key: &str| {
            let object = self.objects.get(&(bucket.to_owned(), key.to_owned()));
            object.cloned().ok_or(FetchError::NotFound)
        };
        let mut keys: BTreeMap<&str, Vec<(String, u64)>> = BTreeMap::new();
        for ((bucket, key), object) in &self.objects {
            let size = u64::try_from(object.bytes.len()).unwrap();
            keys.entry(bucket).or_default().push((key.clone(), size));
        }
        let buckets: Vec<_> =
            keys.into_iter().map(|(name, keys)| Bucket { name, keys, fetch: &fetch }).collect();
        verify(&buckets, question)
    }

    /// The keys of the digests, oldest first.
    pub(super) fn digests(&self) -> Vec<String> {
        self.named("CloudTrail-Digest/")
    }

    /// The keys of the log files in the order of their names.
    pub(super) fn logs(&self) -> Vec<String> {
        self.named("/CloudTrail/")
    }

    fn named(&self, part: &str) -> Vec<String> {
        let keys = self.objects.keys().map(|(_, key)| key);
        keys.filter(|key| key.contains(part) && key.ends_with("gz")).cloned().collect()
    }

    pub(super) fn object(&mut self, key: &str) -> &mut Fetched {
        self.objects.iter_mut().find(|((_, k), _)| k == key).map(|(_, object)| object).unwrap()
    }

    pub(super) fn put(&mut self, bucket: &str, key: &str, bytes: Vec<u8>) {
        let object = Fetched { bytes, metadata: Some(BTreeMap::new()) };
        self.objects.insert((bucket.to_owned(), key.to_owned()), object);
    }

    pub(super) fn remove(&mut self, key: &str) -> Fetched {
        let location = self.objects.keys().find(|(_, k)| k == key).unwrap().clone();
        self.objects.remove(&location).unwrap()
    }

    /// Leaves the metadata out, as copies do that are made with plain files.
    pub(super) fn without_metadata(mut self) -> Self {
        for object in self.objects.values_mut() {
            object.metadata = None;
        }
        self
    }
}

impl<'a> Chain<'a> {
    pub(super) fn new(world: &'a mut World, signer: &'a Signer) -> Self {
        Self {
            world,
            signer,
            bucket: BUCKET,
            prefix: None,
            organization_id: None,
            region: "eu-west-1",
            trail: "main",
            last: None,
            is_aws: false,
        }
    }

    /// Writes a digest with a log file of two events for each of these times.
    pub(super) fn digest(&mut self, start: &str, end: &str, files: &[&str], is_final: bool) {
        self.digest_of(start, end, files, is_final, None);
    }

    pub(super) fn digest_of(
        &mut self,
        start: &str,
        end: &str,
        files: &[&str],
        is_final: bool,
        backfill: Option<Timestamp>,
    ) {
        let files: Vec<_> = files.iter().map(|time| self.log_file(at(time))).collect();
        let digest = Digest::new(&DigestDraft {
            account: ACCOUNT,
            region: self.region,
            home_region: "eu-west-1",
            trail_name: self.trail,
            prefix: self.prefix,
            organization_id: self.organization_id,
            bucket: self.bucket,
            start: at(start),
            end: at(end),
            fingerprint: &self.signer.public.fingerprint,
            previous: self.last.as_ref(),
            files: &files,
            backfill,
            is_final,
        });
        self.put(
            if self.is_aws { as_aws(digest, self.bucket, self.last.as_ref()) } else { digest },
            at(end),
        );
    }

    fn put(&mut self, digest: Digest, end: Timestamp) {
        let signature = self.signer.key.sign(&digest.string_to_sign).unwrap();
        let metadata = digest.metadata(&signature);
        let metadata = metadata.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let object = Fetched { bytes: digest.bytes, metadata: Some(metadata) };
        self.world.objects.insert((self.bucket.to_owned(), digest.key.clone()), object);
        self.last = Some(LastDigest {
            s3_bucket: self.bucket.to_owned(),
            s3_object: digest.key,
            hash: digest.hash,
            signature,
            end,
        });
    }

    fn log_file(&mut self, at: Timestamp) -> DeliveredFile {
        let file = self.make_log_file(at);
        self.world.put(self.bucket, &file.key, file.bytes);
        DeliveredFile {
            s3_bucket: self.bucket.to_owned(),
            s3_object: file.key,
            hash: file.hash,
            raw_hash: file.raw_hash,
            newest_event_time: file.newest_event_time,
            oldest_event_time: file.oldest_event_time,
            at,
            events: file.events,
        }
    }

    /// Makes a log file without putting it anywhere.
    pub(super) fn make_log_file(&self, at: Timestamp) -> LogFile {
        let record = |id| format!(r#"{{"eventTime":"{at}","eventID":"{}-{id}"}}"#, at.as_second());
        let records = [record(1), record(2)];
        let records: Vec<&str> = records.iter().map(String::as_str).collect();
        let batch = Batch {
            trail_arn: self.trail,
            number: 1,
            prefix: self.prefix,
            organization_id: self.organization_id,
            account: ACCOUNT,
            region: self.region,
            after: 0,
            to: at.as_second().unsigned_abs(),
            at,
        };
        log_files(&batch, 50_000_000, &records).remove(0)
    }
}

/// Takes our own members out and compresses, as AWS does.
fn as_aws(digest: Digest, bucket: &str, last: Option<&LastDigest>) -> Digest {
    let mut document: serde_json::Value = serde_json::from_str(&digest.document).unwrap();
    let members = document.as_object_mut().unwrap();
    members.retain(|name, _| !name.starts_with("opentrail:"));
    for file in members["logFiles"].as_array_mut().unwrap() {
        file.as_object_mut().unwrap().retain(|name, _| !name.starts_with("opentrail:"));
    }
    let document = document.to_string();
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, document.as_bytes());
    let hash = crate::hex::hex(hash.as_ref());
    let mut encoder = crate::gzip::encoder();
    crate::gzip::put(&mut encoder, document.as_bytes());
    let end = digest.string_to_sign.lines().next().unwrap();
    let before = last.map(|last| last.signature.as_str());
    let string_to_sign = crate::digest::string_to_sign(end, bucket, &digest.key, &hash, before);
    Digest { bytes: encoder.finish().unwrap(), document, hash, string_to_sign, ..digest }
}
