//! Which rows of a segment a lookup is about: a file beside the Parquet file, read piece by piece.
//!
//! ```text
//!   rank = a row's place when the segment's rows are ordered by Position, oldest first
//!
//!   ┌────────┬────────────┬─────────────┬──────────────────────┬───────────────┬────────┐
//!   │ magic  │ positions  │ rows        │ event ids            │ ten attributes│ footer │
//!   │        │ in blocks  │ rank ─▶ row │ hash ─▶ rank         │ hash ─▶ ranks │ JSON   │
//!   └────────┴────────────┴─────────────┴──────────────────────┴───────────────┴────────┘
//! ```
//!
//! Only the footer and the first position of each block are kept in memory. Values are found by
//! their hash alone: whoever reads the record compares the value. The file can always be made
//! again from the Parquet file.

mod build;
mod bytes;
mod postings;
mod read;

pub(crate) use build::build;
pub(crate) use postings::Ranks;
pub(crate) use read::{Index, IndexError, POSITIONS};

/// What a lookup can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Attribute {
    /// `eventName`
    EventName,
    /// `eventSource`
    EventSource,
    /// The caller's name as history shows it.
    Username,
    /// The key that signed.
    AccessKeyId,
    /// `true` or `false`
    ReadOnly,
    /// The name of something it touched.
    ResourceName,
    /// The type of something it touched.
    ResourceType,
    /// The account in whose history it is.
    Account,
    /// `awsRegion`
    Region,
    /// `eventCategory`; `Management` where a record has none.
    Category,
}

impl Attribute {
    /// All of them, in the order of the file.
    pub(crate) const ALL: [Self; 10] = [
        Self::EventName,
        Self::EventSource,
        Self::Username,
        Self::AccessKeyId,
        Self::ReadOnly,
        Self::ResourceName,
        Self::ResourceType,
        Self::Account,
        Self::Region,
        Self::Category,
    ];
}

/// The first and the last bytes of a file.
const MAGIC: &[u8; 8] = b"OTINDEX1";
/// How many positions lie in a block.
const BLOCK: usize = 512;
/// How many event ids lie in a bucket, on average.
const BUCKET: usize = 16;
/// Bytes of an entry of the event ids: the hash's last two, and the rank.
const ID_BYTES: usize = 5;
/// Bytes of a row number.
const ROW_BYTES: usize = 3;
/// Bytes of an attribute's key: the hash, and where its ranks begin.
const KEY_BYTES: usize = 12;
/// How many rows a segment may have at most, so that a row number fits.
pub(crate) const ROWS_MAX: usize = 1 << (8 * ROW_BYTES);

/// Returns the hash by which a value is found.
fn hash(value: &str) -> u64 {
    twox_hash::XxHash64::oneshot(0, value.as_bytes())
}

/// Where a part of the file lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
struct Span {
    begin: u64,
    bytes: u64,
}

/// Where an attribute's keys and ranks lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
struct Keyed {
    keys: Span,
    ranks: Span,
}

/// What the file ends with.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Footer {
    rows: usize,
    positions: Span,
    /// For each block where it begins and its first position, as fixed numbers.
    blocks: Span,
    row_numbers: Span,
    /// How many bits of a hash choose the bucket.
    bucket_bits: u32,
    buckets: Span,
    ids: Span,
    attributes: Vec<Keyed>,
}
