//! Whom a trust policy speaks of.

use crate::arn::{self, IamArn};
use crate::caller::{Caller, Principal};

/// The principals of a statement.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Principals {
    /// Whether the statement is about everyone *but* these.
    pub(crate) negated: bool,
    /// `"AWS"`: `*`, an account, or the ARN of a principal.
    pub(crate) aws: Vec<String>,
    /// `"Service"`: hosts.
    pub(crate) services: Vec<String>,
    /// `"Federated"`: ARNs of providers.
    pub(crate) federated: Vec<String>,
}

/// How a statement reaches a caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reach {
    /// Its account is named: the account's own policies decide further.
    Account,
    /// The role behind its session is named, or everyone is.
    Widely,
    /// It is named itself.
    Itself,
}

impl Principals {
    /// Returns whether `*` stands among them, under whatever kind.
    pub(crate) fn names_everybody(&self) -> bool {
        let mut named = self.aws.iter().chain(&self.federated).chain(&self.services);
        !self.negated && named.any(|name| name == "*")
    }

    /// Returns whether these are all but some, and the caller is of a kind that must be named.
    pub(crate) fn leaves_out(&self, caller: &Caller) -> bool {
        let named_only = matches!(
            caller.principal,
            Principal::WebIdentityUser { .. } | Principal::Service { .. }
        );
        self.negated && named_only
    }

    /// Returns how these principals reach `caller`, when they do.
    pub(crate) fn reach(&self, caller: &Caller) -> Option<Reach> {
        let found = match &caller.principal {
            Principal::Service { host } => {
                self.services.iter().any(|service| service == host).then_some(Reach::Itself)
            }
            Principal::WebIdentityUser { provider_arn, .. } => {
                self.federated.iter().any(|arn| arn == provider_arn).then_some(Reach::Itself)
            }
            _ => self.aws.iter().filter_map(|named| reach(named, caller)).max(),
        };
        if self.negated {
            return found.is_none().then_some(Reach::Widely);
        }
        found
    }
}

fn reach(named: &str, caller: &Caller) -> Option<Reach> {
    let account = caller.account()?;
    if named == caller.arn() {
        return Some(Reach::Itself);
    }
    if named == "*" {
        return Some(Reach::Widely);
    }
    if named == account || named == arn::root(account) {
        return Some(Reach::Account);
    }
    match &caller.principal {
        Principal::AssumedRole { account, role, .. } => {
            (named == arn::role(account, &role.path, &role.name)).then_some(Reach::Widely)
        }
        _ => None,
    }
}

/// Returns whether `named` can stand under `"AWS"` in a trust policy.
pub(crate) fn is_aws_principal(named: &str) -> bool {
    let is_account = named.len() == 12 && named.bytes().all(|byte| byte.is_ascii_digit());
    named == "*" || is_account || IamArn::parse(named).is_some_and(|arn| is_principal(&arn))
}

fn is_principal(arn: &IamArn<'_>) -> bool {
    let account = arn.account.len() == 12 && arn.account.bytes().all(|byte| byte.is_ascii_digit());
    let kind = match arn.service {
        "iam" => arn.kind == "root" || matches!(arn.kind, "user" | "role") && !arn.name.is_empty(),
        _ => matches!(arn.kind, "assumed-role" | "federated-user") && !arn.name.is_empty(),
    };
    account && kind && !arn.name.contains(['*', '?']) && !arn.path.contains(['*', '?'])
}
