//! Keys read back into what they say; whatever would not be written that way is none of ours.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::{BACKFILL, DIGEST, ENDING, LOG, Place, ROOT, folder};

/// The folders of log files, by kinds of events.
const LABELS: [&str; 4] =
    [LOG, "CloudTrail-Insight", "CloudTrail-NetworkActivity", "CloudTrail-Aggregated"];

/// What a key says of its object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parsed<'a> {
    /// What it is.
    pub kind: Kind<'a>,
    /// Whose it is; a marker has no Region.
    pub place: Place<'a>,
}

/// The kinds of objects below `AWSLogs/` that are CloudTrail's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind<'a> {
    /// A log file.
    Log {
        /// `CloudTrail`, or for other kinds of events such as `CloudTrail-Insight`
        label: &'a str,
        /// The end of its slot, in whole minutes.
        time: Timestamp,
        /// What tells it from others of its slot.
        random: &'a str,
    },
    /// A digest, of the hour or of the backfill chain.
    Digest {
        /// The trail's name.
        trail: &'a str,
        /// The trail's home Region.
        home_region: &'a str,
        /// Its end.
        time: Timestamp,
        /// Whether it is of the backfill chain.
        backfill: bool,
    },
    /// The empty object by which CloudTrail tried whether it may write.
    Marker,
}

/// Reads a key, or returns nothing where it is not exactly as CloudTrail writes them.
pub fn parse(key: &str) -> Option<Parsed<'_>> {
    let (prefix, rest) = split_root(key)?;
    let (organization_id, rest) = match rest.split_once('/')? {
        (id, rest) if is_organization(id) => (Some(id), rest),
        _ => (None, rest),
    };
    let (account, rest) = rest.split_once('/')?;
    let (label, rest) = rest.split_once('/')?;
    if !is_account(account) {
        return None;
    }
    let place = Place { prefix, organization_id, account, region: "" };
    if rest.is_empty() {
        let known = label == LOG || label == DIGEST;
        return known.then_some(Parsed { kind: Kind::Marker, place });
    }
    let (region, rest) = rest.split_once('/')?;
    let place = Place { region, ..place };
    let (date, name) = rest.rsplit_once('/')?;
    let name = name.strip_prefix(account)?.strip_prefix('_')?.strip_prefix(label)?;
    let name = name.strip_prefix('_')?.strip_prefix(region)?.strip_prefix('_')?;
    let name = name.strip_suffix(ENDING)?;
    let kind = match label {
        DIGEST => digest(name)?,
        _ => log(label, name)?,
    };
    (date == kind.date()?).then_some(Parsed { kind, place })
}

/// Returns the account and the Region in whose CloudTrail folders a key stands, whatever its name;
/// the Region is empty where the key has none.
pub fn owner(key: &str) -> Option<(&str, &str)> {
    let (_, rest) = split_root(key)?;
    let mut parts = rest.split('/').peekable();
    parts.next_if(|part| is_organization(part));
    let account = parts.next().filter(|part| is_account(part))?;
    let label = parts.next()?;
    let is_ours = label == DIGEST || LABELS.contains(&label);
    is_ours.then(|| (account, parts.next().unwrap_or_default()))
}

fn is_account(part: &str) -> bool {
    part.len() == 12 && part.bytes().all(|byte| byte.is_ascii_digit())
}

/// Splits at the last `AWSLogs/` that begins a part of the key: a prefix may hold one as well.
fn split_root(key: &str) -> Option<(Option<&str>, &str)> {
    let mut found = None;
    for (at, _) in key.match_indices(ROOT) {
        let (before, after) = (key.get(..at)?, key.get(at + ROOT.len()..)?);
        let Some(rest) = after.strip_prefix('/') else { continue };
        match before.strip_suffix('/') {
            Some(prefix) => found = Some((Some(prefix), rest)),
            None if before.is_empty() => found = Some((None, rest)),
            None => {}
        }
    }
    found
}

/// `o-` and ten to thirty-two lower-case letters or digits.
fn is_organization(part: &str) -> bool {
    let Some(id) = part.strip_prefix("o-") else { return false };
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    (10..=32).contains(&id.len()) && id.bytes().all(plain)
}

fn log<'a>(label: &'a str, name: &'a str) -> Option<Kind<'a>> {
    let (time, random) = name.split_once('_')?;
    let plain = random.len() == 16 && random.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let time = moment("%Y%m%dT%H%MZ", time)?;
    (LABELS.contains(&label) && plain).then_some(Kind::Log { label, time, random })
}

fn digest(name: &str) -> Option<Kind<'_>> {
    let (name, backfill) = match name.strip_suffix(BACKFILL) {
        Some(name) => (name, true),
        None => (name, false),
    };
    let (name, time) = name.rsplit_once('_')?;
    let (trail, home_region) = name.rsplit_once('_')?;
    let time = moment("%Y%m%dT%H%M%SZ", time)?;
    let named = !trail.is_empty() && !home_region.is_empty();
    named.then_some(Kind::Digest { trail, home_region, time, backfill })
}

