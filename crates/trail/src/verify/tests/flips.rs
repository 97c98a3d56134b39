//! Every single bit, every length, everything appended.

use super::super::spread::spread;
use super::super::{Kind, Report};
use super::assert_found;
use super::world::{Chain, World, at, signer};
use crate::digest::BACKFILL_GENERATION;
use crate::gzip;

fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Asserts that something is found about this object.
fn assert_named(report: &Report, key: &str, what: &str) {
    let is_named = report.findings.iter().any(|finding| finding.key == key);
    assert!(is_named, "{what} of {key}: {:#?}", report.findings);
}

/// Does `change` to an object for every `case`, and asserts that each is found and named.
fn every(world: &World, key: &str, cases: usize, change: impl Fn(&mut World, usize) + Sync) {
    let cases: Vec<usize> = (0..cases).collect();
    spread(
        &cases,
        threads(),
        || world.clone(),
        |changed, case| {
            let before = changed.object(key).clone();
            change(changed, *case);
            let report = changed.verify();
            *changed.object(key) = before;
            assert_named(&report, key, &format!("case {case}"));
        },
    );
}

#[test]
fn every_single_bit_of_every_object_is_found_and_named() {
    let world = World::golden(&signer(at("00:00:00")));
    assert!(world.verify().is_clean());
    for key in world.objects.keys().map(|(_, key)| key) {
        let bits = world.objects.iter().find(|((_, k), _)| k == key).unwrap().1.bytes.len() * 8;
        every(&world, key, bits, |changed, bit| {
            changed.object(key).bytes[bit / 8] ^= 1 << (bit % 8);
        });
    }
}

#[test]
fn every_single_bit_of_every_digest_is_found_without_metadata_but_in_the_unsigned_head() {
    let world = World::golden(&signer(at("00:00:00"))).without_metadata();
    for key in &world.digests() {
        let bits = world.clone().object(key).bytes.len() * 8;
        every(&world, key, bits, |changed, bit| {
            changed.object(key).bytes[bit / 8] ^= 1 << (bit % 8);
        });
    }
}

#[test]
fn every_single_bit_of_the_metadata_is_found_and_named() {
    let signer = signer(at("00:00:00"));
    let mut world = World::golden(&signer);
    let mut chain = Chain::new(&mut world, &signer);
    chain.digest_of("10:29:23", "12:29:23", &[], false, Some(at("12:31:00")));
    for key in &world.digests() {
        let metadata = world.object(key).metadata.clone().unwrap();
        assert_eq!(metadata.contains_key(BACKFILL_GENERATION), key.contains("_backfill"));
        for (name, value) in &metadata {
            every(&world, key, value.len() * 8, |changed, bit| {
                let mut bytes = value.clone().into_bytes();
                bytes[bit / 8] ^= 1 << (bit % 8);
                let metadata = changed.object(key).metadata.as_mut().unwrap();
                metadata.insert(name.clone(), String::from_utf8_lossy(&bytes).into_owned());
            });
            every(&world, key, name.len() * 8, |changed, bit| {
                let mut bytes = name.as_bytes().to_vec();
                bytes[bit / 8] ^= 1 << (bit % 8);
                let metadata = changed.object(key).metadata.as_mut().unwrap();
                let value = metadata.remove(name).unwrap();
                metadata.insert(String::from_utf8_lossy(&bytes).into_owned(), value);
            });
        }
    }
}

#[test]
fn every_cut_is_found_and_named() {
    let world = World::golden(&signer(at("00:00:00")));
    for key in world.digests().iter().chain(&world.logs()) {
        let length = world.clone().object(key).bytes.len();
        every(&world, key, length, |changed, length| changed.object(key).bytes.truncate(length));
    }
}

#[test]
fn whatever_is_appended_is_found() {
    let world = World::golden(&signer(at("00:00:00")));
    let forged = gzip::stored(br#"{"Records":[{"eventID":"forged"}]}"#);
    for more in [forged.as_slice(), b"JUNK", &[0], &forged[..20]] {
        for key in &world.logs() {
            let mut changed = world.clone();
            changed.object(key).bytes.extend_from_slice(more);
            assert_found(&changed.verify(), Kind::LogFormat, key);
        }
        for key in &world.digests() {
            let mut changed = world.clone();
            changed.object(key).bytes.extend_from_slice(more);
            assert_found(&changed.verify(), Kind::DigestFormat, key);
        }
    }
}

#[test]
fn the_same_text_in_other_bytes_is_found() {
    let world = World::golden(&signer(at("00:00:00")));
    for key in &world.logs() {
        let mut changed = world.clone();
        let object = changed.object(key);
        object.bytes = gzip::stored(&gzip::unzip_one_member(&object.bytes, 10_000).unwrap());
        assert_found(&changed.verify(), Kind::LogBytes, key);
    }
    for key in &world.digests() {
        let mut changed = world.clone();
        let object = changed.object(key);
        let text = gzip::unzip_one_member(&object.bytes, 10_000).unwrap();
        let mut encoder = gzip::encoder();
        gzip::put(&mut encoder, &text);
        object.bytes = encoder.finish().unwrap();
        assert_found(&changed.verify(), Kind::DigestBytes, key);
    }
}

#[test]
fn changed_text_in_sound_gzip_is_found() {
    let world = World::golden(&signer(at("00:00:00")));
    for (keys, kind) in [(world.logs(), Kind::LogHash), (world.digests(), Kind::DigestSignature)] {
        for key in &keys {
            let mut changed = world.clone();
            let object = changed.object(key);
            let text = gzip::unzip_one_member(&object.bytes, 10_000).unwrap();
            // white space that no reader of JSON sees
            object.bytes = gzip::stored(&[text.as_slice(), b" "].concat());
            assert_found(&changed.verify(), kind, key);
        }
    }
}
