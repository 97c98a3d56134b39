//! Objects that vanish, alone, in pairs and from the end; and those that come to be there.

use super::super::{Head, Kind, Question, Why};
use super::assert_found;
use super::world::{ACCOUNT, BUCKET, Chain, World, at, signer};

#[test]
fn every_lost_object_is_found_and_named() {
    let world = World::golden(&signer(at("00:00:00")));
    let digests = world.digests();
    for (key, kind, named) in [
        (&digests[0], Kind::DigestMissing, &digests[0]),
        (&digests[1], Kind::DigestMissing, &digests[1]),
        // nobody names the newest one yet: the one before it is where the chain breaks off
        (&digests[2], Kind::Tail, &digests[1]),
    ] {
        let mut changed = world.clone();
        changed.remove(key);
        assert_found(&changed.verify(), kind, named);
    }
    for key in &world.logs() {
        let mut changed = world.clone();
        changed.remove(key);
        assert_found(&changed.verify(), Kind::LogMissing, key);
    }
}

#[test]
fn every_lost_pair_is_found() {
    for world in [
        World::golden(&signer(at("00:00:00"))),
        World::golden(&signer(at("00:00:00"))).without_metadata(),
    ] {
        let keys: Vec<_> = world.objects.keys().map(|(_, key)| key.clone()).collect();
        for one in &keys {
            for other in keys.iter().filter(|other| *other > one) {
                let mut changed = world.clone();
                changed.remove(one);
                changed.remove(other);
                assert!(!changed.verify().is_clean(), "{one} and {other}");
            }
        }
    }
}

#[test]
fn lost_tails_and_heads_of_every_length_are_found() {
    let world = World::golden(&signer(at("00:00:00")));
    let digests = world.digests();
    for count in 1..=digests.len() {
        let (mut head, mut tail) = (world.clone(), world.clone());
        for (first, last) in digests.iter().zip(digests.iter().rev()).take(count) {
            head.remove(first);
            tail.remove(last);
        }
        match digests.len() - count {
            0 => assert_found(&tail.verify(), Kind::NoDigests, ""),
            left => {
                assert_found(&head.verify(), Kind::DigestMissing, &digests[count - 1]);
                assert_found(&tail.verify(), Kind::Tail, &digests[left - 1]);
            }
        }
    }
}

#[test]
fn an_end_is_one_only_when_the_chain_says_so() {
    let signer = signer(at("00:00:00"));
    let mut world = World::new(at("23:00:00"));
    world.keys.push(signer.public.clone());
    let mut chain = Chain::new(&mut world, &signer);
    chain.digest("07:00:00", "08:00:00", &[], false);
    chain.digest("08:00:00", "09:00:00", &["08:10:00"], false);
    chain.digest("09:00:00", "09:20:00", &["09:15:00"], true);
    chain.last = None;
    chain.digest("14:00:00", "15:00:00", &[], false);
    chain.digest("15:00:00", "16:00:00", &["15:10:00"], true);
    let report = world.verify();
    assert!(report.is_clean(), "{:#?}", report.findings);
    assert_eq!(report.chains[0].gaps, [(at("09:20:00"), at("15:00:00"))]);
    assert_eq!(report.chains[0].head, Head::Final);
    // before the gap, where nobody names what is lost
    let digests = world.digests();
    let mut changed = world.clone();
    changed.remove(&digests[2]);
    assert_found(&changed.verify(), Kind::Tail, &digests[1]);
    // and at the end
    let mut changed = world.clone();
    changed.remove(&digests[4]);
    assert_found(&changed.verify(), Kind::Tail, &digests[3]);
}

#[test]
fn a_digest_may_be_on_its_way_for_a_while() {
    let mut world = World::golden(&signer(at("00:00:00")));
    world.end = at("13:34:23");
    assert!(world.verify().is_clean());
    world.end = at("13:34:24");
    assert_found(&world.verify(), Kind::Tail, &world.digests()[2]);
}