/// Reads a time that is written in exactly this form.
fn moment(form: &str, text: &str) -> Option<Timestamp> {
    let time = DateTime::strptime(form, text).ok()?;
    let same = time.strftime(form).to_string() == text;
    same.then(|| TimeZone::UTC.to_timestamp(time).ok()).flatten()
}

impl Kind<'_> {
    /// The folder of its day.
    fn date(&self) -> Option<String> {
        match self {
            Self::Log { time, .. } | Self::Digest { time, .. } => {
                Some(super::utc(*time).strftime("%Y/%m/%d").to_string())
            }
            Self::Marker => None,
        }
    }

    /// Returns the time in its name; markers have none.
    pub fn time(&self) -> Option<Timestamp> {
        match self {
            Self::Log { time, .. } | Self::Digest { time, .. } => Some(*time),
            Self::Marker => None,
        }
    }
}

impl Parsed<'_> {
    /// Returns the folder that holds the account's files of this kind from every Region, without a
    /// slash at its end.
    pub fn folder(&self, label: &str) -> String {
        folder(&self.place, label)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{digest_key, log_file_key};
    use super::*;

    fn places() -> Vec<Place<'static>> {
        let place = Place {
            prefix: None,
            organization_id: None,
            account: "111122223333",
            region: "eu-west-1",
        };
        vec![
            place,
            Place { prefix: Some("logs"), ..place },
            Place { prefix: Some("AWSLogs/x"), organization_id: Some("o-abcdefghij"), ..place },
            Place { prefix: Some("o-abcdefghij"), ..place },
        ]
    }

    #[test]
    fn what_is_written_is_read_back() {
        let time: Timestamp = "2026-11-30T23:59:07Z".parse().unwrap();
        for place in places() {
            for (trail, backfill) in [("main", false), ("a_b.c-d", true), ("x_backfill", false)] {
                let key = digest_key(&place, trail, "us-east-1", time, backfill);
                let kind = Kind::Digest { trail, home_region: "us-east-1", time, backfill };
                assert_eq!(parse(&key), Some(Parsed { kind, place }), "{key}");
            }
            let key = log_file_key(&place, time, "abcdefghABCDEFG0");
            let time = "2026-11-30T23:59:00Z".parse().unwrap();
            let kind = Kind::Log { label: LOG, time, random: "abcdefghABCDEFG0" };
            assert_eq!(parse(&key), Some(Parsed { kind, place }), "{key}");
            let marker = folder(&place, DIGEST) + "/";
            let nowhere = Place { region: "", ..place };
            assert_eq!(parse(&marker), Some(Parsed { kind: Kind::Marker, place: nowhere }));
        }
    }

    #[test]
    fn every_changed_character_is_another_key_or_none() {
        let time: Timestamp = "2026-11-30T23:59:00Z".parse().unwrap();
        let place = places()[0];
        let keys = [
            digest_key(&place, "main", "eu-west-1", time, false),
            log_file_key(&place, time, "abcdefghABCDEFG0"),
        ];
        for key in keys {
            let right = parse(&key).unwrap();
            for at in 0..key.len() {
                let mut other = key.clone().into_bytes();
                other[at] ^= 1;
                assert_ne!(parse(str::from_utf8(&other).unwrap()), Some(right), "{at}");
            }
        }
    }

    #[test]
    fn others_files_are_none_of_ours() {
        let rows = [
            "AWSLogs/111122223333/CloudTrail/eu-west-1/2026/11/30/x.json.gz",
            "AWSLogs/111122223333/elasticloadbalancing/eu-west-1/2026/11/30/\
             111122223333_elasticloadbalancing_eu-west-1_20261130T2359Z_abcdefghABCDEFG0.json.gz",
            "AWSLogs/111122223333/CloudTrail/eu-west-1/2026/11/29/\
             111122223333_CloudTrail_eu-west-1_20261130T2359Z_abcdefghABCDEFG0.json.gz",
            "AWSLogs/111122223333/CloudTrail-Lake/",
            "xAWSLogs/111122223333/CloudTrail/",
            "",
        ];
        for key in rows {
            assert_eq!(parse(key), None, "{key}");
        }
    }

    #[test]
    fn folders_have_owners_whatever_is_in_them() {
        let own = Some(("111122223333", "eu-west-1"));
        let rows = [
            ("AWSLogs/111122223333/CloudTrail/eu-west-1/x", own),
            ("a/AWSLogs/o-abcdefghij/111122223333/CloudTrail-Digest/eu-west-1/2026/11/x", own),
            ("AWSLogs/111122223333/CloudTrail-Insight/eu-west-1", own),
            ("AWSLogs/111122223333/CloudTrail/", Some(("111122223333", ""))),
            ("AWSLogs/111122223333/CloudTrail-Lake/Query/x", None),
            ("AWSLogs/11112222333/CloudTrail/eu-west-1/x", None),
            ("xAWSLogs/111122223333/CloudTrail/eu-west-1/x", None),
            ("readme.txt", None),
        ];
        for (key, expected) in rows {
            assert_eq!(owner(key), expected, "{key}");
        }
    }
}
