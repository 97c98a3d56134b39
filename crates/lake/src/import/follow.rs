//! Which parts of a live bucket to look at again.
//!
//! CloudTrail writes into the folder of the day on which it delivers, so what is new is in few
//! places, however many years the bucket holds; listing these is all that keeping up takes.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::import::layout::{is_account, is_organization};

/// The folder of one account and Region, such as
/// `logs/AWSLogs/111122223333/CloudTrail/eu-west-1/`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Branch(String);

impl Branch {
    /// Returns the branch on which a key stands; nothing for files outside of AWS's layout.
    pub fn of(key: &str) -> Option<Self> {
        let below = crate::import::layout::below_root(key)?;
        let mut parts = below.split('/').peekable();
        parts.next_if(|part| is_organization(part));
        parts.next().filter(|part| is_account(part))?;
        let (_label, _region) = (parts.next()?, parts.next().filter(|part| !part.is_empty())?);
        let behind: usize = parts.map(|part| part.len() + 1).sum();
        let branch = key.get(..key.len().checked_sub(behind)?)?;
        (behind > 0).then(|| Self(format!("{branch}/")))
    }

    /// Returns the folder, with `/` at its end.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watch {
    /// Prefixes below which there may be new files.
    pub days: Vec<String>,
    /// Folders whose own folders may be new: accounts that joined, Regions first used. Looking into
    /// these now and then is enough.
    pub parents: Vec<String>,
}

/// Returns where new files of these branches appear at `now`.
///
/// That is today and yesterday, in UTC: a file that is late goes into the folder of the day of its
/// delivery, but a listing may have been taken before midnight and files written since. Around
/// midnight it is tomorrow too, as a file is named after the *end* of its five minutes.
pub fn watch(branches: &BTreeSet<Branch>, now: Timestamp) -> Watch {
    let days = days(now);
    let of_branch = |branch: &Branch| {
        let branch = branch.as_str().to_owned();
        days.iter().map(move |day| format!("{branch}{day}/")).collect::<Vec<_>>()
    };
    let parents: BTreeSet<String> = branches.iter().flat_map(parents).collect();
    Watch {
        days: branches.iter().flat_map(of_branch).collect(),
        parents: parents.into_iter().collect(),
    }
}

fn days(now: Timestamp) -> Vec<String> {
    let ahead = SignedDuration::from_mins(10);
    let moments = [SignedDuration::from_hours(-24), SignedDuration::ZERO, ahead];
    let mut days: Vec<String> = moments
        .iter()
        .filter_map(|distance| now.checked_add(*distance).ok())
        .map(|time| time.to_zoned(TimeZone::UTC).strftime("%Y/%m/%d").to_string())
        .collect();
    days.dedup();
    days
}

/// Returns the folders of Regions and of accounts.
fn parents(branch: &Branch) -> Vec<String> {
    let mut ends = branch.as_str().trim_end_matches('/').rmatch_indices('/').map(|(at, _)| at + 1);
    // Behind the label stand Regions; behind the account labels, which are known; before it
    // accounts.
    let (regions, _labels, accounts) = (ends.next(), ends.next(), ends.next());
    let folders = [accounts, regions].into_iter().flatten();
    folders.filter_map(|end| branch.as_str().get(..end).map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "2026/11/20/x.json.gz";

    fn branches() -> BTreeSet<Branch> {
        let keys = [
            "AWSLogs/111122223333/CloudTrail/eu-west-1/",
            "AWSLogs/111122223333/CloudTrail/us-east-1/",
            "a/AWSLogs/o-abcdefghij/444455556666/CloudTrail/eu-west-1/",
        ];
        keys.iter().map(|key| Branch::of(&format!("{key}{FILE}")).unwrap()).collect()
    }

    fn days(now: &str) -> Vec<String> {
        watch(&branches(), now.parse().unwrap()).days
    }

    #[test]
    fn a_branch_is_account_and_region() {
        let branch = |key: &str| Branch::of(key).map(|branch| branch.as_str().to_owned());
        let folder = "x/AWSLogs/o-abcdefghij/111122223333/CloudTrail/eu-west-1/";
        assert_eq!(branch(&format!("{folder}{FILE}")).as_deref(), Some(folder));
        assert_eq!(branch(&format!("{folder}odd.json")).as_deref(), Some(folder));
        assert_eq!(branch("AWSLogs/111122223333/CloudTrail/"), None);
        assert_eq!(branch("AWSLogs/111122223333/CloudTrail/eu-west-1"), None);
        assert_eq!(branch("2026/11/20/x.json.gz"), None);
    }

    #[test]
    fn yesterday_and_today_and_tomorrow_shortly_before() {
        let at_noon = days("2026-01-01T12:00:00Z");
        assert_eq!(at_noon.len(), 3 * 2);
        assert_eq!(
            at_noon[..2],
            [
                "AWSLogs/111122223333/CloudTrail/eu-west-1/2025/12/31/",
                "AWSLogs/111122223333/CloudTrail/eu-west-1/2026/01/01/",
            ]
        );
        assert_eq!(days("2026-01-01T23:49:59Z").len(), 3 * 2);
        let late = days("2026-01-01T23:50:00Z");
        assert_eq!(late.len(), 3 * 3);
        assert!(late[2].ends_with("/eu-west-1/2026/01/02/"));
        assert!(days("2024-03-01T00:00:00Z")[0].ends_with("/2024/02/29/"));
    }

    #[test]
    fn new_accounts_and_regions_appear_in_few_places() {
        let parents = watch(&branches(), Timestamp::UNIX_EPOCH).parents;
        assert_eq!(
            parents,
            [
                "AWSLogs/",
                "AWSLogs/111122223333/CloudTrail/",
                "a/AWSLogs/o-abcdefghij/",
                "a/AWSLogs/o-abcdefghij/444455556666/CloudTrail/",
            ]
        );
    }
}
