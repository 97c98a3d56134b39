//! The Marketplace Catalog: entities, and the change sets that alone can change them.
//!
//! ```text
//!   StartChangeSet ─▶ PREPARING ──(time)──▶ APPLYING ──(time)──▶ SUCCEEDED   all changes at once
//!                         │                                 └──▶ FAILED      none of them
//!                         └─ CancelChangeSet ─▶ CANCELLED
//! ```
//!
//! What can be known from the request alone (form, schema, references, stale revisions, locks) is
//! refused by `StartChangeSet`; everything else shows at the end, as error details of the change
//! that is at fault. Which entity types and change types are served stands in one table,
//! `entity_type::SERVED`; a change type is a schema and a function over the entity's document.
//!
//! Entities and change sets are their account's alone: to another account they do not exist.

mod cancel_change_set;
mod change_set;
mod describe_change_set;
mod describe_entity;
mod entity;
mod entity_type;
mod life;
mod list_change_sets;
mod list_entities;
mod query;
mod reference;
mod request;
mod saas_product;
mod schema;
mod start_change_set;
mod validation;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use wire::{Call, Fault, Members};

pub use change_set::{
    ChangeSet, ErrorDetail, Failure, FailureCode, Intent, RequestedChange, Status,
};
pub(crate) use life::due;

use crate::operations::{Entry, any_resource};

const SERVICE: &str = "marketplace-catalog";
/// The one catalog there is.
const CATALOG: &str = "AWSMarketplace";
/// The types of what calls are about, in the spelling of CloudFormation; it has neither of them.
const ENTITY: &str = "AWS::MarketplaceCatalog::Entity";
const CHANGE_SET: &str = "AWS::MarketplaceCatalog::ChangeSet";

/// The operations served here.
pub const OPERATIONS: &[Entry] = &[
    Entry {
        service: SERVICE,
        operation: "CancelChangeSet",
        run: cancel_change_set::run,
        read_only: false,
        action: "aws-marketplace:CancelChangeSet",
        resources: named_change_set,
    },
    Entry {
        service: SERVICE,
        operation: "DescribeChangeSet",
        run: describe_change_set::run,
        read_only: true,
        action: "aws-marketplace:DescribeChangeSet",
        resources: named_change_set,
    },
    Entry {
        service: SERVICE,
        operation: "DescribeEntity",
        run: describe_entity::run,
        read_only: true,
        action: "aws-marketplace:DescribeEntity",
        resources: named_entity,
    },
    Entry {
        service: SERVICE,
        operation: "ListChangeSets",
        run: list_change_sets::run,
        read_only: true,
        action: "aws-marketplace:ListChangeSets",
        resources: any_resource,
    },
    Entry {
        service: SERVICE,
        operation: "ListEntities",
        run: list_entities::run,
        read_only: true,
        action: "aws-marketplace:ListEntities",
        resources: any_resource,
    },
    Entry {
        service: SERVICE,
        operation: "StartChangeSet",
        run: start_change_set::run,
        read_only: false,
        action: "aws-marketplace:StartChangeSet",
        resources: changed_entities,
    },
];

/// What is remembered: a shelf for every account.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    accounts: BTreeMap<String, Shelf>,
}

/// What one account has.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Shelf {
    /// By id.
    change_sets: BTreeMap<String, ChangeSet>,
    /// The ids of the change sets that are under way, so that nobody looks through all of them.
    open: BTreeSet<String>,
    /// Change set ids by the tokens that they were asked for with.
    client_request_tokens: BTreeMap<String, String>,
    /// Tags by entity id.
    entity_tags: BTreeMap<String, BTreeMap<String, String>>,
}

/// A change of [`State`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Change {
    /// A change set begins.
    StartChangeSet(Box<ChangeSet>),
    /// A change set reaches another status.
    MoveChangeSet {
        /// The account whose it is.
        account: String,
        /// The change set.
        change_set_id: String,
        /// The new status.
        status: Status,
        /// Since when.
        at: Timestamp,
        /// Why, when it failed.
        failure: Option<Failure>,
    },
    /// A finished change set is too old to be shown any longer.
    ForgetChangeSet {
        /// The account whose it is.
        account: String,
        /// The change set.
        change_set_id: String,
    },
    /// An entity gets tags beside those it has.
    TagEntity {
        /// The account whose it is.
        account: String,
        /// The entity.
        entity_id: String,
        /// Tags by key.
        tags: BTreeMap<String, String>,
    },
}

impl State {
    /// Folds one change in.
    pub fn apply(&mut self, change: &Change) {
        match change {
            Change::StartChangeSet(change_set) => {
                self.shelf_mut(&change_set.account).start(change_set);
            }
            Change::MoveChangeSet { account, change_set_id, status, at, failure } => {
                self.shelf_mut(account).move_on(change_set_id, *status, *at, failure.as_ref());
            }
            Change::ForgetChangeSet { account, change_set_id } => {
                self.shelf_mut(account).forget(change_set_id);
            }
            Change::TagEntity { account, entity_id, tags } => {
                let held = self.shelf_mut(account).entity_tags.entry(entity_id.clone());
                held.or_default().extend(tags.clone());
            }
        }
    }

