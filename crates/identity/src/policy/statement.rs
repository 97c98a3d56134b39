//! One statement of a policy.

use super::Question;
use super::asker::Asker;
use super::condition::Condition;
use super::glob::{Case, Glob};
use super::principal::{Principals, Reach};
use super::template::ArnTemplate;
use crate::caller::Caller;

/// Whether a statement gives or takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    Allow,
    Deny,
}

/// One statement, ready to be asked.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Statement {
    pub(crate) effect: Effect,
    /// Present in trust policies and resource policies.
    pub(crate) principals: Option<Principals>,
    /// `Action` or `NotAction`; case does not matter.
    pub(crate) actions: Choice<Glob>,
    /// `Resource` or `NotResource`; absent in trust policies.
    pub(crate) resources: Option<Choice<ArnTemplate>>,
    pub(crate) conditions: Vec<Condition>,
}

/// A list that says what is meant, or what is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Choice<T> {
    pub(crate) negated: bool,
    pub(crate) items: Vec<T>,
}

impl<T> Choice<T> {
    fn includes(&self, matches: impl Fn(&T) -> bool) -> bool {
        self.items.iter().any(matches) != self.negated
    }
}

impl Statement {
    /// Returns whether action, resource and conditions are those of the question.
    pub(crate) fn is_about(&self, question: &Question<'_>) -> bool {
        let resources = self.resources.as_ref();
        self.actions.includes(|glob| glob.matches(question.action, Case::Ignored))
            && resources.is_none_or(|resources| {
                // "everything but what the variable names" must not become everything
                let filled = |arn: &ArnTemplate| arn.is_filled(question.context);
                let known = self.effect == Effect::Deny || resources.items.iter().all(filled);
                (known || !resources.negated)
                    && resources.includes(|arn| arn.matches(question.resource, question.context))
            })
            && self.conditions.iter().all(|condition| condition.holds(question.context))
    }

    /// Returns how this statement of a trust policy reaches `caller`.
    pub(crate) fn reach(&self, caller: &Caller) -> Option<Reach> {
        let principals = self.principals.as_ref()?;
        // "all but these" allows nobody who must be named by a kind of their own
        if self.effect == Effect::Allow && principals.leaves_out(caller) {
            return None;
        }
        // a denial of everybody is one of those whom an allowance must name by their own kind, too
        let everybody = self.effect == Effect::Deny && principals.names_everybody();
        principals.reach(caller).or(everybody.then_some(Reach::Widely))
    }

    /// Returns how this statement of a resource policy reaches who asks.
    pub(crate) fn reach_asker(&self, asker: Asker<'_>) -> Option<Reach> {
        let principals = self.principals.as_ref()?;
        principals.reach_asker(asker, self.effect == Effect::Deny)
    }
}
