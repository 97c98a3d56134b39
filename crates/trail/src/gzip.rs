//! Gzip as this house writes it, and the strict way of reading it: one whole member, nothing after
//!
//! ```text
//!   1f 8b 08 | flags 0 | mtime 0000 | xfl 0 | os ff | deflate … | crc32 | length
//! ```
//!
//! Most readers are lenient: they take several members for one text, or stop after the first and
//! do not look at what follows. Either way two readers see different texts in the same bytes; here
//! such bytes are refused.

use std::io::Write;

use flate2::write::GzEncoder;
use flate2::{Compression, Crc, Decompress, FlushDecompress, GzBuilder, Status};

/// Identification, method, no flags, no time, nothing said of level and operating system: what
/// AWS's files begin with too.
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
const OS_UNKNOWN: u8 = 0xff;

/// A tenth smaller than gzip's own level 1 to 3, at four times the speed of its default.
const LEVEL: u32 = 4;

/// How much is inflated at a step: what still is in the processor's cache when it is looked at.
const STEP_BYTES: usize = 64 * 1024;

/// A stored block of deflate holds at most this.
const STORED_BYTES_MAX: usize = 0xffff;

/// Why bytes are not exactly one gzip member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Defect {
    /// They do not begin like gzip.
    #[error("the header is not gzip's")]
    Header,
    /// The header asks for members that CloudTrail never writes, and in which text can hide.
    #[error("the header has flags {0:#04x}, and CloudTrail sets none")]
    Flags(u8),
    /// The compressed data cannot be read.
    #[error("the compressed data is damaged")]
    Deflate,
    /// They end too soon.
    #[error("the end is cut off")]
    Cut,
    /// The text is longer than it may be.
    #[error("the text is longer than {0} bytes")]
    TooLarge(usize),
    /// The check sum is not that of the text.
    #[error("the check sum is not that of the text")]
    Checksum,
    /// The length is not that of the text.
    #[error("the length is not that of the text")]
    Length,
    /// Another gzip member follows: some readers show its text, others do not.
    #[error("another gzip member of {0} bytes is appended")]
    Member(usize),
    /// Something else follows.
    #[error("{0} bytes are appended")]
    Trailing(usize),
}

/// Inflates one file after the other with the same memory.
pub(crate) struct Inflater {
    engine: Decompress,
    step: Vec<u8>,
}

/// Returns the text of exactly one gzip member that holds at most `bytes_max`.
///
/// # Errors
/// [`Defect`]: the first one from the front.
pub fn unzip_one_member(bytes: &[u8], bytes_max: usize) -> Result<Vec<u8>, Defect> {
    let mut text = Vec::new();
    Inflater::new().inflate(bytes, bytes_max, |part| text.extend_from_slice(part))?;
    Ok(text)
}

/// Returns an encoder whose output depends on the text alone.
pub(crate) fn encoder() -> GzEncoder<Vec<u8>> {
    let builder = GzBuilder::new().mtime(0).operating_system(OS_UNKNOWN);
    builder.write(Vec::new(), Compression::new(LEVEL))
}

/// Returns the text in a member of stored blocks: not smaller, but with only one way to write it,
/// so that whoever has the text can tell every other byte that stands around it.
pub(crate) fn stored(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + 64);
    out.extend_from_slice(&HEADER);
    let mut rest = text;
    loop {
        let (block, after) = rest.split_at(rest.len().min(STORED_BYTES_MAX));
        let length = u16::try_from(block.len()).expect("a block is no longer than that");
        out.push(u8::from(after.is_empty()));
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(&(!length).to_le_bytes());
        out.extend_from_slice(block);
        rest = after;
        if rest.is_empty() {
            break;
        }
    }
    let mut crc = Crc::new();
    crc.update(text);
    out.extend_from_slice(&crc.sum().to_le_bytes());
    out.extend_from_slice(&crc.amount().to_le_bytes());
    out
}

/// Writes into an encoder that writes into memory.
pub(crate) fn put(encoder: &mut GzEncoder<Vec<u8>>, text: &[u8]) {
    encoder.write_all(text).expect("memory takes all that is written");
}

impl Inflater {
    pub(crate) fn new() -> Self {
        Self { engine: Decompress::new(false), step: vec![0; STEP_BYTES] }
    }