    /// Returns the change sets of an account by id, however old.
    pub fn change_sets(&self, account: &str) -> impl Iterator<Item = &ChangeSet> {
        self.accounts.get(account).into_iter().flat_map(|shelf| shelf.change_sets.values())
    }

    /// Returns one change set of an account, however old.
    pub fn change_set(&self, account: &str, id: &str) -> Option<&ChangeSet> {
        self.accounts.get(account)?.change_sets.get(id)
    }

    /// Returns the tags of an entity by key, when it ever had some.
    pub fn entity_tags(&self, account: &str, entity_id: &str) -> Option<&BTreeMap<String, String>> {
        self.accounts.get(account)?.entity_tags.get(entity_id)
    }

    /// Returns the change sets under way of one account, by id.
    fn open(&self, account: &str) -> impl Iterator<Item = &ChangeSet> {
        self.accounts.get(account).into_iter().flat_map(Shelf::open)
    }

    /// Returns the change sets under way of all accounts.
    fn all_open(&self) -> impl Iterator<Item = &ChangeSet> {
        self.accounts.values().flat_map(Shelf::open)
    }

    /// Returns the change set that an account started with this token.
    fn by_client_request_token(&self, account: &str, token: &str) -> Option<&ChangeSet> {
        let held = self.accounts.get(account)?;
        held.change_sets.get(held.client_request_tokens.get(token)?)
    }

    fn shelf_mut(&mut self, account: &str) -> &mut Shelf {
        self.accounts.entry(account.to_owned()).or_default()
    }
}

impl Shelf {
    fn open(&self) -> impl Iterator<Item = &ChangeSet> {
        self.open.iter().filter_map(|id| self.change_sets.get(id))
    }

    fn start(&mut self, change_set: &ChangeSet) {
        let id = change_set.id.clone();
        if let Some(token) = &change_set.client_request_token {
            self.client_request_tokens.insert(token.clone(), id.clone());
        }
        self.open.insert(id.clone());
        self.change_sets.insert(id, change_set.clone());
    }

    fn move_on(&mut self, id: &str, status: Status, at: Timestamp, failure: Option<&Failure>) {
        let Some(change_set) = self.change_sets.get_mut(id) else { return };
        change_set.status = status;
        change_set.since = at;
        change_set.failure = failure.cloned();
        if status.is_end() {
            self.open.remove(id);
        }
    }

    fn forget(&mut self, id: &str) {
        self.open.remove(id);
        let forgotten = self.change_sets.remove(id);
        // A token that began another change set since then stays.
        if let Some(token) = forgotten.and_then(|change_set| change_set.client_request_token)
            && self.client_request_tokens.get(&token).is_some_and(|held| held == id)
        {
            self.client_request_tokens.remove(&token);
        }
    }
}

/// Returns the ARN of an entity or change set; the whole catalog lives in us-east-1.
fn arn(account: &str, kind: &str, id: &str) -> String {
    format!("arn:aws:aws-marketplace:us-east-1:{account}:{CATALOG}/{kind}/{id}")
}

/// Returns the time in the catalog's own form, `YYYY-MM-DDThh:mm:ssZ`.
fn date(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn change_set_not_found(id: &str) -> Fault {
    let message = format!("Change set {id} does not exist.");
    Fault::new("ResourceNotFoundException", message).with_status(404)
}

fn entity_not_found(id: &str) -> Fault {
    let message = format!("Entity {id} does not exist.");
    Fault::new("ResourceNotFoundException", message).with_status(404)
}

fn check_catalog(input: &Members) -> Result<(), Fault> {
    match input.string("Catalog") {
        Some(CATALOG) => Ok(()),
        other => {
            let other = other.unwrap_or_default();
            Err(validation::refusal(format!("Catalog {other} does not exist; use {CATALOG}.")))
        }
    }
}

fn named_change_set(call: &Call<'_>, input: &Members) -> Vec<String> {
    vec![arn(call.account, "ChangeSet", input.string("ChangeSetId").unwrap_or("*"))]
}

fn named_entity(call: &Call<'_>, input: &Members) -> Vec<String> {
    vec![arn(call.account, saas_product::NAME, input.string("EntityId").unwrap_or("*"))]
}

/// Returns the entities that a change set names, or `*` when it names none.
fn changed_entities(call: &Call<'_>, input: &Members) -> Vec<String> {
    let named: BTreeSet<_> = input
        .maps("ChangeSet")
        .filter_map(|change| change.map("Entity"))
        .filter_map(|entity| Some((entity.string("Type")?, entity.string("Identifier")?)))
        .filter(|(_, identifier)| !identifier.starts_with('$'))
        .map(|(kind, identifier)| (without_suffix(kind), without_suffix(identifier)))
        .collect();
    let mut resources: Vec<_> =
        named.into_iter().map(|(kind, id)| arn(call.account, kind, id)).collect();
    let makes = |change: &Members| {
        change.map("Entity").is_some_and(|entity| entity.get("Identifier").is_none())
    };
    // what is made has no ARN yet: to make it is a permission on everything
    if resources.is_empty() || input.maps("ChangeSet").any(makes) {
        resources.extend(any_resource(call, input));
    }
    resources
}

/// Returns a type without its version, or an identifier without its revision.
fn without_suffix(text: &str) -> &str {
    text.split_once('@').map_or(text, |(name, _)| name)
}

#[cfg(test)]
mod tests;
