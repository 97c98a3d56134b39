//! Identity and Access Management: who is there, and what they may do.

pub(crate) mod access_keys;
pub(crate) mod aliases;
pub(crate) mod attachments;
pub(crate) mod boundaries;
pub(crate) mod inline_policies;
pub(crate) mod managed_policies;
pub(crate) mod policy_versions;
pub(crate) mod providers;
pub(crate) mod resource;
pub(crate) mod roles;
pub(crate) mod summary;
pub(crate) mod tagging;
pub(crate) mod users;

mod find;
mod holder;
mod quota;
mod shape;
