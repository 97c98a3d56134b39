//! Who asks for something that has a policy of its own.

use super::context::Context;
use crate::caller::{Caller, Principal};

/// Who asks for a bucket, a topic, a queue: whoever the resource's policy may speak of.
#[derive(Debug, Clone, Copy)]
pub enum Asker<'a> {
    /// Someone whose signature was proven.
    Caller(&'a Caller),
    /// An AWS service that acts for somebody, by its host: `cloudtrail.amazonaws.com`.
    Service(&'a str),
    /// Someone who proved nothing.
    Anonymous,
}

impl Asker<'_> {
    /// Returns the asker by what it is: a caller may be a service, or nobody known.
    pub(crate) fn plain(self) -> Self {
        let Self::Caller(caller) = self else {
            return self;
        };
        match &caller.principal {
            Principal::Service { host } => Self::Service(host),
            Principal::Unknown | Principal::WebIdentityUser { .. } => Self::Anonymous,
            _ => self,
        }
    }

    /// Returns whether an account's root asks.
    pub(crate) fn is_root(self) -> bool {
        matches!(self, Self::Caller(caller) if matches!(caller.principal, Principal::Root { .. }))
    }

    /// Adds the condition keys that say who asks.
    pub(crate) fn describe(self, context: Context) -> Context {
        match self.plain() {
            Self::Caller(caller) => caller.describe(context),
            Self::Service(host) => context
                .with("aws:PrincipalIsAWSService", "true")
                .with("aws:PrincipalServiceName", host)
                .with("aws:PrincipalServiceNamesList", host),
            Self::Anonymous => context
                .with("aws:PrincipalType", "Anonymous")
                .with("aws:PrincipalAccount", "anonymous")
                .with("aws:userid", "anonymous"),
        }
    }
}
