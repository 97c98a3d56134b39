//! One log file: the events of one account and Region in a stretch of time.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::calendar::Calendar;
use super::cast::Cast;
use super::chance::Chance;
use super::kinds::{Drawer, Kind, Kinds, Made};
use super::pools::Belongings;
use super::record;
use super::scene::{Scene, civil};
use crate::Failure;

/// A trail writes a file about every five minutes.
const SLOT: i64 = 300;
/// Who acts, and how often of a thousand times.
const CASTING: &[(Made, usize)] = &[
    (Made::ByPrincipal, 530),
    (Made::ByService, 395),
    (Made::ByWebIdentity, 25),
    (Made::ByItself, 16),
    (Made::AtSignIn, 14),
    (Made::BySaml, 10),
    (Made::ByAnotherAccount, 10),
];
/// The most events that follow one another closely: most callers make a few.
const BURST: usize = 48;
/// How many kinds of event a caller is in the habit of making.
const HABITS: usize = 20;
/// How often of a hundred times it does something else.
const RANDOM: usize = 15;

/// One account in one Region.
pub(super) struct Stream<'a> {
    pub(super) seed: usize,
    /// The account's number, and its place among the accounts.
    pub(super) account: (&'a str, usize),
    /// The Region, and its place among the Regions.
    pub(super) region: (&'a str, usize),
    pub(super) belongings: &'a Belongings,
    pub(super) cast: &'a Cast,
    pub(super) calendar: Calendar,
    /// How many events it has over all files.
    pub(super) events: usize,
    drawers: Vec<(Made, Drawer<'a>)>,
}

/// What was written.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) files: usize,
    pub(crate) events: usize,
    /// Bytes of JSON.
    pub(crate) json: usize,
    /// Bytes of gzip.
    pub(crate) gzip: usize,
}

impl Written {
    /// Adds another's figures.
    pub(super) fn add(&mut self, other: Self) {
        self.files += other.files;
        self.events += other.events;
        self.json += other.json;
        self.gzip += other.gzip;
    }
}

impl<'a> Stream<'a> {
    /// Returns the kinds of events that callers of each sort make here.
    pub(super) fn with_kinds(mut self, kinds: &'a Kinds) -> Self {
        let is_home = self.region.1 == 0;
        let drawers = CASTING.iter().map(|(made, _)| (*made, kinds.drawer(*made, is_home)));
        self.drawers = drawers.collect();
        self
    }

    /// Returns a stream without kinds of events yet.
    pub(super) fn new(
        seed: usize,
        (account, region): ((&'a str, usize), (&'a str, usize)),
        (belongings, cast): (&'a Belongings, &'a Cast),
        calendar: Calendar,
        events: usize,
    ) -> Self {
        let drawers = Vec::new();
        Self { seed, account, region, belongings, cast, calendar, events, drawers }
    }

    /// Writes the file that holds the events from one place of the stream to another.
    pub(super) fn write(
        &self,
        number: usize,
        (begin, end): (usize, usize),
        into: &Path,
    ) -> Result<Written, Failure> {
        let mut chance = Chance::of(&[self.seed, self.account.1, self.region.1, number, 77]);
        let mark = mark(&mut chance);
        let (text, last) = self.records((begin, end), chance);
        let path = into.join(self.key(last, &mark));
        let folder = path.parent().ok_or("a key has folders")?;
        std::fs::create_dir_all(folder)?;
        let mut encoder = GzEncoder::new(Vec::with_capacity(text.len() / 4), Compression::new(6));
        encoder.write_all(text.as_bytes())?;
        let bytes = encoder.finish()?;
        std::fs::write(path, &bytes)?;
        Ok(Written { files: 1, events: end - begin, json: text.len(), gzip: bytes.len() })
    }

    /// Returns the text of the file and the time of its last event.
    fn records(&self, (begin, end): (usize, usize), chance: Chance) -> (String, i64) {
        let place = (self.account.0, self.region.0);
        let mut scene = Scene::new(place, self.belongings, chance);
        let until = self.calendar.at(end, self.events);
        let mut records = String::with_capacity((end - begin) * 1200);
        let mut marks = Vec::with_capacity(end - begin);
        while marks.len() < end - begin {
            let from = begin * 1000 + scene.chance.below((end - begin) * 1000);
            scene.seconds = self.calendar.at(from, self.events * 1000);
            let made = cast(&mut scene.chance);
            let caller = self.cast.caller(made, self.account.1, &mut scene);
            let count = Self::burst(made, &mut scene.chance);
            for _ in 0..=count.min(end - begin - marks.len() - 1) {
                let kind = self.kind(made, caller.habits, &mut scene.chance);
                let from = records.len();
                record::write(kind, &caller, &mut scene, &mut records);
                marks.push((scene.seconds, from, records.len()));
                let pause = i64::try_from(scene.chance.skewed(45)).unwrap_or_default();
                scene.seconds = (scene.seconds + pause).min(until - 1);
            }
        }
        marks.sort_unstable();
        let mut text = String::with_capacity(records.len() + marks.len() + 16);
        text.push_str("{\"Records\":[");
        for (turn, (_, from, to)) in marks.iter().enumerate() {
            text.push_str(if turn == 0 { "" } else { "," });
            text.push_str(&records[*from..*to]);
        }
        text.push_str("]}");
        (text, marks.last().map_or(until, |mark| mark.0))
    }

    /// Draws how many more events follow the first.
    fn burst(made: Made, chance: &mut Chance) -> usize {
        let is_busy = matches!(made, Made::ByPrincipal | Made::ByService);
        if is_busy { chance.skewed(BURST) } else { 0 }
    }

    /// Draws what a caller does: mostly what it is in the habit of.
    fn kind(&self, made: Made, habits: usize, chance: &mut Chance) -> &'a Kind {
        let drawer = self.drawers.iter().find(|(whose, _)| *whose == made);
        let (_, drawer) = drawer.expect("a drawer for each who acts");
        if chance.percent(RANDOM) {
            return drawer.draw(chance);
        }
        let habit = chance.skewed(HABITS);
        let mut own = Chance::of(&[habits, habit]);
        if habit % 3 == 2 { drawer.any(&mut own) } else { drawer.draw(&mut own) }
    }

    /// Returns where the file lies, in the layout of AWS.
    fn key(&self, last: i64, mark: &str) -> String {
        let time = civil(last - last.rem_euclid(SLOT) + SLOT);
        let (account, region) = (self.account.0, self.region.0);
        let (day, minute) = (time.strftime("%Y/%m/%d"), time.strftime("%Y%m%dT%H%MZ"));
        let mut key = format!("AWSLogs/{account}/CloudTrail/{region}/{day}/");
        write!(key, "{account}_CloudTrail_{region}_{minute}_{mark}.json.gz")
            .expect("a text takes everything");
        key
    }
}

/// Draws the letters by which two files of one slot differ.
fn mark(chance: &mut Chance) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    (0..16).map(|_| char::from(*chance.one(LETTERS))).collect()
}

fn cast(chance: &mut Chance) -> Made {
    let mut drawn = chance.below(1000);
    for (made, share) in CASTING {
        if drawn < *share {
            return *made;
        }
        drawn -= share;
    }
    Made::ByPrincipal
}
