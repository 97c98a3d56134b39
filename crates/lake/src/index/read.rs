//! Reads the index of a segment, piece by piece.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use super::bytes::{eight, four, take_varint, three, unzigzag};
use super::postings::Ranks;
use super::{Attribute, BLOCK, Footer, ID_BYTES, KEY_BYTES, Keyed, MAGIC, ROW_BYTES, Span, hash};
use crate::row::Position;

/// How many keys are read around the place where a hash should be.
const WINDOW: u64 = 64;

/// An open index.
#[derive(Debug)]
pub(crate) struct Index {
    file: File,
    footer: Footer,
    /// Where each block of positions begins, and its first position.
    blocks: Vec<(u64, Position)>,
}

/// Why an index cannot be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum IndexError {
    /// The file is not there or cannot be read.
    #[error("the index cannot be read")]
    Io(#[from] io::Error),
    /// The file is not what was written.
    #[error("the index is damaged")]
    Damaged,
}

impl Index {
    /// Opens the index of a segment of `rows` rows.
    pub(crate) fn open(path: &Path, rows: u64) -> Result<Self, IndexError> {
        let file = File::open(path)?;
        let bytes = file.metadata()?.len();
        let tail = 2 * MAGIC.len() as u64;
        let end = bytes.checked_sub(tail).ok_or(IndexError::Damaged)?;
        let last = read(&file, Span { begin: end, bytes: tail })?;
        let footer_bytes = eight(&last).ok_or(IndexError::Damaged)?;
        if !last.ends_with(MAGIC) {
            return Err(IndexError::Damaged);
        }
        let begin = end.checked_sub(footer_bytes).ok_or(IndexError::Damaged)?;
        let footer = read(&file, Span { begin, bytes: footer_bytes })?;
        let footer: Footer = serde_json::from_slice(&footer).map_err(|_| IndexError::Damaged)?;
        if footer.rows as u64 != rows || footer.attributes.len() != Attribute::ALL.len() {
            return Err(IndexError::Damaged);
        }
        let blocks = read(&file, footer.blocks)?;
        let blocks: Option<Vec<_>> = blocks.chunks(32).map(block_start).collect();
        let blocks = blocks.ok_or(IndexError::Damaged)?;
        Ok(Self { file, footer, blocks })
    }

    /// Returns how many rows there are.
    pub(crate) fn rows(&self) -> u32 {
        u32::try_from(self.footer.rows).expect("a segment has fewer rows")
    }

    /// Returns the rows that have this value, as far as its hash tells.
    pub(crate) fn ranks(&self, attribute: Attribute, value: &str) -> Result<Ranks, IndexError> {
        let keyed = self.footer.attributes.get(attribute as usize).ok_or(IndexError::Damaged)?;
        match self.find_key(keyed, hash(value))? {
            Some(span) => Ranks::read(&read(&self.file, span)?).ok_or(IndexError::Damaged),
            None => Ok(Ranks::Some(roaring::RoaringBitmap::new())),
        }
    }

    /// Finds where the ranks of a hash lie. Hashes are spread evenly, so that the place of one is
    /// nearly known from its value.
    fn find_key(&self, keyed: &Keyed, wanted: u64) -> Result<Option<Span>, IndexError> {
        let count = keyed.keys.bytes / KEY_BYTES as u64;
        let guess = (u128::from(wanted) * u128::from(count)) >> 64;
        let guess = u64::try_from(guess).expect("it is below the count");
        let mut reach = WINDOW;
        loop {
            let (from, to) = (guess.saturating_sub(reach), count.min(guess + reach));
            // one more than is searched: the next key's begin is this one's end
            let keys = self.keys(keyed, from, count.min(to + 1))?;
            let place = keys.partition_point(|(hash, _)| *hash < wanted);
            let is_inside = (place > 0 || from == 0) && (from + (place as u64) < to || to == count);
            if !is_inside {
                reach *= 8;
                continue;
            }
            let Some((_, begin)) = keys.get(place).filter(|(hash, _)| *hash == wanted) else {
                return Ok(None);
            };
            let end = keys.get(place + 1).map_or(keyed.ranks.bytes, |(_, next)| u64::from(*next));
            let begin = u64::from(*begin);
            let bytes = end.checked_sub(begin).ok_or(IndexError::Damaged)?;
            return Ok(Some(Span { begin: keyed.ranks.begin + begin, bytes }));
        }
    }

    fn keys(&self, keyed: &Keyed, from: u64, to: u64) -> Result<Vec<(u64, u32)>, IndexError> {
        let begin = keyed.keys.begin + from * KEY_BYTES as u64;
        let bytes = read(&self.file, Span { begin, bytes: (to - from) * KEY_BYTES as u64 })?;
        let key = |key: &[u8]| Some((eight(key)?, four(key.get(8..)?)?));
        bytes.chunks(KEY_BYTES).map(key).collect::<Option<_>>().ok_or(IndexError::Damaged)
    }

