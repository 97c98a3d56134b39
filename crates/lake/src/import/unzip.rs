//! Unpacks gzip within limits, all members of it, and says where one is broken.
//!
//! What happens to a file that does not unpack to its end is for its reader to decide, and the
//! choice offered is this: *the whole file is refused* unless whoever imports asks for the readable
//! part. A checksum stands at the end of a member. Where it is missing or wrong, nothing vouches
//! for any byte before it: the damage may be anywhere, and records taken from it would stand in the
//! lake like all others with nobody able to tell. A refused file is named and counted, stays
//! undone, and is taken in by the next run once it is whole.
//!
//! Bytes behind the last member are another matter. The members before them are whole and their
//! checksums hold, so their records are taken; the bytes themselves are reported, as they may be an
//! attempt to hide something from tools that stop at the first member, or at the first error.

use std::io::{self, Read};

use flate2::bufread::GzDecoder;

/// What a packed file may become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnzipLimits {
    /// The most bytes a file may unpack to. AWS's log files have at most 50 MB.
    pub bytes_max: u64,
    /// The most bytes that one packed byte may become. Log files come to about 6, and to 30 where
    /// one call is made over and over; deflate can reach 1,032.
    pub ratio_max: u64,
    /// So many bytes are allowed whatever the ratio.
    pub bytes_free: u64,
}

impl Default for UnzipLimits {
    fn default() -> Self {
        Self { bytes_max: 256 << 20, ratio_max: 100, bytes_free: 1 << 20 }
    }
}

impl UnzipLimits {
    /// Returns how much so many packed bytes may become, if not more than `bytes_max`.
    pub(super) fn by_ratio(&self, packed: u64) -> u64 {
        packed.saturating_mul(self.ratio_max).max(self.bytes_free)
    }
}

/// What was unpacked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unzipped {
    /// How many members there were; CloudTrail writes one.
    pub members: u32,
    /// What stands behind the last one.
    pub trailing: Option<Trailing>,
}

/// Bytes behind the last member that are no member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trailing {
    /// Their place in the packed file.
    pub offset: u64,
    /// How many.
    pub bytes: u64,
}

impl std::fmt::Display for Trailing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} bytes behind the last gzip member, from byte {}", self.bytes, self.offset)
    }
}

/// Why a file cannot be unpacked.
#[derive(Debug, thiserror::Error)]
pub enum UnzipError {
    /// It does not begin like gzip.
    #[error("not gzip")]
    NotGzip,
    /// It ends inside a member.
    #[error("gzip member {member} is cut off at byte {at}")]
    Truncated {
        /// Which member, from 1.
        member: u32,
        /// How long the packed file is.
        at: u64,
    },
    /// A member is not as its writer left it.
    #[error("gzip member {member} is damaged, seen at byte {at} of the packed file")]
    Corrupt {
        /// Which member, from 1.
        member: u32,
        /// Up to where it was read; the damage is not behind it.
        at: u64,
        /// What is wrong.
        source: io::Error,
    },
    /// It is or becomes too large.
    #[error("more than {max} bytes of text")]
    TooLarge {
        /// The limit.
        max: u64,
    },
    /// It becomes too large for its size.
    #[error("unpacks to more than {max} bytes, {ratio_max} times its own size")]
    Ratio {
        /// How much it may become.
        max: u64,
        /// The limit.
        ratio_max: u64,
    },
    /// There is gzip in it again, which no writer of logs does.
    #[error("gzip within gzip")]
    Nested,
}

impl UnzipError {
    /// Returns the name under which such files are counted.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::NotGzip => "not-gzip",
            Self::Truncated { .. } => "gzip-cut-off",
            Self::Corrupt { .. } => "gzip-damaged",
            Self::TooLarge { .. } => "unpacks-too-large",
            Self::Ratio { .. } => "unpacks-too-large-for-its-size",
            Self::Nested => "gzip-within-gzip",
        }
    }
}

/// Returns whether `bytes` begin like gzip. Files are told apart by this, not by their names.
pub fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1f, 0x8b])
}

