//! What a key says of its file: what is in it, whose it is, and of when.
//!
//! ```text
//!   [prefix/]AWSLogs/[o-id/]ACCOUNT/LABEL/REGION/YYYY/MM/DD/ACCOUNT_LABEL_REGION_TIME_….json.gz
//! ```
//!
//! A file's own name says all of it, so that a part of a bucket, or files copied into one folder,
//! read as well as the whole; the folders say it of files that were renamed.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// What a key says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// What is in the file.
    pub kind: Kind,
    /// Whose events they are.
    pub account: Option<&'a str>,
    /// The Region.
    pub region: Option<&'a str>,
    /// When it was delivered: the minute by its name, else the day by its folders.
    pub time: Option<Timestamp>,
}

/// What is in a file, as far as its key says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Written by CloudTrail, or by something else that writes below `AWSLogs/`.
    Delivered(Label),
    /// The empty object by which CloudTrail tried whether it may write.
    Marker,
    /// Somebody's own file, by its ending JSON or JSON Lines, packed or not.
    Own,
    /// Something else.
    Foreign,
}

/// The folders below an account's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Label {
    /// `CloudTrail`: management and data events
    CloudTrail,
    /// `CloudTrail-Digest`: what vouches for log files
    Digest,
    /// `CloudTrail-Insight`: unusual activity
    Insight,
    /// `CloudTrail-NetworkActivity`: events of VPC endpoints
    NetworkActivity,
    /// `CloudTrail-Aggregated`: sums of data events
    Aggregated,
    /// Another service's.
    Other,
}

/// Which of the files that are not imported by default are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wanted {
    /// Insights events.
    pub insights: bool,
}

/// Why a file is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Skip {
    /// Digests have no events; who verifies reads them.
    Digest,
    /// Insights events were not asked for.
    Insight,
    /// Aggregated events are sums over five minutes: no call, no caller, no `eventTime`.
    Aggregated,
    /// Another service's logs.
    OtherService,
    /// An empty marker.
    Marker,
    /// No file of events, by its ending.
    Foreign,
    /// A link: what it leads to is read where it is, if it belongs to the source.
    Link,
    /// Neither a file nor a folder.
    Special,
    /// Wholly taken in before.
    DoneBefore,
}

impl Skip {
    /// Returns the name under which such files are counted.
    pub fn name(self) -> &'static str {
        match self {
            Self::Digest => "digest",
            Self::Insight => "insight",
            Self::Aggregated => "aggregated",
            Self::OtherService => "other-service",
            Self::Marker => "marker",
            Self::Foreign => "no-events",
            Self::Link => "symbolic-link",
            Self::Special => "no-regular-file",
            Self::DoneBefore => "done-before",
        }
    }
}

impl Kind {
    /// Returns why such files are not read, or nothing if they are.
    pub fn skip(self, wanted: Wanted) -> Option<Skip> {
        match self {
            Self::Own | Self::Delivered(Label::CloudTrail | Label::NetworkActivity) => None,
            Self::Delivered(Label::Insight) if wanted.insights => None,
            Self::Delivered(Label::Insight) => Some(Skip::Insight),
            Self::Delivered(Label::Digest) => Some(Skip::Digest),
            Self::Delivered(Label::Aggregated) => Some(Skip::Aggregated),
            Self::Delivered(Label::Other) => Some(Skip::OtherService),
            Self::Marker => Some(Skip::Marker),
            Self::Foreign => Some(Skip::Foreign),
        }
    }
}

impl<'a> Place<'a> {
    /// Reads a key.
    pub fn of(key: &'a str) -> Self {
        let name = key.rsplit('/').next().unwrap_or_default();
        let folders = folders(key);
        let Some(said) = named(name).or(folders) else {
            let kind = if is_own(name) { Kind::Own } else { Kind::Foreign };
            return Self { kind, account: None, region: None, time: None };
        };
        let kind = match (name, said.label) {
            ("", _) => Kind::Marker,
            (_, Label::Other) => Kind::Delivered(Label::Other),
            (_, label) if is_own(name) => Kind::Delivered(label),
            _ => Kind::Foreign,
        };
        let time = said.time.or(folders.and_then(|folders| folders.time));
        Self { kind, account: Some(said.account), region: said.region, time }
    }
}

