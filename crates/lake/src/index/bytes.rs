//! Numbers as bytes.

/// Appends a number in as few bytes as it needs, seven bits each.
pub(super) fn put_varint(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(u8::try_from(number & 0x7f).expect("seven bits") | 0x80);
        number >>= 7;
    }
    bytes.push(u8::try_from(number).expect("seven bits"));
}

/// Takes such a number off the front; nothing where it ends too early or is too long.
pub(super) fn take_varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (first, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(first & 0x7f) << shift;
        if first & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

/// Makes a small number of one that is near zero on either side.
pub(super) fn zigzag(number: i64) -> u64 {
    (number.cast_unsigned() << 1) ^ (number >> 63).cast_unsigned()
}

/// Undoes [`zigzag`].
pub(super) fn unzigzag(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -((number & 1).cast_signed())
}

/// Appends the lowest three bytes of a rank or row number.
pub(super) fn put_three(bytes: &mut Vec<u8>, number: u32) {
    let [one, two, three, rest] = number.to_le_bytes();
    assert_eq!(rest, 0, "a segment has fewer rows");
    bytes.extend([one, two, three]);
}

/// Reads three bytes as a number.
pub(super) fn three(bytes: &[u8]) -> Option<u32> {
    let [one, two, three] = *bytes.first_chunk()?;
    Some(u32::from_le_bytes([one, two, three, 0]))
}

/// Reads four bytes as a number.
pub(super) fn four(bytes: &[u8]) -> Option<u32> {
    bytes.first_chunk().map(|bytes| u32::from_le_bytes(*bytes))
}

/// Reads eight bytes as a number.
pub(super) fn eight(bytes: &[u8]) -> Option<u64> {
    bytes.first_chunk().map(|bytes| u64::from_le_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back() {
        for number in [0, 1, 127, 128, 300, u64::from(u32::MAX), u64::MAX] {
            let mut bytes = Vec::new();
            put_varint(&mut bytes, number);
            let mut rest = bytes.as_slice();
            assert_eq!(take_varint(&mut rest), Some(number));
            assert!(rest.is_empty());
            assert_eq!(take_varint(&mut &bytes[..bytes.len() - 1]), None);
        }
        for number in [0, -1, 1, i64::MIN, i64::MAX] {
            assert_eq!(unzigzag(zigzag(number)), number);
        }
        let mut bytes = Vec::new();
        put_three(&mut bytes, 0x0012_3456);
        assert_eq!(three(&bytes), Some(0x0012_3456));
    }
}
