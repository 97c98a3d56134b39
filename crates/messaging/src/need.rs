//! What the policies are asked before an operation runs.

/// One thing that must be allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// The action, such as `sns:Publish`.
    pub action: String,
    /// The ARN of what it is done to; `*` where the action knows none.
    pub resource: String,
    /// The resource's own policy document, which is asked too.
    pub policy: Option<String>,
    /// The account that the resource belongs to, when it exists or its name says so.
    pub owner: Option<String>,
    /// Condition keys that only the service knows.
    pub conditions: Vec<(&'static str, String)>,
}

impl Need {
    /// Returns the need of an action that knows no resource.
    pub(crate) fn anywhere(action: &str) -> Self {
        Self::on(action, "*", None, None)
    }

    /// Returns the need of an action on a resource.
    pub(crate) fn on(
        action: &str,
        resource: &str,
        policy: Option<&str>,
        owner: Option<&str>,
    ) -> Self {
        Self {
            action: action.to_owned(),
            resource: resource.to_owned(),
            policy: policy.map(str::to_owned),
            owner: owner.map(str::to_owned),
            conditions: Vec::new(),
        }
    }

    /// Returns this need with a condition key, when there is a value.
    #[must_use]
    pub(crate) fn with(mut self, key: &'static str, value: Option<&str>) -> Self {
        self.conditions.extend(value.map(|value| (key, value.to_owned())));
        self
    }
}
