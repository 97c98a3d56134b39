//! `UpdateTargeting`.

use serde_json::json;

use super::super::change_set::ErrorDetail;
use super::super::entity::Entity;
use super::super::entity_type::Step;
use super::super::schema::{Schema, required, text};
use super::{strings, visibility};

/// Details of `UpdateTargeting`.
pub(super) const UPDATE: Schema = Schema::Object(&[required(
    "PositiveTargeting",
    Schema::Object(&[required(
        "BuyerAccounts",
        Schema::List { min: 0, max: 100, item: &text(64) },
    )]),
)]);

const ACCOUNTS: &str = "/PositiveTargeting/BuyerAccounts";
const ACCOUNT_DIGITS: usize = 12;

/// Replaces the list of accounts that may see a limited product.
pub(super) fn update_targeting(entity: &mut Entity, step: &Step<'_>) -> Vec<ErrorDetail> {
    let accounts = strings(step.details, ACCOUNTS);
    let mut errors = Vec::new();
    if !["Draft", "Limited"].contains(&visibility(entity)) {
        let message = format!("A product that is {} cannot be targeted.", visibility(entity));
        errors.push(ErrorDetail::new("INVALID_PRODUCT_VISIBILITY", message));
    }
    for account in accounts.iter().filter(|account| !is_account(account)) {
        let message = format!("{account} is not an AWS account id.");
        errors.push(ErrorDetail::new("INVALID_AWS_ACCOUNT_IDS", message));
    }
    let targeting = json!({"BuyerAccounts": accounts});
    entity.object_mut("Targeting").insert("PositiveTargeting".to_owned(), targeting);
    errors
}

fn is_account(text: &str) -> bool {
    text.len() == ACCOUNT_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit())
}
