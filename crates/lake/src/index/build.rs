//! Writes the index of a segment.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::bytes::{put_three, put_varint, zigzag};
use super::{Attribute, BLOCK, BUCKET, Footer, Keyed, MAGIC, ROWS_MAX, Span, hash, postings};
use crate::row::{Position, Row};

/// Returns the index of rows, in the order in which they lie in the segment.
///
/// # Panics
/// There are 16 million rows or more.
pub(crate) fn build(rows: &[&Row<'_>]) -> Vec<u8> {
    assert!(rows.len() < ROWS_MAX, "a segment has fewer rows");
    let count = u32::try_from(rows.len()).expect("it was just looked at");
    let mut by_rank: Vec<(u32, &Row<'_>)> = (0..count).zip(rows.iter().copied()).collect();
    by_rank.sort_unstable_by_key(|(_, row)| row.position());
    let mut file = File { bytes: MAGIC.to_vec() };
    let (positions, blocks) = file.positions(&by_rank);
    let row_numbers = file.part(|bytes| by_rank.iter().for_each(|(row, _)| put_three(bytes, *row)));
    let bucket_bits = (rows.len() / BUCKET).max(1).next_power_of_two().trailing_zeros();
    let (buckets, ids) = file.ids(&by_rank, bucket_bits);
    let attributes = terms(&by_rank).iter().map(|term| file.attribute(term, rows.len())).collect();
    let rows = rows.len();
    file.finish(&Footer {
        rows,
        positions,
        blocks,
        row_numbers,
        bucket_bits,
        buckets,
        ids,
        attributes,
    })
}

/// The file as far as it is written.
struct File {
    bytes: Vec<u8>,
}

impl File {
    fn part(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> Span {
        let begin = self.bytes.len();
        write(&mut self.bytes);
        Span { begin: begin as u64, bytes: (self.bytes.len() - begin) as u64 }
    }

    /// Writes the positions in blocks of differences, and where each block begins.
    fn positions(&mut self, by_rank: &[(u32, &Row<'_>)]) -> (Span, Span) {
        let mut starts = Vec::new();
        let positions = self.part(|bytes| {
            let begin = bytes.len();
            for block in by_rank.chunks(BLOCK) {
                let Some((_, first)) = block.first() else { continue };
                let first = first.position();
                starts.push(((bytes.len() - begin) as u64, first));
                put_block(bytes, first, block);
            }
        });
        let blocks = self.part(|bytes| {
            for (start, first) in starts {
                bytes.extend(start.to_le_bytes());
                bytes.extend(first.second.to_le_bytes());
                bytes.extend(first.sequence.to_le_bytes());
                bytes.extend(u64::from(first.nth).to_le_bytes());
            }
        });
        (positions, blocks)
    }

    /// Writes for each event id the end of its hash and its rank, in buckets by the hash's begin.
    fn ids(&mut self, by_rank: &[(u32, &Row<'_>)], bucket_bits: u32) -> (Span, Span) {
        let numbered = (0_u32..).zip(by_rank);
        let mut ids: Vec<(u64, u32)> =
            numbered.map(|(rank, (_, row))| (hash(row.key()), rank)).collect();
        ids.sort_unstable();
        let buckets = self.part(|bytes| {
            for bucket in 0..=(1_u64 << bucket_bits) {
                let before =
                    ids.partition_point(|(hash, _)| hash >> (63 - bucket_bits) >> 1 < bucket);
                let before = u32::try_from(before).expect("a segment has fewer rows");
                bytes.extend(before.to_le_bytes());
            }
        });
        let entries = self.part(|bytes| {
            for (hash, rank) in &ids {
                let [one, two, ..] = hash.to_le_bytes();
                bytes.extend([one, two]);
                put_three(bytes, *rank);
            }
        });
        (buckets, entries)
    }

    /// Writes an attribute: its values' hashes in order, and where the ranks of each begin.
    fn attribute(&mut self, values: &Values, rows: usize) -> Keyed {
        let mut hashes: Vec<u64> = values.keys().copied().collect();
        hashes.sort_unstable();
        let mut starts = Vec::with_capacity(hashes.len());
        let ranks = self.part(|bytes| {
            let begin = bytes.len();
            for hash in &hashes {
                starts
                    .push(u32::try_from(bytes.len() - begin).expect("ranks take a few bytes each"));
                postings::put(bytes, values.get(hash).map_or(&[], Vec::as_slice), rows);
            }
        });
        let keys = self.part(|bytes| {
            for (hash, start) in hashes.iter().zip(starts) {
                bytes.extend(hash.to_le_bytes());
                bytes.extend(start.to_le_bytes());
            }
        });
        Keyed { keys, ranks }
    }

    fn finish(mut self, footer: &Footer) -> Vec<u8> {
        let footer = serde_json::to_vec(footer).expect("numbers are plain JSON");
        self.bytes.extend(&footer);
        self.bytes.extend((footer.len() as u64).to_le_bytes());
        self.bytes.extend(MAGIC);
        self.bytes
    }
}

fn put_block(bytes: &mut Vec<u8>, first: Position, block: &[(u32, &Row<'_>)]) {
    let mut last = first;
    for (_, row) in block {
        let at = row.position();
        put_varint(bytes, zigzag(at.second - last.second));
        put_varint(bytes, zigzag(at.sequence.wrapping_sub(last.sequence).cast_signed()));
        put_varint(bytes, zigzag(i64::from(at.nth) - i64::from(last.nth)));
        last = at;
    }
}

/// The ranks of each value of an attribute, by the value's hash.
type Values = HashMap<u64, Vec<u32>, BuildHasherDefault<Hashed>>;

/// A hash need not be hashed again.
#[derive(Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {
        unreachable!("only whole numbers are hashed here");
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

/// Returns the values of each attribute, with their ranks in ascending order.
fn terms(by_rank: &[(u32, &Row<'_>)]) -> [Values; Attribute::ALL.len()] {
    let mut terms = [(); Attribute::ALL.len()].map(|()| Values::default());
    for (rank, (_, row)) in (0_u32..).zip(by_rank) {
        row.terms(&mut |attribute, value| {
            let values = terms.get_mut(attribute as usize).expect("there is one for each");
            let ranks = values.entry(hash(value)).or_default();
            if ranks.last() != Some(&rank) {
                ranks.push(rank);
            }
        });
    }
    terms
}

impl Row<'_> {
    /// Tells every value by which the event can be looked up.
    pub(crate) fn terms(&self, tell: &mut impl FnMut(Attribute, &str)) {
        let facts = &self.facts;
        tell(Attribute::EventName, &facts.event_name);
        tell(Attribute::EventSource, &facts.event_source);
        tell(Attribute::Account, &self.account);
        tell(Attribute::Region, &facts.aws_region);
        tell(Attribute::Category, facts.event_category.as_deref().unwrap_or("Management"));
        if let Some(name) = &facts.user_name {
            tell(Attribute::Username, name);
        }
        if let Some(key) = &facts.access_key_id {
            tell(Attribute::AccessKeyId, key);
        }
        if let Some(read_only) = facts.read_only {
            tell(Attribute::ReadOnly, if read_only { "true" } else { "false" });
        }
        for (kind, name) in self.listed() {
            tell(Attribute::ResourceName, name);
            tell(Attribute::ResourceType, kind);
        }
    }
}
