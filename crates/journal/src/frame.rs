//! One frame: a header that names its place, and the payload.

use aws_lc_rs::digest::{Context, SHA256};
use crc32c::{crc32c, crc32c_append};

use crate::{Hash, Sequence};

/// Bytes of a frame before its payload.
pub(crate) const HEADER_BYTES: usize = 72;
/// Frames begin at multiples of this.
pub(crate) const ALIGN: u64 = 8;
/// Bytes that occur in no UTF-8 text, so that no text payload can look like a frame.
pub(crate) const MAGIC: [u8; 4] = [0xF5, b'o', b't', 0xFF];
/// The only format and kind so far.
const VERSION_AND_KIND: u32 = 0x0001_0001;
/// Fills up to the next multiple of [`ALIGN`]; not zero, see the front page on torn sectors.
const PADDING: [u8; 8] = [0xFF; 8];

/// What stands before the payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) payload_bytes: u32,
    pub(crate) sequence: u64,
    /// The first frame of the group commit this one was written in.
    pub(crate) batch_first: u64,
    pub(crate) epoch: u32,
    pub(crate) previous: Hash,
    /// CRC32C of payload and padding.
    pub(crate) body_crc: u32,
}

impl Header {
    /// Writes the header; `seed` makes headers of other segments invalid here.
    fn encode(&self, seed: u32) -> [u8; HEADER_BYTES] {
        let mut bytes = [0; HEADER_BYTES];
        let rest = put(&mut bytes, &MAGIC);
        let rest = put(rest, &self.payload_bytes.to_le_bytes());
        let rest = put(rest, &self.sequence.to_le_bytes());
        let rest = put(rest, &self.batch_first.to_le_bytes());
        let rest = put(rest, &self.epoch.to_le_bytes());
        let rest = put(rest, &VERSION_AND_KIND.to_le_bytes());
        let rest = put(rest, &self.previous);
        put(rest, &self.body_crc.to_le_bytes());
        let (covered, crc) = bytes.split_at_mut(HEADER_BYTES - 4);
        crc.copy_from_slice(&crc32c_append(seed, covered).to_le_bytes());
        bytes
    }

    /// Reads a header whose checksum, magic and numbers hold.
    pub(crate) fn decode(bytes: &[u8], seed: u32) -> Option<Self> {
        let covered = bytes.get(..HEADER_BYTES - 4)?;
        let mut rest = bytes.get(..HEADER_BYTES)?;
        if take(&mut rest)? != MAGIC {
            return None;
        }
        let header = Self {
            payload_bytes: u32::from_le_bytes(take(&mut rest)?),
            sequence: u64::from_le_bytes(take(&mut rest)?),
            batch_first: u64::from_le_bytes(take(&mut rest)?),
            epoch: {
                let epoch = u32::from_le_bytes(take(&mut rest)?);
                (u32::from_le_bytes(take(&mut rest)?) == VERSION_AND_KIND).then_some(epoch)?
            },
            previous: take(&mut rest)?,
            body_crc: u32::from_le_bytes(take(&mut rest)?),
        };
        let crc = u32::from_le_bytes(take(&mut rest)?);
        let ordered = (1..=header.sequence).contains(&header.batch_first);
        (ordered && crc == crc32c_append(seed, covered)).then_some(header)
    }

    /// Returns the payload's length in bytes.
    pub(crate) fn payload_len(&self) -> usize {
        usize::try_from(self.payload_bytes).expect("a usize holds 32 bits on every served platform")
    }

    /// Returns the bytes the whole frame takes, padding included.
    pub(crate) fn frame_bytes(&self) -> u64 {
        frame_bytes(self.payload_len())
    }
}

/// Returns the bytes a frame with such a payload takes, padding included.
pub(crate) fn frame_bytes(payload_len: usize) -> u64 {
    wide(HEADER_BYTES + payload_len).next_multiple_of(ALIGN)
}

/// What all frames of one group commit share.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stamp {
    pub(crate) batch_first: u64,
    pub(crate) epoch: u32,
    pub(crate) seed: u32,
}

