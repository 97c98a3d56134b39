//! May this caller do this to a resource that has a policy of its own?

use identity::Context;
use wire::Fault;

use super::Gateway;
use super::perform::spelled;
use crate::state::State;
use crate::story::Story;

/// One thing that must be allowed.
pub(super) struct Need<'a> {
    /// The action.
    pub action: &'a str,
    /// The ARN.
    pub resource: &'a str,
    /// The account of the resource, where it has one.
    pub owner: Option<&'a str>,
    /// The resource's own policy.
    pub policy: Option<&'a str>,
    /// Condition keys beside those that every call has.
    pub conditions: Vec<(&'a str, &'a str)>,
}

impl Gateway {
    /// Asks the caller's policies and the resource's own.
    ///
    /// # Errors
    /// `AccessDenied`, in the spelling of the service.
    pub(super) fn permit(
        &self,
        state: &State,
        story: &Story<'_>,
        context: &Context,
        need: &Need<'_>,
    ) -> Result<(), Fault> {
        let Need { action, resource, owner, policy, ref conditions } = *need;
        let conditions = conditions.iter();
        let context =
            conditions.fold(context.clone(), |context, (key, value)| context.with(key, *value));
        let (identity, caller) = (&state.identity, &story.caller);
        let permitted = match owner {
            Some(owner) => {
                let policy = policy.and_then(|text| self.policies.of(text));
                let policy = policy.as_deref();
                identity::authorize_resource(
                    identity, caller, action, resource, &context, owner, policy,
                )
            }
            None => identity::authorize(identity, caller, action, resource, &context),
        };
        permitted.map_err(|fault| spelled(fault, story))
    }
}