/// What the folders or the name say.
#[derive(Debug, Clone, Copy)]
struct Said<'a> {
    account: &'a str,
    label: Label,
    region: Option<&'a str>,
    time: Option<Timestamp>,
}

/// Reads the folders behind the last `AWSLogs/`: a prefix may hold one as well.
fn folders(key: &str) -> Option<Said<'_>> {
    let mut parts = below_root(key)?.split('/').peekable();
    parts.next_if(|part| is_organization(part));
    let account = parts.next().filter(|part| is_account(part))?;
    let label = label(parts.next()?);
    let region = parts.next().filter(|part| !part.is_empty());
    let mut number = || parts.next().and_then(|part| part.parse().ok());
    let time = match (number(), number(), number()) {
        (Some(year), Some(month), Some(day)) => {
            let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
            midnight(Date::new(year, month, day).ok())
        }
        _ => None,
    };
    Some(Said { account, label, region, time })
}

/// Returns what is behind the last folder `AWSLogs`.
pub(super) fn below_root(key: &str) -> Option<&str> {
    const ROOT: &str = "AWSLogs/";
    let starts = key.match_indices(ROOT).map(|(at, _)| at);
    let at = starts
        .filter(|at| *at == 0 || key.get(..*at).is_some_and(|before| before.ends_with('/')))
        .last()?;
    key.get(at + ROOT.len()..)
}

/// Reads `ACCOUNT_LABEL_REGION_…TIME….json.gz`, if the label is one of CloudTrail's.
fn named(name: &str) -> Option<Said<'_>> {
    let mut parts = name.split('.').next()?.split('_');
    let account = parts.next().filter(|part| is_account(part))?;
    let label = Some(label(parts.next()?)).filter(|label| *label != Label::Other)?;
    let region = parts.next().filter(|part| !part.is_empty())?;
    // Digests have their trail's name before the time, and that may hold underscores.
    let time = parts.rev().find_map(moment);
    Some(Said { account, label, region: Some(region), time })
}