/// Appends a whole frame to `buffer` and returns its hash.
pub(crate) fn write_frame(
    buffer: &mut Vec<u8>,
    stamp: Stamp,
    sequence: u64,
    previous: Hash,
    payload: &[u8],
) -> Hash {
    let padding = padding(payload.len());
    let header = Header {
        payload_bytes: u32::try_from(payload.len()).expect("append has checked the limit"),
        sequence,
        batch_first: stamp.batch_first,
        epoch: stamp.epoch,
        previous,
        body_crc: crc32c_append(crc32c(payload), padding),
    };
    let head = header.encode(stamp.seed);
    buffer.extend_from_slice(&head);
    buffer.extend_from_slice(payload);
    buffer.extend_from_slice(padding);
    hash_of(&head, payload)
}

fn padding(payload_len: usize) -> &'static [u8] {
    let odd = (HEADER_BYTES + payload_len) % PADDING.len();
    PADDING.get(..(PADDING.len() - odd) % PADDING.len()).unwrap_or_default()
}

/// Returns the link of the chain: SHA-256 over header and payload.
pub(crate) fn hash_of(header: &[u8], payload: &[u8]) -> Hash {
    let mut context = Context::new(&SHA256);
    context.update(header);
    context.update(payload);
    let digest = context.finish();
    digest.as_ref().try_into().expect("SHA-256 has 32 bytes")
}

/// A durable frame as it was read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Its place.
    pub sequence: Sequence,
    /// How often the journal had been opened for writing when it was written.
    pub epoch: u32,
    /// The chain's hash up to the frame before.
    pub previous: Hash,
    /// The chain's hash up to and with this frame.
    pub hash: Hash,
    /// What was appended.
    pub payload: Vec<u8>,
}

impl Frame {
    /// Reads a frame from exactly its bytes, `None` where a checksum does not hold.
    pub(crate) fn decode(bytes: &[u8], seed: u32) -> Option<Self> {
        let header = Header::decode(bytes, seed)?;
        let (head, body) = bytes.split_at_checked(HEADER_BYTES)?;
        let payload = body.get(..header.payload_len())?;
        (wide(bytes.len()) == header.frame_bytes() && crc32c(body) == header.body_crc).then(|| {
            Self {
                sequence: Sequence::new(header.sequence),
                epoch: header.epoch,
                previous: header.previous,
                hash: hash_of(head, payload),
                payload: payload.to_vec(),
            }
        })
    }
}

/// Takes a fixed number of bytes off the front.
pub(crate) fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (head, rest) = bytes.split_first_chunk::<N>()?;
    *bytes = rest;
    Some(*head)
}

/// Writes at the front of a buffer and returns what is left of it.
pub(crate) fn put<'a>(rest: &'a mut [u8], bytes: &[u8]) -> &'a mut [u8] {
    let (head, tail) = rest.split_at_mut(bytes.len());
    head.copy_from_slice(bytes);
    tail
}

/// Widens a length.
pub(crate) fn wide(len: usize) -> u64 {
    u64::try_from(len).expect("no platform has lengths over 64 bits")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(payload: &[u8]) -> (Vec<u8>, Hash) {
        let mut buffer = Vec::new();
        let stamp = Stamp { batch_first: 6, epoch: 2, seed: 9 };
        let hash = write_frame(&mut buffer, stamp, 7, [3; 32], payload);
        (buffer, hash)
    }

    #[test]
    fn comes_back_as_written() {
        for len in 0..40 {
            let payload = vec![b'x'; len];
            let (bytes, hash) = sample(&payload);
            assert_eq!(wide(bytes.len()), frame_bytes(len));
            let frame = Frame::decode(&bytes, 9).unwrap();
            assert_eq!((frame.sequence, frame.epoch), (Sequence::new(7), 2));
            assert_eq!((frame.previous, frame.hash, frame.payload), ([3; 32], hash, payload));
        }
    }

    #[test]
    fn every_flipped_bit_is_seen() {
        let (bytes, _) = sample(b"{\"eventName\":\"Lookup\"}");
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(Frame::decode(&flipped, 9), None, "bit {bit}");
        }
    }

    #[test]
    fn every_eight_bytes_of_a_header_hold_a_set_bit() {
        let (bytes, _) = sample(b"");
        assert!(bytes.chunks(8).all(|unit| unit.iter().any(|byte| *byte != 0)));
    }

    #[test]
    fn a_frame_of_another_segment_is_not_taken() {
        let (bytes, _) = sample(b"moved");
        assert_eq!(Frame::decode(&bytes, 10), None);
    }
}
