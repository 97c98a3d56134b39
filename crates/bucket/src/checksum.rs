//! Sums of objects beside the `ETag`: what was asked for, what is proven, what follows from parts.

use std::collections::BTreeMap;

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest as _, Md5};
use wire::{Fault, Members, Value};

use crate::crc::{CRC32, CRC32C, CRC64NVME, Crc};
use crate::fault;
use crate::object::{Blob, Body};
use crate::shape::unhex;

/// The algorithms of the model, each with the member that carries its sum.
pub(crate) const ALGORITHMS: [(&str, &str); 10] = [
    ("CRC32", "ChecksumCRC32"),
    ("CRC32C", "ChecksumCRC32C"),
    ("CRC64NVME", "ChecksumCRC64NVME"),
    ("SHA1", "ChecksumSHA1"),
    ("SHA256", "ChecksumSHA256"),
    ("SHA512", "ChecksumSHA512"),
    ("MD5", "ChecksumMD5"),
    ("XXHASH64", "ChecksumXXHASH64"),
    ("XXHASH3", "ChecksumXXHASH3"),
    ("XXHASH128", "ChecksumXXHASH128"),
];

/// Returns the sums that an input names, each with its algorithm and member.
pub(crate) fn given(input: &Members) -> impl Iterator<Item = (&'static str, &'static str, &str)> {
    ALGORITHMS
        .into_iter()
        .filter_map(|(name, member)| input.string(member).map(|sum| (name, member, sum)))
}

/// Refuses bytes that are not what the input says; a sum that nobody has proven does not hold.
pub(crate) fn check(input: &Members, blob: &Blob) -> Result<(), Fault> {
    if let Some(md5) = input.string("ContentMD5") {
        let holds = unhex(&blob.md5).is_some_and(|bytes| STANDARD.encode(bytes) == md5);
        holds.then_some(()).ok_or_else(|| fault::bad_digest("Content-MD5"))?;
    }
    for (name, _, sum) in given(input) {
        match blob.checksums.get(name) {
            Some(proven) if proven == sum => {}
            Some(_) => return Err(fault::bad_digest(name)),
            None => return Err(fault::not_implemented(&format!("the checksum {name}"))),
        }
    }
    Ok(())
}

/// Returns `output` with the sums and what they are sums of.
pub(crate) fn with_sums(
    output: Members,
    sums: &BTreeMap<String, String>,
    composite: bool,
) -> Members {
    let kind = (!sums.is_empty()).then(|| Value::from(kind(composite)));
    with_part_sums(output, sums).with("ChecksumType", kind)
}

/// Returns `output` with the sums alone, as parts have them.
pub(crate) fn with_part_sums(output: Members, sums: &BTreeMap<String, String>) -> Members {
    ALGORITHMS.iter().fold(output, |output, (name, member)| {
        output.with(member, sums.get(*name).map(|sum| Value::from(&**sum)))
    })
}

/// Returns `output` with the sums of a body.
pub(crate) fn with_sums_of(output: Members, body: &Body) -> Members {
    with_sums(output, body.checksums(), body.composite())
}

/// Returns what a listing says of a body's sums.
pub(crate) fn listed(output: Members, body: &Body) -> Members {
    let names: Vec<&str> = body.checksums().keys().map(String::as_str).collect();
    if names.is_empty() {
        return output;
    }
    output
        .with("ChecksumAlgorithm", Value::from(names))
        .with("ChecksumType", Value::from(kind(body.composite())))
}

/// Returns the model's word for what a sum is made of.
pub(crate) const fn kind(composite: bool) -> &'static str {
    if composite { "COMPOSITE" } else { "FULL_OBJECT" }
}

/// Returns the `ETag` of an object made of parts: the MD5 of their MD5s and their number.
pub(crate) fn etag_of_parts(parts: &[Blob]) -> String {
    let sums: Vec<u8> =
        parts.iter().flat_map(|part| unhex(&part.md5).unwrap_or_default()).collect();
    format!("{}-{}", crate::shape::hex(&Md5::digest(sums)), parts.len())
}

