//! Tests: random lives of a trail; every delivered file is listed once, in chains without holes.

use std::collections::{BTreeMap, BTreeSet};

use event::selectors::Selectors;

use super::*;
use crate::change::Change;
use crate::delivery::Failure;
use crate::state::{LastDigest, State, chain_key};

const ARN: &str = "arn:aws:cloudtrail:us-east-1:111122223333:trail/main";
const ACCOUNT: &str = "111122223333";
const REGIONS: [&str; 2] = ["eu-west-1", "us-east-1"];

const PACE: Pace = Pace {
    interval: SignedDuration::from_mins(5),
    bytes_max: 50_000_000,
    grace: SignedDuration::from_mins(30),
};

/// A small generator; the seed names the life.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

/// A trail, and everybody around it.
struct World {
    state: State,
    now: Timestamp,
    frame: u64,
    /// Events that were taken and not cut yet: their frames and Regions.
    taken: Vec<(u64, &'static str)>,
    waiting: Option<Waiting>,
    is_down: bool,
    crashes: bool,
    /// Every file that was delivered while digests were written.
    delivered: BTreeSet<String>,
    /// How often each file was listed.
    listed: BTreeMap<String, u32>,
    /// Every digest: chain, kind, start, end.
    digests: Vec<(String, bool, Timestamp, Timestamp)>,
}

fn trail() -> Trail {
    Trail {
        number: 0,
        name: "main".to_owned(),
        arn: ARN.to_owned(),
        account: ACCOUNT.to_owned(),
        home_region: "us-east-1".to_owned(),
        s3_bucket_name: "logs".to_owned(),
        s3_key_prefix: None,
        sns_topic_name: None,
        sns_topic_arn: None,
        include_global_service_events: true,
        is_multi_region: true,
        organization_id: None,
        former_organization_id: None,
        validation_since: Some("2026-11-20T09:59:00Z".parse().unwrap()),
        recursive_logging: true,
        selectors: Selectors::default(),
        has_custom_event_selectors: false,
        insight_selectors: Vec::new(),
        insights_destination: None,
        aggregations: Vec::new(),
        tags: BTreeMap::new(),
        is_logging: false,
        started: None,
        stopped: None,
        cut_to: 0,
        cuts: Vec::new(),
        chains: BTreeMap::new(),
        unlisted: Vec::new(),
        notices: Vec::new(),
        statuses: BTreeMap::new(),
    }
}

impl World {
    fn new() -> Self {
        let mut world = Self {
            state: State::default(),
            now: "2026-11-20T10:00:07Z".parse().unwrap(),
            frame: 0,
            taken: Vec::new(),
            waiting: None,
            is_down: false,
            crashes: false,
            delivered: BTreeSet::new(),
            listed: BTreeMap::new(),
            digests: Vec::new(),
        };
        world.apply(&Change::Created(Box::new(trail())));
        world
    }

    /// Folds a change in, through its written form.
    fn apply(&mut self, change: &Change) {
        self.frame += 1;
        let text = serde_json::to_string(change).unwrap();
        self.state.apply(&serde_json::from_str(&text).unwrap());
    }

    fn deliver(&mut self, what: Delivery) {
        self.apply(&Change::Delivery { trail: 0, what });
    }

    fn trail(&self) -> &Trail {
        self.state.numbered(0).unwrap()
    }

    fn advance(&mut self, seconds: u64) {
        let seconds = i64::try_from(seconds).unwrap();
        self.now = self.now.checked_add(SignedDuration::from_secs(seconds)).unwrap();
    }

    fn event(&mut self, region: &'static str) {
        self.frame += 1;
        if !self.trail().is_logging || !self.trail().covers(region) {
            return;
        }
        self.taken.push((self.frame, region));
        let none = Waiting { since: self.now, to: 0, events: 0, bytes: 0 };
        let waiting = self.waiting.get_or_insert(none);
        waiting.to = self.frame;
        waiting.events += 1;
    }

