//! ARNs of CloudTrail's, taken apart.

/// An ARN: `arn:<partition>:cloudtrail:<region>:<account>:<kind>/<id>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Arn<'a> {
    /// Twelve digits.
    pub(crate) account: &'a str,
    /// Such as `eventdatastore`.
    pub(crate) kind: &'a str,
    /// A UUID or a name, never empty.
    pub(crate) id: &'a str,
}

/// The kind of an event data store.
pub(crate) const STORE: &str = "eventdatastore";
/// The kind of a channel.
pub(crate) const CHANNEL: &str = "channel";
/// The kind of a dashboard.
pub(crate) const DASHBOARD: &str = "dashboard";

impl<'a> Arn<'a> {
    /// Takes an ARN apart; absent when it is none of CloudTrail's.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.splitn(6, ':');
        let (scheme, partition) = (parts.next()?, parts.next()?);
        let (service, region) = (parts.next()?, parts.next()?);
        let (account, rest) = (parts.next()?, parts.next()?);
        let (kind, id) = rest.split_once('/')?;
        let is_arn = scheme == "arn"
            && (partition == "aws" || partition.starts_with("aws-"))
            && service == "cloudtrail"
            && !region.is_empty()
            && is_lower(partition)
            && is_lower(region)
            && is_account(account)
            && !kind.is_empty()
            && !id.is_empty();
        is_arn.then_some(Self { account, kind, id })
    }
}

/// Returns the ARN of something of CloudTrail's.
pub(crate) fn of(region: &str, account: &str, kind: &str, id: &str) -> String {
    format!("arn:aws:cloudtrail:{region}:{account}:{kind}/{id}")
}

/// Returns whether a text is an account's id.
pub(crate) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_lower(text: &str) -> bool {
    text.bytes().all(|byte| byte == b'-' || byte.is_ascii_lowercase() || byte.is_ascii_digit())
}
