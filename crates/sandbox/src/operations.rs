//! The table of operations: one line each, kept by the module that serves it.

use wire::{Call, Done, Fault, Members};

use crate::{Change, Settings, State, catalog, license_manager, metering};

/// Runs one operation: reads the state, answers output and changes, or a fault and no change.
pub type Run = fn(&State, &Members, &mut Call<'_>, &Settings) -> Result<Done<Change>, Fault>;

/// One operation that the sandbox serves.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// The service's name in the models, such as `meteringmarketplace`.
    pub service: &'static str,
    /// The operation's name in the model, such as `BatchMeterUsage`.
    pub operation: &'static str,
    /// What it does.
    pub run: Run,
    /// Whether its event says `readOnly: true`.
    pub read_only: bool,
    /// The IAM action that a caller needs, such as `aws-marketplace:BatchMeterUsage`.
    pub action: &'static str,
    /// The ARNs that policies are evaluated against, each of which must be allowed;
    /// [`any_resource`] where AWS knows none.
    pub resources: fn(&Call<'_>, &Members) -> Vec<String>,
}

/// Returns every operation that the sandbox serves.
///
/// What a service models beyond these is answered by the caller of this crate with an error that
/// names the operation.
pub fn operations() -> impl Iterator<Item = &'static Entry> {
    metering::OPERATIONS.iter().chain(catalog::OPERATIONS).chain(license_manager::OPERATIONS)
}

/// Returns `*` alone: the resource of actions that AWS does not tie to one.
pub fn any_resource(_call: &Call<'_>, _input: &Members) -> Vec<String> {
    vec!["*".to_owned()]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use wire::model::Models;

    use super::operations;

    #[test]
    fn every_entry_is_a_modelled_operation_and_stands_once() {
        let models = Models::built_in();
        let mut seen = BTreeSet::new();
        for entry in operations() {
            let name = (entry.service, entry.operation);
            let service = models.service(entry.service).expect("a served service");
            assert!(service.operation(entry.operation).is_some(), "{name:?} is not in the model");
            assert!(seen.insert(name), "{name:?} stands twice");
        }
        assert!(seen.contains(&("meteringmarketplace", "BatchMeterUsage")));
    }

    #[test]
    fn the_iam_action_is_the_signing_name_and_the_operation() {
        let models = Models::built_in();
        for entry in operations() {
            let service = models.service(entry.service).expect("a served service");
            assert_eq!(entry.action, format!("{}:{}", service.signing_name, entry.operation));
        }
    }
}
