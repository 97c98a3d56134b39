//! Who calls, and what they may do.
//!
//! Accounts with their root, IAM users, roles, policies and OIDC providers; long-term keys and
//! sessions; organizations; the operations of IAM, STS and Organizations as pure state machines. It
//! is *not* a server: it knows no HTTP, checks no signature, stores nothing and writes no event.
//! Time and randomness come in with the call.
//!
//! ```text
//!   key id, session token ──▶ identify ──▶ Credential { secret, caller }
//!                                                              │ (the signature is checked)
//!   caller, action, resource, context ──▶ authorize ──▶ yes | AccessDenied
//!                                                              │
//!   Request { state, vault, caller, context, input, call }
//!         │  Entry::permit, then Entry::run
//!         ▼
//!   Done { output, changes, resources } ──▶ (made durable) ──▶ State::apply
//! ```
//!
//! Invariants
//! - State changes by [`State::apply`] alone, a fold without clock, randomness or map order.
//! - Secrets are in the state sealed only, in the clear only in the answer that gives them out and
//!   in [`Credential`]; neither prints.
//! - Sessions are stored nowhere: the session token is the sealed claim. So they survive a
//!   restart, and end with their time, their user or their role.
//! - A session, a boundary, a session policy only ever takes away from what the identity may do.

mod authorize;
mod caller;
mod change;
mod identify;
mod operation;
mod policy;
mod state;
mod vault;
mod web_identity;

pub mod seed;

mod iam;
mod organizations;
mod sts;
mod web_identity_keys;

mod arn;
mod ids;
mod managed;
mod page;
mod tags;
mod token;

#[cfg(test)]
mod testing;

pub use authorize::{authorize, authorize_resource};
pub use caller::{Caller, Entity, Issuer, Principal, Session, WebIdentity};
pub use change::{Change, Identity, Tagged, What};
pub use identify::{Credential, Unidentified, identify};
pub use operation::{Entry, Permission, Request, ResourceOf, Run, operations};
pub use organizations::{
    AccountRequest, FeatureSet, Handshake, HandshakeAction, HandshakeState, Member, NotDelegated,
    Organization, OrganizationChange, deregister_delegated_admin, disable_service_access,
    enable_service_access, register_delegated_admin,
};
pub use policy::{
    Asker, Context, Decision, Malformed, Policy, Purpose, Question, decide, decide_resource,
};
pub use state::{
    AccessKey, Account, KeyOwner, ManagedPolicy, Permissions, PolicyVersion, Provider, Role, State,
    User,
};
pub use vault::{NotSealedHere, Secret, Vault};
pub use web_identity::web_identity_caller;