#[test]
fn what_no_digest_names_is_found() {
    let signer = signer(at("00:00:00"));
    let world = World::golden(&signer);
    let mut scratch = World::new(world.end);
    let chain = Chain::new(&mut scratch, &signer);
    let file = chain.make_log_file(at("11:51:00"));
    let mut changed = world.clone();
    changed.put(BUCKET, &file.key, file.bytes.clone());
    assert_found(&changed.verify(), Kind::Extra, &file.key);
    // under another prefix
    for key in [format!("more/{}", file.key), format!("x/{}", world.logs()[4])] {
        let mut changed = world.clone();
        changed.put(BUCKET, &key, file.bytes.clone());
        assert_found(&changed.verify(), Kind::Extra, &key);
    }
    // in a bucket that no digest speaks of it may be of a trail without validation: not proven
    let mut changed = world.clone();
    changed.put("other-logs", &file.key, file.bytes.clone());
    let report = changed.verify();
    assert!(report.is_clean(), "{:#?}", report.findings);
    assert!(report.not_proven.iter().any(|file| file.bucket == "other-logs"));
    // a copy of a file that is named, under another name
    let copy = file.key.replace("1155Z", "1145Z");
    let mut changed = world.clone();
    changed.put(BUCKET, &copy, world.clone().object(&world.logs()[4]).bytes.clone());
    assert_found(&changed.verify(), Kind::Extra, &copy);
}

#[test]
fn strangers_among_cloudtrail_s_objects_are_found_and_others_are_nobody_s_business() {
    let world = World::golden(&signer(at("00:00:00")));
    let digest = format!("AWSLogs/{ACCOUNT}/CloudTrail-Digest/eu-west-1/2026/11/20/x.json.gz");
    let log = format!("AWSLogs/{ACCOUNT}/CloudTrail/eu-west-1/2026/11/20/events.json");
    let marker = format!("AWSLogs/{ACCOUNT}/CloudTrail/");
    for key in [&digest, &log, &marker] {
        let mut changed = world.clone();
        changed.put(BUCKET, key, b"text".to_vec());
        assert_found(&changed.verify(), Kind::Extra, key);
    }
    let mut changed = world.clone();
    changed.put(BUCKET, &marker, Vec::new());
    changed.put(BUCKET, &format!("AWSLogs/{ACCOUNT}/CloudTrail-Digest/"), Vec::new());
    changed.put(BUCKET, &format!("AWSLogs/{ACCOUNT}/vpcflowlogs/eu-west-1/x.gz"), b"x".to_vec());
    changed.put(BUCKET, "readme.txt", b"text".to_vec());
    assert!(changed.verify().is_clean());
}

#[test]
fn files_that_nothing_covers_are_not_proven_and_no_findings() {
    let signer = signer(at("00:00:00"));
    let mut world = World::golden(&signer);
    let mut scratch = World::new(world.end);
    let chain = Chain::new(&mut scratch, &signer);
    let rows = [("12:34:00", Why::NotYet), ("09:00:00", Why::NotCovered)];
    let files = rows.map(|(time, why)| (chain.make_log_file(at(time)), why));
    for (file, _) in &files {
        world.put(BUCKET, &file.key, file.bytes.clone());
    }
    let report = world.verify();
    assert!(report.is_clean(), "{:#?}", report.findings);
    for (file, why) in &files {
        let not_proven = report.not_proven.iter().find(|other| other.key == file.key).unwrap();
        assert_eq!(not_proven.why, *why);
    }
    assert_eq!(report.not_proven.len(), 2);
}

#[test]
fn a_region_with_files_and_no_digests_is_found() {
    let signer = signer(at("00:00:00"));
    let mut world = World::golden(&signer);
    let mut scratch = World::new(world.end);
    let chain = Chain { region: "us-east-1", ..Chain::new(&mut scratch, &signer) };
    let file = chain.make_log_file(at("11:51:00"));
    world.put(BUCKET, &file.key, file.bytes);
    let place = format!("AWSLogs/{ACCOUNT}/CloudTrail-Digest/us-east-1");
    assert_found(&world.verify(), Kind::NoDigests, &place);
    let question = Question { region: Some("eu-west-1"), ..world.question() };
    assert!(world.verify_with(&question).is_clean());
}

#[test]
fn who_asks_for_what_is_not_there_is_told() {
    let world = World::golden(&signer(at("00:00:00")));
    for trail in ["other", "arn:aws:cloudtrail:us-east-1:111122223333:trail/main"] {
        let question = Question { trail: Some(trail), ..world.question() };
        assert_found(&world.verify_with(&question), Kind::NoDigests, trail);
    }
    assert_found(&World::new(at("12:00:00")).verify(), Kind::NoDigests, "");
}
