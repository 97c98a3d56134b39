//! ARNs, taken apart.

use wire::Call;

/// An ARN of any service: `arn:<partition>:<service>:<region>:<account>:<rest>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Arn<'a> {
    /// Such as `sns`.
    pub(super) service: &'a str,
    /// Empty for global services.
    pub(super) region: &'a str,
    /// Twelve digits.
    pub(super) account: &'a str,
    /// What stands behind the account, never empty.
    pub(super) rest: &'a str,
}

impl<'a> Arn<'a> {
    /// Takes an ARN apart; absent when it is none.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.splitn(6, ':');
        let (scheme, partition) = (parts.next()?, parts.next()?);
        let (service, region) = (parts.next()?, parts.next()?);
        let (account, rest) = (parts.next()?, parts.next()?);
        let is_arn = scheme == "arn"
            && (partition == "aws" || partition.starts_with("aws-"))
            && is_lower(partition)
            && is_lower(region)
            && is_account(account)
            && !rest.is_empty();
        is_arn.then_some(Self { service, region, account, rest })
    }

    /// Returns the kind and the name or id of something of CloudTrail's in a Region, such as
    /// `trail` and `MyTrail`.
    pub(super) fn of_cloudtrail(&self) -> Option<(&'a str, &'a str)> {
        let (kind, id) = self.rest.split_once('/')?;
        let is_whole = self.service == "cloudtrail" && !self.region.is_empty();
        (is_whole && !kind.is_empty() && !id.is_empty()).then_some((kind, id))
    }
}

/// Returns the ARN of the trail of this name in the caller's account and Region.
pub(super) fn of_trail(call: &Call<'_>, name: &str) -> String {
    trail(call.region, call.account, name)
}

/// Returns the ARN of a trail.
pub(super) fn trail(region: &str, account: &str, name: &str) -> String {
    format!("arn:aws:cloudtrail:{region}:{account}:trail/{name}")
}

/// Returns whether a text is the id of an event data store or a channel: a UUID.
pub(super) fn is_uuid(text: &str) -> bool {
    let groups: Vec<_> = text.split('-').map(str::len).collect();
    groups == [8, 4, 4, 4, 12] && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

fn is_lower(text: &str) -> bool {
    text.bytes().all(|byte| byte == b'-' || byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}
