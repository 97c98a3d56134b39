//! The ranks of a value, in the form that takes the least room.

use roaring::RoaringBitmap;

use super::bytes::{put_varint, take_varint};

/// Every row has the value.
const ALL: u8 = 0;
/// Differences of ranks, in as few bytes as each needs.
const LIST: u8 = 1;
/// A compressed bitmap.
const BITMAP: u8 = 2;
/// Lists are at most so long: a bitmap is read faster.
const LIST_MAX: usize = 4096;

/// Appends ascending ranks.
pub(super) fn put(bytes: &mut Vec<u8>, ranks: &[u32], rows: usize) {
    if ranks.len() == rows {
        bytes.push(ALL);
    } else if ranks.len() <= LIST_MAX {
        put_list(bytes, ranks);
    } else {
        put_bitmap(bytes, ranks);
    }
}

fn put_list(bytes: &mut Vec<u8>, ranks: &[u32]) {
    bytes.push(LIST);
    let mut last = 0;
    for rank in ranks {
        put_varint(bytes, u64::from(rank - last));
        last = *rank;
    }
}

fn put_bitmap(bytes: &mut Vec<u8>, ranks: &[u32]) {
    bytes.push(BITMAP);
    let mut bitmap = RoaringBitmap::from_sorted_iter(ranks.iter().copied())
        .expect("ranks are put in ascending order");
    bitmap.optimize();
    bitmap.serialize_into(bytes).expect("memory takes every byte");
}

/// Which rows have a value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Ranks {
    /// Every row.
    All,
    /// These.
    Some(RoaringBitmap),
}

impl Ranks {
    /// Reads what [`put`] wrote; nothing where it is damaged.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let (kind, mut rest) = bytes.split_first()?;
        match *kind {
            ALL => Some(Self::All),
            LIST => {
                let (mut bitmap, mut last) = (RoaringBitmap::new(), 0_u32);
                while !rest.is_empty() {
                    let step = u32::try_from(take_varint(&mut rest)?).ok()?;
                    last = last.checked_add(step)?;
                    bitmap.insert(last);
                }
                Some(Self::Some(bitmap))
            }
            BITMAP => RoaringBitmap::deserialize_from(rest).ok().map(Self::Some),
            _ => None,
        }
    }

    /// Returns the rows that are in both.
    pub(crate) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::All, ranks) | (ranks, Self::All) => ranks,
            (Self::Some(one), Self::Some(two)) => Self::Some(one & two),
        }
    }

    /// Returns whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        matches!(self, Self::Some(ranks) if ranks.is_empty())
    }
}
