//! Cyclic sums: over bytes, and of two stretches put together, from their sums alone.

/// A reflected CRC that starts from all ones and ends with all bits flipped.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Crc {
    /// The polynomial, its bits reversed.
    polynomial: u64,
    /// How many bits the sum has.
    width: u32,
}

/// CRC-32 as in zlib.
pub(crate) const CRC32: Crc = Crc { polynomial: 0xedb8_8320, width: 32 };
/// CRC-32C, Castagnoli's.
pub(crate) const CRC32C: Crc = Crc { polynomial: 0x82f6_3b78, width: 32 };
/// CRC-64/NVME.
pub(crate) const CRC64NVME: Crc = Crc { polynomial: 0x9a6c_9329_ac4b_c9b5, width: 64 };

impl Crc {
    /// Returns how many bytes a sum has.
    pub(crate) fn bytes(self) -> usize {
        if self.width == 64 { 8 } else { 4 }
    }

    /// Returns the sum of `bytes`.
    pub(crate) fn sum(self, bytes: &[u8]) -> u64 {
        let mask = u64::MAX >> (64 - self.width);
        let sum = bytes
            .iter()
            .fold(mask, |sum, byte| (0..8).fold(sum ^ u64::from(*byte), |sum, _| self.half(sum)));
        sum ^ mask
    }

    /// Returns the sum of two stretches in a row, from the sum of each and the second's length.
    ///
    /// A sum is a polynomial; a stretch behind it multiplies it by x for each of its bits.
    pub(crate) fn join(self, first: u64, second: u64, second_bytes: u64) -> u64 {
        let one = 1 << (self.width - 1);
        let (mut shift, mut power, mut left) = (one, one >> 8, second_bytes);
        while left > 0 {
            if left & 1 == 1 {
                shift = self.product(shift, power);
            }
            power = self.product(power, power);
            left >>= 1;
        }
        self.product(shift, first) ^ second
    }

    fn half(self, value: u64) -> u64 {
        if value & 1 == 1 { (value >> 1) ^ self.polynomial } else { value >> 1 }
    }

    fn product(self, left: u64, right: u64) -> u64 {
        let (mut sum, mut right) = (0, right);
        for bit in (0..self.width).rev() {
            if left >> bit & 1 == 1 {
                sum ^= right;
            }
            right = self.half(right);
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_the_catalogue() {
        assert_eq!(CRC32.sum(b"123456789"), 0xcbf4_3926);
        assert_eq!(CRC32C.sum(b"123456789"), 0xe306_9283);
        assert_eq!(CRC64NVME.sum(b"123456789"), 0xae8b_1486_0a79_9888);
    }

    #[test]
    fn joined_sums_are_the_sums_of_the_joined() {
        let text = b"a bucket is a list of keys, and each key a list of versions";
        for crc in [CRC32, CRC32C, CRC64NVME] {
            for at in 0..=text.len() {
                let (first, second) = text.split_at(at);
                let joined = crc.join(crc.sum(first), crc.sum(second), second.len() as u64);
                assert_eq!(joined, crc.sum(text), "{crc:?} at {at}");
            }
        }
    }
}
