//! Objects in the place of others, other keys, and second histories.

use super::super::{Kind, PublicKey};
use super::assert_found;
use super::world::{BUCKET, Chain, Signer, World, at, signer};
use crate::digest::{SIGNATURE, SIGNATURE_ALGORITHM};
use crate::state::LastDigest;

#[test]
fn objects_in_each_other_s_place_are_found_and_named() {
    let world = World::golden(&signer(at("00:00:00")));
    let keys: Vec<_> = world.objects.keys().map(|(_, key)| key.clone()).collect();
    for one in &keys {
        for other in keys.iter().filter(|other| *other != one) {
            let mut changed = world.clone();
            let (first, second) = (changed.object(one).clone(), changed.object(other).clone());
            *changed.object(one) = second;
            *changed.object(other) = first;
            let report = changed.verify();
            assert!(!report.is_clean());
            for key in [one, other] {
                let is_named = report.findings.iter().any(|finding| finding.key == *key)
                    // of a digest that is broken nothing is believed, and its files not looked at
                    || report.not_proven.iter().any(|file| file.key == *key);
                assert!(is_named, "{one} for {other}: {:#?}", report.findings);
            }
        }
    }
}

#[test]
fn moved_digests_are_found() {
    let world = World::golden(&signer(at("00:00:00")));
    let digests = world.digests();
    for key in &digests {
        for (bucket, to) in [
            (BUCKET, format!("old/{key}")),
            (BUCKET, key.replace("main", "copy")),
            (BUCKET, key.replace("_main_eu-west-1", "_main_us-east-1")),
            (BUCKET, key.replace("23Z", "24Z")),
            ("other-logs", key.clone()),
        ] {
            let mut changed = world.clone();
            let object = changed.object(key).clone();
            changed.objects.insert((bucket.to_owned(), to.clone()), object);
            assert_found(&changed.verify(), Kind::DigestMoved, &to);
        }
    }
}

#[test]
fn signatures_of_other_digests_and_none_are_found() {
    let world = World::golden(&signer(at("00:00:00")));
    let digests = world.digests();
    for (one, other) in [(0, 1), (1, 2), (2, 0)] {
        let mut changed = world.clone();
        let metadata = changed.object(&digests[other]).metadata.clone();
        changed.object(&digests[one]).metadata = metadata;
        assert_found(&changed.verify(), Kind::DigestSignature, &digests[one]);
    }
    for key in &digests {
        for name in [SIGNATURE, SIGNATURE_ALGORITHM] {
            let mut changed = world.clone();
            changed.object(key).metadata.as_mut().unwrap().remove(name);
            assert_found(&changed.verify(), Kind::DigestSignature, key);
            let mut changed = world.clone();
            let metadata = changed.object(key).metadata.as_mut().unwrap();
            let value = metadata[name].to_uppercase();
            metadata.insert(name.to_owned(), value);
            assert_found(&changed.verify(), Kind::DigestSignature, key);
        }
    }
}

/// Writes the newest digest of the golden world again, with something of its own.
fn rewritten(world: &World, signer: &Signer, files: &[&str], region: &'static str) -> World {
    let mut world = world.clone();
    let digests = world.digests();
    let object = world.object(&digests[1]).clone();
    let document = crate::gzip::unzip_one_member(&object.bytes, 10_000).unwrap();
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &document);
    let last = LastDigest {
        s3_bucket: BUCKET.to_owned(),
        s3_object: digests[1].clone(),
        hash: crate::hex::hex(hash.as_ref()),
        signature: object.metadata.unwrap()[SIGNATURE].clone(),
        end: at("11:29:23"),
    };
    let mut chain = Chain::new(&mut world, signer);
    (chain.last, chain.region) = (Some(last), region);
    chain.digest("11:29:23", "12:29:23", files, false);
    world
}