    /// Does what a deliverer does.
    fn pass(&mut self) {
        let (trail, now) = (self.trail().clone(), self.now);
        if self.waiting.is_some_and(|waiting| waiting.to <= trail.cut_to) {
            self.waiting = None;
        }
        if let Some(waiting) = self.waiting.filter(|waiting| waiting.is_due(&trail, &PACE, now)) {
            self.deliver(Delivery::Cut { to: waiting.to, at: now });
            self.waiting = None;
        }
        while self.deliver_files() {}
        self.begin_chains();
        while self.write_digests() {}
    }

    fn deliver_files(&mut self) -> bool {
        let Some(cut) = self.trail().cuts.first().cloned() else { return false };
        let at = self.now;
        if self.is_down {
            let region = "us-east-1".to_owned();
            let failure = Failure { region, error: "ServiceUnavailable".to_owned(), at };
            self.deliver(Delivery::DeliveryFailed(failure));
            return false;
        }
        let regions: BTreeSet<_> = self
            .taken
            .iter()
            .filter(|(frame, _)| *frame > cut.after && *frame <= cut.to)
            .map(|(_, region)| *region)
            .collect();
        for region in regions {
            let file = DeliveredFile {
                s3_bucket: "logs".to_owned(),
                s3_object: format!("{region}-{}", cut.to),
                hash: String::new(),
                raw_hash: String::new(),
                newest_event_time: at,
                oldest_event_time: at,
                at: cut.at,
                events: 1,
            };
            if self.trail().validation_since.is_some() {
                self.delivered.insert(file.s3_object.clone());
            }
            self.deliver(Delivery::Delivered {
                cut: cut.to,
                account: ACCOUNT.to_owned(),
                region: region.to_owned(),
                files: vec![file],
                notices: Vec::new(),
                at,
            });
        }
        self.deliver(Delivery::CutDone { cut: cut.to });
        true
    }

    fn begin_chains(&mut self) {
        let trail = self.trail();
        let regions =
            REGIONS.iter().filter(|region| trail.covers(region)).map(|region| (*region).to_owned());
        let covered: Vec<_> = regions.map(|region| (ACCOUNT.to_owned(), region)).collect();
        let mut due = chains_to_end(trail, &covered, self.now);
        due.extend(chains_to_begin(trail, &covered, self.now));
        for what in due {
            self.deliver(what);
        }
    }

    fn write_digests(&mut self) -> bool {
        if self.is_down {
            return false;
        }
        let (trail, now) = (self.trail().clone(), self.now);
        let due = trail
            .chains
            .values()
            .find_map(|chain| Some((chain.clone(), digest_due(&trail, chain, &PACE, now)?)));
        let Some((chain, due)) = due else { return false };
        assert!(due.end <= now || due.backfill.is_some(), "a digest of the future");
        let (account, region) = (chain.account.clone(), chain.region.clone());
        self.deliver(Delivery::DigestPlanned { account, region, digest: due });
        if self.crashes {
            // whoever comes next finds the plan
            return false;
        }
        let files = if due.backfill.is_some() { &chain.late } else { &chain.files };
        for file in &files[..due.listed] {
            *self.listed.entry(file.s3_object.clone()).or_default() += 1;
        }
        let key = chain_key(&chain.account, &chain.region);
        self.digests.push((key, due.backfill.is_some(), due.start, due.end));
        let digest = LastDigest {
            s3_bucket: "logs".to_owned(),
            s3_object: String::new(),
            hash: String::new(),
            signature: String::new(),
            end: due.end,
        };
        self.deliver(Delivery::DigestWritten {
            account: chain.account,
            region: chain.region,
            digest,
            at: now,
        });
        true
    }

