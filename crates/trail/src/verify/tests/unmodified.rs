//! Buckets as they were delivered: nothing is found, and everything is proven.

use super::super::{ChainReport, Head, Question, Report, Why};
use super::world::{ACCOUNT, BUCKET, Chain, Signer, World, at, signer};

fn assert_clean(report: &Report, digests: u64, files: u64) {
    assert!(report.is_clean(), "{:#?}", report.findings);
    assert_eq!((report.digests, report.files, report.events), (digests, files, files * 2));
    let of_chains = |count: fn(&ChainReport) -> u64| report.chains.iter().map(count).sum::<u64>();
    assert_eq!(of_chains(|chain| chain.files), files);
    assert_eq!(of_chains(|chain| chain.events), files * 2);
}

#[test]
fn a_golden_bucket_is_proven() {
    let world = World::golden(&signer(at("00:00:00")));
    let report = world.verify();
    assert_clean(&report, 3, 6);
    assert_eq!(report.not_proven, []);
    let [chain] = report.chains.as_slice() else { panic!("{:#?}", report.chains) };
    assert_eq!((chain.account.as_str(), chain.region.as_str()), (ACCOUNT, "eu-west-1"));
    assert_eq!((chain.trail.as_str(), chain.digests, chain.digests_proven), ("main", 3, 3));
    assert_eq!(chain.covered, Some((at("09:29:23"), at("12:29:23"))));
    assert_eq!((chain.head, chain.gaps.as_slice()), (Head::Proven, [].as_slice()));
}

#[test]
fn threads_inflating_and_listing_change_nothing_but_what_is_listed() {
    let world = World::golden(&signer(at("00:00:00")));
    let plain = world.verify();
    for threads in [2, 5] {
        let question = Question { threads, inflate: true, ..world.question() };
        assert_eq!(world.verify_with(&question), plain);
    }
    let question = Question { event_ids: true, threads: 3, ..world.question() };
    let listed = world.verify_with(&question);
    let keys: Vec<_> = listed.event_ids.iter().map(|file| file.key.clone()).collect();
    assert_eq!(keys, world.logs());
    let first = at("10:31:00").as_second();
    let ids = [Some(format!("{first}-1")), Some(format!("{first}-2"))];
    assert_eq!(listed.event_ids[0].ids, ids);
    assert_eq!(Report { event_ids: Vec::new(), ..listed }, plain);
}

#[test]
fn a_copy_without_metadata_is_proven_but_for_its_head() {
    let world = World::golden(&signer(at("00:00:00"))).without_metadata();
    let report = world.verify();
    assert_clean(&report, 2, 3);
    assert_eq!(report.chains[0].head, Head::Unsigned);
    let expected: Vec<_> = world.digests()[2..].iter().chain(&world.logs()[3..]).cloned().collect();
    let not_proven: Vec<_> = report.not_proven.iter().map(|file| file.key.clone()).collect();
    assert_eq!(not_proven, expected);
    assert!(report.not_proven.iter().all(|file| file.why == Why::UnsignedHead));
}

#[test]
fn a_part_of_the_time_is_proven_without_the_rest() {
    let world = World::golden(&signer(at("00:00:00")));
    let rows = [
        ("11:00:00", "12:39:00", 2, 6),
        ("12:00:00", "12:39:00", 1, 3),
        ("09:00:00", "10:35:00", 2, 3),
    ];
    for (start, end, digests, files) in rows {
        let question = Question { start: Some(at(start)), end: at(end), ..world.question() };
        let report = world.verify_with(&question);
        assert!(report.is_clean(), "{start}: {:#?}", report.findings);
        assert_eq!((report.digests, report.files), (digests, files), "{start}");
    }
}

/// A chain of many kinds of hours, from one o'clock on.
fn day(chain: &mut Chain<'_>) {
    chain.digest("00:10:00", "01:10:00", &[], false);
    chain.digest("01:10:00", "02:10:00", &["01:10:01", "01:15:00", "02:10:00"], false);
    chain.digest("02:10:00", "03:10:00", &[], false);
    chain.digest("03:10:00", "03:40:00", &["03:31:00"], true);
    chain.last = None;
    chain.digest("04:00:00", "05:00:00", &[], false);
    chain.digest("05:00:00", "06:00:00", &["05:01:00", "05:59:59"], false);
}

#[test]
fn gaps_rotated_keys_changed_buckets_and_other_prefixes_are_no_findings() {
    let (old, new) = (signer(at("00:00:00")), signer(at("06:00:00")));
    let mut world = World::new(at("08:10:00"));
    world.keys.extend([old.public.clone(), new.public.clone()]);
    let mut chain = Chain::new(&mut world, &old);
    day(&mut chain);
    let mut chain = Chain { last: chain.last, ..Chain::new(&mut world, &new) };
    (chain.bucket, chain.prefix) = ("new-logs", Some("a/b"));
    chain.digest("06:00:00", "07:00:00", &["06:10:00"], false);
    chain.digest("07:00:00", "08:00:00", &["07:10:00", "07:58:00"], false);
    let report = world.verify();
    assert_clean(&report, 8, 9);
    assert_eq!(report.chains[0].gaps, [(at("03:40:00"), at("05:00:00"))]);
    assert_clean(&world.clone().without_metadata().verify(), 6, 6);
}

#[test]
fn an_organization_s_trail_follows_an_account_s() {
    let signer = signer(at("00:00:00"));
    let mut world = World::new(at("07:10:00"));
    world.keys.push(signer.public.clone());
    let mut chain = Chain::new(&mut world, &signer);
    day(&mut chain);
    chain.organization_id = Some("o-abcdefghij");
    chain.digest("06:00:00", "07:00:00", &["06:10:00"], false);
    let report = world.verify();
    assert_clean(&report, 7, 7);
    assert_eq!(report.chains.len(), 2);
}

