//! `ReleaseProduct` and `UpdateVisibility`: who can see the product.
//!
//! ```text
//!   Draft ──ReleaseProduct──▶ Limited ◀──▶ Restricted
//!                                │            ▲ │
//!                                └──▶ Public ─┘ │
//!                                       ▲───────┘
//! ```
//!
//! In AWS, people review a product before it is public; here the review takes no longer than
//! applying the change. Of its conditions one is kept: every dimension that the seller meters must
//! have been metered.

use serde_json::{Value, json};

use super::super::change_set::ErrorDetail;
use super::super::entity::Entity;
use super::super::entity_type::Step;
use super::super::schema::{Schema, optional, required, text};
use super::{strings, visibility};
use crate::State;
use crate::metering::Scope;

/// Details of `ReleaseProduct`.
pub(super) const RELEASE: Schema = Schema::Object(&[]);
/// Details of `UpdateVisibility`.
pub(super) const UPDATE: Schema = Schema::Object(&[
    required("TargetVisibility", Schema::Word(&["Public", "Restricted", "Limited"])),
    optional("ReplacementProductId", text(255)),
]);

/// Where `UpdateVisibility` leads to from where; AWS documents only the first three.
const STEPS: &[(&str, &str)] = &[
    ("Limited", "Public"),
    ("Limited", "Restricted"),
    ("Public", "Restricted"),
    ("Restricted", "Limited"),
    ("Restricted", "Public"),
];

/// What a product must have before it is released: a place in the document and its name.
const NEEDED: &[(&str, &str)] = &[
    ("/Description/ProductTitle", "a title"),
    ("/Description/ShortDescription", "a short description"),
    ("/Dimensions/0", "a dimension"),
    ("/Versions/0/DeliveryOptions/0", "a delivery option"),
];

/// Makes a draft visible to the accounts that it is targeted at.
pub(super) fn release_product(entity: &mut Entity, _step: &Step<'_>) -> Vec<ErrorDetail> {
    if visibility(entity) != "Draft" {
        let message = format!("The product is {} already.", visibility(entity));
        return vec![ErrorDetail::new("INVALID_PRODUCT_STATE", message)];
    }
    let is_missing = |pointer: &str| entity.details.pointer(pointer).is_none_or(Value::is_null);
    let missing = NEEDED.iter().filter(|(pointer, _)| is_missing(pointer));
    let missing = missing.map(|(_, name)| {
        ErrorDetail::new("MISSING_DATA", format!("The product needs {name} before its release."))
    });
    let missing: Vec<_> = missing.collect();
    show(entity, "Limited", "Active");
    missing
}

/// Makes a released product public, or takes it out of sight, or brings it back.
pub(super) fn update_visibility(entity: &mut Entity, step: &Step<'_>) -> Vec<ErrorDetail> {
    let target = step.details.get("TargetVisibility").and_then(Value::as_str).unwrap_or_default();
    let mut errors = Vec::new();
    if visibility(entity) == "Draft" {
        let message = "The product must be released first.";
        errors.push(ErrorDetail::new("INVALID_PRODUCT_STATE", message));
    } else if !STEPS.contains(&(visibility(entity), target)) {
        let message = format!("A product cannot go from {} to {target}.", visibility(entity));
        errors.push(ErrorDetail::new("INVALID_TARGET_VISIBILITY", message));
    }
    if target == "Public" {
        errors.extend(unmetered(entity, step.state));
    }
    errors.extend(replacement_error(step, target));
    show(entity, target, if target == "Restricted" { "Inactive" } else { "Active" });
    let replacement = step.details.get("ReplacementProductId").cloned().unwrap_or(Value::Null);
    entity.object_mut("Description").insert("ReplacementProductId".to_owned(), replacement);
    errors
}

fn show(entity: &mut Entity, visibility: &str, product_state: &str) {
    let description = entity.object_mut("Description");
    description.insert("Visibility".to_owned(), json!(visibility));
    description.insert("ProductState".to_owned(), json!(product_state));
}

fn unmetered(entity: &Entity, state: &State) -> Vec<ErrorDetail> {
    let product_code = entity.text("/Description/ProductCode");
    let dimensions = entity.list("/Dimensions").iter();
    let metered = dimensions.filter(|it| strings(it, "/Types").contains(&"ExternallyMetered"));
    let keys = metered.filter_map(|dimension| dimension.get("Key")?.as_str());
    let unmetered = keys.filter(|key| !was_metered(state, product_code, key));
    let error = |key| {
        let message = format!("No metering record was received for dimension {key}.");
        ErrorDetail::new("INVALID_DIMENSION", message)
    };
    unmetered.map(error).collect()
}

fn was_metered(state: &State, product_code: &str, dimension: &str) -> bool {
    let by_code = Scope::ProductCode(product_code);
    let agreements = state.market.agreements();
    let agreements = agreements.filter(|agreement| agreement.product_code == product_code);
    let mut by_license = agreements.map(|agreement| Scope::License(agreement.license_arn.as_str()));
    state.metering.has_rows(by_code, dimension)
        || by_license.any(|scope| state.metering.has_rows(scope, dimension))
}

fn replacement_error(step: &Step<'_>, target: &str) -> Option<ErrorDetail> {
    let id = step.details.get("ReplacementProductId")?.as_str()?;
    let other = step.state.market.product(id);
    let fine = target == "Restricted"
        && id != step.entity_id
        && other.is_some_and(|it| it.owner_account == step.account && it.visibility() == "Public");
    let message = "A replacement is another public product of yours, for a restricted one.";
    (!fine).then(|| ErrorDetail::new("INVALID_REPLACEMENT_PRODUCT_ID", message))
}