    fn act(&mut self, dice: &mut Dice) {
        let (at, to) = (self.now, self.frame + 1);
        match dice.roll(16) {
            0..=5 => self.event(REGIONS[usize::try_from(dice.roll(2)).unwrap()]),
            6 | 7 => self.advance(dice.roll(400)),
            8 => self.advance(dice.roll(20_000)),
            9 if dice.roll(2) == 0 => self.crashes = !self.crashes,
            9 => self.is_down = !self.is_down,
            10 => self.apply(&Change::Stopped { arn: ARN.to_owned(), at, to }),
            11 | 12 => self.apply(&Change::Started { arn: ARN.to_owned(), at }),
            13 if dice.roll(3) == 0 => {
                let mut trail = self.trail().clone();
                trail.is_multi_region = !trail.is_multi_region;
                self.apply(&Change::Updated { trail: Box::new(trail), at, to });
            }
            14 if dice.roll(3) == 0 => {
                let mut trail = self.trail().clone();
                trail.validation_since = trail.validation_since.is_none().then_some(at);
                self.apply(&Change::Updated { trail: Box::new(trail), at, to });
            }
            _ => self.pass(),
        }
    }

    /// Lets everything come to rest.
    fn settle(&mut self) {
        (self.is_down, self.crashes) = (false, false);
        self.pass();
        let (at, to) = (self.now, self.frame + 1);
        self.apply(&Change::Stopped { arn: ARN.to_owned(), at, to });
        for _ in 0..4 {
            self.pass();
            self.advance(3600);
        }
    }

    fn check(&self, seed: u64) {
        let trail = self.trail();
        assert!(trail.cuts.is_empty() && trail.unlisted.is_empty(), "seed {seed}: {trail:#?}");
        for chain in trail.chains.values() {
            assert!(chain.ended, "seed {seed}: {chain:#?}");
            assert!(chain.files.is_empty() && chain.late.is_empty(), "seed {seed}: {chain:#?}");
        }
        for file in &self.delivered {
            let times = self.listed.get(file).copied().unwrap_or(0);
            assert_eq!(times, 1, "seed {seed}: {file} is listed {times} times");
        }
        self.check_chains(seed);
    }

    fn check_chains(&self, seed: u64) {
        let mut names = BTreeSet::new();
        let mut ends: BTreeMap<&str, Timestamp> = BTreeMap::new();
        for (chain, backfill, start, end) in &self.digests {
            assert!(names.insert((chain, backfill, end)), "seed {seed}: two digests of one key");
            assert!(start < end, "seed {seed}: {chain} {start} {end}");
            if *backfill {
                continue;
            }
            if let Some(before) = ends.insert(chain, *end) {
                let joins = *start == before;
                let begins = end.duration_since(*start) == HOUR && *end > before;
                assert!(joins || begins, "seed {seed}: {chain} {before} then {start} to {end}");
            }
        }
    }
}

#[test]
fn every_delivered_file_is_listed_once_whatever_happens() {
    let (mut files, mut backfills) = (0, 0);
    for seed in 1..1_000 {
        let mut dice = Dice(0x9E37_79B9_7F4A_7C15 ^ (seed << 20));
        let mut world = World::new();
        for _ in 0..120 {
            world.act(&mut dice);
        }
        world.settle();
        world.check(seed);
        files += world.delivered.len();
        backfills += world.digests.iter().filter(|(_, backfill, ..)| *backfill).count();
    }
    assert!(files > 5_000 && backfills > 50, "{files} files, {backfills} backfills");
}

#[test]
fn the_starting_digest_ends_with_the_start_and_idle_hours_follow() {
    let mut world = World::new();
    let at = world.now;
    world.apply(&Change::Started { arn: ARN.to_owned(), at });
    world.advance(2 * 3600 + 60);
    world.pass();
    let written: Vec<_> = world
        .digests
        .iter()
        .filter(|(chain, ..)| chain == "111122223333/us-east-1")
        .map(|(_, _, start, end)| format!("{start} {end}"))
        .collect();
    assert_eq!(
        written,
        [
            "2026-11-20T09:00:07Z 2026-11-20T10:00:07Z",
            "2026-11-20T10:00:07Z 2026-11-20T11:00:07Z",
            "2026-11-20T11:00:07Z 2026-11-20T12:00:07Z",
        ]
    );
}
