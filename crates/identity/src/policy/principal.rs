//! Whom a trust policy or a resource policy speaks of.

use super::asker::Asker;
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
    /// The role or user behind its session is named, or everyone is.
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

    /// Returns how these principals of a resource policy reach who asks, when they do.
    ///
    /// `*` reaches everyone, services and those who proved nothing among them. A denial of all but
    /// some spares those who are named themselves or by their role; naming an account spares its
    /// root alone. An allowance of all but some leaves out the whole of a named account.
    pub(crate) fn reach_asker(&self, asker: Asker<'_>, denies: bool) -> Option<Reach> {
        let everybody = self.aws.iter().any(|named| named == "*").then_some(Reach::Widely);
        let found = match asker.plain() {
            Asker::Caller(caller) => self.aws.iter().filter_map(|named| reach(named, caller)).max(),
            Asker::Service(host) => {
                let named = self.services.iter().any(|service| service == host);
                named.then_some(Reach::Itself).or(everybody)
            }
            Asker::Anonymous => everybody,
        };
        if !self.negated {
            return found;
        }
        let account_only = denies && found == Some(Reach::Account) && !asker.is_root();
        (found.is_none() || account_only).then_some(Reach::Widely)
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
        Principal::FederatedUser { .. } => {
            let issuer = caller.session.as_ref()?.issuer.as_ref()?;
            (named == issuer.arn).then_some(Reach::Widely)
        }
        _ => None,
    }
}

/// Returns whether `named` can stand under `"Service"` in a resource policy.
pub(crate) fn is_service(named: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
    named.contains('.') && named.bytes().all(plain)
}

/// Returns whether `named` can stand under `"AWS"`.
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
