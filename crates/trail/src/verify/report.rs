//! What a verification found.

use jiff::Timestamp;

/// The whole answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// The chains that were asked about, in the order of account, Region and trail.
    pub chains: Vec<ChainReport>,
    /// Everything that is not as it was delivered, in the order of bucket and key. Whoever finds
    /// none may believe what is proven, and nothing else.
    pub findings: Vec<Finding>,
    /// Files that are there and that nothing proves, in the order of bucket and key.
    pub not_proven: Vec<NotProven>,
    /// How many digests are proven.
    pub digests: u64,
    /// How many log files are proven.
    pub files: u64,
    /// How many events those hold.
    pub events: u64,
    /// The bytes of log files that were read.
    pub bytes: u64,
    /// The events of each proven file, when they were asked for.
    pub event_ids: Vec<FileEvents>,
}

/// One chain of digests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainReport {
    /// The account whose logs it covers.
    pub account: String,
    /// Their Region.
    pub region: String,
    /// The trail's name.
    pub trail: String,
    /// The trail's home Region.
    pub home_region: String,
    /// The organization of an organization trail.
    pub organization_id: Option<String>,
    /// Whether it is the chain of files that came late.
    pub backfill: bool,
    /// How many digests it has in the time that was asked about.
    pub digests: u64,
    /// How many of them are proven.
    pub digests_proven: u64,
    /// How many log files they prove.
    pub files: u64,
    /// How many events those hold.
    pub events: u64,
    /// What the proven ones cover: the begin of the first, the end of the last.
    pub covered: Option<(Timestamp, Timestamp)>,
    /// Times for which no digests were written, each from the end of a chain to the begin of the
    /// next: nothing was delivered then, or it was not validated.
    pub gaps: Vec<(Timestamp, Timestamp)>,
    /// What is known of its newest digest.
    pub head: Head,
}

/// What is known of the newest digest of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Head {
    /// It is signed.
    Proven,
    /// It is signed and says that the chain ends with it.
    Final,
    /// This copy has no metadata and there is no later digest, so its signature is not known: it
    /// fits the files, and whoever could write them could have written it as well.
    Unsigned,
    /// It is broken; see the findings.
    Broken,
}

/// Something that is not as it was delivered.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The bucket.
    pub bucket: String,
    /// The object; of a trail without digests the place where they would be.
    pub key: String,
    /// What kind of thing.
    pub kind: Kind,
    /// What it is and what it means, for people.
    pub words: String,
}

/// A file that nothing proves.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NotProven {
    /// The bucket.
    pub bucket: String,
    /// The object.
    pub key: String,
    /// Why.
    pub why: Why,
}

/// The events of a proven log file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEvents {
    /// The bucket.
    pub bucket: String,
    /// The object.
    pub key: String,
    /// Their ids in the order of the file; nothing for an event without one.
    pub ids: Vec<Option<String>>,
}

/// The kinds of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A trusted key is not in the form of one, or has another's fingerprint.
    TrustedKey,
    /// There is no digest where there should be.
    NoDigests,
    /// The newest digests of a chain are missing.
    Tail,
    /// A digest that another one names is not there.
    DigestMissing,
    /// A digest could not be read; that says nothing about its content.
    DigestUnreadable,
    /// A digest is not one gzip member with the JSON of a digest.
    DigestFormat,
    /// A digest's content is right, and the bytes around it are not.
    DigestBytes,
    /// A digest stands in another place than it says.
    DigestMoved,
    /// A digest is signed with a key that is not trusted for it.
    DigestKey,
    /// A digest's signature is missing or wrong.
    DigestSignature,
    /// A digest is not the one that its successor says it is.
    DigestLink,
    /// Two histories stand beside each other.
    Fork,
    /// A log file that a digest names is not there.
    LogMissing,
    /// A log file could not be read; that says nothing about its content.
    LogUnreadable,
    /// A log file is not exactly one whole gzip member.
    LogFormat,
    /// A log file has another content than its digest says.
    LogHash,
    /// A log file's content is right, and its bytes are not those that were delivered.
    LogBytes,
    /// Two digests name the same log file, with different content.
    LogTwice,
    /// An object that no digest names.
    Extra,
}

/// Why a file is not proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// There is a finding about it.
    Finding,
    /// The digest that names it is the unsigned head of its chain, or the file is that head.
    UnsignedHead,
    /// It is newer than the newest digest.
    NotYet,
    /// No proven digest covers its time.
    NotCovered,
}

impl Report {
    /// Returns whether nothing is other than it was delivered.
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    pub(super) fn sort(&mut self) {
        self.findings.sort();
        self.findings.dedup();
        self.not_proven.sort();
        self.not_proven.dedup_by(|one, other| one.bucket == other.bucket && one.key == other.key);
    }
}
