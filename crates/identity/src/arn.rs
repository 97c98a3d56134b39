//! The names of principals and policies, as AWS spells them.

use std::fmt;

/// What an ARN of this crate can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct IamArn<'a> {
    /// `iam` or `sts`.
    pub(crate) service: &'a str,
    /// Twelve digits, or `aws` for AWS's own policies.
    pub(crate) account: &'a str,
    /// `root`, or what stands before the first slash: `user`, `role`, `policy`, ….
    pub(crate) kind: &'a str,
    /// What stands behind the last slash; empty for root.
    pub(crate) name: &'a str,
    /// The path between kind and name, `/` at least.
    pub(crate) path: &'a str,
}

impl<'a> IamArn<'a> {
    /// Reads an ARN of IAM or STS; anything else is `None`.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let mut fields = text.splitn(6, ':');
        let (arn, partition, service) = (fields.next()?, fields.next()?, fields.next()?);
        let (region, account, resource) = (fields.next()?, fields.next()?, fields.next()?);
        let ours = arn == "arn" && partition == "aws" && region.is_empty();
        if !ours || !matches!(service, "iam" | "sts") {
            return None;
        }
        let kind = resource.split('/').next()?;
        let path_and_name = resource.get(kind.len()..)?;
        let name = path_and_name.rsplit('/').next()?;
        let path = path_and_name.get(..path_and_name.len() - name.len())?;
        Some(Self { service, account, kind, name, path })
    }
}

/// Returns the ARN of an account's root.
pub(crate) fn root(account: &str) -> String {
    format!("arn:aws:iam::{account}:root")
}

/// Returns the ARN of a user.
pub(crate) fn user(account: &str, path: &str, name: &str) -> String {
    iam(account, format_args!("user{path}{name}"))
}

/// Returns the ARN of a role.
pub(crate) fn role(account: &str, path: &str, name: &str) -> String {
    iam(account, format_args!("role{path}{name}"))
}

/// Returns the ARN of a managed policy.
pub(crate) fn policy(account: &str, path: &str, name: &str) -> String {
    iam(account, format_args!("policy{path}{name}"))
}

/// Returns the ARN of an OIDC provider; `url` without its scheme.
pub(crate) fn oidc_provider(account: &str, url: &str) -> String {
    iam(account, format_args!("oidc-provider/{url}"))
}

/// Returns the ARN of a role session, which leaves the role's path out.
pub(crate) fn assumed_role(account: &str, role: &str, session: &str) -> String {
    format!("arn:aws:sts::{account}:assumed-role/{role}/{session}")
}

/// Returns the ARN of a federated user.
pub(crate) fn federated_user(account: &str, name: &str) -> String {
    format!("arn:aws:sts::{account}:federated-user/{name}")
}

fn iam(account: &str, resource: fmt::Arguments<'_>) -> String {
    format!("arn:aws:iam::{account}:{resource}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arns_are_read_back() {
        let arn = user("111122223333", "/dev/x/", "anna");
        assert_eq!(arn, "arn:aws:iam::111122223333:user/dev/x/anna");
        let read = IamArn::parse(&arn).unwrap();
        assert_eq!((read.kind, read.path, read.name), ("user", "/dev/x/", "anna"));
        let root = root("111122223333");
        let read = IamArn::parse(&root).unwrap();
        assert_eq!((read.kind, read.path, read.name), ("root", "", ""));
        for not_ours in ["", "*", "arn:aws:s3:::b", "arn:aws:iam::1", "x:aws:iam::1:root"] {
            assert_eq!(IamArn::parse(not_ours), None, "{not_ours}");
        }
    }
}