/// Reads `20261120T0830Z` or `20261120T083012Z`.
fn moment(part: &str) -> Option<Timestamp> {
    let format = match part.len() {
        14 => "%Y%m%dT%H%MZ",
        16 => "%Y%m%dT%H%M%SZ",
        _ => return None,
    };
    let time = DateTime::strptime(format, part).ok()?;
    Some(time.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

fn midnight(date: Option<Date>) -> Option<Timestamp> {
    Some(date?.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

fn label(part: &str) -> Label {
    match part {
        "CloudTrail" => Label::CloudTrail,
        "CloudTrail-Digest" => Label::Digest,
        "CloudTrail-Insight" => Label::Insight,
        "CloudTrail-NetworkActivity" => Label::NetworkActivity,
        "CloudTrail-Aggregated" => Label::Aggregated,
        _ => Label::Other,
    }
}

/// Returns whether a file's ending says that events may be in it.
fn is_own(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    [".json", ".jsonl", ".ndjson"].iter().any(|ending| name.ends_with(ending))
}

pub(super) fn is_account(part: &str) -> bool {
    part.len() == 12 && part.bytes().all(|byte| byte.is_ascii_digit())
}

/// `o-` and ten to thirty-two lower-case letters or digits.
pub(super) fn is_organization(part: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    part.strip_prefix("o-").is_some_and(|id| (10..=32).contains(&id.len()) && id.bytes().all(plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRAIL: Kind = Kind::Delivered(Label::CloudTrail);

    fn said(key: &str) -> (Kind, Option<&str>, Option<&str>, Option<String>) {
        let place = Place::of(key);
        (place.kind, place.account, place.region, place.time.map(|time| time.to_string()))
    }

    #[test]
    fn log_files_are_known_by_name_and_by_folder() {
        let name = "111122223333_CloudTrail_eu-west-1_20261120T0830Z_abcdefghijklmnop.json.gz";
        let folder = "AWSLogs/111122223333/CloudTrail/eu-west-1/2026/11/20/";
        let minute = Some("2026-11-20T08:30:00Z".to_owned());
        let whole = (TRAIL, Some("111122223333"), Some("eu-west-1"), minute);
        for before in ["", "a/b/", "AWSLogs/x/", "o-abcdefghij/"] {
            assert_eq!(said(&format!("{before}{folder}{name}")), whole);
        }
        let organization = folder.replace("AWSLogs/", "AWSLogs/o-abcdefghij/");
        assert_eq!(said(&format!("{organization}{name}")), whole);
        assert_eq!(said(name), whole);
        assert_eq!(said(&format!("2026/11/20/{name}")), whole);
        let day = Some("2026-11-20T00:00:00Z".to_owned());
        assert_eq!(
            said(&format!("{folder}renamed.json")),
            (TRAIL, Some("111122223333"), Some("eu-west-1"), day)
        );
    }

    #[test]
    fn other_files_are_told_apart() {
        let kind = |key: &str| Place::of(key).kind;
        let of = |label: &str, file: &str| {
            kind(&format!("AWSLogs/111122223333/{label}/eu-west-1/2026/11/20/{file}"))
        };
        for (label, is) in [
            ("CloudTrail-Digest", Label::Digest),
            ("CloudTrail-Insight", Label::Insight),
            ("CloudTrail-NetworkActivity", Label::NetworkActivity),
            ("CloudTrail-Aggregated", Label::Aggregated),
            ("elasticloadbalancing", Label::Other),
        ] {
            assert_eq!(of(label, "x.json.gz"), Kind::Delivered(is));
            let name = format!("111122223333_{label}_eu-west-1_20261120T0830Z_abcdefgh.json.gz");
            let by_name = if is == Label::Other { Kind::Own } else { Kind::Delivered(is) };
            assert_eq!(kind(&name), by_name);
        }
        assert_eq!(of("vpcflowlogs", "x.log.gz"), Kind::Delivered(Label::Other));
        assert_eq!(of("CloudTrail", "x.txt"), Kind::Foreign);
        assert_eq!(kind("AWSLogs/111122223333/CloudTrail/"), Kind::Marker);
        assert_eq!(kind("AWSLogs/111122223333/CloudTrail-Digest/"), Kind::Marker);
        for own in ["a.json", "b/c.JSON.GZ", "d.jsonl", "e.ndjson.gz", "xAWSLogs/1/f.json"] {
            assert_eq!(kind(own), Kind::Own, "{own}");
        }
        for foreign in ["", "a", "json", "a.csv", "a.gz", "a.json.zip", "a.json.gz.part"] {
            assert_eq!(kind(foreign), Kind::Foreign, "{foreign}");
        }
    }

    #[test]
    fn a_digests_time_is_behind_its_trails_name() {
        let key = "AWSLogs/111122223333/CloudTrail-Digest/eu-west-1/2026/11/20/111122223333_\
                   CloudTrail-Digest_eu-west-1_my_20200101T0000Z_us-east-1_20261120T100007Z_backfill.json.gz";
        let place = Place::of(key);
        assert_eq!(place.kind, Kind::Delivered(Label::Digest));
        assert_eq!(place.time.unwrap().to_string(), "2026-11-20T10:00:07Z");
        assert_eq!(place.kind.skip(Wanted::default()), Some(Skip::Digest));
    }

    #[test]
    fn insights_are_read_when_asked_for() {
        let kind = Kind::Delivered(Label::Insight);
        assert_eq!(kind.skip(Wanted::default()), Some(Skip::Insight));
        assert_eq!(kind.skip(Wanted { insights: true }), None);
        assert_eq!(TRAIL.skip(Wanted::default()), None);
    }

    #[test]
    fn odd_dates_are_no_dates() {
        let time = |day: &str| {
            Place::of(&format!("AWSLogs/111122223333/CloudTrail/eu-west-1/{day}/x.json")).time
        };
        for day in ["2026/13/01", "2026/02/30", "2026/999/01", "99999/01/01", "2026/11", "a/b/c"] {
            assert_eq!(time(day), None, "{day}");
        }
        assert!(time("2026/02/28").is_some());
    }
}
