//! A stream's bytes, unpacked if they are packed.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::MultiGzDecoder;

use crate::import::unzip::{UnzipError, UnzipLimits, is_gzip};

/// The first bytes, read to see what it is, and all the others.
type Whole<R> = BufReader<io::Chain<io::Cursor<Vec<u8>>, R>>;

/// What is read from, once it is known what it is.
#[derive(Debug)]
pub(super) enum Input<R: Read> {
    Unknown(Option<R>),
    Plain(Whole<R>),
    Packed(Box<Packed<R>>),
}

#[derive(Debug)]
pub(super) struct Packed<R: Read> {
    decoder: MultiGzDecoder<Counted<Whole<R>>>,
    unpacked: u64,
}

impl<R: Read> Input<R> {
    /// Appends so many bytes to `into`, or fewer at the end.
    pub(super) fn read(
        &mut self,
        bytes: usize,
        limits: &UnzipLimits,
        into: &mut Vec<u8>,
    ) -> io::Result<()> {
        if let Self::Unknown(reader) = self
            && let Some(reader) = reader.take()
        {
            *self = Self::begin(reader)?;
        }
        match self {
            Self::Unknown(_) => Ok(()),
            Self::Plain(reader) => reader.take(bytes as u64).read_to_end(into).map(|_| ()),
            Self::Packed(packed) => packed.read(bytes, limits, into),
        }
    }

    fn begin(mut reader: R) -> io::Result<Self> {
        let mut first = Vec::new();
        (&mut reader).take(2).read_to_end(&mut first)?;
        let is_packed = is_gzip(&first);
        let whole = BufReader::new(io::Cursor::new(first).chain(reader));
        if !is_packed {
            return Ok(Self::Plain(whole));
        }
        let decoder = MultiGzDecoder::new(Counted { reader: whole, bytes: 0 });
        Ok(Self::Packed(Box::new(Packed { decoder, unpacked: 0 })))
    }
}

impl<R: Read> Packed<R> {
    fn read(&mut self, bytes: usize, limits: &UnzipLimits, into: &mut Vec<u8>) -> io::Result<()> {
        const STEP: usize = 64 << 10;
        let mut missing = bytes;
        while missing > 0 {
            let step = missing.min(STEP);
            let read = (&mut self.decoder).take(step as u64).read_to_end(into)?;
            self.unpacked += read as u64;
            missing -= read;
            let max = limits.by_ratio(self.decoder.get_ref().bytes);
            if self.unpacked > max {
                let ratio_max = limits.ratio_max;
                return Err(io::Error::other(UnzipError::Ratio { max, ratio_max }));
            }
            if read < step {
                break;
            }
        }
        Ok(())
    }
}

/// Counts the bytes that are taken out of it.
#[derive(Debug)]
pub(super) struct Counted<R> {
    reader: R,
    bytes: u64,
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(into)?;
        self.bytes += read as u64;
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.reader.fill_buf()
    }

    fn consume(&mut self, bytes: usize) {
        self.reader.consume(bytes);
        self.bytes += bytes as u64;
    }
}
