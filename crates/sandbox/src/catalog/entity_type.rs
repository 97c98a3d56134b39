//! The table of what change sets can do: entity types, and the change types of each.

use serde_json::Value;
use wire::{Call, Members};

use super::change_set::ErrorDetail;
use super::entity::Entity;
use super::saas_product;
use super::schema::Schema;
use crate::{Change, State};

/// An entity type that is served.
pub(super) struct EntityType {
    /// The name without version.
    pub(super) name: &'static str,
    /// The name as changes and descriptions write it, such as `SaaSProduct@1.0`.
    pub(super) versioned: &'static str,
    /// What can be done to it.
    pub(super) change_types: &'static [ChangeType],
    /// Draws the id of a new entity.
    pub(super) new_id: fn(&mut Call<'_>) -> String,
    /// Returns the entity of this id, when it is of this type.
    pub(super) load: fn(&State, &str) -> Option<Entity>,
    /// Returns all entities of this type of an account, by id.
    pub(super) all: fn(&State, &str) -> Vec<Entity>,
    /// Returns the change that keeps an entity.
    pub(super) keep: fn(&Entity) -> Change,
    /// Returns an entity's name for lists.
    pub(super) title: fn(&Entity) -> &str,
    /// The member of a row that only this type has.
    pub(super) summary_member: &'static str,
    /// What that member holds.
    pub(super) summary: fn(&Entity) -> Members,
    /// What lists can be filtered and sorted by.
    pub(super) columns: &'static [Column],
}

/// A property that lists are filtered or sorted by.
pub(super) struct Column {
    /// The name in filters and in `SortBy`.
    pub(super) name: &'static str,
    /// Returns its text for an entity.
    pub(super) value: fn(&Entity) -> String,
    /// Whether rows can be filtered by it; sorted they can be by all.
    pub(super) filters: bool,
}

/// A change type of an entity type.
pub(super) struct ChangeType {
    /// The name, such as `AddDimensions`.
    pub(super) name: &'static str,
    /// What the details must look like.
    pub(super) schema: Schema,
    /// Draws the ids that the change will need; nothing random happens later.
    pub(super) draw: fn(&Value, &mut Call<'_>) -> Vec<String>,
    /// What it does.
    pub(super) action: Action,
}

/// What a change type does.
pub(super) enum Action {
    /// Makes an entity: from its id, the details and the drawn ids.
    Create(fn(&Step<'_>) -> Result<Entity, Vec<ErrorDetail>>),
    /// Changes an entity; what it did does not count when it returns errors.
    Change(fn(&mut Entity, &Step<'_>) -> Vec<ErrorDetail>),
}

/// The surroundings of one change while its set is judged.
pub(super) struct Step<'a> {
    /// The account whose set it is.
    pub(super) account: &'a str,
    /// The id of the entity.
    pub(super) entity_id: &'a str,
    /// The details, references replaced.
    pub(super) details: &'a Value,
    /// The ids drawn for this change.
    pub(super) drawn: &'a [String],
    /// Everything else as it is.
    pub(super) state: &'a State,
}

/// The entity types that change sets can be about.
pub(super) const SERVED: &[EntityType] = &[saas_product::ENTITY_TYPE];

/// The other entity types of the Catalog API: lists of them are empty, changes are refused.
const OTHERS: &[&str] = &[
    "AmiProduct",
    "ContainerProduct",
    "DataProduct",
    "ExpressPrivateOfferConfiguration",
    "MachineLearningProduct",
    "Offer",
    "OfferSet",
    "ResaleAuthorization",
    "SubsidiaryAuthorization",
];

/// Returns the served type of this name without version.
pub(super) fn named(name: &str) -> Option<&'static EntityType> {
    SERVED.iter().find(|entity_type| entity_type.name == name)
}

/// Returns the served type of this name with version.
pub(super) fn versioned(name: &str) -> Option<&'static EntityType> {
    SERVED.iter().find(|entity_type| entity_type.versioned == name)
}

/// Returns whether AWS has a type of this name that is not served here.
pub(super) fn is_other(name: &str) -> bool {
    OTHERS.contains(&name)
}

/// Returns the entity of this id, when it is the account's.
pub(super) fn load(state: &State, account: &str, id: &str) -> Option<Entity> {
    let entity = SERVED.iter().find_map(|entity_type| (entity_type.load)(state, id))?;
    (entity.owner == account).then_some(entity)
}

/// Draws nothing.
pub(super) fn draw_none(_details: &Value, _call: &mut Call<'_>) -> Vec<String> {
    Vec::new()
}

impl EntityType {
    /// Returns the change type of this name.
    pub(super) fn change_type(&self, name: &str) -> Option<&'static ChangeType> {
        self.change_types.iter().find(|change_type| change_type.name == name)
    }

    /// Returns the column of this name.
    pub(super) fn column(&self, name: &str) -> Option<&'static Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

impl ChangeType {
    /// Returns whether it makes a new entity.
    pub(super) const fn creates(&self) -> bool {
        matches!(self.action, Action::Create(_))
    }
}
