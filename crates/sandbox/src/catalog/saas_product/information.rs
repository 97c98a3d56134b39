//! `CreateProduct` and `UpdateInformation`.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::change_set::ErrorDetail;
use super::super::entity::Entity;
use super::super::entity_type::Step;
use super::super::schema::{Schema, optional, required, text};
use super::{VERSIONED, strings};

/// Details of `CreateProduct`.
pub(super) const CREATE: Schema = Schema::Object(&[optional("ProductTitle", text(72))]);

/// Details of `UpdateInformation`: only what is named changes.
pub(super) const UPDATE: Schema = Schema::Object(&[
    optional("ProductTitle", text(72)),
    optional("ShortDescription", text(1000)),
    optional("LongDescription", text(5000)),
    optional("Sku", text(100)),
    optional("LogoUrl", text(2048)),
    optional("VideoUrls", Schema::List { min: 0, max: 1, item: &URL }),
    optional("Highlights", Schema::List { min: 1, max: 3, item: &text(500) }),
    optional("AdditionalResources", Schema::List { min: 0, max: 3, item: &RESOURCE }),
    optional("SupportDescription", text(2000)),
    optional("Categories", Schema::List { min: 1, max: 3, item: &text(255) }),
    optional("AssociatedProducts", Schema::List { min: 1, max: 10, item: &text(255) }),
    optional("SearchKeywords", Schema::List { min: 1, max: 15, item: &text(50) }),
]);

const URL: Schema = text(2048);
const RESOURCE: Schema = Schema::Object(&[required("Text", text(500)), required("Url", URL)]);
const KEYWORD_CHARACTERS_MAX: usize = 250;

/// Members that stand in the document's `Description` under the same name.
const DESCRIPTION: &[&str] = &[
    "ProductTitle",
    "ShortDescription",
    "LongDescription",
    "Sku",
    "Highlights",
    "Categories",
    "AssociatedProducts",
    "SearchKeywords",
];
/// Members that stand in `PromotionalResources` under the same name.
const PROMOTION: &[&str] = &["LogoUrl", "AdditionalResources"];

/// Makes a product in `Draft`, with the code that metering will know it by.
pub(super) fn create_product(step: &Step<'_>) -> Result<Entity, Vec<ErrorDetail>> {
    let product_code = step.drawn.first().expect("a code is drawn for every new product");
    let mut entity = Entity {
        id: step.entity_id.to_owned(),
        kind: VERSIONED.to_owned(),
        owner: step.account.to_owned(),
        revision: 0,
        last_modified: Timestamp::UNIX_EPOCH,
        details: empty(product_code),
    };
    let errors = update_information(&mut entity, step);
    if errors.is_empty() { Ok(entity) } else { Err(errors) }
}

fn empty(product_code: &str) -> Value {
    json!({
        "Description": {
            "ProductTitle": null,
            "ProductCode": product_code,
            "ShortDescription": null,
            "LongDescription": null,
            "Sku": null,
            "Highlights": [],
            "AssociatedProducts": [],
            "SearchKeywords": [],
            "Categories": [],
            "Visibility": "Draft",
            "ProductState": "Draft",
            "ReplacementProductId": null,
        },
        "PromotionalResources": { "LogoUrl": null, "Videos": [], "AdditionalResources": [] },
        "SupportInformation": { "Description": null },
        "Dimensions": [],
        "Versions": [],
        "Targeting": { "PositiveTargeting": { "BuyerAccounts": [] } },
    })
}

/// Changes what the details name of the listing.
pub(super) fn update_information(entity: &mut Entity, step: &Step<'_>) -> Vec<ErrorDetail> {
    let details = step.details;
    let copy = |names: &[&'static str]| {
        names
            .iter()
            .filter_map(|name| Some(((*name).to_owned(), details.get(name)?.clone())))
            .collect::<Vec<_>>()
    };
    entity.object_mut("Description").extend(copy(DESCRIPTION));
    let promotion = entity.object_mut("PromotionalResources");
    promotion.extend(copy(PROMOTION));
    if details.get("VideoUrls").is_some() {
        let video = |url| json!({"Type": "Link", "Title": null, "Url": url});
        let videos: Vec<_> = strings(details, "/VideoUrls").into_iter().map(video).collect();
        promotion.insert("Videos".to_owned(), Value::Array(videos));
    }
    if let Some(support) = details.get("SupportDescription") {
        entity.object_mut("SupportInformation").insert("Description".to_owned(), support.clone());
    }
    errors(details)
}

fn errors(details: &Value) -> Vec<ErrorDetail> {
    let mut errors = Vec::new();
    let mut report = |found: bool, code: &str, message: &str| {
        if found {
            errors.push(ErrorDetail::new(code, message));
        }
    };
    let keywords = strings(details, "/SearchKeywords");
    let letters: usize = keywords.iter().map(|keyword| keyword.chars().count()).sum();
    report(
        letters > KEYWORD_CHARACTERS_MAX,
        "INVALID_INPUT",
        "All search keywords together may have 250 characters.",
    );
    let categories = strings(details, "/Categories");
    let different: BTreeSet<_> = categories.iter().collect();
    report(
        different.len() < categories.len(),
        "INVALID_CATEGORY_NAMES",
        "A category is named more than once.",
    );
    let logo = details.get("LogoUrl").and_then(Value::as_str);
    report(
        logo.is_some_and(|url| !url.starts_with("https://")),
        "InvalidImageProperties",
        "The logo must have an https address.",
    );
    let video = strings(details, "/VideoUrls");
    report(
        video.iter().any(|url| !is_web(url)),
        "INVALID_MEDIA",
        "A video must have an http or https address.",
    );
    let resources = details.get("AdditionalResources").and_then(Value::as_array);
    let mut urls = resources.into_iter().flatten().filter_map(|it| it.get("Url")?.as_str());
    report(
        urls.any(|url| !is_web(url)),
        "INVALID_ADDITIONAL_RESOURCES",
        "An additional resource must have an http or https address.",
    );
    errors
}

fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}
