//! `SaaS` products: what sellers list, and what metering checks codes and dimensions against.

mod delivery_options;
mod dimensions;
mod information;
mod targeting;
mod visibility;

use serde_json::Value;
use wire::Members;

use super::date;
use super::entity::Entity;
use super::entity_type::{Action, ChangeType, Column, EntityType, draw_none};
use crate::market::{self, Product};
use crate::{Change, State};

/// The name without version.
pub(super) const NAME: &str = "SaaSProduct";
const VERSIONED: &str = "SaaSProduct@1.0";

/// The entity type.
pub(super) const ENTITY_TYPE: EntityType = EntityType {
    name: NAME,
    versioned: VERSIONED,
    change_types: CHANGE_TYPES,
    new_id: |call| format!("prod-{}", call.alphanumeric(13)),
    load: |state, id| state.market.product(id).filter(|product| is_saas(product)).map(entity),
    all,
    keep,
    title: |entity| entity.text("/Description/ProductTitle"),
    summary_member: "SaaSProductSummary",
    summary,
    columns: COLUMNS,
};

const COLUMNS: &[Column] = &[
    Column { name: "EntityId", value: |entity| entity.id.clone(), filters: true },
    Column { name: "ProductTitle", value: |entity| title(entity).to_owned(), filters: true },
    Column { name: "Visibility", value: |entity| visibility(entity).to_owned(), filters: true },
    Column { name: "LastModifiedDate", value: |entity| date(entity.last_modified), filters: true },
    Column {
        name: "DeliveryOptionTypes",
        value: |entity| delivery_options::types(entity).join(","),
        filters: false,
    },
];

const CHANGE_TYPES: &[ChangeType] = &[
    ChangeType {
        name: "CreateProduct",
        schema: information::CREATE,
        draw: |_, call| vec![call.alphanumeric(25)],
        action: Action::Create(information::create_product),
    },
    ChangeType {
        name: "UpdateInformation",
        schema: information::UPDATE,
        draw: draw_none,
        action: Action::Change(information::update_information),
    },
    ChangeType {
        name: "AddDimensions",
        schema: dimensions::ADD,
        draw: draw_none,
        action: Action::Change(dimensions::add_dimensions),
    },
    ChangeType {
        name: "UpdateDimensions",
        schema: dimensions::UPDATE,
        draw: draw_none,
        action: Action::Change(dimensions::update_dimensions),
    },
    ChangeType {
        name: "RestrictDimensions",
        schema: dimensions::RESTRICT,
        draw: draw_none,
        action: Action::Change(dimensions::restrict_dimensions),
    },
    ChangeType {
        name: "AddDeliveryOptions",
        schema: delivery_options::ADD,
        draw: delivery_options::draw,
        action: Action::Change(delivery_options::add_delivery_options),
    },
    ChangeType {
        name: "UpdateDeliveryOptions",
        schema: delivery_options::UPDATE,
        draw: draw_none,
        action: Action::Change(delivery_options::update_delivery_options),
    },
    ChangeType {
        name: "UpdateTargeting",
        schema: targeting::UPDATE,
        draw: draw_none,
        action: Action::Change(targeting::update_targeting),
    },
    ChangeType {
        name: "UpdateVisibility",
        schema: visibility::UPDATE,
        draw: draw_none,
        action: Action::Change(visibility::update_visibility),
    },
    ChangeType {
        name: "ReleaseProduct",
        schema: visibility::RELEASE,
        draw: draw_none,
        action: Action::Change(visibility::release_product),
    },
];

fn is_saas(product: &Product) -> bool {
    product.entity_type == VERSIONED
}

fn all(state: &State, account: &str) -> Vec<Entity> {
    let products = state.market.products().filter(|product| product.owner_account == account);
    products.filter(|product| is_saas(product)).map(entity).collect()
}

fn entity(product: &Product) -> Entity {
    Entity {
        id: product.entity_id.clone(),
        kind: product.entity_type.clone(),
        owner: product.owner_account.clone(),
        revision: product.revision,
        last_modified: product.last_modified,
        details: product.details.clone(),
    }
}

fn keep(entity: &Entity) -> Change {
    Change::Market(market::Change::PutProduct(Product {
        entity_id: entity.id.clone(),
        product_code: entity.text("/Description/ProductCode").to_owned(),
        owner_account: entity.owner.clone(),
        entity_type: entity.kind.clone(),
        revision: entity.revision,
        last_modified: entity.last_modified,
        details: entity.details.clone(),
    }))
}

fn summary(entity: &Entity) -> Members {
    Members::new()
        .with("ProductTitle", wire::Value::from(title(entity)))
        .with("Visibility", wire::Value::from(visibility(entity)))
}

fn title(entity: &Entity) -> &str {
    entity.text("/Description/ProductTitle")
}

/// Returns `Draft`, `Limited`, `Public` or `Restricted`.
fn visibility(entity: &Entity) -> &str {
    entity.text("/Description/Visibility")
}

/// Returns the strings of a list in change details.
fn strings<'a>(details: &'a Value, pointer: &str) -> Vec<&'a str> {
    let items = details.pointer(pointer).and_then(Value::as_array);
    items.into_iter().flatten().filter_map(Value::as_str).collect()
}