#[test]
fn several_regions_and_trails_in_one_bucket_do_not_get_in_each_other_s_way() {
    let west = signer(at("00:00:00"));
    let mut east = signer(at("00:00:00"));
    east.public.region = Some("us-east-1".to_owned());
    let mut world = World::new(at("06:10:00"));
    world.keys.extend([west.public.clone(), east.public.clone()]);
    day(&mut Chain::new(&mut world, &west));
    day(&mut Chain { region: "us-east-1", ..Chain::new(&mut world, &east) });
    // a second trail delivers files of its own to the same folders
    let mut second = Chain { trail: "second", ..Chain::new(&mut world, &west) };
    second.digest("03:00:00", "04:00:00", &[], false);
    second.digest("04:00:00", "05:00:00", &["04:10:00"], false);
    second.digest("05:00:00", "06:00:00", &["05:10:00"], false);
    assert_clean(&world.verify(), 15, 14);
    for (trail, digests, files) in [("main", 12, 12), ("second", 3, 2)] {
        let question = Question { trail: Some(trail), ..world.question() };
        assert_clean(&world.verify_with(&question), digests, files);
    }
    let question = Question { region: Some("us-east-1"), ..world.question() };
    assert_clean(&world.verify_with(&question), 6, 6);
}

#[test]
fn late_files_are_proven_by_backfill_digests() {
    let signer = signer(at("00:00:00"));
    let mut world = World::golden(&signer);
    let mut chain = Chain::new(&mut world, &signer);
    chain.digest_of("10:29:23", "11:29:23", &["10:51:00"], false, Some(at("12:30:00")));
    chain.digest_of("11:29:23", "12:29:23", &["11:51:00"], false, Some(at("12:31:00")));
    let report = world.verify();
    assert_clean(&report, 5, 8);
    assert_eq!(report.chains.len(), 2);
    assert!(report.chains[1].backfill);
    // without them, the late files are strangers
    let backfills = world.digests().into_iter().filter(|key| key.contains("_backfill"));
    for key in backfills {
        world.remove(&key);
    }
    assert_eq!(world.verify().findings.len(), 2);
}

#[test]
fn files_that_came_much_later_are_proven_when_their_time_is_asked_about() {
    let signer = signer(at("00:00:00"));
    let mut world = World::golden(&signer);
    let mut chain = Chain::new(&mut world, &signer);
    chain.digest_of("10:29:23", "12:29:23", &["10:51:00"], false, Some(at("12:31:00")));
    let question = Question { end: at("10:56:00"), ..world.question() };
    assert_clean(&world.verify_with(&question), 3, 4);
}

#[test]
fn what_aws_delivers_is_not_accused() {
    let signer = signer(at("00:00:00"));
    let mut world = World::new(at("07:10:00"));
    world.keys.push(signer.public.clone());
    let mut chain = Chain { is_aws: true, ..Chain::new(&mut world, &signer) };
    chain.digest("00:10:00", "01:10:00", &[], false);
    chain.digest("01:10:00", "02:10:00", &["01:10:01", "01:15:00", "02:10:00"], false);
    // switched off: the last digest does not say so
    chain.last = None;
    chain.digest("05:00:00", "06:00:00", &[], false);
    chain.digest("06:00:00", "07:00:00", &["06:10:00"], false);
    // other gzip writers say when and where they ran
    for key in &world.logs() {
        world.object(key).bytes[4..10].copy_from_slice(&[1, 2, 3, 4, 2, 3]);
    }
    let report = world.verify();
    assert_clean(&report, 4, 4);
    assert_eq!(report.chains[0].gaps, [(at("02:10:00"), at("06:00:00"))]);
    let question = Question { event_ids: true, ..world.question() };
    assert_eq!(world.verify_with(&question).event_ids.len(), 4);
}

#[test]
fn what_aws_would_miss_in_its_own_is_found() {
    let signer = signer(at("00:00:00"));
    let mut world = World::new(at("07:10:00"));
    world.keys.push(signer.public.clone());
    let mut chain = Chain { is_aws: true, ..Chain::new(&mut world, &signer) };
    chain.digest("04:00:00", "05:00:00", &[], false);
    chain.digest("05:00:00", "06:00:00", &[], false);
    chain.digest("06:00:00", "07:00:00", &["06:10:00"], false);
    let key = world.logs()[0].clone();
    let right = world.object(&key).bytes.clone();
    for wrong in [right[..right.len() - 8].to_vec(), [right.as_slice(), b"JUNK"].concat()] {
        world.object(&key).bytes = wrong;
        assert_eq!(world.verify().findings.len(), 1);
    }
}

#[test]
fn a_day_of_files_on_many_threads_is_proven() {
    let signer: Signer = signer(at("00:00:00"));
    let mut world = World::new(at("12:30:00"));
    world.keys.push(signer.public.clone());
    let mut chain = Chain::new(&mut world, &signer);
    chain.digest("00:00:00", "01:00:00", &[], false);
    for hour in 1..12 {
        let times: Vec<_> = (1..60).map(|minute| format!("{hour:02}:{minute:02}:30")).collect();
        let times: Vec<_> = times.iter().step_by(5).map(String::as_str).collect();
        let end = format!("{:02}:00:00", hour + 1);
        chain.digest(&format!("{hour:02}:00:00"), &end, &times, false);
    }
    let report = world.verify_with(&Question { threads: 8, ..world.question() });
    assert_clean(&report, 12, 11 * 12);
    assert!(world.objects.keys().all(|(bucket, _)| bucket == BUCKET));
}
