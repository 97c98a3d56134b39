//! Tests: members, what is behind them, damage at every byte, and bombs.

use std::io::Write;

use super::*;
use flate2::Compression;
use flate2::write::GzEncoder;

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn unpacked(packed: &[u8]) -> (Result<Unzipped, UnzipError>, Vec<u8>) {
    let mut into = b"left over".to_vec();
    let result = unzip(packed, &UnzipLimits::default(), &mut into);
    (result, into)
}

#[test]
fn all_members_are_unpacked() {
    let two = [packed(b"one,"), packed(b""), packed(b"two")].concat();
    let (unzipped, bytes) = unpacked(&two);
    assert_eq!(unzipped.unwrap(), Unzipped { members: 3, trailing: None });
    assert_eq!(bytes, b"one,two");
    assert!(matches!(unpacked(b"{}").0, Err(UnzipError::NotGzip)));
    assert!(matches!(unpacked(b"").0, Err(UnzipError::NotGzip)));
}

#[test]
fn files_are_told_apart_by_their_first_bytes() {
    let limits = UnzipLimits { bytes_max: 5, ..UnzipLimits::default() };
    let mut into = Vec::new();
    assert_eq!(unpack(b"plain", &limits, &mut into).unwrap(), (b"plain".as_slice(), None));
    let one = packed(b"whole");
    let (text, unzipped) = unpack(&one, &limits, &mut into).unwrap();
    assert_eq!((text, unzipped.unwrap().members), (b"whole".as_slice(), 1));
    for bytes in [b"plain.".to_vec(), packed(b"packed")] {
        let error = unpack(&bytes, &limits, &mut into);
        assert!(matches!(error, Err(UnzipError::TooLarge { max: 5 })));
    }
}

#[test]
fn what_is_behind_the_last_member_is_told() {
    let one = packed(b"whole");
    let (unzipped, bytes) = unpacked(&[&one, b"junk".as_slice()].concat());
    let trailing = unzipped.unwrap().trailing.unwrap();
    assert_eq!(trailing, Trailing { offset: one.len() as u64, bytes: 4 });
    assert_eq!(bytes, b"whole");
}

#[test]
fn a_file_that_is_cut_off_anywhere_is_refused() {
    let text: Vec<u8> = (0..2_000_u32).flat_map(u32::to_le_bytes).collect();
    let whole = packed(&text);
    for length in 2..whole.len() {
        let (error, bytes) = unpacked(&whole[..length]);
        assert!(
            matches!(error, Err(UnzipError::Truncated { member: 1, at }) if at == length as u64),
            "{length}: {error:?}"
        );
        assert!(text.starts_with(&bytes));
    }
    let both = [whole.as_slice(), &whole[..whole.len() - 1]].concat();
    let (error, bytes) = unpacked(&both);
    let end = both.len() as u64;
    assert!(matches!(error, Err(UnzipError::Truncated { member: 2, at }) if at == end));
    assert_eq!(bytes.len(), text.len() * 2);
}

#[test]
fn damage_in_what_is_packed_is_seen() {
    let text = b"some text that is long enough, long enough, long enough to be packed";
    let whole = packed(text);
    // Behind the header: its time, flags and system say nothing of what is packed.
    for at in 10..whole.len() {
        for bit in 0..8 {
            let mut other = whole.clone();
            other[at] ^= 1 << bit;
            let (result, bytes) = unpacked(&other);
            // The last packed byte has bits that nobody reads.
            assert!(result.is_err() || bytes == text, "bit {bit} of byte {at}");
        }
    }
    let mut other = whole.clone();
    let checksum = whole.len() - 8;
    other[checksum] ^= 1;
    assert!(matches!(unpacked(&other).0, Err(UnzipError::Corrupt { member: 1, at, .. }) if at > 0));
}

#[test]
fn bombs_are_stopped_by_ratio_and_by_size() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let block = vec![b' '; 1 << 20];
    for _ in 0..200 {
        encoder.write_all(&block).unwrap();
    }
    let bomb = encoder.finish().unwrap();
    let (error, bytes) = unpacked(&bomb);
    let max = bomb.len() as u64 * 100;
    assert!(matches!(error, Err(UnzipError::Ratio { max: limit, ratio_max: 100 }) if limit == max));
    assert_eq!(bytes.len() as u64, max);
    assert!(bytes.capacity() < 64 << 20, "{}", bytes.capacity());

    // A bomb that says of itself it were a single byte, and one that says nearly 4 GiB.
    for says in [1_u32, u32::MAX] {
        let mut liar = bomb.clone();
        let at = liar.len() - 4;
        liar[at..].copy_from_slice(&says.to_le_bytes());
        let (error, bytes) = unpacked(&liar);
        assert!(matches!(error, Err(UnzipError::Ratio { .. })));
        assert!(bytes.capacity() < 64 << 20);
    }

    // Gzip in gzip in gzip: unpacked once, and refused.
    let (error, bytes) = unpacked(&packed(&packed(&bomb)));
    assert!(matches!(error, Err(UnzipError::Nested)));
    assert_eq!(bytes.len(), 0);

    let limits = UnzipLimits { bytes_max: 1_000, ..UnzipLimits::default() };
    let mut into = Vec::new();
    let error = unzip(&packed(&[7; 1_001]), &limits, &mut into);
    assert!(matches!(error, Err(UnzipError::TooLarge { max: 1_000 })));
    assert!(unzip(&packed(&[7; 1_000]), &limits, &mut into).is_ok());
    assert_eq!(into.len(), 1_000);
}

#[test]
fn many_small_members_share_one_limit() {
    let member = packed(&[b'a'; 4_000]);
    let limits = UnzipLimits { bytes_max: 20_000, ..UnzipLimits::default() };
    let error = unzip(&member.repeat(6), &limits, &mut Vec::new());
    assert!(matches!(error, Err(UnzipError::TooLarge { max: 20_000 })));
    assert_eq!(unzip(&member.repeat(5), &limits, &mut Vec::new()).unwrap().members, 5);
}
