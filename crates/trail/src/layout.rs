//! Where files stand in a bucket: keys made, and read back.
//!
//! ```text
//! log      [prefix/]AWSLogs/[org/]ACCT/CloudTrail/REGION/YYYY/MM/DD/
//!               ACCT_CloudTrail_REGION_TIME_RANDOM.json.gz
//! digest   [prefix/]AWSLogs/[org/]ACCT/CloudTrail-Digest/REGION/YYYY/MM/DD/
//!               ACCT_CloudTrail-Digest_REGION_TRAIL_HOME_TIME[_backfill].json.gz
//! marker   [prefix/]AWSLogs/[org/]ACCT/CloudTrail[-Digest]/
//! ```

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::state::Trail;

mod parse;

pub use parse::{Kind, Parsed, owner, parse};

const ROOT: &str = "AWSLogs";
const LOG: &str = "CloudTrail";
const DIGEST: &str = "CloudTrail-Digest";
const ENDING: &str = ".json.gz";
const BACKFILL: &str = "_backfill";

/// What AWS cuts time into.
const SLOT: SignedDuration = SignedDuration::from_mins(5);

/// Whose files: everything of a key that is the same for all files of one account and Region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place<'a> {
    /// The trail's prefix, without a slash at its end.
    pub prefix: Option<&'a str>,
    /// The organization of an organization trail.
    pub organization_id: Option<&'a str>,
    /// The account whose logs these are.
    pub account: &'a str,
    /// The Region whose logs these are.
    pub region: &'a str,
}

/// Returns the key of a log file: `time` is the end of its slot, `random` sixteen characters.
pub fn log_file_key(place: &Place<'_>, time: Timestamp, random: &str) -> String {
    let Place { account, region, .. } = place;
    let stamp = utc(time).strftime("%Y%m%dT%H%MZ");
    format!("{}/{account}_{LOG}_{region}_{stamp}_{random}{ENDING}", day(place, LOG, time))
}

/// Returns the key of a digest that ends at `end`.
pub fn digest_key(
    place: &Place<'_>,
    trail: &str,
    home_region: &str,
    end: Timestamp,
    backfill: bool,
) -> String {
    let Place { account, region, .. } = place;
    let stamp = utc(end).strftime("%Y%m%dT%H%M%SZ");
    let late = if backfill { BACKFILL } else { "" };
    let folder = day(place, DIGEST, end);
    format!("{folder}/{account}_{DIGEST}_{region}_{trail}_{home_region}_{stamp}{late}{ENDING}")
}

/// Returns the keys of the empty objects by which CloudTrail tries whether it may write: one for
/// log files, and with validation one for digests.
pub fn marker_keys(trail: &Trail) -> Vec<String> {
    let place = Place {
        prefix: trail.s3_key_prefix.as_deref(),
        organization_id: trail.organization_id.as_deref(),
        account: &trail.account,
        region: "",
    };
    let digest = trail.validation_since.map(|_| DIGEST);
    [Some(LOG), digest].into_iter().flatten().map(|label| folder(&place, label) + "/").collect()
}

/// Returns the end of the five minutes that `at` lies in; the end belongs to them.
///
/// AWS names files by it. It does not follow from how often files are delivered here: a file that is
/// written again after a restart with another setting must have the same name.
pub fn slot_end(at: Timestamp) -> Timestamp {
    step_end(at, SLOT)
}

/// Returns the end of the step that `at` lies in; steps are counted from 1970 in whole seconds.
pub(crate) fn step_end(at: Timestamp, step: SignedDuration) -> Timestamp {
    let length = step.as_secs().max(1);
    let second = at.as_second() + i64::from(at.subsec_nanosecond() > 0);
    let steps = second.div_euclid(length) + i64::from(second.rem_euclid(length) > 0);
    Timestamp::from_second(steps.saturating_mul(length)).unwrap_or(Timestamp::MAX)
}

/// Everything before the Region, without a slash at the end.
fn folder(place: &Place<'_>, label: &str) -> String {
    let before = [place.prefix, Some(ROOT), place.organization_id];
    let after = [Some(place.account), Some(label)];
    let parts: Vec<&str> =
        before.into_iter().chain(after).flatten().filter(|part| !part.is_empty()).collect();
    parts.join("/")
}

fn day(place: &Place<'_>, label: &str, time: Timestamp) -> String {
    let date = utc(time).strftime("%Y/%m/%d");
    format!("{}/{}/{date}", folder(place, label), place.region)
}

fn utc(time: Timestamp) -> DateTime {
    TimeZone::UTC.to_datetime(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Place<'_> =
        Place { prefix: None, organization_id: None, account: "111122223333", region: "eu-west-1" };

    #[test]
    fn keys_are_aws_s() {
        let at: Timestamp = "2026-11-20T10:00:07Z".parse().unwrap();
        assert_eq!(
            digest_key(&PLACE, "main", "eu-west-1", at, false),
            "AWSLogs/111122223333/CloudTrail-Digest/eu-west-1/2026/11/20/\
             111122223333_CloudTrail-Digest_eu-west-1_main_eu-west-1_20261120T100007Z.json.gz"
        );
        let place = Place { prefix: Some("a/b"), organization_id: Some("o-abcdefghij"), ..PLACE };
        assert_eq!(
            digest_key(&place, "main_2", "us-east-1", at, true),
            "a/b/AWSLogs/o-abcdefghij/111122223333/CloudTrail-Digest/eu-west-1/2026/11/20/\
             111122223333_CloudTrail-Digest_eu-west-1_main_2_us-east-1_20261120T100007Z_backfill\
             .json.gz"
        );
        assert_eq!(
            log_file_key(&PLACE, at, "abcdefghABCDEFG0"),
            "AWSLogs/111122223333/CloudTrail/eu-west-1/2026/11/20/\
             111122223333_CloudTrail_eu-west-1_20261120T1000Z_abcdefghABCDEFG0.json.gz"
        );
    }

    #[test]
    fn slots_end_where_files_were_seen_to_say() {
        let rows = [
            ("2026-11-20T17:24:13Z", "2026-11-20T17:25:00Z"),
            ("2026-11-20T22:16:42Z", "2026-11-20T22:20:00Z"),
            ("2026-11-20T22:20:00Z", "2026-11-20T22:20:00Z"),
            ("2026-11-20T22:20:00.000000001Z", "2026-11-20T22:25:00Z"),
            ("2026-11-20T23:59:01Z", "2026-11-21T00:00:00Z"),
        ];
        for (at, end) in rows {
            let got = slot_end(at.parse().unwrap());
            assert_eq!(got, end.parse::<Timestamp>().unwrap(), "{at}");
        }
        let at = "2026-11-20T22:20:01.5Z".parse().unwrap();
        let got = step_end(at, SignedDuration::from_secs(2));
        assert_eq!(got, "2026-11-20T22:20:02Z".parse::<Timestamp>().unwrap());
    }
}