/// Returns the text of a file, packed or not, and what was unpacked if it was packed.
///
/// Text that is not packed is returned as it is, `into` is for the other one.
pub fn unpack<'a>(
    bytes: &'a [u8],
    limits: &UnzipLimits,
    into: &'a mut Vec<u8>,
) -> Result<(&'a [u8], Option<Unzipped>), UnzipError> {
    if is_gzip(bytes) {
        let unzipped = unzip(bytes, limits, into)?;
        return Ok((into, Some(unzipped)));
    }
    if bytes.len() as u64 > limits.bytes_max {
        return Err(UnzipError::TooLarge { max: limits.bytes_max });
    }
    Ok((bytes, None))
}

/// Unpacks all members of `packed` into `into`, which is cleared first.
///
/// After an error `into` holds what could be unpacked up to there, for those who want that much;
/// never more than the limits allow.
pub fn unzip(
    packed: &[u8],
    limits: &UnzipLimits,
    into: &mut Vec<u8>,
) -> Result<Unzipped, UnzipError> {
    into.clear();
    if !is_gzip(packed) {
        return Err(UnzipError::NotGzip);
    }
    let max = limits.by_ratio(packed.len() as u64).min(limits.bytes_max);
    reserve(packed, max, into);
    let (mut members, mut rest) = (0, packed);
    while is_gzip(rest) {
        members += 1;
        rest = member(rest, members, max, into).map_err(|error| match error {
            UnzipError::TooLarge { max } if max < limits.bytes_max => {
                UnzipError::Ratio { max, ratio_max: limits.ratio_max }
            }
            error => seen_in(error, packed.len() - rest.len()),
        })?;
    }
    if is_gzip(into) {
        into.clear();
        return Err(UnzipError::Nested);
    }
    let offset = (packed.len() - rest.len()) as u64;
    let trailing = Trailing { offset, bytes: rest.len() as u64 };
    Ok(Unzipped { members, trailing: Some(trailing).filter(|trailing| trailing.bytes > 0) })
}

/// Unpacks the member that `rest` begins with and returns what is behind it.
fn member<'a>(
    rest: &'a [u8],
    member: u32,
    max: u64,
    into: &mut Vec<u8>,
) -> Result<&'a [u8], UnzipError> {
    let mut decoder = GzDecoder::new(rest);
    let room = max.saturating_sub(into.len() as u64);
    let read = (&mut decoder).take(room + 1).read_to_end(into);
    let behind = decoder.into_inner();
    if into.len() as u64 > max {
        into.truncate(usize::try_from(max).unwrap_or(usize::MAX));
        return Err(UnzipError::TooLarge { max });
    }
    let at = (rest.len() - behind.len()) as u64;
    match read {
        Ok(_) => Ok(behind),
        Err(cause) if cause.kind() == io::ErrorKind::UnexpectedEof => {
            Err(UnzipError::Truncated { member, at: rest.len() as u64 })
        }
        Err(source) => Err(UnzipError::Corrupt { member, at, source }),
    }
}

/// Makes room for what the last member says it unpacks to, as far as that is believable.
fn reserve(packed: &[u8], max: u64, into: &mut Vec<u8>) {
    let says = packed.last_chunk::<4>().map_or(0, |bytes| u32::from_le_bytes(*bytes));
    if u64::from(says) <= max {
        // Some more, as reading to the end needs room to see that it is the end.
        into.reserve(usize::try_from(says).unwrap_or(0) + 64);
    }
}

/// Counts a place from the beginning of the file instead of the member's.
fn seen_in(error: UnzipError, before: usize) -> UnzipError {
    let before = before as u64;
    match error {
        UnzipError::Truncated { member, at } => UnzipError::Truncated { member, at: before + at },
        UnzipError::Corrupt { member, at, source } => {
            UnzipError::Corrupt { member, at: before + at, source }
        }
        error => error,
    }
}

#[cfg(test)]
mod tests;