    /// Returns the rows that may have this event id: nearly always the one that has.
    pub(crate) fn id(&self, event_id: &str) -> Result<Vec<u32>, IndexError> {
        let hash = hash(event_id);
        let bucket = hash >> (63 - self.footer.bucket_bits) >> 1;
        let begin = self.footer.buckets.begin + bucket * 4;
        let ends = read(&self.file, Span { begin, bytes: 8 })?;
        let from = four(&ends).ok_or(IndexError::Damaged)?;
        let to = ends.get(4..).and_then(four).ok_or(IndexError::Damaged)?;
        let count = to.checked_sub(from).ok_or(IndexError::Damaged)?;
        let begin = self.footer.ids.begin + u64::from(from) * ID_BYTES as u64;
        let span = Span { begin, bytes: u64::from(count) * ID_BYTES as u64 };
        let entries = read(&self.file, span)?;
        let [one, two, ..] = hash.to_le_bytes();
        let ranks = entries.chunks(ID_BYTES).filter(|entry| entry.starts_with(&[one, two]));
        ranks
            .map(|entry| entry.get(2..).and_then(three))
            .collect::<Option<_>>()
            .ok_or(IndexError::Damaged)
    }

    /// Returns the positions of a block of rows.
    pub(crate) fn block(&self, block: usize) -> Result<Vec<Position>, IndexError> {
        let (begin, first) = *self.blocks.get(block).ok_or(IndexError::Damaged)?;
        let end = self.blocks.get(block + 1).map_or(self.footer.positions.bytes, |next| next.0);
        let bytes = end.checked_sub(begin).ok_or(IndexError::Damaged)?;
        let span = Span { begin: self.footer.positions.begin + begin, bytes };
        let bytes = read(&self.file, span)?;
        positions(&bytes, first).ok_or(IndexError::Damaged)
    }

    /// Returns all event ids, for many questions at once.
    pub(crate) fn ids(&self) -> Result<Ids, IndexError> {
        let buckets = read(&self.file, self.footer.buckets)?;
        let buckets: Option<Vec<_>> = buckets.chunks(4).map(four).collect();
        Ok(Ids {
            bits: self.footer.bucket_bits,
            buckets: buckets.ok_or(IndexError::Damaged)?,
            entries: read(&self.file, self.footer.ids)?,
            rows: self.row_numbers()?,
        })
    }

    /// Returns the row numbers of all ranks.
    fn row_numbers(&self) -> Result<Vec<u32>, IndexError> {
        let bytes = read(&self.file, self.footer.row_numbers)?;
        bytes.chunks(ROW_BYTES).map(three).collect::<Option<_>>().ok_or(IndexError::Damaged)
    }

    /// Returns how many rows are older than a position.
    pub(crate) fn older(&self, than: Position) -> Result<u32, IndexError> {
        let block = self.blocks.partition_point(|(_, first)| *first < than);
        let Some(block) = block.checked_sub(1) else { return Ok(0) };
        let inside = self.block(block)?.partition_point(|at| *at < than);
        let rank = block * BLOCK + inside;
        u32::try_from(rank).map_err(|_| IndexError::Damaged)
    }

    /// Returns the row number of a rank.
    pub(crate) fn row(&self, rank: u32) -> Result<u32, IndexError> {
        let begin = self.footer.row_numbers.begin + u64::from(rank) * ROW_BYTES as u64;
        let bytes = read(&self.file, Span { begin, bytes: ROW_BYTES as u64 })?;
        three(&bytes).ok_or(IndexError::Damaged)
    }
}

/// The event ids of a file, in memory.
pub(crate) struct Ids {
    bits: u32,
    buckets: Vec<u32>,
    entries: Vec<u8>,
    rows: Vec<u32>,
}

impl Ids {
    /// Returns the numbers of the rows that may have this event id.
    pub(crate) fn rows(&self, event_id: &str) -> impl Iterator<Item = u32> {
        let hash = hash(event_id);
        let bucket = usize::try_from(hash >> (63 - self.bits) >> 1).unwrap_or(usize::MAX);
        let end = |at: usize| self.buckets.get(at).map_or(0, |end| *end as usize * ID_BYTES);
        let entries = self.entries.get(end(bucket)..end(bucket + 1)).unwrap_or_default();
        let [one, two, ..] = hash.to_le_bytes();
        let alike = entries.chunks(ID_BYTES).filter(move |entry| entry.starts_with(&[one, two]));
        alike.filter_map(|entry| self.rows.get(three(entry.get(2..)?)? as usize).copied())
    }
}

/// How many positions one block holds, for who reads block by block.
pub(crate) const POSITIONS: u32 = 512;

fn block_start(bytes: &[u8]) -> Option<(u64, Position)> {
    let number = |at: usize| bytes.get(at..).and_then(eight);
    let nth = u32::try_from(number(24)?).ok()?;
    let position = Position { second: number(8)?.cast_signed(), sequence: number(16)?, nth };
    Some((number(0)?, position))
}

fn positions(mut bytes: &[u8], first: Position) -> Option<Vec<Position>> {
    let (mut all, mut last) = (Vec::with_capacity(BLOCK), first);
    while !bytes.is_empty() {
        let second = last.second.checked_add(unzigzag(take_varint(&mut bytes)?))?;
        let step = unzigzag(take_varint(&mut bytes)?).cast_unsigned();
        let sequence = last.sequence.wrapping_add(step);
        let nth = i64::from(last.nth).checked_add(unzigzag(take_varint(&mut bytes)?))?;
        last = Position { second, sequence, nth: u32::try_from(nth).ok()? };
        all.push(last);
    }
    Some(all)
}

fn read(file: &File, span: Span) -> Result<Vec<u8>, IndexError> {
    let length = usize::try_from(span.bytes).map_err(|_| IndexError::Damaged)?;
    if span.bytes > file.metadata()?.len() {
        return Err(IndexError::Damaged);
    }
    let mut bytes = vec![0; length];
    file.read_exact_at(&mut bytes, span.begin)?;
    Ok(bytes)
}
