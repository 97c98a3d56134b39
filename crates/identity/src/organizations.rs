//! AWS Organizations: accounts that belong together, and the services that act across them.
//!
//! Flat: every account stands under the root; there are no organizational units and no policies of
//! organizations, so `AvailablePolicyTypes` is empty. An account belongs to one organization at
//! most. Accounts are made at once, handshakes are answered by operations alone: no mail is sent.

mod organization;

mod change;
mod trust;

pub(crate) mod accounts;
pub(crate) mod all_features;
pub(crate) mod creation;
pub(crate) mod delegation;
pub(crate) mod handshakes;
pub(crate) mod invitations;
pub(crate) mod membership;
pub(crate) mod resource;
pub(crate) mod service_access;
pub(crate) mod tree;

mod admitted;
mod page;
mod refusal;
mod shape;

#[cfg(test)]
mod tests;

pub use change::OrganizationChange;
pub use organization::{
    AccountRequest, FeatureSet, Handshake, HandshakeAction, HandshakeState, Member, Organization,
};
pub use trust::{
    NotDelegated, deregister_delegated_admin, disable_service_access, enable_service_access,
    register_delegated_admin,
};