    /// Gives the text of exactly one member to `take`, piece by piece. What was given is to be
    /// forgotten when this fails.
    pub(crate) fn inflate(
        &mut self,
        bytes: &[u8],
        bytes_max: usize,
        mut take: impl FnMut(&[u8]),
    ) -> Result<(), Defect> {
        let mut crc = Crc::new();
        let rest = self.deflated(after_header(bytes)?, bytes_max, |part| {
            crc.update(part);
            take(part);
        })?;
        let (sum, rest) = rest.split_first_chunk::<4>().ok_or(Defect::Cut)?;
        let (length, rest) = rest.split_first_chunk::<4>().ok_or(Defect::Cut)?;
        if u32::from_le_bytes(*sum) != crc.sum() {
            return Err(Defect::Checksum);
        }
        if u32::from_le_bytes(*length) != crc.amount() {
            return Err(Defect::Length);
        }
        nothing(rest)
    }

    /// Inflates up to the end of the deflate stream and returns what follows it.
    fn deflated<'a>(
        &mut self,
        mut input: &'a [u8],
        bytes_max: usize,
        mut take: impl FnMut(&[u8]),
    ) -> Result<&'a [u8], Defect> {
        self.engine.reset(false);
        let mut left = bytes_max;
        loop {
            let (read, written) = (self.engine.total_in(), self.engine.total_out());
            let status = self
                .engine
                .decompress(input, &mut self.step, FlushDecompress::None)
                .map_err(|_| Defect::Deflate)?;
            let read = moved(read, self.engine.total_in());
            let written = moved(written, self.engine.total_out());
            left = left.checked_sub(written).ok_or(Defect::TooLarge(bytes_max))?;
            take(self.step.get(..written).unwrap_or_default());
            input = input.get(read..).unwrap_or_default();
            match status {
                Status::StreamEnd => return Ok(input),
                _ if read == 0 && written == 0 => return Err(Defect::Cut),
                _ => {}
            }
        }
    }
}

/// How far a counter moved within one step.
fn moved(before: u64, after: u64) -> usize {
    usize::try_from(after - before).expect("a step is no longer than a slice")
}

fn after_header(bytes: &[u8]) -> Result<&[u8], Defect> {
    let (header, rest) = bytes.split_first_chunk::<10>().ok_or(Defect::Cut)?;
    match header {
        [0x1f, 0x8b, 8, 0, ..] => Ok(rest),
        [0x1f, 0x8b, 8, flags, ..] => Err(Defect::Flags(*flags)),
        _ => Err(Defect::Header),
    }
}

fn nothing(rest: &[u8]) -> Result<(), Defect> {
    match rest {
        [] => Ok(()),
        [0x1f, 0x8b, ..] => Err(Defect::Member(rest.len())),
        _ => Err(Defect::Trailing(rest.len())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAX: usize = 1 << 20;

    fn zipped(text: &str) -> Vec<u8> {
        let mut encoder = encoder();
        put(&mut encoder, text.as_bytes());
        encoder.finish().unwrap()
    }

    #[test]
    fn what_is_written_is_read_back_whole() {
        for length in [0, 1, 10, 65_535, 65_536, 200_000] {
            let text = "abcdefghij".repeat(length / 10 + 1);
            let text = &text[..length];
            assert_eq!(unzip_one_member(&zipped(text), MAX).unwrap(), text.as_bytes());
            assert_eq!(unzip_one_member(&stored(text.as_bytes()), MAX).unwrap(), text.as_bytes());
            assert!(zipped(text).starts_with(&HEADER));
        }
    }

    #[test]
    fn whatever_is_not_one_member_is_refused() {
        let right = zipped("one text");
        let with = |more: &[u8]| [&right, more].concat();
        let patched = |at: usize, byte: u8| {
            let mut bytes = right.clone();
            bytes[at] ^= byte;
            bytes
        };
        let end = right.len();
        let rows = [
            (patched(0, 1), Defect::Header),
            (patched(2, 1), Defect::Header),
            (patched(3, 8), Defect::Flags(8)),
            (patched(10, 6), Defect::Deflate),
            (patched(end - 8, 1), Defect::Checksum),
            (patched(end - 1, 1), Defect::Length),
            (with(b"JUNK"), Defect::Trailing(4)),
            (with(&right), Defect::Member(end)),
            (with(&[0]), Defect::Trailing(1)),
        ];
        for (bytes, defect) in rows {
            assert_eq!(unzip_one_member(&bytes, MAX), Err(defect));
        }
        for length in 0..end {
            assert_eq!(unzip_one_member(&right[..length], MAX), Err(Defect::Cut), "{length}");
        }
    }

    #[test]
    fn bombs_stop_at_the_limit() {
        let bomb = zipped(&" ".repeat(50_000_000));
        assert_eq!(unzip_one_member(&bomb, MAX), Err(Defect::TooLarge(MAX)));
        let full = zipped(&" ".repeat(MAX));
        assert_eq!(unzip_one_member(&full, MAX).unwrap().len(), MAX);
        assert_eq!(unzip_one_member(&full, MAX - 1), Err(Defect::TooLarge(MAX - 1)));
    }
}
