//! The policy language: documents read and checked once, then asked for decisions.
//!
//! ```text
//!   text ──▶ Policy ──┐
//!                     ├──▶ Decision: Allow | NotAllowed | Denied     (a deny anywhere wins)
//!   Question ─────────┘
//!   (action, resource, context; who asks, for trust policies and resource policies)
//! ```
//!
//! What the language means here, and why no library serves, is in `docs/adr/0003`.

mod asker;
mod condition;
mod context;
#[cfg(test)]
mod decisions;
mod document;
mod glob;
mod principal;
#[cfg(test)]
mod resource_decisions;
mod statement;
mod template;

pub use asker::Asker;
pub use context::Context;
pub use document::Malformed;
pub(crate) use principal::Reach;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use statement::{Effect, Statement};

use crate::caller::Caller;

/// A policy document, checked; keeps its text as it was given.
#[derive(Debug, Clone)]
pub struct Policy {
    text: String,
    statements: Vec<Statement>,
}

/// What a document is for; decides what must and must not stand in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Says what the identity it is attached to may do; also session policies.
    Identity,
    /// Says who may assume a role.
    Trust,
    /// Says who may do what to the bucket, topic or queue that it belongs to.
    Resource,
}

/// One thing that someone wants to do.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The action, such as `iam:CreateUser`.
    pub action: &'a str,
    /// The ARN of what it is done to, or `*` where the action knows no resource.
    pub resource: &'a str,
    /// The condition keys of the request.
    pub context: &'a Context,
}

/// What policies say to a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Some statement allows it and none denies it.
    Allowed,
    /// No statement speaks of it.
    NotAllowed,
    /// A statement denies it, whatever others say.
    Denied,
}

impl Policy {
    /// Reads and checks a document.
    pub fn parse(text: &str, purpose: Purpose) -> Result<Self, Malformed> {
        let statements = document::read(text, Some(purpose))?;
        Ok(Self { text: text.to_owned(), statements })
    }

    /// Returns the document as it was given.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns how AWS counts the document's size: its characters without white space.
    pub fn size(&self) -> usize {
        self.text.chars().filter(|character| !character.is_whitespace()).count()
    }

    /// Returns whom this trust policy names under `"AWS"`.
    pub(crate) fn principals(&self) -> impl Iterator<Item = &str> {
        let principals =
            self.statements.iter().filter_map(|statement| statement.principals.as_ref());
        principals.flat_map(|principals| &principals.aws).map(String::as_str)
    }

    /// Returns what this trust policy says to `caller`, and by which kind of principal it allows.
    pub(crate) fn trust(
        &self,
        question: &Question<'_>,
        caller: &Caller,
    ) -> (Decision, Option<Reach>) {
        self.said(question, |statement| statement.reach(caller))
    }

    /// Returns what this resource policy says to who asks, and by which kind of principal it
    /// allows. The context of the question already describes the asker.
    pub(crate) fn says(
        &self,
        question: &Question<'_>,
        asker: Asker<'_>,
    ) -> (Decision, Option<Reach>) {
        self.said(question, |statement| statement.reach_asker(asker))
    }

    fn said(
        &self,
        question: &Question<'_>,
        reaches: impl Fn(&Statement) -> Option<Reach>,
    ) -> (Decision, Option<Reach>) {
        let mut reach = None;
        for statement in self.statements.iter().filter(|statement| statement.is_about(question)) {
            match (statement.effect, reaches(statement)) {
                (Effect::Deny, Some(_)) => return (Decision::Denied, None),
                (Effect::Allow, found) => reach = reach.max(found),
                (Effect::Deny, None) => {}
            }
        }
        (reach.map_or(Decision::NotAllowed, |_| Decision::Allowed), reach)
    }
}

/// Returns what these identity policies together say.
pub fn decide<'a>(
    policies: impl IntoIterator<Item = &'a Policy>,
    question: &Question<'_>,
) -> Decision {
    let mut decision = Decision::NotAllowed;
    for statement in policies.into_iter().flat_map(|policy| &policy.statements) {
        match statement.effect {
            Effect::Deny if statement.is_about(question) => return Decision::Denied,
            Effect::Allow if decision != Decision::Allowed && statement.is_about(question) => {
                decision = Decision::Allowed;
            }
            _ => {}
        }
    }
    decision
}

/// Returns what one resource policy alone says to who asks.
///
/// The condition keys of the asker (`aws:PrincipalArn`, `aws:PrincipalServiceName`, …) are added
/// here, except those that only the state knows: its organization and its tags.
pub fn decide_resource(policy: &Policy, asker: Asker<'_>, question: &Question<'_>) -> Decision {
    let context = asker.describe(question.context.clone());
    policy.says(&Question { context: &context, ..*question }, asker).0
}

impl PartialEq for Policy {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Serialize for Policy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Policy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let statements = document::read(&text, None).map_err(serde::de::Error::custom)?;
        Ok(Self { text, statements })
    }
}