#[test]
fn digests_by_other_keys_are_found() {
    let right = signer(at("00:00:00"));
    let world = World::golden(&right);
    let newest = world.digests()[2].clone();
    let forger = signer(at("00:00:00"));
    let made = rewritten(&world, &forger, &["11:31:00"], "eu-west-1");
    assert_found(&made.verify(), Kind::DigestKey, &newest);
    // under the right key's name
    let named = Signer { public: right.public.clone(), ..forger };
    let made = rewritten(&world, &named, &["11:31:00"], "eu-west-1");
    assert_found(&made.verify(), Kind::DigestSignature, &newest);
    let copy = made.without_metadata().verify();
    assert!(copy.findings.iter().any(|finding| finding.kind == Kind::Extra), "{copy:#?}");
}

#[test]
fn trusted_keys_count_for_their_region_and_time_only() {
    let mut signer = signer(at("00:00:00"));
    let world = World::golden(&signer);
    let newest = &world.digests()[2];
    let public = signer.public.clone();
    let rows = [
        PublicKey { region: Some("us-east-1".to_owned()), ..public.clone() },
        PublicKey { valid_from: at("15:00:00"), ..public.clone() },
        PublicKey { valid_to: at("12:29:23"), ..public.clone() },
    ];
    for key in rows {
        let mut changed = world.clone();
        changed.keys = vec![key];
        assert_found(&changed.verify(), Kind::DigestKey, newest);
    }
    let mut changed = world.clone();
    changed.keys = vec![PublicKey { region: None, valid_to: at("12:29:24"), ..public.clone() }];
    assert!(changed.verify().is_clean());
    changed.keys.clear();
    assert_found(&changed.verify(), Kind::DigestKey, newest);
    // what is no key, or another one's
    signer.public.der.truncate(100);
    changed.keys = vec![signer.public];
    assert_found(&changed.verify(), Kind::TrustedKey, &public.fingerprint);
    let fingerprint = crate::signing::fingerprint(b"no key");
    changed.keys = vec![PublicKey { der: b"no key".to_vec(), fingerprint, ..public }];
    let name = changed.keys[0].fingerprint.clone();
    assert_found(&changed.verify(), Kind::TrustedKey, &name);
}

#[test]
fn a_digest_that_its_successor_does_not_name_is_found() {
    let signer = signer(at("00:00:00"));
    let mut world = World::golden(&signer);
    let digests = world.digests();
    // the holder of the key writes history anew, and leaves a later digest standing
    let old = world.object(&digests[2]).clone();
    let mut other = World::new(world.end);
    other.keys.clone_from(&world.keys);
    let mut chain = Chain::new(&mut other, &signer);
    chain.digest("09:29:23", "10:29:23", &[], false);
    chain.digest("10:29:23", "11:29:23", &["10:31:00"], false);
    other.objects.insert((BUCKET.to_owned(), digests[2].clone()), old);
    for key in &world.logs()[3..] {
        other.put(BUCKET, key, world.object(key).bytes.clone());
    }
    let report = other.verify();
    assert_found(&report, Kind::DigestLink, &digests[1]);
    assert_found(&other.without_metadata().verify(), Kind::DigestSignature, &digests[1]);
}

#[test]
fn two_histories_are_found() {
    let signer = signer(at("00:00:00"));
    let mut world = World::golden(&signer);
    let mut chain = Chain::new(&mut world, &signer);
    chain.digest("08:00:00", "09:00:00", &[], false);
    for (start, end) in
        [("09:00:00", "10:00:00"), ("10:00:00", "11:00:00"), ("11:00:00", "12:00:00")]
    {
        chain.digest(start, end, &[], false);
    }
    let began = world.digests()[2].clone();
    assert!(began.contains("T102923Z"), "{began}");
    assert_found(&world.verify(), Kind::Fork, &began);

    let mut world = World::golden(&signer);
    let digests = world.digests();
    let mut scratch = World::new(world.end);
    let mut chain = Chain::new(&mut scratch, &signer);
    chain.digest("09:29:23", "10:29:23", &[], false);
    chain.digest("10:29:23", "11:29:24", &[], false);
    world.objects.extend(scratch.objects);
    let report = world.verify();
    assert_found(&report, Kind::Fork, &digests[1]);
    assert_found(&report, Kind::Fork, &digests[1].replace("23Z", "24Z"));
}