/// Returns the sum of an object made of parts: over the parts' sums (and then with their number),
/// or over the bytes, which only cyclic sums allow; `None` where a part has no such sum.
pub(crate) fn of_parts(algorithm: &str, composite: bool, parts: &[Blob]) -> Option<String> {
    let sum = |part: &Blob| STANDARD.decode(part.checksums.get(algorithm)?).ok();
    let sums: Vec<Vec<u8>> = parts.iter().map(sum).collect::<Option<_>>()?;
    if composite {
        let whole = over(algorithm, &sums.concat())?;
        return Some(format!("{}-{}", STANDARD.encode(whole), parts.len()));
    }
    let crc = cyclic(algorithm)?;
    let mut sums = sums.iter().zip(parts).map(|(sum, part)| (read(sum), part.size));
    let (first, _) = sums.next()?;
    let joined = sums.fold(first, |joined, (sum, size)| crc.join(joined, sum, size));
    Some(STANDARD.encode(written(crc, joined)))
}

/// Returns whether parts' sums of this kind can be had; an algorithm alone decides its usual kind.
pub(crate) fn is_composite(algorithm: &str, kind: Option<&str>) -> Result<bool, Fault> {
    let full = cyclic(algorithm).is_some();
    let composite = match kind {
        None => algorithm != "CRC64NVME",
        Some(kind) => kind == "COMPOSITE",
    };
    if over(algorithm, b"").is_none() {
        return Err(fault::not_implemented(&format!("the checksum {algorithm}")));
    }
    if composite && algorithm == "CRC64NVME" || !composite && !full {
        let kind = self::kind(composite);
        let algorithm = algorithm.to_lowercase();
        return Err(fault::invalid_request(format!(
            "The {kind} checksum type cannot be used with the {algorithm} checksum algorithm."
        )));
    }
    Ok(composite)
}

fn cyclic(algorithm: &str) -> Option<Crc> {
    match algorithm {
        "CRC32" => Some(CRC32),
        "CRC32C" => Some(CRC32C),
        "CRC64NVME" => Some(CRC64NVME),
        _ => None,
    }
}

fn over(algorithm: &str, bytes: &[u8]) -> Option<Vec<u8>> {
    if let Some(crc) = cyclic(algorithm) {
        return Some(written(crc, crc.sum(bytes)));
    }
    let algorithm = match algorithm {
        "SHA1" => &digest::SHA1_FOR_LEGACY_USE_ONLY,
        "SHA256" => &digest::SHA256,
        "SHA512" => &digest::SHA512,
        "MD5" => return Some(Md5::digest(bytes).to_vec()),
        _ => return None,
    };
    Some(digest::digest(algorithm, bytes).as_ref().to_vec())
}

fn read(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn written(crc: Crc, sum: u64) -> Vec<u8> {
    let bytes = sum.to_be_bytes();
    bytes.iter().copied().skip(bytes.len() - crc.bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(bytes: &[u8], algorithm: &str) -> Blob {
        let sum = STANDARD.encode(over(algorithm, bytes).unwrap());
        Blob {
            id: String::new(),
            size: bytes.len() as u64,
            md5: crate::shape::hex(&Md5::digest(bytes)),
            checksums: BTreeMap::from([(algorithm.to_owned(), sum)]),
        }
    }

    #[test]
    fn the_sum_of_the_whole_follows_from_the_parts() {
        for algorithm in ["CRC32", "CRC32C", "CRC64NVME"] {
            let parts =
                [part(b"one, ", algorithm), part(b"two and ", algorithm), part(b"", algorithm)];
            let whole = STANDARD.encode(over(algorithm, b"one, two and ").unwrap());
            assert_eq!(of_parts(algorithm, false, &parts), Some(whole), "{algorithm}");
        }
        assert_eq!(of_parts("SHA256", false, &[part(b"a", "SHA256")]), None);
        assert_eq!(of_parts("CRC32", true, &[part(b"a", "SHA256")]), None);
    }

    #[test]
    fn a_composite_sum_says_of_how_many() {
        let sum = of_parts("SHA256", true, &[part(b"a", "SHA256"), part(b"b", "SHA256")]).unwrap();
        assert_eq!(sum, "5aAf7hTg7VxIcU8iGA8lrYNltT+XefedxKPX6Tlj+Uo=-2");
    }

    #[test]
    fn etags_of_parts_are_known_ones() {
        // two parts "a" and "b": md5(unhex(md5("a")) + unhex(md5("b")))
        let etag = etag_of_parts(&[part(b"a", "CRC32"), part(b"b", "CRC32")]);
        assert_eq!(etag, "96e024ba2074fe77e8e965ba43a704be-2");
    }
}
